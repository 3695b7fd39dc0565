"""Stale deal: every day, a deal that is in its stage for too long is flagged and its owner gets a task."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model.automation import Workflow
from revops_iac.model.condition import FieldRef
from revops_iac.model.pipelines import Pipeline
from revops_salesforce.compiler.automation.closed_won_handoff import deal_kinds, monitored, stage_entered
from revops_salesforce.compiler.automation.enrollment import Enrollment, enrollment, go_live
from revops_salesforce.compiler.pipelines import OBJECT, STAGE, covered
from revops_salesforce.compiler.terms.compilation import Compilation
from revops_salesforce.compiler.terms.conditions import both, formula, number, opposite, quoted
from revops_salesforce.compiler.terms.flows import Criterion, Flow, Ref, Value, holds
from revops_salesforce.compiler.terms.names import deal_stage_value

RUNS_AT = "06:00"
NEVER = 100_000
"""Days: no deal waits that long."""


def flows(compilation: Compilation, key: str, workflow: Workflow) -> Iterator[tuple[Flow, Enrollment]]:
    """One scheduled flow, on Opportunity: it also takes the flag back from deals that moved on."""
    since = stage_entered(compilation, workflow)
    if since == "CloseDate" or not any(_is_timed(pipeline) for _, pipeline in monitored(compilation, workflow)):
        return
    tests = [Criterion("IsClosed", "EqualTo", False), *deal_kinds(compilation, workflow)]
    enrolled = enrollment(compilation, workflow, OBJECT, tests, since, since_is_day=_is_day(compilation, workflow))
    flow = Flow(workflow.label or "Stale deal", workflow.outcome or "")
    flow.start = enrolled.daily(go_live(compilation, as_day=True), workflow.settings.runs_at or RUNS_AT)
    flow.start["connector"] = {"targetReference": _elements(compilation, flow, workflow, since)}
    yield flow, enrolled


def _is_timed(pipeline: Pipeline) -> bool:
    return bool(pipeline.hygiene.stale_after_multiple and any(one.average_days for one in pipeline.stages.values()))


def _is_day(compilation: Compilation, workflow: Workflow) -> bool:
    fields = [pipeline.hygiene.stage_entered_field for _, pipeline in monitored(compilation, workflow)]
    field = compilation.model.field(next(one for one in fields if one))
    return bool(field and field.type == "date")


def _elements(compilation: Compilation, flow: Flow, workflow: Workflow, since: str) -> str:
    scope = compilation.saving(OBJECT).in_flow
    now = "TODAY()" if _is_day(compilation, workflow) else "NOW()"
    waits = [f"{now}-{{!$Record.{since}}}>{_limit(compilation, workflow)}"]
    if workflow.enrolls_when:
        waits.append(formula(workflow.enrolls_when, scope))
    flag = next((p.hygiene.stale_field for _, p in monitored(compilation, workflow) if p.hygiene.stale_field), None)
    stale = flow.formula("Waits_Too_Long", "Boolean", both(waits))
    task = flow.create("Create_Task", "Task", _task())
    if flag is None:
        return flow.decide("Is_It_Stale", [("Stale", [holds(stale)], task)], None)
    path = compilation.saving(OBJECT).path(FieldRef(flag))
    newly = flow.formula("Is_Newly_Stale", "Boolean", both([f"{{!{stale}}}", f"NOT({{!$Record.{path}}})"]))
    over = flow.formula("Moved_On", "Boolean", both([opposite(f"{{!{stale}}}"), f"{{!$Record.{path}}}"]))
    flow.update("Flag_Deal", {path: True}, task)
    flow.update("Take_Flag_Back", {path: False})
    rules = [("Stale", [holds(newly)], "Flag_Deal"), ("Not_Stale_Any_More", [holds(over)], "Take_Flag_Back")]
    return flow.decide("Is_It_Stale", rules, None)


def _task() -> dict[str, Value]:
    return {
        "Subject": "Stale deal: move it on, or close it",
        "WhatId": Ref("$Record.Id"),
        "OwnerId": Ref("$Record.OwnerId"),
        "ActivityDate": Ref("$Flow.CurrentDate"),
        "Priority": "Normal",
        "Status": "Not Started",
    }


def _limit(compilation: Compilation, workflow: Workflow) -> str:
    """Days after which a deal is stale, by the stage it is in and the pipeline that covers it."""
    text = str(NEVER)
    for key, pipeline in reversed(monitored(compilation, workflow)):
        multiple = pipeline.hygiene.stale_after_multiple or 0
        pairs = [
            f"{quoted(deal_stage_value(compilation.model, key, stage_key))},{number(stage.average_days * multiple)}"
            for stage_key, stage in pipeline.stages.items()
            if stage.average_days and multiple and not stage.closed
        ]
        days = f"CASE({{!$Record.{STAGE}}},{','.join(pairs)},{NEVER})" if pairs else str(NEVER)
        test = covered(compilation, pipeline.applies_to, in_flow=True)
        text = days if test == "TRUE" else f"IF({test},{days},{text})"
    return text
