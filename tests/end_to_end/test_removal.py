"""Nothing destructive by surprise: what a removal would lose is counted, refused, and done only when named."""

from __future__ import annotations

from typing import Any

import pytest

from tests.end_to_end.small_stack import SmallStack, errors, properties
from tests.pulumi_project import Outcome

pytestmark = pytest.mark.pulumi


def archived(stack: SmallStack) -> list[str]:
    """The properties of contacts in the recycle bin."""
    return sorted(stack.crms.dump("hubspot")["archived_properties"].get("0-1", {}))


def refusal(outcome: Outcome) -> list[str]:
    """The lines of the only error, without Pulumi's own first line."""
    found = errors(outcome.failed())
    assert len(found) == 1, outcome.output
    return found[0].splitlines()[1:]


def without(name: str) -> dict[str, Any]:
    sections = properties(2)
    del sections["Property"][name]
    return sections


def test_what_holds_records_is_removed_only_when_named_and_the_last_resource_too(stack: SmallStack):
    """A group with two properties in state; five contacts have a value in the first."""
    stack.hubspot(properties(2))
    stack.project.up().succeeded()
    people = [{"email": f"p{number}@example.com", "field_0000": "1"} for number in range(5)]
    stack.crms.seed("hubspot", {"records": {"contacts": people}})
    stack.crms.control.log.clear()

    stack.salesforce({"CustomPermission": {"Extra": {"name": "Extra", "label": "Extra"}}})
    stack.configure("salesforce")
    assert refusal(stack.project.preview()) == [
        "HubSpot: the stack still has 3 resources of this system, which it no longer manages",
        "    fix: add hubspot to revops:systems again, remove its resources first, or pulumi destroy",
        "1 problem; nothing was changed.",
    ]

    stack.configure("hubspot")
    stack.hubspot(without("contacts.field_0000"))
    lines = [
        'HubSpot Property "contacts.field_0000": removing it would lose data: 5 contacts have a value in "field_0000"',
        '    fix: add "contacts.field_0000" to revops:allowDataLoss in stack config, pulumi up, then remove it '
        "(a plain destroy or refresh sees the config of the last up, unless --run-program)",
        "1 problem; nothing was changed.",
    ]
    assert refusal(stack.project.up()) == lines
    assert stack.writes() == []

    destroyed = stack.project.destroy().failed()
    assert [error.splitlines()[0] for error in errors(destroyed)] == [
        'HubSpot Property "contacts.field_0000": removing it would lose data: 5 contacts have a value in "field_0000"'
    ]

    stack.configure("hubspot", allowDataLoss=["contacts.field_0000"])
    stack.project.up().succeeded()
    assert "field_0000" in archived(stack)

    stack.hubspot({})
    stack.project.up().succeeded()
    assert archived(stack) == ["field_0000", "field_0001"]


def test_production_protects_and_removal_takes_two_runs(stack: SmallStack):
    stack.configure("hubspot", production=True)
    stack.hubspot(properties(2))
    stack.project.up().succeeded()
    stack.crms.control.log.clear()
    assert all(found["protect"] for found in stack.project.resources("dynamic/hubspot:"))

    assert "cannot be deleted" in stack.project.destroy().failed().output
    stack.hubspot(without("contacts.field_0000"))
    assert "cannot be deleted" in stack.project.preview().failed().output
    assert stack.writes() == []

    stack.hubspot(properties(2))
    stack.configure("hubspot", production=True, allowDataLoss=["contacts.field_0000"])
    stack.project.up().succeeded()
    assert stack.writes() == []
    stack.hubspot(without("contacts.field_0000"))
    stack.project.up().succeeded()
    assert archived(stack) == ["field_0000"]
