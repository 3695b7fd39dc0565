"""Flows (workflows), automation v4, a beta in every version: hubspot.md section 6."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Container, Iterable

from vendor_facts import vocabulary

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import HubSpotError, JsonObject, not_found, validation_error
from crm_simulators.hubspot.filters.evaluation import Filters
from crm_simulators.hubspot.filters.rules import FilterRules
from crm_simulators.hubspot.flows.actions import CATALOG, FlowActions
from crm_simulators.hubspot.flows.modeled import unmodeled
from crm_simulators.hubspot.http.batches import batch_inputs, batch_reply
from crm_simulators.hubspot.http.bodies import BODIES, check_body, fields, stored_parts
from crm_simulators.hubspot.http.calls import Call, Reply
from crm_simulators.hubspot.http.paging import page
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.portal.portal import Happening, Portal

FLOWS = "/automation/v4/flows"
FLOW = f"{FLOWS}/{{flow}}"
SCOPES = ("automation",)
TIERS_WITH_FLOWS = ("professional", "enterprise")  # [D]
TYPES = ("CONTACT_FLOW", "PLATFORM_FLOW")
CREATE_ONLY = {"flowType": "text", "objectTypeId": "text"}
LISTS = fields("FlowRequest lists")
CONTACT_LISTS = fields("CONTACT_FLOW lists")
SHORT_REQUIRED, OPTIONAL = BODIES["FlowRequest"]
CONTACT_OPTIONAL = fields("CONTACT_FLOW")
PLATFORM_OPTIONAL = {"suppressionFilterBranch": "object"}
READ_ONLY = fields("Flow answer")
KNOWN = frozenset(
    {*SHORT_REQUIRED, *CREATE_ONLY, *LISTS, *CONTACT_LISTS, *OPTIONAL, *CONTACT_OPTIONAL, *PLATFORM_OPTIONAL}
    | {*READ_ONLY, "dataSources", "revisionId"}
)
"""What a flow has by the specification [S]."""
EMPTY: JsonObject = {
    "blockedDates": [],
    "customProperties": {},
    "dataSources": [],
    "timeWindows": [],
    "canEnrollFromSalesforce": False,
    "suppressionListIds": [],
}
CRITERIA = {kind: BODIES[f"{kind} criteria"] for kind in ("LIST_BASED", "EVENT_BASED", "MANUAL")}
VERBATIM = "DATASET"
"""Criteria whose parts no page describes: kept as they were written, and never run."""
SCHEDULES = tuple(vocabulary("hubspot", "flow schedules"))
MAX_PAGE = 100
SUMMARY = ("id", "name", "isEnabled", "flowType", "objectTypeId", "revisionId", "createdAt", "updatedAt", "uuid")


class Flows:
    """The flows of the portal; `FlowRun` runs those that are enabled."""

    def __init__(self, portal: Portal, filters: Filters) -> None:
        self.portal = portal
        self.filters = filters

    @property
    def live(self) -> dict[str, JsonObject]:
        """Flows by id."""
        return self.portal.area("flows")

    @route("GET", FLOW, SCOPES)
    def find(self, flow: str) -> JsonObject:
        """A flow, or 404."""
        found: JsonObject | None = self.live.get(flow)
        if found is None:
            raise not_found(f"Flow {flow} does not exist")
        return found

    @route("GET", FLOWS, SCOPES)
    def list_all(self, call: Call) -> JsonObject:
        """Summaries, in pages; refused like a write where the subscription has no workflows [?]."""
        if not self.portal.switch("flows_read_without_tier"):
            self.check_tier()
        summaries = [{key: flow[key] for key in SUMMARY if key in flow} for flow in self.live.values()]
        return page(call, summaries, MAX_PAGE, MAX_PAGE)

    @route("POST", f"{FLOWS}/batch/read", SCOPES, write=False)
    def batch_read(self, body: JsonObject) -> Reply:
        """200, or 207 when some do not exist."""
        inputs = batch_inputs(body, {}, MAX_PAGE)
        for item in inputs:
            check_body("FlowId", item, {"type": "text", "flowId": "text"}, {})
        return batch_reply(self.portal, 200, [str(item["flowId"]) for item in inputs], self.find)

    @route("GET", "/automation/v4/action-types", SCOPES)
    def action_types(self, call: Call) -> list[JsonObject]:
        """The catalog of actions, on the dated beta only [S]."""
        if call.version is None:
            raise errors.WebServerNotFound
        return [{"id": key, "label": label} for key, (label, _) in CATALOG.items()]

    @route("POST", FLOWS, SCOPES, status=201)
    def create(self, body: JsonObject) -> JsonObject:
        """Create a flow, enabled if the body says so; names need not be unique [?]."""
        self.check_tier()
        kind = self._kind(body)
        required = {**SHORT_REQUIRED, **CREATE_ONLY}
        self._check_fields(kind, body, required, {"dataSources": "list"})
        object_type = self.portal.object_type(body["objectTypeId"]).id
        if (kind == "CONTACT_FLOW") != (object_type == "0-1"):
            raise validation_error(f"Invalid flow: a {kind} cannot have objectTypeId {object_type}")  # [S][T]
        if body["flowType"] not in ("WORKFLOW", "ACTION_SET"):
            raise validation_error("Invalid flow: flowType must be WORKFLOW or ACTION_SET")
        flow_id = self.portal.next_id("flow", 1500000001)
        now = self.portal.now()
        made = {
            **self._content(kind, body),
            "id": flow_id,
            "uuid": body.get("uuid") or str(uuid.uuid5(uuid.NAMESPACE_URL, f"flow/{flow_id}")),
            "revisionId": "1",
            "flowType": body["flowType"],
            "objectTypeId": object_type,
            "dataSources": body.get("dataSources", []),
            "crmObjectCreationStatus": "COMPLETE",
            "createdAt": now,
            "updatedAt": now,
        }
        self._check_content(object_type, made)
        self.live[flow_id] = made
        self._announce(made, {"isEnabled": "true"} if made["isEnabled"] else {})
        return made

    @route("PUT", FLOW, SCOPES)
    def replace(self, flow: str, body: JsonObject) -> JsonObject:
        """PUT: omitted fields are removed [D]; object type, flow type and data sources stay [S]."""
        before = self.find(flow)
        kind = self._kind(body)
        if kind != before["type"]:
            raise validation_error(f"Invalid flow: the type of flow {flow} is {before['type']}")
        required = {**SHORT_REQUIRED, "revisionId": "text"}
        kept = {**CREATE_ONLY, "dataSources": "list"}
        self._check_fields(kind, body, required, kept, before)
        for name in kept:
            if name in body and body[name] != before[name]:
                raise validation_error(f"Invalid flow: {name} cannot be changed")
        if body["revisionId"] != before["revisionId"]:
            self._refuse_stale(flow, before, body)
        stay = ("id", "uuid", "flowType", "objectTypeId", "dataSources", "crmObjectCreationStatus", "createdAt")
        content = self._content(kind, body)
        after = {
            **stored_parts(
                body, before, {*content, *stay, *READ_ONLY, *OPTIONAL, *CONTACT_OPTIONAL, *PLATFORM_OPTIONAL}
            ),
            **content,
            **{name: before[name] for name in stay},
            "revisionId": str(int(before["revisionId"]) + 1),
            "updatedAt": self.portal.now(),
        }
        self._check_content(after["objectTypeId"], after, before["actions"])
        self.live[flow] = after
        turned_on = after["isEnabled"] and not before["isEnabled"]
        self._announce(after, {"isEnabled": "true"} if turned_on else {})
        return after

    @route("DELETE", FLOW, SCOPES)
    def delete(self, flow: str) -> None:
        """Delete a flow permanently."""
        found = self.find(flow)
        del self.live[flow]
        self._announce(found, {})

    def _announce(self, flow: JsonObject, changed: dict[str, str]) -> None:
        self.portal.announce(Happening("flow", flow["objectTypeId"], flow["id"], changed))

    def enrollable(self, flow: JsonObject) -> list[str]:
        """The records that would enroll if the flow were enabled now, without events and manual enrollment."""
        criteria = flow.get("enrollmentCriteria") or {}
        if criteria.get("type") != "LIST_BASED":
            return []
        found = self.filters.select(flow["objectTypeId"], criteria["listFilterBranch"])
        suppressed = flow.get("suppressionFilterBranch")
        out = [
            record["id"]
            for record in found
            if not suppressed or not self.filters.matches(flow["objectTypeId"], record, suppressed)
        ]
        lists = [str(list_id) for list_id in flow.get("suppressionListIds", [])]
        return [i for i in out if not any(self.filters.in_list(list_id, i) for list_id in lists)]

    def _refuse_stale(self, flow_id: str, before: JsonObject, body: JsonObject) -> None:
        """HubSpot documents no answer for a stale revisionId: this one is our choice [?]."""
        status = int(self.portal.switch("stale_revision_status"))
        raise HubSpotError(
            status,
            f"Flow {flow_id} is at revision {before['revisionId']}, not {body['revisionId']}",
            "CONFLICT" if status == 409 else "VALIDATION_ERROR",
        )

    def check_tier(self) -> None:
        """Refuse workflows below the Professional tier [D]."""
        tier = self.portal.state["account"]["tier"]
        if tier not in TIERS_WITH_FLOWS:  # [?] the form of the refusal
            raise HubSpotError(403, f"Workflows need Professional or higher; this account is {tier}", "MISSING_SCOPES")

    def _kind(self, body: JsonObject) -> str:
        kind = body.get("type")
        if kind is None:
            raise errors.missing_attributes("FlowRequest", ["type"])
        if kind not in TYPES:
            raise errors.invalid_json(1, 1, f"Could not resolve type id '{kind}' as a subtype of FlowRequest")
        return str(kind)

    def _check_fields(
        self, kind: str, body: JsonObject, required: dict[str, str], more: dict[str, str], stored: Container[str] = ()
    ) -> None:
        lists = {**LISTS, **(CONTACT_LISTS if kind == "CONTACT_FLOW" else {})}
        if self.portal.switch("short_flow_bodies"):
            optional = {**OPTIONAL, **lists}
        else:
            required, optional = {**required, **lists, **({} if "revisionId" in required else more)}, dict(OPTIONAL)
        optional |= CONTACT_OPTIONAL if kind == "CONTACT_FLOW" else PLATFORM_OPTIONAL
        optional |= {**READ_ONLY, **more, "revisionId": "text"}
        check_body("FlowRequest", body, required, optional, stored=stored)

    def _content(self, kind: str, body: JsonObject) -> JsonObject:
        """What a write decides, with the empty lists that were left out."""
        optional = {**OPTIONAL, **(CONTACT_OPTIONAL if kind == "CONTACT_FLOW" else PLATFORM_OPTIONAL)}
        lists = {**LISTS, **(CONTACT_LISTS if kind == "CONTACT_FLOW" else {})}
        names = [*SHORT_REQUIRED, *lists, *(n for n in optional if n not in ("uuid", "nextAvailableActionId"))]
        content = {name: copy.deepcopy(body.get(name, EMPTY.get(name))) for name in names}
        content = {name: value for name, value in content.items() if value is not None}
        ids = [str(action.get("actionId")) for action in body["actions"] if isinstance(action, dict)]
        numbers = [int(text) for text in ids if text.isdigit()]
        content["nextAvailableActionId"] = str(max(numbers, default=0) + 1)
        return content

    def _check_content(self, object_type: str, flow: JsonObject, stored: Iterable[JsonObject] = ()) -> None:
        rules = FilterRules(self.portal, object_type)
        FlowActions(self.portal, object_type).check(flow["actions"], flow.get("startActionId"), stored)
        if "enrollmentCriteria" in flow:
            self._check_criteria(rules, flow["enrollmentCriteria"])
        for name in ("goalFilterBranch", "suppressionFilterBranch"):
            if name in flow:
                rules.check_criteria(flow[name])
        schedule = flow.get("enrollmentSchedule")
        if schedule is not None and schedule.get("type") not in SCHEDULES:
            allowed = ", ".join(SCHEDULES)
            raise validation_error(f"Invalid flow: the type of enrollmentSchedule must be one of {allowed}")
        for list_id in flow.get("suppressionListIds", []):
            if str(list_id) not in self.portal.area("lists"):
                raise validation_error(f"Invalid flow: list {list_id} does not exist")
        if flow["isEnabled"] and self.portal.switch("unmodeled_flow_parts") == "refuse":
            missing = unmodeled(flow, self.portal.area("properties", object_type))
            if missing:
                raise validation_error(f"Invalid flow: the simulator does not run {missing[0]}, so it is not enabled")

    def _check_criteria(self, rules: FilterRules, criteria: JsonObject) -> None:
        kind = str(criteria.get("type"))
        if kind == VERBATIM:
            return
        if kind not in CRITERIA:
            known = ", ".join((*CRITERIA, VERBATIM))
            raise validation_error(f"Invalid flow: the type of enrollmentCriteria must be one of {known}")
        required, optional = CRITERIA[kind]
        check_body("EnrollmentCriteria", criteria, {"type": "text", **required}, optional)
        if kind == "LIST_BASED":
            rules.check_criteria(criteria["listFilterBranch"])
            for branch in criteria.get("reEnrollmentTriggersFilterBranches") or []:
                rules.check_trigger(branch)
        for branch in criteria.get("eventFilterBranches") or []:
            rules.check_event_branch(branch)
        for branch in criteria.get("listMembershipFilterBranches") or []:
            rules.check_trigger(branch)
        if "refinementCriteria" in criteria:
            rules.check_criteria(criteria["refinementCriteria"])
