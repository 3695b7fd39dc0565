"""Pipeline configuration: the stages of a deal, what each requires, and what keeps the forecast honest."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from revops_iac.documents import tree
from revops_iac.documents.graph import Edge, Graph, Node
from revops_iac.documents.process import Fact, Process, coverage_blocks, field_blocks, references_in
from revops_iac.documents.words import capital, number, percent, spoken
from revops_iac.model.pipelines import DealStage, Pipeline


def document(process: Process) -> tree.Document | None:
    """The document, or None where the model has no pipeline."""
    pipelines = process.model.pipelines
    if not pipelines:
        return None
    owners = [stage.owner for one in pipelines.values() for stage in one.stages.values() if stage.owner]
    return tree.Document(
        "pipelines",
        "Pipeline configuration",
        "The stages of a deal with their probability, the fields that each stage requires, and the rules for stale "
        "deals and moved close dates.",
        ("sales", "executives", "customer_success", "admin"),
        process.words.owner(owners[0]) if owners else "",
        tuple(_blocks(process)),
        tuple(item for pipeline in pipelines.values() for item in _checklist(pipeline)),
    )


def picture(process: Process, key: str, pipeline: Pipeline) -> Graph:
    """The stages in order with what each requires; what lets a deal out stands on the arrows."""
    nodes, edges = [], []
    open_stages = [name for name, stage in pipeline.stages.items() if not stage.closed]
    for name, stage in pipeline.stages.items():
        needs = "; ".join(_needs(process, stage))
        label = f"{stage.label} · {percent(stage.probability)}" + (f"\nneeds {needs}" if needs else "")
        tone = {"won": "good", "lost": "bad"}.get(stage.closed or "", "plain")
        nodes.append(Node(name, label, "round" if stage.closed else "box", tone))  # type: ignore[arg-type]
    for one, other in pairwise(open_stages):
        edges.append(Edge(one, other, pipeline.stages[one].exit or ""))
    for name, stage in pipeline.stages.items():
        if stage.closed and open_stages:
            last = pipeline.stages[open_stages[-1]]
            won = stage.closed == "won"
            edges.append(Edge(open_stages[-1], name, (last.exit or "") if won else "at any stage", dashed=not won))
    stages = "; ".join(_in_words(process, stage) for stage in pipeline.stages.values())
    return Graph(
        f"pipeline-{key}", f"Pipeline {pipeline.label}", f"Stages in order: {stages}.", tuple(nodes), tuple(edges)
    )


def _in_words(process: Process, stage: DealStage) -> str:
    needs = "; ".join(_needs(process, stage)) or "nothing"
    return f"{stage.label} at {percent(stage.probability)}, requires {needs}"


def _blocks(process: Process) -> Iterator[Any]:
    for key, pipeline in process.model.pipelines.items():
        yield from _pipeline(process, key, pipeline)
    yield from coverage_blocks(process, "pipelines")
    yield from field_blocks(process, references_in(process.model.pipelines))


def _pipeline(process: Process, key: str, pipeline: Pipeline) -> Iterator[Any]:
    yield tree.Heading(pipeline.label)
    yield tree.Facts(_facts(process, key, pipeline))
    yield tree.Picture(picture(process, key, pipeline))
    rows = [
        process.row(
            ("pipelines", key, "stages", name),
            stage.label,
            percent(stage.probability),
            capital(spoken(stage.forecast)),
            process.words.team(stage.owner),
            "; ".join(_needs(process, stage)),
            stage.exit or "",
        )
        for name, stage in pipeline.stages.items()
    ]
    note = "A deal cannot enter a stage before the required fields are filled."
    columns = ("Stage", "Probability", "Forecast", "Owner", "Required fields", "Leaves when")
    title, caption = f"{pipeline.label}: stages in order", f"Stages of {pipeline.label} in order"
    yield from tree.section(title, caption, columns, rows, note, 3)
    details = [
        process.row(
            ("pipelines", key, "stages", name),
            tree.Code(name),
            stage.label,
            spoken(stage.closed) if stage.closed else "open",
            _exact_needs(stage),
            _limit(stage, pipeline),
        )
        for name, stage in pipeline.stages.items()
    ]
    exact = ("Key", "Stage", "State", "Required fields", "Average and stale after")
    caption = f"Exact values of the stages of {pipeline.label}"
    yield from tree.section(f"{pipeline.label}: exact values", caption, exact, details, level=3)


def _needs(process: Process, stage: DealStage) -> Iterator[str]:
    """What a stage requires: always, and under which condition."""
    words = process.words
    if stage.required_fields:
        yield ", ".join(words.fields(stage.required_fields, "deal"))
    for reference, when in stage.required_when.items():
        yield f"{words.field(reference, 'deal')} where {words.condition(when, 'deal')}"


def _exact_needs(stage: DealStage) -> tree.Text:
    always: list[tree.Text] = [tree.Code(str(ref)) for ref in stage.required_fields]
    asked: list[tree.Text] = [
        (tree.Code(str(ref)), " where ", tree.Code(when.render())) for ref, when in stage.required_when.items()
    ]
    return tree.joined([*always, *asked])


def _limit(stage: DealStage, pipeline: Pipeline) -> str:
    if stage.average_days is None:
        return ""
    multiple = pipeline.hygiene.stale_after_multiple
    stale = f", stale after {number(stage.average_days * multiple)} days" if multiple else ""
    return f"{number(stage.average_days)} days{stale}"


def _facts(process: Process, key: str, pipeline: Pipeline) -> tuple[tree.Row, ...]:
    hygiene, words = pipeline.hygiene, process.words
    multiple = hygiene.stale_after_multiple
    push = f"a later {words.field(hygiene.close_date_field, 'deal') or 'close date'}"
    given: list[Fact] = [
        ("Key", tree.Code(key)),
        ("Runs on", process.runner(pipeline.runs_on), "runs_on"),
        ("Covers deals where", words.applies_to(pipeline.applies_to, "deal"), "applies_to"),
        (
            "A deal is stale",
            f"after {number(multiple)} times the average days of its stage" if multiple else None,
            "hygiene.stale_after_multiple",
        ),
        ("A stale deal is marked in", words.field(hygiene.stale_field, "deal"), "hygiene.stale_field"),
        (
            "Close date",
            f"{push} needs a reason in {words.field(hygiene.push_reason_field, 'deal')}"
            if hygiene.push_reason_field
            else None,
        ),
        (
            "Time in the stage counts from",
            words.field(hygiene.stage_entered_field, "deal"),
            "hygiene.stage_entered_field",
        ),
        (
            "Why a deal is blocked stands in",
            words.field(hygiene.block_reason_field, "deal"),
            "hygiene.block_reason_field",
        ),
        ("Record type", _record_type(pipeline), "record_type"),
        ("Skipping a stage", "refused where the CRM can" if hygiene.no_skipping else "allowed", "hygiene.no_skipping"),
    ]
    return process.facts(("pipelines", key), given)


def _record_type(pipeline: Pipeline) -> str:
    """What is there already for a pipeline in a CRM that has record types."""
    one = pipeline.record_type
    if one is None:
        return ""
    process = f"; its process is {one.process}" if one.process else ""
    text = f", described as {one.process_description}" if one.process_description else ""
    shown = "a path shows what each stage needs" if one.path else "no path is made"
    access = "everybody in the model may choose it" if one.access else "who may choose it is left as it is"
    return f"one that is there already{process}{text}; {shown}; {access}"


def _checklist(pipeline: Pipeline) -> Iterator[tree.Item]:
    bare = [stage.label for stage in pipeline.stages.values() if not (stage.required_fields or stage.required_when)]
    yield tree.Item(f"{pipeline.label}: required fields of each stage", ", ".join(bare))
    unowned = [stage.label for stage in pipeline.stages.values() if not stage.owner]
    yield tree.Item(f"{pipeline.label}: owner of each stage", ", ".join(unowned))
    endless = [stage.label for stage in pipeline.stages.values() if not stage.closed and not stage.average_days]
    yield tree.Item(f"{pipeline.label}: average days of each open stage", ", ".join(endless))
    hygiene = pipeline.hygiene
    yield tree.Item(f"{pipeline.label}: stale alert", "" if hygiene.stale_after_multiple else "not set")
    yield tree.Item(f"{pipeline.label}: reason for a moved close date", "" if hygiene.push_reason_field else "no field")
