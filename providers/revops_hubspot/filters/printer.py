"""The text of a filter tree, which parses back to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from revops_hubspot.filters import tree as nodes
from revops_hubspot.filters.filter_types import DIRECTIONS, ActivityPhrase, phrase_of
from revops_hubspot.filters.lexer import quoted, shown_items, shown_name
from revops_hubspot.filters.phrases import ENDS, EVENTS, NEGATIVE, PHRASES, WITH_ENDS, Phrase
from revops_hubspot.filters.spelling import spelled
from revops_hubspot.filters.time_points import UTC, counted, documented_window, shown_point, shown_zone

_EVENT_NAMES = {identifier: name for name, identifier in EVENTS.items()}
_SINGULAR = {"companies": "company"}


class NoWords(ValueError):
    """The language has no words for a filter; HubSpot's JSON must be used."""


def render(tree: nodes.Tree) -> str:
    """The text of a tree, which parses back to it. Raises NoWords."""
    match tree:
        case nodes.And(parts):
            return " and ".join(map(_inside, parts))
        case nodes.Or(parts):
            return " or ".join(map(_inside, parts))
        case nodes.Not(part):
            return f"not ({render(part)})"
        case nodes.Event():
            name = _EVENT_NAMES.get(tree.type, tree.type)
            has = "has" if tree.completed else "has not"
            return " ".join(
                [f"{has} completed event {name}{_where(tree.tests)}", *_often(tree.often), *_when(tree.when)]
            )
        case nodes.Changed():
            return _changed(tree)
        case nodes.Associated():
            return _associated(tree)
        case nodes.Test() | nodes.InList() | nodes.Activity():
            return _filter(tree)
    raise TypeError(type(tree))


def _inside(part: nodes.Tree) -> str:
    """In parentheses, though `and` binds tighter than `or`: a reader need not know."""
    text = render(part)
    return f"({text})" if isinstance(part, nodes.And | nodes.Or) else text


def _associated(tree: nodes.Associated) -> str:
    name = _SINGULAR.get(tree.object, tree.object.removesuffix("s"))
    own = "own " if tree.category == "USER_DEFINED" else ""
    type_ = "" if tree.type is None else f" of {own}type {tree.type}"
    return f"{'' if tree.present else 'no '}associated {name}{type_}{_where(tree.tests)}"


def _changed(tree: nodes.Changed) -> str:
    now = "" if tree.now is None else f" and now {_compared(tree.now.operation)}"
    return f"{shown_name(tree.name)} changed{now}"


def _where(tests: tuple[nodes.Filter, ...]) -> str:
    return f" where ({' and '.join(map(render, tests))})" if tests else ""


def _filter(leaf: nodes.Filter) -> str:
    try:
        match leaf:
            case nodes.Test(name, operation):
                return f"{shown_name(name)} {_compared(operation)}"
            case nodes.InList(list_, inside):
                name = quoted(list_.name) if list_.name is not None else str(list_.id)
                return f"{'in' if inside else 'not in'} list {name}"
            case nodes.Activity():
                return _activity(leaf)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise NoWords("the filter has no words") from error


def _activity(activity: nodes.Activity) -> str:
    phrase = phrase_of(activity)
    if phrase is None:
        raise NoWords(f"a {activity.type} filter {activity.operator} has no words")
    text = [quoted(str(value.value)) for value in activity.values if value.name == phrase.main]
    named = [f"{value.name} = {_value(value.value)}" for value in activity.values if value.name != phrase.main]
    named += [f"{_shown_in(phrase, test.property)} {_compared(test.operation)}" for test in activity.tests]
    where = [f"where ({' and '.join(named)})"] if named else []
    return " ".join([phrase.words, *text, *where, *_often(activity.often), *_when(activity.when)])


def _shown_in(phrase: ActivityPhrase, name: str) -> str:
    """A property, in backquotes where it has the name of one of the phrase's own values."""
    return f"`{name}`" if name in phrase.elements else shown_name(name)


def _value(value: str | bool | int | tuple[str, ...]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(map(quoted, value))}]"
    return str(value) if isinstance(value, int) else quoted(value)


def _often(often: nodes.Often | None) -> Iterator[str]:
    if isinstance(often, nodes.SetOf):
        yield f"in set {often.word}"
    elif often is not None:
        bounds = {"at least": often.least, "at most": often.most}
        yield " and ".join(f"{words} {bound}" for words, bound in bounds.items() if bound is not None) + " times"


def _when(when: nodes.When | None) -> Iterator[str]:
    match when:
        case nodes.Ever():
            yield "ever"
        case nodes.Moment(operation):
            yield f"when {_compared(operation)}"
        case nodes.Window(word, low, high):
            yield f"dated {word} {_dated(low)}" + (f" to {_dated(high)}" if high is not None else "")


def _dated(moment: nodes.Offset | datetime) -> str:
    if isinstance(moment, nodes.Offset):
        return f"{counted(moment.amount, moment.unit)} {DIRECTIONS[moment.direction]}"
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds")


def _compared(asked: nodes.Json) -> str:
    operation: nodes.Json = spelled(asked)
    phrase, operand = _phrase(operation)
    text = " ".join(part for part in (phrase.words, operand) if part)
    operator = str(operation["operator"])
    passes, default = bool(operation.get("includeObjectsWithNoValueSet")), operator in NEGATIVE
    if passes == default or phrase.type == "ALL_PROPERTY":
        return text
    return f"{text} ({'or unknown' if passes else 'if known'})"


def _phrase(operation: nodes.Json) -> tuple[Phrase, str]:
    """The phrase that fits, and the words of its operand."""
    for phrase in PHRASES:
        fits = operation["operationType"] == phrase.type and operation["operator"].startswith(phrase.operator)
        if not fits or (operation["operator"] != phrase.operator and phrase.type not in _COMPLETED):
            continue
        if {key: operation.get(key) for key in phrase.fixed} == dict(phrase.fixed):
            return phrase, _OPERANDS[phrase.type](operation, phrase)
    raise NoWords(f"{operation['operationType']} {operation['operator']} has no words")


_COMPLETED = frozenset({"ROLLING_DATE_RANGE", "CALENDAR_DATE"})
"""Types whose operand completes the operator."""


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NoWords(f"{value} is not a number")
    return format(Decimal(repr(value)), "f")


def _moment(operation: nodes.Json, phrase: Phrase) -> str:
    point = operation["timePoint"]
    return shown_point(point, phrase.ends) + shown_zone(point)


def _moments(operation: nodes.Json, phrase: Phrase) -> str:
    low, high = operation["lowerBoundTimePoint"], operation["upperBoundTimePoint"]
    first, second = shown_zone(low), shown_zone(high)
    if first == second:
        first = ""
    elif not first:
        first = f" in {UTC}"
    return f"{shown_point(low, False)}{first} and {shown_point(high, True)}{second}{_ends(operation)}"


def _ends(operation: nodes.Json) -> str:
    message = {key: operation[key] for key in ("lowerBoundEndpointBehavior", "upperBoundEndpointBehavior")}
    words = next((words for words, ends in ENDS.items() if ends == message), "")
    low, high = operation["lowerBoundTimePoint"], operation["upperBoundTimePoint"]
    ahead = (operation["operator"], operation["propertyParser"]) == ("IS_BETWEEN", "VALUE")
    usual = words == WITH_ENDS and documented_window(low, high, ahead) == (low, high)
    return "" if usual else f" ({words})"


def _days(operation: nodes.Json, phrase: Phrase) -> str:
    return counted(operation["numberOfDays"], "days")


def _rolling(operation: nodes.Json, phrase: Phrase) -> str:
    end = "ago" if operation["operator"].endswith("_AGO") else "from now"
    converts = " in account time" if operation["requiresTimeZoneConversion"] else ""
    return f"{_days(operation, phrase)} {end}{converts}"


def _calendar(operation: nodes.Json, phrase: Phrase) -> str:
    unit, number = operation["timeUnit"].lower(), operation.get("timeUnitCount")
    so_far = " so far" if operation["operator"].endswith("_SO_FAR") else ""
    if operation.get("useFiscalYear"):
        unit = f"fiscal {unit}"
    start = f" starting in {operation['fiscalYearStart'].lower()}" if "fiscalYearStart" in operation else ""
    return (unit if number is None else counted(number, f"{unit}s")) + so_far + start


def _texts(operation: nodes.Json, phrase: Phrase) -> str:
    return f"[{', '.join(quoted(value) for value in operation['values'])}]"


def _other_property(operation: nodes.Json) -> str:
    default = operation.get("defaultComparisonValue")
    return shown_name(operation["comparisonPropertyName"]) + ("" if default is None else f" (else {quoted(default)})")


def _string(operation: nodes.Json, phrase: Phrase) -> str:
    if not isinstance(operation["value"], str):
        raise NoWords(f"{operation['value']} is not a text")
    return quoted(operation["value"])


_OPERANDS: Mapping[str, Callable[[nodes.Json, Phrase], str]] = {
    "ALL_PROPERTY": lambda operation, phrase: "",
    "BOOL": lambda operation, phrase: "true" if operation["value"] else "false",
    "ENUMERATION": lambda operation, phrase: shown_items(operation["values"]),
    "MULTISTRING": _texts,
    "STRING": _string,
    "NUMBER": lambda operation, phrase: _number(operation["value"]),
    "NUMBER_RANGED": lambda message, phrase: f"{_number(message['lowerBound'])} and {_number(message['upperBound'])}",
    "TIME_POINT": _moment,
    "TIME_RANGED": _moments,
    "COMPARATIVE_DATE": lambda operation, phrase: _other_property(operation),
    "COMPARATIVE_PROPERTY_UPDATED": lambda operation, phrase: _other_property(operation),
    "ROLLING_DATE_RANGE": _rolling,
    "CALENDAR_DATE": _calendar,
    "ROLLING_PROPERTY_UPDATED": _days,
}
