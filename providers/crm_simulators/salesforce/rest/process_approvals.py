"""`/process/approvals`: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_process_approvals_post.htm"""

from __future__ import annotations

from typing import Any

from crm_simulators.salesforce.automation.approvals import Approvals, Submission
from crm_simulators.salesforce.errors import RestError, SaveError, not_found
from crm_simulators.salesforce.http.calls import Call, Reply, allow
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.records.records import Records

ACTIONS = ("Submit", "Approve", "Reject", "Removed")
"""`Removed` recalls; REST documents the first three, the SOAP API all four [D; for REST K]."""


def answer(org: Org, call: Call, path: list[str]) -> Reply:
    """The approval processes of the org, or the results of submitting and answering requests."""
    if path != ["approvals"]:
        raise not_found()
    allow(call, "GET", "POST")
    if call.method == "GET":
        return Reply(200, {"approvals": _listed(org)})
    requests = call.objects("requests")
    if not requests:
        raise RestError(400, "JSON_PARSER_ERROR", "Missing required attribute: requests")
    results = [_result(org, call.user, request) for request in requests]
    return Reply(200, results, wrote=any(result["success"] for result in results))


def _listed(org: Org) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    components = org.of_type("ApprovalProcess").items()
    for full_name, component in sorted(components, key=lambda item: item[1]["order"]):
        sobject = full_name.partition(".")[0]
        if component["body"]["active"]:
            listed = found.setdefault(sobject, [])
            entry = {"description": component["body"].get("description"), "id": component["id"]}
            listed.append(
                {**entry, "name": component["body"]["label"], "object": sobject, "sortOrder": len(listed) + 1}
            )
    return found


def _result(org: Org, caller: Record, request: dict[str, Any]) -> dict[str, Any]:
    """One request; those that fail change nothing, the others stay [D]."""
    try:
        with org.undo_saves_unless_kept() as keep:
            instance = _performed(org, caller, request)
            keep()
    except (SaveError, RestError) as error:
        # [K: the shape of an error inside a result]
        empty = dict.fromkeys(("actorIds", "entityId", "instanceId", "instanceStatus", "newWorkitemIds"))
        return {**empty, "errors": [each.result() for each in error.errors], "success": False}
    items = org.select("ProcessInstanceWorkitem", ProcessInstanceId=instance["Id"])
    return {
        "actorIds": [item["ActorId"] for item in items] or None,
        "entityId": instance["TargetObjectId"],
        "errors": None,
        "instanceId": instance["Id"],
        "instanceStatus": instance["Status"],
        "newWorkitemIds": [item["Id"] for item in items],
        "success": True,
    }


def _performed(org: Org, caller: Record, request: dict[str, Any]) -> Record:
    action, context = request.get("actionType"), str(request.get("contextId") or "")
    if action not in ACTIONS:
        raise RestError(400, "INVALID_INPUT", f"actionType must be one of {', '.join(ACTIONS)}", ())
    actor = org.record("User", str(request["contextActorId"])) if request.get("contextActorId") else caller
    if actor is None:
        raise RestError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ())
    named = request.get("nextApproverIds")
    approvers = [str(one) for one in named] if isinstance(named, list) else []
    comments = None if request.get("comments") is None else str(request["comments"])
    if action != "Submit":
        return _approvals(org, caller).answer(context, str(action), comments, approvers)
    skip = str(request.get("skipEntryCriteria", "false")).lower() == "true"
    process = request.get("processDefinitionNameOrId")
    submission = Submission(None if process is None else str(process), skip, approvers, comments)
    return _approvals(org, actor).submit(context, submission)


def _approvals(org: Org, user: Record) -> Approvals:
    return Approvals(org, user, Records(org, user).for_flows())
