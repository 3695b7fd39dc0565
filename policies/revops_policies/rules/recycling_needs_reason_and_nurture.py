"""A rejected lead is recycled only with a reason code, into a lower-frequency nurture, and recycled MQLs are apart."""

from __future__ import annotations

from revops_policies.examples import lifecycle_model
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds a recycle without reasons, without a nurture, or that mixes recycled MQLs with new ones."""
    lifecycle = subject.model.lifecycle
    if lifecycle is None or (stage := subject.model.qualified_stage()) is None:
        return
    recycle = lifecycle.recycle
    if recycle is None:
        yield broken(
            "lifecycle",
            f"there is a stage {lifecycle.stages[stage].label}, but no recycle for leads that sales rejects",
            "add lifecycle.recycle with status, back_to, reason_field, count_field and nurture",
        )
        return
    parts = {
        "reason codes (lifecycle.rejection_reasons)": lifecycle.rejection_reasons,
        "reason_field": recycle.reason_field,
        "nurture": recycle.nurture,
        "count_field": recycle.count_field,
        "first_date_field": recycle.first_date_field,
        "latest_date_field": recycle.latest_date_field,
    }
    for name, value in parts.items():
        if not value:
            yield broken("lifecycle.recycle", f"rejected leads are recycled without {name}", f"add {name}")


_REASONS = "rejection_reasons: {no_budget: No budget}"
_RECYCLE = (
    "recycle: {status: recycled, back_to: lead, reason_field: contact.rejection_reason, "
    "count_field: contact.recycle_count, first_date_field: contact.mql_date, "
    "latest_date_field: contact.latest_mql_date%s}"
)
RULE = Rule(
    title="Recycling needs a reason and a nurture",
    why="blind recycling wastes pipeline",
    applies_to="lifecycle.recycle, lifecycle.rejection_reasons",
    check=check,
    passing=lifecycle_model(_REASONS, _RECYCLE % ", nurture: {label: Slow, every_days: 30}"),
    failing=lifecycle_model(_REASONS, _RECYCLE % ""),
)
