"""`revops validate`: what the plan would create or change, tried on the account itself without keeping anything.

What would change is found by comparing the compiled model with the account, as a first `up` does. That needs no state
and no Pulumi, is the same for a new and for an existing stack, and reads what a container holds now. Only removals,
which nothing but the state knows of, are not in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from revops_iac.diagnostics import Diagnostic, Severity, plural, render, to_json
from revops_iac.errors import SessionError
from revops_iac.provider.inspection.validation import Bundle, Tell, Trial, Validating, changes
from revops_iac.provider.session import Session
from revops_iac.stack_context import StackContext
from revops_iac.state.validation_record import Validation, declared_hash, write_validation
from revops_iac.systems import System


@dataclass(frozen=True)
class Validated:
    """The outcome for one system."""

    system: str
    label: str
    account: str
    bundle: Bundle | None
    trial: Trial | None
    changes: int

    @property
    def valid(self) -> bool:
        """Whether nothing was refused."""
        return self.trial is None or self.trial.valid

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What the account says, then what was not validated."""
        judged = self.trial.diagnostics if self.trial else ()
        return [*judged, *(self.bundle.left_out if self.bundle else ())]

    def lines(self) -> Iterator[str]:
        """The diagnostics, then one line that says how it ended."""
        if self.bundle is None:
            if self.changes:
                resources = plural(self.changes, "resource")
                yield f"{self.label}: {resources}, not validated: it has no check-only deployment"
            return
        yield f"{self.label}  {self.account}".rstrip()
        yield from (render(diagnostic) for diagnostic in self.diagnostics)
        yield self._end(self.bundle)

    def _end(self, bundle: Bundle) -> str:
        if self.trial is None:
            return f"{self.label}: nothing to create or change that a deployment can contain"
        counts = Counter(diagnostic.severity for diagnostic in self.diagnostics)
        warnings, left_out = counts[Severity.WARNING], counts[Severity.NOT_CHECKED]
        also = f", {plural(warnings, 'warning')}" if warnings else ""
        left = f", {left_out} not validated" if left_out else ""
        components = plural(len(bundle.components), "component")
        refusal = f"the package of {components} was rejected, {plural(counts[Severity.ERROR], 'problem')}"
        judged = f"{components} valid" if self.valid else refusal
        return f"{self.label}: {judged}{also}{left}; validation {self.trial.id}"

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        return {
            "system": self.system,
            "account": self.account,
            "valid": self.valid,
            "changes": self.changes,
            "components": sorted(self.bundle.components) if self.bundle else [],
            "package": self.bundle.hash if self.bundle else None,
            "validation": self.trial.id if self.trial else None,
            "diagnostics": to_json(self.diagnostics),
        }


@dataclass(frozen=True)
class Report:
    """What a validation of one stack found."""

    stack: str
    systems: tuple[Validated, ...] = field(default=())

    @property
    def exit_code(self) -> int:
        """0, or 1 when an account refuses something."""
        return 0 if all(one.valid for one in self.systems) else 1

    def render(self) -> str:
        """Every system's lines, and that nothing was changed."""
        return "\n".join(
            [*(line for one in self.systems for line in one.lines()), f"{self.stack}: nothing was changed."]
        )

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        return {"stack": self.stack, "valid": not self.exit_code, "systems": [one.as_json() for one in self.systems]}


def validate_stack(folder: Path, stack: str, *, tell: Tell = lambda text: None) -> Report:
    """Validates what the stack would create or change, and keeps the outcome for `revops:requireValidation`.

    Raises DiagnosticsError when the model does not compile, AccountError when an account does not answer.
    """
    validator = _Validator(StackContext.load(folder, stack), tell)
    return Report(stack, tuple(validator.validated(system) for system in validator.context.systems.values()))


@dataclass(frozen=True)
class _Validator:
    """Validates one system of a stack at a time, each with a session of its own."""

    context: StackContext
    tell: Tell

    def validated(self, system: System) -> Validated:
        account, declared = system.account, self.context.desired(system.name)
        if not isinstance(account, Validating):
            return Validated(system.name, system.label, "", None, None, len(declared))
        session = self.context.session(system)
        session.declared = declared
        self.tell(f"{system.label}: comparing {len(declared)} resources")
        with closing(_opened(session)):
            session.open()
            found = list(changes(session))
            bundle = account.pack(session, found)
            trial = self._trial(account, session, bundle) if bundle.components else None
        return Validated(system.name, system.label, session.connection.whom(), bundle, trial, len(found))

    def _trial(self, account: Validating[Any], session: Session[Any], bundle: Bundle) -> Trial:
        """The account's judgment, kept for `revops:requireValidation`."""
        trial = account.try_out(session, bundle, lambda text: self.tell(f"{session.system.label}: {text}"))
        kept = Validation(
            id=trial.id,
            account_id=session.open().id,
            package=bundle.hash,
            declared=declared_hash(session.declared),
            components=dict(bundle.components),
            valid=trial.valid,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        write_validation(self.context.folder, self.context.stack, session.system.name, kept)
        return trial


def _opened(session: Session[Any]) -> Any:
    try:
        return session.client
    except SessionError as error:
        fix = f"{error.diagnostic.fix}; only Pulumi can read stack secrets, so export it for revops"
        raise SessionError(replace(error.diagnostic, fix=fix)) from None
