"""The six automations as HubSpot workflows, and the workflows that move engagement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from revops_hubspot.compiler.automations import (
    approval,
    closed_won_handoff,
    engagement,
    lifecycle_auto_update,
    mql_assignment,
    recycled_reentry,
    sla_breach,
    stage_block,
    stale_deal,
)
from revops_hubspot.compiler.automations.automation import Automation, Flow
from revops_hubspot.compiler.terms.compilation import Compilation
from revops_hubspot.compiler.terms.names import OBJECT_TYPES, SYSTEM
from revops_hubspot.inputs import WorkflowActivationInputs, WorkflowInputs
from revops_hubspot.workflows.words import vendor_inputs
from revops_iac.config.settings import Settings
from revops_iac.model import Model
from revops_iac.model.automation import Does, Workflow
from revops_iac.provider.declaration import Declaration, Path, without_go_live

FLOWS: Mapping[Does, Callable[[Automation], Iterable[Flow]]] = {
    "lifecycle_auto_update": lifecycle_auto_update.flows,
    "mql_assignment": mql_assignment.flows,
    "sla_breach": sla_breach.flows,
    "closed_won_handoff": closed_won_handoff.flows,
    "stale_deal": stale_deal.flows,
    "recycled_reentry": recycled_reentry.flows,
}
"""What an automation does -> what makes its workflows."""


def compile_automations(model: Model, settings: Settings) -> list[Declaration]:
    """The workflows of every automation, wherever it runs. Raises CannotCompile with all that the model leaves open."""
    compilation = Compilation(model, settings)
    declared = [one for key, workflow in _workflows(model).items() for one in _declared(compilation, key, workflow)]
    compilation.finish()
    return declared


def automations(compilation: Compilation) -> Iterator[Declaration]:
    """The workflows of the automations that run on HubSpot, and those that move engagement where scoring runs here."""
    for key, workflow in _workflows(compilation.model).items():
        if compilation.runs_here(workflow.runs_on):
            compilation.diagnostics.extend(without_go_live(compilation.settings, key, workflow))
            yield from _declared(compilation, key, workflow)
    if engagement.runs_here(compilation):
        yield from _beside(compilation, "lifecycle_auto_update", engagement.flows(compilation))
    yield from _beside(compilation, "stale_deal", stage_block.flows(compilation))
    yield from _beside(compilation, "stale_deal", approval.flows(compilation))


def _beside(compilation: Compilation, does: Does, flows: Iterable[tuple[Path, Flow]]) -> Iterator[Declaration]:
    """Workflows of other topics, each with its path there. They are enabled with an automation that does this."""
    doing = [one for one in _workflows(compilation.model).values() if one.does == does]
    enabled = any(one.enabled and compilation.runs_here(one.runs_on) for one in doing)
    with compilation.collecting():
        for path, flow in flows:
            yield from declarations(compilation, flow, enabled, path)


def _workflows(model: Model) -> dict[str, Workflow]:
    return dict(model.automation.workflows) if model.automation else {}


def _declared(compilation: Compilation, key: str, workflow: Workflow) -> list[Declaration]:
    declared: list[Declaration] = []
    with compilation.collecting():
        for flow in FLOWS[workflow.does](Automation(compilation, key, workflow)):
            origin = ("automation", "workflows", key)
            pinned = workflow.vendor_name_on(SYSTEM) is not None
            declared += declarations(compilation, flow, workflow.enabled, origin, pinned, workflow.adopt)
    return declared


def declarations(
    compilation: Compilation, flow: Flow, enabled: bool, origin: Path, pinned: bool = False, adopt: bool = False
) -> Iterator[Declaration]:
    """The workflow, which is made disabled, and its activation when it is enabled by name."""
    object_type = OBJECT_TYPES[flow.object]
    name = flow.title if pinned else compilation.names.title(flow.title)
    inputs: WorkflowInputs = {
        "object": object_type,
        "name": name,
        "enroll": flow.enroll.plain(),
        "steps": [step.plain() for step in flow.steps],
    }
    if flow.description is not None:
        inputs["description"] = flow.description
    if adopt:
        inputs["adopt"] = True
    key, earlier = f"{object_type}.{flow.key}", tuple(f"{object_type}.{old}" for old in flow.was)
    first = compilation.pipelines_in(vendor_inputs({**inputs}))
    yield Declaration("Workflow", key, {**inputs}, origin, earlier, pinned, depends_on=first)
    if enabled:
        activated = WorkflowActivationInputs(object=object_type, name=name)
        yield Declaration("WorkflowActivation", key, {**activated}, origin, earlier, pinned)
