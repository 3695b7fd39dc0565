"""How many calls the real CLI costs a HubSpot account, counted in the simulator's request log."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.end_to_end.larger_state import with_more
from tests.end_to_end.small_stack import SmallStack, a_property, properties
from tests.pulumi_project import WITHOUT_CHECKPOINTS

pytestmark = pytest.mark.pulumi


def test_first_up_and_refresh_of_hundreds_of_properties_stay_within_their_calls(
    stack: SmallStack, request: pytest.FixtureRequest
) -> None:
    count = 500 if request.config.getoption("--thorough") else 150
    stack.crms.control.switches.set("hubspot.rate_limits", "tier")
    stack.hubspot(properties(count))

    stack.project.up(environment=WITHOUT_CHECKPOINTS).succeeded()

    calls = stack.crms.control.log.select(system="hubspot")
    assert len(calls) <= 0.5 * count, Counter((call.method, call.path) for call in calls).most_common(9)
    assert {call.status for call in calls if call.status >= 400} <= {404}
    assert len(made(stack)) == count

    stack.crms.control.log.clear()
    stack.project.preview("--expect-no-changes").succeeded()
    assert len(stack.crms.control.log.select(system="hubspot")) < 10
    assert stack.writes() == []

    others = [f"contacts.field_{number:04}" for number in range(count, 2 * count)]
    seed_properties(stack, others)
    more = {name: a_property(name.removeprefix("contacts.")) for name in others}
    stack.project.import_state(with_more(stack.project.export_state(), "hubspot", "Property", more))
    stack.crms.control.log.clear()

    refreshed = stack.project.refresh(environment=WITHOUT_CHECKPOINTS).succeeded()

    assert f"{2 * count + 5} unchanged" in refreshed.output
    asked = [f"{call.method} {call.path}" for call in stack.crms.control.log]
    assert 0 < len(asked) < 10, asked
    assert stack.writes() == []


def test_up_succeeds_and_writes_nothing_twice_while_half_of_all_answers_are_429(stack: SmallStack) -> None:
    busy = stack.crms.control.faults.add(
        "rate_limit", system="hubspot", probability=0.5, seed=4, retry_after=0.02, path="^/crm|^/automation|^/settings"
    )
    stack.hubspot(properties(60))

    stack.project.up().succeeded()

    assert busy.hits > 5
    assert made(stack) == {f"field_{number:04}" for number in range(60)}
    assert {call.status for call in stack.crms.control.log if call.status >= 400} <= {404, 429}


def made(stack: SmallStack) -> set[str]:
    """The properties of contacts that a run created; a second creation of one would have been refused with 409."""
    return {name for name in stack.crms.dump("hubspot")["properties"]["0-1"] if name.startswith("field_")}


def seed_properties(stack: SmallStack, names: list[str]) -> None:
    """Properties as somebody made them in HubSpot."""
    number = {"type": "number", "fieldType": "number", "groupName": "revenue"}
    plain = [name.removeprefix("contacts.") for name in names]
    bodies = [{"name": name, "label": name.replace("_", " ").capitalize(), **number} for name in plain]
    stack.crms.seed("hubspot", {"properties": {"contacts": bodies}})
