"""Lifecycle auto-update: a person who meets the criteria moves stage by stage up to where the scores say."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model.automation import Workflow
from revops_iac.model.condition import Condition, FieldRef
from revops_iac.model.lifecycle import Lifecycle
from revops_salesforce.compiler.automation.enrollment import LAST_CHANGE, Enrollment, enrollment
from revops_salesforce.compiler.terms.compilation import Compilation
from revops_salesforce.compiler.terms.flows import AnyOf, Criterion, Flow, Node, Ref, Value
from revops_salesforce.compiler.terms.names import VENDOR_OBJECTS, lead_status, stage_value
from revops_salesforce.compiler.validation_rules import reachable

FIND_PERSON = "Find_Person"
Made = tuple[Flow, Enrollment]
Rule = tuple[str, list[Node], str | None]


def flows(compilation: Compilation, key: str, workflow: Workflow) -> Iterator[Made]:
    """Per object of the person, one flow for each stage with criteria; with `enrolls_when`, for the one it leads to."""
    lifecycle, desired = compilation.model.lifecycle, workflow.enrolls_when
    if lifecycle is None or lifecycle.field is None:
        return
    criteria = {key: stage.entry_when for key, stage in lifecycle.stages.items() if stage.entry_when is not None}
    if desired is not None:
        led_to = [key for key, condition in criteria.items() if condition == desired and lifecycle.order.before(key)]
        criteria = dict.fromkeys(led_to[:1], desired)
    for target, condition in criteria.items():
        for vendor_object in VENDOR_OBJECTS["contact"]:
            flow, enrolled = _flow(compilation, workflow, lifecycle, target, condition, vendor_object)
            if desired is None:
                flow.part = (target, *lifecycle.stages[target].was)
                flow.label += f": {lifecycle.stages[target].label}"
            yield flow, enrolled


def _flow(
    compilation: Compilation,
    workflow: Workflow,
    lifecycle: Lifecycle,
    target: str,
    condition: Condition,
    vendor_object: str,
) -> Made:
    model, scope = compilation.model, compilation.saving(vendor_object)
    path = scope.path(FieldRef(lifecycle.field or ""))
    way = lifecycle.order.steps_to(target)
    reached = [key for key in lifecycle.stages if key in way.values() or key == target]
    # A move that lacks a required field would be refused, and with it the save that set it off.
    needed = [field for key in reached for field in reachable(scope, model.required_fields(key))]
    stages = [stage_value(model, key) for key in way]
    tests: list[Criterion | AnyOf] = [
        AnyOf((Criterion(path, "IsNull", True), *(Criterion(path, "EqualTo", stage) for stage in stages))),
        *(Criterion(scope.path(field), "IsNull", False) for field in dict.fromkeys(needed)),
    ]
    enrolled = enrollment(compilation, workflow, vendor_object, tests, LAST_CHANGE, condition=condition)
    flow = Flow(workflow.label or "Lifecycle auto-update", workflow.outcome or "", enrolled.on_change())
    steps = {key: _advance(compilation, flow, lifecycle, key, vendor_object, way.get(key)) for key in reached}
    several = workflow.enrolls_when is None
    stage = f"{FIND_PERSON}.{path}" if several else f"$Record.{path}"
    rules: list[Rule] = [
        (f"Stands_At_{stage_value(model, key)}", [_at(stage, stage_value(model, key))], steps[following])
        for key, following in way.items()
    ]
    stays = [*_just_recycled(compilation, lifecycle, vendor_object), *_was_ready(compilation, workflow, enrolled)]
    if several:
        # Another flow of this save may have moved the person, which $Record does not show [K].
        rules.append(("Stands_Nowhere", [_is_blank(stage)], steps[target]))
        flow.decide("Where_Does_It_Stand", [*stays, *rules], None)
        first = flow.find(FIND_PERSON, vendor_object, {"Id": Ref("$Record.Id")}, "Where_Does_It_Stand")
    else:
        first = flow.decide("Where_Does_It_Stand", [*stays, *rules], steps[target])
    flow.start["connector"] = {"targetReference": first}
    return flow, enrolled


def _just_recycled(compilation: Compilation, lifecycle: Lifecycle, vendor_object: str) -> list[Rule]:
    """A lead recycled by this very save stays: its scores still are those of before, until the re-entry resets them."""
    if vendor_object != "Lead" or lifecycle.recycle is None or lifecycle.status_field is None:
        return []
    path = compilation.saving(vendor_object).path(FieldRef(lifecycle.status_field))
    recycled = {"stringValue": lead_status(lifecycle, lifecycle.recycle.status)}
    tests: list[Node] = [
        {"leftValueReference": f"$Record.{path}", "operator": "EqualTo", "rightValue": recycled},
        {"leftValueReference": f"$Record__Prior.{path}", "operator": "NotEqualTo", "rightValue": recycled},
    ]
    return [("Just_Recycled", tests, None)]


def _was_ready(compilation: Compilation, workflow: Workflow, enrolled: Enrollment) -> list[Rule]:
    """A person who stood here as ready before this save stays, unless they have just engaged."""
    fields = next((entry.fields for entry in compilation.model.scoring.values()), None)
    engaged = FieldRef(fields.last_engaged) if fields and fields.last_engaged else None
    path = compilation.saving(enrolled.vendor_object).path(engaged) if engaged else None
    conditions = enrolled.met_before(*([path] if path else []))
    return [("Was_Ready_Before", conditions, None)] if conditions and not workflow.backfill else []


def _at(reference: str, stage: str) -> dict[str, object]:
    return {"leftValueReference": reference, "operator": "EqualTo", "rightValue": {"stringValue": stage}}


def _is_blank(reference: str) -> dict[str, object]:
    return {"leftValueReference": reference, "operator": "IsNull", "rightValue": {"booleanValue": True}}


def _advance(
    compilation: Compilation, flow: Flow, lifecycle: Lifecycle, key: str, vendor_object: str, then: str | None
) -> str:
    """Writes one stage and its dates, then the next: no stage is skipped, so the rule against it lets them pass."""
    scope, stage = compilation.saving(vendor_object), lifecycle.stages[key]
    following = f"Advance_To_{stage_value(compilation.model, then)}" if then else None
    values: dict[str, Value] = {scope.path(FieldRef(lifecycle.field or "")): stage_value(compilation.model, key)}
    if stage.date_field and stage.date_field not in lifecycle.clocks(key):
        values[scope.path(FieldRef(stage.date_field))] = _first(compilation, flow, key, stage.date_field, vendor_object)
    for clock in lifecycle.clocks(key):
        values[scope.path(FieldRef(clock))] = _now(compilation, clock)
    return flow.update(f"Advance_To_{stage_value(compilation.model, key)}", values, following)


def _first(compilation: Compilation, flow: Flow, key: str, field: str, vendor_object: str) -> Ref:
    """The date a stage was first reached: what the record holds, else now."""
    scope, reference = compilation.saving(vendor_object), FieldRef(field)
    is_day = scope.type(reference) == "date"
    live = f"{{!$Record.{scope.path(reference)}}}"
    text = f"BLANKVALUE({live},{'TODAY()' if is_day else 'NOW()'})"
    return flow.formula(f"First_{key}", "Date" if is_day else "DateTime", text)


def _now(compilation: Compilation, field: str) -> Ref:
    model_field = compilation.model.field(field)
    is_day = model_field is not None and model_field.type == "date"
    return Ref("$Flow.CurrentDate" if is_day else "$Flow.CurrentDateTime")
