"""What is wrong with the form of a filter in HubSpot's JSON, so that it never reaches the portal.

https://developers.hubspot.com/docs/api-reference/crm-lists-v3/list-filters [D][S]. Types of filters, operations
and times that are not listed here are let through: HubSpot has more of them than are known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vendor_facts import pairs, table

Json = Any
OPERATORS: Mapping[str, str] = {row["operation"]: row["operators"] for row in table("hubspot/filter_operations")}
"""Operators by operation type [S]."""
NEEDED: Mapping[str, str] = {
    row["operation"]: " ".join(pairs(row["required"])) for row in table("hubspot/filter_operations")
}
"""What each operation needs beside its operator [S]."""
FILTERS: Mapping[str, tuple[str, str]] = {
    row["filter"]: (" ".join(pairs(row["required"])), row["operators"]) for row in table("hubspot/filter_types")
}
"""What a filter other than on a property needs, and its operators where they are documented [D][S]."""
BRANCHES: Mapping[str, tuple[str, str]] = {
    "UNIFIED_EVENTS": ("eventTypeId", "HAS_COMPLETED HAS_NOT_COMPLETED"),
    "ASSOCIATION": ("objectTypeId associationTypeId associationCategory", "IN_LIST NOT_IN_LIST"),
}
ENDPOINTS = "INCLUSIVE EXCLUSIVE"
TIME_UNITS = "DAY WEEK MONTH QUARTER YEAR"
REFERENCES = "VALUE UPDATED_AT"
INDEXES = "NOW TODAY WEEK MONTH QUARTER YEAR FISCAL_QUARTER FISCAL_YEAR"


def misformed(branch: Json) -> list[str]:
    """What is wrong with a whole tree, each with its path in it: an OR root whose children are ANDs [S][D], or the one
    AND branch alone, as live portals hold it [T].
    """
    return list(_and(branch, "") if _is(branch, "AND") else _root(branch, ""))


def misformed_trigger(branch: Json) -> list[str]:
    """What is wrong with a re-enrollment trigger: a whole filter tree, an AND branch or an event."""
    return misformed(branch) if _is(branch, "OR", "AND") else misformed_event(branch)


def _is(branch: Json, *kinds: str) -> bool:
    return isinstance(branch, Mapping) and branch.get("filterBranchType") in kinds


def misformed_event(branch: Json) -> list[str]:
    """What is wrong with an event that enrolls: such branches cannot nest [T issue #498]."""
    found = list(_shape(branch, ""))
    if found:
        return found
    if branch.get("filterBranchType") != "UNIFIED_EVENTS" or branch.get("filterBranches"):
        return ["an event branch must be UNIFIED_EVENTS, without branches in it"]
    return list(_branch(branch, ""))


def listed(value: Mapping[str, Json], name: str) -> list[Json]:
    """The entries of a list inside a document, [] where there is none."""
    found = value.get(name)
    return found if isinstance(found, list) else []


def _at(path: str, message: str) -> str:
    return f"{path}: {message}" if path else message


def _shape(branch: Json, path: str) -> Iterator[str]:
    if not isinstance(branch, Mapping):
        yield _at(path, "a branch must be a map")
        return
    kind = branch.get("filterBranchType")
    if not isinstance(kind, str):
        yield _at(path, "filterBranchType is missing")
    for name in ("filters", "filterBranches"):
        if branch.get(name) is not None and not isinstance(branch[name], list):
            yield _at(path, f"{name} must be a list")
    if kind in ("OR", "AND") and (branch.get("filterBranchOperator") or kind) != kind:
        yield _at(path, f'filterBranchOperator of an {kind} branch must be "{kind}"')


def _root(branch: Json, path: str) -> Iterator[str]:
    found = list(_shape(branch, path))
    yield from found
    if found:
        return
    if branch["filterBranchType"] != "OR" or branch.get("filters"):
        yield _at(path, "the root must be an AND branch, or an OR branch without filters that holds AND branches")
        return
    for at, child in enumerate(listed(branch, "filterBranches")):
        inside = _within(path, f"filterBranches[{at}]")
        wrong = list(_shape(child, inside))
        yield from wrong
        if not wrong and child["filterBranchType"] != "AND":
            yield _at(inside, f'a branch in the root must be AND, not "{child["filterBranchType"]}"')
        elif not wrong:
            yield from _and(child, inside)


def _and(branch: Mapping[str, Json], path: str) -> Iterator[str]:
    yield from _shape(branch, path)
    for at, part in enumerate(listed(branch, "filters")):
        yield from _filter(part, _within(path, f"filters[{at}]"))
    for at, child in enumerate(listed(branch, "filterBranches")):
        inside = _within(path, f"filterBranches[{at}]")
        wrong = list(_shape(child, inside))
        yield from wrong
        if not wrong and child["filterBranchType"] in ("OR", "AND"):
            message = (
                f'a branch in an AND branch must be UNIFIED_EVENTS or ASSOCIATION, not "{child["filterBranchType"]}"'
            )
            yield _at(inside, message)
        elif not wrong:
            yield from _branch(child, inside)


def _branch(branch: Mapping[str, Json], path: str) -> Iterator[str]:
    """An event or an association; other kinds of branch are not known here."""
    kind = branch["filterBranchType"]
    if kind in BRANCHES:
        needed, operators = BRANCHES[kind]
        yield from _missing(branch, needed, f"{kind} branch", path)
        yield from _operator(branch.get("operator"), operators, f"a {kind} branch", path)
    for at, part in enumerate(listed(branch, "filters")):
        yield from _filter(part, _within(path, f"filters[{at}]"))


def _filter(part: Json, path: str) -> Iterator[str]:
    if not isinstance(part, Mapping):
        yield _at(path, "a filter must be a map")
        return
    kind = part.get("filterType")
    if not isinstance(kind, str):
        yield _at(path, "filterType is missing")
    elif kind == "PROPERTY":
        wrong = list(_missing(part, "property operation", "PROPERTY filter", path))
        yield from wrong or _operation(part["operation"], _within(path, "operation"))
    elif kind in FILTERS:
        needed, operators = FILTERS[kind]
        yield from _missing(part, needed, f"{kind} filter", path)
        if operators:
            yield from _operator(part.get("operator"), operators, f"a {kind} filter", path)
        if kind == "IN_LIST" and part.get("listId") is None and part.get("metadata") is None:
            yield _at(path, "IN_LIST filter needs listId or metadata")


def _operation(operation: Json, path: str) -> Iterator[str]:
    if not isinstance(operation, Mapping) or "operationType" not in operation:
        yield _at(path, "operationType is missing")
        return
    kind = str(operation["operationType"])
    if kind not in OPERATORS:
        return
    yield from _missing(operation, NEEDED.get(kind, ""), kind, path)
    yield from _operator(operation.get("operator"), OPERATORS[kind], kind, path)
    for key in ("timePoint", "lowerBoundTimePoint", "upperBoundTimePoint"):
        point = operation.get(key)
        if isinstance(point, Mapping):
            yield from _reference(point, _within(path, key))
        elif point is not None:
            yield _at(path, f"{key} must be a map")
    for key in ("endpointBehavior", "lowerBoundEndpointBehavior", "upperBoundEndpointBehavior"):
        if operation.get(key) is not None:
            yield from _choice(operation[key], ENDPOINTS, key, path)
    if kind == "CALENDAR_DATE":
        yield from _choice(operation.get("timeUnit"), TIME_UNITS, "timeUnit", path)


def _reference(point: Mapping[str, Json], path: str) -> Iterator[str]:
    index = point.get("indexReference")
    if point.get("timeType") == "PROPERTY_REFERENCED":
        yield from _choice(point.get("referenceType"), REFERENCES, "referenceType", path)
    if isinstance(index, Mapping):
        yield from _choice(index.get("referenceType"), INDEXES, "referenceType", _within(path, "indexReference"))


def _missing(value: Mapping[str, Json], needed: str, what: str, path: str) -> Iterator[str]:
    for name in needed.split():
        if value.get(name) is None:
            yield _at(path, f"{what} needs {name}")


def _operator(message: Json, allowed: str, what: str, path: str) -> Iterator[str]:
    if message not in allowed.split():
        yield _at(path, f'operator "{message}" of {what} must be one of {", ".join(allowed.split())}')


def _choice(message: Json, allowed: str, what: str, path: str) -> Iterator[str]:
    if message not in allowed.split():
        yield _at(path, f'{what} is "{message}", it must be one of {", ".join(allowed.split())}')


def _within(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step


def first_few(found: Iterable[str], most: int = 6) -> str:
    """The problems in one sentence."""
    listed = list(found)
    more = f"; and {len(listed) - most} more" if len(listed) > most else ""
    return "; ".join(listed[:most]) + more
