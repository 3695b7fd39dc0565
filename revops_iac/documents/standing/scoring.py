"""What makes an MQL, and every point behind it: fit, engagement, negative signals, decay, thresholds, calibration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from revops_iac.documents.process import Fact, Process, coverage_blocks, field_blocks, references_in, region_blocks
from revops_iac.documents.tree import (
    Bar,
    Chart,
    Code,
    Document,
    Facts,
    Heading,
    Item,
    Paragraph,
    Row,
    Table,
    Text,
    joined,
)
from revops_iac.documents.words import capital, number, percent, spoken
from revops_iac.model.scoring import Decay, EngagementSignal, Scoring


def document(process: Process) -> Document | None:
    """The document, or None where the model scores nothing."""
    scorings = process.model.scoring
    if not scorings:
        return None
    qualified = _qualified(process)
    return Document(
        "scoring",
        f"{qualified} definition and scoring",
        f"When a lead counts as {qualified}, how many points each signal gives or takes, and how points fade.",
        ("marketing", "sales", "executives", "admin"),
        _owner(process),
        tuple(_blocks(process)),
        tuple(item for key, one in scorings.items() for item in _checklist(_label(key, one), one)),
    )


def _owner(process: Process) -> str:
    lifecycle = process.model.lifecycle
    qualified = process.model.qualified_stage()
    stage = lifecycle.stages[qualified] if lifecycle and qualified else None
    return process.words.owner(stage.owner) if stage and stage.owner else ""


def _qualified(process: Process) -> str:
    """The label of the stage that the scores lead to."""
    qualified = process.model.qualified_stage()
    return process.words.stage(qualified) if qualified else "MQL"


def _label(key: str, scoring: Scoring) -> str:
    return scoring.label or capital(spoken(key))


def _blocks(process: Process) -> Iterator[Any]:
    scorings = process.model.scoring
    if len(scorings) > 1:
        yield Paragraph("Each lead is scored by one model: the first of these, in this order, that covers the lead.")
    rows = [
        process.row(
            ("scoring", key),
            _label(key, one),
            capital(process.words.applies_to(one.applies_to, "contact")),
            _threshold(one.thresholds.fit),
            _threshold(one.thresholds.engagement),
            _threshold(one.thresholds.high_intent_fit),
        )
        for key, one in scorings.items()
    ]
    columns = ("Scoring model", "Covers leads where", "Fit at least", "Engagement at least", "Fit after high intent")
    qualified = _qualified(process)
    yield Heading(f"When a lead becomes {qualified}")
    yield Paragraph(
        f"A lead is ready for {qualified} when fit and engagement both reach their threshold, or after a high-intent "
        "action when fit reaches the last column."
    )
    yield Table("Thresholds of each scoring model", columns, tuple(rows))
    for key, scoring in scorings.items():
        yield from _scoring(process, key, scoring)
    yield from coverage_blocks(process, "scoring")
    yield from region_blocks(process, scorings)
    yield from field_blocks(process, references_in(scorings))


def _threshold(value: float | None) -> str:
    return "never" if value is None else number(value)


def _scoring(process: Process, key: str, scoring: Scoring) -> Iterator[Any]:
    label = _label(key, scoring)
    yield Heading(label)
    yield Facts(_facts(process, key, scoring))
    if any(signal.bands for signal in scoring.fit.values()):
        yield Chart(
            f"scoring-{key}",
            f"{label}: points of each signal",
            f"The most points that each signal of {label} gives, and what each negative signal takes.",
            tuple(_bars(scoring)),
        )
    yield from _fit(process, key, scoring, label)
    yield from _engagement(process, key, scoring, label)
    yield from _negative(process, key, scoring, label)
    yield from _company(process, key, scoring, label)
    yield from _exact(process, key, scoring, label)


def _bars(scoring: Scoring) -> Iterator[Bar]:
    for name, signal in scoring.fit.items():
        yield Bar(f"Fit: {signal.label or spoken(name)}", max(band.points for band in signal.bands))
    for name, action in scoring.engagement.items():
        yield Bar(f"Engagement: {action.label or spoken(name)}", action.points)
    for name, negative in scoring.negative.items():
        yield Bar(f"Negative: {negative.label or spoken(name)}", negative.points)


def _facts(process: Process, key: str, scoring: Scoring) -> tuple[Row, ...]:
    at, decay, again, check = scoring.thresholds, scoring.decay, scoring.recalibration, scoring.calibration
    limits = scoring.limits
    given: list[Fact] = [
        ("Key", Code(key)),
        ("Runs on", process.runner(scoring.runs_on), "runs_on"),
        ("Covers leads where", process.words.applies_to(scoring.applies_to, "contact"), "applies_to"),
        ("Fit threshold", _threshold(at.fit), "thresholds.fit"),
        ("Engagement threshold", _threshold(at.engagement), "thresholds.engagement"),
        ("Fit threshold after a high-intent action", _threshold(at.high_intent_fit), "thresholds.high_intent_fit"),
        ("Fit ranges from", f"{number(limits.fit[0])} to {number(limits.fit[1])}", "limits.fit"),
        (
            "Engagement ranges from",
            f"{number(limits.engagement[0])} to {number(limits.engagement[1])}",
            "limits.engagement",
        ),
        ("Engagement loses", _decay(decay) if decay else "nothing with time", "decay"),
        ("Checked against history", _calibration(scoring) if check else None, "calibration"),
        ("Checked again", f"{again.every}, next on {again.next.isoformat()}" if again else None, "recalibration"),
        ("High volume", "yes, so it is checked every month" if scoring.high_volume else None, "high_volume"),
        (
            "Kept in",
            joined(
                [
                    (f"{spoken(name)} in {process.words.field(ref)} (", Code(str(ref)), ")")
                    for name, ref in _kept(scoring)
                ]
            ),
            "fields",
        ),
    ]
    return process.facts(("scoring", key), given)


def _decay(decay: Decay) -> str:
    share = f"{number(decay.percent)}%"
    return f"{share} after {decay.after_days} days without activity, again every {decay.every_days} days"


def _kept(scoring: Scoring) -> Iterator[tuple[str, str]]:
    for name in type(scoring.fields).model_fields:
        if (reference := getattr(scoring.fields, name)) is not None:
            yield name, reference


def _calibration(scoring: Scoring) -> str:
    check = scoring.calibration
    if check is None or check.date is None:
        return f"no: {check.no_history}" if check else ""
    shares = f"precision {percent(check.precision or 0)}, recall {percent(check.recall or 0)}"
    lift = f", lift {number(check.lift)}" if check.lift is not None else ""
    data = f" (data {check.data_hash})" if check.data_hash else ""
    return f"on {check.date.isoformat()}, {check.sample_size:,} records: {shares}{lift}{data}"


def _fit(process: Process, key: str, scoring: Scoring, label: str) -> Iterator[Any]:
    if not scoring.fit:
        return
    yield Heading(f"{label}: fit, who the person is", 3)
    yield Paragraph("Of each signal the first line that is true counts.")
    rows = [
        process.row(
            ("scoring", key, "fit", name, "bands", at, "points"),
            signal.label or capital(spoken(name)),
            process.words.condition(band.when),
            number(band.points),
        )
        for name, signal in scoring.fit.items()
        for at, band in enumerate(signal.bands)
    ]
    yield Table(f"Fit points of {label}", ("Signal", "When", "Points"), tuple(rows))


def _engagement(process: Process, key: str, scoring: Scoring, label: str) -> Iterator[Any]:
    if not scoring.engagement:
        return
    yield Heading(f"{label}: engagement, what the person does", 3)
    rows = [
        process.row(
            ("scoring", key, "engagement", name, "points"),
            signal.label or capital(spoken(name)),
            _points(signal),
            "yes" if signal.high_intent else "no",
            _sources(process, signal),
        )
        for name, signal in scoring.engagement.items()
    ]
    yield Table(f"Engagement points of {label}", ("Signal", "Points", "High intent", "Counted from"), tuple(rows))


def _points(signal: EngagementSignal) -> str:
    """The points, and how often it must happen for them."""
    if signal.times is None:
        return number(signal.points)
    return f"{number(signal.points)} for {signal.times} times in {signal.within_days} days"


def _sources(process: Process, signal: EngagementSignal) -> Text:
    labels = {system.name: system.label for system in process.systems}
    found: list[Text] = []
    for system, source in signal.sources.items():
        for what, name in source.items():
            found.append((f"{labels.get(system, system)}: {spoken(what)} ", Code(name)))
    return joined(found, "; ") if found else "counted manually"


def _negative(process: Process, key: str, scoring: Scoring, label: str) -> Iterator[Any]:
    if not scoring.negative:
        return
    yield Heading(f"{label}: negative signals", 3)
    rows = [
        process.row(
            ("scoring", key, "negative", name, "points"),
            signal.label or capital(spoken(name)),
            process.words.condition(signal.when),
            number(signal.points),
            signal.dimension,
        )
        for name, signal in scoring.negative.items()
    ]
    yield Table(f"Negative points of {label}", ("Signal", "When", "Points", "Taken from"), tuple(rows))


def _company(process: Process, key: str, scoring: Scoring, label: str) -> Iterator[Any]:
    """The score of the company, beside that of its people."""
    company = scoring.company
    if company is None:
        return
    yield Heading(f"{label}: score of the company", 3)
    path = ("scoring", key, "company")
    low, high = company.limits
    kept = (f"{process.words.field(company.field, 'company')} (", Code(str(company.field)), ")")
    given: list[Fact] = [("Kept in", kept, "field"), ("Ranges from", f"{number(low)} to {number(high)}", "limits")]
    yield Facts(process.facts(path, given))
    rows = [
        process.row(
            (*path, "fit", name, "bands", at, "points"),
            signal.label or capital(spoken(name)),
            process.words.condition(band.when),
            number(band.points),
        )
        for name, signal in company.fit.items()
        for at, band in enumerate(signal.bands)
    ]
    rows += [
        process.row(
            (*path, "negative", name, "points"),
            signal.label or capital(spoken(name)),
            process.words.condition(signal.when),
            number(signal.points),
        )
        for name, signal in company.negative.items()
    ]
    yield Table(f"Points of a company, {label}", ("Signal", "When", "Points"), tuple(rows))


def _exact(process: Process, key: str, scoring: Scoring, label: str) -> Iterator[Any]:
    """Every condition as the model spells it, for whoever builds it."""
    rows = [
        process.row(
            ("scoring", key, "fit", name, "bands", at, "when"), Code(f"fit.{name}.{at + 1}"), Code(band.when.render())
        )
        for name, signal in scoring.fit.items()
        for at, band in enumerate(signal.bands)
    ]
    rows += [
        process.row(("scoring", key, "negative", name, "when"), Code(f"negative.{name}"), Code(signal.when.render()))
        for name, signal in scoring.negative.items()
    ]
    if rows:
        yield Heading(f"{label}: exact conditions", 3)
        yield Table(f"Exact conditions of {label}", ("Entry", "Condition"), tuple(rows))


def _checklist(label: str, scoring: Scoring) -> Iterator[Item]:
    yield Item(f"{label}: fit signals", "" if scoring.fit else "none")
    yield Item(f"{label}: engagement signals", "" if scoring.engagement else "none")
    yield Item(f"{label}: negative signals", "" if scoring.negative else "none")
    yield Item(f"{label}: decay of engagement", "" if scoring.decay else "none")
    both = scoring.thresholds.fit is not None and scoring.thresholds.engagement is not None
    yield Item(f"{label}: thresholds for fit and engagement", "" if both else "one of them is not set")
    yield Item(f"{label}: date of the next recalibration", "" if scoring.recalibration else "not set")
    known = scoring.calibration is not None and scoring.calibration.no_history is None
    reason = scoring.calibration.no_history if scoring.calibration else "not done"
    yield Item(f"{label}: thresholds checked against history", "" if known else f"{reason}")
