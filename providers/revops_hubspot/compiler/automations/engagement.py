"""Engagement: every signal adds its points when it happens, and without activity the score decays.

These workflows belong to no entry of the automation topic: they run where scoring runs, and are enabled together with
the lifecycle auto-update, which reads what they move. Events of the past never count, so only the decay needs the
go-live date: it takes up people who engaged since.

HubSpot has no arithmetic in workflows beyond adding a fixed amount. So the score after one decay is a calculation
property of its own, and the decay copies it.
"""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.compiler.automations.automation import Flow
from revops_hubspot.compiler.automations.enrollment import (
    PAGE_VISITED,
    PROPERTY_CHANGED,
    Moment,
    from_go_live,
    when_happens,
    when_met,
)
from revops_hubspot.compiler.automations.steps import (
    Again,
    Branch,
    Case,
    Json,
    Step,
    copy,
    increment,
    set_property,
    stamp,
    wait,
)
from revops_hubspot.compiler.terms import conditions
from revops_hubspot.compiler.terms.compilation import Compilation
from revops_hubspot.compiler.terms.conditions import Cases, Filter, both, compared, operation
from revops_hubspot.compiler.terms.formulas import number
from revops_hubspot.compiler.terms.names import SYSTEM
from revops_iac.model.condition import Op
from revops_iac.model.scoring import EngagementSignal, Scoring

LATEST_FORM = "recent_conversion_event_name"
"""HubSpot's own property: the page and form of the latest submission [K]."""
AFTER_DECAY = "engagement_after_decay"
MINUTES_PER_DAY = 1440


def runs_here(compilation: Compilation) -> bool:
    """Does any scoring entry run on HubSpot?"""
    return any(compilation.runs_here(entry.runs_on) for entry in compilation.model.scoring.values())


def decays(compilation: Compilation) -> bool:
    """Does HubSpot decay the engagement of anybody?"""
    scoring = compilation.model.scoring.values()
    return runs_here(compilation) and any(entry.decay and entry.fields.last_engaged for entry in scoring)


def flows(compilation: Compilation) -> Iterator[Flow]:
    """A workflow for each signal that HubSpot can see, and one that decays the scores of each entry."""
    signals: dict[str, dict[str, EngagementSignal]] = {}
    for entry_key, entry in compilation.model.scoring.items():
        for key, signal in entry.engagement.items():
            signals.setdefault(key, {})[entry_key] = signal
    for key, by_entry in signals.items():
        source = next((one.sources[SYSTEM] for one in by_entry.values() if SYSTEM in one.sources), {})
        enrollment = _event(compilation, source)
        if enrollment is not None:
            label = next(iter(by_entry.values())).label or key.replace("_", " ")
            steps = [_by_entry(compilation, by_entry)]
            yield Flow(f"engagement_{key}", "contact", f"Engagement: {label}", enrollment, tuple(steps))
    for key, entry in compilation.model.scoring.items():
        if entry.decay is not None and entry.fields.last_engaged is not None:
            yield _decay(compilation, key, entry)


def _event(compilation: Compilation, source: dict[str, str]) -> Json | None:
    """What enrolls for a source. A custom event needs its type id (6-…), for names of events cannot be looked up."""
    for kind, value in source.items():
        if kind == "form":
            changed = _event_filter("hs_name", "IS_EQUAL_TO", LATEST_FORM)
            return when_happens(PROPERTY_CHANGED, [changed, _event_filter("hs_value", "CONTAINS", value)])
        if kind == "page":
            return when_happens(PAGE_VISITED, [_event_filter("hs_url", "CONTAINS", value)])
        if kind == "field":
            return when_happens(
                PROPERTY_CHANGED, [_event_filter("hs_name", "IS_EQUAL_TO", compilation.names.property(value))]
            )
        if kind == "event" and value.startswith("6-"):
            return when_happens(value)
    return None


def _event_filter(name: str, operator: str, value: str) -> Filter:
    return operation(name, "MULTISTRING", operator, values=[value])


def _by_entry(compilation: Compilation, by_entry: dict[str, EngagementSignal]) -> Branch:
    """The points of the scoring entry that applies to the person."""
    cases = [
        Case(
            compilation.model.scoring[key].label or key,
            compilation.applies_first(key),
            _count(compilation, compilation.model.scoring[key], signal),
        )
        for key, signal in by_entry.items()
    ]
    return Branch(tuple(case for case in cases if case.when), default_name="Not scored")


def _count(compilation: Compilation, entry: Scoring, signal: EngagementSignal) -> tuple[Step, ...]:
    """Adds the points, notes when, and keeps the score within its limit."""
    fields, names = entry.fields, compilation.names
    score = names.property(fields.engagement)
    steps: list[Step] = [increment(score, signal.points)]
    if fields.last_engaged:
        steps.append(stamp(names.property(fields.last_engaged)))
    if signal.high_intent and fields.high_intent:
        steps.append(set_property(names.property(fields.high_intent), "true"))
    highest = entry.limits.engagement[1]
    above: Cases = [[compared(score, Op.GT, highest)]]
    steps.append(Branch((Case("Above the limit", above, (set_property(score, number(highest)),)),)))
    return tuple(steps)


def _decay(compilation: Compilation, key: str, entry: Scoring) -> Flow:
    """Decays, waits, and decays again while there is still no activity; a new signal ends the round."""
    assert entry.decay is not None
    assert entry.fields.last_engaged is not None
    names = compilation.names
    score, engaged = names.property(entry.fields.engagement), names.property(entry.fields.last_engaged)
    idle: Cases = [
        [
            conditions.more_days_ago(engaged, entry.decay.after_days),
            compared(score, Op.GT, entry.limits.engagement[0]),
        ]
    ]
    cases = both(compilation.applies_first(key), idle)
    enrolls = both(cases, [[from_go_live(compilation, Moment(engaged, compilation.model.context.time_zone))]])
    again = Branch((Case("Still idle", cases, (Again(),)),))
    steps = (copy(score, f"{names.prefix}{AFTER_DECAY}"), wait(entry.decay.every_days * MINUTES_PER_DAY), again)
    label, was = entry.label or key, [f"engagement_decay_{old}" for old in entry.was]
    message = f"Engagement loses {number(entry.decay.percent)}% after {entry.decay.after_days} days without activity."
    return Flow(
        f"engagement_decay_{key}",
        "contact",
        f"Engagement decay: {label}",
        when_met(enrolls),
        steps,
        message,
        tuple(was),
    )
