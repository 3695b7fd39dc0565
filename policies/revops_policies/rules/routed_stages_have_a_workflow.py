"""Where leads are routed on reaching a stage, an automation assigns them there."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model import Model
from revops_iac.model.automation import Workflow
from revops_iac.model.condition import Compare
from revops_policies.examples import lifecycle_model
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds moments of a routing at which nothing routes."""
    model = subject.model
    if model.lifecycle is None or model.automation is None:
        return
    for key, routing in model.routing.items():
        for moment in routing.moments:
            stage = model.qualified_stage() if moment == "mql" else moment
            if stage in model.lifecycle.stages and not any(_assigns(model, key, stage)):
                label = model.lifecycle.stages[stage].label
                yield broken(
                    f"routing.{key}.moments",
                    f'nothing routes people who reach "{label}"',
                    f"add a workflow with does: mql_assignment, settings.routing: {key} and a handoff from {stage}, "
                    f"or remove {moment}",
                )


def _assigns(model: Model, routing: str, stage: str) -> Iterator[bool]:
    """Whether each workflow that assigns by the routing begins at the stage."""
    for workflow in (model.automation.workflows if model.automation else {}).values():
        if workflow.does == "mql_assignment" and (workflow.settings.routing or next(iter(model.routing))) == routing:
            yield stage in _stages(model, workflow)


def _stages(model: Model, workflow: Workflow) -> set[str]:
    """The stages at which a workflow begins: those its condition names, else that of its handoff."""
    lifecycle = model.lifecycle
    if lifecycle is None:
        return set()
    if workflow.enrolls_when is not None:
        asked = [one for one in workflow.enrolls_when.comparisons() if isinstance(one, Compare)]
        named = {str(value) for one in asked if one.field == lifecycle.field for value in one.values}
        scored = set(workflow.enrolls_when.fields()) & {entry.fields.ready for entry in model.scoring.values()}
        return named | ({model.qualified_stage() or ""} if scored else set())
    handoffs = lifecycle.handoffs
    key = workflow.settings.handoff or next(iter(handoffs), "")
    stage = handoffs[key].from_stage if key in handoffs else None
    return {stage or next(iter(lifecycle.stages), "")}


_ROUTING = """
routing: {inbound: {moments: [mql]}}
automation: {workflows: {assign: {does: mql_assignment, settings: {handoff: mql_to_sql}}}}
"""
_HANDOFF = "handoffs: {mql_to_sql: {from_stage: %s}}"
RULE = Rule(
    title="A routed stage has a workflow",
    why="a routing that no workflow runs assigns nobody",
    applies_to="routing.*.moments",
    check=check,
    passing=lifecycle_model(_HANDOFF % "mql") + _ROUTING,
    failing=lifecycle_model(_HANDOFF % "lead") + _ROUTING,
)
