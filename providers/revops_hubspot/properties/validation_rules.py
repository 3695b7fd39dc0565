"""The rule types of property validation: their arguments and the properties they fit.

https://developers.hubspot.com/docs/api-reference/crm-property-validations-v3/guide [D]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

RuleType = Literal[
    "ALPHANUMERIC",
    "FORMAT",
    "SPECIAL_CHARACTERS",
    "REGEX",
    "MIN_LENGTH",
    "MAX_LENGTH",
    "WHITESPACE",
    "URL",
    "EMAIL",
    "DOMAIN",
    "URL_ALLOWED_DOMAINS",
    "URL_BLOCKED_DOMAINS",
    "EMAIL_ALLOWED_DOMAINS",
    "EMAIL_BLOCKED_DOMAINS",
    "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE",
    "MIN_NUMBER",
    "MAX_NUMBER",
    "DECIMAL",
    "START_DATE",
    "END_DATE",
    "START_DATETIME",
    "END_DATETIME",
    "BEFORE_DURATION",
    "AFTER_DURATION",
    "BEFORE_DATETIME_DURATION",
    "AFTER_DATETIME_DURATION",
    "DAYS_OF_WEEK",
]
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
NUMBER = r"-?\d+(\.\d+)?"
EPOCH_MS = r"-?\d+"
PERIOD = r"P(?=\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?"
DOMAIN = r"(?i:([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,})"
NOT_RE2 = re.compile(r"\(\?(?:[=!]|<[=!])|\\[1-9]")
"""Look-around and references to groups, which RE2 does not have: https://github.com/google/re2/wiki/Syntax"""
TEXT = ("text",)
TEXTS = ("text", "textarea")
ANY: tuple[str, ...] = ()
"""Every field type of the type."""


@dataclass(frozen=True)
class Rule:
    """Which properties a rule fits, as field types by type; what its arguments must be, in words and as a check."""

    fits: Mapping[str, tuple[str, ...]]
    wants: str
    accepts: Callable[[Sequence[str]], bool]


def argument_problem(rule_type: str, arguments: Sequence[str]) -> str | None:
    """What is wrong with the arguments of a rule, None when they are well formed.

    >>> argument_problem("DECIMAL", ["25"])
    'arguments of DECIMAL must be a whole number from 0 to 20, not ["25"]'
    """
    rule = RULES[rule_type]
    if rule.accepts(arguments):
        return None
    shown = ", ".join(f'"{argument}"' for argument in arguments)
    return f"arguments of {rule_type} must be {rule.wants}, not [{shown}]"


def fits(rule_type: str, type_: str, field_type: str) -> bool:
    """Whether a property of this type and field type can have the rule."""
    field_types = RULES[rule_type].fits.get(type_)
    return field_types is not None and (not field_types or field_type in field_types)


def fitting(rule_type: str) -> str:
    """The properties that a rule fits, in words."""
    return " or ".join(
        f"{type_} ({', '.join(field_types)})" if field_types else type_
        for type_, field_types in RULES[rule_type].fits.items()
    )


def _nothing(fits_: Mapping[str, tuple[str, ...]]) -> Rule:
    return Rule(fits_, "empty", lambda arguments: not arguments)


def _words(fits_: Mapping[str, tuple[str, ...]], *words: str) -> Rule:
    return Rule(fits_, " or ".join(words), lambda arguments: len(arguments) == 1 and arguments[0] in words)


def _matching(fits_: Mapping[str, tuple[str, ...]], pattern: str, wants: str) -> Rule:
    return Rule(fits_, wants, lambda a: len(a) == 1 and re.fullmatch(pattern, a[0]) is not None)


def _whole(fits_: Mapping[str, tuple[str, ...]], low: int, high: int) -> Rule:
    def accepts(arguments: Sequence[str]) -> bool:
        is_whole = len(arguments) == 1 and re.fullmatch(r"\d+", arguments[0]) is not None
        return is_whole and low <= int(arguments[0]) <= high

    return Rule(fits_, f"a whole number from {low} to {high}", accepts)


def _domains() -> Rule:
    def accepts(arguments: Sequence[str]) -> bool:
        return 1 <= len(arguments) <= 20 and all(re.fullmatch(DOMAIN, domain) for domain in arguments)

    return Rule({"string": TEXT}, "1 to 20 domains such as example.com", accepts)


def _is_pattern(arguments: Sequence[str]) -> bool:
    """Python's `re` knows nearly all of RE2; the classes and inner flags that it lacks are not judged here."""
    if len(arguments) != 2 or NOT_RE2.search(arguments[0]):
        return False
    if re.search(r"\\[pPzQEC]|\[\[|\(\?[a-zA-Z-]+\)", arguments[0]):
        return True
    try:
        re.compile(arguments[0])
    except re.error:
        return False
    return True


def _is_country(arguments: Sequence[str]) -> bool:
    return not arguments or (len(arguments) == 1 and re.fullmatch("[a-z]{2}", arguments[0]) is not None)


def _are_days(arguments: Sequence[str]) -> bool:
    return bool(arguments) and set(arguments) <= set(DAYS) and len(set(arguments)) == len(arguments)


_DATE, _DATETIME = {"date": ANY}, {"datetime": ANY}
_PHONE = {"string": ("phonenumber",)}
_LENGTH = {"string": (*TEXTS, "phonenumber")}

RULES: Mapping[str, Rule] = {
    "ALPHANUMERIC": _words({"string": TEXTS}, "ALPHANUMERIC", "ALPHA_ONLY", "NUMERIC_ONLY"),
    "FORMAT": _words({"string": TEXTS}, "CAPITALIZATION", "UPPER", "LOWER"),
    "SPECIAL_CHARACTERS": _words({"string": TEXTS}, "NOT_ALLOWED"),
    "REGEX": Rule({"string": TEXTS}, "a pattern in RE2 syntax and an error message", _is_pattern),
    "MIN_LENGTH": _whole(_LENGTH, 1, 10_000),  # the guide says "greater than 1" and shows "1"
    "MAX_LENGTH": _whole(_LENGTH, 1, 10_000),
    "WHITESPACE": Rule({"string": TEXT}, "empty, ALL or TRIM", lambda a: list(a) in ([], ["ALL"], ["TRIM"])),
    "URL": _nothing({"string": TEXT}),
    "EMAIL": _nothing({"string": TEXT}),
    "DOMAIN": _nothing({"string": TEXT}),
    "URL_ALLOWED_DOMAINS": _domains(),
    "URL_BLOCKED_DOMAINS": _domains(),
    "EMAIL_ALLOWED_DOMAINS": _domains(),
    "EMAIL_BLOCKED_DOMAINS": _domains(),
    "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE": Rule(_PHONE, "empty or a country such as us", _is_country),
    "MIN_NUMBER": _matching({"number": ANY}, NUMBER, "a number"),
    "MAX_NUMBER": _matching({"number": ANY}, NUMBER, "a number"),
    "DECIMAL": _whole({"number": ANY}, 0, 20),
    "START_DATE": _matching(_DATE, EPOCH_MS, "milliseconds since 1970"),
    "END_DATE": _matching(_DATE, EPOCH_MS, "milliseconds since 1970"),
    "START_DATETIME": _matching(_DATETIME, EPOCH_MS, "milliseconds since 1970"),
    "END_DATETIME": _matching(_DATETIME, EPOCH_MS, "milliseconds since 1970"),
    "BEFORE_DURATION": _matching(_DATE, PERIOD, "a period such as P30D"),
    "AFTER_DURATION": _matching(_DATE, PERIOD, "a period such as P30D"),
    "BEFORE_DATETIME_DURATION": _matching(_DATETIME, PERIOD, "a period such as P30D"),
    "AFTER_DATETIME_DURATION": _matching(_DATETIME, PERIOD, "a period such as P30D"),
    "DAYS_OF_WEEK": Rule({**_DATE, **_DATETIME}, f"1 to 7 of {', '.join(DAYS)}", _are_days),
}
