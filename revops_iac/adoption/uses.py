"""Who uses a field, option, person, queue or other object: in the model, in its resources, and in the accounts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from revops_iac.diagnostics import Position
from revops_iac.errors import AuthorError, noting_refusals
from revops_iac.model import Model
from revops_iac.model.condition import Compare, Condition
from revops_iac.model.references import Path, visits
from revops_iac.provider.effects import OptionUse, Trigger, Write
from revops_iac.provider.kind import DesiredResource, Kind, LiveObject
from revops_iac.provider.session import Session

FIELD_KINDS = frozenset({"Property", "CustomField", "PropertyOptions", "StandardValueSet"})
HOW = ("sets", "starts on", "compares", "reads", "names")
"""What a user does with a thing, the strongest first."""
ObjectKey = tuple[str, str]
"""(kind, vendor name)."""
Tell = Callable[[str], None]
Name = tuple[str, str]
"""(system, vendor name); the system is "model" for what the model calls so."""


@dataclass(frozen=True, order=True)
class Usage:
    """One user of a thing: what it is, what it does with the thing, and where it is written."""

    system: str
    kind: str
    name: str
    how: str
    position: Position | None = field(default=None, compare=False)
    in_account: bool = field(default=False, compare=False)
    """Found in the account; else in the files."""


@dataclass(frozen=True)
class Target:
    """What is looked for: its names on each system, and the option when only one option of a field is meant."""

    names: frozenset[Name]
    option: str | None = None

    def has(self, system: str, name: str) -> bool:
        """Whether a name on a system is the thing."""
        return (system, name.casefold()) in self.names


def target(names: Iterable[Name], option: str | None = None) -> Target:
    """A target of these names; case does not matter."""
    return Target(frozenset((system, name.casefold()) for system, name in names), option)


def in_model(model: Model, sought: Target, position_of: Callable[[Path], Position | None]) -> Iterator[Usage]:
    """Every entry of the model that names the thing: by reference, or in a condition."""
    for visit in visits(model):
        path = visit.path
        names = _named(visit.value, visit.reference)
        if sought.option is None and any(sought.has("model", name) for name in names):
            how = "compares" if isinstance(visit.value, Condition) else "names"
            yield Usage("model", str(path[0]), ".".join(map(str, path)), how, position_of(path))
        elif sought.option is not None and isinstance(visit.value, Condition):
            pairs = {(str(one), value) for one, value in _compared(visit.value)}
            if any(sought.has("model", one) and value == sought.option for one, value in pairs):
                yield Usage("model", str(path[0]), ".".join(map(str, path)), "compares", position_of(path))


def _named(value: Any, reference: str | None) -> list[str]:
    if isinstance(value, Condition):
        return [str(one) for one in value.fields()]
    return [str(value)] if reference is not None and isinstance(value, str) else []


def _compared(condition: Condition) -> Iterator[tuple[str, str]]:
    for compare in condition.comparisons():
        if isinstance(compare, Compare):
            yield from ((str(compare.field), str(value)) for value in compare.values)


def in_resource(kind: Kind[Any, Any], item: DesiredResource, sought: Target) -> Iterator[str]:
    """What a resource does with the thing, in words of `HOW`."""
    inputs = kind.typed(item)
    for effect in kind.effects(inputs):
        if isinstance(effect, OptionUse):
            if sought.has(kind.system, effect.field) and sought.option in (None, effect.value):
                yield "compares"
        elif isinstance(effect, Write | Trigger) and sought.option is None and sought.has(kind.system, effect.field):
            yield "sets" if isinstance(effect, Write) else "starts on"
    if sought.option is None:
        for reference in kind.references(inputs):
            if sought.has(kind.system, reference.name):
                yield "reads" if reference.kind in FIELD_KINDS else "names"
        if any(sought.has(kind.system, lookup.value) for lookup in kind.lookups(inputs)):
            yield "names"


def usage_of(kind: Kind[Any, Any], item: DesiredResource, sought: Target, in_account: bool = False) -> Usage | None:
    """The strongest use that a resource makes of the thing; None where it makes none, or is the thing itself."""
    if kind.name in FIELD_KINDS and sought.has(kind.system, item.name):
        return None
    found = set(in_resource(kind, item, sought))
    how = next((one for one in HOW if one in found), None)
    return None if how is None else Usage(kind.system, kind.name, item.name, how, item.position, in_account)


@dataclass
class AccountObjects:
    """What an account holds, each object as its inputs, and what could not be read, with the reason."""

    objects: list[tuple[Kind[Any, Any], DesiredResource, LiveObject]] = field(default_factory=list)
    not_read: dict[str, str] = field(default_factory=dict)


def read_objects(session: Session[Any], tell: Tell, kinds: Collection[str] | None = None) -> AccountObjects:
    """Every object of these kinds, by default of all, that the account lists: one list call per kind and object.

    Raises SessionError.
    """
    found = AccountObjects()
    session.open()
    for name, kind in session.system.kinds.items():
        if kinds is not None and name not in kinds:
            continue
        tell(f"{session.system.label} for {kind.name}")
        names = list[str]()
        with noting_refusals(found.not_read, kind.name):
            names.extend(kind.all_names(session))
        session.declared = [DesiredResource(kind.name, name, name, {}) for name in names]
        for name in names:
            _read(session, kind, name, found)
    return found


def _read(session: Session[Any], kind: Kind[Any, Any], name: str, found: AccountObjects) -> None:
    with noting_refusals(found.not_read, f"{kind.name} {name}", AuthorError):
        live = session.find(kind, name)
        definition = next(iter(kind.declarations(live)), None) if live is not None else None
        if live is not None and definition is not None:
            found.objects.append((kind, DesiredResource(kind.name, name, name, definition), live))


def users_of_removed(session: Session[Any], removed: Collection[ObjectKey], tell: Tell) -> dict[ObjectKey, list[str]]:
    """What in the account uses each object that goes, in words such as `List "Best people"`, without what goes too.

    Reads the whole account where something goes at all. Raises SessionError.
    """
    if not removed:
        return {}
    objects = read_objects(session, tell).objects
    found: dict[ObjectKey, list[str]] = {}
    for key in removed:
        sought = target([(session.system.name, key[1])])
        for kind, item, _ in objects:
            if (kind.name, item.name) not in removed and usage_of(kind, item, sought, in_account=True) is not None:
                found.setdefault(key, []).append(f'{kind.name} "{item.name}"')
    return found


PASSIVE = frozenset({"PermissionSet", "Layout", "PropertyGroup", "ReportType", "PropertyValidation"})
"""What shows or grants a field, and does nothing with it."""


@dataclass(frozen=True)
class Unused:
    """A field that nothing works with, and how many records fill it; None where that cannot be counted."""

    system: str
    name: str
    records: int | None


def unused_fields(session: Session[Any], account: AccountObjects) -> Iterator[Unused]:
    """The fields that people made and that nothing in the account works with."""
    used = {name.casefold() for name in _worked_with(account)}
    for kind, item, live in account.objects:
        is_field = kind.name in ("Property", "CustomField") and not kind.made_by(item.name, live)
        if is_field and item.name.casefold() not in used:
            impact = kind.delete_impact(session, live)
            yield Unused(kind.system, item.name, 0 if impact is None else impact.records)


def _worked_with(account: AccountObjects) -> Iterator[str]:
    for kind, item, _ in account.objects:
        if kind.name not in PASSIVE:
            inputs = kind.typed(item)
            yield from (reference.name for reference in kind.references(inputs) if reference.kind in FIELD_KINDS)
            effects = (one for one in kind.effects(inputs) if isinstance(one, Write | Trigger | OptionUse))
            yield from (effect.field for effect in effects)


def by_system(usages: Iterable[Usage]) -> Mapping[str, list[Usage]]:
    """The usages of each system, sorted, each once: what is in files and account stands as of the files."""
    found: dict[str, dict[tuple[str, str], Usage]] = {}
    for usage in usages:
        found.setdefault(usage.system, {}).setdefault((usage.kind, usage.name), usage)
    return {system: sorted(listed.values()) for system, listed in found.items()}
