"""From the model to what each CRM must hold: every installed system's compiler, then one ordered list of resources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import ValidationError

from revops_iac.declaration import CannotCompile, Declaration
from revops_iac.kind import Definition, Kind
from revops_iac.load import Loaded
from revops_iac.model import Model
from revops_iac.model.checks import Finding
from revops_iac.problems import ModelProblems, Position, Problem
from revops_iac.settings import Settings
from revops_iac.systems import System, system_named


@dataclass(frozen=True)
class Planned:
    """A declaration with what the engine derived: its system, vendor name, place and the Pulumi names it depends on."""

    system: str
    declaration: Declaration
    name: str
    position: Position | None
    after: tuple[tuple[str, str], ...]
    """(kind, vendor name) pairs of the program that must exist first."""


def systems_of(model: Model, settings: Settings) -> tuple[str, ...]:
    """The systems that this stack manages: `revops:systems`, or all of `context.systems.managed`."""
    managed = tuple(model.context.systems.managed)
    if settings.systems is None:
        return managed
    unknown = [name for name in settings.systems if name not in managed]
    if unknown:
        raise ModelProblems(
            [
                Problem(
                    None,
                    "stack config revops:systems",
                    f'"{unknown[0]}" is not a managed system of the model, it must be one of {sorted(managed)}',
                    fix="name it under context.systems.managed, or take it out of revops:systems",
                )
            ]
        )
    return settings.systems


def compile_model(loaded: Loaded, settings: Settings) -> list[Planned]:
    """All resources of all managed systems, each after what it refers to. Raises ModelProblems with every problem."""
    planned: list[Planned] = []
    problems: list[Problem] = []
    for name in systems_of(loaded.model, settings):
        system = system_named(name)
        try:
            declarations = [*system.compile(loaded.model, settings), *_raw(system, loaded.model)]
        except CannotCompile as error:
            problems += [_unheld(system, finding, loaded) for finding in error.findings]
            continue
        mine, found = _checked(system, declarations, loaded)
        problems += found
        planned += mine if found else _ordered(mine, system, problems)
    if problems:
        raise ModelProblems(problems)
    return planned


def _unheld(system: System, finding: Finding, loaded: Loaded) -> Problem:
    subject = f"{system.label}, {'.'.join(map(str, finding.path))}"
    return Problem(loaded.position_of(finding.path), subject, finding.said, finding.fix)


def _raw(system: System, model: Model) -> Iterable[Declaration]:
    """The raw sections: `hubspot: {Property: {contacts.mrr: {...}}}`; the key is the vendor name verbatim."""
    for kind_name, entries in model.raw(system.name).items():
        for key, entry in entries.items():
            yield Declaration(
                kind=kind_name,
                key=key,
                inputs=dict(entry),
                origin=(system.name, kind_name, key),
                vendor_name_given=True,
            )


def _checked(
    system: System, declarations: Sequence[Declaration], loaded: Loaded
) -> tuple[list[Planned], list[Problem]]:
    planned: dict[tuple[str, str], Planned] = {}
    problems: list[Problem] = []
    for declaration in declarations:
        position = loaded.position_of(declaration.origin)
        kind = system.kinds.get(declaration.kind)
        if kind is None:
            problems.append(_unknown_kind(system, declaration, position))
            continue
        found = _input_problems(kind, declaration, position) or _rename_problems(kind, declaration, position)
        problems += found
        if found:
            continue
        item = _planned(system, kind, declaration, position)
        other = planned.setdefault((declaration.kind, item.name), item)
        if other is not item:
            problems.append(_duplicate(system, item, other))
    return list(planned.values()), problems


def validated(kind: Kind[Any], inputs: Definition) -> Definition:
    """The inputs as the kind's model accepts them, absent ones left out. Raises pydantic's ValidationError."""
    model = kind.inputs.model_validate(inputs)
    return model.model_dump(mode="json", exclude_none=True, exclude_defaults=False, by_alias=True)


def _planned(system: System, kind: Kind[Any], declaration: Declaration, position: Position | None) -> Planned:
    inputs = validated(kind, declaration.inputs)
    declaration = Declaration(**{**declaration.__dict__, "inputs": inputs})
    references = (*kind.references(inputs), *declaration.depends_on)
    after = tuple(dict.fromkeys((r.kind, r.name) for r in references))
    return Planned(system.name, declaration, kind.vendor_name(inputs), position, after)


def _unknown_kind(system: System, declaration: Declaration, position: Position | None) -> Problem:
    return Problem(
        position,
        f'{system.name} "{declaration.key}"',
        f'"{declaration.kind}" is not a kind of {system.label}',
        fix=f"one of {', '.join(sorted(system.kinds))}",
    )


def _input_problems(kind: Kind[Any], declaration: Declaration, position: Position | None) -> list[Problem]:
    try:
        kind.inputs.model_validate(declaration.inputs)
    except ValidationError as error:
        return [
            Problem(
                position,
                f'{kind.system} {kind.name} "{declaration.key}"',
                f"{'.'.join(map(str, item['loc'])) or 'inputs'}: {item['msg']}",
                fix=f"the inputs of {kind.name} are {', '.join(kind.inputs.model_fields)}",
            )
            for item in error.errors()
        ]
    return []


def _rename_problems(kind: Kind[Any], declaration: Declaration, position: Position | None) -> list[Problem]:
    if not declaration.was or declaration.vendor_name_given or not kind.name_is_immutable:
        return []
    return [
        Problem(
            position,
            f'"{".".join(declaration.origin)}"',
            f'"was" renames it, but the name of a {kind.system} {kind.name} cannot change after creation',
            fix=f"put beside it: {declaration.suggestion or 'vendor_name: its name in the account'}",
        )
    ]


def _duplicate(system: System, item: Planned, other: Planned) -> Problem:
    return Problem(
        item.position,
        f'{system.name} {item.declaration.kind} "{item.name}"',
        f"is declared twice, the first time at {other.position or 'a place that is not known'}",
        fix="remove one of them, or give one another vendor_name",
    )


def _ordered(planned: list[Planned], system: System, problems: list[Problem]) -> list[Planned]:
    by_name = {(item.declaration.kind, item.name): item for item in planned}
    graph = {name: [other for other in item.after if other in by_name] for name, item in by_name.items()}
    try:
        return [by_name[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        circle = [by_name[name] for name in error.args[1]]
        problems.append(
            Problem(
                circle[0].position,
                f'{system.name} {circle[0].declaration.kind} "{circle[0].name}"',
                "refers to itself through " + ", ".join(f'"{item.name}"' for item in circle[1:]),
                fix="break the circle: one of them must not refer to the next",
            )
        )
        return planned
