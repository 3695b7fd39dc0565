"""What an examination of one account answers, and what it may look at; each system has its own, see `Examinable`.

An examination reads and never writes. It reports what it cannot find out as not checked, never as in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any, Generic, Protocol, runtime_checkable

from revops_iac.diagnostics import Diagnostic, Diagnostics, Severity
from revops_iac.errors import AccountError, SessionError
from revops_iac.provider.api.clock import FIX, SKEW_S, seconds_ahead, skew
from revops_iac.provider.live_object import C, Lookup
from revops_iac.provider.session import Session

WARN_DAYS = 180
"""How long before the end of an interface people are told."""
CALLS_EACH = 2
"""Calls that a first `up` spends on a resource, roughly: one to read, one to write."""
LOW_CALLS = 0.10
"""The share of the day's calls below which people are told."""

NAMED = 3
"""How many people are named one by one."""


@dataclass(frozen=True)
class Visit(Generic[C]):
    """One account of one stack. `session.declared` holds what the stack would declare on it.

    `people` are the persons of the model with their login on this system; `today` decides about dates of the calendar,
    `clock` about the seconds between this machine and the vendor.
    """

    stack: str
    session: Session[C]
    people: Mapping[str, str]
    today: date
    clock: Callable[[], datetime]

    @property
    def label(self) -> str:
        """The name of the system, as people know it."""
        return self.session.system.label

    @cached_property
    def lookups(self) -> list[Lookup]:
        """The names that the account must know, in order; those that the stack itself provides are left out."""
        kinds = self.session.system.kinds
        known = [(kinds[item.kind], kinds[item.kind].typed(item)) for item in self.session.declared]
        provided = {lookup for kind, inputs in known for lookup in kind.provides(inputs)}
        named = dict.fromkeys(lookup for kind, inputs in known for lookup in kind.lookups(inputs))
        return [lookup for lookup in named if lookup not in provided]


@runtime_checkable
class Examinable(Protocol):
    """An `Account` that can say what it lacks."""

    def examine(self, visit: Visit[Any]) -> Diagnostics:
        """The checks of an account that answers and is the one of stack config.

        Raises SessionError when it stops answering; what was yielded before counts.
        """


def attempt(name: str, look: Callable[[], Iterable[Diagnostic]]) -> list[Diagnostic]:
    """The checks of one look; a refusal to answer becomes a check of its own, so that the others still run.

    Raises SessionError when no other look can have an answer either.
    """
    try:
        return list(look())
    except SessionError:
        raise
    except AccountError as error:
        return [Diagnostic(name, error.diagnostic.sentence, error.diagnostic.fix, Severity.NOT_CHECKED)]


Look = Callable[[Visit[Any]], Iterable[Diagnostic]]


def examined(visit: Visit[Any], looks: Mapping[str, Look], people: tuple[str, ...]) -> Iterator[Diagnostic]:
    """All checks of an account, the people and names last. Each runs on its own, so that no refusal hides another."""
    last: dict[str, Look] = {
        "people": lambda visit: people_checks(visit, people),
        "names": lambda visit: name_checks(visit, people),
    }
    for name, look in {**looks, **last}.items():
        yield from attempt(name, partial(look, visit))


def production_check(visit: Visit[Any], name: str, kind: str, is_production: bool, fix: str) -> Diagnostic:
    """A production stack on a sandbox, or the reverse, means the wrong login or the wrong stack."""
    production = visit.session.settings.production
    if production and not is_production:
        rest = f"pulumi config rm revops:production --stack {visit.stack}"
        return Diagnostic(name, f"{kind}, but revops:production is true", f"{fix}, or {rest}")
    if is_production and not production:
        found = f"{kind}, but revops:production is not set, so nothing is protected from deletion"
        rest = f"pulumi config set revops:production true --stack {visit.stack}, or use a sandbox"
        return Diagnostic(name, found, rest, Severity.WARNING)
    return Diagnostic(name, kind, severity=Severity.NOTE)


def clock_check(visit: Visit[Any], date_header: str | None) -> Diagnostic:
    """This machine's clock against the `Date` of an answer."""
    ahead_s = seconds_ahead(date_header, visit.clock())
    if ahead_s is None:
        return Diagnostic("clock", f"{visit.label} did not state the time", severity=Severity.NOT_CHECKED)
    if apart := skew(ahead_s, visit.label):
        return Diagnostic("clock", apart, FIX, Severity.WARNING)
    return Diagnostic("clock", f"within {SKEW_S} s of {visit.label}", severity=Severity.NOTE)


def sunset_check(visit: Visit[Any], name: str, what: str, ends: date, when: str, fix: str) -> Diagnostic:
    """An interface that the vendor will switch off: `what` loses support on `ends`, written `when`."""
    days = (ends - visit.today).days
    if days <= 0:
        return Diagnostic(name, f"{what} lost support {when}", fix)
    if days <= WARN_DAYS:
        return Diagnostic(
            name, f"{what} lose support {when}, in {days} day{'' if days == 1 else 's'}", fix, Severity.WARNING
        )
    return Diagnostic(
        name, f"{what}, supported until {when.removeprefix('in ').removeprefix('on ')}", severity=Severity.NOTE
    )


def calls_check(visit: Visit[Any], left: int, most: int, burst: str, fix: str) -> Diagnostic:
    """The calls that are left today, against a share of the limit and against what a first `up` takes."""
    need = CALLS_EACH * len(visit.session.declared)
    found = f"{left:,} of {most:,} left today{burst}"
    if left < need:
        return Diagnostic("API calls", f"{found}; a first up of this stack takes about {need:,}", fix, Severity.WARNING)
    if left < most * LOW_CALLS:
        return Diagnostic("API calls", found, fix, Severity.WARNING)
    return Diagnostic("API calls", found, severity=Severity.NOTE)


def people_checks(visit: Visit[Any], types: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Everybody that the model names, as the overlay says who they are there; `types` are those of person lookups.

    A login that a resource needs is missing; one that nothing needs yet is a warning.
    """
    needed = {lookup.value: lookup for lookup in visit.lookups if lookup.type in types}
    persons: dict[str, list[str]] = {login: [] for login in needed}
    for person, login in visit.people.items():
        persons.setdefault(login, []).append(person)
    unknown = [login for login in persons if visit.session.resolve(needed.get(login, Lookup(types[0], login))) is None]
    for login in unknown:
        yield _unknown_person(visit, login, persons[login], login in needed)
    if not unknown and persons:
        yield Diagnostic("people", _people_found(len(visit.people), len(persons)), severity=Severity.NOTE)


def _people_found(people: int, logins: int) -> str:
    """A stand-in serves many people by one login."""
    persons = "1 person" if people == 1 else f"{people} people"
    return f"{persons} of the model, found by {logins} login{'' if logins == 1 else 's'}"


def _unknown_person(visit: Visit[Any], login: str, persons: list[str], needed: bool) -> Diagnostic:
    who = f" ({_named(persons)})" if persons else ""
    entry = f"people.identities.{persons[0]}.{visit.session.system.name}" if len(persons) == 1 else "people.identities"
    return Diagnostic(
        "people",
        f'"{login}"{who} does not exist in the account' + ("" if needed else "; no resource uses it yet"),
        f'invite "{login}" to {visit.label}, or map the person under {entry} '
        f"in overlays/{visit.session.settings.environment}.yaml",
        Severity.ERROR if needed else Severity.WARNING,
    )


def _named(persons: list[str]) -> str:
    return ", ".join(persons) if len(persons) <= NAMED else f"{len(persons)} people of the model"


def name_checks(visit: Visit[Any], types: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Teams, queues, profiles and the like that resources name; `types` are those of person lookups, left out."""
    named = [lookup for lookup in visit.lookups if lookup.type not in types]
    unknown = [lookup for lookup in named if visit.session.resolve(lookup) is None]
    for lookup in unknown:
        found = f'there is no {lookup.type.replace("_", " ")} "{lookup.value}"'
        yield Diagnostic("names", found, f"create it in {visit.label}, or correct the name in the model")
    if named and not unknown:
        yield Diagnostic("names", f"{len(named)} found", severity=Severity.NOTE)
