"""The model evaluated on one record, in full: every signal, rule, deadline, tier and missing field with its reason.

A record is keyed `object.key`. What compiled formulas and flows do in a CRM must come out the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from revops_iac.analysis.business_time import due
from revops_iac.documents.words import Words, listed, money, number, spoken
from revops_iac.model import Model
from revops_iac.model.condition import And, Compare, Condition, FieldRef, Op, Or, missing
from revops_iac.model.deal_desk import Approval, DealDesk
from revops_iac.model.people import Assignee
from revops_iac.model.pipelines import missing_fields
from revops_iac.model.routing import Routing
from revops_iac.model.routing.assignment import Assignment, assignment
from revops_iac.model.scoring import (
    EngagementSignal,
    Scoring,
    choose,
    company_score,
    engagement_score,
    fit_score,
    mql_ready,
    total,
)

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Reason:
    """Something that is so or not, and the values that decide it."""

    subject: str
    holds: bool
    why: str


@dataclass(frozen=True)
class Signal:
    """One signal: what it is part of, the points that it gives, and why. Points for engagement are those of one time:
    a CRM adds them up as they happen, and the record holds the sum."""

    part: str
    label: str
    points: float
    why: str


@dataclass(frozen=True)
class Scored:
    """The score of a record by one entry. `steps` test the thresholds, `company` is the score of its company."""

    entry: str
    label: str
    signals: tuple[Signal, ...]
    fit: float
    engagement: float
    total: float
    ready: bool
    steps: tuple[Reason, ...]
    decay: str
    company: float | None = None


@dataclass(frozen=True)
class Stage:
    """Where a record stands, the stages whose entry condition it meets, and what the next ones still need."""

    key: str | None
    label: str
    entries: tuple[Reason, ...]
    next_needs: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Routed:
    """Which rule of a routing takes a record, after those that do not, and when the routing runs.

    `taken_by` are the keys of whoever may get it: people, also those of a queue, and the queue itself.
    """

    key: str
    routing: str
    when: str
    rules: tuple[Reason, ...]
    rule: str | None
    owner: str
    taken_by: tuple[str, ...]


@dataclass(frozen=True)
class Clock:
    """One time limit: when its clock started, when it is due, and how it stands."""

    handoff: str
    what: str
    within: str
    started: datetime | None
    due: datetime | None
    met: datetime | None
    state: str


@dataclass(frozen=True)
class Needed:
    """An approval that a deal needs."""

    tier: str
    approvers: str
    why: str


@dataclass(frozen=True)
class Evaluation:
    """All that the model says of a record."""

    stage: Stage | None
    scored: Scored | None
    routed: tuple[Routed, ...]
    clocks: tuple[Clock, ...]
    reviews: tuple[str, ...]
    approvals: tuple[Needed, ...]
    deal_needs: Mapping[str, tuple[str, ...]]


def evaluate(model: Model, record: Record, now: datetime) -> Evaluation:
    """Evaluate the model on a record at a moment, which has a zone."""
    judged = computed(model, {**record, "today": now.date()})
    words = Words(model)
    is_deal = any(FieldRef(name).object == "deal" for name in record)
    desk = _desk(model, judged) if is_deal else None
    return Evaluation(
        _stage(model, words, judged),
        _scored(model, words, judged, now),
        tuple(_routed(model, words, judged)),
        tuple(_clocks(model, judged, now)),
        tuple(_reviews(words, desk, judged, model)) if desk else (),
        tuple(_approvals(words, desk, judged)) if desk else (),
        _deal_needs(model, words, judged) if is_deal else {},
    )


def computed(model: Model, record: Record) -> dict[str, Any]:
    """The record with the scores that a CRM computes, where it does not hold them."""
    key = choose(model.scoring, model.context, record)
    if key is None:
        return dict(record)
    scoring = model.scoring[key]
    fields = scoring.fields
    scores = {fields.fit: fit_score, fields.total: total, fields.ready: mql_ready}
    return {**{field: score(scoring, record) for field, score in scores.items()}, **record}


def reason(words: Words, condition: Condition, record: Record, about: str = "contact") -> str:
    """The values of a record that decide a condition."""
    return ", ".join(_value(words, ref, record, about) for ref in condition.fields())


def _value(words: Words, ref: FieldRef, record: Record, about: str) -> str:
    live = record.get(ref)
    shown = "empty" if live in (None, "", [], ()) else words.value(ref, live)
    return f"{words.field(ref, about)} is {shown}"


# --- stage --------------------------------------------------------------------------------------------------------


def _stage(model: Model, words: Words, record: Record) -> Stage | None:
    lifecycle = model.lifecycle
    if lifecycle is None or not lifecycle.stages:
        return None
    key = record.get(lifecycle.field) if lifecycle.field else None
    current = str(key) if key in lifecycle.stages else None
    entries = tuple(
        Reason(stage.label, stage.entry_when.evaluate(record), reason(words, stage.entry_when, record))
        for stage in lifecycle.stages.values()
        if stage.entry_when is not None
    )
    needs, order = {}, lifecycle.order
    for name, stage in lifecycle.stages.items():
        follows = current in order.entered_from(name) if current else order.starts(name)
        if follows and name != current:
            lacking = [ref for ref in model.required_fields(name) if _asked(ref, record) and missing(record, ref)]
            needs[stage.label] = tuple(words.fields(lacking))
    label = lifecycle.stages[current].label if current else "no stage of the model"
    return Stage(current, label, entries, needs)


def _asked(ref: FieldRef, record: Record) -> bool:
    """Whether the record holds the object of a field at all: a person alone has no deal."""
    return any(FieldRef(name).object == ref.object for name in record if "." in name)


# --- scoring ------------------------------------------------------------------------------------------------------


def _scored(model: Model, words: Words, record: Record, now: datetime) -> Scored | None:
    key = choose(model.scoring, model.context, record)
    if key is None:
        return None
    scoring = model.scoring[key]
    return Scored(
        key,
        scoring.label or spoken(key),
        tuple(_signals(words, scoring, record)),
        fit_score(scoring, record),
        engagement_score(scoring, record),
        total(scoring, record),
        mql_ready(scoring, record),
        tuple(_thresholds(scoring, record)),
        _decay(scoring, record, now),
        _company_score(model, record),
    )


def _signals(words: Words, scoring: Scoring, record: Record) -> Iterator[Signal]:
    for name, signal in scoring.fit.items():
        label = signal.label or spoken(name)
        band = next((band for band in signal.bands if band.when.evaluate(record)), None)
        asked = band.when if band else Or(tuple(one.when for one in signal.bands))
        yield Signal("fit", label, band.points if band else 0, reason(words, asked, record))
    for name, action in scoring.engagement.items():
        counted = [ref for source in action.sources.values() if (ref := source.get("field"))]
        why = ", ".join(_value(words, FieldRef(ref), record, "contact") for ref in dict.fromkeys(counted))
        yield Signal(
            "engagement", action.label or spoken(name), action.points, f"{_each(action)}{f'; {why}' if why else ''}"
        )
    for name, negative in scoring.negative.items():
        holds = negative.when.evaluate(record)
        why = reason(words, negative.when, record)
        yield Signal("negative", negative.label or spoken(name), negative.points if holds else 0, why)


def _each(signal: EngagementSignal) -> str:
    """How often a signal gives its points."""
    if signal.times is None:
        return "each time"
    return f"for each {signal.times} times within {signal.within_days} days"


def _company_score(model: Model, record: Record) -> float | None:
    """The score of the company, where the model has one and the record says something of it."""
    is_known = any(FieldRef(name).object == "company" for name in record if "." in name)
    scored = any(one.company for one in model.scoring.values())
    return company_score(model.scoring, model.context, record) if is_known and scored else None


def _thresholds(scoring: Scoring, record: Record) -> Iterator[Reason]:
    at, fit = scoring.thresholds, fit_score(scoring, record)
    engagement = engagement_score(scoring, record)
    yield _reached("fit", fit, at.fit)
    yield _reached("engagement", engagement, at.engagement)
    intent = scoring.fields.high_intent
    if intent and at.high_intent_fit is not None:
        has = record.get(intent) is True
        yield Reason("a high-intent action", has, "there was one" if has else "there was none")
        yield _reached("fit after a high-intent action", fit, at.high_intent_fit)


def _reached(what: str, score: float, threshold: float | None) -> Reason:
    if threshold is None:
        return Reason(what, False, f"{number(score)}; no threshold is set, so it is never reached")
    return Reason(what, score >= threshold, f"{number(score)} of {number(threshold)}")


def _decay(scoring: Scoring, record: Record, now: datetime) -> str:
    decay, since = scoring.decay, scoring.fields.last_engaged
    if decay is None:
        return "engagement does not fade"
    last = moment(record.get(since)) if since else None
    if last is None:
        return "when the person was last active is not known, so nothing fades"
    days = (now - last).days
    times = 0 if days < decay.after_days else 1 + (days - decay.after_days) // decay.every_days
    following = last + timedelta(days=decay.after_days + times * decay.every_days)
    lost = f"lost {number(decay.percent)}% {times} times since" if times else "nothing was lost yet"
    return (
        f"last active {days} days ago, {lost}; the next {number(decay.percent)}% go on {following.date().isoformat()}"
    )


def moment(value: Any) -> datetime | None:
    """A moment with a zone from what a record holds: a text, a day or a moment; UTC where it names no zone."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    try:
        return moment(datetime.fromisoformat(str(value))) if value else None
    except ValueError:
        return None


# --- routing ------------------------------------------------------------------------------------------------------


def _routed(model: Model, words: Words, record: Record) -> Iterator[Routed]:
    """Every routing that covers the record; of those that run at the same moment, the first."""
    qualified, decided = model.qualified_stage(), set[str]()
    for key, routing in model.routing.items():
        moments = {qualified if moment == "mql" else moment for moment in routing.moments} or {""}
        if model.context.covers(routing.applies_to, "contact", dict(record)) and not moments <= decided:
            decided |= {str(moment) for moment in moments}
            yield _routed_by(model, words, key, routing, record)


def _routed_by(model: Model, words: Words, key: str, routing: Routing, record: Record) -> Routed:
    system = routing.runs_on or model.context.systems.source_of_truth or ""
    today: date = record["today"]
    found = assignment(model, routing, record, system, today)
    rules = []
    for name, rule in routing.rules.items():
        taken = found is not None and found.rule == name
        asked = rule.condition
        met = asked is None or asked.evaluate(record)
        why = reason(words, asked, record) if asked else "it takes every lead that is left"
        rules.append(
            Reason(spoken(name), taken, why if taken or not met else f"{why}; none of its members are available")
        )
        if taken:
            break
    takes = _taker(routing, found, record)
    owner = f"{words.assignee(takes)}, in turn" if takes and takes.team else _owner(words, found)
    label, when, by = routing.label or spoken(key), words.moments(routing.moments), _takers(model, routing, takes)
    return Routed(key, label, when, tuple(rules), found.rule if found else None, owner, by)


def _taker(routing: Routing, found: Assignment | None, record: Record) -> Assignee | None:
    """Whom the rule that takes a record assigns it to; None is the fallback."""
    if found is None or found.rule is None:
        return None
    takers = routing.rules[found.rule].takers()
    return next(who for condition, who in takers if condition is None or condition.evaluate(record))


def _takers(model: Model, routing: Routing, takes: Assignee | None) -> tuple[str, ...]:
    """The keys of a person, of a team's members, or of a queue and its members; of the fallback where nobody takes."""
    people, fallback = model.people, routing.fallback
    team = takes.team if takes else None
    queue = takes.queue if takes else fallback.queue if fallback else None
    person = takes.person if takes else fallback.owner if fallback else None
    members = [*(people.teams[team].members if team else ()), *(people.queues[queue].members if queue else ())]
    return tuple(dict.fromkeys(one for one in (person, queue, *members) if one))


def _owner(words: Words, found: Assignment | None) -> str:
    if found is None:
        return "nobody"
    if found.queue:
        return f"queue {words.queue(found.queue)}"
    people = words.model.people
    named = (key for key in people.persons if found.login in {people.identity(key, s) for s in _systems(words.model)})
    key = next(named, None)
    return words.person(key) if key else str(found.login)


def _systems(model: Model) -> list[str]:
    return list(model.context.systems.managed) or [""]


# --- handoffs -----------------------------------------------------------------------------------------------------


def _clocks(model: Model, record: Record, now: datetime) -> Iterator[Clock]:
    for key, handoff in model.lifecycle.handoffs.items() if model.lifecycle else ():
        started = moment(record.get(handoff.clock_field)) if handoff.clock_field else None
        for what, within in handoff.sla.items():
            if started is None:
                yield Clock(handoff.label or spoken(key), spoken(what), str(within), None, None, None, "not started")
                continue
            limit = due(model, record, started, within)
            met_field = handoff.met_by.get(what)
            met = moment(record.get(met_field)) if met_field else None
            state = _clock_state(limit, met, now)
            yield Clock(handoff.label or spoken(key), spoken(what), str(within), started, limit, met, state)


def _clock_state(limit: datetime, met: datetime | None, now: datetime) -> str:
    if met is not None:
        return "met" if met <= limit else "met late"
    return "running" if now <= limit else "missed"


# --- deals --------------------------------------------------------------------------------------------------------


def _desk(model: Model, record: Record) -> DealDesk | None:
    live = dict(record)
    return next((one for one in model.deal_desk.values() if model.context.covers(one.applies_to, "deal", live)), None)


def _reviews(words: Words, desk: DealDesk, record: Record, model: Model) -> Iterator[str]:
    when, fields = desk.review_when, desk.fields
    if when.acv_above and fields.acv and _number(record.get(fields.acv)) > model.context.convert(when.acv_above):
        yield f"{_value(words, FieldRef(fields.acv), record, 'deal')}, above {money(when.acv_above)}"
    if fields.payment_terms and record.get(fields.payment_terms) in when.payment_terms:
        yield _value(words, FieldRef(fields.payment_terms), record, "deal")
    is_long = bool(fields.years) and _number(record.get(fields.years or "")) >= desk.multi_year_from
    if when.multi_year_custom_pricing and is_long and record.get(fields.custom_pricing or "") is True:
        yield "multi-year with custom pricing"
    published = _number(record.get(fields.published_discount or ""))
    if when.discount_beyond_published and _number(record.get(fields.discount or "")) > published:
        yield f"the discount is beyond the published {number(published)}%"
    if when.custom_legal_terms and record.get(fields.legal or "") is True:
        yield "custom legal terms"


def _number(value: Any) -> float:
    try:
        return float(value or 0)
    except (TypeError, ValueError):
        return 0.0


def _approvals(words: Words, desk: DealDesk, record: Record) -> Iterator[Needed]:
    for key, tier in desk.approvals.items():
        met = [one for one in conditions_of(desk, tier) if one.evaluate(record)]
        if met:
            approvers = listed(words.assignee(who) for who in tier.all_approvers)
            why = "; ".join(dict.fromkeys(reason(words, one, record, "deal") for one in met))
            yield Needed(tier.label or spoken(key), approvers, why)


def conditions_of(desk: DealDesk, tier: Approval) -> list[Condition]:
    """The conditions of a tier; a deal that meets any of them needs it."""
    fields, found = desk.fields, list[Condition]()
    if fields.discount:
        ends = ((Op.GE, tier.discount_from), (Op.LT, tier.discount_below))
        ranges = [Compare(FieldRef(fields.discount), op, end) for op, end in ends if end is not None]
        found += [And(tuple(ranges)) if len(ranges) > 1 else ranges[0]] if ranges else []
    if tier.custom_terms and fields.legal:
        found.append(Compare(FieldRef(fields.legal), Op.TRUE))
    if tier.custom_terms and fields.payment_terms and desk.review_when.payment_terms:
        found.append(Compare(FieldRef(fields.payment_terms), Op.ANY_OF, tuple(desk.review_when.payment_terms)))
    if tier.multi_year and fields.years:
        found.append(Compare(FieldRef(fields.years), Op.GE, desk.multi_year_from))
    if tier.enterprise and desk.enterprise_when is not None:
        found.append(desk.enterprise_when)
    return found


def _deal_needs(model: Model, words: Words, record: Record) -> dict[str, tuple[str, ...]]:
    """What the deal lacks for the stage after its own, and for each closed one."""
    live = dict(record)
    pipeline = next(
        (one for one in model.pipelines.values() if model.context.covers(one.applies_to, "deal", live)), None
    )
    if pipeline is None:
        return {}
    keys = list(pipeline.stages)
    current = str(record.get("deal.stage") or "")
    at = keys.index(current) if current in keys else -1
    ahead = [key for key in keys[at + 1 : at + 2] if not pipeline.stages[key].closed]
    ahead += [key for key, stage in pipeline.stages.items() if stage.closed and key not in ahead and key != current]
    return {
        pipeline.stages[key].label: tuple(words.fields(missing_fields(pipeline.stages[key], record), "deal"))
        for key in ahead
    }
