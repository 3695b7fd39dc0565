"""Runs field updates, tasks and alerts on a record, as approvals do, without validation rules and field security."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Any, Protocol

from salesforce_formula.evaluator import evaluate

from crm_simulators.salesforce.automation.email_alerts import send_alert
from crm_simulators.salesforce.metadata_types.automation.workflow_actions import ACTION_TYPES, updated_object
from crm_simulators.salesforce.org.fields import Field, find_field
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.org.picklists import active_names, picklist_values
from crm_simulators.salesforce.rows.derived_fields import completed
from crm_simulators.salesforce.rows.field_values import stored
from crm_simulators.salesforce.rows.record_values import Viewer, to_json
from crm_simulators.salesforce.rows.tables import find_row
from crm_simulators.salesforce.xml.component_xml import Body


class Saves(Protocol):
    """Saves records without field-level security, and runs flows after a save that bypassed all rules."""

    def create(self, sobject: str, values: dict[str, Any]) -> str: ...

    def saved(self, sobject: str, row: Record, old: Record) -> None: ...


NEIGHBORS = {"NextValue": 1, "PreviousValue": -1}


class WorkflowActions:
    """Runs workflow actions on records of an object, as one user."""

    def __init__(self, org: Org, user: Record, saves: Saves, sobject: str) -> None:
        self.org = org
        self.user = user
        self.saves = saves
        self.sobject = sobject

    def run(self, record_id: str, actions: Body) -> None:
        """Run an ``ApprovalAction`` list in its order; field updates first [K: order of execution]. Actions without a
        rule here do nothing."""
        known = [action for action in actions.get("action", []) if action["type"] in ACTION_TYPES]
        listed = sorted(known, key=lambda action: action["type"] != "FieldUpdate")
        for action in listed:
            body = self.org.body(ACTION_TYPES[action["type"]], f"{self.sobject}.{action['name']}") or {}
            row = find_row(self.org, self.sobject, record_id) or {}
            if action["type"] == "FieldUpdate":
                self._update_field(row, body)
            elif action["type"] == "Task":
                self._make_task(row, body)
            else:
                send_alert(Viewer(self.org, self.user), self.sobject, row, action["name"])

    def _update_field(self, record: Record, body: Body) -> None:
        """Validation rules do not run again, record-triggered flows do [K: order of execution]."""
        sobject, lookup = updated_object(self.org, self.sobject, body)
        old = find_row(self.org, sobject, record[lookup]) if record.get(lookup) else None
        if old is None:  # a lookup that is empty leads to nothing
            return
        viewer = Viewer(self.org, self.user)
        field = find_field(viewer.fields(sobject), body["field"])
        assert field is not None
        if body["operation"] in NEIGHBORS:
            value = _neighbor(self.org, field, old.get(field.name), NEIGHBORS[body["operation"]])
        else:
            value = _value(viewer, self.sobject, record, field, body)
        moment = self.org.timestamp()
        row = {**old, field.name: stored(self.org, sobject, field, value)}
        completed(self.org, sobject, row, old)
        row.update(LastModifiedDate=moment, SystemModstamp=moment, LastModifiedById=self.user["Id"])
        self.org.table(sobject)[row["Id"]] = row
        self.saves.saved(sobject, row, old)

    def _make_task(self, row: Record, body: Body) -> None:
        kind = body["assignedToType"]
        owner = _named(self.org, "User", body["assignedTo"]) if kind == "user" else None
        about = "WhoId" if self.sobject in {"Lead", "Contact"} else "WhatId"
        values = {
            about: row["Id"],
            "Subject": body["subject"],
            "Description": body.get("description"),
            "Status": body["status"],
            "Priority": body["priority"],
            "OwnerId": owner or row["OwnerId" if kind == "owner" else "CreatedById"],
            "ActivityDate": (_first_day(self.org, row, body) + timedelta(days=body["dueDateOffset"])).isoformat(),
        }
        self.saves.create("Task", values)


def _value(viewer: Viewer, sobject: str, row: Record, field: Field, body: Body) -> Any:
    operation = body["operation"]
    if operation == "Literal":
        return body.get("literalValue") == "1" if field.type == "boolean" else body.get("literalValue")
    if operation == "LookupValue":
        return _named(viewer.org, body["lookupValueType"], body["lookupValue"]) if "lookupValue" in body else None
    if operation == "Null":
        return None
    result = evaluate(viewer.formula(body["formula"]), viewer.scope(sobject, row, row))
    return result if isinstance(result, bool | str) or result is None else to_json(result, field)


def _neighbor(org: Org, field: Field, value: Any, step: int) -> Any:
    """The next or the previous value of a picklist; at its end the value stays [?]."""
    names = active_names(picklist_values(org, field))
    place = names.index(value) + step if value in names else -1
    return names[place] if 0 <= place < len(names) else value


def _named(org: Org, kind: str, name: str) -> str:
    rows = org.select("User", Username=name) if kind == "User" else org.select("Group", Type=kind, DeveloperName=name)
    return str(rows[0]["Id"])


def _first_day(org: Org, row: Record, body: Body) -> date:
    name = str(body.get("offsetFromField", "")).rpartition(".")[2]
    value = row.get(name) if name else None
    return date.fromisoformat(str(value)[:10]) if value else org.now().astimezone(UTC).date()
