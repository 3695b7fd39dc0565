"""Every handoff has an SLA, a way it is tracked and an accountable owner."""

from __future__ import annotations

from revops_iac.model import Model
from revops_iac.model.lifecycle import Handoff, Lifecycle
from revops_policies.examples import lifecycle_model
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds handoffs that lack a part, and neighboring stages of different owners without any handoff."""
    lifecycle = subject.model.lifecycle
    if lifecycle is None:
        return
    for key, handoff in lifecycle.handoffs.items():
        if missing := _missing(handoff):
            yield broken(
                f"lifecycle.handoffs.{key}",
                f"it has no {' and no '.join(missing)}",
                "add sla, tracked_by and accountable",
            )
        for name, length in handoff.sla.items():
            if length.amount <= 0:
                where = f"lifecycle.handoffs.{key}.sla.{name}"
                yield broken(where, f"{length} is over before it begins", "write a length such as 4 business hours")
    if lifecycle.stages and not lifecycle.handoffs and len(_owners(lifecycle)) > 1:
        yield broken(
            "lifecycle",
            f"the stages belong to {', '.join(_owners(lifecycle))}, and no handoff between them is defined",
            "define each change of owner under lifecycle.handoffs, with its SLA",
        )
    elif lifecycle.handoffs:
        yield from _without_handoff(lifecycle, subject.model)


def _without_handoff(lifecycle: Lifecycle, model: Model) -> Violations:
    """Changes of owner from the qualified stage on to which no handoff leads."""
    qualified, teams = model.qualified_stage(), model.people.teams
    reached = {one.to_stage for one in lifecycle.handoffs.values()}
    for key, stage in lifecycle.stages.items():
        for before in lifecycle.order.entered_from(key):
            is_later = before == qualified or qualified in lifecycle.order.before(before)
            giver = lifecycle.stages[before].then or lifecycle.stages[before].owner
            if is_later and key not in reached and giver and stage.owner and giver != stage.owner:
                names = [teams[one].label if one in teams else one for one in (giver, stage.owner)]
                message = f"{names[0]} hands over to {names[1]} here, and no handoff leads to it"
                fix = f"add one from {before} to {key} under lifecycle.handoffs, with its SLA"
                yield broken(f"lifecycle.stages.{key}", message, fix)


def _missing(handoff: Handoff) -> list[str]:
    parts = {"SLA": handoff.sla, "tracking": handoff.tracked_by, "accountable owner": handoff.accountable}
    return [name for name, value in parts.items() if not value]


def _owners(lifecycle: Lifecycle) -> list[str]:
    return list(dict.fromkeys(stage.owner for stage in lifecycle.stages.values() if stage.owner))


_SLA = "sla: {decide: 24 hours}"
RULE = Rule(
    title="Every handoff has an SLA, tracking and an owner",
    why="unmeasured handoffs leak",
    applies_to="lifecycle.handoffs",
    check=check,
    passing=lifecycle_model(f"handoffs: {{a: {{{_SLA}, tracked_by: [contact.mql_date], accountable: ann}}}}"),
    failing=lifecycle_model(f"handoffs: {{a: {{{_SLA}}}}}"),
)
