"""What a plan adopts: Pulumi shows a create, so the account says which objects exist, and what would change in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from revops_iac.provider.changes.consent import comparable
from revops_iac.provider.changes.differences import before_and_after
from revops_iac.provider.kind import DesiredResource, Kind, LiveObject
from revops_iac.provider.session import Session
from revops_iac.state.source_map import lines_of


@dataclass(frozen=True)
class Adoption:
    """An object that exists and that the plan would take into state; `changes` are its values before and after."""

    kind: str
    name: str
    live_name: str
    changes: tuple[str, ...]


def adoptions(session: Session[Any], before: str) -> Iterator[Adoption]:
    """The adoptions of a plan that passed its preflight; `before` is the `declared` text in state."""
    known = lines_of(before)
    for kind, item in session.declared_kinds():
        if f"{item.kind} {item.name}" in known:
            continue
        if session.stores.pending_creates.began(item.kind, item.name):
            continue  # an interrupted run of this stack created it
        live = kind.find(session, kind.typed(item), session.states.get((item.kind, item.name)))
        if live is not None:
            yield Adoption(item.kind, item.name, live.name, tuple(_changes(kind, item, live)))


def _changes(kind: Kind[Any, Any], item: DesiredResource, live: LiveObject) -> Iterator[str]:
    if any(kind.manual_steps(kind.typed(item), live)):
        return  # a person makes them
    view = kind.managed_view(item.inputs, live)
    for key in kind.differences(item.inputs, view):
        yield before_and_after(key, *comparable(kind, key, view, item.inputs))


def adoption_notices(session: Session[Any], before: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """One line and its details per adopted object that would change, one line per kind for those that would not."""
    found = list(adoptions(session, before))
    label = session.system.label
    for one in found:
        if one.changes:
            yield f"{label}: adopts {_named(one)} and changes", one.changes
    same: dict[str, list[str]] = {}
    for one in found:
        if not one.changes:
            same.setdefault(one.kind, []).append(_name(one))
    for kind, names in same.items():
        yield f"{label}: adopts {kind} unchanged: {', '.join(names)}", ()


def _named(one: Adoption) -> str:
    return f'{one.kind} "{one.name}"' + (f" ({one.live_name})" if one.live_name != one.name else "")


def _name(one: Adoption) -> str:
    return one.name if one.live_name == one.name else f"{one.name} ({one.live_name})"
