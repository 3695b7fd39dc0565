"""Reads the text of a filter into a tree: `lifecyclestage is any of [lead] and fit_score >= 40`.

The form of a value says which of HubSpot's operations is meant: numbers are bare, texts stand in quotes, options in
brackets, dates as 2026-12-01. So a text means the same everywhere, whatever properties an account has, and a property
of another type is refused at preview (`property_types`). Days begin and end in UTC unless a zone is named.

A record without a value passes a negative comparison (`is none of`, `!=`, `has never been`, …) and nothing else;
`(if known)` and `(or unknown)` behind a condition say otherwise.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from revops_hubspot.api.object_types import TYPE_IDS
from revops_hubspot.filters import time_points
from revops_hubspot.filters import tree as nodes
from revops_hubspot.filters.filter_types import (
    ANSWER,
    DIRECTIONS,
    ELEMENTS,
    LINES,
    LONGEST_FIRST,
    NEEDED,
    REFINEMENTS,
    THE_ANSWER,
    ActivityPhrase,
)
from revops_hubspot.filters.leaves import on_property, operation
from revops_hubspot.filters.lexer import FORM, RESERVED, FilterError, Token, tokenize
from revops_hubspot.filters.phrases import (
    CALENDAR_UNITS,
    ENDS,
    EVENTS,
    MONTHS,
    NEW_VALUE,
    OFFSET_UNITS,
    OPERANDS,
    PHRASES,
    WORDS_OF_WHEN,
    Phrase,
)
from revops_iac.diagnostics import nearest, suggest

_BY_WORDS: dict[tuple[str, ...], list[Phrase]] = {}
for _phrase in (*PHRASES, *WORDS_OF_WHEN):
    _BY_WORDS.setdefault(tuple(_phrase.words.split()), []).append(_phrase)
_LONGEST = max(map(len, _BY_WORDS))
MOST_LEVELS = 50
"""Of parentheses and `not` inside each other."""
_ACTIVITIES: dict[str, list[ActivityPhrase]] = {}
for _activity in LONGEST_FIRST:
    _ACTIVITIES.setdefault(_activity.words.partition(" ")[0], []).append(_activity)
_SINGULAR = {"companies": "company", "services": "service"}
_INDEX_WORDS = sorted(time_points.INDEXES, key=len, reverse=True)
_ACTIVITY_TEXTS: Mapping[str, str] = {
    "formId": "the id of a form",
    "pageId": "the id of a page",
    "pageUrl": "an address",
    "ctaName": "the name of a call to action",
    "eventId": "the id of an event",
    "webinarId": "the id of a webinar",
    "privacyName": "the name of a consent",
    "surveyId": "the id of a survey",
    "campaignId": "the id of a campaign",
    "listId": "the id of a list",
}


@functools.lru_cache(maxsize=4096)
def parse(text: str) -> nodes.Tree:
    """The tree of a filter text. Raises FilterError with the column, what was expected, and the nearest words."""
    return _Parser(tokenize(text)).whole()


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = self._levels = 0
        self._operands: Mapping[str, Callable[[Phrase], nodes.Json | None]] = {
            "ALL_PROPERTY": lambda phrase: {},
            "BOOL": self._flag,
            "ENUMERATION": lambda phrase: self._values(text_only=False),
            "MULTISTRING": lambda phrase: self._values(text_only=True),
            "STRING": self._string,
            "NUMBER": self._number,
            "NUMBER_RANGED": self._numbers,
            "TIME_POINT": self._moment,
            "TIME_RANGED": self._moments,
            "COMPARATIVE_DATE": self._other_property,
            "COMPARATIVE_PROPERTY_UPDATED": self._other_property,
            "ROLLING_DATE_RANGE": self._rolling,
            "CALENDAR_DATE": self._calendar,
            "ROLLING_PROPERTY_UPDATED": self._days,
        }

    # --- and, or, not -----------------------------------------------------------------------------------------------

    def whole(self) -> nodes.Tree:
        tree = self._either()
        if self._next.kind != "end":
            raise self._unexpected("and, or, or the end")
        return tree

    def _either(self) -> nodes.Tree:
        parts = [self._both()]
        while self._takes("or"):
            parts.append(self._both())
        return nodes.Or(tuple(parts)) if len(parts) > 1 else parts[0]

    def _both(self) -> nodes.Tree:
        parts = [self._single()]
        while self._takes("and"):
            parts.append(self._single())
        return nodes.And(tuple(parts)) if len(parts) > 1 else parts[0]

    def _single(self) -> nodes.Tree:
        if self._levels == MOST_LEVELS:
            fix = f"use at most {MOST_LEVELS} levels"
            raise FilterError("the filter is nested too deeply", self._next.column, fix)
        self._levels += 1
        found = self._one()
        self._levels -= 1
        return found

    def _one(self) -> nodes.Tree:
        if self._next.kind == "open":
            inside: nodes.Tree = self._enclosed(self._either)
            return inside
        inside_list = self._peek(1).kind == "word" and self._peek(1).text == "in"
        if not inside_list and self._takes("not"):
            return nodes.Not(self._single())
        return self._leaf()

    def _enclosed(self, read: Callable[[], Any]) -> Any:
        self._at += 1
        inside = read()
        if self._next.kind != "close":
            raise self._unexpected(")")
        self._at += 1
        return inside

    def _leaf(self) -> nodes.Leaf:
        leaves: tuple[tuple[str, Callable[[], nodes.Leaf]], ...] = (
            ("associated", lambda: self._associated(present=True)),
            ("no associated", lambda: self._associated(present=False)),
            ("has completed event", lambda: self._event(completed=True)),
            ("has not completed event", lambda: self._event(completed=False)),
            ("in list", lambda: self._in_list(True)),
            ("not in list", lambda: self._in_list(False)),
        )
        for words, read in leaves:
            if self._takes(words):
                return read()
        phrases = _ACTIVITIES.get(self._next.text, ())
        phrase = next((phrase for phrase in phrases if self._takes(phrase.words)), None)
        return self._comparison() if phrase is None else self._activity(phrase)

    # --- what a record has done, and what belongs to it ---------------------------------------------------------------

    def _associated(self, present: bool) -> nodes.Associated:
        token = self._word("an object such as company")
        names = {**{_SINGULAR.get(name, name.removesuffix("s")): name for name in TYPE_IDS}, **{n: n for n in TYPE_IDS}}
        name = names.get(token.text, token.text)
        if name not in TYPE_IDS and not token.text[0].isdigit():
            fix = suggest(token.text, sorted(set(names) - set(TYPE_IDS)), "write a custom object by its type id")
            raise FilterError(f'"{token.text}" is not an object', token.column, fix)
        type_, category = None, "HUBSPOT_DEFINED"
        if self._takes("of"):
            category = "USER_DEFINED" if self._takes("own") else category
            self._expect("type")
            type_ = int(self._kind("number", "the id of an association type").text)
        return nodes.Associated(name, present, self._where(), type_, category)

    def _event(self, completed: bool) -> nodes.Event:
        token = self._word("the id of an event type")
        if token.text not in EVENTS and not token.text[0].isdigit():
            fix = suggest(token.text, EVENTS, "write the type id, such as 4-1639801")
            raise FilterError(f'"{token.text}" is not an event', token.column, fix)
        return nodes.Event(EVENTS.get(token.text, token.text), completed, self._where(), self._often(), self._when())

    def _where(self) -> tuple[nodes.Filter, ...]:
        if not self._takes("where"):
            return ()
        if self._next.kind != "open":
            raise self._unexpected("( after where")
        tests: tuple[nodes.Filter, ...] = self._enclosed(self._tests)
        return tests

    def _tests(self) -> tuple[nodes.Filter, ...]:
        tests: list[nodes.Filter] = []
        while True:
            column, leaf = self._next.column, self._leaf()
            if not isinstance(leaf, nodes.Filter):
                raise FilterError(
                    "HubSpot takes no such condition inside where", column, "write conditions on properties"
                )
            tests.append(leaf)
            if self._next.text == "or":
                raise FilterError(
                    '"or" cannot stand inside where', self._next.column, "repeat the whole condition on both sides"
                )
            if not self._takes("and"):
                return tuple(tests)

    def _in_list(self, inside: bool) -> nodes.InList:
        if self._next.kind == "number":
            return nodes.InList(nodes.ListName(id=self._take().text), inside)
        return nodes.InList(
            nodes.ListName(self._kind("text", 'the name of a list in quotes, such as "Customers"').value), inside
        )

    def _activity(self, phrase: ActivityPhrase) -> nodes.Activity:
        """What follows the words of an activity: its text, its named values, how often, and when."""
        column = self._next.column
        values: list[nodes.Value] = []
        tests: tuple[nodes.Test, ...] = ()
        if phrase.main is not None:
            values.append(
                nodes.Value(phrase.main, self._kind("text", f"{_ACTIVITY_TEXTS[phrase.main]} in quotes").value)
            )
        if self._takes("where"):
            if self._next.kind != "open":
                raise self._unexpected("( after where")
            named, tests = self._enclosed(lambda: self._named_values(phrase))
            values += named
        given = {value.name for value in values} | {LINES} | ({ANSWER} if tests else set())
        if missing := sorted(NEEDED[phrase.type] - given - {*REFINEMENTS}):
            missing = [THE_ANSWER if name == ANSWER else name for name in missing]
            fix = f"write where ({' and '.join(f'{name} = …' for name in missing)})"
            raise FilterError(f'"{phrase.words}" needs {", ".join(missing)}', column, fix)
        order = list(ELEMENTS[phrase.type])
        values.sort(key=lambda value: order.index(value.name))
        often, when = self._often(), self._when()
        for key, refinement in zip(REFINEMENTS, (often, when), strict=True):
            if refinement is None and key in NEEDED[phrase.type]:
                example = "at least 2 times" if key == REFINEMENTS[0] else "dated after 30 days ago"
                raise FilterError(f'"{phrase.words}" needs to know when or how often', column, f"write {example}")
            if refinement is not None and key not in ELEMENTS[phrase.type]:
                raise FilterError(f'"{phrase.words}" cannot be limited so', column, "leave it out")
        return nodes.Activity(phrase.type, phrase.operator, tuple(values), often, when, tests)

    def _named_values(self, phrase: ActivityPhrase) -> tuple[list[nodes.Value], tuple[nodes.Test, ...]]:
        values: list[nodes.Value] = []
        tests: list[nodes.Test] = []
        while True:
            if self._is_compared(phrase, tests):
                tests.append(self._compared(self._property()))
                if not self._takes("and"):
                    return values, tuple(tests)
                continue
            token = self._word("the name of a value")
            if token.text not in phrase.elements or token.text in [value.name for value in values]:
                fix = suggest(token.text, phrase.elements, "leave it out")
                raise FilterError(f'"{phrase.words}" has no value "{token.text}"', token.column, fix)
            if self._next.text != "=":
                raise self._unexpected("=")
            self._at += 1
            values.append(nodes.Value(token.text, self._named_value(phrase.elements[token.text])))
            if not self._takes("and"):
                return values, tuple(tests)

    def _is_compared(self, phrase: ActivityPhrase, tests: Sequence[nodes.Test]) -> bool:
        """Whether a comparison stands here: of the answer, or of what is none of the phrase's own values."""
        if phrase.compares == ANSWER:
            return self._next.text == THE_ANSWER and not tests
        is_value = self._next.kind == "word" and self._next.text in phrase.elements and self._peek(1).text == "="
        return phrase.compares is not None and not is_value

    def _named_value(self, type_: str) -> str | bool | int | tuple[str, ...]:
        if type_ == "flag" and self._next.text in ("true", "false"):
            return self._take().text == "true"
        if type_ == "integer" or (type_ == "any" and self._next.kind == "number"):
            return self._whole_number()
        if type_ == "list":
            token = self._kind("list", "texts in brackets")
            return tuple(str(value) for value in token.value)
        value: str = self._kind("text", "a text in quotes").value
        return value

    def _often(self) -> nodes.Often | None:
        if self._takes("in set"):
            return nodes.SetOf(self._word("all or any").text)
        least = self._whole_number() if self._takes("at least") else None
        if least is not None and not self._takes("and at most"):
            self._expect("times")
            return nodes.Times(least, None)
        if least is None and not self._takes("at most"):
            return None
        most = self._whole_number()
        self._expect("times")
        return nodes.Times(least, most)

    def _when(self) -> nodes.When | None:
        if self._takes("ever"):
            return nodes.Ever()
        if self._takes("when"):
            return nodes.Moment(self._compared("").operation)
        if not self._takes("dated"):
            return None
        word = self._word("after, before or between").text
        low = self._dated()
        return nodes.Window(word, low, self._dated() if self._takes("to") else None)

    def _dated(self) -> nodes.Offset | datetime:
        if self._next.kind == "date":
            token = self._take()
            try:
                return datetime.fromisoformat(token.text).replace(tzinfo=UTC)
            except ValueError:
                raise FilterError(f'"{token.text}" is not a date', token.column, "write 2026-12-01") from None
        number, unit = self._whole_number(), self._offset_unit()
        for direction, words in DIRECTIONS.items():
            if self._takes(words):
                return nodes.Offset(number, unit, direction)
        raise self._unexpected("ago or from now")

    # --- comparisons ------------------------------------------------------------------------------------------------

    def _comparison(self) -> nodes.Test | nodes.Changed:
        name = self._property()
        if not self._takes("changed"):
            return self._compared(name)
        return nodes.Changed(name, self._compared(NEW_VALUE) if self._takes("and now") else None)

    def _compared(self, name: str) -> nodes.Test:
        column, phrases = self._next.column, self._phrases()
        for phrase in phrases:
            start = self._at
            found = self._operands[phrase.type](phrase)
            if found is not None:
                operator = found.pop("operator", phrase.operator)
                return on_property(name, operation(phrase.type, operator, self._unknown(), **found, **phrase.fixed))
            self._at = start
        self._refuse_near_miss(phrases[0].words, column)
        usual = [phrase for phrase in phrases if phrase in PHRASES] or phrases
        expected = " or ".join(dict.fromkeys(OPERANDS[phrase.type] for phrase in usual))
        if self._next.kind == "end":
            raise FilterError(f'"{phrases[0].words}" needs a value', column, f"write {expected}")
        raise FilterError(
            f'"{self._next.text}" cannot follow "{phrases[0].words}"', self._next.column, f"write {expected}"
        )

    def _property(self) -> str:
        if self._next.kind not in ("word", "name"):
            raise self._unexpected("the name of a property")
        token = self._take()
        if token.kind == "word" and token.text in RESERVED:
            fix = f"write a condition, or `{token.text}` for a property of that name"
            raise FilterError(f'"{token.text}" cannot stand here', token.column, fix)
        return token.text

    def _phrases(self) -> list[Phrase]:
        """The phrases of the longest words that stand here."""
        ahead = takewhile(lambda token: token.kind in ("word", "sign"), self._tokens[self._at :])
        message = [token.text for token in islice(ahead, _LONGEST)]
        for length in range(len(message), 0, -1):
            if found := _BY_WORDS.get(tuple(message[:length])):
                self._at += length
                return found
        raise self._no_operation(message)

    def _refuse_near_miss(self, words: str, column: int) -> None:
        """`is any off [a]` begins like `is`, and means `is any of`. Raises FilterError."""
        ahead = takewhile(lambda token: token.kind == "word", self._tokens[self._at :])
        more = [token.text for token in islice(ahead, _LONGEST)]
        message = " ".join([words, *more[: _until_connective(more)]])
        longer = [phrase.words for phrase in PHRASES if phrase.words.startswith(f"{words} ")]
        if more and (found := nearest(message, longer)):
            raise FilterError(f'"{message}" is not an operation', column, f"use {', '.join(found)}")

    def _no_operation(self, message: list[str]) -> FilterError:
        column = self._next.column
        desired = sorted({phrase.words for phrase in PHRASES})
        if not message:
            expected = (
                f'"{self._next.text}" is not an operation' if self._next.kind != "end" else "a condition ends early"
            )
            return FilterError(expected, column, FORM)
        words = " ".join(message[: _until_connective(message)]) or message[0]
        return FilterError(f'"{words}" is not an operation', column, suggest(words, desired, shown=8))

    def _unknown(self) -> bool | None:
        """The brackets about records without a value."""
        if self._takes_aside("or unknown"):
            return True
        return False if self._takes_aside("if known") else None

    def _takes_aside(self, words: str) -> bool:
        """Whether these words stand here in brackets; then they are passed."""
        desired = ["(", *words.split(), ")"]
        found = [self._peek(ahead).text for ahead in range(len(desired))] == desired
        self._at += len(desired) if found else 0
        return found

    # --- operands: None where something else stands -------------------------------------------------------------------

    def _flag(self, phrase: Phrase) -> nodes.Json | None:
        return {"value": self._take().text == "true"} if self._next.text in ("true", "false") else None

    def _values(self, text_only: bool) -> nodes.Json | None:
        if self._next.kind != "list":
            return None
        token = self._take()
        if text_only and any(isinstance(value, dict) for value in token.value):
            raise FilterError("a person cannot stand among texts", token.column, "use is any of or is none of")
        return {"values": list(token.value)}

    def _string(self, phrase: Phrase) -> nodes.Json | None:
        return {"value": self._take().value} if self._next.kind == "text" else None

    def _number(self, phrase: Phrase) -> nodes.Json | None:
        return {"value": _as_number(self._take())} if self._next.kind == "number" else None

    def _numbers(self, phrase: Phrase) -> nodes.Json | None:
        if self._next.kind != "number":
            return None
        low = _as_number(self._take())
        self._expect("and")
        return {"lowerBound": low, "upperBound": _as_number(self._kind("number", "a number"))}

    def _moment(self, phrase: Phrase) -> nodes.Json | None:
        point = self._point(phrase.ends)
        if point is None:
            return None
        self._zone(point)
        return {"timePoint": point}

    def _moments(self, phrase: Phrase) -> nodes.Json | None:
        if phrase.words in ("within the last", "within the next"):
            return self._window(phrase)
        low = self._point(ends=False)
        if low is None:
            return None
        low_named = self._zone(low)
        self._expect("and")
        high = self._point(ends=True)
        if high is None:
            raise self._unexpected(OPERANDS["TIME_POINT"])
        if self._zone(high) and not low_named:
            low = {**low, "timezoneSource": high["timezoneSource"], "zoneId": high.get("zoneId")}
        behaviors = next((ends for words, ends in ENDS.items() if self._takes_aside(words)), None)
        if behaviors is None:
            ahead = (phrase.operator, phrase.fixed["propertyParser"]) == ("IS_BETWEEN", "VALUE")
            low, high = time_points.documented_window(low, high, ahead)
        return {"lowerBoundTimePoint": low, "upperBoundTimePoint": high, **(behaviors or {})}

    def _window(self, phrase: Phrase) -> nodes.Json | None:
        """So many days back or ahead, in the form that HubSpot documents."""
        if self._next.kind != "number":
            raise self._unexpected("a number of days, such as 7 days")
        number, unit = self._whole_number(), self._offset_unit()
        ahead = phrase.words == "within the next"
        there = time_points.indexed_point("today", [(unit, number if ahead else -number)])
        here = time_points.indexed_point("today")
        self._zone(there)
        here["zoneId"] = there["zoneId"]
        low, high = time_points.documented_window(*((here, there) if ahead else (there, here)), ahead)
        return {"lowerBoundTimePoint": low, "upperBoundTimePoint": high}

    def _point(self, ends: bool) -> nodes.Json | None:
        if self._next.kind == "date":
            return self._date(self._take(), ends)
        for word in _INDEX_WORDS:
            if self._takes(word):
                return self._indexed(word)
        for reference in time_points.REFERENCES:
            if self._takes(f"the {reference} of"):
                return time_points.property_point(self._property(), reference)
        return None

    def _date(self, token: Token, ends: bool) -> nodes.Json:
        day, _, clock = token.text.partition("T")
        try:
            point = time_points.date_point(day, ends)
        except ValueError:
            raise FilterError(
                f'"{token.text}" is not a date', token.column, "write a date such as 2026-12-01"
            ) from None
        if clock:  # [D: list filter definitions] IS_AFTER must have 23:59:59.999, IS_BEFORE 00:00
            message = f'HubSpot compares whole days, so "{token.text}" cannot have a time of day'
            fix = f"write {day}: after it means past its end, before it its start; {day} at {clock} is sent as it is"
            raise FilterError(message, token.column, fix)
        return {**point, **self._clock()}

    def _indexed(self, word: str) -> nodes.Json:
        """`today at 09:00`, `the week on monday`, `the year on day 1 in month 2`, and offsets behind it."""
        position: nodes.Json = {}
        if self._takes("on day"):
            position["day"] = self._whole_number()
        elif self._takes("on"):
            token = self._word("a day of the week such as monday")
            if token.text not in time_points.WEEKDAYS:
                fix = suggest(token.text, time_points.WEEKDAYS)
                raise FilterError(f'"{token.text}" is not a day of the week', token.column, fix)
            position["dayOfWeek"] = token.text.upper()
        if self._takes("in month"):
            position["month"] = self._whole_number()
        clock = self._clock()
        point = time_points.indexed_point(word, self._offsets())
        return {**point, "indexReference": {**point["indexReference"], **position, **clock}}

    def _clock(self) -> nodes.Json:
        """The elements of a time of day, {} when none stands here."""
        if not (self._next.text == "at" and self._peek(1).kind == "clock"):
            return {}
        self._at += 1
        token = self._take()
        try:
            return time_points.read_clock(token.text)
        except ValueError:
            raise FilterError(f'"{token.text}" is not a time of day', token.column, "write 09:30") from None

    def _offsets(self) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        while self._next.text in ("+", "-"):
            sign = -1 if self._take().text == "-" else 1
            number = self._whole_number()
            found.append((self._offset_unit(), sign * number))
        return found

    def _offset_unit(self) -> str:
        token = self._word("a unit of time")
        unit = time_points.offset_unit(token.text)
        if unit is None:
            fix = suggest(token.text, OFFSET_UNITS)
            raise FilterError(f'"{token.text}" is not a unit of time', token.column, fix)
        return unit

    def _zone(self, point: nodes.Json) -> bool:
        if not self._takes("in"):
            return False
        token = self._word("a time zone such as America/New_York")
        if self._takes("zone"):
            point["timezoneSource"] = token.text.upper()
            if self._next.kind == "word" and _is_zone(self._next.text):
                point["zoneId"] = self._take().text
            else:
                del point["zoneId"]
            return True
        if not _is_zone(token.text):
            fix = suggest(token.text, sorted(available_timezones()), "write one such as America/New_York")
            raise FilterError(f'"{token.text}" is not a time zone', token.column, fix)
        point["zoneId"] = token.text
        return True

    def _other_property(self, phrase: Phrase) -> nodes.Json | None:
        if self._next.kind not in ("word", "name"):
            return None
        found = {"comparisonPropertyName": self._property()}
        if self._next.kind == "open" and self._peek(1).text == "else":
            self._at += 2
            found["defaultComparisonValue"] = self._kind("text", "a value in quotes").value
            if self._next.kind != "close":
                raise self._unexpected(")")
            self._at += 1
        return found

    def _rolling(self, phrase: Phrase) -> nodes.Json | None:
        days = self._days(phrase)
        if days is None:
            return None
        if self._takes("from now"):
            end = "FROM_NOW"
        elif self._takes("ago"):
            end = "AGO"
        else:
            raise self._unexpected("ago or from now")
        converts = self._takes("in account time")
        return {**days, "operator": f"{phrase.operator}_{end}", "requiresTimeZoneConversion": converts}

    def _days(self, phrase: Phrase) -> nodes.Json | None:
        if self._next.kind != "number":
            return None
        number = self._whole_number()
        token = self._word("days")
        if token.text not in ("day", "days"):
            raise FilterError(f'"{token.text}" is not a number of days', token.column, "write it in days")
        return {"numberOfDays": number}

    def _calendar(self, phrase: Phrase) -> nodes.Json | None:
        if phrase.words == "is today":
            return {"timeUnit": "DAY"}
        counts = phrase.operator != "IN_THIS_TIME_UNIT" and self._next.kind == "number"
        number = {"timeUnitCount": self._whole_number()} if counts else {}
        fiscal: nodes.Json = {"useFiscalYear": True} if self._takes("fiscal") else {}
        token = self._next
        unit = next((unit for unit in CALENDAR_UNITS if token.text in (unit, f"{unit}s")), None)
        if unit is None:
            return None
        self._at += 1
        so_far = phrase.operator == "IN_THIS_TIME_UNIT" and self._takes("so far")
        operator = f"{phrase.operator}_SO_FAR" if so_far else phrase.operator
        if fiscal and self._takes("starting in"):
            fiscal["fiscalYearStart"] = self._month()
        return {"operator": operator, "timeUnit": unit.upper(), **number, **fiscal}

    def _month(self) -> str:
        token = self._word("a month such as february")
        if token.text not in MONTHS:
            raise FilterError(f'"{token.text}" is not a month', token.column, suggest(token.text, MONTHS))
        return token.text.upper()

    # --- tokens -----------------------------------------------------------------------------------------------------

    @property
    def _next(self) -> Token:
        return self._peek(0)

    def _peek(self, ahead: int) -> Token:
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def _take(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _takes(self, words: str) -> bool:
        """Whether these words stand here; then they are passed."""
        desired = words.split()
        ahead = [self._peek(at) for at in range(len(desired))]
        if [token.text for token in ahead if token.kind == "word"] != desired:
            return False
        self._at += len(desired)
        return True

    def _expect(self, words: str) -> None:
        if not self._takes(words):
            raise self._unexpected(words)

    def _word(self, expected: str) -> Token:
        return self._kind("word", expected)

    def _kind(self, kind: str, expected: str) -> Token:
        if self._next.kind != kind:
            raise self._unexpected(expected)
        return self._take()

    def _whole_number(self) -> int:
        token = self._kind("number", "a whole number")
        if not token.text.isdigit():
            raise FilterError(f'"{token.text}" is not a whole number', token.column, "write a number such as 30")
        return int(token.text)

    def _unexpected(self, expected: str) -> FilterError:
        token = self._next
        message = "the text ends" if token.kind == "end" else f'"{token.text}" stands'
        return FilterError(f"{message} where {expected} was expected", token.column, f"write {expected}")


def _until_connective(message: list[str]) -> int:
    return next((at for at, word in enumerate(message) if word in ("and", "or", "not")), len(message))


def _as_number(token: Token) -> int | float:
    return float(token.text) if "." in token.text else int(token.text)


@functools.lru_cache(maxsize=1024)
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
