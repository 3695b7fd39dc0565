"""Every kind, adopted: what the account holds becomes YAML that compiles to the same, without a write.

The objects are the examples of the kinds with other texts each time, such as people write and YAML misreads. One object
per kind in every run, more with `--thorough`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac.adoption.choice import Choice
from revops_iac.adoption.reading import AccountReader, KindReading
from revops_iac.adoption.yaml.files import render
from revops_iac.compile import validated
from revops_iac.provider.kind import Definition
from revops_iac.source.yaml_tree import parse
from tests.providers.contract import Contract, example
from tests.providers.test_contract import KINDS
from tests.providers.typed_inputs import name_in

TEXTS = frozenset({"label", "inverse_label", "plural_label", "description", "error_message", "inline_help_text"})
"""Inputs that hold what people write."""
HARD = (
    "no", "on", "y", "1e3", "0x1F", "0o17", "1_000", "12:30:45", "2024-01-01", "null", "~", "yes", "=", "<<", "NaN",
    "- item", "key: value", "# note", "a #b", "'single'", '"double"', "%", "@", "`", "*ref", "&anchor", "!tag", "|",
    ">", "{a: b}", "[a]", "?", ": ", "ends:", "🙂", "שלום", "مرحبا (ف)", "日本語", "Größe", "back\\slash", "a  b",
)  # fmt: skip
ROUNDS, THOROUGH = 1, 12


@pytest.fixture
def contract(request: pytest.FixtureRequest, accounts: RunningSimulators, waits: list[float]) -> Contract:
    system, kind = request.param
    return Contract(accounts, system, kind)


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    return THOROUGH if request.config.getoption("--thorough") else ROUNDS


def read(contract: Contract) -> KindReading:
    """The kind as adoption reads it in a new process."""
    session = contract.run()
    found = AccountReader(session, [], set(), Choice(kinds=(contract.kind.name,)), lambda text: None).readings()
    return found[0]


def rewritten(value: Any, texts: Iterator[str]) -> Any:
    """The inputs with other texts where people write them."""
    if isinstance(value, dict):
        return {
            key: next(texts) if key in TEXTS and isinstance(one, str) else rewritten(one, texts)
            for key, one in value.items()
        }
    return [rewritten(one, texts) for one in value] if isinstance(value, list) else value


def hard_texts(seed: str) -> Iterator[str]:
    """Texts that differ from each other in more than case."""
    chance = random.Random(seed)
    for number in count(1):
        yield f"{chance.choice(HARD)}{'' if number == 1 else f' {number}'}"


def objects(contract: Contract, rounds: int) -> Iterator[Definition]:
    if contract.kind.existence.is_permanent:  # what is there already keeps its texts
        yield example(contract.kind)
        return
    for at in range(rounds):
        yield rewritten(example(contract.kind), hard_texts(f"{contract.kind.name} {at}"))


@pytest.mark.parametrize("contract", KINDS, indirect=True, ids=lambda pair: f"{pair[0]}-{pair[1].name}")
def test_object_is_adopted_as_yaml_that_compiles_to_what_is_live(contract: Contract, rounds: int):
    kind = contract.kind
    for inputs in objects(contract, rounds):
        contract.sims.reset()
        contract.prepare()
        contract.create(inputs)
        contract.reads_catch_up()
        contract.forget_log()
        reading, name = read(contract), name_in(kind, inputs)
        adopted = {one.name: one for one in reading.adopted}
        assert name in adopted, reading.left_out
        text = render(contract.system, kind.name, {one: adopted[one].entry for one in adopted})
        node, problems = parse(text, "adopted.yaml")
        assert node is not None
        assert problems == []
        inputs = validated(kind, node.plain()[contract.system][kind.name][name])
        assert inputs == adopted[name].inputs
        assert kind.differences(inputs, kind.managed_view(inputs, adopted[name].live)) == []
        assert kind.vendor_name(kind.parse(inputs)) == name
        told = {key: inputs[key].strip() for key in TEXTS & inputs.keys() if inputs[key] is not None}
        assert {key: str(inputs.get(key)).strip() for key in told} == told
        assert contract.writes() == []
