"""Filters other than on a property: what a record did, received or agreed to, in words and in HubSpot's JSON.

https://developers.hubspot.com/docs/api-reference/crm-lists-v3/list-filters [D]; the elements are those of the official
client's models [S]. Without words: IN_LIST with `metadata` (imports and workflows), which the page writes as a list and
the models as an object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from vendor_facts import pairs, table

from revops_hubspot.filters import tree as nodes

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROWS = {row["filter"]: row for row in table("hubspot/filter_types")}
ELEMENTS: Mapping[str, Mapping[str, str]] = {
    kind: {**pairs(row["required"]), **pairs(row["optional"])} for kind, row in _ROWS.items()
}
"""The elements of each type of filter, with their types."""
NEEDED: Mapping[str, frozenset[str]] = {kind: frozenset(pairs(row["required"])) for kind, row in _ROWS.items()}


@dataclass(frozen=True)
class ActivityPhrase:
    """The words of a type of filter and its operator; a text follows where `main` names its element."""

    words: str
    type: str
    operator: str | None = None
    main: str | None = None

    @property
    def elements(self) -> Mapping[str, str]:
        """What may stand in `where (…)`: elements with their types."""
        return {
            name: type_
            for name, type_ in ELEMENTS[self.type].items()
            if name not in (self.main, LINES, ANSWER, *REFINEMENTS) and type_ != "object"
        }

    @property
    def compares(self) -> str | None:
        """The element whose comparisons may stand in `where (…)`, None without one."""
        return next((name for name in (LINES, ANSWER) if name in ELEMENTS[self.type]), None)


REFINEMENTS = ("coalescingRefineBy", "pruningRefineBy")
LINES, ANSWER = "filterLines", "valueComparison"
"""Elements that hold comparisons: of properties of an event, and of the answer to a question."""
THE_ANSWER = "answer"
"""What the answer is called in words."""


def _activity_phrases(words: str, type_: str, operator: str, text: str) -> list[ActivityPhrase]:
    if operator != "*":
        return [ActivityPhrase(words, type_, operator or None, text or None)]
    operators = _ROWS[type_]["operators"].split()
    return [ActivityPhrase(words.replace("*", one.lower().replace("_", " ")), type_, one) for one in operators]


ACTIVITIES = tuple(phrase for row in table("hubspot/activity_phrases") for phrase in _activity_phrases(*row.values()))
LONGEST_FIRST = sorted(ACTIVITIES, key=lambda phrase: -len(phrase.words.split()))
_OPPOSITES = {
    operator: operator.removeprefix("NOT_")
    if operator.startswith("NOT_")
    else operator.replace("HAS_NOT_", "HAS_").replace("CONSENT_NOT_", "CONSENT_")
    for row in _ROWS.values()
    for operator in row["operators"].split()
    if "NOT_" in operator and row["filter"] != "EMAIL_EVENT"
}
OPPOSITES: Mapping[str, str] = {**_OPPOSITES, **{there: here for here, there in _OPPOSITES.items()}}
"""Operators and those that pass the other records; mails have none."""


def opposite(activity: nodes.Activity) -> nodes.Activity | None:
    """What passes the other records; None where HubSpot has no such filter, or its words do not say."""
    if activity.often is not None or activity.when is not None:
        return None
    operator = OPPOSITES.get(activity.operator or "")
    asked = (activity.type, operator)
    found = next((one for one in ACTIVITIES if operator and (one.type, one.operator) == asked), None)
    return None if found is None else nodes.Activity(activity.type, found.operator, activity.values)


def phrase_of(activity: nodes.Activity) -> ActivityPhrase | None:
    """The words for a filter: those that a text follows where it has one."""
    names = {value.name for value in activity.values}
    fitting = [one for one in ACTIVITIES if (one.type, one.operator) == (activity.type, activity.operator)]
    return next((one for one in fitting if one.main in names), None) or next(
        (one for one in fitting if one.main is None), None
    )


# --- to and from HubSpot's JSON ---------------------------------------------------------------------------------------


def to_filter(leaf: nodes.Filter) -> nodes.Json:
    """The filter in HubSpot's JSON."""
    match leaf:
        case nodes.Test(name, operation):
            return {"filterType": "PROPERTY", "property": name, "operation": operation}
        case nodes.InList(list_, inside):
            live = {"list": list_.name} if list_.name is not None else list_.id
            return {"filterType": "IN_LIST", "listId": live, "operator": "IN_LIST" if inside else "NOT_IN_LIST"}
        case nodes.Activity(type_, operator, values, often, when, tests):
            found: nodes.Json = {"filterType": type_, **({"operator": operator} if operator else {})}
            if LINES in ELEMENTS[type_]:
                found[LINES] = [{"property": test.property, "operation": test.operation} for test in tests]
            elif tests:
                found[ANSWER] = tests[0].operation
            found |= {
                value.name: list(value.value) if isinstance(value.value, tuple) else value.value for value in values
            }
            return found | refinements(often, when)
    raise TypeError(type(leaf))


def refinements(often: nodes.Often | None, when: nodes.When | None) -> nodes.Json:
    """The elements that say how often and when something happened."""
    pairs_ = zip(REFINEMENTS, (often, when), strict=True)
    return {key: _refinement(one) for key, one in pairs_ if one is not None}


def read_refinements(part: nodes.Json) -> tuple[nodes.Often | None, nodes.When | None]:
    """How often and when something happened. Raises ValueError, KeyError or TypeError where the tree has no words."""
    often, when = (part.get(key) for key in REFINEMENTS)
    return None if often is None else _often(often), None if when is None else _when(when)


def from_filter(part: nodes.Json) -> nodes.Filter:
    """The leaf of a filter in HubSpot's JSON. Raises ValueError, KeyError or TypeError where the tree has none."""
    rest = dict(part)
    type_ = str(rest.pop("filterType"))
    if type_ == "PROPERTY":
        return nodes.Test(rest["property"], rest["operation"])
    if type_ == "IN_LIST":
        live, inside = rest["listId"], rest["operator"] == "IN_LIST"
        return nodes.InList(
            nodes.ListName(name=live["list"]) if isinstance(live, dict) else nodes.ListName(id=str(int(live))), inside
        )
    operator = rest.pop("operator", None) if _ROWS[type_]["operators"] else None
    often, when = read_refinements(rest)
    tests = tuple(_line(line) for line in rest.pop(LINES, ()))
    if ANSWER in rest:
        tests = (nodes.Test(THE_ANSWER, rest.pop(ANSWER)),)
    order = list(ELEMENTS[type_])
    names = sorted(rest.keys() - {*REFINEMENTS}, key=order.index)
    values = tuple(nodes.Value(name, _frozen(rest[name])) for name in names)
    return nodes.Activity(type_, operator, values, often, when, tests)


def _line(line: nodes.Json) -> nodes.Test:
    if set(line) != {"property", "operation"}:
        raise ValueError(line)
    return nodes.Test(str(line["property"]), line["operation"])


def _frozen(value: Any) -> str | bool | int | tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    if isinstance(value, str | int):
        return value
    raise ValueError(value)


def _refinement(one: nodes.Often | nodes.When) -> nodes.Json:
    match one:
        case nodes.SetOf(word):
            return {"type": "SET_OCCURRENCES", "setType": word.upper()}
        case nodes.Times(least, most):
            bounds = {"minOccurrences": least, "maxOccurrences": most}
            return {"type": "NUM_OCCURRENCES", **{key: bound for key, bound in bounds.items() if bound is not None}}
        case nodes.Ever():
            return {"type": "ALL_HISTORY"}
        case nodes.Moment(operation):
            return operation
        case nodes.Window(word, low, None):
            if isinstance(low, nodes.Offset):
                return {"type": "RELATIVE_COMPARATIVE", "comparison": word.upper(), "timeOffset": _offset(low)}
            return {"type": "ABSOLUTE_COMPARATIVE", "comparison": word.upper(), "timestamp": _milliseconds(low)}
        case nodes.Window(word, nodes.Offset() as low, nodes.Offset() as high):
            offsets = {"lowerBoundOffset": _offset(low), "upperBoundOffset": _offset(high)}
            return {"type": "RELATIVE_RANGED", "rangeType": word.upper(), **offsets}
        case nodes.Window(word, datetime() as low, datetime() as high):
            stamps = {"lowerTimestamp": _milliseconds(low), "upperTimestamp": _milliseconds(high)}
            return {"type": "ABSOLUTE_RANGED", "rangeType": word.upper(), **stamps}
    raise TypeError(type(one))


def _often(refinement: nodes.Json) -> nodes.Often:
    rest = dict(refinement)
    if refinement["type"] == "SET_OCCURRENCES":
        return nodes.SetOf(_word(refinement["setType"]))
    if rest.pop("type") != "NUM_OCCURRENCES":
        raise ValueError(refinement)
    found = nodes.Times(rest.pop("minOccurrences", None), rest.pop("maxOccurrences", None))
    if rest or found == nodes.Times(None, None):
        raise ValueError(refinement)
    return found


def _when(refinement: nodes.Json) -> nodes.When:
    if "operationType" in refinement:
        return nodes.Moment(refinement)
    match refinement["type"]:
        case "ALL_HISTORY":
            return nodes.Ever()
        case "RELATIVE_COMPARATIVE":
            return nodes.Window(_word(refinement["comparison"]), _read_offset(refinement["timeOffset"]))
        case "RELATIVE_RANGED":
            bounds = (_read_offset(refinement[key]) for key in ("lowerBoundOffset", "upperBoundOffset"))
            return nodes.Window(_word(refinement["rangeType"]), *bounds)
        case "ABSOLUTE_COMPARATIVE":
            return nodes.Window(_word(refinement["comparison"]), _moment(refinement["timestamp"]))
        case "ABSOLUTE_RANGED":
            stamps = (_moment(refinement[key]) for key in ("lowerTimestamp", "upperTimestamp"))
            return nodes.Window(_word(refinement["rangeType"]), *stamps)
    raise ValueError(refinement)


def _word(text: str) -> str:
    word = text.lower()
    if not word.replace("_", "").isascii() or not word.replace("_", "").isalpha() or word.upper() != text:
        raise ValueError(text)
    return word


DIRECTIONS = {"PAST": "ago", "FUTURE": "from now"}


def _offset(offset: nodes.Offset) -> nodes.Json:
    return {"amount": offset.amount, "timeUnit": offset.unit.upper(), "offsetDirection": offset.direction}


def _read_offset(value: nodes.Json) -> nodes.Offset:
    found = nodes.Offset(int(value["amount"]), _word(value["timeUnit"]), str(value["offsetDirection"]))
    if found.direction not in DIRECTIONS or found.amount < 0 or set(value) != {"amount", "timeUnit", "offsetDirection"}:
        raise ValueError(value)
    return found


def _milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


def _moment(timestamp: Any) -> datetime:
    return EPOCH + timedelta(milliseconds=int(timestamp))
