"""What makes an MQL, and every point behind it: fit, engagement, negative signals, decay, thresholds, calibration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from revops_iac.documents import tree
from revops_iac.documents.process import (
    Fact,
    Path,
    Process,
    coverage_blocks,
    field_blocks,
    references_in,
    region_blocks,
)
from revops_iac.documents.words import capital, label, number, percent, spoken
from revops_iac.model.scoring import Decay, EngagementSignal, FitSignal, Scoring


def document(process: Process) -> tree.Document | None:
    """The document, or None where the model scores nothing."""
    scorings = process.model.scoring
    if not scorings:
        return None
    qualified = _qualified(process)
    return tree.Document(
        "scoring",
        f"{qualified} definition and scoring",
        f"When a lead counts as {qualified}, how many points each signal gives or takes, and how points fade.",
        ("marketing", "sales", "executives", "admin"),
        _owner(process),
        tuple(_blocks(process)),
        tuple(item for key, one in scorings.items() for item in _checklist(label(key, one), one)),
    )


def _owner(process: Process) -> str:
    lifecycle = process.model.lifecycle
    qualified = process.model.qualified_stage()
    return process.words.owner(lifecycle.stages[qualified].owner) if lifecycle and qualified else ""


def _qualified(process: Process) -> str:
    """The label of the stage that the scores lead to."""
    qualified = process.model.qualified_stage()
    return process.words.stage(qualified) if qualified else "MQL"


def _blocks(process: Process) -> Iterator[Any]:
    scorings = process.model.scoring
    if len(scorings) > 1:
        yield tree.Paragraph(
            "Each lead is scored by one model: the first of these, in this order, that covers the lead."
        )
    rows = [
        process.row(
            ("scoring", key),
            label(key, one),
            capital(process.words.applies_to(one.applies_to, "contact")),
            _threshold(one.thresholds.fit),
            _threshold(one.thresholds.engagement),
            _threshold(one.thresholds.high_intent_fit),
        )
        for key, one in scorings.items()
    ]
    columns = ("Scoring model", "Covers leads where", "Fit at least", "Engagement at least", "Fit after high intent")
    qualified = _qualified(process)
    note = (
        f"A lead is ready for {qualified} when fit and engagement both reach their threshold, or after a high-intent "
        "action when fit reaches the last column."
    )
    title = f"When a lead becomes {qualified}"
    yield from tree.section(title, "Thresholds of each scoring model", columns, rows, note)
    for key, scoring in scorings.items():
        yield from _scoring(process, key, scoring)
    yield from coverage_blocks(process, "scoring")
    yield from region_blocks(process, scorings)
    yield from field_blocks(process, references_in(scorings))


def _threshold(value: float | None) -> str:
    return "never" if value is None else number(value)


def _scoring(process: Process, key: str, scoring: Scoring) -> Iterator[Any]:
    name = label(key, scoring)
    yield tree.Heading(name)
    yield tree.Facts(_facts(process, key, scoring))
    if any(signal.bands for signal in scoring.fit.values()):
        yield tree.Chart(
            f"scoring-{key}",
            f"{name}: points of each signal",
            f"The most points that each signal of {name} gives, and what each negative signal takes.",
            tuple(_bars(scoring)),
        )
    yield from _fit(process, key, scoring, name)
    yield from _engagement(process, key, scoring, name)
    yield from _negative(process, key, scoring, name)
    yield from _company(process, key, scoring, name)
    yield from _exact(process, key, scoring, name)


def _bars(scoring: Scoring) -> Iterator[tree.Bar]:
    for name, signal in scoring.fit.items():
        yield tree.Bar(f"Fit: {signal.label or spoken(name)}", max(band.points for band in signal.bands))
    for name, action in scoring.engagement.items():
        yield tree.Bar(f"Engagement: {action.label or spoken(name)}", action.points)
    for name, negative in scoring.negative.items():
        yield tree.Bar(f"Negative: {negative.label or spoken(name)}", negative.points)


def _facts(process: Process, key: str, scoring: Scoring) -> tuple[tree.Row, ...]:
    at, decay, again, limits = scoring.thresholds, scoring.decay, scoring.recalibration, scoring.limits
    given: list[Fact] = [
        ("Key", tree.Code(key)),
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
        ("Checked against history", _calibration(scoring), "calibration"),
        ("Checked again", f"{again.every}, next on {again.next.isoformat()}" if again else None, "recalibration"),
        ("High volume", "yes, so it is checked every month" if scoring.high_volume else None, "high_volume"),
        ("Kept in", process.kept_in(scoring.fields), "fields"),
    ]
    return process.facts(("scoring", key), given)


def _decay(decay: Decay) -> str:
    share = f"{number(decay.percent)}%"
    return f"{share} after {decay.after_days} days without activity, again every {decay.every_days} days"


def _calibration(scoring: Scoring) -> str:
    check = scoring.calibration
    if check is None or check.date is None:
        return f"no: {check.no_history}" if check else ""
    shares = f"precision {percent(check.precision or 0)}, recall {percent(check.recall or 0)}"
    lift = f", lift {number(check.lift)}" if check.lift is not None else ""
    data = f" (data {check.data_hash})" if check.data_hash else ""
    return f"on {check.date.isoformat()}, {check.sample_size:,} records: {shares}{lift}{data}"


def _fit(process: Process, key: str, scoring: Scoring, title: str) -> Iterator[Any]:
    columns, note = ("Signal", "When", "Points"), "Of each signal the first line that is true counts."
    rows = _bands(process, ("scoring", key), scoring.fit)
    yield from tree.section(f"{title}: fit, who the person is", f"Fit points of {title}", columns, rows, note, 3)


def _bands(process: Process, path: Path, fit: Mapping[str, FitSignal]) -> Iterator[tree.Row]:
    for name, signal in fit.items():
        for at, band in enumerate(signal.bands):
            place = (*path, "fit", name, "bands", at, "points")
            when = process.words.condition(band.when)
            yield process.row(place, label(name, signal), when, number(band.points))


def _engagement(process: Process, key: str, scoring: Scoring, title: str) -> Iterator[Any]:
    rows = [
        process.row(
            ("scoring", key, "engagement", name, "points"),
            label(name, signal),
            _points(signal),
            "yes" if signal.high_intent else "no",
            _sources(process, signal),
        )
        for name, signal in scoring.engagement.items()
    ]
    heading, columns = f"{title}: engagement, what the person does", ("Signal", "Points", "High intent", "Counted from")
    yield from tree.section(heading, f"Engagement points of {title}", columns, rows, level=3)


def _points(signal: EngagementSignal) -> str:
    """The points, and how often it must happen for them."""
    if signal.times is None:
        return number(signal.points)
    return f"{number(signal.points)} for {signal.times} times in {signal.within_days} days"


def _sources(process: Process, signal: EngagementSignal) -> tree.Text:
    labels = {system.name: system.label for system in process.systems}
    found: list[tree.Text] = []
    for system, source in signal.sources.items():
        for what, name in source.items():
            found.append((f"{labels.get(system, system)}: {spoken(what)} ", tree.Code(name)))
    return tree.joined(found, "; ") if found else "counted manually"


def _negative(process: Process, key: str, scoring: Scoring, title: str) -> Iterator[Any]:
    rows = [
        process.row(
            ("scoring", key, "negative", name, "points"),
            label(name, signal),
            process.words.condition(signal.when),
            number(signal.points),
            signal.dimension,
        )
        for name, signal in scoring.negative.items()
    ]
    columns = ("Signal", "When", "Points", "Taken from")
    yield from tree.section(f"{title}: negative signals", f"Negative points of {title}", columns, rows, level=3)


def _company(process: Process, key: str, scoring: Scoring, title: str) -> Iterator[Any]:
    """The score of the company, beside that of its people."""
    company = scoring.company
    if company is None:
        return
    yield tree.Heading(f"{title}: score of the company", 3)
    path = ("scoring", key, "company")
    low, high = company.limits
    kept = process.named_fields(company.field, about="company")
    given: list[Fact] = [("Kept in", kept, "field"), ("Ranges from", f"{number(low)} to {number(high)}", "limits")]
    yield tree.Facts(process.facts(path, given))
    rows = list(_bands(process, path, company.fit))
    for name, signal in company.negative.items():
        when, place = process.words.condition(signal.when), (*path, "negative", name, "points")
        rows.append(process.row(place, label(name, signal), when, number(signal.points)))
    yield tree.Table(f"Points of a company, {title}", ("Signal", "When", "Points"), tuple(rows))


def _exact(process: Process, key: str, scoring: Scoring, title: str) -> Iterator[Any]:
    """Every condition as the model spells it, for whoever builds it."""
    rows = [
        process.row(
            ("scoring", key, "fit", name, "bands", at, "when"),
            tree.Code(f"fit.{name}.{at + 1}"),
            tree.Code(band.when.render()),
        )
        for name, signal in scoring.fit.items()
        for at, band in enumerate(signal.bands)
    ]
    rows += [
        process.row(
            ("scoring", key, "negative", name, "when"), tree.Code(f"negative.{name}"), tree.Code(signal.when.render())
        )
        for name, signal in scoring.negative.items()
    ]
    columns = ("Entry", "Condition")
    yield from tree.section(f"{title}: exact conditions", f"Exact conditions of {title}", columns, rows, level=3)


def _checklist(title: str, scoring: Scoring) -> Iterator[tree.Item]:
    yield tree.Item(f"{title}: fit signals", "" if scoring.fit else "none")
    yield tree.Item(f"{title}: engagement signals", "" if scoring.engagement else "none")
    yield tree.Item(f"{title}: negative signals", "" if scoring.negative else "none")
    yield tree.Item(f"{title}: decay of engagement", "" if scoring.decay else "none")
    both = scoring.thresholds.fit is not None and scoring.thresholds.engagement is not None
    yield tree.Item(f"{title}: thresholds for fit and engagement", "" if both else "one of them is not set")
    yield tree.Item(f"{title}: date of the next recalibration", "" if scoring.recalibration else "not set")
    known = scoring.calibration is not None and scoring.calibration.no_history is None
    reason = scoring.calibration.no_history if scoring.calibration else "not done"
    yield tree.Item(f"{title}: thresholds checked against history", "" if known else f"{reason}")
