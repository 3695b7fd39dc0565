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
from revops_hubspot.compiler.automations.enrollment import Moment, from_go_live, when_happens, when_met
from revops_hubspot.compiler.automations.steps import branch, case, copy, increment, set_property, stamp, wait
from revops_hubspot.compiler.terms.compilation import Compilation
from revops_hubspot.compiler.terms.names import SYSTEM
from revops_hubspot.filters import leaves
from revops_hubspot.filters.tree import NEVER, Event, Test, all_of
from revops_hubspot.formulas.printer import render_number
from revops_hubspot.workflows.steps import Step
from revops_iac.model.scoring import EngagementSignal, Scoring
from revops_iac.provider.declaration import Path

LATEST_FORM = "recent_conversion_event_name"
"""HubSpot's own property: the page and form of the latest submission [K]."""
AFTER_DECAY = "engagement_after_decay"
MINUTES_PER_DAY = 1440
LONG_AGO = "0"
"""The moment that is set to begin a count anew: 1970, in milliseconds."""


def runs_here(compilation: Compilation) -> bool:
    """Does any scoring entry run on HubSpot?"""
    return any(compilation.runs_here(entry.runs_on) for entry in compilation.model.scoring.values())


def decays(compilation: Compilation) -> bool:
    """Does HubSpot decay the engagement of anybody?"""
    scoring = compilation.model.scoring.values()
    return runs_here(compilation) and any(entry.decay and entry.fields.last_engaged for entry in scoring)


def flows(compilation: Compilation) -> Iterator[tuple[Path, Flow]]:
    """A workflow for each signal that HubSpot can see, and one that decays the scores of each entry."""
    signals: dict[str, dict[str, EngagementSignal]] = {}
    for entry_key, entry in compilation.model.scoring.items():
        for key, signal in entry.engagement.items():
            signals.setdefault(key, {})[entry_key] = signal
    for key, by_entry in signals.items():
        source = next((one.sources[SYSTEM] for one in by_entry.values() if SYSTEM in one.sources), {})
        event = _event(compilation, source)
        if event is not None:
            label = next(iter(by_entry.values())).label or key.replace("_", " ")
            steps = (_by_entry(compilation, key, by_entry),)
            yield ("scoring",), Flow(f"engagement_{key}", "contact", f"Engagement: {label}", when_happens(event), steps)
    for key, entry in compilation.model.scoring.items():
        scored = compilation.applies_first(key) != NEVER
        if entry.decay is not None and entry.fields.last_engaged is not None and scored:
            yield ("scoring",), _decay(compilation, key, entry)


def _event(compilation: Compilation, source: dict[str, str]) -> Event | None:
    """What enrolls for a source. A custom event needs its type id (6-…), for names of events cannot be looked up."""
    for kind, value in source.items():
        if kind == "form":
            return leaves.happened(
                "property_changed", (_changed(LATEST_FORM), leaves.text("hs_value", "CONTAINS", [value]))
            )
        if kind == "page":
            return leaves.happened("page_visited", (leaves.text("hs_url", "CONTAINS", [value]),))
        if kind == "field":
            return leaves.happened("property_changed", (_changed(compilation.names.property(value)),))
        if kind == "event" and value.startswith("6-"):
            return leaves.happened(value)
    return None


def _changed(name: str) -> Test:
    return leaves.text("hs_name", "IS_EQUAL_TO", [name])


def _by_entry(compilation: Compilation, signal_key: str, by_entry: dict[str, EngagementSignal]) -> Step:
    """The points of the scoring entry that applies to the person."""
    cases = []
    for key, signal in by_entry.items():
        entry, applies = compilation.model.scoring[key], compilation.applies_first(key)
        if applies != NEVER:
            steps = _count(compilation, entry, signal)
            if signal.times is not None:
                steps = _count_repeated(compilation, signal_key, entry, signal)
            cases.append(case(entry.label or key, applies, "contacts", *steps))
    return branch(cases, default_name="Not scored")


def _count(compilation: Compilation, entry: Scoring, signal: EngagementSignal) -> tuple[Step, ...]:
    """Adds the points, notes when, and keeps the score within its limit; what takes points is no activity."""
    fields, names = entry.fields, compilation.names
    score = names.property(fields.engagement)
    steps: list[Step] = [increment(score, signal.points)]
    if fields.last_engaged and signal.points >= 0:
        steps.append(stamp(names.property(fields.last_engaged)))
    if signal.high_intent and fields.high_intent:
        steps.append(set_property(names.property(fields.high_intent), "true"))
    lowest, highest = entry.limits.engagement
    limit, sign, name = (highest, ">", "Above the limit") if signal.points >= 0 else (lowest, "<", "Below the limit")
    kept = set_property(score, render_number(limit))
    steps.append(branch([case(name, leaves.number(score, sign, limit), "contacts", kept)]))
    return tuple(steps)


def _count_repeated(compilation: Compilation, key: str, entry: Scoring, signal: EngagementSignal) -> tuple[Step, ...]:
    """Counts once it has happened often enough within the days, and remembers the moment until then."""
    kept = remembered_properties(compilation)[key]
    if not kept:
        return _count(compilation, entry, signal)
    engaged = entry.fields.last_engaged if signal.points >= 0 else None
    remember = [
        *([stamp(compilation.names.property(engaged))] if engaged else []),
        *(copy(kept[place], kept[place - 1]) for place in range(len(kept) - 1, 0, -1)),
        stamp(kept[0]),
    ]
    assert signal.within_days is not None
    often = leaves.days_ago(kept[signal.remembered - 1], "less", signal.within_days)
    anew = [set_property(name, LONG_AGO) for name in kept]
    steps = (*anew, *_count(compilation, entry, signal))
    return (branch([case("Often enough", often, "contacts", *steps)], remember, default_name="Not often enough"),)


def remembered_properties(compilation: Compilation) -> dict[str, list[str]]:
    """Signal -> the properties that keep its earlier moments, the latest first, where HubSpot counts it."""
    found: dict[str, list[str]] = {}
    for entry in compilation.model.scoring.values():
        for key, signal in entry.engagement.items():
            names = found.setdefault(key, [])
            seen = SYSTEM in signal.sources and runs_here(compilation)
            missing = range(len(names) + 1, signal.remembered + 1 if seen else 0)
            names += [f"{compilation.names.prefix}{key}_before_{place}" for place in missing]
    return found


def _decay(compilation: Compilation, key: str, entry: Scoring) -> Flow:
    """Decays, waits, and decays again while there is still no activity; a new signal ends the round."""
    assert entry.decay is not None
    assert entry.fields.last_engaged is not None
    names = compilation.names
    score, engaged = names.property(entry.fields.engagement), names.property(entry.fields.last_engaged)
    idle = all_of(
        compilation.applies_first(key),
        leaves.days_ago(engaged, "more", entry.decay.after_days),
        leaves.number(score, ">", entry.limits.engagement[0]),
    )
    enrolls = all_of(idle, from_go_live(compilation, Moment(engaged, compilation.model.context.time_zone)))
    steps = (
        copy(score, f"{names.prefix}{AFTER_DECAY}", label="decay"),
        wait(entry.decay.every_days * MINUTES_PER_DAY),
        branch([case("Still idle", idle, "contacts", Step(go_to="decay"))]),
    )
    label, was = entry.label or key, tuple(f"engagement_decay_{old}" for old in entry.was)
    message = (
        f"Engagement loses {render_number(entry.decay.percent)}% after {entry.decay.after_days} days without activity."
    )
    title, enroll = f"Engagement decay: {label}", when_met(enrolls, "contacts")
    return Flow(f"engagement_decay_{key}", "contact", title, enroll, steps, message, was)
