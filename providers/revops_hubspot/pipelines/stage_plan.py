"""The stage-level writes that bring a pipeline to its declared stages.

Never PUT: it deletes every stage left out, and has removed required properties that users set per stage in the UI [T].
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Stage = Mapping[str, Any]
"""As in the inputs: `id`, `label`, and `probability` or `state`; a live one also has `display_order`."""


@dataclass(frozen=True)
class Step:
    """One call: `POST` a stage, `PATCH` the stage `id`, or `DELETE` it; `values` are inputs' names."""

    method: str
    id: str
    values: Mapping[str, Any]


def plan_stages(live: Sequence[Stage], desired: Sequence[Stage], removed: Collection[str]) -> list[Step]:
    """The calls in order. Stages that are neither declared nor removed keep their place after the stage before them.

    No two stages share a slot, and writing a taken slot renumbers all of them [O]: so a new order is written to slots
    behind the last one, which are free, as one plan.
    """
    now = sorted(live, key=lambda stage: int(stage["display_order"]))
    kept = [str(stage["id"]) for stage in now if stage["id"] not in removed]
    order = final_order([str(stage["id"]) for stage in now], [str(stage["id"]) for stage in desired], removed)
    free = max((int(stage["display_order"]) for stage in now), default=-1) + 1
    slots = {identifier: free + at for at, identifier in enumerate(order)}
    if order[: len(kept)] == kept:
        slots = {identifier: free + at for at, identifier in enumerate(order[len(kept) :])}
    by_id = {str(stage["id"]): stage for stage in now}
    writes = [*_freed_labels(now, desired, removed), *_writes(order, by_id, desired, slots)]
    writes.sort(key=lambda step: step.values.get("state") == "OPEN")  # a closed stage must be there all the time [O]
    deletes = [Step("DELETE", str(stage["id"]), {}) for stage in now if stage["id"] in removed]
    return [*deletes, *writes] if _can_stand_alone(now, removed) else [*writes, *deletes]


def final_order(current: Sequence[str], desired: Sequence[str], removed: Collection[str]) -> list[str]:
    """The ids in their final order.

    >>> final_order(["a", "theirs", "b"], ["b", "a", "c"], [])
    ['b', 'a', 'theirs', 'c']
    """
    order = list(desired)
    before: str | None = None
    for identifier in current:
        if identifier in removed:
            continue
        if identifier not in order:
            order.insert(order.index(before) + 1 if before is not None else 0, identifier)
        before = identifier
    return order


def _writes(
    order: Sequence[str], live: Mapping[str, Stage], desired: Sequence[Stage], slots: Mapping[str, int]
) -> list[Step]:
    declared = {str(stage["id"]): stage for stage in desired}
    steps = []
    for identifier in order:
        values = dict(declared.get(identifier, {}))
        if identifier in live:
            values = {key: value for key, value in values.items() if live[identifier].get(key) != value}
        if identifier in slots:
            values["display_order"] = slots[identifier]
        if identifier not in live or values:
            steps.append(Step("PATCH" if identifier in live else "POST", identifier, values))
    return steps


def _freed_labels(now: Sequence[Stage], desired: Sequence[Stage], removed: Collection[str]) -> list[Step]:
    """Labels are unique in a pipeline [O]: one that moves to another stage is first taken away from its holder."""
    target = {str(stage["id"]): _label(stage) for stage in desired}
    claimed = set(target.values())
    return [
        Step("PATCH", str(stage["id"]), {"label": f"{stage['label']} ({stage['id']})"})
        for stage in now
        if stage["id"] not in removed and _label(stage) in claimed and target.get(str(stage["id"])) != _label(stage)
    ]


def _label(stage: Stage) -> str:
    return str(stage["label"]).strip().lower()


def _can_stand_alone(now: Sequence[Stage], removed: Collection[str]) -> bool:
    """Whether the rest is a valid pipeline: one stage at least, and a closed one where stages have a state [O]."""
    rest = [stage for stage in now if stage["id"] not in removed]
    has_state = any(stage.get("state") for stage in now)
    return bool(rest) and (not has_state or any(stage.get("state") == "CLOSED" for stage in rest))
