"""Filters to and from HubSpot's JSON, filter branches: an OR of ANDs is the only nesting that it keeps [S][D]."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Annotated, Any

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError
from vendor_facts import table

from revops_hubspot.api.object_types import object_name, type_id
from revops_hubspot.filters import tree as nodes
from revops_hubspot.filters.canonical import canonical_filters, canonical_root
from revops_hubspot.filters.filter_types import from_filter, opposite, read_refinements, refinements, to_filter
from revops_hubspot.filters.leaves import known, unknown
from revops_hubspot.filters.lexer import FilterError
from revops_hubspot.filters.parser import parse
from revops_hubspot.filters.phrases import CHANGED_PROPERTY, NEGATIONS, NEW_VALUE, PROPERTY_CHANGED
from revops_hubspot.filters.printer import NoWords, render
from revops_hubspot.filters.spelling import EVERY_RECORD, spelled, spelled_root

Cases = list[list[nodes.Leaf]]
Compile = Callable[[str, str], Any]
MOST_CASES = 200
"""Alternatives of one text; stops a conjunction of many alternatives from exploding. HubSpot's limit is not known."""
ASSOCIATIONS: Mapping[tuple[str, str], int] = {
    (row["from"], row["to"]): int(row["type_id"]) for row in table("hubspot/association_types")
}
"""The unlabeled association types between HubSpot's own objects [D]."""
_ORDERINGS = {"IS_GREATER_THAN": "IS_LESS_THAN_OR_EQUAL_TO", "IS_LESS_THAN": "IS_GREATER_THAN_OR_EQUAL_TO"}
OPPOSITES = {one: other for pair in (*NEGATIONS.items(), *_ORDERINGS.items()) for one, other in (pair, pair[::-1])}


def compile_filter(text: str, object_: str) -> nodes.Json:
    """The filter branch of a text on records of an object. Raises FilterError."""
    return compile_tree(parse(text), object_)


def compile_tree(tree: nodes.Tree, object_: str) -> nodes.Json:
    """The filter branch of a tree on records of an object. Raises FilterError."""
    return _branch("OR", [], [_all_of(case, object_) for case in _cases(tree, False)])


def compile_event(text: str, object_: str) -> nodes.Json:
    """What starts a workflow at once: an event branch of `has completed event …` or `email changed`, or an AND branch
    of `in list …`. Raises FilterError.
    """
    tree = parse(text)
    if isinstance(tree, nodes.InList):
        return _all_of([tree], object_)
    if not isinstance(tree, nodes.Event | nodes.Changed):
        raise FilterError("this is not a single event", 1, "write has completed event form_submission")
    return _inner(tree, object_)


def compile_triggers(text: str, object_: str) -> list[nodes.Json]:
    """What enrolls again: one event, AND branches, or a changed property as live portals hold it [T].

    Raises FilterError.
    """
    tree = parse(text)
    if isinstance(tree, nodes.Changed):
        return [_all_of(list(tree.tests), object_)]
    if isinstance(tree, nodes.Event):
        return [_inner(tree, object_)]
    found: list[nodes.Json] = compile_tree(tree, object_)["filterBranches"]
    return found


def readable(branch: Any, object_: str) -> str | None:
    """The text of a filter branch, which compiles to the same branch; None where the language has no words for it."""
    same = canonical_root(branch)
    return _readable(same, object_, lambda: _tree(spelled_root(branch), object_), compile_filter)


def readable_event(branch: Any, object_: str) -> str | None:
    """The text of what starts a workflow at once; None where there are no words for it."""
    return _readable(canonical_filters(branch), object_, lambda: _start(spelled(branch), object_), compile_event)


def readable_trigger(branch: Any, object_: str) -> str | None:
    """The text of what enrolls again; None where there are no words for it."""

    def compiled(text: str, object_: str) -> nodes.Json:
        (only,) = compile_triggers(text, object_)
        return only

    return _readable(canonical_filters(branch), object_, lambda: _trigger(spelled(branch), object_), compiled)


def _readable(same_as: Any, object_: str, read: Callable[[], nodes.Tree], compile_: Compile) -> str | None:
    try:
        text = render(read())
        same = canonical_filters(compile_(text, object_)) == same_as
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
    return PydanticCustomError("condition", "{message}", {"message": message, "fix": fix, **more})


FilterText = Annotated[str, AfterValidator(_checked(compile_filter))]
"""A filter, as text."""
EventText = Annotated[str, AfterValidator(_checked(compile_event))]
"""What starts a workflow at once, as text."""
TriggerText = Annotated[str, AfterValidator(_checked(compile_triggers))]
"""What enrolls a record again, as text."""


class _NoAssociation(FilterError):
    """The two objects have no association that is known by name."""


# --- to branches ------------------------------------------------------------------------------------------------------


def _cases(tree: nodes.Tree, negated: bool) -> Cases:
    """The tree as an OR of ANDs, `not` moved into the operations."""
    match tree:
        case nodes.Not(part):
            return _cases(part, not negated)
        case nodes.And(parts) | nodes.Or(parts):
            inside = [_cases(part, negated) for part in parts]
            if isinstance(tree, nodes.Or) is not negated:
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


def _without_repeats(leaves: list[nodes.Leaf]) -> list[nodes.Leaf]:
    return [leaf for at, leaf in enumerate(leaves) if leaf not in leaves[:at]]


def _negated(leaf: nodes.Leaf) -> nodes.Leaf:
    if isinstance(leaf, nodes.Changed):
        return nodes.Event(PROPERTY_CHANGED, False, leaf.tests)
    if isinstance(leaf, nodes.Event):
        if leaf.often is not None or leaf.when is not None:
            raise _cannot_be_negated(leaf)
        return nodes.Event(leaf.type, not leaf.completed, leaf.tests)
    if isinstance(leaf, nodes.Associated):
        return nodes.Associated(leaf.object, not leaf.present, leaf.tests, leaf.type, leaf.category)
    if isinstance(leaf, nodes.InList):
        return nodes.InList(leaf.list, not leaf.inside)
    if isinstance(leaf, nodes.Activity):
        if (other := opposite(leaf)) is None:
            raise _cannot_be_negated(leaf)
        return other
    return nodes.Test(leaf.property, _opposite(leaf, leaf.operation))


def _cannot_be_negated(leaf: nodes.Leaf) -> FilterError:
    return FilterError(f'"not" cannot stand before "{render(leaf)}": HubSpot has no such filter', 1, _WITHOUT_NOT)


def _opposite(leaf: nodes.Test, operation: nodes.Json) -> nodes.Json:
    """What passes exactly the other records: one without a value changes sides too."""
    passes = not operation["includeObjectsWithNoValueSet"]
    if operation["operationType"] == "TIME_POINT":
        operator = "IS_AFTER" if operation["operator"] == "IS_BEFORE" else "IS_BEFORE"
        ends = "EXCLUSIVE" if operation["endpointBehavior"] == "INCLUSIVE" else "INCLUSIVE"
        turned = {"endpointBehavior": ends, "operator": operator, "includeObjectsWithNoValueSet": passes}
        found: nodes.Json = spelled({**operation, **turned})
        return found
    operator = OPPOSITES.get(operation["operator"], "")
    if not operator or operation["operationType"] == "CALENDAR_DATE":
        raise _cannot_be_negated(leaf)
    return {**operation, "operator": operator, "includeObjectsWithNoValueSet": passes}


_WITHOUT_NOT = "say it without not, or make a list of the others and write not in list"


def _all_of(case: list[nodes.Leaf], object_: str) -> nodes.Json:
    filters = [to_filter(leaf) for leaf in case if isinstance(leaf, nodes.Filter)]
    branches = [_inner(leaf, object_) for leaf in case if not isinstance(leaf, nodes.Filter)]
    return _branch("AND", [_copied(one) for one in filters], branches)


def _copied(value: Any) -> Any:
    """JSON once more; a tenth of the time that `copy.deepcopy` takes."""
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _branch(kind: str, filters: list[nodes.Json], branches: list[nodes.Json]) -> nodes.Json:
    return {"filterBranchType": kind, "filterBranchOperator": kind, "filters": filters, "filterBranches": branches}


def _inner(leaf: nodes.Event | nodes.Changed | nodes.Associated, object_: str) -> nodes.Json:
    if isinstance(leaf, nodes.Changed):
        leaf = nodes.Event(PROPERTY_CHANGED, True, leaf.tests)
    if isinstance(leaf, nodes.Event):
        completed = "HAS_COMPLETED" if leaf.completed else "HAS_NOT_COMPLETED"
        kind: nodes.Json = {"filterBranchType": "UNIFIED_EVENTS", "eventTypeId": leaf.type, "operator": completed}
        kind |= refinements(leaf.often, leaf.when)
    else:
        kind = _association(leaf, object_)
    filters = [_copied(to_filter(test)) for test in leaf.tests]
    found: nodes.Json = spelled({**kind, "filterBranchOperator": "AND", "filters": filters, "filterBranches": []})
    return found


def _association(leaf: nodes.Associated, object_: str) -> nodes.Json:
    if leaf.tests and not leaf.present:  # [D]: an association branch takes the operator IN_LIST only
        name = render(nodes.Associated(leaf.object, True, leaf.tests, leaf.type, leaf.category))
        fix = f"make a segment of {name}, and write not in list with its name"
        raise FilterError(f'HubSpot has no filter for "{render(leaf)}"', 1, fix)
    return {
        "filterBranchType": "ASSOCIATION",
        "objectTypeId": type_id(leaf.object),
        "operator": "IN_LIST" if leaf.present else "NOT_IN_LIST",
        "associationTypeId": association_type(leaf, object_),
        "associationCategory": leaf.category,
    }


def association_type(leaf: nodes.Associated, object_: str) -> int:
    """The id of the association of an object with that of the leaf. Raises FilterError where it is not known here."""
    type_ = leaf.type if leaf.type is not None else ASSOCIATIONS.get((type_id(object_), type_id(leaf.object)))
    if type_ is None:
        raise _NoAssociation(
            f"{object_} have no unlabeled association with {leaf.object} that is known here",
            1,
            "name its id: of type 279, or of own type 45 for a label of your own",
        )
    return type_


# --- from branches ----------------------------------------------------------------------------------------------------


def _tree(branch: Any, object_: str) -> nodes.Tree:
    if branch["filterBranchType"] != "OR" or branch["filters"]:
        raise NoWords("the root is no OR branch")
    cases = [_together(list(_leaves(inner, object_))) for inner in branch["filterBranches"]]
    if not cases:
        raise NoWords("nothing is asked")
    return cases[0] if len(cases) == 1 else nodes.Or(tuple(cases))


def _together(leaves: list[nodes.Leaf]) -> nodes.Tree:
    if not leaves:
        raise NoWords("nothing is asked")
    return leaves[0] if len(leaves) == 1 else nodes.And(tuple(leaves))


def _leaves(branch: Any, object_: str) -> Iterator[nodes.Leaf]:
    yield from map(from_filter, branch["filters"])
    for inner in branch["filterBranches"]:
        yield _event_of(inner) if inner["filterBranchType"] == "UNIFIED_EVENTS" else _associated(inner, object_)


def _start(branch: Any, object_: str) -> nodes.Tree:
    return _together(list(_leaves(branch, object_))) if branch["filterBranchType"] == "AND" else _event_of(branch)


def _trigger(branch: Any, object_: str) -> nodes.Tree:
    """An event keeps its long form here, for a changed property alone means an AND branch."""
    if branch["filterBranchType"] == "UNIFIED_EVENTS":
        return _long_event(branch)
    leaves = list(_leaves(branch, object_))
    changed = _changed([leaf for leaf in leaves if isinstance(leaf, nodes.Filter)])
    return changed if changed is not None and not branch["filterBranches"] else _together(leaves)


def _event_of(branch: Any) -> nodes.Event | nodes.Changed:
    event = _long_event(branch)
    is_change = event.type == PROPERTY_CHANGED and event.completed and (event.often, event.when) == (None, None)
    return (_changed(event.tests) if is_change else None) or event


def _long_event(branch: Any) -> nodes.Event:
    completed = branch["operator"] == "HAS_COMPLETED"
    return nodes.Event(
        str(branch["eventTypeId"]), completed, tuple(map(from_filter, branch["filters"])), *read_refinements(branch)
    )


def _changed(tests: Sequence[nodes.Filter]) -> nodes.Changed | None:
    """The changed property that tests on an event ask for, and its new value; None when they ask for more."""
    by_name = {test.property: test for test in tests if isinstance(test, nodes.Test)}
    name = by_name.pop(CHANGED_PROPERTY, None)
    now = by_name.pop(NEW_VALUE, None)
    if name is None or by_name or len(tests) != 1 + (now is not None):
        return None
    changed = nodes.Changed(str(name.operation.get("value")), now)
    return changed if changed.tests[0] == name else None


def _associated(branch: Any, object_: str) -> nodes.Associated:
    other, type_ = str(branch["objectTypeId"]), int(branch["associationTypeId"])
    category = str(branch["associationCategory"])
    usual = category == "HUBSPOT_DEFINED" and ASSOCIATIONS.get((type_id(object_), other)) == type_
    present, tests = branch["operator"] == "IN_LIST", tuple(map(from_filter, branch["filters"]))
    if len(tests) == 1 and tests[0] in (known(EVERY_RECORD), unknown(EVERY_RECORD)):
        present, tests = tests[0] == known(EVERY_RECORD), ()
    return nodes.Associated(object_name(other), present, tests, None if usual else type_, category)
