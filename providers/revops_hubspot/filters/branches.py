"""Filters to and from HubSpot's JSON, filter branches: an OR of ANDs is the only nesting that it keeps [S][D]."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Annotated, Any

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError
from vendor_facts import table

from revops_hubspot.api.object_types import object_name, type_id
from revops_hubspot.filters.canonical import canonical_filters
from revops_hubspot.filters.lexer import FilterError
from revops_hubspot.filters.parser import parse
from revops_hubspot.filters.phrases import NEGATIONS
from revops_hubspot.filters.printer import NoWords, render
from revops_hubspot.filters.tree import And, Associated, Event, Json, Leaf, Not, Or, Test, Tree

Cases = list[list[Leaf]]
Compile = Callable[[str, str], Json]
MOST_CASES = 200
"""Alternatives of one text; stops a conjunction of many alternatives from exploding. HubSpot's limit is not known."""
ASSOCIATIONS: Mapping[tuple[str, str], int] = {
    (row["from"], row["to"]): int(row["type_id"]) for row in table("hubspot/association_types")
}
"""The unlabeled association types between HubSpot's own objects [D]."""
_ORDERINGS = {"IS_GREATER_THAN": "IS_LESS_THAN_OR_EQUAL_TO", "IS_LESS_THAN": "IS_GREATER_THAN_OR_EQUAL_TO"}
OPPOSITES = {one: other for pair in (*NEGATIONS.items(), *_ORDERINGS.items()) for one, other in (pair, pair[::-1])}


def compile_filter(text: str, object_: str) -> Json:
    """The filter branch of a text on records of an object. Raises FilterError."""
    return compile_tree(parse(text), object_)


def compile_tree(tree: Tree, object_: str) -> Json:
    """The filter branch of a tree on records of an object. Raises FilterError."""
    return _branch("OR", [], [_all_of(case, object_) for case in _cases(tree, False)])


def compile_event(text: str, object_: str) -> Json:
    """The event branch of a text that says one event: `has completed event …`. Raises FilterError."""
    tree = parse(text)
    if not isinstance(tree, Event):
        raise FilterError("this is not a single event", 1, "write has completed event form_submission")
    return _inner(tree, object_)


def readable(branch: Any, object_: str) -> str | None:
    """The text of a filter branch, which compiles to the same branch; None where the language has no words for it."""
    return _readable(branch, object_, lambda: _tree(branch, object_), compile_filter)


def readable_event(branch: Any, object_: str) -> str | None:
    """The text of an event branch; None where there are no words for it."""
    return _readable(branch, object_, lambda: _event_of(branch), compile_event)


def _readable(branch: Any, object_: str, read: Callable[[], Tree], compile_: Compile) -> str | None:
    try:
        text = render(read())
        same = canonical_filters(compile_(text, object_)) == canonical_filters(branch)
    except (NoWords, FilterError, KeyError, TypeError, ValueError, AttributeError):
        return None
    return text if same else None


def _checked(compile_: Compile) -> Callable[[str], str]:
    """For pydantic: the text, when it compiles on some object."""

    def check(text: str) -> str:
        try:
            compile_(text, "contacts")
        except FilterError as error:
            if not isinstance(error, _NoAssociation):  # it depends on the object, which the kind knows
                raise refusal(error) from None
        return text

    return check


def refusal(error: FilterError) -> PydanticCustomError:
    """The error as pydantic reports it."""
    return refused(str(error), error.fix, column=error.column)


def refused(message: str, fix: str, **more: Any) -> PydanticCustomError:
    """What is wrong with an input, and its fix, as pydantic reports it."""
    return PydanticCustomError("condition", "{said}", {"said": message, "fix": fix, **more})


FilterText = Annotated[str, AfterValidator(_checked(compile_filter))]
"""A filter, as text."""
EventText = Annotated[str, AfterValidator(_checked(compile_event))]
"""An event, as text."""


class _NoAssociation(FilterError):
    """The two objects have no association that is known by name."""


# --- to branches ------------------------------------------------------------------------------------------------------


def _cases(tree: Tree, negated: bool) -> Cases:
    """The tree as an OR of ANDs, `not` moved into the operations."""
    match tree:
        case Not(part):
            return _cases(part, not negated)
        case And(parts) | Or(parts):
            inside = [_cases(part, negated) for part in parts]
            if isinstance(tree, Or) is not negated:
                return [case for cases in inside for case in cases]
            return _all(inside)
    return [[_negated(tree) if negated else tree]]


def _all(inside: list[Cases]) -> Cases:
    found: Cases = [[]]
    for cases in inside:
        found = [_without_repeats([*left, *right]) for left, right in product(found, cases)]
        if len(found) > MOST_CASES:
            fix = "make two lists, and ask for in list … here"
            raise FilterError(f"this has more than {MOST_CASES} alternatives when written out", 1, fix)
    return found


def _without_repeats(leaves: list[Leaf]) -> list[Leaf]:
    return [leaf for at, leaf in enumerate(leaves) if leaf not in leaves[:at]]


def _negated(leaf: Leaf) -> Leaf:
    if isinstance(leaf, Event):
        return Event(leaf.type, not leaf.completed, leaf.tests)
    if isinstance(leaf, Associated):
        return Associated(leaf.object, not leaf.present, leaf.tests, leaf.type, leaf.category)
    message = leaf.filter
    if message["filterType"] != "PROPERTY":
        return Test({**message, "operator": OPPOSITES[message["operator"]]})
    return Test({**message, "operation": _opposite(leaf, message["operation"])})


def _opposite(leaf: Test, operation: Json) -> Json:
    """What passes exactly the other records: one without a value changes sides too."""
    passes = not operation["includeObjectsWithNoValueSet"]
    if operation["operationType"] == "TIME_POINT":
        operator = "IS_AFTER" if operation["operator"] == "IS_BEFORE" else "IS_BEFORE"
        rest = {key: value for key, value in operation.items() if key != "endpointBehavior"}
        inclusive = {} if "endpointBehavior" in operation else {"endpointBehavior": "INCLUSIVE"}
        return {**rest, **inclusive, "operator": operator, "includeObjectsWithNoValueSet": passes}
    operator = OPPOSITES.get(operation["operator"], "")
    if not operator or operation["operationType"] == "CALENDAR_DATE":
        raise FilterError(f'"not" cannot stand before "{render(leaf)}": HubSpot has no such filter', 1, _WITHOUT_NOT)
    return {**operation, "operator": operator, "includeObjectsWithNoValueSet": passes}


_WITHOUT_NOT = "say it without not, or make a list of the others and write not in list"


def _all_of(case: list[Leaf], object_: str) -> Json:
    filters = [leaf.filter for leaf in case if isinstance(leaf, Test)]
    branches = [_inner(leaf, object_) for leaf in case if not isinstance(leaf, Test)]
    return _branch("AND", copy.deepcopy(filters), branches)


def _branch(kind: str, filters: list[Json], branches: list[Json]) -> Json:
    return {"filterBranchType": kind, "filterBranchOperator": kind, "filters": filters, "filterBranches": branches}


def _inner(leaf: Event | Associated, object_: str) -> Json:
    if isinstance(leaf, Event):
        completed = "HAS_COMPLETED" if leaf.completed else "HAS_NOT_COMPLETED"
        kind: Json = {"filterBranchType": "UNIFIED_EVENTS", "eventTypeId": leaf.type, "operator": completed}
    else:
        kind = {
            "filterBranchType": "ASSOCIATION",
            "objectTypeId": type_id(leaf.object),
            "operator": "IN_LIST" if leaf.present else "NOT_IN_LIST",
            "associationTypeId": _association_type(leaf, object_),
            "associationCategory": leaf.category,
        }
    filters = [copy.deepcopy(test.filter) for test in leaf.tests]
    return {**kind, "filterBranchOperator": "AND", "filters": filters, "filterBranches": []}


def _association_type(leaf: Associated, object_: str) -> int:
    type_ = leaf.type if leaf.type is not None else ASSOCIATIONS.get((type_id(object_), type_id(leaf.object)))
    if type_ is None:
        raise _NoAssociation(
            f"{object_} have no unlabeled association with {leaf.object} that is known here",
            1,
            "name its id: of type 279, or of own type 45 for a label of your own",
        )
    return type_


# --- from branches ----------------------------------------------------------------------------------------------------


def _tree(branch: Any, object_: str) -> Tree:
    cases = [_together(list(_leaves(inner, object_))) for inner in branch["filterBranches"]]
    if not cases:
        raise NoWords("nothing is asked")
    return cases[0] if len(cases) == 1 else Or(tuple(cases))


def _together(leaves: list[Leaf]) -> Tree:
    if not leaves:
        raise NoWords("nothing is asked")
    return leaves[0] if len(leaves) == 1 else And(tuple(leaves))


def _leaves(branch: Any, object_: str) -> Iterator[Leaf]:
    yield from map(Test, branch.get("filters") or ())
    for inner in branch.get("filterBranches") or ():
        yield _event_of(inner) if inner["filterBranchType"] == "UNIFIED_EVENTS" else _associated(inner, object_)


def _event_of(branch: Any) -> Event:
    completed = branch["operator"] == "HAS_COMPLETED"
    return Event(str(branch["eventTypeId"]), completed, tuple(map(Test, branch.get("filters") or ())))


def _associated(branch: Any, object_: str) -> Associated:
    other, type_ = str(branch["objectTypeId"]), int(branch["associationTypeId"])
    category = str(branch["associationCategory"])
    usual = category == "HUBSPOT_DEFINED" and ASSOCIATIONS.get((type_id(object_), other)) == type_
    tests = tuple(map(Test, branch.get("filters") or ()))
    present = branch["operator"] == "IN_LIST"
    return Associated(object_name(other), present, tests, None if usual else type_, category)
