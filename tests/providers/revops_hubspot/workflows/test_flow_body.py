"""Workflows between inputs and flow bodies."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from revops_hubspot.workflows import flow_body

from revops_iac.provider.kind import Definition, Lookup

DAY = date(2026, 11, 22)


def step(number: str, **fields: Any) -> dict[str, Any]:
    return {"type": "SINGLE_CONNECTION", "actionId": number, "actionTypeId": "0-1", "fields": fields}


def resolve(token: Lookup) -> str:
    return f"id of {token}"


def test_new_flow_is_disabled_and_has_every_required_list() -> None:
    body = flow_body.create_body({"object": "contacts", "name": "x", "actions": [step("7")]}, resolve)
    assert body["isEnabled"] is False
    assert body["type"] == "CONTACT_FLOW"
    assert body["objectTypeId"] == "0-1"
    assert body["startActionId"] == "7"
    lists = ("blockedDates", "timeWindows", "dataSources", "suppressionListIds")
    assert [body[key] for key in lists] == [[], [], [], []]


def test_flow_of_another_object_is_a_platform_flow() -> None:
    body = flow_body.create_body({"object": "deals", "name": "x", "actions": []}, resolve)
    assert body["type"] == "PLATFORM_FLOW"
    assert "suppressionListIds" not in body


def test_put_starts_from_the_flow_as_read_without_what_hubspot_makes() -> None:
    sources = [{"name": "fetched_object_1", "objectTypeId": "0-2", "type": "FIND_RECORDS"}]
    flow = {"revisionId": "4", "isEnabled": True, "flowType": "WORKFLOW", "name": "x", "dataSources": sources}
    made = {"id": "1", "uuid": "u", "createdAt": "2026-01-02T03:04:05.678Z"}
    assert flow_body.put_body({**flow, **made, "goalFilterBranch": None}, {"name": "y"}) == {**flow, "name": "y"}


def wait(number: object, unit: str) -> dict[str, object]:
    return step("1", delta=number, time_unit=unit)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"actions": [step("1", delta=60)]}, {"actions": [step("1", delta="60")]}),
        ({"actions": [step("1", value=1234567.89)]}, {"actions": [step("1", value="1234567.89")]}),
        ({"actions": [wait("240", "MINUTES")]}, {"actions": [wait("4", "HOURS")]}),
        ({"actions": [wait(2880, "MINUTES")]}, {"actions": [wait("2", "DAYS")]}),
        ({"actions": [step("1")]}, {"actions": [{**step("1"), "actionTypeVersion": 0}], "start_action_id": "1"}),
        (
            {"actions": [{**step("1"), "connection": {"nextActionId": "2"}}]},
            {"actions": [{**step("1"), "connection": {"edgeType": "STANDARD", "nextActionId": "2"}}]},
        ),
        ({"description": ""}, {"description": None}),
        (
            {"actions": [step("1", value={"type": "INCREMENT", "incrementAmount": "2.50"})]},
            {"actions": [step("1", value={"type": "INCREMENT", "incrementAmount": 2.5})]},
        ),
        (
            {"actions": [step("1", value={"staticValue": "a"})]},
            {"actions": [step("1", value={"type": "STATIC_VALUE", "staticValue": "a"})]},
        ),
        ({"blocked_dates": []}, {}),
    ],
)
def test_vendor_defaults_show_no_difference(one: Definition, other: Definition) -> None:
    full = flow_body.canonical({"description": None, "blocked_dates": None, **one})
    assert full == flow_body.canonical({"description": None, "blocked_dates": None, **other})


def test_a_number_differs_in_its_last_digit() -> None:
    one, other = step("1", value=1234567.89), step("1", value=1234568.12)
    assert flow_body.canonical({"actions": [one]}) != flow_body.canonical({"actions": [other]})


def test_another_order_of_steps_is_a_difference() -> None:
    one = [{**step("1"), "connection": {"nextActionId": "2"}}, step("2")]
    other = [step("1"), {**step("2"), "connection": {"nextActionId": "1"}}]
    assert flow_body.canonical({"actions": one}) != flow_body.canonical({"actions": other})


@given(st.text())
def test_marker_is_proof_and_never_shows(description: str) -> None:
    marked = flow_body.with_marker(description, DAY)
    assert flow_body.was_enabled({"description": marked})
    assert flow_body.with_marker(marked, DAY) == marked
    plain = flow_body.without_marker(description)
    assert flow_body.without_marker(flow_body.with_marker(plain, DAY)).strip() == plain.strip()


def test_workflow_that_was_never_enabled_has_no_marker() -> None:
    assert not flow_body.was_enabled({"isEnabled": False, "description": "Says [revops] and enabled"})
