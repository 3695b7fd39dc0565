"""Whether a flow could run: its connectors lead somewhere, its fields exist, before-save flows set $Record only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from salesforce_formula import kinds
from salesforce_formula.checker import check
from salesforce_formula.tokens import FormulaError
from vendor_facts import vocabulary

from crm_simulators.salesforce.errors import MetadataError, integrity
from crm_simulators.salesforce.org.fields import fields_of, find_field, is_customizable, object_name
from crm_simulators.salesforce.org.formula_names import ObjectNames
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import Body

# Elements that run here. A flow with others, such as loops, waits and screens, is kept and never runs.
NODES = ("actionCalls", "assignments", "decisions", "recordCreates", "recordLookups", "recordUpdates")
RESOURCES = ("formulas", "variables", "constants", "textTemplates")
DESIGNER = "processMetadataValues"
CONDITION_OPERATORS = frozenset(vocabulary("salesforce", "flow operators"))
ASSIGNMENT_OPERATORS = frozenset({"Assign", "Add", "Subtract"})
OTHER = tuple(vocabulary("salesforce", "flow elements"))
PROCESS_TYPES = frozenset({"AutoLaunchedFlow", "Flow"})
ACTION_TYPES = frozenset({"emailAlert", "emailSimple", "flow", "submit", "chatterPost", "customNotificationAction"})
TRIGGERS = frozenset({"None", "Scheduled", "RecordBeforeSave", "RecordAfterSave", "RecordBeforeDelete"})
TRIGGERS_OF_RECORDS = frozenset({"RecordBeforeSave", "RecordAfterSave", "RecordBeforeDelete"})
MERGE_FIELD = re.compile(r"\{!([^}<>]+)\}")
"""A reference in a text; one that markup cuts in two stays text [S: an active flow of a public org]."""


def checked(org: Org, body: Body) -> str:
    """Check a flow and answer the object it starts on ("" when it has none); raises MetadataError.

    A draft with errors is kept as it is [D: meta_visual_workflow, InvalidDraft].
    """
    if body.get("status") == "InvalidDraft":
        return str(body.get("start", {}).get("object", ""))
    flow = _Flow(org, body)
    flow.check_names()
    flow.check_connectors()
    flow.check_start()
    flow.check_records()
    flow.check_references()
    flow.check_formulas()
    return flow.sobject


def without_rules(body: Body) -> list[str]:
    """What keeps a flow from running here: kinds of elements, processes, triggers, actions and operators."""
    start: Body = body.get("start", {})
    rules = [rule for node in body.get("decisions", []) for rule in node.get("rules", [])]
    filtered = [start, *(node for kind in NODES for node in body.get(kind, []))]
    compared = [row for node in filtered for row in node.get("filters", [])]
    compared += [row for rule in rules for row in rule.get("conditions", [])]
    assigned = [item for node in body.get("assignments", []) for item in node.get("assignmentItems", [])]
    actions = [node.get("actionType") for node in body.get("actionCalls", [])]
    return [
        *(element for element in body if element not in (*NODES, *RESOURCES, *OTHER)),
        *_strange("processType", [body.get("processType", "Flow")], PROCESS_TYPES),
        *_strange("triggerType", [start.get("triggerType", "None")], TRIGGERS),
        *_strange("actionType", actions, ACTION_TYPES),
        *_strange("operator", [row.get("operator") for row in compared], CONDITION_OPERATORS),
        *_strange("operator", [item.get("operator") for item in assigned], ASSIGNMENT_OPERATORS),
    ]


def _strange(element: str, values: list[Any], known: frozenset[str]) -> list[str]:
    return sorted({f"{element}: {value}" for value in values if value not in known})


def flow_error(text: str) -> MetadataError:
    """What is wrong inside a flow [K: code and texts]."""
    return integrity(text)


def parts(value: Any, key: str) -> Iterator[Any]:
    """Every value under a key, at any depth, but for what only the designer of processes reads [S: public orgs]."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == key:
                yield inner
            if name != DESIGNER:
                yield from parts(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from parts(inner, key)


class _Flow:
    def __init__(self, org: Org, body: Body) -> None:
        self.org = org
        self.body = body
        self.start: Body = body.get("start", {})
        self.nodes = [(kind, node) for kind in NODES for node in body.get(kind, [])]
        self.unmodeled = bool(without_rules(body))
        self.names = [str(node.get("name", "")) for _, node in self.nodes]
        elements = [node for nodes in body.values() if isinstance(nodes, list) for node in nodes]
        self.targets = {str(node.get("name", "")).lower() for node in elements if isinstance(node, dict)}
        self.known = {str(name).lower() for name in parts(body, "name")}
        self.sobject = ""

    def check_names(self) -> None:
        repeated = next((name for name in self.names if self.names.count(name) > 1), None)
        if repeated is not None:
            raise flow_error(f"{repeated} (Duplicate Name): The name {repeated} is used more than once in this flow.")
        if "" in self.names:
            raise MetadataError("REQUIRED_FIELD_MISSING", "Required field is missing: name", ("name",))

    def check_connectors(self) -> None:
        for target in parts(self.body, "targetReference"):
            if str(target).lower() not in self.targets:
                raise flow_error(f'The flow can\'t find the element "{target}" that a connector points to.')
        first = self.body.get("startElementReference")
        if first is not None and str(first).lower() not in self.targets:
            raise flow_error(f'The flow can\'t find the element "{first}" that a connector points to.')
        if self.nodes and not self.unmodeled and first is None and not list(parts(self.start, "targetReference")):
            raise flow_error("You must connect the start element to another element.")

    def check_start(self) -> None:
        trigger = self.start.get("triggerType", "None")
        name = self.start.get("object")
        if name is not None:
            known = object_name(self.org, name)
            if known is None or (trigger in TRIGGERS_OF_RECORDS and not is_customizable(known)):
                raise flow_error(f'The object "{name}" can\'t be found.')
            self.sobject = known
        if trigger in TRIGGERS_OF_RECORDS and (name is None or "recordTriggerType" not in self.start):
            raise flow_error("A record-triggered flow must have an object and a recordTriggerType.")
        if (
            trigger == "Scheduled"
            and not self.unmodeled
            and set(self.start.get("schedule", {})) != {"frequency", "startDate", "startTime"}
        ):
            raise flow_error("A scheduled flow must have a frequency, a start date and a start time.")
        if "filterFormula" in self.start and self.start.get("filters"):
            raise flow_error("A start element can have either filters or a filterFormula, not both.")
        if self.start.get("scheduledPaths") and trigger != "RecordAfterSave":
            raise flow_error("Scheduled paths are available only in flows that run after a record is saved.")
        for row in self.start.get("filters", []):
            self._field(self.sobject, row["field"])
        if trigger == "RecordBeforeSave":
            self._check_before_save()

    def _check_before_save(self) -> None:
        """A before-save flow may only update $Record [K]."""
        allowed = {"assignments", "decisions", "recordLookups", "recordUpdates"}
        for kind, node in self.nodes:
            if kind not in allowed or (kind == "recordUpdates" and node.get("inputReference") != "$Record"):
                raise flow_error(f"{node['name']}: Fast Field Updates can only update the record that starts the flow.")

    def check_records(self) -> None:
        for kind, node in self.nodes:
            if node.get("actionType") == "emailAlert" and self.org.find("WorkflowAlert", node["actionName"]) is None:
                raise flow_error(f"{node['name']}: The e-mail alert {node['actionName']} doesn't exist.")
            if not kind.startswith("record"):
                continue
            sobject = self._object_of(node)
            for row in [*node.get("filters", []), *node.get("inputAssignments", [])]:
                if sobject:
                    self._field(sobject, row["field"])

    def _object_of(self, node: Body) -> str:
        """The object a record element works on; "" when it is a variable's."""
        name = node.get("object")
        if name is None:
            return self.sobject if node.get("inputReference") == "$Record" else ""
        known = object_name(self.org, name)
        if known is None:
            raise flow_error(f'{node["name"]}: The object "{name}" can\'t be found.')
        return known

    def _field(self, sobject: str, name: str) -> None:
        if find_field(fields_of(self.org, sobject), name) is None:
            raise flow_error(f'The field "{name}" for the object "{sobject}" doesn\'t exist.')

    def check_references(self) -> None:
        references = [str(each) for each in parts(self.body, "elementReference")]
        references += [str(each) for each in parts(self.body, "leftValueReference")]
        references += [str(each) for each in parts(self.body, "assignToReference")]
        for text in [*parts(self.body, "stringValue"), *parts(self.body, "text")]:
            references += MERGE_FIELD.findall(str(text))
        for reference in references:
            self.reference(reference)

    def reference(self, name: str) -> str:
        """The formula type of a reference; Null stands for one that is not known before the flow runs."""
        head, _, rest = name.partition(".")
        if head in {"$Record", "$Record__Prior"}:
            if not rest or not self.sobject:
                return kinds.NULL
            try:
                return ObjectNames(self.org, self.sobject).type_of(rest)
            except FormulaError:
                raise flow_error(f'The field "{rest}" for the object "{self.sobject}" doesn\'t exist.') from None
        if head.partition("[")[0].lower() not in self.known and not head.startswith("$"):
            raise flow_error(f'The flow can\'t find the resource "{name}".')
        return kinds.NULL

    def check_formulas(self) -> None:
        formulas = [(node["name"], str(node["expression"])) for node in self.body.get("formulas", [])]
        if "filterFormula" in self.start:
            formulas.append(("start", str(self.start["filterFormula"])))
        for name, text in formulas:
            try:
                check(text, _FlowNames(self), expected=None, context=kinds.Context.FLOW)
            except FormulaError as error:
                raise flow_error(f"The formula {name} isn't valid: {error}") from None


class _FlowNames:
    """Flow resources as a formula's names."""

    def __init__(self, flow: _Flow) -> None:
        self.flow = flow

    def type_of(self, name: str) -> str:
        try:
            return self.flow.reference(name)
        except MetadataError as error:
            raise FormulaError(error.message) from None
