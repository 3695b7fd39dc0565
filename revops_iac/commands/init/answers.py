"""What `revops init` must know of a company: from options, the context document, questions, else defaults that fit."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_args
from zoneinfo import available_timezones

from revops_iac.diagnostics import suggest
from revops_iac.errors import AuthorError
from revops_iac.model.context import Motion
from revops_iac.source.context_file import MULTIPLES, PATHS, read_context
from revops_iac.source.load import value_at
from revops_iac.systems import installed_systems

LONGEST_NAME = 80
EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*\.)+[A-Za-z]{2,}")
"""The characters of https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address, with a domain."""
RANGE = re.compile(r"\s*(\d[\d,]*)\s*([km]?)\s*(?:-|–|to)\s*(\d[\d,]*)\s*([km]?)\s*", re.IGNORECASE)
CYCLE_DAYS: Mapping[str, int] = {"product_led": 14, "hybrid": 45, "sales_led": 90}
"""A sales cycle where the company names none, to be replaced by its own."""
Ask = Callable[[str, str, Callable[[str], Any]], Any]
"""`ask(question, default, read)`: what a person answers, read; asked again while `read` raises AuthorError."""


@dataclass(frozen=True)
class Answers:
    """Options and answers as text; None is open. Values that the context document gives are not in it."""

    company: str | None = None
    email: str | None = None
    systems: str | None = None
    motion: str | None = None
    contract_value: str | None = None
    sales_cycle_days: str | None = None
    marketing_automation: str | None = None
    scheduling: str | None = None
    enrichment: str | None = None
    current_state: str | None = None
    goal: str | None = None
    currency: str | None = None
    time_zone: str | None = None
    name_prefix: str | None = None
    backend: str | None = None


@dataclass(frozen=True)
class Question:
    """What a person is asked, how the answer is read, and the default."""

    text: str
    read: Callable[[str], Any]
    default: str = ""


def one_line(text: str) -> str:
    """A name or sentence. Raises AuthorError on control characters and on more than 80 characters."""
    if not text.isprintable():
        raise AuthorError(f'"{text}" has characters that cannot be printed', "write it with letters, digits and spaces")
    if len(text) > LONGEST_NAME:
        raise AuthorError(f"is {len(text)} characters long, {LONGEST_NAME} are allowed", "shorten it")
    return text.strip()


def _email(text: str) -> str:
    if not EMAIL.fullmatch(text):
        raise AuthorError(f'"{text}" is not an e-mail address', "write it as name@company.example")
    return text


def chosen_systems(names: Iterable[str]) -> tuple[str, ...]:
    """The systems by name, each once; all that are installed when none is named. Raises AuthorError on others."""
    installed, chosen = installed_systems(), list(names)
    for name in chosen:
        if name not in installed:
            raise AuthorError(f'there is no provider for system "{name}"', suggest(name, installed))
    return tuple(dict.fromkeys(chosen)) or tuple(installed)


def _systems(text: str) -> tuple[str, ...]:
    return chosen_systems(name.strip() for name in text.split(",") if name.strip())


def _motion(text: str) -> str:
    allowed = get_args(Motion)
    if text not in allowed:
        raise AuthorError(f'"{text}" is not a motion', suggest(text, allowed))
    return text


def _contract_value(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    found = RANGE.fullmatch(text)
    if found is None:
        raise AuthorError(f'"{text}" is not a range of amounts', "write it as 10k-80k")
    low, high = (
        int(number.replace(",", "")) * MULTIPLES[(suffix or found[4]).casefold()]
        for number, suffix in ((found[1], found[2]), (found[3], found[4]))
    )
    return min(low, high), max(low, high)


def _days(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or not 0 < int(text) <= 3_650:
        raise AuthorError(f'"{text}" is not a number of days', "write a whole number, such as 60")
    return int(text)


def _currency(text: str) -> str:
    if not re.fullmatch("[A-Z]{3}", text):
        raise AuthorError(f'"{text}" is not a currency', "write its ISO code, such as EUR")
    return text


def _time_zone(text: str) -> str:
    if text not in available_timezones():
        raise AuthorError(f'"{text}" is not a time zone', suggest(text, available_timezones()))
    return text


def _prefix(text: str) -> str:
    if not re.fullmatch("([a-z][a-z0-9]{0,10}_)?", text):
        raise AuthorError(f'"{text}" is not a prefix', "write small letters and a final underscore, such as acme_")
    return text


def _backend(text: str) -> str:
    if text and not re.fullmatch(r"(file|s3|gs|azblob|https)://\S*", text):
        raise AuthorError(f'"{text}" is not a state backend', "s3://, gs://, azblob://, file:// or https://")
    return text


QUESTIONS: Mapping[str, Question] = {
    "company": Question("Company name", one_line),
    "email": Question("E-mail address of the first person", _email, "revops@company.example"),
    "systems": Question("CRMs to manage (the last one is the source of truth)", _systems),
    "motion": Question(f"Go-to-market motion ({', '.join(get_args(Motion))})", _motion, "hybrid"),
    "contract_value": Question("Annual contract value, such as 10k-80k (optional)", _contract_value),
    "sales_cycle_days": Question("Sales cycle in days, first touch to closed-won (optional)", _days),
    "marketing_automation": Question("Marketing automation tool (optional)", one_line),
    "scheduling": Question("Scheduling tool (optional)", one_line),
    "enrichment": Question("Enrichment tool (optional)", one_line),
    "current_state": Question("Current state, in a sentence (optional)", one_line),
    "goal": Question("Goal, in a sentence (optional)", one_line),
    "currency": Question("Company currency", _currency, "USD"),
    "time_zone": Question("Time zone", _time_zone, "UTC"),
    "name_prefix": Question("Prefix of names in the CRMs, such as acme_ (optional)", _prefix),
    "backend": Question("Where Pulumi keeps state (optional; s3://, gs://, azblob://, file://)", _backend),
}
IN_DOCUMENT: Mapping[str, tuple[str, ...]] = {
    "company": ("company",),
    "motion": ("motion",),
    "contract_value": ("annual_contract_value",),
    "sales_cycle_days": ("sales_cycle_days",),
    "marketing_automation": ("stack", "marketing_automation"),
    "scheduling": ("stack", "scheduling"),
    "enrichment": ("stack", "enrichment"),
    "current_state": ("current_state",),
    "goal": ("goal",),
}
"""Where the context document holds what a question asks."""


def context_document(*folders: Path) -> Path | None:
    """The first context document in these folders."""
    return next((folder / path for folder in folders for path in PATHS if os.path.isfile(folder / path)), None)


def answers_in(document: Path | None) -> dict[str, Any]:
    """What the document says, by question."""
    if document is None:
        return {}
    try:
        text = document.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise AuthorError(
            f"{document} cannot be read: {error.strerror}", "check the path and its permissions"
        ) from None
    found = read_context(text, document.name).plain()
    answers = {question: value_at(found, path) for question, path in IN_DOCUMENT.items()}
    return {question: value for question, value in answers.items() if value is not None}


def complete(given: Answers, from_document: Mapping[str, Any], folder_name: str, ask: Ask | None) -> dict[str, Any]:
    """The value of each question: given, asked where `ask` is there and the document says nothing, else the default.

    Raises AuthorError with the question whose answer cannot be used.
    """
    defaults = {"company": folder_name, "systems": ", ".join(installed_systems())}
    values: dict[str, Any] = {}
    for name in (field.name for field in fields(Answers)):
        question, answer = QUESTIONS[name], getattr(given, name)
        default = defaults.get(name, question.default)
        if answer is None and name in from_document:
            values[name] = None
        elif answer is None and ask is not None:
            values[name] = ask(question.text, default, question.read)
        else:
            values[name] = _read(name, question, default if answer is None else answer)
    return values


def _read(name: str, question: Question, answer: str) -> Any:
    try:
        return question.read(answer)
    except AuthorError as error:
        option = f"--{name.replace('_', '-')}"
        raise AuthorError(f"{option}: {error.diagnostic.message}", error.diagnostic.fix) from None
