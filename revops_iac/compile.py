"""From the model to what each CRM must hold: every installed system's compiler, then one ordered list of resources."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import Any

import yaml
from pydantic import ValidationError

from revops_iac.config.settings import Settings
from revops_iac.diagnostics import (
    Diagnostic,
    Diagnostics,
    InputPath,
    ModelPath,
    Position,
    Severity,
    input_error,
    ordered,
)
from revops_iac.errors import DiagnosticsError
from revops_iac.model import Model
from revops_iac.model.entry import Entry
from revops_iac.model.references import Path as KeyPath
from revops_iac.model.subject import subject
from revops_iac.provider.declaration import CannotCompile, Declaration
from revops_iac.provider.inputs import META_INPUTS, Inputs
from revops_iac.provider.kind import Kind
from revops_iac.provider.live_object import Definition, DesiredResource, Program, Reference
from revops_iac.source.input_errors import input_diagnostic
from revops_iac.source.load import Loaded, value_at
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

    @cached_property
    def desired(self) -> DesiredResource:
        """The same as the account resource sees it."""
        declaration = self.declaration
        return DesiredResource(declaration.kind, self.name, declaration.key, declaration.inputs, self.position)


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
        raise DiagnosticsError([Diagnostic("stack config revops:systems", message, fix)])
    return settings.systems


def compile_model(loaded: Loaded, settings: Settings) -> list[Planned]:
    """All resources of all managed systems, each after what it refers to. Raises DiagnosticsError with every error."""
    planned, errors = compile_partly(loaded, settings)
    if errors:
        raise DiagnosticsError(errors)
    return planned


def compile_partly(loaded: Loaded, settings: Settings) -> tuple[list[Planned], list[Diagnostic]]:
    """What can be compiled, and why the rest cannot."""
    planned: list[Planned] = []
    errors: list[Diagnostic] = []
    unpinned: Unpinned = {}
    for name in systems_of(loaded.model, settings):
        system = system_named(name)
        declarations, unmet = _compiled(system, loaded, settings)
        mine, found = _checked(system, declarations, loaded)
        judged = [one for one in _judged(system, mine, loaded) if one.severity is Severity.ERROR]
        errors += [*unmet, *found, *judged]
        _note_unpinned(system, declarations, unpinned)
        planned += mine if unmet or found else _ordered(mine, system, errors)
    return planned, [*errors, *_rename_errors(unpinned, loaded)]


def warnings(loaded: Loaded, settings: Settings) -> list[Diagnostic]:
    """What is doubtful in the model, and what systems do differently than an author may expect; warnings only."""
    systems = [system_named(name) for name in systems_of(loaded.model, settings)]
    found = [
        _of_model(system, diagnostic, loaded)
        for system in systems
        if system.warnings is not None
        for diagnostic in system.warnings(loaded.model)
    ]
    return ordered([*loaded.warnings, *found])


def input_warnings(planned: Sequence[Planned], loaded: Loaded) -> list[Diagnostic]:
    """What the vendor takes but hardly anybody means, in the inputs of what was compiled."""
    systems = dict.fromkeys(item.system for item in planned)
    judged = (
        diagnostic
        for name in systems
        for diagnostic in _judged(system_named(name), [item for item in planned if item.system == name], loaded)
    )
    return ordered(diagnostic for diagnostic in judged if diagnostic.severity is Severity.WARNING)


def _compiled(system: System, loaded: Loaded, settings: Settings) -> tuple[list[Declaration], list[Diagnostic]]:
    """What the system's compiler and the raw section declare, and what the compiler cannot express."""
    raw = _raw(system, loaded.model)
    try:
        return [*system.compile(loaded.model, settings), *raw], []
    except CannotCompile as error:
        return [*error.declared, *raw], [_of_model(system, one, loaded) for one in error.diagnostics]


def _of_model(system: System, diagnostic: Diagnostic, loaded: Loaded) -> Diagnostic:
    at = diagnostic.location
    assert isinstance(at, ModelPath)
    about = f"{system.label}, {'.'.join(map(str, at.keys))}"
    return diagnostic.about(about).at(loaded.position_of(at.keys))


def _of_inputs(system: System, declaration: Declaration, name: str, found: Diagnostic, loaded: Loaded) -> Diagnostic:
    """What is wrong with the inputs of a declaration, where its entry says so."""
    at = found.location if isinstance(found.location, InputPath) else InputPath()
    path = _written(declaration, at.keys, loaded)
    position = loaded.position_of(path) if at.column is None else loaded.position_inside(path, at.column)
    return found.about(f'{system.label} {declaration.kind} "{name}"').at(position)


def _written(declaration: Declaration, keys: tuple[str | int, ...], loaded: Loaded) -> KeyPath:
    """The path of the model that says an input: its own in a raw entry, else where the same text stands."""
    path, origin = (*declaration.origin, *keys), declaration.origin
    text = value_at(declaration.inputs, keys)
    if path in loaded.positions or not isinstance(text, str):
        return path
    below = (one for one in loaded.positions if one[: len(origin)] == origin and value_at(loaded.model, one) == text)
    return next(below, path)


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
) -> tuple[list[Planned], list[Diagnostic]]:
    planned: dict[tuple[str, str], Planned] = {}
    errors: list[Diagnostic] = []
    for declaration in declarations:
        kind = system.kinds.get(declaration.kind)
        if kind is None:
            errors.append(_of_inputs(system, declaration, declaration.key, _unknown_kind(system, declaration), loaded))
            continue
        try:
            item = _planned(system, kind, declaration, loaded)
        except _WrongInputs as wrong:
            errors += [_of_inputs(system, declaration, declaration.key, one, loaded) for one in wrong.found]
            continue
        other = planned.setdefault((declaration.kind, item.name), item)
        if other is not item:
            errors.append(_of_inputs(system, declaration, item.name, _duplicate(other), loaded))
    return list(planned.values()), errors


def _judged(system: System, planned: Sequence[Planned], loaded: Loaded) -> Diagnostics:
    """What is wrong, or doubtful, in the resources of a system by themselves and together, without its account."""
    program = Program(item.desired for item in planned)
    for item in planned:
        declaration = item.declaration
        kind = system.kinds[declaration.kind]
        found = [*kind.static_errors(kind.typed(item.desired), program), *_beyond_limits(system, declaration)]
        yield from (_of_inputs(system, declaration, item.name, one, loaded) for one in found)


def _beyond_limits(system: System, declaration: Declaration) -> list[Diagnostic]:
    """What is longer than the vendor allows. An adopted object may be so in the account, which the preflight asks."""
    if system.limits is None or declaration.inputs.get("adopt"):
        return []
    found = system.limits().of_inputs(declaration.kind, declaration.inputs)
    return [one for one in found if one.severity is Severity.ERROR]


def validated(kind: Kind[Any, Any], inputs: Definition) -> Definition:
    """The inputs as the kind's model accepts them, without absent ones and `adopt` where it says no. Raises pydantic's
    ValidationError."""
    model = kind.inputs.model_validate(inputs)
    plain = model.model_dump(mode="json", exclude_none=True, by_alias=True)
    return {key: value for key, value in plain.items() if value or key not in META_INPUTS}


def adopts(model: Model, origin: Iterable[str]) -> bool:
    """Whether an entry on the way to a model path says `adopt: true`: that covers everything that the entry becomes."""
    fields: Mapping[str, Any] = model.__dict__
    for key in origin:
        node = fields.get(key)
        fields = node if isinstance(node, dict) else node.__dict__ if isinstance(node, Entry) else {}
        if fields is not node and fields.get("adopt"):
            return True
    return False


class _WrongInputs(Exception):
    def __init__(self, found: list[Diagnostic]) -> None:
        self.found = found


@dataclass(frozen=True)
class _Read:
    """What the inputs of a resource mean by themselves, whatever else its program holds."""

    text: str
    """The validated inputs as JSON."""
    typed: Inputs
    name: str
    references: tuple[Reference, ...]


@lru_cache(maxsize=10_000)
def _read(kind: Kind[Any, Any], text: str, is_adopted: bool) -> _Read:
    """Inputs as JSON, read once: the environments of a project share most of theirs. Raises ValidationError."""
    inputs = validated(kind, json.loads(text))
    if is_adopted:
        inputs["adopt"] = True
    typed = kind.parse(inputs)
    return _Read(json.dumps(inputs), typed, kind.vendor_name(typed), tuple(kind.references(typed)))


def _planned(system: System, kind: Kind[Any, Any], declaration: Declaration, loaded: Loaded) -> Planned:
    """The declaration with what follows from its inputs. Raises _WrongInputs."""
    try:
        read = _read(kind, json.dumps(declaration.inputs), adopts(loaded.model, declaration.origin))
    except ValidationError as error:
        raise _WrongInputs([input_diagnostic(kind.inputs, one) for one in error.errors(include_url=False)]) from None
    name = read.name
    if declaration.origin == (kind.system, kind.name, declaration.key) and declaration.key != name:
        # a raw entry whose key is not the vendor name of its inputs: state would call it by a name that is not its own
        raise _WrongInputs([input_error((), f'its inputs name "{name}"', f'make "{name}" its key')])
    declaration = Declaration(**{**declaration.__dict__, "inputs": json.loads(read.text)})
    after = tuple(dict.fromkeys((r.kind, r.name) for r in (*read.references, *declaration.depends_on)))
    planned = Planned(system.name, declaration, name, loaded.position_of(declaration.origin), after)
    planned.desired.once(lambda _: read.typed)
    return planned


def _unknown_kind(system: System, declaration: Declaration) -> Diagnostic:
    message = f'"{declaration.kind}" is not a resource type of {system.label}'
    return Diagnostic(f'{system.label} "{declaration.key}"', message, f"one of {', '.join(sorted(system.kinds))}")


def _note_unpinned(system: System, declarations: Iterable[Declaration], unpinned: Unpinned) -> None:
    """Notes the renamed entries whose vendor name is for life and is not pinned."""
    for declaration in declarations:
        kind = system.kinds.get(declaration.kind)
        if kind and declaration.was and not declaration.vendor_name_given and kind.name_is_immutable:
            kinds, pins = unpinned.setdefault(declaration.origin, ([], {}))
            kinds.append(f"{system.label} {kind.name}")
            pins.update((yaml.safe_load(declaration.suggestion) or {}).get("vendor_name", {}))


def _rename_errors(unpinned: Unpinned, loaded: Loaded) -> Diagnostics:
    """One error and one line to add per entry, whatever number of objects and systems it becomes."""
    for origin, (kinds, pins) in unpinned.items():
        names = ", ".join(f"{system}: {name}" for system, name in pins.items())
        types = " and a ".join(dict.fromkeys(kinds))
        message = f'"was" renames it, but the name of a {types} cannot change after creation'
        fix = f"put beside it: vendor_name: {{{names}}}"
        yield Diagnostic(subject(origin), message, fix).at(loaded.position_of(origin))


def _duplicate(first: Planned) -> Diagnostic:
    fix = "remove one of them, or give one another vendor_name"
    related = (first.position,) if first.position is not None else ()
    return Diagnostic("", "is declared twice", fix, related=related)


def _with_ways(planned: list[Planned], system: System) -> list[Planned]:
    """Each also after what it reaches only through others of its kinds that can."""
    kinds = {name: kind for name, kind in system.kinds.items() if _reaches_through(kind)}
    mine = [item for item in planned if item.declaration.kind in kinds]
    typed = {(item.declaration.kind, item.name): kinds[item.declaration.kind].typed(item.desired) for item in mine}
    further: dict[int, list[tuple[str, str]]] = {}
    for item in mine:
        key = (item.declaration.kind, item.name)
        found = [(one.kind, one.name) for one in kinds[key[0]].references_through(typed[key], typed)]
        further[id(item)] = [one for one in dict.fromkeys(found) if one not in item.after]
    return [replace(one, after=(*one.after, *more)) if (more := further.get(id(one))) else one for one in planned]


def _reaches_through(kind: Kind[Any, Any]) -> bool:
    return type(kind).references_through is not Kind.references_through


def _ordered(planned: list[Planned], system: System, errors: list[Diagnostic]) -> list[Planned]:
    planned = _with_ways(planned, system)
    by_name = {(item.declaration.kind, item.name): item for item in planned}
    graph = {name: [other for other in item.after if other in by_name] for name, item in by_name.items()}
    try:
        return [by_name[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        first, *others = [by_name[name] for name in error.args[1]]
        through = ", ".join(f'"{item.name}"' for item in others)
        cycle = Diagnostic(
            f'{system.label} {first.declaration.kind} "{first.name}"',
            f"refers to itself through {through}",
            "break the circle: one of them must not refer to the next",
        )
        errors.append(cycle.at(first.position, *(item.position for item in others if item.position is not None)))
        return planned
