"""From the model to what each CRM must hold: every installed system's compiler, then one ordered list of resources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

import yaml
from pydantic import ValidationError

from revops_iac.config.settings import Settings
from revops_iac.diagnostics import ModelProblems, Position, Problem
from revops_iac.model import Model
from revops_iac.model.subject import subject
from revops_iac.provider.declaration import CannotCompile, Declaration
from revops_iac.provider.kind import Definition, Kind
from revops_iac.provider.live_object import DesiredResource
from revops_iac.source.checks import Finding
from revops_iac.source.input_errors import input_path, input_problem
from revops_iac.source.load import Loaded
from revops_iac.systems import System, system_named

Unpinned = dict[tuple[str, ...], tuple[list[str], dict[str, str]]]
"""Model path -> the kinds that the entry there becomes, and system -> the vendor name that it had."""


@dataclass(frozen=True)
class Planned:
    """A declaration with what the engine derived: its system, vendor name, place and the Pulumi names it depends on."""

    system: str
    declaration: Declaration
    name: str
    position: Position | None
    after: tuple[tuple[str, str], ...]
    """(kind, vendor name) pairs of the program that must exist first."""

    @property
    def desired(self) -> DesiredResource:
        """The same as the account resource sees it."""
        place = str(self.position) if self.position is not None else None
        return DesiredResource(self.declaration.kind, self.name, self.declaration.key, self.declaration.inputs, place)


def systems_of(model: Model, settings: Settings) -> tuple[str, ...]:
    """The systems that this stack manages: `revops:systems`, or all of `context.systems.managed`."""
    managed = tuple(model.context.systems.managed)
    if settings.systems is None:
        return managed
    unknown = [name for name in settings.systems if name not in managed]
    if unknown:
        allowed = ", ".join(sorted(managed)) or "none"
        message = f'"{unknown[0]}" is not a managed system of the model, which are: {allowed}'
        fix = "name it under context.systems.managed, or take it out of revops:systems"
        raise ModelProblems([Problem(None, "stack config revops:systems", message, fix)])
    return settings.systems


def compile_model(loaded: Loaded, settings: Settings) -> list[Planned]:
    """All resources of all managed systems, each after what it refers to. Raises ModelProblems with every problem."""
    planned: list[Planned] = []
    problems: list[Problem] = []
    unpinned: Unpinned = {}
    for name in systems_of(loaded.model, settings):
        system = system_named(name)
        declarations, unheld = _compiled(system, loaded, settings)
        mine, found = _checked(system, declarations, loaded)
        problems += [*unheld, *found, *_mistakes(system, mine, loaded)]
        _note_unpinned(system, declarations, unpinned)
        planned += mine if unheld or found else _ordered(mine, system, problems)
    problems += _rename_problems(unpinned, loaded)
    if problems:
        raise ModelProblems(problems)
    return planned


def remarks(loaded: Loaded, settings: Settings) -> list[Problem]:
    """What the managed systems take otherwise than an author may expect: said, and in nobody's way."""
    systems = [system_named(name) for name in systems_of(loaded.model, settings)]
    found = [
        _unheld(system, finding, loaded)
        for system in systems
        if system.remarks is not None
        for finding in system.remarks(loaded.model)
    ]
    return sorted(found, key=lambda remark: remark.sort_key)


def _compiled(system: System, loaded: Loaded, settings: Settings) -> tuple[list[Declaration], list[Problem]]:
    """What the system's compiler and the raw section declare, and what the compiler cannot hold."""
    raw = _raw(system, loaded.model)
    try:
        return [*system.compile(loaded.model, settings), *raw], []
    except CannotCompile as error:
        return [*error.declared, *raw], [_unheld(system, finding, loaded) for finding in error.findings]


def _unheld(system: System, finding: Finding, loaded: Loaded) -> Problem:
    subject = f"{system.label}, {'.'.join(map(str, finding.path))}"
    return Problem(loaded.position_of(finding.path), subject, finding.message, finding.fix)


def _raw(system: System, model: Model) -> Iterable[Declaration]:
    """The raw sections: `hubspot: {Property: {contacts.mrr: {...}}}`; the key is the vendor name verbatim."""
    for kind_name, entries in model.raw(system.name).items():
        for key, entry in entries.items():
            was = _earlier_keys(entry)
            yield Declaration(
                kind=kind_name,
                key=key,
                inputs={name: value for name, value in entry.items() if name != "was" or not was},
                origin=(system.name, kind_name, key),
                was=was,
                vendor_name_given=True,
            )


def _earlier_keys(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """What `was` of a raw entry names; nothing where it has another form, which is then refused as an unknown input."""
    was = [entry["was"]] if isinstance(entry.get("was"), str) else entry.get("was")
    return tuple(was) if isinstance(was, list) and all(isinstance(key, str) for key in was) else ()


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
        found = _input_problems(kind, declaration, loaded)
        problems += found
        if found:
            continue
        item = _planned(system, kind, declaration, position, loaded.model)
        other = planned.setdefault((declaration.kind, item.name), item)
        if other is not item:
            problems.append(_duplicate(system, item, other))
    return list(planned.values()), problems


def _mistakes(system: System, planned: Sequence[Planned], loaded: Loaded) -> Iterable[Problem]:
    """What the resources of a system say against each other and against themselves, without its account."""
    program = [
        DesiredResource(item.declaration.kind, item.name, item.declaration.key, item.declaration.inputs)
        for item in planned
    ]
    for item in planned:
        declaration = item.declaration
        kind = system.kinds[declaration.kind]
        inputs = kind.parse(declaration.inputs)
        for mistake in kind.static_errors(inputs, program):
            position = loaded.position_inside((*declaration.origin, *mistake.path), mistake.column)
            subject_ = f'{system.name} {declaration.kind} "{item.name}"'
            yield Problem(position, subject_, mistake.message, mistake.fix)


def validated(kind: Kind[Any, Any], inputs: Definition) -> Definition:
    """The inputs as the kind's model accepts them, absent ones left out. Raises pydantic's ValidationError."""
    model = kind.inputs.model_validate(inputs)
    return model.model_dump(mode="json", exclude_none=True, exclude_defaults=False, by_alias=True)


def adopts(model: Model, origin: Iterable[str]) -> bool:
    """Whether an entry on the way to a model path says `adopt: true`: that covers everything that the entry becomes."""
    node: Any = model
    for key in origin:
        node = node.get(key) if isinstance(node, dict) else getattr(node, key, None)
        if getattr(node, "adopt", False):
            return True
    return False


def _planned(
    system: System, kind: Kind[Any, Any], declaration: Declaration, position: Position | None, model: Model
) -> Planned:
    inputs = validated(kind, declaration.inputs)
    if adopts(model, declaration.origin):
        inputs["adopt"] = True
    declaration = Declaration(**{**declaration.__dict__, "inputs": inputs})
    typed = kind.parse(inputs)
    references = (*kind.references(typed), *declaration.depends_on)
    after = tuple(dict.fromkeys((r.kind, r.name) for r in references))
    return Planned(system.name, declaration, kind.vendor_name(typed), position, after)


def _unknown_kind(system: System, declaration: Declaration, position: Position | None) -> Problem:
    return Problem(
        position,
        f'{system.name} "{declaration.key}"',
        f'"{declaration.kind}" is not a kind of {system.label}',
        fix=f"one of {', '.join(sorted(system.kinds))}",
    )


def _input_problems(kind: Kind[Any, Any], declaration: Declaration, loaded: Loaded) -> list[Problem]:
    try:
        inputs = validated(kind, declaration.inputs)
    except ValidationError as error:
        name = f'{kind.system} {kind.name} "{declaration.key}"'
        return [
            Problem(
                loaded.position_of((*declaration.origin, *input_path(kind.inputs, details))),
                name,
                *input_problem(kind.inputs, details),
            )
            for details in error.errors(include_url=False)
        ]
    return _misnamed(kind, declaration, inputs, loaded)


def _misnamed(kind: Kind[Any, Any], declaration: Declaration, inputs: Definition, loaded: Loaded) -> list[Problem]:
    """A raw entry whose key is not the vendor name of its inputs: state would call it by a name that is not its own."""
    name = kind.vendor_name(kind.parse(inputs))
    if declaration.origin != (kind.system, kind.name, declaration.key) or declaration.key == name:
        return []
    subject = f'{kind.system} {kind.name} "{declaration.key}"'
    return [
        Problem(loaded.position_of(declaration.origin), subject, f'its inputs name "{name}"', f'make "{name}" its key')
    ]


def _note_unpinned(system: System, declarations: Iterable[Declaration], unpinned: Unpinned) -> None:
    """Notes the renamed entries whose vendor name is for life and is not pinned."""
    for declaration in declarations:
        kind = system.kinds.get(declaration.kind)
        if kind and declaration.was and not declaration.vendor_name_given and kind.name_is_immutable:
            kinds, pins = unpinned.setdefault(declaration.origin, ([], {}))
            kinds.append(f"{system.label} {kind.name}")
            pins.update((yaml.safe_load(declaration.suggestion) or {}).get("vendor_name", {}))


def _rename_problems(unpinned: Unpinned, loaded: Loaded) -> Iterable[Problem]:
    """One problem and one line to add per entry, whatever number of objects and systems it becomes."""
    for origin, (kinds, pins) in unpinned.items():
        names = ", ".join(f"{system}: {name}" for system, name in pins.items())
        yield Problem(
            loaded.position_of(origin),
            subject(origin),
            f'"was" renames it, but the name of a {" and a ".join(dict.fromkeys(kinds))} cannot change after creation',
            fix=f"put beside it: vendor_name: {{{names}}}",
        )


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
                "refers to itself through " + ", ".join(_with_place(item) for item in circle[1:]),
                fix="break the circle: one of them must not refer to the next",
            )
        )
        return planned


def _with_place(item: Planned) -> str:
    return f'"{item.name}"' + (f" ({item.position})" if item.position else "")
