"""An evaluation as a document: printed as text or Markdown like any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from revops_iac.analysis.comparison import Disagreement
from revops_iac.analysis.evaluation import Clock, Evaluation, Reason, Scored, Stage
from revops_iac.documents.process import Process
from revops_iac.documents.tree import Block, Bullets, Document, Facts, Heading, Paragraph, Row, Table
from revops_iac.documents.words import capital, number


def document(
    process: Process,
    title: str,
    evaluation: Evaluation,
    apart: Sequence[Disagreement] = (),
    unread: Mapping[str, str] | None = None,
) -> Document:
    """The explanation of one record."""
    summary = f"What the model of {process.environment} says of {title}."
    blocks = tuple(_blocks(process, evaluation, apart, unread or {}))
    return Document("explanation", title, summary, ("sales", "marketing", "admin"), "", blocks)


def _blocks(
    process: Process, evaluation: Evaluation, apart: Sequence[Disagreement], unread: Mapping[str, str]
) -> Iterator[Block]:
    if apart:
        yield Heading("Model and CRM disagree")
        yield Bullets(tuple(f"{one.subject}: {_sides(one)}. Likely cause: {one.cause}." for one in apart))
    if unread:
        yield Heading("Not read")
        yield Bullets(tuple(f"{name}: {why}" for name, why in unread.items()))
    if evaluation.stage:
        yield from _stage(evaluation.stage)
    if evaluation.scored:
        yield from _scored(process, evaluation.scored)
    for routed in evaluation.routed:
        yield Heading(f"Owner: {routed.routing}")
        when = [Row(("Runs when", capital(routed.when)))] if routed.when else []
        yield Facts((*when, Row(("Goes to", routed.owner))))
        rows = tuple(Row((capital(one.subject), "takes it" if one.holds else "no", one.why)) for one in routed.rules)
        yield Table("Routing rules in order", ("Rule", "Result", "Why"), rows)
    if evaluation.clocks:
        yield Heading("Time limits")
        columns = ("Handoff", "What", "Within", "Clock started", "Due", "State")
        yield Table("Time limits", columns, tuple(_clock(one) for one in evaluation.clocks))
    yield from _deal(evaluation)


def _sides(one: Disagreement) -> str:
    return ", ".join(f"{name} says {value}" for name, value in one.values.items())


def _stage(stage: Stage) -> Iterator[Block]:
    yield Heading("Stage")
    yield Facts((Row(("Now in", stage.label)),))
    rows = tuple(_reason_row(one) for one in stage.entries)
    yield Table("Entry conditions", ("Stage", "Condition met", "Because"), rows)
    for label, lacking in stage.next_needs.items():
        needs = f"lacks {', '.join(lacking)}" if lacking else "lacks no required field"
        yield Paragraph(f"For {label} the record {needs}.")


def _reason_row(one: Reason) -> Row:
    return Row((one.subject, "yes" if one.holds else "no", one.why))


def _scored(process: Process, scored: Scored) -> Iterator[Block]:
    yield Heading("Score")
    yield Facts(
        process.facts(
            ("scoring", scored.entry),
            [
                ("Scoring model", scored.label),
                ("Fit", number(scored.fit)),
                ("Engagement", number(scored.engagement)),
                ("Total", number(scored.total)),
                ("Company score", number(scored.company) if scored.company is not None else None),
                ("Ready as MQL", "yes" if scored.ready else "no"),
                ("Decay", scored.decay),
            ],
        )
    )
    yield Table("Thresholds", ("What", "Reached", "Figures"), tuple(_reason_row(one) for one in scored.steps))
    rows = tuple(Row((capital(one.part), one.label, number(one.points), one.why)) for one in scored.signals)
    yield Table("Signals", ("Part", "Signal", "Points", "Because"), rows)


def _clock(one: Clock) -> Row:
    return Row((one.handoff, one.what, one.within, _when(one.started), _when(one.due), one.state))


def _when(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M %Z").strip() if moment else ""


def _deal(evaluation: Evaluation) -> Iterator[Any]:
    if evaluation.reviews:
        yield Heading("Deal desk review")
        yield Bullets(tuple(capital(one) for one in evaluation.reviews))
    if evaluation.approvals:
        yield Heading("Approvals")
        rows = tuple(Row((one.tier, capital(one.approvers), one.why)) for one in evaluation.approvals)
        yield Table("Approvals that the deal needs", ("Tier", "Approved by", "Because"), rows)
    for label, lacking in evaluation.deal_needs.items():
        needs = f"lacks {', '.join(lacking)}" if lacking else "lacks no required field"
        yield Paragraph(f"For {label} the deal {needs}.")
