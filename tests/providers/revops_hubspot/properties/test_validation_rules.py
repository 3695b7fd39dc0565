"""What the rule types of property validation take as arguments, and where they fit."""

from __future__ import annotations

import pytest
from revops_hubspot.properties.validation_rules import RULES, argument_problem, fits, fitting

GOOD = [
    ("ALPHANUMERIC", ["ALPHA_ONLY"]),
    ("FORMAT", ["UPPER"]),
    ("SPECIAL_CHARACTERS", ["NOT_ALLOWED"]),
    ("REGEX", [r"^[A-Z]{2}\d+$", "Two letters and digits"]),
    ("REGEX", [r"\pL+", "Letters"]),
    ("REGEX", ["[[:alpha:]]+", "Letters"]),
    ("MIN_LENGTH", ["1"]),
    ("MAX_LENGTH", ["10000"]),
    ("WHITESPACE", []),
    ("WHITESPACE", ["TRIM"]),
    ("URL", []),
    ("EMAIL", []),
    ("DOMAIN", []),
    ("URL_ALLOWED_DOMAINS", ["example.com", "Example.org"]),
    ("URL_BLOCKED_DOMAINS", ["example.com"]),
    ("EMAIL_ALLOWED_DOMAINS", ["example.com"]),
    ("EMAIL_BLOCKED_DOMAINS", ["mail.example.com"]),
    ("PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE", []),
    ("PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE", ["us"]),
    ("MIN_NUMBER", ["-1.5"]),
    ("MAX_NUMBER", ["60"]),
    ("DECIMAL", ["0"]),
    ("START_DATE", ["1767225600000"]),
    ("END_DATE", ["1767225600000"]),
    ("START_DATETIME", ["1767225600000"]),
    ("END_DATETIME", ["1767225600000"]),
    ("BEFORE_DURATION", ["P30D"]),
    ("AFTER_DURATION", ["P1Y2M"]),
    ("BEFORE_DATETIME_DURATION", ["P30D"]),
    ("AFTER_DATETIME_DURATION", ["P2W"]),
    ("DAYS_OF_WEEK", ["MONDAY", "FRIDAY"]),
]
BAD = [
    ("ALPHANUMERIC", ["DIGITS"], 'ALPHANUMERIC or ALPHA_ONLY or NUMERIC_ONLY, not ["DIGITS"]'),
    ("REGEX", ["[A-Z"], 'a pattern in RE2 syntax and an error message, not ["[A-Z"]'),
    ("REGEX", ["(a", "m"], 'a pattern in RE2 syntax and an error message, not ["(a", "m"]'),
    ("REGEX", ["(?=a)b", "m"], 'a pattern in RE2 syntax and an error message, not ["(?=a)b", "m"]'),
    ("MIN_LENGTH", ["0"], 'a whole number from 1 to 10000, not ["0"]'),
    ("URL", ["x"], 'empty, not ["x"]'),
    ("EMAIL_ALLOWED_DOMAINS", [], "1 to 20 domains such as example.com, not []"),
    ("PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE", ["US"], 'empty or a country such as us, not ["US"]'),
    ("MAX_NUMBER", ["many"], 'a number, not ["many"]'),
    ("DECIMAL", ["21"], 'a whole number from 0 to 20, not ["21"]'),
    ("START_DATE", ["2026-01-01"], 'milliseconds since 1970, not ["2026-01-01"]'),
    ("BEFORE_DURATION", ["P"], 'a period such as P30D, not ["P"]'),
    (
        "DAYS_OF_WEEK",
        ["Monday"],
        '1 to 7 of MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY, not ["Monday"]',
    ),
]


def test_every_rule_type_has_a_check() -> None:
    assert {rule for rule, _ in GOOD} == set(RULES)
    assert len(RULES) == 27


@pytest.mark.parametrize(("rule", "arguments"), GOOD)
def test_well_formed_arguments_pass(rule: str, arguments: list[str]) -> None:
    assert argument_problem(rule, arguments) is None


@pytest.mark.parametrize(("rule", "arguments", "wants"), BAD)
def test_other_arguments_are_refused_with_what_is_wanted(rule: str, arguments: list[str], wants: str) -> None:
    assert argument_problem(rule, arguments) == f"arguments of {rule} must be {wants}"


def test_rule_fits_some_properties_only() -> None:
    assert fits("URL", "string", "text")
    assert not fits("URL", "string", "textarea")
    assert fits("DAYS_OF_WEEK", "datetime", "date")
    assert not fits("MAX_NUMBER", "enumeration", "select")
    assert fitting("MIN_LENGTH") == "string (text, textarea, phonenumber)"
    assert fitting("DAYS_OF_WEEK") == "date or datetime"
