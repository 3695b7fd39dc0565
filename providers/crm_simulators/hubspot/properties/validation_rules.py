"""The 27 types of property validation rules: targets, arguments and which values pass.

Types and arguments are [D guide, id 55065832654]. How HubSpot reads a value where the guide is silent is [?]: spaces
pass ALPHANUMERIC and SPECIAL_CHARACTERS, REGEX must match the whole value, and the four rules with a duration refuse
nothing here.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from vendor_facts import Row, pairs, table

from crm_simulators.hubspot.properties.values import EMAIL, moment_of

DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)
URL = re.compile(r"(?:https?://)?(?P<host>[^/?#\s:]+)(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
PHONE = re.compile(r"\+[\d\s().-]{6,}")
PERIOD = re.compile(r"P(?=\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?")

Arguments = list[str]


@dataclass(frozen=True)
class RuleType:
    """What a rule type applies to, `(type, field type)` with None for any; whether its arguments are well formed; and
    whether a stored value passes."""

    targets: tuple[tuple[str, str | None], ...]
    well_formed: Callable[[Arguments], bool]
    passes: Callable[[str, Arguments], bool]

    def applies_to(self, kind: str, field_type: str) -> bool:
        """Whether a property of this type and field type can have the rule."""
        return any(kind == desired and field in (None, field_type) for desired, field in self.targets)


def _number(arguments: Arguments) -> bool:
    try:
        return len(arguments) == 1 and Decimal(arguments[0]).is_finite()
    except InvalidOperation:
        return False


def _pattern(arguments: Arguments) -> bool:
    """A pattern and an error message. RE2 has no look-around and no references to groups."""
    if len(arguments) != 2 or re.search(r"\(\?(?:[=!]|<[=!])|\\[1-9]", arguments[0]):
        return False
    return _compiled(arguments[0]) is not None


def _compiled(pattern: str) -> re.Pattern[str] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return re.compile(pattern)
        except re.error:
            return None


def _passes_alphabet(value: str, arguments: Arguments) -> bool:
    allowed = {"ALPHANUMERIC": str.isalnum, "ALPHA_ONLY": str.isalpha, "NUMERIC_ONLY": str.isdigit}[arguments[0]]
    return all(allowed(character) or character == " " for character in value)


def _passes_case(value: str, arguments: Arguments) -> bool:
    if arguments[0] == "CAPITALIZATION":
        return all(not word[0].islower() for word in value.split())
    return value == (value.upper() if arguments[0] == "UPPER" else value.lower())


def _passes_pattern(value: str, arguments: Arguments) -> bool:
    pattern = _compiled(arguments[0])
    return pattern is None or pattern.fullmatch(value) is not None


def _url_host(value: str) -> str | None:
    found = URL.fullmatch(value)
    return found["host"] if found and DOMAIN.fullmatch(found["host"]) else None


def _email_domain(value: str) -> str | None:
    return value.rpartition("@")[2] if EMAIL.fullmatch(value) else None


def _within(host: str | None, domains: Arguments) -> bool:
    return host is not None and any(
        host.lower() == domain.lower() or host.lower().endswith(f".{domain.lower()}") for domain in domains
    )


def _moment(value: str) -> float:
    return moment_of(value).timestamp() * 1000


PASSES: dict[str, Callable[[str, Arguments], bool]] = {
    "ALPHANUMERIC": _passes_alphabet,
    "FORMAT": _passes_case,
    "SPECIAL_CHARACTERS": lambda value, a: all(sign.isalnum() or sign.isspace() for sign in value),
    "REGEX": _passes_pattern,
    "MIN_LENGTH": lambda value, a: len(value) >= int(a[0]),
    "MAX_LENGTH": lambda value, a: len(value) <= int(a[0]),
    "WHITESPACE": lambda value, a: value == value.strip() if a == ["TRIM"] else not any(map(str.isspace, value)),
    "URL": lambda value, a: _url_host(value) is not None,
    "EMAIL": lambda value, a: _email_domain(value) is not None,
    "DOMAIN": lambda value, a: DOMAIN.fullmatch(value) is not None,
    "URL_ALLOWED_DOMAINS": lambda value, a: _within(_url_host(value), a),
    "URL_BLOCKED_DOMAINS": lambda value, a: not _within(_url_host(value), a),
    "EMAIL_ALLOWED_DOMAINS": lambda value, a: _within(_email_domain(value), a),
    "EMAIL_BLOCKED_DOMAINS": lambda value, a: not _within(_email_domain(value), a),
    "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE": lambda value, a: PHONE.fullmatch(value) is not None,
    "MIN_NUMBER": lambda value, a: Decimal(value) >= Decimal(a[0]),
    "MAX_NUMBER": lambda value, a: Decimal(value) <= Decimal(a[0]),
    "DECIMAL": lambda value, a: len(value.partition(".")[2]) <= int(a[0]),
    "START_DATE": lambda value, a: _moment(value) >= int(a[0]),
    "END_DATE": lambda value, a: _moment(value) <= int(a[0]),
    "START_DATETIME": lambda value, a: _moment(value) >= int(a[0]),
    "END_DATETIME": lambda value, a: _moment(value) <= int(a[0]),
    "DAYS_OF_WEEK": lambda value, a: DAYS[datetime.fromisoformat(value).weekday()] in a,
}
"""Which values pass; the four rules with a duration refuse none."""
WELL_FORMED: dict[str, Callable[[Arguments], bool]] = {
    "none": lambda a: not a,
    "pattern_and_message": _pattern,
    "optional_country": lambda a: not a or (len(a) == 1 and re.fullmatch(r"[a-z]{2}", a[0]) is not None),
    "number": _number,
    "milliseconds": lambda a: len(a) == 1 and re.fullmatch(r"-?\d+", a[0]) is not None,
    "period": lambda a: len(a) == 1 and PERIOD.fullmatch(a[0]) is not None,
    "days": lambda a: 1 <= len(a) == len(set(a)) and set(a) <= set(DAYS),
}


def _well_formed(form: str, allowed: list[str]) -> Callable[[Arguments], bool]:
    if form in ("word", "optional_word"):
        return lambda a: (form == "optional_word" and not a) or (len(a) == 1 and a[0] in allowed)
    if form not in ("whole", "domains"):
        return WELL_FORMED[form]
    low, high = map(int, allowed)
    if form == "domains":
        return lambda a: low <= len(a) <= high and all(DOMAIN.fullmatch(domain) for domain in a)
    return lambda a: len(a) == 1 and re.fullmatch(r"\d+", a[0]) is not None and low <= int(a[0]) <= high


def _rule_type(row: Row) -> RuleType:
    targets = [(kind, field or None) for kind, fields in pairs(row["fits"]).items() for field in fields.split("|")]
    well_formed = _well_formed(row["arguments"], row["allowed"].split())
    return RuleType(tuple(targets), well_formed, PASSES.get(row["type"], lambda value, a: True))


RULE_TYPES = {row["type"]: _rule_type(row) for row in table("hubspot/validation_rules")}
