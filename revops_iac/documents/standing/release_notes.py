"""What changed in the process between two versions, for leads, reps, deals and managers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from revops_iac.documents import tree
from revops_iac.documents.process import Path, Process
from revops_iac.documents.words import capital

Group = Literal["leads", "reps", "deals", "managers"]
TITLES: dict[Group, str] = {
    "leads": "For leads",
    "reps": "For reps",
    "deals": "For deals",
    "managers": "For managers and administrators",
}
GROUPS: dict[str, Group] = {
    "scoring": "leads",
    "lifecycle": "leads",
    "routing": "leads",
    "people": "reps",
    "automation": "reps",
    "data_hygiene": "reps",
    "pipelines": "deals",
    "deal_desk": "deals",
}
"""Topic -> whom its changes are about; all else is for managers. A handoff is about reps."""
READ_BY: dict[tree.Audience, tuple[Group, ...]] = {
    "sales": ("reps", "leads", "deals"),
    "marketing": ("leads", "reps"),
    "customer_success": ("deals", "reps"),
    "executives": ("managers", "deals", "leads"),
    "admin": ("leads", "reps", "deals", "managers"),
}


@dataclass(frozen=True)
class Change:
    """One change in the words of the model, and where in the model it is."""

    text: str
    path: Path


def document(
    process: Process, changes: Sequence[Change], since: str, audience: tree.Audience | None = None
) -> tree.Document:
    """The release notes since a version; an audience gets what concerns it, in its order."""
    groups = READ_BY[audience or "admin"]
    blocks = tuple(_blocks(process, [one for one in changes if group_of(one) in groups], since, groups))
    summary = f"What changed in the process of {process.environment} since {since}."
    return tree.Document("release-notes", "Release notes", summary, (audience or "admin",), "", blocks)


def group_of(change: Change) -> Group:
    """Whom a change is about.

    >>> group_of(Change("MQL to SQL: decide 48 hours -> 24 hours", ("lifecycle", "handoffs", "mql_to_sql")))
    'reps'
    """
    topic = str(change.path[0]) if change.path else ""
    return "reps" if change.path[:2] == ("lifecycle", "handoffs") else GROUPS.get(topic, "managers")


def _blocks(process: Process, changes: Sequence[Change], since: str, groups: Sequence[Group]) -> Iterator[Any]:
    yield tree.Facts((tree.Row(("Since", since)), tree.Row(("Changes", str(len(changes))))))
    if not changes:
        yield tree.Paragraph("Nothing changed for these readers.")
    for group in groups:
        mine = [one for one in changes if group_of(one) == group]
        if mine:
            yield tree.Heading(TITLES[group])
            rows = tuple(tree.Row((capital(one.text),), process.place(*one.path)) for one in mine)
            yield tree.Table(TITLES[group], ("Change",), rows)
