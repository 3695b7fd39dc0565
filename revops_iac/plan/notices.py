"""What a person should read beside the steps of a plan: adoptions, enabling, manual steps, likely renames."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from revops_iac.diagnostics import plural
from revops_iac.plan.adoption import adoption_notices
from revops_iac.plan.manual_steps import open_steps
from revops_iac.plan.renames import possible_renames
from revops_iac.provider.session import Session
from revops_iac.state.source_map import lines_of


def say_notices(session: Session[Any], before: str, declared: str) -> None:
    """Shows each once; `before` and `declared` are the texts of the account resource. Raises AccountError."""
    for notice, values in adoption_notices(session, before):
        session.report.say(notice, values)
    for noun, names in enabled(session, before):
        session.report.say(f"{session.system.label}: enables {plural(len(names), noun)}", names)
    if steps := list(open_steps(session)):
        session.report.say(f"{session.system.label}: {plural(len(steps), 'manual step')} open", steps)
    for warning in possible_renames(session, before, declared):
        session.report.warn(warning)
    if session.previews and (found := touched(session, before, declared)):
        session.report.say(f"{session.system.label}: this plan {'; '.join(found)}")


def touched(session: Session[Any], before: str, declared: str) -> list[str]:
    """What a plan that passed its preflight touches, as counts by kind: `creates 2 Property; changes 1 Workflow`."""
    old, new = lines_of(before), lines_of(declared)
    differs, lacks = ({f"{kind} {name}" for kind, name in of} for of in (session.report.differs, session.report.lacks))
    lines = {
        "adopts": new - old - lacks,
        "creates": new & lacks,
        "changes": old & new & differs,
        "removes": old - new,
    }
    counts = {verb: Counter(line.partition(" ")[0] for line in found) for verb, found in lines.items()}
    return [
        f"{verb} {', '.join(f'{count} {kind}' for kind, count in sorted(of.items()))}"
        for verb, of in counts.items()
        if of
    ]


def enabled(session: Session[Any], before: str) -> Iterator[tuple[str, list[str]]]:
    """What a plan switches on, by noun: one entry of the model may stand behind several."""
    known, found = lines_of(before), dict[str, list[str]]()
    for item in session.declared:
        kind = session.system.kinds.get(item.kind)
        if kind is not None and kind.enables and f"{item.kind} {item.name}" not in known:
            found.setdefault(kind.enables, []).append(item.name)
    yield from found.items()
