"""`revops uses`: who uses a field, option, stage, list, person or queue, in the files and in the accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from revops_policies.fields import model_fields
from revops_policies.subject import from_model

from revops_iac.adoption.uses import (
    AccountObjects,
    Name,
    Target,
    Unused,
    Usage,
    by_system,
    in_model,
    read_objects,
    target,
    unused_fields,
    usage_of,
)
from revops_iac.diagnostics import escaped, plural, suggest
from revops_iac.documents.graph import Edge, Graph, Node, mermaid, svg
from revops_iac.errors import AuthorError
from revops_iac.stack_context import StackContext

Tell = Callable[[str], None]
MODEL = "model"


@dataclass(frozen=True)
class Uses:
    """Everything that uses a thing; `names` are what it is called on each system."""

    name: str
    names: tuple[Name, ...]
    usages: Mapping[str, Sequence[Usage]]
    labels: Mapping[str, str]
    not_read: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(map(len, self.usages.values()))

    def render(self) -> str:
        """A paragraph per system, then the count."""
        return "\n".join(map(escaped, self._lines()))

    def _lines(self) -> Iterator[str]:
        yield self.name
        also = [f"{self.labels[system]} {name}" for system, name in self.names if system != MODEL]
        if also:
            yield f"  is {', '.join(also)}"
        for system, listed in self.usages.items():
            yield self.labels[system]
            width = max(len(_title(usage)) for usage in listed)
            yield from (f"  {usage.how:<9} {_title(usage):<{width}}  {_place(usage)}".rstrip() for usage in listed)
        yield from (f"not read: {what}: {reason}" for what, reason in self.not_read.items())
        parts = ", ".join(
            f"{len(listed)} {'in' if system == MODEL else 'on'} {self.labels[system]}"
            for system, listed in self.usages.items()
        )
        yield f"{plural(self.total, 'use')}{f': {parts}' if parts else ''}."

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        return {
            "name": self.name,
            "names": [{"system": system, "name": name} for system, name in self.names],
            "uses": [_plain(usage) for listed in self.usages.values() for usage in listed],
            "not_read": dict(self.not_read),
        }

    def graph(self) -> Graph:
        """The same as a picture: the thing in the middle, what sets it before it, what reads it after it."""
        listed = [usage for usages in self.usages.values() for usage in usages if usage.system != MODEL]
        nodes = (Node("thing", self.name, "round"), *(Node(str(at), _title(one)) for at, one in enumerate(listed)))
        edges = tuple(_edge(str(at), one) for at, one in enumerate(listed))
        return Graph("uses", f"Uses of {self.name}", f"{plural(len(listed), 'use')} of {self.name}", nodes, edges)


def _edge(node: str, usage: Usage) -> Edge:
    return Edge(node, "thing", usage.how) if usage.how == "sets" else Edge("thing", node, usage.how)


def _title(usage: Usage) -> str:
    return usage.name if usage.system == MODEL else f"{usage.kind} {usage.name}"


def _place(usage: Usage) -> str:
    return str(usage.position) if usage.position is not None else "only in the account" if usage.in_account else ""


def _plain(usage: Usage) -> dict[str, Any]:
    place = None if usage.position is None else str(usage.position)
    return {
        "system": usage.system,
        "type": usage.kind,
        "name": usage.name,
        "how": usage.how,
        "place": place,
        "only_in_account": usage.in_account,
    }


@dataclass(frozen=True)
class UnusedFields:
    """The fields of the accounts that nothing works with."""

    fields: tuple[Unused, ...]
    labels: Mapping[str, str]
    not_read: Mapping[str, str]

    def render(self) -> str:
        """One line per field, those with the fewest records first."""
        return "\n".join(map(escaped, self._lines()))

    def _lines(self) -> Iterator[str]:
        width = max((len(one.name) for one in self.fields), default=0)
        for one in self.fields:
            yield f"{self.labels[one.system]:<10} {one.name:<{width}}  {plural(one.records or 0, 'record')} filled"
        yield from (f"not read: {what}: {reason}" for what, reason in self.not_read.items())
        yield f"{plural(len(self.fields), 'field')} that no workflow, list, formula, rule or report works with."

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        listed = [{"system": one.system, "name": one.name, "records": one.records} for one in self.fields]
        return {"unused": listed, "not_read": dict(self.not_read)}


def find_uses(
    folder: Path, stack: str, name: str | None, *, account: bool, picture: Path | None, tell: Tell
) -> Uses | UnusedFields:
    """Who uses a thing, drawn into `picture` too; without a name, the fields that nothing uses. Raises AuthorError."""
    context = StackContext.load(folder, stack)
    if name is None:
        return unused_of(context, tell=tell)
    found = uses_of(context, name, account=account, tell=tell)
    if picture is not None:
        write_picture(found, picture)
    return found


def uses_of(context: StackContext, text: str, *, account: bool, tell: Tell) -> Uses:
    """Who uses `text`: a field (`contact.fit_score`, `contacts.fit_score`, `Lead.Fit_Score__c`), an option
    (`contact.region=emea`), or the key or name of any other thing. Raises AuthorError where nothing has that name.
    """
    name, _, option = text.partition("=")
    names = _names(context, name)
    sought = target(names, option or None)
    usages = list(in_model(context.model, sought, context.loaded.position_of))
    usages += _in_resources(context, sought)
    not_read: dict[str, str] = {}
    objects = _account_objects(context, tell) if account else {}
    for system, found in objects.items():
        usages += [one for one in (usage_of(kind, item, sought, True) for kind, item, _ in found.objects) if one]
        not_read |= {f"{system} {what}": reason for what, reason in found.not_read.items()}
    if not usages and not _exists(context, names, objects):
        raise AuthorError(f'nothing is called "{name}"', suggest(name, _known(context)))
    shown = tuple(dict.fromkeys(pair for pair in names if pair[1] != name))
    return Uses(text, shown, by_system(usages), _labels(context), not_read)


def unused_of(context: StackContext, *, tell: Tell) -> UnusedFields:
    """The fields of the stack's accounts that nothing works with, each with the records that fill it."""
    found: list[Unused] = []
    not_read: dict[str, str] = {}
    for system in context.systems.values():
        with context.connected(system) as session:
            objects = read_objects(session, tell)
            tell(f"{system.label} for the records that fill unused fields")
            found += unused_fields(session, objects)
            not_read |= {f"{system.label} {what}": reason for what, reason in objects.not_read.items()}
    found.sort(key=lambda one: (one.system, one.records or 0, one.name))
    return UnusedFields(tuple(found), _labels(context), not_read)


def write_picture(uses: Uses, path: Path) -> None:
    """Writes the picture as SVG, or as Mermaid text when the file is called so. Raises AuthorError."""
    drawn = mermaid(uses.graph()) if path.suffix in (".mmd", ".mermaid", ".md") else svg(uses.graph())
    try:
        path.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise AuthorError(f"{path}: cannot be written: {error.strerror}", "choose another file") from None


def _labels(context: StackContext) -> dict[str, str]:
    return {MODEL: "the model", **{name: system.label for name, system in context.systems.items()}}


def _names(context: StackContext, name: str) -> list[Name]:
    """What the thing may be called: in the model, on each system, and as what the model's entry compiles to."""
    fields = model_fields(from_model(context.loaded, context.planned))
    folded = name.casefold()
    reference = next((ref for (_, known), ref in fields.items() if known.casefold() == folded), name)
    names: list[Name] = [(MODEL, reference)]
    names += [pair for pair, ref in fields.items() if ref == reference]
    names += [(system, name) for system in context.systems]
    if name in context.model.people.persons:
        names += [(system, context.model.people.identity(name, system)) for system in context.systems]
    for item in context.planned:
        if name in (item.declaration.key, item.name, str(item.declaration.origin[-1])):
            kind = context.systems[item.system].kinds[item.declaration.kind]
            provided = kind.provides(kind.typed(item.desired))
            names += [(item.system, item.name), *((item.system, lookup.value) for lookup in provided)]
    return list(dict.fromkeys(names))


def _in_resources(context: StackContext, sought: Target) -> Iterator[Usage]:
    for item in context.planned:
        kind = context.systems[item.system].kinds[item.declaration.kind]
        if (usage := usage_of(kind, item.desired, sought)) is not None:
            yield usage


def _account_objects(context: StackContext, tell: Tell) -> dict[str, AccountObjects]:
    found = {}
    for name, system in context.systems.items():
        with context.connected(system) as session:
            found[name] = read_objects(session, tell)
    return found


def _exists(context: StackContext, names: Iterable[Name], objects: Mapping[str, AccountObjects]) -> bool:
    """Whether the thing exists although nobody uses it."""
    asked = {name for _, name in names}
    if asked & set(_known(context)):
        return True
    return any(item.name in asked for found in objects.values() for _, item, _ in found.objects)


def _known(context: StackContext) -> list[str]:
    """What can be asked for: fields, keys and vendor names."""
    fields = [str(reference) for reference, _ in context.model.fields()]
    people = context.model.people
    lifecycle = context.model.lifecycle
    stages = lifecycle.stages if lifecycle is not None else ()
    keys = [*people.persons, *people.teams, *people.queues, *stages]
    planned = [name for item in context.planned for name in (item.name, item.declaration.key)]
    return list(dict.fromkeys([*fields, *keys, *planned]))
