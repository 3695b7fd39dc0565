"""Scoring: fit, engagement, negative signals and thresholds, with the arithmetic that compiled formulas must match."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from revops_iac.model.condition import Condition
from revops_iac.model.context import Context
from revops_iac.model.entry import (
    AppliesTo,
    Cadence,
    Day,
    Entry,
    FieldReference,
    Key,
    Percent,
    Share,
    System,
    VendorEntry,
)

Record = Mapping[str, Any]
SECONDS_PER_DAY = 86_400
LEAST_KEPT = 0.000001
"""Stands for nothing where a share is divided by."""


class ScoreFields(Entry):
    """The fields of the person that hold the scores. Every scoring entry names the same ones."""

    fit: FieldReference
    """Holds the fit score."""
    engagement: FieldReference
    """Holds the engagement score."""
    total: FieldReference
    """Holds the sum of both."""
    ready: FieldReference
    """Set when the MQL thresholds are met."""
    high_intent: FieldReference | None = None
    """Set by a high-intent signal."""
    last_engaged: FieldReference | None = None
    """Holds when the person was last active."""


class Band(Entry):
    """Points for a condition."""

    when: Condition
    """The condition that a person must meet."""
    points: float
    """The points for it."""


class FitSignal(Entry):
    """Ordered bands, of which the first true one counts."""

    label: str | None = None
    """The name that people read."""
    bands: Annotated[list[Band], Field(min_length=1)]
    """The bands in order; the first one that is true counts."""


MOST_TIMES = 10
"""How often a signal can be asked to happen: each time but the last needs a field that remembers it."""


class EngagementSignal(Entry):
    """Points added, or taken, when something happens."""

    label: str | None = None
    """The name that people read."""
    points: float
    """The points that it adds. Below zero it takes them (unsubscribed, no-show), and does not count as activity."""
    times: Annotated[int, Field(ge=2, le=MOST_TIMES)] | None = None
    """How often it must happen within `within_days` before its points count; then the count starts anew."""
    within_days: Annotated[int, Field(gt=0)] | None = None
    """The days within which it must happen `times` times, such as three page views in 7 days."""
    high_intent: bool = False
    """Makes a person with enough fit an MQL by itself."""
    sources: dict[System, dict[str, str]] = {}
    """System -> what fires it there: event, form or page; campaign_status, field or task. None: counted manually."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.times is None) is not (self.within_days is None):
            allowed = "times and within_days, such as times: 3, within_days: 7"
            raise PydanticCustomError("one_of", "must say both or neither", {"allowed": allowed})
        if self.points < 0 and self.high_intent:
            raise PydanticCustomError("one_of", "takes points and shows high intent", {"allowed": "one of both"})
        return self

    @property
    def remembered(self) -> int:
        """How many earlier moments must be remembered to count it."""
        return (self.times or 1) - 1


class NegativeSignal(Entry):
    """Points taken from the fit while a condition holds."""

    label: str | None = None
    """The name that people read."""
    dimension: Annotated[Literal["fit"], Field(alias="in")] = "fit"
    """The score that it lowers."""
    when: Condition
    """The condition that a person must meet."""
    points: Annotated[float, Field(lt=0)]
    """The points that it takes; below zero."""


class CompanyScore(Entry):
    """How well the company itself fits, beside the score of its people: `{field: company.account_score, fit: …}`."""

    field: FieldReference
    """The field of the company that holds the score. Every scoring entry names the same one."""
    fit: dict[Key, FitSignal] = {}
    """The fit signals by key, on fields of the company."""
    negative: dict[Key, NegativeSignal] = {}
    """The signals that lower the score, by key, on fields of the company."""
    limits: Annotated[list[float], Field(min_length=2, max_length=2)] = [0, 100]
    """The lowest and highest score."""


class Limits(Entry):
    """The range of each dimension, as [lowest, highest]."""

    fit: Annotated[list[float], Field(min_length=2, max_length=2)] = [0, 100]
    """The lowest and highest fit score."""
    engagement: Annotated[list[float], Field(min_length=2, max_length=2)] = [0, 100]
    """The lowest and highest engagement score."""


class Decay(Entry):
    """Engagement loses `percent` after `after_days` without activity, and again every `every_days`."""

    after_days: Annotated[int, Field(gt=0)]
    """Days without activity before points are lost."""
    percent: Percent
    """The share of the points that is lost, in percent."""
    every_days: Annotated[int, Field(gt=0)]
    """Days after which points are lost again."""


class Thresholds(Entry):
    """MQL = fit and engagement both reached, or a high-intent action with at least `high_intent_fit`."""

    fit: float | None = None
    """The fit score that an MQL needs."""
    engagement: float | None = None
    """The engagement score that an MQL needs."""
    high_intent_fit: float | None = None
    """The fit score that is enough after a high-intent signal."""


class Calibration(Entry):
    """How the threshold did against closed-won history, or why there is none."""

    date: Day | None = None
    """The date of the check."""
    sample_size: Annotated[int, Field(gt=0)] | None = None
    """How many past records were checked."""
    precision: Share | None = None
    """The share of MQLs that became customers, from 0 to 1."""
    recall: Share | None = None
    """The share of customers that had been MQLs, from 0 to 1."""
    lift: float | None = None
    """How many times as often an MQL becomes a customer as any lead."""
    data_hash: str | None = None
    """The hash of the data that was checked, so that the check can be repeated."""
    no_history: str | None = None
    """The reason, where there is no history to check against."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        checked = (self.date, self.sample_size, self.precision, self.recall, self.data_hash)
        whole = all(value is not None for value in checked)
        none = all(value is None for value in checked)
        if not ((whole and self.no_history is None) or (none and self.no_history)):
            allowed = "date, sample_size, precision, recall and data_hash; or no_history alone"
            raise PydanticCustomError("one_of", "must hold either a result or a reason", {"allowed": allowed})
        return self


class Recalibration(Entry):
    """When the thresholds are checked again."""

    every: Cadence
    """How often thresholds are checked."""
    next: Day
    """The date of the next check."""


class Scoring(VendorEntry):
    """One scoring model. All entries compile into the same fields; the first whose `applies_to` matches counts."""

    label: str | None = None
    """The name that people read."""
    runs_on: System | None = None
    """The CRM on which it runs. Default: the source of truth."""
    applies_to: AppliesTo = {}
    """Dimension and the values that this entry covers. Default: everything. The first entry that matches counts."""
    fields: ScoreFields
    """The fields of the person that hold the scores."""
    fit: dict[Key, FitSignal] = {}
    """The fit signals by key: who the person is."""
    engagement: dict[Key, EngagementSignal] = {}
    """The engagement signals by key: what the person does."""
    negative: dict[Key, NegativeSignal] = {}
    """The signals that lower a score, by key."""
    company: CompanyScore | None = None
    """The score of the company, computed from its own fields. Engagement of its people does not enter it."""
    limits: Limits = Limits()
    """The range of each score."""
    decay: Decay | None = None
    """How engagement is lost without activity."""
    thresholds: Thresholds = Thresholds()
    """What makes an MQL."""
    calibration: Calibration | None = None
    """How the thresholds did against history."""
    recalibration: Recalibration | None = None
    """When the thresholds are checked again."""
    high_volume: bool = False
    """High-volume product-led growth, where recalibration is monthly."""


def fit_score(scoring: Scoring, record: Record) -> float:
    """First true band of each fit signal plus every true negative signal, within the limits.

    `record` is keyed by `object.key`.
    """
    return _fit(scoring.fit, scoring.negative, scoring.limits.fit, record)


def company_score(scorings: Mapping[str, Scoring], context: Context, record: Record) -> float:
    """The score of a company by the first entry that covers it; 0 where none does or the entry scores no companies."""
    live = dict(record)
    entry = next((one for one in scorings.values() if context.covers(one.applies_to, "company", live)), None)
    if entry is None or entry.company is None:
        return 0
    return _fit(entry.company.fit, entry.company.negative, entry.company.limits, record)


def _fit(
    fit: Mapping[str, FitSignal], negative: Mapping[str, NegativeSignal], limits: Sequence[float], record: Record
) -> float:
    points = sum(_band_points(signal, record) for signal in fit.values())
    points += sum(signal.points for signal in negative.values() if signal.when.evaluate(record))
    return max(limits[0], min(limits[1], points))


def _band_points(signal: FitSignal, record: Record) -> float:
    return next((band.points for band in signal.bands if band.when.evaluate(record)), 0)


def fires(signal: EngagementSignal, moments: Sequence[datetime]) -> list[bool]:
    """At which of its moments, in their order, a signal gives its points."""
    found, before = list[bool](), list[datetime]()
    for moment in moments:
        within = [one for one in before if (moment - one).total_seconds() < (signal.within_days or 0) * SECONDS_PER_DAY]
        is_whole = len(within) >= signal.remembered
        before = [] if is_whole else [*within, moment]
        found.append(is_whole)
    return found


def engagement_at(scoring: Scoring, moments: Mapping[str, Sequence[datetime]], now: datetime) -> float:
    """The engagement of a person at a moment, after signals (by key) happened at these moments.

    Every signal counts on what decay has left by then. Decay counts from the latest one that does not take points.
    """
    happened = [
        (moment, scoring.engagement[key], gives)
        for key, times in moments.items()
        for moment, gives in zip(times, fires(scoring.engagement[key], times), strict=True)
        if moment <= now
    ]
    low, high = scoring.limits.engagement
    stored, engaged = 0.0, None
    for moment, signal, gives in sorted(happened, key=lambda one: one[0]):
        kept, points = _kept(scoring.decay, engaged, moment), signal.points if gives else 0
        if signal.points < 0:
            stored = max(low, stored * kept + points) / max(kept, LEAST_KEPT)
        else:
            stored, engaged = min(high, stored * kept + points), moment
    return stored * _kept(scoring.decay, engaged, now)


def _kept(decay: Decay | None, engaged: datetime | None, now: datetime) -> float:
    """The share of an engagement that decay leaves at a moment."""
    if decay is None or engaged is None:
        return 1
    idle = (now - engaged).total_seconds() / SECONDS_PER_DAY
    rounds = math.floor((idle - decay.after_days) / decay.every_days) + 1
    return float((1 - decay.percent / 100) ** rounds) if idle >= decay.after_days else 1


def engagement_score(scoring: Scoring, record: Record) -> float:
    """The stored engagement, 0 where there is none. It is moved by events, so no formula computes it."""
    return float(record.get(scoring.fields.engagement) or 0)


def total(scoring: Scoring, record: Record) -> float:
    """Fit plus engagement."""
    return fit_score(scoring, record) + engagement_score(scoring, record)


def mql_ready(scoring: Scoring, record: Record) -> bool:
    """Both thresholds reached, or a high-intent action with enough fit. A threshold that is absent is never reached."""
    at = scoring.thresholds
    fit = fit_score(scoring, record)
    both = _reached(fit, at.fit) and _reached(engagement_score(scoring, record), at.engagement)
    intent = scoring.fields.high_intent is not None and record.get(scoring.fields.high_intent) is True
    return both or (intent and _reached(fit, at.high_intent_fit))


def _reached(score: float, threshold: float | None) -> bool:
    return threshold is not None and score >= threshold


@dataclass(frozen=True)
class Score:
    """What a scoring gives a record. `entry` is the key of the scoring entry, or None when none applies."""

    entry: str | None
    fit: float
    """The fit signals by key: who the person is."""
    engagement: float
    """The engagement signals by key: what the person does."""
    total: float
    ready: bool


def choose(scorings: Mapping[str, Scoring], context: Context, record: Record) -> str | None:
    """The key of the first entry whose `applies_to` covers the person."""
    live = dict(record)
    return next((key for key, entry in scorings.items() if context.covers(entry.applies_to, "contact", live)), None)


def score(scorings: Mapping[str, Scoring], context: Context, record: Record) -> Score:
    """Score a record by the first entry that applies. Where none does, fit is 0 and the record is not ready."""
    key = choose(scorings, context, record)
    if key is None:
        stored = engagement_score(next(iter(scorings.values())), record) if scorings else 0.0
        return Score(None, 0, stored, stored, False)
    entry = scorings[key]
    return Score(
        key,
        fit_score(entry, record),
        engagement_score(entry, record),
        total(entry, record),
        mql_ready(entry, record),
    )
