"""How many records each rule of a routing takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from revops_iac.model import Model
from revops_iac.model.routing.assignment import assignment


def routing_counts(model: Model, records: Iterable[Mapping[str, Any]], day: date) -> Counter[tuple[str, str | None]]:
    """Records by routing and rule, None where the fallback takes them; the first routing that covers one decides."""
    counts: Counter[tuple[str, str | None]] = Counter()
    for record in records:
        judged = {**record, "today": day}
        for key, routing in model.routing.items():
            if model.context.covers(routing.applies_to, "contact", judged):
                system = routing.runs_on or model.context.systems.source_of_truth or ""
                found = assignment(model, routing, judged, system, day)
                counts[key, found.rule if found else None] += 1
                break
    return counts
