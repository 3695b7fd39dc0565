"""What was validated on an account, as kept in `.revops/<stack>/validation.json`, and whether a package is that one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from revops_iac.diagnostics import first_of
from revops_iac.provider.inspection.validation import Bundle
from revops_iac.provider.kind import META_INPUTS
from revops_iac.provider.live_object import DesiredResource
from revops_iac.state.folder import Form, parsed, stack_folder, write_text

FILE = "validation.json"
NAMED = 5
"""How many components are named one by one."""


@dataclass(frozen=True)
class Validation:
    """One validation: its id at the account, the account, the package's hash, what was declared, and how it ended."""

    id: str
    account_id: str
    package: str
    declared: str
    components: Mapping[str, str]
    valid: bool
    at: str


RECORDS: Form[dict[str, Validation]] = Form(dict[str, Validation])
"""The last validation of each system."""


def declared_hash(declared: Iterable[DesiredResource]) -> str:
    """One hash of everything that a program declares on an account."""
    lines = sorted(
        json.dumps(
            [item.kind, item.name, {k: v for k, v in item.inputs.items() if k not in META_INPUTS}], sort_keys=True
        )
        for item in declared
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _path(stack: str, root: Path | None = None) -> Path:
    return stack_folder(stack, root) / FILE


def write_validation(root: Path, stack: str, system: str, validation: Validation) -> None:
    """Keeps a validation in place of the earlier one of that system."""
    path = _path(stack, root)
    kept = {**(parsed(path, None, RECORDS) or {}), system: validation}
    plain = {name: asdict(record) for name, record in kept.items()}
    write_text(path, json.dumps(plain, indent=1, sort_keys=True) + "\n")


def read_validation(stack: str, system: str, root: Path | None = None) -> Validation | None:
    """The last validation of a system, None when there is none that can be read."""
    return (parsed(_path(stack, root), None, RECORDS) or {}).get(system)


def refusal_of(validation: Validation | None, bundle: Bundle, account_id: str, declared: str) -> str | None:
    """Why a package may not be applied, None when it is the one that was validated.

    The rest of a validated package may be applied too, after a run that was cut off: the model is the same, and every
    component that is left has the content that was validated.
    """
    if validation is None:
        number = len(bundle.components)
        written = f"{number} component{'s' if number != 1 else ''} would be written"
        return f"revops:requireValidation is set, and nothing was validated, while {written}"
    if validation.account_id != account_id:
        return f'validation {validation.id} was made on account "{validation.account_id}", this is "{account_id}"'
    if not validation.valid:
        return f"validation {validation.id} of {validation.at} was refused by the account"
    if validation.package == bundle.hash:
        return None
    differing = sorted(name for name, one in bundle.components.items() if validation.components.get(name) != one)
    if not differing and validation.declared == declared:
        return None
    gone = sorted(set(validation.components) - set(bundle.components))
    named = [*differing, *(f"{name} (no longer in it)" for name in gone)]
    return f"the package differs from validation {validation.id} in {first_of(named, NAMED)}"
