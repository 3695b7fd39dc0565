"""One flow interview: walks from element to element. Loops, waits, subflows and collections are not modeled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from salesforce_formula.values import EvaluationError

from crm_simulators.salesforce.automation.approvals import Approvals, Submission
from crm_simulators.salesforce.automation.email_alerts import send_alert
from crm_simulators.salesforce.automation.flow_values import FlowError, Values, as_json, as_text
from crm_simulators.salesforce.errors import RestError
from crm_simulators.salesforce.metadata_types.automation.flow_check import NODES
from crm_simulators.salesforce.org.fields import Field, fields_of, find_field
from crm_simulators.salesforce.org.org import Record
from crm_simulators.salesforce.rows.filter_logic import combined, holds
from crm_simulators.salesforce.rows.record_values import from_json
from crm_simulators.salesforce.rows.tables import find_row, rows
from crm_simulators.salesforce.xml.component_xml import Body

MAX_ELEMENTS = 2000  # executed elements per interview, before API 57 [D: flow limits]


class Saves(Protocol):
    """Saves records in system mode: a record-triggered flow ignores field-level security [D]."""

    def create(self, sobject: str, values: dict[str, Any]) -> str: ...

    def update(self, sobject: str, record_id: str, values: dict[str, Any]) -> None: ...

    def saved(self, sobject: str, row: Record, old: Record) -> None: ...


class Interview:
    """Runs a flow from one connector. A before-save interview changes the row itself and saves nothing."""

    def __init__(self, values: Values, saves: Saves, *, before_save: bool = False) -> None:
        self.values = values
        self.saves = saves
        self.before_save = before_save
        self.org = values.viewer.org
        self.nodes: dict[str, tuple[str, Body]] = {
            node["name"]: (kind, node) for kind in NODES for node in values.flow.get(kind, [])
        }
        self.assigned: set[str] = set()

    def run(self, target: str | None) -> None:
        """Run until an element has no connector; raises FlowError."""
        for _ in range(MAX_ELEMENTS):
            if target is None:
                return
            kind, node = self.nodes[target]
            target = self._next(kind, node)
        raise FlowError(f"The number of elements executed exceeds {MAX_ELEMENTS}.")

    def _next(self, kind: str, node: Body) -> str | None:
        steps: dict[str, Callable[[Body], str | None]] = {
            "actionCalls": self._action,
            "assignments": self._assign,
            "decisions": self._decide,
            "recordCreates": self._create,
            "recordLookups": self._look_up,
            "recordUpdates": self._update,
        }
        step = steps[kind]
        try:
            return step(node)
        except (RestError, EvaluationError, FlowError) as error:
            if "faultConnector" in node:
                return str(node["faultConnector"]["targetReference"])
            text = error.message if isinstance(error, RestError) else str(error)
            raise FlowError(f"{node['name']}: {text}") from None

    # --- elements -----------------------------------------------------------------------------------------------

    def _decide(self, node: Body) -> str | None:
        for rule in node.get("rules", []):
            results = [self._condition(condition) for condition in rule.get("conditions", [])]
            if combined(rule.get("conditionLogic", "and"), results):
                return _target(rule)
        connector = node.get("defaultConnector")
        return None if connector is None else str(connector["targetReference"])

    def _condition(self, condition: Body) -> bool:
        name, operator = condition["leftValueReference"], condition["operator"]
        left = self.values.reference(name)
        right = self.values.value(condition.get("rightValue", {}))
        if operator == "IsChanged":
            changed = self.values.old is not None and left != self.values.reference(name, prior=True)
            return changed is bool(right)
        return holds(operator, left, right)

    def _assign(self, node: Body) -> str | None:
        for item in node.get("assignmentItems", []):
            name, operator = item["assignToReference"], item["operator"]
            value = self.values.value(item.get("value", {}))
            if operator != "Assign":
                value = _sum(self.values.reference(name), value, operator)
            self._put(name, value)
        return _target(node)

    def _put(self, name: str, value: Any) -> None:
        head, _, field = name.partition(".")
        if head == "$Record":
            self.values.row[field] = as_json(self.values.viewer, self.values.sobject, field, value)
            self.assigned.add(field)
        elif field:
            raise FlowError(f"assigning to {name} doesn't run in this organization.")
        else:
            self.values.variables[head] = value

    def _create(self, node: Body) -> str | None:
        sobject = node["object"]
        record_id = self.saves.create(sobject, self._inputs(sobject, node))
        self.values.records[node["name"]] = (sobject, find_row(self.org, sobject, record_id) or {})
        return _target(node)

    def _inputs(self, sobject: str, node: Body) -> Record:
        return {
            item["field"]: as_json(self.values.viewer, sobject, item["field"], self.values.value(item.get("value", {})))
            for item in node.get("inputAssignments", [])
        }

    def _update(self, node: Body) -> str | None:
        sobject, row = self.values.sobject, self.values.row
        if node.get("inputReference") == "$Record":
            changes = self._inputs(sobject, node) or {name: row[name] for name in self.assigned}
            if self.before_save:
                row.update(changes)
            else:
                self.saves.update(sobject, row["Id"], changes)
                row.update(find_row(self.org, sobject, row["Id"]) or {})
            return _target(node)
        if "object" not in node:
            raise FlowError("updating a record variable doesn't run in this organization.")
        for found in self._matching(node):
            self.saves.update(node["object"], found["Id"], self._inputs(node["object"], node))
        return _target(node)

    def _look_up(self, node: Body) -> str | None:
        found = self._matching(node)
        if node.get("sortField"):
            key = node["sortField"]
            found.sort(
                key=lambda row: (row.get(key) is not None, row.get(key)), reverse=node.get("sortOrder") == "Desc"
            )
        self.values.records[node["name"]] = (node["object"], found[0]) if found else None
        return _target(node)

    def _matching(self, node: Body) -> list[Record]:
        fits = row_filter(self.values, node["object"], node)
        return [row for row in rows(self.org, node["object"]) if fits(row)]

    def _action(self, node: Body) -> str | None:
        """E-mails, posts and notifications are kept in the outbox for inspection."""
        if node["actionType"] == "emailAlert":
            return self._alert(node)
        if node["actionType"] == "submit":
            return self._submit(node)
        if node["actionType"] not in {"emailSimple", "chatterPost", "customNotificationAction"}:
            raise FlowError(f"the action {node['actionType']} doesn't run in this organization.")
        parameters = {
            each["name"]: as_plain(self.values.value(each.get("value", {}))) for each in node.get("inputParameters", [])
        }
        sent = {"type": node["actionType"], "at": self.org.timestamp(), "parameters": parameters}
        self.org.actions.append(sent)
        return _target(node)

    def _submit(self, node: Body) -> str | None:
        """Submits a record for approval [D: actions_obj_submit_for_approval]."""
        given = {each["name"]: self.values.value(each.get("value", {})) for each in node.get("inputParameters", [])}
        user = self.values.viewer.user
        submitter = self.org.record("User", str(given.get("submitterId") or user["Id"])) or user
        process, skip = given.get("processDefinitionNameOrId"), given.get("skipEntryCriteria") is True
        approvers = [str(given["nextApproverIds"])] if given.get("nextApproverIds") else []
        submission = Submission(process, skip, approvers, given.get("comment"))
        Approvals(self.org, submitter, self.saves).submit(
            str(given.get("objectId") or self.values.row["Id"]), submission
        )
        return _target(node)

    def _alert(self, node: Body) -> str | None:
        """Sends the alert about the record that its input names, the one that started the flow by default."""
        sobject, _, name = str(node["actionName"]).partition(".")
        given = {each["name"]: self.values.value(each.get("value", {})) for each in node.get("inputParameters", [])}
        row = find_row(self.org, sobject, str(given.get("SObjectRowId") or self.values.row["Id"]))
        if row is None or self.org.body("WorkflowAlert", f"{sobject}.{name}") is None:
            raise FlowError(f"the e-mail alert {node['actionName']} can't be sent.")
        send_alert(self.values.viewer, sobject, row, name)
        return _target(node)


def meets(values: Values, sobject: str, row: Record, filtered: Body) -> bool:
    """Whether a row fits the filters of an element."""
    return row_filter(values, sobject, filtered)(row)


def row_filter(values: Values, sobject: str, filtered: Body) -> Callable[[Record], bool]:
    """The filters of an element as a test of rows: fields and values are found once, and `and` and `or` stop early."""
    fields = fields_of(values.viewer.org, sobject)
    conditions = [_condition(values, sobject, fields, each) for each in filtered.get("filters", [])]
    logic = str(filtered.get("filterLogic", "and"))
    if logic.lower() in {"and", "or", ""}:
        joined = any if logic.lower() == "or" else all
        return lambda row: joined(is_met(row) for is_met in conditions)
    return lambda row: combined(logic, [is_met(row) for is_met in conditions])


def _condition(values: Values, sobject: str, fields: dict[str, Field], each: Body) -> Callable[[Record], bool]:
    field = find_field(fields, each["field"])
    if field is None:
        raise FlowError(f'The field "{each["field"]}" for the object "{sobject}" doesn\'t exist.')
    right, operator = values.value(each.get("value", {})), each["operator"]
    if operator == "IsChanged":
        old = values.old
        return lambda row: (old is not None and row.get(field.name) != old.get(field.name)) is bool(right)
    return lambda row: holds(operator, from_json(values.viewer.value(sobject, row, field.name), field, False), right)


def _target(node: Body) -> str | None:
    connector = node.get("connector")
    return None if connector is None else str(connector["targetReference"])


def _sum(live: Any, value: Any, operator: str) -> Any:
    if isinstance(live, str) and operator == "Add":
        return live + str(value or "")
    if value is None:
        return live
    if live is None:
        return value if operator == "Add" else -value
    return live + value if operator == "Add" else live - value


def as_plain(value: Any) -> Any:
    return value if isinstance(value, bool) or value is None else as_text(value)
