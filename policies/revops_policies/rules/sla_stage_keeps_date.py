"""The stage that starts an SLA keeps the date it was reached, so that the clock can be read."""

from __future__ import annotations

from revops_policies.examples import lifecycle_model
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds handoffs whose first stage leaves no date, so that its SLA cannot be measured."""
    lifecycle = subject.model.lifecycle
    if lifecycle is None:
        return
    for key, handoff in lifecycle.handoffs.items():
        stage = lifecycle.stages.get(handoff.from_stage or "")
        if handoff.sla and stage is not None and stage.date_field is None:
            yield broken(
                f"lifecycle.stages.{handoff.from_stage}",
                f'handoff "{key}" has an SLA, but the stage keeps no date to count from',
                "add date_field to the stage",
            )


_HANDOFF = "handoffs: {mql_to_sql: {from_stage: mql, to_stage: lead, sla: {decide: 48 hours}}}"
RULE = Rule(
    title="Stages that start an SLA keep a date",
    why="an SLA without a start can be neither met nor breached",
    applies_to="lifecycle.handoffs, lifecycle.stages",
    check=check,
    severity="medium",
    passing=lifecycle_model(_HANDOFF).replace("label: MQL,", "label: MQL, date_field: contact.mql_date,"),
    failing=lifecycle_model(_HANDOFF),
)
