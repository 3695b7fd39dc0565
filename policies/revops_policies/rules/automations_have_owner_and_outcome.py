"""Every automation and every metric says who owns it, and every automation what it is for."""

from __future__ import annotations

from revops_policies.automations import automations
from revops_policies.rule import Parameters, Rule, Violations, broken, broken_by
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds automations without owner or outcome, metrics without owner, and raw automations without description."""
    automation, metrics = subject.model.automation, subject.model.metrics
    for key, workflow in (automation.workflows if automation is not None else {}).items():
        missing = [name for name in ("owner", "outcome") if not getattr(workflow, name)]
        if missing:
            yield broken(f"automation.workflows.{key}", f"there is no {' and no '.join(missing)}", "add it")
    for key, metric in (metrics.metrics if metrics is not None else {}).items():
        if metric.owner is None:
            yield broken(f"metrics.metrics.{key}", "there is no owner", "set owner to a person or team")
    for one in automations(subject):
        if not one.of_model and not one.resource.inputs.get("description"):
            yield broken_by(
                one.resource, "there is no description", "say in one sentence what it is for and who owns it"
            )


RULE = Rule(
    title="Automations have an owner and an outcome",
    why="nobody dares to change or delete an automation whose purpose nobody knows",
    applies_to="automation.workflows, metrics.metrics, raw workflows, flows and field updates",
    check=check,
    severity="medium",
    passing="people: {persons: {ann: {name: Ann, email: ann@example.com}}}\nautomation: {workflows: {stale: "
    "{does: stale_deal, outcome: no deal waits unseen, owner: ann}}}",
    failing="automation: {workflows: {stale: {does: stale_deal, outcome: no deal waits unseen}}}",
)
