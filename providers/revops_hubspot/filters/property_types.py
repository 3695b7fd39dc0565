"""Whether the properties that a filter names exist and have the type that its operations are for [S][K]."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vendor_facts import table

from revops_hubspot.api.client import PortalSession
from revops_hubspot.api.object_types import object_name
from revops_hubspot.filters.canonical import ELSEWHERE, change_of
from revops_hubspot.filters.option_values import mistaken_labels
from revops_iac.diagnostics import Diagnostic, input_error, suggest

TYPES: Mapping[str, tuple[str, ...]] = {
    row["operation"]: tuple(row["property_types"].split())
    for row in table("hubspot/filter_operations")
    if row["property_types"]
}
"""The types of property that an operation is for; the others take any."""
FIXES: Mapping[str, str] = {
    "string": '{name} = "text", or {name} contains any of ["text"]',
    "phone_number": '{name} starts with "+49"',
    "number": "{name} >= 40",
    "bool": "{name} is true",
    "enumeration": "{name} is any of [option]",
    "date": "{name} after 2026-12-01, or {name} more than 30 days ago",
    "datetime": "{name} after 2026-12-01, or {name} more than 30 days ago",
}
WORDS: Mapping[str, str] = {
    "string": "a text",
    "phone_number": "a phone number",
    "bool": "a checkbox",
    "enumeration": "a choice of options",
    "datetime": "a date with time",
}


@dataclass(frozen=True)
class Use:
    """One property, the operation type of the filter on it (`any` asks for no type), the options that it names, and
    whether it is set."""

    object: str
    property: str
    operation: str
    values: tuple[str, ...] = ()
    writes: bool = False


def unfit(session: PortalSession, branch: Any, object_: str) -> Iterator[Diagnostic]:
    """What is wrong with each property of a compiled filter. The program's declarations come first."""
    yield from unfit_uses(session, uses_in(branch, object_))


def unfit_uses(session: PortalSession, uses: Iterable[Use]) -> Iterator[Diagnostic]:
    """What is wrong with each of these uses."""
    for use in dict.fromkeys(uses):
        type_ = _type_of(session, use)
        if type_ is None:
            message = f'property "{use.property}" of {use.object} is neither declared nor in the account'
            fix = suggest(use.property, _names(session, use.object), "declare it as a Property", shown=0)
            yield input_error((), message, fix)
        elif type_ not in TYPES.get(use.operation, (type_,)):
            right = FIXES[type_].format(name=use.property) if type_ in FIXES else f"{use.property} is known"
            message = f'property "{use.property}" of {use.object} is {WORDS.get(type_, f"a {type_}")}'
            yield input_error((), message, f"write {right}")
        elif use.values and type_ in ("enumeration", "bool"):
            yield from mistaken_labels(session, use.object, use.property, use.values)


def uses_in(value: Any, object_: str) -> Iterator[Use]:
    """Properties of records; those of events are not looked up, nobody lists them, but for a changed property."""
    if isinstance(value, list):
        for inner in value:
            yield from uses_in(inner, object_)
    if (change := change_of(value)) is not None:
        yield Use(object_, change.property, str(change.now.get("operationType") or "any"), _options(change.now))
        return
    if not isinstance(value, Mapping) or value.get("filterBranchType") == "UNIFIED_EVENTS":
        return
    inside = object_name(str(value["objectTypeId"])) if value.get("filterBranchType") in ELSEWHERE else object_
    operation = value.get("operation")
    if isinstance(operation, Mapping):
        type_ = str(operation["operationType"])
        asked = "any" if operation.get("propertyParser") == "UPDATED_AT" else type_
        yield Use(inside, str(value["property"]), asked, _options(operation))
        if "comparisonPropertyName" in operation:
            yield Use(inside, str(operation["comparisonPropertyName"]), type_)
        for key in ("timePoint", "lowerBoundTimePoint", "upperBoundTimePoint"):
            if (point := operation.get(key) or {}).get("property"):
                yield Use(inside, str(point["property"]), type_ if point["referenceType"] == "VALUE" else "any")
    for key in ("filters", "filterBranches"):
        yield from uses_in(value.get(key) or [], inside)


def _options(operation: Mapping[str, Any]) -> tuple[str, ...]:
    """The options that an operation names; people stand for themselves."""
    values = operation.get("values") if operation.get("operationType") == "ENUMERATION" else None
    return tuple(value for value in values or () if isinstance(value, str))


def _type_of(session: PortalSession, use: Use) -> str | None:
    name = f"{use.object}.{use.property}"
    kind = session.system.kinds["Property"]
    if declared := kind.declared_in(session.declared).get(name):
        return str(declared.type)
    live = session.find(kind, name)
    return None if live is None else str(live.definition["type"])


def _names(session: PortalSession, object_: str) -> list[str]:
    kind = session.system.kinds["Property"]
    declared = [other.name for other in session.declared if other.kind == "Property"]
    live = session.names(kind, kind.partition(f"{object_}.x"))
    return [name.partition(".")[2] for name in [*declared, *live] if name.partition(".")[0] == object_]
