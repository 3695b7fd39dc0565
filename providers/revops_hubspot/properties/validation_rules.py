"""The rule types of property validation: their arguments and the properties they fit.

https://developers.hubspot.com/docs/api-reference/crm-property-validations-v3/guide [D]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vendor_facts import Row, pairs, table

Check = Callable[[Sequence[str]], bool]
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
DOMAIN = r"(?i:([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,})"
NOT_RE2 = re.compile(r"\(\?(?:[=!]|<[=!])|\\[1-9]")
"""Look-around and references to groups, which RE2 does not have: https://github.com/google/re2/wiki/Syntax"""


@dataclass(frozen=True)
class Rule:
    """Which properties a rule fits, as field types by type (none is any); what its arguments must be, and the check."""

    fits: Mapping[str, Sequence[str]]
    wants: str
    accepts: Check


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


def _one(pattern: str) -> Check:
    return lambda arguments: len(arguments) == 1 and re.fullmatch(pattern, arguments[0]) is not None


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


def _are_days(arguments: Sequence[str]) -> bool:
    return bool(arguments) and set(arguments) <= set(DAYS) and len(set(arguments)) == len(arguments)


FORMS: Mapping[str, tuple[str, Check]] = {
    "none": ("empty", lambda arguments: not arguments),
    "pattern_and_message": ("a pattern in RE2 syntax and an error message", _is_pattern),
    "optional_country": ("empty or a country such as us", lambda a: not a or _one("[a-z]{2}")(a)),
    "number": ("a number", _one(r"-?\d+(\.\d+)?")),
    "milliseconds": ("milliseconds since 1970", _one(r"-?\d+")),
    "period": ("a period such as P30D", _one(r"P(?=\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?")),
    "days": (f"1 to 7 of {', '.join(DAYS)}", _are_days),
}
"""What arguments of a form must be, in words and as a check."""


def _form(form: str, allowed: Sequence[str]) -> tuple[str, Check]:
    """The same, also for forms with allowed words or limits."""
    if form == "word":
        return " or ".join(allowed), lambda a: len(a) == 1 and a[0] in allowed
    if form == "optional_word":
        return f"empty, {' or '.join(allowed)}", lambda a: not a or (len(a) == 1 and a[0] in allowed)
    if form not in ("whole", "domains"):
        return FORMS[form]
    low, high = map(int, allowed)
    if form == "whole":
        return f"a whole number from {low} to {high}", lambda a: _one(r"\d+")(a) and low <= int(a[0]) <= high
    wants = f"{low} to {high} domains such as example.com"
    return wants, lambda a: low <= len(a) <= high and all(re.fullmatch(DOMAIN, domain) for domain in a)


def _rule(row: Row) -> Rule:
    field_types = {type_: listed.split("|") if listed else [] for type_, listed in pairs(row["fits"]).items()}
    return Rule(field_types, *_form(row["arguments"], row["allowed"].split()))


RULES: Mapping[str, Rule] = {row["type"]: _rule(row) for row in table("hubspot/validation_rules")}
