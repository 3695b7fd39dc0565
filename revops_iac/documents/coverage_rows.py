"""The requirements of a company's own revenue process, in its own figures: what coverage must say about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from revops_iac.documents.words import Words, capital, listed, money, number, spoken
from revops_iac.model import Model
from revops_iac.model.automation import Does
from revops_iac.model.condition import FieldRef
from revops_iac.model.deal_desk import Approval, DealDesk
from revops_iac.model.lifecycle import Handoff, Lifecycle
from revops_iac.model.metrics import Metric
from revops_iac.model.routing import METHODS, Routing
from revops_iac.model.scoring import FitSignal, NegativeSignal, Scoring


@dataclass(frozen=True)
class ProcessRow:
    """One thing that the process of a company asks for.

    `kind` is what systems answer by; `keys` name the entries of the model that it is about, for the patterns of their
    answers, and `figures` its figures.
    """

    id: str
    topic: str
    sentence: str
    kind: str
    keys: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)


PRINCIPLES = {
    "source-of-truth": "One CRM is named the source of truth when more than one is managed.",
    "define-before-automate": "Nothing is enabled before stages, scoring and routing are defined.",
    "stage-criteria-and-owner": "Every stage has entry criteria, exit criteria and an owner.",
    "handoff-sla": "Every handoff has an SLA, a way it is tracked and an accountable owner.",
    "fit-and-engagement": "An MQL needs fit and engagement; one alone is rejected.",
    "negative-signals": "Every scoring model has negative signals.",
    "decay-and-recalibration": "Engagement decays, and the model has a recalibration date.",
    "calibration": "Thresholds are checked against closed-won history where there is history.",
    "routing-fallback-and-order": "Routing runs from specific to general and ends at a fallback owner.",
    "recycling": "A rejected lead is recycled only with a reason, into a slower nurture, tracked apart.",
    "required-fields": "Required fields block a stage advance; a close-date push needs a reason.",
}
DIAGNOSES = {
    "lifecycle": "Lifecycle is broken: unclear definitions, skipped stages, no owner.",
    "scoring": "Scoring is broken: uncalibrated threshold, too many or too few MQLs, stale model.",
    "routing": "Routing is broken: wrong rep, no fallback, slow first contact.",
    "pipeline": "Pipeline is broken: stalled deals, empty required fields, forecast off.",
    "automation": "Automation is broken: silent SLA alerts, missing handoff tasks or workflows.",
    "data": "Data is broken: duplicates, enrichment gaps, bottlenecks in the stage distribution.",
}


def process_rows(model: Model) -> tuple[ProcessRow, ...]:
    """Every requirement of the model, topic by topic: a topic that is not declared asks for nothing."""
    parts = (
        _fixed("principle", "principles", PRINCIPLES),
        _fixed(
            "context", "context", {"company": "Motion, contract value, sales cycle, stack and goal are written down."}
        ),
        _lifecycle(model),
        _scoring(model),
        _routing(model),
        _pipelines(model),
        _automation(model),
        _deal_desk(model),
        _data_hygiene(model),
        _metrics(model),
        _fixed("diagnosis", "diagnosis", DIAGNOSES),
    )
    common = _common(model)
    return tuple(replace(row, keys={**common, **row.keys}) for part in parts for row in part)


def _common(model: Model) -> dict[str, str]:
    """The keys that any answer may name: the fields of scores and stage, and a workflow of each sort."""
    scores = next(iter(model.scoring.values()), None)
    stage = model.lifecycle.field if model.lifecycle else None
    fields = {"stage_field": stage, **({"fit": scores.fields.fit, "ready": scores.fields.ready} if scores else {})}
    return {
        **{name: FieldRef(fields.get(name) or NONE).key or NONE for name in ("fit", "ready", "stage_field")},
        "update": _workflow(model, "lifecycle_auto_update"),
        "mql": _workflow(model, "mql_assignment"),
        "breach": _workflow(model, "sla_breach"),
        "reentry": _workflow(model, "recycled_reentry"),
    }


def _fixed(prefix: str, topic: str, sentences: Mapping[str, str]) -> Iterator[ProcessRow]:
    for key, sentence in sentences.items():
        yield ProcessRow(f"{prefix}-{key}", topic, sentence, f"{prefix}-{key}")


def _small(label: str) -> str:
    """A label inside a sentence; abbreviations stay large.

    >>> _small("Lead volume"), _small("MQL rate")
    ('lead volume', 'MQL rate')
    """
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _id(*parts: str) -> str:
    return "-".join(parts).replace("_", "-")


def _lifecycle(model: Model) -> Iterator[ProcessRow]:
    lifecycle = model.lifecycle
    if lifecycle is None:
        return
    for key, stage in lifecycle.stages.items():
        needs = stage.entry or listed(Words(model).fields(model.required_fields(key))) or "no criterion"
        kind = "lifecycle-mql" if key == _mql(model) else "lifecycle-stage"
        yield ProcessRow(_id("lifecycle", key), "lifecycle", f"{stage.label}: {needs}.", kind, {"stage": key})
    for key, handoff in lifecycle.handoffs.items():
        yield from _handoff(model, lifecycle, key, handoff)
    if lifecycle.recycle and lifecycle.recycle.reason_field:
        reasons = listed(lifecycle.rejection_reasons.values(), "or") or "a reason"
        sentence = f"A rejection needs a reason: {reasons}."
        yield ProcessRow("lifecycle-rejection-reason", "lifecycle", sentence, "lifecycle-rejection-reason")
    if lifecycle.handoffs:
        yield ProcessRow("lifecycle-sla-clock", "lifecycle", _clock(model, lifecycle), "lifecycle-sla-clock")
        contact = lifecycle.definitions.first_contact or "not defined"
        sentence = f"First contact: {contact}."
        yield ProcessRow("lifecycle-first-contact", "lifecycle", sentence, "lifecycle-first-contact")
    if lifecycle.recycle:
        back = lifecycle.stages[lifecycle.recycle.back_to].label
        sentence = f"A recycled lead is back at {back}, counted, its first and latest dates kept apart."
        keys = {"workflow": _workflow(model, "recycled_reentry")}
        yield ProcessRow("lifecycle-recycled-lead", "lifecycle", sentence, "lifecycle-recycled-lead", keys)


def _mql(model: Model) -> str | None:
    """The stage that the scores lead to: the one that a handoff with an assignment leaves."""
    lifecycle = model.lifecycle
    workflows = model.automation.workflows.values() if model.automation else ()
    handoffs = [one.settings.handoff for one in workflows if one.does == "mql_assignment"]
    found = [lifecycle.handoffs[key].from_stage for key in handoffs if key and lifecycle and key in lifecycle.handoffs]
    return found[0] if found else None


def _handoff(model: Model, lifecycle: Lifecycle, key: str, handoff: Handoff) -> Iterator[ProcessRow]:
    label = handoff.label or " to ".join(
        model.people.teams[team].label for team in (handoff.from_team, handoff.to_team) if team in model.people.teams
    )
    for place, (what, sla) in enumerate(handoff.sla.items()):
        escalates = {
            "manager": "; a breach goes to the manager",
            "accountable": "; a breach goes to who is accountable",
        }
        sentence = (
            f"{label or capital(spoken(key))}: {spoken(what)} in {sla}{escalates.get(handoff.escalates_to or '', '')}."
        )
        keys = {"breach": _serving(model, "sla_breach", key), "handoff": _serving(model, "closed_won_handoff", key)}
        is_watched = keys["handoff"] != NONE or (keys["breach"] != NONE and what in handoff.met_by)
        watched = "lifecycle-sla" if is_watched else "lifecycle-sla-unwatched"
        figures = {"sla": str(sla), "place": ("first", "second", "third")[min(place, 2)]}
        yield ProcessRow(_id("lifecycle", key, what), "lifecycle", sentence, watched, keys, figures)


NONE = "(none)"
"""In the place of a key that the model does not have; no resource is called so."""


def _serving(model: Model, does: Does, handoff: str) -> str:
    """The workflow of a sort that serves a handoff."""
    workflows = model.automation.workflows.items() if model.automation else ()
    found = [key for key, one in workflows if one.does == does and one.settings.handoff == handoff]
    return found[0] if found else NONE


def _workflow(model: Model, does: Does) -> str:
    workflows = model.automation.workflows.items() if model.automation else ()
    return next((key for key, one in workflows if one.does == does), NONE)


def _clock(model: Model, lifecycle: Lifecycle) -> str:
    starts = lifecycle.definitions.clock_starts or "at the handoff"
    hours = model.people.business_hours.get(lifecycle.definitions.business_hours or "")
    counted = f"{len(hours.days)} days a week, {hours.time_zone}" if hours else "no business hours"
    more = sum(one.when is not None for one in model.people.business_hours.values())
    regions = f", {more} by region" if more else ""
    return f"The clock starts when {starts}; it counts {counted}{regions}, and {len(model.people.holidays)} holidays."


def _scoring(model: Model) -> Iterator[ProcessRow]:
    entries = list(model.scoring.items())
    if not entries:
        return

    def labels(part: str) -> str:
        signals = {key: one for _, entry in entries for key, one in getattr(entry, part).items()}
        return listed(_small(one.label or spoken(key)) for key, one in signals.items()) or "nothing"

    decays = listed(
        f"{number(entry.decay.percent)}% every {entry.decay.every_days} days after {entry.decay.after_days}"
        if entry.decay
        else "never"
        for _, entry in entries
    )
    thresholds = listed(
        f"fit {number(one.thresholds.fit or 0)} and engagement {number(one.thresholds.engagement or 0)}"
        + (f" for {one.label or spoken(key)}" if len(entries) > 1 else "")
        for key, one in entries
    )
    dates = [entry.recalibration.next.isoformat() for _, entry in entries if entry.recalibration]
    for key, sentence in {
        "fit": f"Fit: {labels('fit')}.",
        "engagement": f"Engagement: {labels('engagement')}.",
        "negative": f"Negative: {labels('negative')}.",
        "decay": f"Engagement decays: {decays}.",
        "threshold": f"MQL needs {thresholds}.",
        "calibration": f"Thresholds against closed-won history; next check {min(dates) if dates else 'not set'}.",
    }.items():
        yield ProcessRow(f"scoring-{key}", "scoring", sentence, f"scoring-{key}")
    if any(entry.applies_to for _, entry in entries):
        yield ProcessRow("scoring-applies-to", "scoring", _by_entry(model), "scoring-applies-to")
    for key, entry in entries:
        yield from _special_signals(key, entry, several=len(entries) > 1)
    yield from _company_score(model)


def _by_entry(model: Model) -> str:
    words = Words(model)
    entries = (
        f"{one.label or spoken(key)} where {words.applies_to(one.applies_to, 'contact')}"
        if one.applies_to
        else f"{one.label or spoken(key)} for everybody else"
        for key, one in model.scoring.items()
    )
    return f"Scored by the first that covers the person: {listed(entries)}."


def _special_signals(key: str, entry: Scoring, several: bool) -> Iterator[ProcessRow]:
    """Engagement that takes points, and engagement that counts only when it repeats."""
    of = f" ({entry.label or spoken(key)})" if several else ""
    for name, signal in entry.engagement.items():
        label, points = f"{signal.label or capital(spoken(name))}{of}", number(signal.points)
        if signal.points < 0:
            sentence = f"{label} takes {number(-signal.points)} points from engagement."
            yield ProcessRow(_id("scoring", key, name, "takes"), "scoring", sentence, "scoring-takes", {"signal": name})
        if signal.times is not None:
            sentence = f"{label}: {points} points for {signal.times} times in {signal.within_days} days."
            row = _id("scoring", key, name, "repeated")
            yield ProcessRow(row, "scoring", sentence, "scoring-repeated", {"signal": name})


def _company_score(model: Model) -> Iterator[ProcessRow]:
    signals: dict[str, FitSignal | NegativeSignal] = {}
    scores = [entry.company for entry in model.scoring.values() if entry.company]
    for one in scores:
        signals |= {**one.fit, **one.negative}
    if scores:
        labels = listed(_small(one.label or spoken(key)) for key, one in signals.items()) or "nothing"
        keys = {"score": FieldRef(scores[0].field).key}
        yield ProcessRow("scoring-company", "scoring", f"The company's own score: {labels}.", "scoring-company", keys)


def _routing(model: Model) -> Iterator[ProcessRow]:
    routings = model.routing
    moments = {moment for one in routings.values() for moment in one.moments}
    if "created" in moments:
        sentence = "A lead is routed when it is created."
        yield ProcessRow("routing-at-creation", "routing", sentence, "routing-at-creation")
    if moments - {"created"}:
        phrases = {"mql": "becomes MQL", "recycled": "is recycled"}
        when = listed([words for moment, words in phrases.items() if moment in moments], "or")
        yield ProcessRow("routing-at-mql", "routing", f"A lead is routed when it {when}.", "routing-at-mql")
    for method in METHODS:
        rules = [spoken(key) for one in routings.values() for key, rule in one.rules.items() if rule.method == method]
        if rules:
            sentence = f"{capital(spoken(method)).replace(' ', '-')}: {listed(rules)}."
            kind = "routing-round-robin" if method == "round_robin" else "routing-method"
            yield ProcessRow(_id("routing", method), "routing", sentence, kind)
    for key, one in routings.items():
        yield from _fallback(model, key, one, several=len(routings) > 1)


def _fallback(model: Model, key: str, one: Routing, several: bool) -> Iterator[ProcessRow]:
    words, suffix = Words(model), (key,) if several else ()
    if one.fallback:
        names = [words.queue(one.fallback.queue)] if one.fallback.queue else []
        names += [words.person(one.fallback.owner)] if one.fallback.owner else []
        sentence = f"Most specific first, then general, then the fallback: {listed(names, 'or')}."
        yield ProcessRow(_id("routing-fallback", *suffix), "routing", sentence, "routing-fallback")
    if one.speed_to_lead:
        speed = one.speed_to_lead
        alert = f", an alert at {speed.alert_minutes}" if speed.alert_minutes else ""
        cold = f", cold after {speed.cold_after_hours} hours" if speed.cold_after_hours else ""
        sentence = f"Speed to lead: first contact in {speed.target_minutes} minutes{alert}{cold}."
        figures = {"target": str(speed.target_minutes)}
        yield ProcessRow(
            _id("routing-speed-to-lead", *suffix), "routing", sentence, "routing-speed-to-lead", {}, figures
        )


def _pipelines(model: Model) -> Iterator[ProcessRow]:
    words = Words(model)
    for key, pipeline in model.pipelines.items():
        for stage_key, stage in pipeline.stages.items():
            needs = [*stage.required_fields, *stage.required_when]
            required = listed(map(_small, words.fields(needs, "deal"))) if needs else "no required fields"
            kind = "pipeline-stage" if needs else "pipeline-stage-open"
            sentence = f"{pipeline.label}, {stage.label}: {required}."
            keys = {"pipeline": key, "stage": stage_key}
            yield ProcessRow(_id("pipeline", key, stage_key), "pipelines", sentence, kind, keys)
        hygiene = pipeline.hygiene
        workflow = _workflow(model, "stale_deal")
        if hygiene.stale_after_multiple:
            times = number(hygiene.stale_after_multiple)
            sentence = f"{pipeline.label}: a stale alert at {times} times the stage's average days."
            keys = {"pipeline": key, "workflow": workflow}
            yield ProcessRow(_id("pipeline", key, "stale-alert"), "pipelines", sentence, "pipeline-stale-alert", keys)
        if hygiene.push_reason_field:
            sentence = f"{pipeline.label}: a close-date push needs a reason."
            yield ProcessRow(_id("pipeline", key, "push"), "pipelines", sentence, "pipeline-push", {"pipeline": key})
        if hygiene.no_skipping:
            sentence = f"{pipeline.label}: no stage is skipped."
            yield ProcessRow(
                _id("pipeline", key, "skip"), "pipelines", sentence, "pipeline-no-skipping", {"pipeline": key}
            )


def _automation(model: Model) -> Iterator[ProcessRow]:
    if model.automation is None:
        return
    for key, workflow in model.automation.workflows.items():
        action = workflow.action or workflow.outcome or spoken(workflow.does)
        sentence = f"{workflow.label or capital(spoken(key))}: {action}."
        yield ProcessRow(
            _id("automation", key), "automation", sentence, _id("automation", workflow.does), {"workflow": key}
        )
    playbook = model.automation.playbook
    for what, entries in (("booking", playbook.booking), ("connectors", playbook.connectors)):
        for key, entry in entries.items():
            sentence = f"{entry.label}: {entry.outcome}."
            yield ProcessRow(_id("automation", what, key), "automation", sentence, f"automation-{what}")


def _deal_desk(model: Model) -> Iterator[ProcessRow]:
    for key, desk in model.deal_desk.items():
        for what, sentence in _reviews(model, desk).items():
            kind = "deal-desk-review-discount" if what == "discount" else "deal-desk-review"
            row = _id("deal-desk", key, "review", what)
            yield ProcessRow(row, "deal_desk", f"Review {sentence}.", kind, {"desk": key})
        for tier_key, tier in desk.approvals.items():
            automatic = all(one.automatic for one in tier.all_approvers)
            kind = "deal-desk-standard" if automatic else "deal-desk-approval"
            keys = {"desk": key, "tier": tier_key}
            yield ProcessRow(_id("deal-desk", key, tier_key), "deal_desk", _tier(model, tier), kind, keys)
        if desk.exceptions:
            after = desk.exceptions.candidate_after
            more = f"; one that repeats {after} times is a candidate for the standard" if after else ""
            sentence = f"Every exception is recorded{more}."
            yield ProcessRow(
                _id("deal-desk", key, "exceptions"), "deal_desk", sentence, "deal-desk-exceptions", {"desk": key}
            )


def _reviews(model: Model, desk: DealDesk) -> dict[str, str]:
    """What sends a deal to the desk, each with its own figure."""
    when, words = desk.review_when, Words(model)
    terms = desk.fields.payment_terms
    sentences = {
        "acv": f"when ACV is above {money(when.acv_above)}" if when.acv_above else "",
        "terms": f"on payment terms {listed([words.value(terms, one) for one in when.payment_terms], 'or')}"
        if when.payment_terms and terms
        else "",
        "multi-year": "on multi-year with custom pricing" if when.multi_year_custom_pricing else "",
        "discount": "on a discount beyond the published one" if when.discount_beyond_published else "",
        "legal": "on custom legal terms" if when.custom_legal_terms else "",
    }
    return {key: sentence for key, sentence in sentences.items() if sentence}


def _tier(model: Model, tier: Approval) -> str:
    low, high = tier.discount_from, tier.discount_below
    parts = []
    if low is not None or high is not None:
        bounds = f"{number(low or 0)}-{number(high)}%" if high is not None else f"{number(low or 0)}% or more"
        parts.append(f"{bounds} discount")
    parts += [word for word, on in (("custom terms", tier.custom_terms), ("multi-year", tier.multi_year)) if on]
    parts += ["enterprise"] if tier.enterprise else []
    who = listed(Words(model).assignee(one) for one in tier.all_approvers) or "nobody"
    covers = capital(listed(parts, "or")) or (tier.label or "Every deal")
    return f"{covers}: approved automatically." if who == "automatic" else f"{covers}: approved by {who}."


def _data_hygiene(model: Model) -> Iterator[ProcessRow]:
    hygiene, words = model.data_hygiene, Words(model)
    if hygiene.match_keys:
        sentence = f"Duplicates match on {listed(spoken(key) for key in hygiene.match_keys)}."
        yield ProcessRow("data-hygiene-match-keys", "data_hygiene", sentence, "data-hygiene-match-keys")
    if hygiene.merge_winner:
        sentence = f"The {hygiene.winner_of_merges} wins a merge conflict."
        yield ProcessRow("data-hygiene-merge-winner", "data_hygiene", sentence, "data-hygiene-merge-winner")
    stages = model.lifecycle.stages if model.lifecycle else {}
    if any(model.required_fields(key) for key in stages):
        count = len({ref for key in stages for ref in model.required_fields(key)})
        sentence = f"{count} required fields of lifecycle stages block the advance."
        yield ProcessRow("data-hygiene-required-fields", "data_hygiene", sentence, "data-hygiene-required-fields")
    for key, source in hygiene.enrichment.items():
        filled = listed(map(_small, words.fields(source.fields))) if source.fields else source.use
        sentence = f"{source.label} fills {filled}."
        yield ProcessRow(_id("data-hygiene-enrichment", key), "data_hygiene", sentence, "data-hygiene-enrichment")
    if hygiene.audit:
        every = capital(hygiene.audit.every)
        months = hygiene.audit.inactive_months
        for key, sentence in {
            "duplicates": "merge duplicates",
            "deliverability": "check deliverability",
            **({"inactive": f"archive contacts inactive for {months} months"} if months else {}),
            "bottlenecks": "look for bottlenecks in the stage distribution",
        }.items():
            row = f"data-hygiene-audit-{key}"
            yield ProcessRow(row, "data_hygiene", f"{every} audit: {sentence}.", row, {}, {"months": str(months)})


def _metrics(model: Model) -> Iterator[ProcessRow]:
    if model.metrics is None:
        return
    for key, metric in model.metrics.metrics.items():
        sentence = f"{metric.label}: {metric.formula}{_benchmark(metric)}."
        kind = "metric" if metric.calculation and not metric.source else "metric-with-source"
        yield ProcessRow(_id("metric", key), "metrics", sentence, kind, {"metric": key})
    for key, dashboard in model.metrics.dashboards.items():
        tiles = listed(_small(tile.label) for tile in dashboard.tiles.values()) or "nothing"
        yield ProcessRow(
            _id("dashboard", key), "metrics", f"{dashboard.label}: {tiles}.", "dashboard", {"dashboard": key}
        )


def _benchmark(metric: Metric) -> str:
    found, share = metric.benchmark, 100 if metric.unit == "ratio" else 1
    ends = [number(round(end * share, 6)) for end in (found.low, found.high) if end is not None] if found else []
    sign = {"ratio": "%", "minutes": " minutes", "days": " days"}.get(metric.unit, "")
    return f", {'-'.join(ends)}{sign}" if ends else ""
