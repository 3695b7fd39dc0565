"""Changes and removals that would lose values of records: one preview shows all of them, stack config gives them up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.end_to_end.small_stack import SmallStack, a_property, errors

pytestmark = pytest.mark.pulumi
OPTIONS = [{"label": value, "value": value} for value in ("small", "large")]
STAGES = [
    {"id": "renewals_open", "label": "Open", "probability": 0.2},
    {"id": "renewals_won", "label": "Won", "probability": 1.0},
]


def sections(size: dict[str, Any], seats: dict[str, Any], stages: list[Any], **more: Any) -> dict[str, Any]:
    """Raw sections: two properties of contacts, and whatever else is `more`, with a deal pipeline."""
    inputs = {
        "size": a_property("size", "contactinformation", type="enumeration", field_type="select", options=OPTIONS),
        "seats": a_property("seats", "contactinformation"),
    }
    properties = {"contacts.size": {**inputs["size"], **size}, "contacts.seats": {**inputs["seats"], **seats}, **more}
    pipeline = {"object": "deals", "name": "renewals", "label": "Renewals", "stages": stages}
    return {"Property": properties, "Pipeline": {"deals.renewals": pipeline}}


def test_one_preview_shows_everything_at_stake_and_config_gives_it_up(stack: SmallStack) -> None:
    stack.hubspot(sections({}, {}, STAGES, **{"contacts.old": a_property("old", "contactinformation")}))
    stack.project.up().succeeded()
    people = [{"email": f"p{at}@example.com", "size": "small", "seats": "3", "old": "1"} for at in range(5)]
    deals = [{"dealname": f"D{at}", "pipeline": "renewals", "dealstage": "renewals_open"} for at in range(2)]
    stack.crms.seed("hubspot", {"records": {"contacts": people, "deals": deals}})
    stack.crms.control.log.clear()

    text = {"type": "string", "field_type": "text"}
    stack.hubspot(sections({"options": OPTIONS[1:]}, text, STAGES[1:]))
    (message,) = errors(stack.project.preview().failed())

    give_up = "pulumi config set --path 'revops:allowDataLoss[{}]'"
    places = [line.partition("  ")[0] for line in message.splitlines() if line.startswith("stacks/model/")]
    assert len(places) == 3
    for line in (
        'HubSpot Property "contacts.size": changing it would lose data: 5 contacts have a value in "size" that '
        "would no "
        f'longer be an option ("small" 5)\n    fix: change these records first, or give their values up: '
        f"{give_up.format(0)} contacts.size\n",
        'Property "contacts.seats": type cannot change after creation, and nothing that holds records is replaced '
        '(5 contacts have a value in "seats")\n    fix: declare a new key beside it, copy the values, switch what uses '
        "it, then remove the old one\n",
        'HubSpot Pipeline "deals.renewals": changing it would lose data: stage "Open" would be removed, but 2 '
        "deals are "
        "in it\n    fix: move them to another stage first, or keep the stage\n",
        'HubSpot Property "contacts.old": removing it would lose data: 5 contacts have a value in "old"\n'
        f"    fix: {give_up.format(1)} contacts.old, pulumi up, then remove it ",
        "4 problems in 1 file; nothing was changed.",
    ):
        assert line in message
    assert stack.writes() == []

    stack.configure("hubspot", allowDataLoss=["contacts.size", "contacts.old"])
    stack.hubspot(sections({"options": OPTIONS[1:]}, {}, STAGES))
    stack.project.up().succeeded()
    live = stack.crms.dump("hubspot")
    assert [option["value"] for option in live["properties"]["0-1"]["size"]["options"]] == ["large"]
    assert "old" in live["archived_properties"]["0-1"]
