"""The words for each operation of HubSpot's filters (lists v3, list filters) [S].

https://developers.hubspot.com/docs/api-reference/crm-lists-v3/list-filters
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vendor_facts import pairs, table


@dataclass(frozen=True)
class Phrase:
    """The words that stand for an operation between a property and its operand, and what is fixed beside them."""

    words: str
    type: str
    operator: str
    fixed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ends(self) -> bool:
        """Whether the day that follows is meant at its end: an open bound after it, a closed one up to it."""
        return (self.operator, self.fixed["endpointBehavior"]) in (
            ("IS_AFTER", "EXCLUSIVE"),
            ("IS_BEFORE", "INCLUSIVE"),
        )


def _phrases(form: str) -> tuple[Phrase, ...]:
    rows = (row for row in table("hubspot/filter_phrases") if row["form"] == form)
    return tuple(Phrase(row["words"], row["type"], row["operator"], pairs(row["fixed"])) for row in rows)


PHRASES = _phrases("filter")
"""Every operation of section 5 but the older DATE, DATETIME and RANGED_DATE. `less than` and `more than` end in `ago`
or `from now`, `in this` may end in `so far`: these words complete the operator."""
WORDS_OF_WHEN = _phrases("when")
"""Words of the model's conditions (`when`) that mean an operation too; a filter is shown in those above."""
OPERANDS: Mapping[str, str] = {
    "BOOL": "true or false",
    "ENUMERATION": "options in brackets, such as [lead, customer]",
    "MULTISTRING": 'texts in brackets, such as ["Buyer", "Intern"]',
    "STRING": 'a text in quotes, such as "Buyer"',
    "NUMBER": "a number",
    "NUMBER_RANGED": "two numbers, such as 20 and 60",
    "TIME_POINT": "a date such as 2026-12-01, today or now",
    "TIME_RANGED": "two dates, such as 2026-12-01 and 2026-12-31",
    "COMPARATIVE_DATE": "the name of a date property",
    "COMPARATIVE_PROPERTY_UPDATED": "the name of a property",
    "ROLLING_DATE_RANGE": "a number of days, such as 30 days ago or 7 days from now",
    "CALENDAR_DATE": "day, week, month, quarter or year, or fiscal quarter or fiscal year starting in february",
    "ROLLING_PROPERTY_UPDATED": "a number of days, such as 7 days",
}
"""What follows the words, for messages."""
WITH_ENDS = "with its ends"
_LOWER, _UPPER = "lowerBoundEndpointBehavior", "upperBoundEndpointBehavior"
ENDS: Mapping[str, Mapping[str, str]] = {
    WITH_ENDS: {_LOWER: "INCLUSIVE", _UPPER: "INCLUSIVE"},
    "without its end": {_LOWER: "INCLUSIVE", _UPPER: "EXCLUSIVE"},
    "without its start": {_LOWER: "EXCLUSIVE", _UPPER: "INCLUSIVE"},
    "without its ends": {_LOWER: "EXCLUSIVE", _UPPER: "EXCLUSIVE"},
}
"""What may stand in brackets behind a range of dates, which is then sent as it is written. Without, the ends belong to
it, and a window counted from today is sent as HubSpot documents it."""
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
NEGATIONS: Mapping[str, str] = {row["operator"]: row["negative"] for row in table("hubspot/filter_negations")}
"""Operators and what they are in the negative."""
NEGATIVE = frozenset(NEGATIONS.values())
"""Operators that a record without a value passes unless the text says `(if known)`."""
PROPERTY_CHANGED, CHANGED_PROPERTY, NEW_VALUE = "4-655002", "hs_name", "hs_value"
"""The event that a property changed, and what it holds: which property, and its new value [T]. They are no properties
of the record."""
EVENTS: Mapping[str, str] = {
    "property_changed": PROPERTY_CHANGED,
    "object_created": "4-1463224",
    "form_submission": "4-1639801",
    "page_visited": "4-96000",
}
"""Names of event types: the first two [T], the third [D], the last [K]. Others are named by id."""
CALENDAR_UNITS = ("day", "week", "month", "quarter", "year")
OFFSET_UNITS = ("milliseconds", "seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years")
