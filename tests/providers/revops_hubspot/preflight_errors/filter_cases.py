"""Filters, and the lists that they are in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.providers.revops_hubspot.preflight_errors.case import Case, Json

KNOWN = {
    "filterType": "PROPERTY",
    "property": "email",
    "operation": {"operationType": "ALL_PROPERTY", "operator": "IS_KNOWN"},
}


def _branch(*filters: Json, kind: str = "AND", inside: Sequence[Json] = (), **more: Any) -> Json:
    return {
        "filterBranchType": "OR",
        "filterBranches": [
            {"filterBranchType": kind, "filters": list(filters), "filterBranches": list(inside), **more}
        ],
    }


def _on(property_: str, **operation: Any) -> Json:
    return {"filterType": "PROPERTY", "property": property_, "operation": operation}


TEXT: Json = {"object": "contacts", "name": "L", "processing_type": "DYNAMIC", "filter": "email is known"}
LIST: Json = {"object": "contacts", "name": "L", "processing_type": "DYNAMIC", "filter_branch": _branch(KNOWN)}
EVENT: Json = {
    "filterBranchType": "UNIFIED_EVENTS",
    "filterBranchOperator": "AND",
    "filters": [],
    "filterBranches": [],
    "eventTypeId": "4-1639801",
    "operator": "HAS_COMPLETED",
}
OF_COMPANY: Json = {
    "filterBranchType": "ASSOCIATION",
    "filterBranchOperator": "AND",
    "filters": [],
    "filterBranches": [],
    "objectTypeId": "0-2",
    "associationTypeId": 279,
    "associationCategory": "HUBSPOT_DEFINED",
    "operator": "IN_LIST",
}


def _filter(refusal: str, branch: Any, message: str, **more: Any) -> Case:
    return Case(f"filters.rules: {refusal}", "List", {**LIST, "filter_branch": branch}, message, **more)


FILTERS = [
    _filter(
        'a branch in an AND branch must be UNIFIED_EVENTS or ASSOCIATION, not "{}"',
        _branch(inside=[_branch(KNOWN)["filterBranches"][0]]),
        'a branch in an AND branch must be UNIFIED_EVENTS or ASSOCIATION, not "AND"',
    ),
    _filter(
        'a branch in the root must be AND, not "{}"', _branch(KNOWN, kind="OR"), "a branch in the root must be AND"
    ),
    _filter(
        "a branch must be an object", {"filterBranchType": "OR", "filterBranches": ["x"]}, "a branch must be a map"
    ),
    _filter("a filter must be an object", _branch("x"), "a filter must be a map"),  # type: ignore[arg-type]
    _filter(
        'filterBranchOperator of an {} branch must be "{}"',
        _branch(KNOWN, filterBranchOperator="OR"),
        'filterBranchOperator of an AND branch must be "AND"',
    ),
    _filter(
        "list {} does not exist",
        _branch({"filterType": "IN_LIST", "listId": "99", "operator": "IN_LIST"}),
        'list id "99" does not exist in the account',
    ),
    _filter(
        "operationType {} does not fit property {} of type {}",
        _branch(_on("email", operationType="NUMBER", operator="IS_EQUAL_TO", value=3)),
        'property "email" of contacts is a text',
    ),
    _filter(
        'operator "{}" of {} is invalid: it must be one of {}',
        _branch(_on("email", operationType="STRING", operator="IS_LOUD", value="x")),
        'operator "IS_LOUD" of STRING must be one of',
    ),
    _filter(
        "operator of a UNIFIED_EVENTS branch must be HAS_COMPLETED or HAS_NOT_COMPLETED",
        _branch(inside=[{**EVENT, "operator": "DID"}]),
        'operator "DID" of a UNIFIED_EVENTS branch must be one of',
    ),
    _filter(
        "operator of a {} filter must be one of {}",
        _branch({"filterType": "FORM_SUBMISSION", "formId": "f", "operator": "DID"}),
        'operator "DID" of a FORM_SUBMISSION filter must be one of',
    ),
    _filter(
        "operator of an ASSOCIATION branch must be IN_LIST or NOT_IN_LIST",
        _branch(inside=[{**OF_COMPANY, "operator": "DID"}]),
        'operator "DID" of a ASSOCIATION branch must be one of',
    ),
    _filter(
        "property {} does not exist",
        _branch(_on("nope", operationType="ALL_PROPERTY", operator="IS_KNOWN")),
        'property "nope" of contacts is neither declared nor in the account',
    ),
    _filter(
        "indexReference.referenceType must be one of {}",
        _branch(
            _on(
                "createdate",
                operationType="TIME_POINT",
                operator="IS_AFTER",
                timePoint={"timeType": "INDEXED", "zoneId": "UTC", "indexReference": {"referenceType": "EASTER"}},
            )
        ),
        'referenceType is "EASTER"',
    ),
    _filter(
        "referenceType must be VALUE or UPDATED_AT",
        _branch(
            _on(
                "createdate",
                operationType="TIME_POINT",
                operator="IS_AFTER",
                type="TIME_POINT",
                timePoint={
                    "timeType": "PROPERTY_REFERENCED",
                    "zoneId": "UTC",
                    "property": "createdate",
                    "referenceType": "SOME",
                },
            )
        ),
        'referenceType is "SOME"',
    ),
    _filter(
        "the root must be an OR branch without filters, holding AND branches",
        {"filterBranchType": "OR", "filters": [KNOWN]},
        "the root must be an AND branch, or an OR branch without filters that holds AND branches",
    ),
    _filter(
        "{} must be {}",
        _branch(
            _on(
                "createdate",
                operationType="TIME_POINT",
                operator="IS_AFTER",
                type="TIME_POINT",
                timePoint={"timeType": "DATE", "zoneId": "UTC", "year": 2026, "month": 1, "day": 1},
                endpointBehavior="OPEN",
            )
        ),
        'endpointBehavior is "OPEN"',
    ),
    _filter(
        "timeUnit must be one of {}",
        _branch(_on("createdate", operationType="CALENDAR_DATE", operator="IN_THIS_TIME_UNIT", timeUnit="HOUR")),
        'timeUnit is "HOUR"',
    ),
]
LISTS = [
    Case(
        "lists.lists: A DYNAMIC list must have a filterBranch",
        "List",
        {key: value for key, value in LIST.items() if key != "filter_branch"},
        "a DYNAMIC segment needs filter",
    ),
    Case(
        "lists.lists: A MANUAL list cannot have a filterBranch",
        "List",
        {**LIST, "processing_type": "MANUAL"},
        "a MANUAL segment cannot have a filter",
    ),
    Case("lists.lists: A list must have a name", "List", {**LIST, "name": " "}, "name"),
    Case(
        "lists.lists: Filters of a {} list cannot be updated",
        "List",
        {
            **LIST,
            "processing_type": "SNAPSHOT",
            "filter_branch": _branch(_on("email", operationType="ALL_PROPERTY", operator="IS_UNKNOWN")),
        },
        "filters of a SNAPSHOT segment cannot change",
        there=[("List", {**LIST, "processing_type": "SNAPSHOT"})],
    ),
    Case(
        "lists.lists: Invalid filter: a list cannot refer to itself",
        "List",
        {**LIST, "filter_branch": _branch({"filterType": "IN_LIST", "listId": {"list": "L"}, "operator": "IN_LIST"})},
        "it depends on itself through L",
        there=[("List", LIST)],
    ),
    Case(
        "lists.lists: Invalid filter: a list cannot refer to itself",
        "List",
        {**TEXT, "filter": 'in list "M"'},
        "it depends on itself through L, M",
        there=[("List", TEXT), ("List", {**TEXT, "name": "M", "filter": 'in list "L"'})],
    ),
    Case(
        "lists.lists: The following list names already exist: {}. List names must be unique.",
        "List",
        {**LIST, "name": "l"},
        'its name differs from segment "L" only in case',
        there=[("List", LIST)],
    ),
    Case(
        "lists.lists: processingType must be one of {}", "List", {**LIST, "processing_type": "SLOW"}, "processing_type"
    ),
]
