"""What the references in a running flow stand for: the record, variables, formulas, found and made records."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from salesforce_formula.evaluator import Scope, evaluate
from salesforce_formula.values import plain_number

from crm_simulators.salesforce.metadata_types.automation.flow_check import MERGE_FIELD
from crm_simulators.salesforce.org.fields import fields_of, find_field
from crm_simulators.salesforce.org.org import Record
from crm_simulators.salesforce.rows.record_values import Viewer, parsed
from crm_simulators.salesforce.xml.component_xml import Body

Found = tuple[str, Record]


class FlowError(Exception):
    """Why an interview failed."""


class Values:
    """The resources of one interview. ``row`` is the record that started it, ``old`` what it was before."""

    def __init__(
        self, viewer: Viewer, flow: Body, sobject: str, row: Record, old: Record | None, now: datetime
    ) -> None:
        self.viewer = viewer
        self.flow = flow
        self.sobject = sobject
        self.row = row
        self.old = old
        self.now = now
        self.records: dict[str, Found | None] = {}
        self.variables: dict[str, Any] = {
            node["name"]: self.value(node["value"]) if "value" in node else None
            for node in [*flow.get("variables", []), *flow.get("constants", [])]
        }
        self.formulas = {node["name"]: str(node["expression"]) for node in flow.get("formulas", [])}
        self.templates = {node["name"]: str(node["text"]) for node in flow.get("textTemplates", [])}

    def value(self, given: Body) -> Any:
        """A FlowElementReferenceOrValue as str, Decimal, bool, date, datetime or None."""
        if "elementReference" in given:
            return self.reference(given["elementReference"])
        if "stringValue" in given:
            return self.filled(given["stringValue"])
        if "booleanValue" in given:
            return bool(given["booleanValue"])
        if "numberValue" in given:
            return Decimal(str(given["numberValue"]))
        if "dateTimeValue" in given:
            return datetime.fromisoformat(str(given["dateTimeValue"]).replace("Z", "+00:00"))
        if "dateValue" in given:
            return date.fromisoformat(str(given["dateValue"])[:10])
        return None

    def filled(self, text: str) -> str:
        """Text with its merge fields replaced."""
        return MERGE_FIELD.sub(lambda match: as_text(self.reference(match.group(1).strip())), text)

    def reference(self, name: str, *, prior: bool = False) -> Any:
        head, _, rest = name.partition(".")
        if head in {"$Record", "$Record__Prior"}:
            row = (self.old or {}) if prior or head == "$Record__Prior" else self.row
            return self.viewer.formula_value(self.sobject, row, rest, False) if rest else row.get("Id")
        if head == "$Flow":
            return self._flow(rest)
        if head.startswith("$"):
            return self.viewer.formula_value(self.sobject, self.row, name, False)
        if head in self.formulas:
            return self.formula(self.formulas[head])
        if head in self.templates:
            return self.filled(self.templates[head])
        if head in self.records:
            found = self.records[head]
            if found is None:
                return None
            return self.viewer.formula_value(found[0], found[1], rest or "Id", False)
        if head in self.variables:
            return self.variables[head]
        raise FlowError(f"The flow failed to access the value for {name} because it hasn't been set or assigned.")

    def _flow(self, name: str) -> Any:
        known = {"CurrentDate": self.now.date(), "CurrentDateTime": self.now, "CurrentRecord": self.row.get("Id")}
        if name not in known:
            raise FlowError(f"The flow failed to access the value for $Flow.{name}.")
        return known[name]

    def formula(self, text: str) -> Any:
        scope = Scope(
            value=self.reference,
            prior=lambda name: self.reference(name, prior=True),
            is_new=self.old is None,
            now=self.now,
        )
        return evaluate(parsed(self.viewer.org, text), scope)


def as_text(value: Any) -> str:
    """A value inside text."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain_number(value)
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)


def as_json(viewer: Viewer, sobject: str, name: str, value: Any) -> Any:
    """A value as the field it goes into is written through the API; raises FlowError for an unknown field."""
    field = find_field(fields_of(viewer.org, sobject), name)
    if field is None:
        raise FlowError(f'The field "{name}" for the object "{sobject}" doesn\'t exist.')
    if isinstance(value, datetime):
        moment = value.astimezone(UTC)
        return moment.date().isoformat() if field.type == "date" else moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
