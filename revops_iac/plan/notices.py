"""What a person should read beside the steps of a plan: adoptions, enabling, manual steps, likely renames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from revops_iac.diagnostics import Diagnostic, plural
from revops_iac.plan.adoption import adoption_notices
from revops_iac.plan.counts import touched_in_words
from revops_iac.plan.manual_steps import open_steps
from revops_iac.plan.renames import possible_renames
from revops_iac.provider.api.clock import FIX, skew
from revops_iac.provider.kind import DesiredResource, Kind, LiveObject
from revops_iac.provider.session import Session
from revops_iac.state.source_map import lines_of


def say_notices(session: Session[Any], before: str, declared: str) -> None:
    """Shows each once; `before` and `declared` are the texts of the account resource. Raises AccountError."""
    clock = session.client.clock
    if apart := skew(clock.ahead_s, session.system.label):
        session.report.warn(Diagnostic(session.system.label, f"{apart}, whose time counts here", FIX))
    for notice, values in adoption_notices(session, before):
        session.report.say(notice, values)
    for noun, names in enabled(session, before):
        session.report.say(f"{session.system.label}: enables {plural(len(names), noun)}", names)
    if steps := list(open_steps(session)):
        session.report.say(f"{session.system.label}: {plural(len(steps), 'manual step')} open", steps)
    for warning in possible_renames(session, before, declared):
        session.report.warn(warning)
    if session.previews and (found := touched(session, before, declared)):
        session.report.say(f"{session.system.label}: this plan {found}")


def touched(session: Session[Any], before: str, declared: str) -> str:
    """What a plan that passed its preflight touches, as counts. Raises AccountError."""
    old, new = lines_of(before), lines_of(declared)
    differs, lacks = ({f"{kind} {name}" for kind, name in of} for of in (session.report.differs, session.report.lacks))
    renamed = dict(_renamed(session, old - new, lacks - old))
    lines = {
        "adopts": new - old - lacks,
        "creates": (new & lacks) - {*renamed.values()},
        "changes": (old & new & differs) | {*renamed},
        "removes": old - new - {*renamed},
    }
    kinds = ((verb, line.partition(" ")[0]) for verb, found in lines.items() for line in sorted(found))
    return touched_in_words(session.system.kinds, kinds)


def _renamed(session: Session[Any], gone: Iterable[str], come: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Old line -> new line of objects whose names can change, and of which nothing else does.

    Only Pulumi knows which resource is which, and it asks about each later.
    """
    left, come = set(gone), set(come)
    for kind, item in session.declared_kinds():
        if kind.name_is_immutable or (line := f"{item.kind} {item.name}") not in come:
            continue
        for old in sorted(one for one in left if one.startswith(f"{item.kind} ")):
            live = session.find(kind, old.partition(" ")[2])
            if live is not None and _only_name_differs(kind, item, live):
                left.discard(old)
                yield old, line
                break


def _only_name_differs(kind: Kind[Any, Any], item: DesiredResource, live: LiveObject) -> bool:
    view = kind.managed_view(item.inputs, live)
    differing = kind.differences(item.inputs, view)
    before = kind.parse({**item.inputs, **{key: view[key] for key in differing}})
    return len(differing) == 1 and kind.vendor_name(before) == live.name


def enabled(session: Session[Any], before: str) -> Iterator[tuple[str, list[str]]]:
    """What a plan switches on, by noun: one entry of the model may stand behind several."""
    known, found = lines_of(before), dict[str, list[str]]()
    for item in session.declared:
        kind = session.system.kinds.get(item.kind)
        if kind is not None and kind.enables and f"{item.kind} {item.name}" not in known:
            found.setdefault(kind.enables, []).append(item.name)
    yield from found.items()
