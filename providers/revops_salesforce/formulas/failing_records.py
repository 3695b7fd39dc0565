"""How many open records a validation rule would stop today, were they saved again as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from salesforce_formula.evaluator import Scope, evaluate, evaluated_functions, is_true
from salesforce_formula.parser import parse
from salesforce_formula.tree import Call, Node, walk
from salesforce_formula.values import EvaluationError

from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.formulas.fields import ObjectFields
from revops_salesforce.formulas.query import names_of, narrowed

OPEN = {"Case": "IsClosed = false", "Lead": "IsConverted = false", "Opportunity": "IsClosed = false",
        "Task": "IsClosed = false"}  # fmt: skip
"""Which records people still work on; all records of other objects."""
MOST_READ = 20_000
"""Records that are read for one rule: ten pages of 2,000."""
RECORD_TYPE = {"$RecordType.DeveloperName": "RecordType.DeveloperName", "$RecordType.Name": "RecordType.Name"}


@dataclass(frozen=True)
class Failing:
    """What a rule meets: `failing` of `open` records, None where that is unknown, and how that was found."""

    open: int
    failing: int | None
    how: str
    owners: tuple[str, ...] = ()
    """Ids of the owners of the records that fail, where they were read."""


def failing(client: SalesforceClient, fields: ObjectFields, formula: str) -> Failing:
    """Counts the open records for which a formula is true: by one COUNT query where SOQL can say it, else by reading
    the named fields of the records that may fail, and evaluating the formula on each."""
    node = parse(formula)
    if not fields.exists:
        return Failing(0, 0, "the object is new")
    found = narrowed(node, fields)
    if found.never:
        return Failing(0, 0, "it depends on what a save changes")
    opened = OPEN.get(fields.object, "")
    rest = f" FROM {fields.object}{_where(' AND '.join(part for part in (opened, found.where) if part))}"
    candidates = client.count(f"SELECT COUNT(){rest}")
    if candidates == 0:
        return Failing(0, 0, "counted by a query")
    total = client.count(f"SELECT COUNT() FROM {fields.object}{_where(opened)}")
    if found.whole:
        return Failing(total, candidates, "counted by a query", _owners(client, fields, rest, candidates))
    names = _names(node, fields)
    if (hidden := _unevaluated(node) or _unknown(names, fields)) is not None:
        return Failing(total, None, f"{hidden} cannot be read here")
    if candidates > MOST_READ:
        return Failing(total, None, f"{candidates:,} records would have to be read")
    return _evaluated(client, fields, node, names, rest, total)


def _names(node: Node, fields: ObjectFields) -> list[str]:
    """The names in a formula, and those in the formula fields among them that the program is about to make."""
    found, waiting = dict.fromkeys(names_of(node)), names_of(node)
    while waiting:
        name = waiting.pop()
        inside = fields.formula_of(name) if fields.is_new(name) else None
        more = [each for each in names_of(parse(inside)) if each not in found] if inside else []
        found |= dict.fromkeys(more)
        waiting += more
    return list(found)


def _evaluated(
    client: SalesforceClient, fields: ObjectFields, node: Node, names: list[str], rest: str, total: int
) -> Failing:
    stored = (name for name in names if name in RECORD_TYPE or not (name.startswith("$") or fields.is_new(name)))
    columns = [RECORD_TYPE.get(name, name) for name in stored]
    if _has_owner(fields):
        columns.append("OwnerId")
    rows = client.query(f"SELECT {', '.join(dict.fromkeys(['Id', *columns]))}{rest}")
    stopped = [row for row in rows if _is_stopped(node, row, fields)]
    owners = tuple(dict.fromkeys(str(row["OwnerId"]) for row in stopped if row.get("OwnerId")))
    return Failing(total, len(stopped), f"evaluated on {len(rows):,} of them", owners)


def _where(condition: str) -> str:
    return f" WHERE {condition}" if condition else ""


def _owners(client: SalesforceClient, fields: ObjectFields, rest: str, records: int) -> tuple[str, ...]:
    if records > MOST_READ or not _has_owner(fields):
        return ()
    return tuple(dict.fromkeys(str(row["OwnerId"]) for row in client.query(f"SELECT OwnerId{rest}")))


def _has_owner(fields: ObjectFields) -> bool:
    return fields.described_field("OwnerId") is not None


def _unevaluated(node: Node) -> str | None:
    """The first function that has no value without the org, such as VLOOKUP."""
    known = evaluated_functions()
    called = (each.function for each in walk(node) if isinstance(each, Call))
    return next((function for function in called if function not in known), None)


def _unknown(names: Sequence[str], fields: ObjectFields) -> str | None:
    """The first name whose value is neither in the records nor known beforehand."""
    for name in names:
        if name.lower().startswith("$permission.") or name in RECORD_TYPE or fields.is_new(name):
            continue
        if name.startswith("$") or ":" in name or fields.described_field(name) is None:
            return name
    return None


def _is_stopped(node: Node, row: Mapping[str, Any], fields: ObjectFields) -> bool:
    try:
        return is_true(node, _scope(row, fields))
    except EvaluationError:
        return True  # a save is stopped by a rule that has no value, too [K]


def _scope(row: Mapping[str, Any], fields: ObjectFields) -> Scope:
    """A record saved again as it is, by somebody without a bypass."""

    def value(name: str) -> Any:
        if name.lower().startswith("$permission."):
            return False
        if fields.is_new(name):
            return _of_new_field(name, fields, scope)
        path = RECORD_TYPE.get(name, name)
        live: Any = row
        for step in path.split("."):
            live = None if live is None else live.get(step)
        return from_json(live, (fields.described_field(path) or {}).get("type", "string"))

    scope = Scope(value, value, is_new=False, now=datetime.now(UTC))
    return scope


def _of_new_field(name: str, fields: ObjectFields, scope: Scope) -> Any:
    """What a field holds that the program is about to make: its formula, its default if it is a checkbox, nothing."""
    formula = fields.formula_of(name)
    if formula:
        return evaluate(parse(formula), scope)
    return fields.default_of(name)


def from_json(value: Any, kind: str) -> Any:
    """A value of REST as formulas see it; a percentage is a fraction there [D: formula data types]."""
    if kind == "boolean":
        return bool(value)
    convert = CONVERT.get(kind)
    if value is None or value == "":
        return None
    return convert(value) if convert is not None else value


CONVERT: dict[str, Callable[[Any], Any]] = {
    "currency": lambda value: Decimal(str(value)),
    "date": date.fromisoformat,
    "datetime": lambda value: datetime.fromisoformat(value.replace("+0000", "+00:00")),
    "double": lambda value: Decimal(str(value)),
    "int": lambda value: Decimal(str(value)),
    "long": lambda value: Decimal(str(value)),
    "percent": lambda value: Decimal(str(value)) / 100,
    "time": lambda value: time.fromisoformat(value.rstrip("Z")),
}
