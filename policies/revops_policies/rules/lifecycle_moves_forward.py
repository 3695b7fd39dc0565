"""The lifecycle has an order: handoffs lead forward, recycling leads back, and every stage has a way out."""

from __future__ import annotations

from revops_iac.model.lifecycle import Lifecycle
from revops_policies.examples import lifecycle_model
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds handoffs that lead back, recycling that leads forward, and stages that nothing leads out of."""
    lifecycle = subject.model.lifecycle
    if lifecycle is None or not lifecycle.stages:
        return
    order = {key: place for place, key in enumerate(lifecycle.stages)}
    yield from _back(lifecycle)
    yield from _forward(lifecycle, order)
    yield from _without_way_out(lifecycle)


def _back(lifecycle: Lifecycle) -> Violations:
    for key, handoff in lifecycle.handoffs.items():
        start, end = handoff.from_stage, handoff.to_stage
        if start is not None and end is not None and start not in lifecycle.order.before(end):
            message = f"it leads from {start} to {end}, which does not come after it"
            yield broken(f"lifecycle.handoffs.{key}", message, "swap from_stage and to_stage, or order the stages")


def _forward(lifecycle: Lifecycle, order: dict[str, int]) -> Violations:
    recycle = lifecycle.recycle
    from_stages = [one.from_stage for one in lifecycle.handoffs.values() if one.from_stage is not None]
    if recycle is not None and from_stages:
        first = min(from_stages, key=lambda stage: order[stage])
        if order[recycle.back_to] >= order[first]:
            message = f"a rejected lead goes to {recycle.back_to}, which does not come before {first}"
            yield broken("lifecycle.recycle.back_to", message, f"name a stage before {first}")


def _without_way_out(lifecycle: Lifecycle) -> Violations:
    for key, stage in lifecycle.stages.items():
        after = {one: lifecycle.stages[one] for one in lifecycle.stages if key in lifecycle.order.entered_from(one)}
        if after and not any((stage.exit, stage.exit_when, *(one.entry or one.entry_when for one in after.values()))):
            following = " and ".join(after)
            message = f"nothing leads out of it: it has no exit, and {following} after it no entry"
            yield broken(f"lifecycle.stages.{key}", message, f"add exit here, or entry to {following}")


_STAGES = "handoffs: {a: {from_stage: %s, to_stage: %s, sla: {decide: 24 hours}}}"
RULE = Rule(
    title="The lifecycle moves forward",
    why="a stage without a way out keeps its leads forever",
    applies_to="lifecycle.stages, lifecycle.handoffs, lifecycle.recycle",
    check=check,
    passing=lifecycle_model(_STAGES % ("lead", "mql")),
    failing=lifecycle_model(_STAGES % ("mql", "lead")),
)
