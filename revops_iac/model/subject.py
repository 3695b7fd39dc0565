"""An entry named in words, from its path in the YAML: `pipeline renewal, stage proposal`."""

from __future__ import annotations

from collections.abc import Sequence

NOUNS = {
    "scoring": "scoring",
    "routing": "routing",
    "pipelines": "pipeline",
    "deal_desk": "deal desk",
    "stages": "stage",
    "handoffs": "handoff",
    "rules": "rule",
    "persons": "person",
    "teams": "team",
    "queues": "queue",
    "business_hours": "business hours",
    "holidays": "holiday",
    "identities": "identity",
    "workflows": "workflow",
    "approvals": "approval",
    "metrics": "metric",
    "dashboards": "dashboard",
    "tiles": "tile",
    "dimensions": "dimension",
    "enrichment": "enrichment",
    "booking": "booking",
    "connectors": "connector",
    "fit": "signal",
    "engagement": "signal",
    "negative": "signal",
}
"""Maps of entries -> one of them. Only these maps name an entry by the key below them."""
ENTRY_PARENTS = {"fit": 2, "engagement": 2, "negative": 2, "metrics": 1, "enrichment": 1}
"""Where such a map sits in the path, for names that also mean something else elsewhere."""
HIDDEN = {"people", "automation", "data_hygiene", "metrics"}
"""Sections that say nothing more than the entry below them."""


def subject(path: Sequence[str | int]) -> str:
    """Name what a path points at.

    >>> subject(("pipelines", "renewal", "stages", "proposal", "required_fields", 1))
    'pipeline renewal, stage proposal, required_fields item 2'
    >>> subject(("data_hygiene", "fields", "deal", "amount", "type"))
    'field deal.amount, type'
    """
    words: list[str] = []
    at = 0
    while at < len(path):
        part, rest = path[at], len(path) - at
        if part == "fields" and at == 1 and path[0] == "data_hygiene" and rest >= 3:
            words.append(f"field {path[at + 1]}.{path[at + 2]}")
            at += 3
        elif part in NOUNS and rest >= 2 and _holds_entries(str(part), at, path):
            words.append(f"{NOUNS[str(part)]} {path[at + 1]}")
            at += 2
        else:
            if not (
                at == 0 and part in HIDDEN and rest > 2 and (path[1] in NOUNS or (path[1] == "fields" and rest > 3))
            ):
                _append(words, part)
            at += 1
    return ", ".join(words) or "model"


def _holds_entries(part: str, at: int, path: Sequence[str | int]) -> bool:
    return ENTRY_PARENTS.get(part, at) == at and (at == 0 or part not in ("scoring", "routing", "deal_desk"))


def _append(words: list[str], part: str | int) -> None:
    if isinstance(part, int):
        words[-1:] = [" ".join([*words[-1:], f"item {part + 1}"])]
    else:
        words.append(part)
