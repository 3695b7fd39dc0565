"""A write changes what is declared, and nothing else: whatever an object holds beside it is equal afterwards.

Each kind changes one declared input at a time, once on a plain account and once on a full one: exactly the same values
may differ in both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
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


PLAN = {"object": "deals", "name": "plan", "label": "Plan", "type": "enumeration", "field_type": "select"}
OPTIONS = [{"label": "Basic", "value": "basic"}, {"label": "Large", "value": "large"}]
CHOICE: Definition = {**PLAN, "group_name": "dealinformation", "options": OPTIONS}
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


def test_options_keep_their_description_and_hiding_when_a_label_changes(
    accounts: RunningSimulators, waits: list[float]
) -> None:
    """A person described one option and hid another; the model has only values and labels."""
    contract = Contract(accounts, "hubspot", KINDS["Property"])
    made = contract.create(CHOICE)
    theirs = [{**OPTIONS[0], "description": "Up to ten users"}, {**OPTIONS[1], "hidden": True}]
    contract.elsewhere({**CHOICE, "options": theirs})
    again = contract.refresh(made)
    assert again is not None
    assert not contract.changes(again, CHOICE)
    contract.update(again, {**CHOICE, "options": [{"label": "Starter", "value": "basic"}, OPTIONS[1]]})
    live = accounts.dump("hubspot")["properties"]["0-3"]["plan"]["options"]
    assert [(one["label"], one.get("description"), one["hidden"]) for one in live] == [
        ("Starter", "Up to ten users", False),
        ("Large", None, True),
    ]


def updated(
    accounts: RunningSimulators, kind: Kind[Any, Any], inputs: Definition, unknown: Any, first: Definition | None = None
) -> set[str]:
    """The paths of the portal that an update to these inputs changes; before it, filled with `unknown` parts."""
    contract = Contract(accounts, "hubspot", kind, logs_in_once=True)
    contract.prepare()
    made = contract.create(first)
    if unknown is not None:
        fill(accounts, unknown)
    before = accounts.dump("hubspot")
    contract.update(made, inputs)
    return changed(before, accounts.dump("hubspot"))


@given(unknown=st.recursive(st.none() | st.integers() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=2)))
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_an_option_holds_stays(accounts: RunningSimulators, waits: list[float], unknown: Any) -> None:
    accounts.reset()
    inputs = {**CHOICE, "options": [OPTIONS[0], {"label": "Huge", "value": "large"}]}
    found = updated(accounts, KINDS["Property"], inputs, unknown, CHOICE)
    assert {path for path in found if not path.endswith(("/updatedAt", "/updatedUserId"))} == {
        "properties/0-3/plan/options/[large]/label"
    }


def came_or_went(path: str, plain: set[str]) -> bool:
    """Whether the value is of an entry that the plain update adds or removes as a whole."""
    entry = path.rpartition("]")[0]
    return bool(entry) and any(f"{entry}]/{key}" in plain for key in ("id", "value", "name", "stageId"))


def test_full_object_is_full(accounts: RunningSimulators) -> None:
    fill(accounts, 1)
    definition = accounts.dump("hubspot")["properties"]["0-1"]["jobtitle"]
    assert {UNKNOWN, "createdUserId", "referencedObjectType", "archived"} <= definition.keys()
    assert UNKNOWN in definition["modificationMetadata"]


def test_filters_that_stay_go_back_as_the_editor_wrote_them(accounts: RunningSimulators, waits: list[float]) -> None:
    """HubSpot's editor says more than the words do; a filter beside it is added in words."""
    zone = {"zoneId": "US/Eastern", "timezoneSource": "CUSTOM"}
    point = {"timeType": "DATE", **zone, "year": 2026, "month": 12, "day": 1, "hour": 0, "minute": 0, "second": 0}
    operation = {
        "operationType": "TIME_POINT",
        "operator": "IS_BEFORE",
        "includeObjectsWithNoValueSet": False,
        "timePoint": {**point, "millisecond": 0},
        "endpointBehavior": "EXCLUSIVE",
        "propertyParser": "VALUE",
        "type": "TIME_POINT",
    }
    theirs = {"filterType": "PROPERTY", "property": "createdate", "operation": operation}
    both = {"filterBranchType": "AND", "filterBranchOperator": "AND", "filterBranches": [], "filters": [theirs]}
    root = {"filterBranchType": "OR", "filterBranchOperator": "OR", "filters": [], "filterBranches": [both]}
    segment = {"name": "Old", "objectTypeId": "0-1", "processingType": "DYNAMIC", "filterBranch": root}
    accounts.seed("hubspot", {"lists": [segment]})
    contract = Contract(accounts, "hubspot", KINDS["List"])
    live = contract.live({"object": "contacts", "name": "Old", "processing_type": "DYNAMIC"})
    assert live is not None
    words = live.definition["filter"]
    assert isinstance(words, str)
    changed = {
        "object": "contacts",
        "name": "Old",
        "processing_type": "DYNAMIC",
        "filter": f"{words} and jobtitle is known",
    }
    contract.elsewhere(changed)
    (stored,) = accounts.dump("hubspot")["lists"].values()
    (branch,) = stored["filterBranch"]["filterBranches"]
    assert branch["filters"][0] == theirs
    assert [one["property"] for one in branch["filters"]] == ["createdate", "jobtitle"]
