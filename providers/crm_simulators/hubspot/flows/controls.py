"""Control routes for workflows: trigger events, enroll records manually, and inspect runs."""

from __future__ import annotations

from crm_simulators.control import ControlProblem
from crm_simulators.hubspot.errors import JsonObject, validation_error
from crm_simulators.hubspot.filters.evaluation import FORM_SUBMITTED, OBJECT_CREATED, PROPERTY_CHANGED
from crm_simulators.hubspot.filters.rules import EVENT_TYPES
from crm_simulators.hubspot.flows.run import FlowRun
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.portal.portal import Happening

WRITTEN = (PROPERTY_CHANGED, OBJECT_CREATED)
"""Events that follow from writes of records only."""
CONTACTS = "0-1"


class FlowControls:
    """Simulates what users and visitors do, and reports the runs."""

    def __init__(self, run: FlowRun) -> None:
        self.run = run
        self.portal = run.portal

    def event(self, document: JsonObject) -> JsonObject:
        """Record an event now: `{objectType, id, eventTypeId, properties}`. Returns active enrollments."""
        required = {"objectType": "text", "id": "text", "eventTypeId": "text"}
        check_body("event", document, required, {"properties": "object"})
        object_type = self.portal.object_type(document["objectType"])
        record = self.run.records.find(object_type, document["id"])
        kind, properties = document["eventTypeId"], document.get("properties", {})
        if kind in WRITTEN:
            raise ControlProblem(f"event: {kind} is raised only by writing a record")
        if not all(isinstance(value, str) for value in properties.values()):
            raise ControlProblem("event: every property must be a string")
        if kind not in EVENT_TYPES and self.portal.switch("unknown_event_types") == "refuse":
            raise validation_error(f"event type {kind} is not known")
        event = {"eventTypeId": kind, "properties": properties, "at": self.portal.now()}
        self.portal.area("events", object_type.id).setdefault(record["id"], []).append(event)
        self.run.triggers.hear_event(object_type.id, record["id"], event)
        if kind == FORM_SUBMITTED and object_type.id == CONTACTS:
            self._converted(record, properties)
        else:
            self.portal.announce(Happening("touched", object_type.id, record["id"]))
        self.run.settle()
        return {"active": len(self.run.enrollments.active)}

    def _converted(self, record: JsonObject, properties: JsonObject) -> None:
        """What a form submission leaves on the contact [K]; the names of the event's properties are ours [?]."""
        title = ": ".join(properties[name] for name in ("hs_page_title", "hs_form_name") if properties.get(name))
        count = int(float(record["properties"].get("num_conversion_events", "0") or 0)) + 1
        conversion = {"recent_conversion_date": self.portal.now(), "num_conversion_events": str(count)}
        if title:
            conversion["recent_conversion_event_name"] = title
        self.run.records.stamp(CONTACTS, record, conversion)

    def enroll(self, document: JsonObject) -> JsonObject:
        """Enroll records manually: `{flowId, ids}`. Returns the number of active enrollments of the flow."""
        check_body("enroll", document, {"flowId": "text", "ids": "list"}, {})
        flow = self.run.flows.find(document["flowId"])
        if not flow["isEnabled"]:
            raise ControlProblem(f"enroll: flow {flow['id']} is not enabled")
        object_type = self.portal.object_type(flow["objectTypeId"])
        for record_id in document["ids"]:
            self.run.records.find(object_type, str(record_id))
            self.run.enrollments.push(self.portal.moment(), "enroll", flow["id"], str(record_id))
        self.run.settle()
        return {"active": self._count(flow["id"])["active"]}

    def runs(self, document: JsonObject) -> JsonObject:
        """Report runs: `{flowId?}` -> counts by flow and by reason of their end, the action log and the errors."""
        check_body("flow-runs", document, {}, {"flowId": "text"})
        live = self.run.flows.live
        desired = [self.run.flows.find(document["flowId"])["id"]] if "flowId" in document else list(live)
        automation = self.portal.area("automation")
        return {
            "flows": {flow_id: {"name": live[flow_id].get("name"), **self._count(flow_id)} for flow_id in desired},
            "log": [entry for entry in automation.get("log", []) if entry["flowId"] in desired],
            "errors": [entry for entry in automation.get("errors", []) if entry["flowId"] in desired],
        }

    def _count(self, flow_id: str) -> JsonObject:
        enrolled = self.portal.area("automation", "enrolled", flow_id)
        return {
            "records": len(enrolled),
            "enrollments": sum(seen["times"] for seen in enrolled.values()),
            "active": sum(len(ids) for ids in self.portal.area("automation", "here", flow_id).values()),
            "ended": dict(self.portal.area("automation", "ended", flow_id)),
        }
