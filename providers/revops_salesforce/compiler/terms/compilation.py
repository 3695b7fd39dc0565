"""What the compilers of all topics share in one run: the model, the settings, and what could not be compiled."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from revops_iac.config.settings import Settings
from revops_iac.diagnostics import Diagnostic, model_error
from revops_iac.model import Model
from revops_iac.model.entry import VendorEntry
from revops_iac.provider.declaration import CannotCompile, Declaration, Path
from revops_salesforce.compiler.terms.conditions import Scope, Unreachable
from revops_salesforce.compiler.terms.names import DEVELOPER_NAME_LENGTH, SYSTEM, pinned, title
from revops_salesforce.compiler.terms.scoring import TooLong


@dataclass(frozen=True)
class Compilation:
    """One run. Diagnostics are collected, so that the author sees all of them at once."""

    model: Model
    settings: Settings
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @contextmanager
    def collecting(self, path: Path) -> Iterator[None]:
        """Notes that the part at `path` cannot be expressed on Salesforce, and goes on with the next."""
        try:
            yield
        except Unreachable as error:
            fix = f"name a field of the record, or declare one with mirror_of: {error.reference}"
            self.diagnostics.append(model_error(path, str(error), fix))
        except TooLong as error:
            self.diagnostics.append(
                model_error(path, error.message, "remove or shorten conditions, or split a list in two")
            )

    def finish(self, declared: Iterable[Declaration] = ()) -> None:
        """Raises CannotCompile when anything was found, with what could be declared all the same."""
        if self.diagnostics:
            raise CannotCompile(self.diagnostics, declared)

    @property
    def bypass(self) -> str:
        """The custom permission whose holders pass every blocking rule."""
        return f"{self.prefix}RevOps_Bypass"

    @property
    def prefix(self) -> str:
        """The prefix of what belongs to no single entry."""
        return title(self.model.context.name_prefix)

    def saving(self, vendor_object: str) -> Scope:
        """Formulas that run while a record is saved."""
        return Scope(self.model, vendor_object, long_text=True)


def derived_name(*parts: str, spare: int = 0) -> str:
    """A developer name made of several keys, cut to what Salesforce takes, with a digest where it was cut.

    `spare` characters are left free at its end.

    >>> derived_name("require", "new_business", "proposal")
    'Require_New_Business_Proposal'
    """
    name = title("_".join(parts))
    length = DEVELOPER_NAME_LENGTH - spare
    if len(name) <= length:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:6]
    return f"{name[: length - 7].rstrip('_')}_{digest}"


def first_key(key: str, entry: VendorEntry) -> str:
    """The earliest key of an entry, on which the names of what is derived from it rest."""
    return entry.was[0] if entry.was else key


def declaration(
    kind: str, form: str, key: str, entry: VendorEntry, origin: Path, inputs: Mapping[str, Any], pin: str | None = None
) -> Declaration:
    """The declaration of an entry's own vendor object: `form` is its Pulumi name with `{}` for the key.

    `pin` is the vendor name under the earliest key, for the line that keeps it.
    """
    return Declaration(
        kind=kind,
        key=form.format(key),
        inputs={**_present(inputs), **({"adopt": True} if entry.adopt else {})},
        origin=origin,
        was=tuple(form.format(old) for old in entry.was),
        vendor_name_given=entry.vendor_name_on(SYSTEM) is not None,
        suggestion=pinned(entry, pin) if pin else "",
    )


def derived(
    kind: str, key: str, origin: Path, inputs: Mapping[str, Any], was: tuple[str, ...] = (), *, adopt: bool = False
) -> Declaration:
    """The declaration of something that follows from entries; its vendor name rests on their earliest keys.

    `adopt` says whether any of the entries may adopt what the org has under that name.
    """
    taken = {"adopt": True} if adopt else {}
    return Declaration(
        kind=kind, key=key, inputs={**_present(inputs), **taken}, origin=origin, was=was, vendor_name_given=True
    )


def _present(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in inputs.items() if value is not None}
