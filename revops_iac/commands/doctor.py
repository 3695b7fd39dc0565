"""`revops doctor`: examines the accounts of a stack before its first plan, and says what to do for each thing missing.

It makes no write: the clients refuse them, as in a preview.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from revops_iac.config.stack_config import stacks_of
from revops_iac.diagnostics import Diagnostic, Severity, escaped, fix_lines, to_json
from revops_iac.errors import AccountError, AuthorError, SessionError
from revops_iac.provider.inspection.doctor import Examinable, Visit
from revops_iac.stack_context import StackContext
from revops_iac.systems import System

__all__ = ["Examined", "Report", "chosen_stack", "examine_stack"]

REST = "everything else"


STATES = {
    Severity.NOTE: "ok",
    Severity.WARNING: "warning",
    Severity.ERROR: "missing",
    Severity.NOT_CHECKED: "not checked",
}
"""How a check is called that ended so."""


@dataclass(frozen=True)
class Examined:
    """One account and its checks; `account` is what it says of itself, empty when it did not answer."""

    system: str
    label: str
    account: str
    checks: tuple[Diagnostic, ...]


@dataclass(frozen=True)
class Report:
    """What the doctor found for one stack."""

    stack: str
    systems: tuple[Examined, ...]

    @property
    def checks(self) -> list[Diagnostic]:
        """All checks, in order."""
        return [check for examined in self.systems for check in examined.checks]

    def count(self, severity: Severity) -> int:
        """How many checks ended so."""
        return sum(check.severity is severity for check in self.checks)

    @property
    def exit_code(self) -> int:
        """0, or 2 when something of an account is missing."""
        return 2 if self.count(Severity.ERROR) else 0

    def render(self) -> str:
        """A table per account, a `fix:` line below each thing that needs one, and a closing line."""
        width = max((len(check.subject) for check in self.checks), default=0)
        lines = [line for examined in self.systems for line in _table(examined, width)]
        counts = ", ".join(f"{self.count(severity)} {_noun(severity, self.count(severity))}" for severity in STATES)
        return "\n".join([*lines, f"{self.stack}: {counts}; nothing was changed."])

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        counts = {STATES[severity].replace(" ", "_"): self.count(severity) for severity in STATES}
        systems = [
            {"system": one.system, "label": one.label, "account": one.account, "diagnostics": to_json(one.checks)}
            for one in self.systems
        ]
        return {"stack": self.stack, **counts, "systems": systems}


def _noun(severity: Severity, number: int) -> str:
    return "warnings" if severity is Severity.WARNING and number != 1 else STATES[severity]


def _table(examined: Examined, width: int) -> Iterator[str]:
    yield f"{examined.label}  {examined.account}".rstrip()
    for check in examined.checks:
        yield escaped(f"  {STATES[check.severity]:<11}  {check.subject:<{width}}  {check.message}")
        yield from fix_lines(check)
    yield ""


def chosen_stack(folder: Path, stack: str | None) -> str:
    """The stack asked for, or the only one there is. Raises AuthorError naming those that exist."""
    known = stacks_of(folder)
    if stack is not None or len(known) == 1:
        return stack if stack is not None else known[0]
    if not known:
        raise AuthorError(
            f"{folder} has no Pulumi.<stack>.yaml", "run the command in the project's folder, or run pulumi stack init"
        )
    raise AuthorError(f"there are {len(known)} stacks: {', '.join(known)}", f"add --stack {known[0]}")


def examine_stack(
    folder: Path,
    stack: str,
    only: str | None = None,
    *,
    today: date | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    tell: Callable[[str], None] = lambda text: None,
) -> Report:
    """Examines the accounts that a stack manages, or the `only` one; `tell` hears which one is being asked.

    Raises DiagnosticsError when the model does not compile and AuthorError on a wrong configuration.
    """
    context = StackContext.load(folder, stack)
    examined = []
    for system in context.chosen_systems(only):
        tell(system.label)
        examined.append(_Doctor(context, system, today or clock().date(), clock).examined())
    return Report(stack, tuple(examined))


class _Doctor:
    """Examines one account of a stack, with a session of its own."""

    def __init__(self, context: StackContext, system: System, today: date, clock: Callable[[], datetime]) -> None:
        self.context, self.system = context, system
        self.today, self.clock = today, clock
        self.session = context.session(system)
        self.account = ""

    def examined(self) -> Examined:
        self.session.declared = self.context.desired(self.system.name)
        model = self.context.model
        people = {key: model.people.identity(key, self.system.name) for key in model.people.persons}
        checks = list(self._checks(people))
        return Examined(self.system.name, self.system.label, self.account, tuple(checks))

    def _checks(self, people: Mapping[str, str]) -> Iterator[Diagnostic]:
        try:
            client = self.session.client
        except SessionError as error:
            fix = f"{error.diagnostic.fix}; only Pulumi can read stack secrets, so export it for the doctor"
            yield Diagnostic("access", error.diagnostic.sentence, fix)
            yield Diagnostic(REST, "there are no credentials", severity=Severity.NOT_CHECKED)
            return
        try:
            yield from self._answering(people)
        finally:
            if (close := getattr(client, "close", None)) is not None:
                close()

    def _answering(self, people: Mapping[str, str]) -> Iterator[Diagnostic]:
        try:
            identity = self.system.account.identify(self.session.client)
        except AccountError as error:
            yield Diagnostic("access", error.diagnostic.sentence, error.diagnostic.fix)
            yield Diagnostic(REST, "the account did not answer", severity=Severity.NOT_CHECKED)
            return
        self.account = f"{self.system.account.id_name} {identity.id}, {identity.label}".rstrip(", ")
        yield Diagnostic("access", "accepted", severity=Severity.NOTE)
        same = self._same(identity.id)
        yield same
        if same.severity is Severity.ERROR and self.context.account_id(self.system):
            yield Diagnostic(REST, "the credentials are for another account", severity=Severity.NOT_CHECKED)
            return
        yield from self._examination(people)

    def _same(self, found: str) -> Diagnostic:
        """Whether the account is the one of stack config; without an id there it is examined all the same."""
        account = self.system.account
        expected = self.context.account_id(self.system)
        set_it = f"pulumi config set {account.id_key} {found} --stack {self.context.stack}"
        if not expected:
            message = f"stack config has no {account.id_key}; the credentials belong to {found}"
            return Diagnostic(account.id_name, message, f"{set_it}, when that is the account meant")
        if account.parse_id(expected) == found:
            return Diagnostic(account.id_name, f"{found}, as in stack config", severity=Severity.NOTE)
        message = f'the credentials belong to "{found}", stack config says "{expected}"'
        return Diagnostic(account.id_name, message, f"use the credentials of {expected}, or {set_it}")

    def _examination(self, people: Mapping[str, str]) -> Iterator[Diagnostic]:
        account = self.system.account
        if not isinstance(account, Examinable):
            yield Diagnostic(REST, f"{self.system.label} has no examination", severity=Severity.NOT_CHECKED)
            return
        try:
            yield from account.examine(Visit(self.context.stack, self.session, people, self.today, self.clock))
        except AccountError as error:
            yield Diagnostic("access", error.diagnostic.sentence, error.diagnostic.fix)
            yield Diagnostic(REST, "the account stopped answering", severity=Severity.NOT_CHECKED)
