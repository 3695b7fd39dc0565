"""The six automations as flows. Every one compiles; only those that run on Salesforce are deployed, all of them off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from revops_iac.declaration import Declaration
from revops_iac.kind import Reference
from revops_iac.model import Model
from revops_iac.model.automation import Does, Workflow
from revops_iac.model.checks import Finding
from revops_iac.settings import Settings
from revops_salesforce.compiler.automation import (
    closed_won_handoff,
    lifecycle_auto_update,
    mql_assignment,
    recycled_reentry,
    sla_breach,
    stale_deal,
)
from revops_salesforce.compiler.automation.enrolment import Enrolment
from revops_salesforce.compiler.compilation import Compilation, declaration
from revops_salesforce.flows import Flow
from revops_salesforce.formulas import runs_here
from revops_salesforce.names import developer_name

__all__ = ["automations", "compile_automations"]

FLOWS: Mapping[Does, Callable[[Compilation, str, Workflow], Iterable[tuple[Flow, Enrolment]]]] = {
    "lifecycle_auto_update": lifecycle_auto_update.flows,
    "mql_assignment": mql_assignment.flows,
    "sla_breach": sla_breach.flows,
    "closed_won_handoff": closed_won_handoff.flows,
    "stale_deal": stale_deal.flows,
    "recycled_reentry": recycled_reentry.flows,
}


def compile_automations(model: Model, settings: Settings) -> Mapping[str, list[Declaration]]:
    """The flows and activations of every workflow, by its key, wherever it runs. Raises CannotCompile."""
    compilation = Compilation(model, settings)
    workflows = model.automation.workflows if model.automation else {}
    made = {key: list(_declarations(compilation, key, workflow)) for key, workflow in workflows.items()}
    compilation.finish()
    return made


def automations(compilation: Compilation) -> Iterator[Declaration]:
    """The flows of the workflows that run on Salesforce, and an activation for each that is enabled."""
    automation = compilation.model.automation
    for key, workflow in (automation.workflows if automation else {}).items():
        if not runs_here(compilation.model, workflow.runs_on):
            continue
        if workflow.enabled and not workflow.backfill and compilation.settings.go_live is None:
            compilation.findings.append(_no_go_live(key))
        yield from _declarations(compilation, key, workflow)


def _no_go_live(key: str) -> Finding:
    said = "is enabled, but the stack names no go-live date, so it would enrol nobody"
    fix = "set revops:goLive in the stack config, such as 2027-01-15, or say backfill: true"
    return Finding(("automation", "workflows", key), said, fix)


def _declarations(compilation: Compilation, key: str, workflow: Workflow) -> Iterator[Declaration]:
    with compilation.collecting(("automation", "workflows", key)):
        made = list(FLOWS[workflow.does](compilation, key, workflow))
        for flow, enrolled in made:
            yield from _resources(compilation, key, workflow, flow, enrolled, several=len(made) > 1)


def _resources(
    compilation: Compilation, key: str, workflow: Workflow, flow: Flow, enrolled: Enrolment, *, several: bool
) -> Iterator[Declaration]:
    origin, form = ("automation", "workflows", key), f"{enrolled.vendor_object}.{{}}"
    suffix = f"_{enrolled.vendor_object}" if several else ""
    name = developer_name(compilation.model, key, workflow) + suffix
    pin = developer_name(compilation.model, workflow.was[0]) if workflow.was else None
    inputs: dict[str, object] = {"name": name, "label": flow.label, "description": flow.description or None}
    made = declaration("Flow", form, key, workflow, origin, {**inputs, "definition": flow.definition()}, pin)
    yield replace(made, depends_on=tuple(Reference("Queue", queue) for queue in flow.queues))
    if workflow.enabled:
        enabled = declaration("FlowActivation", form, key, workflow, origin, {"name": name}, pin)
        yield replace(enabled, inputs={"name": name})
