"""Flows, through the client's `api_request` against the running simulator."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

FLOWS = "/automation/v4/flows"


def known(name: str) -> dict[str, Any]:
    operation = {"operationType": "ALL_PROPERTY", "operator": "IS_KNOWN", "includeObjectsWithNoValueSet": False}
    return {"filterType": "PROPERTY", "property": name, "operation": operation}


def branch(*filters: dict[str, Any]) -> dict[str, Any]:
    inner = {"filterBranchType": "AND", "filterBranchOperator": "AND", "filters": list(filters), "filterBranches": []}
    return {"filterBranchType": "OR", "filterBranchOperator": "OR", "filters": [], "filterBranches": [inner]}


def set_property(name: str = "jobtitle", action_id: str = "1", **more: Any) -> dict[str, Any]:
    fields = {"property_name": name, "value": {"type": "STATIC_VALUE", "staticValue": "CEO"}}
    return {
        "type": "SINGLE_CONNECTION",
        "actionId": action_id,
        "actionTypeId": "0-5",
        "actionTypeVersion": 0,
        "fields": fields,
    } | more


def flow(**changes: Any) -> dict[str, Any]:
    return {
        "type": "CONTACT_FLOW",
        "flowType": "WORKFLOW",
        "objectTypeId": "0-1",
        "name": "Lifecycle",
        "isEnabled": False,
        "startActionId": "1",
        "actions": [set_property()],
        "enrollmentCriteria": {
            "type": "LIST_BASED",
            "shouldReEnroll": False,
            "listFilterBranch": branch(known("email")),
        },
    } | changes


def put_body(made: dict[str, Any], **changes: Any) -> dict[str, Any]:
    kept = ("type", "name", "isEnabled", "startActionId", "actions", "enrollmentCriteria", "revisionId")
    return {key: made[key] for key in kept} | changes


def test_flow_is_created_read_listed_replaced_and_deleted(api: Any) -> None:
    status, made = api("POST", FLOWS, flow())
    assert (status, made["revisionId"], made["nextAvailableActionId"], made["isEnabled"]) == (201, "1", "2", False)
    assert api("GET", f"{FLOWS}/{made['id']}") == (200, made)
    summary = api("GET", FLOWS, limit=100)[1]["results"][0]
    assert (summary["id"], summary["name"]) == (made["id"], "Lifecycle")
    assert "actions" not in summary
    status, changed = api("PUT", f"{FLOWS}/{made['id']}", put_body(made, isEnabled=True, name="New"))
    assert (status, changed["revisionId"], changed["isEnabled"], changed["name"]) == (200, "2", True, "New")
    assert api("DELETE", f"{FLOWS}/{made['id']}") == (204, "")
    assert api("GET", f"{FLOWS}/{made['id']}")[0] == 404


def test_dated_path_is_an_alias_with_the_action_catalog(api: Any) -> None:
    _, made = api("POST", FLOWS, flow())
    assert api("GET", f"/automation/2026-09-beta/flows/{made['id']}")[1]["name"] == "Lifecycle"
    assert "0-5" in [a["id"] for a in api("GET", "/automation/2026-09-beta/action-types")[1]["results"]]
    assert api("GET", "/automation/v4/action-types")[0] == 404


@pytest.mark.parametrize("status", [409, 400])
def test_stale_revision_is_refused_with_the_status_of_the_switch(
    sims: RunningSimulators, api: Any, status: int
) -> None:
    sims.control.switches.set("hubspot.stale_revision_status", status)
    _, made = api("POST", FLOWS, flow())
    api("PUT", f"{FLOWS}/{made['id']}", put_body(made))
    answered, body = api("PUT", f"{FLOWS}/{made['id']}", put_body(made))
    assert (answered, body["message"]) == (status, f"Flow {made['id']} is at revision 2, not 1")


def test_put_removes_what_is_left_out(api: Any) -> None:
    _, made = api("POST", FLOWS, flow())
    body = put_body(made)
    del body["enrollmentCriteria"]
    del body["name"]
    _, changed = api("PUT", f"{FLOWS}/{made['id']}", body)
    assert "enrollmentCriteria" not in changed
    assert "name" not in changed


def test_put_cannot_change_the_object_type(api: Any) -> None:
    _, made = api("POST", FLOWS, flow())
    status, body = api("PUT", f"{FLOWS}/{made['id']}", put_body(made, objectTypeId="0-2"))
    assert (status, body["message"]) == (400, "Invalid flow: objectTypeId cannot be changed")


def test_there_is_no_patch(api: Any) -> None:
    _, made = api("POST", FLOWS, flow())
    status, page = api("PATCH", f"{FLOWS}/{made['id']}", {"isEnabled": True})
    assert (status, page.startswith("<html>")) == (405, True)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"type": "OTHER"},
            "Invalid input JSON on line 1, column 1: Could not resolve type id 'OTHER'",
        ),
        ({"objectTypeId": "0-3"}, "Invalid flow: a CONTACT_FLOW cannot have objectTypeId 0-3"),
        ({"startActionId": "9"}, "Invalid flow: startActionId 9 is not an action of the flow"),
        ({"actions": [set_property("nope")]}, "Invalid flow: action 1: property nope does not exist"),
        ({"actions": [set_property(actionTypeId="0-99")]}, "Invalid flow: actionTypeId 0-99 is not known"),
        ({"actions": [set_property(), set_property()]}, "Invalid flow: actionId 1 is there twice"),
        (
            {"actions": [set_property(connection={"edgeType": "STANDARD", "nextActionId": "7"})]},
            "Invalid flow: action 1 leads to 7, which is not there",
        ),
        (
            {"actions": [set_property(fields={"property_name": "jobtitle"})]},
            "Invalid flow: action 1 (Set, copy or clear a property) needs the field value",
        ),
        (
            {"actions": [set_property(actionTypeId="0-11", fields={"target_property": "hubspot_owner_id"})]},
            "Invalid flow: action 1 (Rotate record to owner) needs user_ids or team_ids",
        ),
        (
            {"enrollmentCriteria": {"type": "DATASETS"}},
            "Invalid flow: the type of enrollmentCriteria must be one of LIST_BASED, EVENT_BASED, MANUAL, DATASET",
        ),
        (
            {
                "enrollmentCriteria": {
                    "type": "LIST_BASED",
                    "shouldReEnroll": False,
                    "listFilterBranch": branch(known("x")),
                }
            },
            "Invalid filter: property x does not exist",
        ),
    ],
)
def test_invalid_flow_is_refused(api: Any, changes: dict[str, Any], message: str) -> None:
    status, body = api("POST", FLOWS, flow(**changes))
    assert status == 400
    assert body["message"].startswith(message)
    assert api("GET", FLOWS)[1]["results"] == []


def test_missing_fields_are_named(api: Any) -> None:
    status, body = api("POST", FLOWS, {"type": "CONTACT_FLOW", "name": "x"})
    assert (status, body["message"]) == (
        400,
        "Cannot build FlowRequest, some of required attributes are not set "
        "[isEnabled, actions, flowType, objectTypeId]",
    )


def test_empty_lists_are_required_when_short_bodies_are_off(sims: RunningSimulators, api: Any) -> None:
    sims.control.switches.set("hubspot.short_flow_bodies", False)
    status, body = api("POST", FLOWS, flow())
    assert status == 400
    assert body["message"].endswith(
        "[blockedDates, customProperties, timeWindows, canEnrollFromSalesforce, suppressionListIds, dataSources]"
    )


def test_event_flow_takes_property_changes_and_enrolls_nobody_now(api: Any) -> None:
    changed = {
        "filterBranchType": "UNIFIED_EVENTS",
        "filterBranchOperator": "AND",
        "filterBranches": [],
        "filters": [known("hs_value")],
        "eventTypeId": "4-655002",
        "operator": "HAS_COMPLETED",
    }
    criteria = {
        "type": "EVENT_BASED",
        "shouldReEnroll": True,
        "eventFilterBranches": [changed],
        "listMembershipFilterBranches": [],
    }
    status, made = api("POST", FLOWS, flow(enrollmentCriteria=criteria))
    assert status == 201
    assert api("POST", "/_sim/enrollments", {"flowId": made["id"]})[1] == {"total": 0, "ids": []}


def test_records_that_would_enroll_now_are_counted(sims: RunningSimulators, api: Any) -> None:
    sims.seed("hubspot", {"records": {"contacts": [{"email": "a@x.io"}, {"firstname": "B"}, {"email": "c@x.io"}]}})
    _, made = api("POST", FLOWS, flow())
    assert api("POST", "/_sim/enrollments", {"flowId": made["id"]})[1]["total"] == 2


def test_property_named_by_a_draft_flow_cannot_be_deleted(api: Any) -> None:
    group = {"label": "S", "type": "string", "fieldType": "text", "groupName": "contactinformation"}
    api("POST", "/crm/v3/properties/contacts", {"name": "status_text", **group})
    api("POST", FLOWS, flow(actions=[set_property("status_text")]))
    status, body = api("DELETE", "/crm/v3/properties/contacts/status_text")
    assert status == 400
    assert body["errors"][0]["context"] == {"parentType": ["WORKFLOW"], "parentName": ["Lifecycle"]}


def test_flows_need_professional(sims: RunningSimulators, api: Any) -> None:
    sims.seed("hubspot", {"account": {"tier": "starter"}})
    status, body = api("POST", FLOWS, flow())
    assert (status, body["message"]) == (403, "Workflows need Professional or higher; this account is starter")


def test_batch_read_answers_207_for_what_is_not_there(api: Any) -> None:
    _, made = api("POST", FLOWS, flow())
    inputs = [{"type": "FLOW_ID", "flowId": made["id"]}, {"type": "FLOW_ID", "flowId": "9"}]
    status, body = api("POST", f"{FLOWS}/batch/read", {"inputs": inputs})
    assert (status, body["numErrors"], body["results"][0]["id"]) == (207, 1, made["id"])


def test_criteria_on_a_dataset_are_kept_as_written_and_never_enabled(api: Any) -> None:
    criteria = {"type": "DATASET", "datasetId": "7", "shouldReEnroll": False}
    status, made = api("POST", FLOWS, flow(enrollmentCriteria=criteria, isEnabled=False))
    assert (status, made["enrollmentCriteria"]) == (201, criteria)
    status, refused = api(
        "PUT",
        f"{FLOWS}/{made['id']}",
        {**flow(enrollmentCriteria=criteria), "isEnabled": True, "revisionId": made["revisionId"]},
    )
    assert (status, refused["message"]) == (
        400,
        "Invalid flow: the simulator does not run criteria on a dataset, so it is not enabled",
    )
