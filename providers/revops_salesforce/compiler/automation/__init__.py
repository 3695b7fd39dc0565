"""The six automations as flows. Every one compiles; only those that run on Salesforce are deployed, all of them off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from revops_iac.config.settings import Settings
from revops_iac.diagnostics import Diagnostic, model_error
from revops_iac.model import Model
from revops_iac.model.automation import Does, Workflow
from revops_iac.provider.declaration import Declaration, without_go_live
from revops_iac.provider.kind import Reference
from revops_salesforce.compiler.automation import (
    closed_won_handoff,
    engagement,
    lifecycle_auto_update,
    mql_assignment,
    recycled_reentry,
    sla_breach,
    stale_deal,
)
from revops_salesforce.compiler.automation.enrollment import Enrollment
from revops_salesforce.compiler.terms.compilation import Compilation, declaration, derived
from revops_salesforce.compiler.terms.flows import Flow
from revops_salesforce.compiler.terms.names import developer_name, title
from revops_salesforce.compiler.terms.scoring import runs_here
from revops_salesforce.inputs import FlowActivationInputs

__all__ = ["automations", "compile_automations"]

FLOWS: Mapping[Does, Callable[[Compilation, str, Workflow], Iterable[tuple[Flow, Enrollment]]]] = {
    "lifecycle_auto_update": lifecycle_auto_update.flows,
    "mql_assignment": mql_assignment.flows,
    "sla_breach": sla_breach.flows,
    "closed_won_handoff": closed_won_handoff.flows,
    "stale_deal": stale_deal.flows,
    "recycled_reentry": recycled_reentry.flows,
}
NEEDS: Mapping[Does, str] = {
    "lifecycle_auto_update": "lifecycle.field, and a stage with entry_when: any, or a later one with its enrolls_when",
    "mql_assignment": "settings.routing, and settings.handoff with a from_stage",
    "sla_breach": "settings.handoff with a from_stage, a clock_field and met_by for its SLA",
    "closed_won_handoff": "settings.handoff with an accountable person, or a team that has a manager",
    "stale_deal": "a pipeline with average_days, hygiene.stale_after_multiple and hygiene.stage_entered_field",
    "recycled_reentry": "enrolls_when and lifecycle.recycle",
}
"""What a flow cannot be made without."""


def compile_automations(model: Model, settings: Settings) -> list[Declaration]:
    """The flows and activations of every automation, wherever it runs. Raises CannotCompile."""
    compilation = Compilation(model, settings)
    made = [one for key, workflow in _workflows(model).items() for one in _declarations(compilation, key, workflow)]
    compilation.finish(made)
    return made


def automations(compilation: Compilation) -> Iterator[Declaration]:
    """The flows of the automations that run on Salesforce, and those that move engagement where scoring runs here."""
    for key, workflow in _workflows(compilation.model).items():
        if not runs_here(compilation.model, workflow.runs_on):
            continue
        compilation.diagnostics.extend(without_go_live(compilation.settings, key, workflow))
        yield from _declarations(compilation, key, workflow)
    yield from _engagement(compilation)


def _workflows(model: Model) -> dict[str, Workflow]:
    return dict(model.automation.workflows) if model.automation else {}


def _engagement(compilation: Compilation) -> Iterator[Declaration]:
    readers = [one for one in _workflows(compilation.model).values() if one.does == "lifecycle_auto_update"]
    enabled = any(one.enabled and runs_here(compilation.model, one.runs_on) for one in readers)
    with compilation.collecting(("scoring",)):
        for key, vendor_object, flow in engagement.flows(compilation):
            name = (
                f"{compilation.prefix}{title(key)}{'' if vendor_object == engagement.MEMBER else f'_{vendor_object}'}"
            )
            yield derived("Flow", f"{vendor_object}.{key}", ("scoring",), _inputs(name, flow))
            if enabled:
                yield derived("FlowActivation", f"{vendor_object}.{key}", ("scoring",), FlowActivationInputs(name=name))


def _lacks(key: str, workflow: Workflow) -> Diagnostic:
    message = f"the model is incomplete for the flow {workflow.does}"
    return model_error(("automation", "workflows", key), message, f"add {NEEDS[workflow.does]}")


def _declarations(compilation: Compilation, key: str, workflow: Workflow) -> Iterator[Declaration]:
    with compilation.collecting(("automation", "workflows", key)):
        made = list(FLOWS[workflow.does](compilation, key, workflow))
        if not made:
            compilation.diagnostics.append(_lacks(key, workflow))
        for flow, enrolled in made:
            yield from _resources(compilation, key, workflow, flow, enrolled, several=len(made) > 1)


def _resources(
    compilation: Compilation, key: str, workflow: Workflow, flow: Flow, enrolled: Enrollment, *, several: bool
) -> Iterator[Declaration]:
    part, *earlier = flow.part or ("",)
    origin, form = ("automation", "workflows", key), f"{enrolled.vendor_object}.{{}}{part and f'_{part}'}"
    suffix = (f"_{title(earlier[0] if earlier else part)}" if part else "") + (
        f"_{enrolled.vendor_object}" if several else ""
    )
    name = developer_name(compilation.model, key, workflow) + suffix
    pin = developer_name(compilation.model, workflow.was[0]) if workflow.was else None
    made = declaration("Flow", form, key, workflow, origin, _inputs(name, flow), pin)
    was = (*made.was, *(f"{enrolled.vendor_object}.{one}_{old}" for one in (key, *workflow.was) for old in earlier))
    yield replace(made, was=was, depends_on=tuple(Reference("Queue", queue) for queue in flow.queues))
    if workflow.enabled:
        enabled = declaration("FlowActivation", form, key, workflow, origin, FlowActivationInputs(name=name), pin)
        yield replace(enabled, was=was, inputs={"name": name})


def _inputs(name: str, flow: Flow) -> dict[str, object]:
    described = {"description": flow.description} if flow.description else {}
    return {"name": name, "label": flow.label, **described, "definition": flow.definition()}
