"""Field values of records: stored, computed by formulas, and through parents; and formulas' view of a record."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from salesforce_formula.evaluator import Scope, evaluate
from salesforce_formula.global_variables import head_of
from salesforce_formula.parser import parse
from salesforce_formula.tree import Node
from salesforce_formula.values import EvaluationError

from crm_simulators.salesforce.org.access import custom_permissions
from crm_simulators.salesforce.org.fields import NUMERIC, Field, by_relationship, fields_of, find_field
from crm_simulators.salesforce.org.formula_names import own_name
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.rows.summaries import summarized
from crm_simulators.salesforce.rows.tables import find_row

PERCENT = Decimal(100)


class Viewer:
    """Reads values as one user at one moment; caches fields for a call."""

    def __init__(self, org: Org, user: Record) -> None:
        self.org = org
        self.user = user
        self.now = org.now().astimezone(UTC).replace(microsecond=0)
        self._fields: dict[str, dict[str, Field]] = {}
        self._permissions: set[str] | None = None

    def fields(self, sobject: str) -> dict[str, Field]:
        if sobject not in self._fields:
            self._fields[sobject] = fields_of(self.org, sobject)
        return self._fields[sobject]

    def formula(self, text: str) -> Node:
        return parsed(self.org, text)

    # --- API values ---------------------------------------------------------------------------------------------

    def value(self, sobject: str, row: Record, name: str) -> Any:
        """The value of a field as stored or computed, in JSON terms."""
        field = self.fields(sobject).get(name)
        if field is not None and field.formula is not None:
            return self._computed(sobject, row, field)
        if field is not None and field.type == "location":
            return self._place(row, name)
        if field is not None and (field.custom or {}).get("type") == "Summary":
            return summarized(self, row, field)
        value = row.get(name)
        return False if value is None and field is not None and field.type == "boolean" else value

    def _place(self, row: Record, name: str) -> Any:
        base = name.removesuffix("__c")
        found = {part.lower(): row.get(f"{base}__{part}__s") for part in ("Latitude", "Longitude")}
        return None if None in found.values() else found

    def _computed(self, sobject: str, row: Record, field: Field) -> Any:
        assert field.formula is not None
        assert field.custom is not None
        blank_as_zero = field.custom.get("formulaTreatBlanksAs") == "BlankAsZero"
        try:
            result = evaluate(self.formula(field.formula), self.scope(sobject, row, None, blank_as_zero=blank_as_zero))
        except EvaluationError:
            return None
        if field.type == "boolean":
            return result is True
        return to_json(result, field)

    def default(self, field: Field, row: Record) -> Any:
        """What a new record gets from the default of a custom field, a formula over global variables."""
        try:
            return to_json(evaluate(self.formula(str(field.default)), self.scope("User", row, None)), field)
        except EvaluationError:
            return None

    def parent(self, sobject: str, row: Record, relationship: str) -> tuple[str, Record] | None:
        """Object and row behind a relationship, or None when it is empty."""
        relationship, _, only = relationship.partition(":")
        field = by_relationship(self.fields(sobject), relationship)
        target = None if field is None else row.get(field.name)
        if field is None or not target:
            return None
        for candidate in field.reference_to if not only else [{"Queue": "Group"}.get(only, only)]:
            found = find_row(self.org, candidate, target)
            if found is not None:
                return candidate, found
        return None

    # --- formulas -----------------------------------------------------------------------------------------------

    def scope(self, sobject: str, row: Record, old: Record | None, *, blank_as_zero: bool = False) -> Scope:
        """A formula's view of a record being saved (``old`` is None for a new one) or read."""
        return Scope(
            value=lambda name: self.formula_value(sobject, row, name, blank_as_zero),
            prior=lambda name: self.formula_value(sobject, old or {}, name, blank_as_zero),
            is_new=old is None,
            now=self.now,
        )

    def formula_value(self, sobject: str, row: Record, name: str, blank_as_zero: bool) -> Any:
        parts = name.split(".")
        if parts[0].startswith("$"):
            return self._global(row, parts)
        for step in parts[:-1]:
            parent = self.parent(sobject, row, step)
            if parent is None:
                return None
            sobject, row = parent
        field = find_field(self.fields(sobject), own_name(parts))
        return None if field is None else from_json(self.value(sobject, row, field.name), field, blank_as_zero)

    def _global(self, row: Record, parts: list[str]) -> Any:
        head = head_of(parts[0])
        if head == "$Permission":
            if self._permissions is None:
                self._permissions = custom_permissions(self.org, self.user["Id"])
            return parts[1].lower() in self._permissions
        found = self._global_row(row, head or "")
        return None if found is None else self.formula_value(*found, ".".join(parts[1:]), False)

    def _global_row(self, row: Record, head: str) -> tuple[str, Record] | None:
        """Object and row behind a global variable; None for one without values here, such as a label."""
        if head == "$Organization":
            return "Organization", self.org.organization
        links = {"$Profile": "ProfileId", "$RecordType": "RecordTypeId", "$User": "Id", "$UserRole": "UserRoleId"}
        if head not in links:
            return None
        holder = row if head == "$RecordType" else self.user
        found = find_row(self.org, head[1:], holder.get(links[head]) or "")
        return None if found is None else (head[1:], found)


def parsed(org: Org, text: str) -> Node:
    """A formula, parsed once: every save of a thousand evaluates the same ones."""
    binds = str(org.switch("exponent_binds"))
    key = f"formula.{binds}.{text}"
    if key not in org.computed:
        org.computed[key] = parse(text, exponent_binds=binds)
    found: Node = org.computed[key]
    return found


def from_json(value: Any, field: Field, blank_as_zero: bool) -> Any:
    """A stored value as formulas see it; a percentage is a fraction there [D: formula data types]."""
    if field.type in NUMERIC:
        if value is None:
            return Decimal(0) if blank_as_zero else None
        number = Decimal(str(value))
        return number / PERCENT if field.type == "percent" else number
    if value is None or value == "":
        return None
    if field.type == "date":
        return date.fromisoformat(value)
    if field.type == "datetime":
        return datetime.fromisoformat(value)
    if field.type == "time":
        return time.fromisoformat(value)
    return value


def to_json(value: Any, field: Field) -> Any:
    """A formula's result as an API value."""
    if isinstance(value, Decimal):
        number = value * PERCENT if field.type == "percent" else value
        rounded = number.quantize(Decimal(1).scaleb(-field.scale), rounding=ROUND_HALF_UP)
        return float(rounded)
    if isinstance(value, datetime) and field.type == "date":
        return value.date().isoformat()
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if isinstance(value, date | time):
        return value.isoformat()
    return value or None
