"""Workflows."""

from __future__ import annotations

from typing import Any

from tests.providers.revops_hubspot.preflight_errors.case import Case, Json
from tests.providers.revops_hubspot.preflight_errors.filter_cases import EVENT


def _action(number: str = "1", type_id: str = "0-5", **more: Any) -> Json:
    fields = {"property_name": "message", "value": {"type": "STATIC_VALUE", "staticValue": "x"}}
    return {
        "type": "SINGLE_CONNECTION",
        "actionId": number,
        "actionTypeId": type_id,
        "actionTypeVersion": 0,
        "fields": fields,
        **more,
    }


FLOW: Json = {"object": "contacts", "name": "W", "actions": [_action()]}


def _flow(refusal: str, message: str, *actions: Any, **inputs: Any) -> Case:
    live = {"actions": list(actions)} if actions else {}
    return Case(refusal, "Workflow", {**FLOW, **live, **inputs}, message)


ROTATE = {"target_property": "hubspot_owner_id", "overwrite_current_owner": "false"}
FLOWS = [
    _flow(
        "flows.actions: action {} (Rotate record to owner) needs user_ids or team_ids",
        "a rotation needs user_ids or team_ids",
        _action(type_id="0-11", fields=ROTATE),
    ),
    _flow(
        "flows.actions: action {} (Rotate record to owner): no {} {}",
        'user id "999" does not exist in the account',
        _action(type_id="0-11", fields={**ROTATE, "user_ids": ["999"]}),
    ),
    _flow(
        "flows.actions: ",
        "HubSpot does not run action 0-13 any more: it answers 500",
        _action(type_id="0-13", fields={"operation": "ADD", "list_id": "1"}),
    ),
    _flow(
        "flows.actions: action {} ({}) needs the field {}",
        "action 0-3 needs the field subject",
        _action(type_id="0-3", fields={}),
    ),
    _flow(
        "flows.actions: action {} ({}): delta must be a number, time_unit one of {}",
        "delta must be a whole number",
        _action(type_id="0-1", fields={"delta": "x", "time_unit": "DAYS"}),
    ),
    _flow(
        "flows.actions: action {} leads to {}, which is not there",
        'action "1" leads to "7", which is not there',
        _action(connection={"edgeType": "STANDARD", "nextActionId": "7"}),
    ),
    _flow(
        "flows.actions: action {}: property {} does not exist",
        'property "nope" of contacts is neither declared nor in the account',
        _action(fields={"property_name": "nope", "value": {"type": "STATIC_VALUE", "staticValue": "x"}}),
    ),
    _flow("flows.actions: actionId {} is there twice", 'actionId "1" is used twice', _action(), _action()),
    _flow(
        "flows.actions: edgeType must be STANDARD or GOTO",
        "edgeType must be STANDARD or GOTO",
        _action(connection={"edgeType": "JUMP", "nextActionId": "1"}),
    ),
    _flow(
        "flows.actions: property {} does not exist",
        'property "nope" of contacts is neither declared nor in the account',
        _action(fields={"property_name": "message", "value": {"type": "OBJECT_PROPERTY", "propertyName": "nope"}}),
    ),
    _flow(
        "flows.actions: startActionId {} is not an action of the flow",
        'start_action_id "7" is not an action',
        start_action_id="7",
    ),
    _flow(
        "flows.actions: the type of a value must be one of {}",
        'type of the value is "LOUD"',
        _action(fields={"property_name": "message", "value": {"type": "LOUD"}}),
    ),
    _flow("flows.actions: the type of an action must be one of {}", 'type is "LEAP"', _action(type="LEAP")),
    _flow(
        "filters.rules: an event branch must be UNIFIED_EVENTS, without branches in it",
        "an event branch must be UNIFIED_EVENTS",
        enrollment_criteria={
            "type": "EVENT_BASED",
            "shouldReEnroll": False,
            "eventFilterBranches": [{**EVENT, "filterBranches": [EVENT]}],
        },
    ),
    _flow(
        "flows.flows: Invalid flow: list {} does not exist",
        'list id "99" does not exist in the account',
        suppression_list_ids=["99"],
    ),
    _flow(
        "flows.flows: Invalid flow: the type of enrollmentCriteria must be one of {}",
        'enrollment_criteria: type is "LUCK"',
        enrollment_criteria={"type": "LUCK"},
    ),
    _flow(
        "flows.flows: Invalid flow: the type of enrollmentSchedule must be one of {}",
        'enrollment_schedule: type is "NEVER"',
        enrollment_schedule={"type": "NEVER"},
    ),
    Case(
        "flows.flows: Workflows need Professional or higher; this account is {}",
        "Workflow",
        FLOW,
        "Workflows need Professional or higher",
        seed={"account": {"tier": "starter"}},
        raw=(
            "POST",
            "flows",
            "",
            {"type": "CONTACT_FLOW", "isEnabled": False, "actions": [], "flowType": "WORKFLOW", "objectTypeId": "0-1"},
        ),
    ),
]
