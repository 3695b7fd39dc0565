"""How each CRM meets each requirement of a model, decided by what the model compiles to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from revops_iac.compile import Planned
from revops_iac.diagnostics import first_of
from revops_iac.documents.coverage_rows import ProcessRow, process_rows
from revops_iac.model import Model
from revops_iac.provider.coverage import Answer, Status
from revops_iac.systems import System

MOST_NAMES = 3
NOTHING = "nothing that the model compiles to does this"


@dataclass(frozen=True)
class Covered:
    """One requirement on one CRM: how it is met, and by which resources."""

    row: ProcessRow
    system: System
    status: Status
    how: str
    resources: tuple[str, ...] = ()


def coverage_rows(model: Model, planned: Iterable[Planned], systems: Sequence[System]) -> list[Covered]:
    """Every requirement of a model on every system, in the order of the process.

    `planned` is what the model compiles to: an answer counts only where the resources that it rests on are there.
    """
    by_system: dict[str, list[Planned]] = {}
    for item in planned:
        by_system.setdefault(item.system, []).append(item)
    found = []
    for row in process_rows(model):
        met = {system.name: _met(row, system, by_system.get(system.name, [])) for system in systems}
        found += [_or_elsewhere(row, system, systems, met) for system in systems]
    return found


def _met(row: ProcessRow, system: System, planned: Sequence[Planned]) -> Covered | None:
    """By the first answer whose resources are all there."""
    for answer in system.coverage().get(row.kind, ()):
        named = [_named(pattern, row, planned) for pattern in answer.by]
        if all(named):
            return _covered(row, system, answer, named)
    return None


def _named(pattern: str, row: ProcessRow, planned: Sequence[Planned]) -> list[str]:
    """The vendor names of the resources that a pattern means; `A x|A y` means either."""
    patterns = [one.format_map(row.keys).split() for one in pattern.split("|")]
    kinds = {kind for kind, *_ in patterns}
    among = (item for item in planned if item.declaration.kind in kinds)
    return [item.name for item in among if any(_is_meant(item, *one) for one in patterns)]


def _is_meant(item: Planned, kind: str, key: str, needed: str | None = None) -> bool:
    """Whether a resource has the type and the key, and something in the input that is `needed`, if any."""
    declaration = item.declaration
    if declaration.kind != kind or not fnmatchcase(declaration.key, key):
        return False
    return needed is None or bool(declaration.inputs.get(needed))


def _covered(row: ProcessRow, system: System, answer: Answer, named: Sequence[Sequence[str]]) -> Covered:
    names = list(dict.fromkeys(named[0])) if named else []
    how = answer.how.format_map({**row.figures, "names": first_of(names, MOST_NAMES)})
    return Covered(row, system, answer.status, how, tuple(name for one in named for name in one))


def _or_elsewhere(
    row: ProcessRow, system: System, systems: Sequence[System], met: Mapping[str, Covered | None]
) -> Covered:
    """What a system does, or which other one does it, or that nothing does."""
    own = met[system.name]
    if own is not None:
        return own
    others = [one.label for one in systems if (other := met[one.name]) is not None and other.resources]
    if others:
        return Covered(row, system, "elsewhere", f"{others[0]} does it")
    return Covered(row, system, "manual", NOTHING)


def table(model: Model, planned: Iterable[Planned], systems: Sequence[System]) -> list[dict[str, Any]]:
    """The same as plain values for people and scripts."""
    return [
        {
            "topic": one.row.topic,
            "row": one.row.id,
            "requirement": one.row.sentence,
            "system": one.system.name,
            "status": one.status,
            "how": one.how,
            "resources": list(one.resources),
        }
        for one in coverage_rows(model, planned, systems)
    ]
