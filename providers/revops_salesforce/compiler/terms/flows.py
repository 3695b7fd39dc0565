"""Flows in the vendor's own words (Metadata API, type Flow).

A `Flow` collects elements, places them on the canvas one below the other, and gives the whole as a plain dict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from revops_salesforce.compiler.terms.conditions import both, day, either, number, quoted

Node = dict[str, Any]
CANVAS_X, CANVAS_Y, CANVAS_STEP = 176, 134, 108


class Ref(str):
    """A value that is another element or field of the flow: `$Record.OwnerId`, `Find_Owner.Id`, a formula's name."""

    __slots__ = ()


Value = str | float | bool | date | None


def value(live: Value) -> Node:
    """A value as flows write it, by its type.

    >>> value(Ref("$Record.Id")), value(True)
    ({'elementReference': '$Record.Id'}, {'booleanValue': True})
    """
    if isinstance(live, Ref):
        return {"elementReference": str(live)}
    if isinstance(live, bool):
        return {"booleanValue": live}
    if isinstance(live, datetime):
        return {"dateTimeValue": f"{live.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"}
    if isinstance(live, date):
        return {"dateValue": live.isoformat()}
    if isinstance(live, int | float):
        return {"numberValue": float(live)}
    return {"stringValue": live or ""}


@dataclass(frozen=True)
class Criterion:
    """A comparison of a field of the triggering record, as a filter of the start or as a formula.

    `live` of an `EqualTo` on a picklist is one of its values; texts are not compared here, since filters
    and the model disagree about their case.
    """

    field: str
    operator: str
    live: Value

    @property
    def filter(self) -> Node:
        return {"field": self.field, "operator": self.operator, "value": value(self.live)}

    @property
    def formula(self) -> str:
        path = f"{{!$Record.{self.field}}}"
        if self.operator == "IsNull":
            return f"ISBLANK({path})" if self.live else f"NOT(ISBLANK({path}))"
        if isinstance(self.live, bool):
            return path if self.live else f"NOT({path})"
        if isinstance(self.live, str):
            return f"ISPICKVAL({path},{quoted(self.live)})"
        return f"{path}{SIGNS[self.operator]}{_formula_literal(self.live)}"


SIGNS = {"EqualTo": "=", "GreaterThan": ">", "GreaterThanOrEqualTo": ">=", "LessThan": "<", "LessThanOrEqualTo": "<="}


def _formula_literal(live: Value) -> str:
    if isinstance(live, datetime):
        return f'DATETIMEVALUE("{live.astimezone(UTC):%Y-%m-%d %H:%M:%S}")'
    if isinstance(live, date):
        return day(live)
    if isinstance(live, int | float):
        return number(live)
    raise TypeError(f"{live!r} is not compared in the formula of a flow")


@dataclass(frozen=True)
class AnyOf:
    """At least one of the tests."""

    tests: tuple[Criterion, ...]

    @property
    def formula(self) -> str:
        return either([test.formula for test in self.tests])


def start_filters(tests: Sequence[Criterion | AnyOf]) -> Node:
    """The filters of a start element and the logic that joins them.

    >>> start_filters([Criterion("IsClosed", "EqualTo", False)])["filterLogic"]
    'and'
    """
    rows: list[Node] = []
    groups: list[str] = []
    for test in tests:
        members = test.tests if isinstance(test, AnyOf) else (test,)
        places = [str(len(rows) + place) for place in range(1, len(members) + 1)]
        rows += [member.filter for member in members]
        groups.append(places[0] if len(places) == 1 else f"({' OR '.join(places)})")
    plain = all(isinstance(test, Criterion) or len(test.tests) == 1 for test in tests)
    return {"filters": rows, "filterLogic": "and" if plain else " AND ".join(groups)}


def start_formula(tests: Sequence[Criterion | AnyOf], more: Sequence[str]) -> Node:
    """The tests and further formulas as the one formula of a start element, where filters cannot say it all."""
    return {"filterFormula": both([*(test.formula for test in tests), *more])}


@dataclass
class Flow:
    """A flow while it is put together. Elements run in the order of their connectors, not of the list."""

    label: str
    description: str
    start: Node = field(default_factory=dict)
    elements: dict[str, list[Node]] = field(default_factory=dict)
    queues: list[str] = field(default_factory=list)
    """The queues it names, by developer name: they must exist before it runs."""
    placed: int = 0
    part: tuple[str, ...] = ()
    """Where an automation is several flows of one object: the key of what this one is for, then its earlier keys."""

    def definition(self) -> Node:
        """The flow's elements, in the vendor's names, without its label and description."""
        start = {"locationX": CANVAS_X - 126, "locationY": 0, **self.start}
        return {"processType": "AutoLaunchedFlow", "start": start, **self.elements}

    def formula(self, name: str, data_type: str, expression: str) -> Ref:
        """A formula resource: Boolean, String, Number, Date or DateTime."""
        scale = {"scale": 2} if data_type == "Number" else {}
        self._add("formulas", {"name": name, "dataType": data_type, "expression": expression, **scale})
        return Ref(name)

    def variable(self, name: str, data_type: str = "String") -> Ref:
        """A variable of the interview, empty at first."""
        shape = {"isCollection": False, "isInput": False, "isOutput": False}
        self._add("variables", {"name": name, "dataType": data_type, **shape})
        return Ref(name)

    def decide(self, name: str, rules: Sequence[tuple[str, Sequence[Node], str | None]], otherwise: str | None) -> str:
        """A decision: rules (name, conditions that all hold, where to go) in order, then the default."""
        made = [
            {
                "name": rule,
                "label": rule.replace("_", " "),
                "conditionLogic": "and",
                "conditions": list(conditions),
                **_to(target),
            }
            for rule, conditions, target in rules
        ]
        default = {"defaultConnector": {"targetReference": otherwise}} if otherwise else {}
        node = {"name": name, "defaultConnectorLabel": "Otherwise", "rules": made, **default}
        return self._place("decisions", node)

    def assign(self, name: str, items: Mapping[str, Value], then: str | None) -> str:
        """Sets variables, or fields of `$Record` in a flow that runs before the save."""
        rows = [
            {"assignToReference": target, "operator": "Assign", "value": value(live)} for target, live in items.items()
        ]
        return self._place("assignments", {"name": name, "assignmentItems": rows, **_to(then)})

    def find(self, name: str, vendor_object: str, equal: Mapping[str, Value], then: str | None) -> str:
        """The first record whose fields hold these values; nothing found leaves it null."""
        filters = [{"field": key, "operator": "EqualTo", "value": value(live)} for key, live in equal.items()]
        node = {
            "name": name,
            "object": vendor_object,
            "filterLogic": "and",
            "filters": filters,
            "assignNullValuesIfNoRecordsFound": False,
            "getFirstRecordOnly": True,
            "storeOutputAutomatically": True,
            **_to(then),
        }
        return self._place("recordLookups", node)

    def update(self, name: str, values: Mapping[str, Value], then: str | None = None) -> str:
        """Writes fields of the record that started the flow."""
        node = {"name": name, "inputReference": "$Record", "inputAssignments": _inputs(values), **_to(then)}
        return self._place("recordUpdates", node)

    def update_one(self, name: str, vendor_object: str, identifier: Ref, values: Mapping[str, Value]) -> str:
        """Writes fields of another record, by its id."""
        node = {
            "name": name,
            "object": vendor_object,
            "filterLogic": "and",
            "filters": [{"field": "Id", "operator": "EqualTo", "value": value(identifier)}],
            "inputAssignments": _inputs(values),
        }
        return self._place("recordUpdates", node)

    def create(self, name: str, vendor_object: str, values: Mapping[str, Value], then: str | None = None) -> str:
        """Makes a record."""
        node = {
            "name": name,
            "object": vendor_object,
            "inputAssignments": _inputs(values),
            "storeOutputAutomatically": True,
            **_to(then),
        }
        return self._place("recordCreates", node)

    def mail(self, name: str, to: Ref, subject: str, body: str, then: str | None = None) -> str:
        """Sends an e-mail."""
        values: dict[str, Value] = {"emailAddresses": to, "emailSubject": subject, "emailBody": body}
        rows = [{"name": key, "value": value(live)} for key, live in values.items()]
        node = {"name": name, "actionName": "emailSimple", "actionType": "emailSimple", "inputParameters": rows}
        return self._place("actionCalls", {**node, **_to(then)})

    def _place(self, kind: str, node: Node) -> str:
        self.placed += 1
        spot = {"locationX": CANVAS_X, "locationY": CANVAS_Y + CANVAS_STEP * self.placed}
        self._add(kind, {"label": node["name"].replace("_", " "), **spot, **node})
        return str(node["name"])

    def _add(self, kind: str, node: Node) -> None:
        self.elements.setdefault(kind, []).append(node)


def holds(formula: Ref) -> Node:
    """The condition that a Boolean formula is true."""
    return {"leftValueReference": str(formula), "operator": "EqualTo", "rightValue": value(True)}


def found(lookup: str) -> Node:
    """The condition that a lookup found a record."""
    return {"leftValueReference": lookup, "operator": "IsNull", "rightValue": value(False)}


def _to(target: str | None) -> Node:
    return {"connector": {"targetReference": target}} if target else {}


def _inputs(values: Mapping[str, Value]) -> list[Node]:
    return [{"field": key, "value": value(live)} for key, live in values.items()]
