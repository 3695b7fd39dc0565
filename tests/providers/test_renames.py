"""A key that changed without `was` is a removal and a creation: the plan says that it looks like a rename."""

from __future__ import annotations

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac.plan.notices import touched
from revops_iac.plan.renames import possible_renames
from revops_iac.state.source_map import lines
from revops_iac.systems import system_named
from tests.providers.contract import Contract, example
from tests.providers.typed_inputs import desired_resource

KIND = system_named("hubspot").kinds["Property"]


def warnings(accounts: RunningSimulators, **changed: str) -> list[str]:
    contract = Contract(accounts, "hubspot", KIND)
    contract.prepare()
    contract.create()
    session = contract.run()
    before = lines([desired_resource(KIND, example(KIND))])
    session.declared = [desired_resource(KIND, {**example(KIND), **changed})]
    return [str(one.message) for one in possible_renames(session, before, lines(session.declared))]


def test_another_name_with_the_same_label_looks_like_a_rename(accounts: RunningSimulators, waits: list[float]) -> None:
    label = example(KIND)["label"]
    assert warnings(accounts, name="another") == [
        f'is removed, and "deals.another" with the same label "{label}" is created'
    ]


def test_another_label_does_not(accounts: RunningSimulators, waits: list[float]) -> None:
    assert warnings(accounts, name="another", label="Something else") == []


def test_the_same_label_on_another_object_does_not(accounts: RunningSimulators, waits: list[float]) -> None:
    assert warnings(accounts, object="contacts", name="another") == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [({}, "changes 1 segment"), ({"filter": "email is known"}, "creates 1 segment; removes 1 segment")],
)
def test_another_label_of_a_segment_counts_as_a_change(
    accounts: RunningSimulators, waits: list[float], changed: dict[str, str], expected: str
) -> None:
    kind = system_named("hubspot").kinds["List"]
    contract = Contract(accounts, "hubspot", kind)
    contract.prepare()
    contract.create()
    session = contract.run()
    before = lines([desired_resource(kind, example(kind))])
    session.declared = [desired_resource(kind, {**example(kind), "name": "Another label", **changed})]
    session.report.lacks = {("List", "Another label")}
    assert touched(session, before, lines(session.declared)) == expected
