"""A write changes what is declared, and nothing else: whatever an object holds beside it is equal afterwards.

Each kind changes one declared input at a time, once on a plain account and once on a full one: exactly the same values
may differ in both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from pydantic import ValidationError

from revops_iac.compile import validated
from revops_iac.provider.kind import Definition, Kind
from revops_iac.systems import system_named
from tests.providers.contract import Contract, example, later
from tests.providers.revops_hubspot.full_objects import UNKNOWN, changed, fill

KINDS = system_named("hubspot").kinds
TOGETHER = {"secondary_display_properties": ["properties"]}
"""Inputs that only change with others: what they name must be there."""


def single_changes() -> Iterator[tuple[Kind[Any, Any], Definition, str]]:
    """Each kind with its example in which one input is that of `Later::`, where that makes valid inputs."""
    for kind in KINDS.values():
        before, after = example(kind), later(kind) or {}
        for key in [key for key in after if after[key] != before.get(key)]:
            try:
                yield kind, validated(kind, {**before, **{k: after[k] for k in (key, *TOGETHER.get(key, ()))}}), key
            except ValidationError:
                continue
        if after:
            yield kind, after, "all"


CASES = list(single_changes())


def test_every_kind_that_is_updated_is_here() -> None:
    assert {kind.name for kind, _, _ in CASES} == {name for name, kind in KINDS.items() if later(kind) is not None}


@pytest.mark.parametrize(("kind", "inputs", "_key"), CASES, ids=[f"{kind.name}-{key}" for kind, _, key in CASES])
def test_update_changes_only_what_is_declared(
    kind: Kind[Any, Any], inputs: Definition, _key: str, accounts: RunningSimulators, waits: list[float]
) -> None:
    plain = updated(accounts, kind, inputs, None)
    accounts.reset()
    full = updated(accounts, kind, inputs, {"kept": ["as", 1, None], "even": {"inside": True}})
    assert [path for path in sorted(full - plain) if not came_or_went(path, plain)] == []
    assert full, "nothing was written"


def updated(accounts: RunningSimulators, kind: Kind[Any, Any], inputs: Definition, unknown: Any) -> set[str]:
    """The paths of the portal that an update to these inputs changes; first filled with `unknown` parts."""
    contract = Contract(accounts, "hubspot", kind)
    contract.prepare()
    made = contract.create()
    if unknown is not None:
        fill(accounts, unknown)
    before = accounts.dump("hubspot")
    contract.update(made, inputs)
    return changed(before, accounts.dump("hubspot"))


def came_or_went(path: str, plain: set[str]) -> bool:
    """Whether the value is of an entry that the plain update adds or removes as a whole."""
    entry = path.rpartition("]")[0]
    return bool(entry) and any(f"{entry}]/{key}" in plain for key in ("id", "value", "name", "stageId"))


def test_full_object_is_full(accounts: RunningSimulators) -> None:
    fill(accounts, 1)
    definition = accounts.dump("hubspot")["properties"]["0-1"]["jobtitle"]
    assert {UNKNOWN, "createdUserId", "referencedObjectType", "archived"} <= definition.keys()
    assert UNKNOWN in definition["modificationMetadata"]
