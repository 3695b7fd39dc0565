"""Questions about workflows: what their bodies may hold, and whom they enroll."""

from __future__ import annotations

from typing import Any

from revops_hubspot.probes.lab import (
    CONTACTS,
    HubSpotLab,
    Json,
    action,
    every,
    is_text,
    message,
    status_of,
)
from revops_iac.provider.inspection.probe import Answer, Undecided

NUMBER: dict[str, Any] = {"type": "number", "fieldType": "number"}
UNKNOWN_ACTION = "0-999999999"
SHORT = ("blockedDates", "customProperties", "dataSources", "timeWindows", "suppressionListIds")
SET_PROPERTY, DELAY = "0-5", "0-1"


def stale_revision(lab: HubSpotLab) -> Answer:
    """How a write of a workflow is refused that starts from an earlier revision."""
    lab.needs_workflows()
    body = lab.flow_body("flow")
    made = lab.make_flow(body)
    kept = {key: value for key, value in body.items() if key not in ("flowType", "objectTypeId", "dataSources")}
    first = {**kept, "revisionId": made["revisionId"]}
    lab.client.write("PUT", "flows", "/{flow}", {**first, "description": "one"}, flow=str(made["id"]))
    again = {**first, "description": "two"}
    status = status_of(lambda: lab.client.write("PUT", "flows", "/{flow}", again, flow=str(made["id"])))
    return Answer(status, f"a write from an earlier revision: {message(status)}")


def unknown_action(lab: HubSpotLab) -> Answer:
    """Whether a workflow may hold an action that does not exist."""
    lab.needs_workflows()
    status = status_of(lambda: lab.make_flow(lab.flow_body("flow", action(1, UNKNOWN_ACTION))))
    return Answer({200: "accept", 400: "refuse"}.get(status), f"a workflow with an unknown action: {message(status)}")


def short_body(lab: HubSpotLab) -> Answer:
    """Whether the empty lists may be left out; a whole body shows that it is about these."""
    lab.needs_workflows()
    whole = lab.flow_body("whole")
    lab.make_flow(whole)
    short = {key: value for key, value in lab.flow_body("short").items() if key not in SHORT}
    status = status_of(lambda: lab.make_flow(short))
    return Answer({200: True, 400: False}.get(status), f"a workflow without the empty lists: {message(status)}")


def enroll_existing(lab: HubSpotLab) -> Answer:
    """Whether switching a workflow on enrolls who meets its criteria already; a later record says when to look."""
    lab.needs_workflows()
    mark, count = lab.text_property("mark"), lab.text_property("count", **NUMBER)
    early = lab.contact("early", {mark: "probe"})
    lab.make_flow(_counting(lab, mark, count))
    late = lab.contact("late", {mark: "probe"})
    if not lab.until(lambda: _number(lab, late, count)):
        raise Undecided("the workflow did not run in time")
    found = lab.until(lambda: _number(lab, early, count)) > 0
    return Answer(found, f"the record that was there before was {'enrolled' if found else 'not enrolled'}")


def enroll_again(lab: HubSpotLab) -> Answer:
    """Whether a record that waits in a workflow enrolls once more; the workflow counts before it waits."""
    lab.needs_workflows()
    mark, count = lab.text_property("mark"), lab.text_property("count", **NUMBER)
    lab.make_flow(_counting(lab, mark, count, waits=True))
    record = lab.contact("contact", {mark: "probe"})
    if not lab.until(lambda: _number(lab, record, count)):
        raise Undecided("the workflow did not run in time")
    for text in ("else", "probe"):
        body = {"properties": {mark: text}}
        lab.client.write("PATCH", "objects", "/{object}/{id}", body, id=record, **CONTACTS)
    lab.until(lambda: _number(lab, record, count) > 1)
    times = _number(lab, record, count)
    return Answer({1: False, 2: True}.get(times), f"the record was enrolled {times} time{'s' if times != 1 else ''}")


def _counting(lab: HubSpotLab, mark: str, count: str, *, waits: bool = False) -> Json:
    """A workflow that is on and counts, on the record, how often the record was enrolled."""
    value = {"type": "INCREMENT", "incrementAmount": 1}
    first = action(1, SET_PROPERTY, 2 if waits else None, property_name=count, value=value)
    then = [action(2, DELAY, delta="1", time_unit="DAYS")] if waits else []
    met = every(is_text(mark, "probe"))
    criteria: Json = {"type": "LIST_BASED", "shouldReEnroll": waits, "listFilterBranch": met}
    if waits:
        criteria["reEnrollmentTriggersFilterBranches"] = met["filterBranches"]
    return lab.flow_body("flow", first, *then, isEnabled=True, enrollmentCriteria=criteria)


def _number(lab: HubSpotLab, record: str, name: str) -> int:
    return int(float(lab.values_of(record, name)[name] or 0))


MAKE = ("GET /automation/v4/flows", "POST /automation/v4/flows")
RECORDS = ("POST /crm/v3/properties/contacts", "POST /crm/v3/objects/contacts", "GET /crm/v3/objects/contacts/{id}")
