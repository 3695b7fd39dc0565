"""The workflows and segments of every model here are declared in words, which mean the same as HubSpot's JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from revops_hubspot.compiler import compile_model
from revops_hubspot.compiler.automations import compile_automations
from revops_hubspot.dynamic import KINDS
from revops_hubspot.filters.branches import readable
from revops_hubspot.lists.inputs import ListInputs
from revops_hubspot.workflows import flow_body
from revops_hubspot.workflows.words import REPLACES, vendor_inputs, with_words

from revops_iac.compile import validated
from revops_iac.config.settings import Settings
from revops_iac.provider.declaration import CannotCompile, Declaration
from revops_iac.source.load import load
from tests.starter import write_starter

ROOT = Path(__file__).resolve().parents[4]
MODELS = (ROOT / "stacks", *(folder.parent for folder in sorted((ROOT / "examples").glob("*/stacks/model"))))
SETTINGS = Settings("test", go_live=date(2026, 12, 1))
VENDOR_FORMS = {"filter_branch", *(name for names in REPLACES.values() for name in names)}


@pytest.fixture(
    scope="module", params=[*MODELS, None], ids=lambda folder: "starter" if folder is None else folder.parent.name
)
def declared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sequence[Declaration]:
    """All segments and workflows of a model, those of automations that run on Salesforce among them."""
    if request.param is not None:
        return list(declarations(request.param))
    return list(declarations(write_starter(tmp_path_factory.mktemp("acme"), "hubspot") / "stacks"))


def declarations(stacks: Path) -> Iterator[Declaration]:
    for overlay in sorted((stacks / "overlays").glob("*.yaml")):
        model = load(stacks, overlay.stem).model
        yield from compile_automations(model, SETTINGS)
        try:
            yield from compile_model(model, SETTINGS)
        except CannotCompile as error:
            yield from error.declared


def test_every_workflow_and_segment_is_in_words_that_read_back(declared: Sequence[Declaration]) -> None:
    kinds = {"List": 0, "Workflow": 0}
    for one in declared:
        if one.kind in kinds:
            kinds[one.kind] += 1
            assert not VENDOR_FORMS & set(one.inputs), one.key
    assert all(kinds.values())


def test_a_workflow_made_from_hubspots_own_form_equals_its_words(declared: Sequence[Declaration]) -> None:
    kind = KINDS["Workflow"]
    for one in declared:
        if one.kind == "Workflow":
            words = validated(kind, one.inputs)
            flow = flow_body.create_body(vendor_inputs(words), lambda token: f"{token.type} {token.value}")
            live = with_words(flow_body.definition_of(flow, lambda type_, id_: id_.removeprefix(f"{type_} ")))
            assert kind.differences(words, live) == [], one.key
            assert kind.differences(vendor_inputs(words), live) == [], one.key
            assert isinstance(live["steps"], list), one.key
            assert {"when", "events"} & set(live["enroll"]), one.key


def test_a_segment_made_from_hubspots_own_form_equals_its_words(declared: Sequence[Declaration]) -> None:
    kind = KINDS["List"]
    for one in declared:
        if one.kind == "List":
            object_, branch = one.inputs["object"], ListInputs.load(one.inputs).branch
            text = readable(branch, object_)
            assert text is not None, one.key
            assert kind.differences(one.inputs, {**one.inputs, "filter": text}) == [], one.key
            assert kind.differences({**one.inputs, "filter": branch}, one.inputs) == [], one.key
