"""The companies, each on one CRM alone with everything enabled; people of theirs, and what the model makes of these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

from revops_iac.model import Model
from revops_iac.model.condition import Compare, Condition
from revops_iac.model.lifecycle import Lifecycle
from revops_iac.model.people import Assignee
from revops_iac.model.scoring import score
from revops_iac.source.load import load_model

HERE = Path(__file__).parent
COMPANIES = sorted(one.name for one in HERE.iterdir() if (one / "stacks").is_dir())
GO_LIVE = date(2026, 12, 1)
TODAY = date(2026, 12, 2)
BEFORE = date(2025, 11, 3)
"""When people first reached a stage that they were sent back from."""
Record = dict[str, Any]
"""A person by `object.key`; picklists hold keys of the model."""
UNKNOWN_SHARE = 0.15


def everything_on(name: str, system: str) -> Model:
    """A company all of whose topics run on one CRM, with every automation enabled for everybody."""
    model = load_model(HERE / name / "stacks", "prod")
    assert model.automation is not None
    assert model.lifecycle is not None
    here = {"runs_on": system}
    on = {**here, "enabled": True, "backfill": True}
    workflows = {key: one.model_copy(update=on) for key, one in model.automation.workflows.items()}
    systems = model.context.systems.model_copy(update={"managed": [system], "source_of_truth": system})
    topics = ("scoring", "routing", "pipelines", "deal_desk")
    return model.model_copy(
        update={
            "context": model.context.model_copy(update={"systems": systems}),
            "automation": model.automation.model_copy(update={"workflows": workflows}),
            "lifecycle": model.lifecycle.model_copy(update={**here, "write_hubspot_stages": True}),
            **{one: {k: v.model_copy(update=here) for k, v in getattr(model, one).items()} for one in topics},
        }
    )


# --- people


def people(model: Model, number: int) -> list[Record]:
    """People who stand at some stage, with values on both sides of every limit that the model names."""
    random, asked = Random(20261202), _literals(model)
    return [_person(model, random, n, asked) for n in range(number)]


def _person(model: Model, random: Random, n: int, asked: Mapping[str, list[Compare]]) -> Record:
    lifecycle = _lifecycle(model)
    record: Record = {"today": TODAY}
    for reference, comparisons in asked.items():
        value = _value(model, random, reference, comparisons)
        if value is not None and (random.random() > UNKNOWN_SHARE or model.options(reference)):
            record[reference] = value
    scores = next(iter(model.scoring.values())).fields
    record[scores.engagement] = random.choice([0, 10, 30, 40, 60, 100])
    if scores.high_intent and random.random() < 0.2:
        record[scores.high_intent] = True
    ending = record.get("contact.email", "")
    record["contact.email"] = f"person{n}@company{n}{ending if ending.startswith('.') else '.example'}"
    record |= {"contact.last_name": f"Person {n}", "contact.company_name": f"Company {n}"}
    record[scores.ready] = score(model.scoring, model.context, record).ready
    stages = [key for key in lifecycle.stages if not lacking(model, key, record)]
    record[str(lifecycle.field)] = random.choice([None, *stages])
    return record | {one: BEFORE for place, one in enumerate(first_dates(lifecycle)) if (n + place) % 3 == 0}


def first_dates(lifecycle: Lifecycle) -> list[str]:
    """The fields that say when a stage was first reached, and are no clock of an SLA."""
    dates = {key: stage.date_field for key, stage in lifecycle.stages.items() if stage.date_field}
    return [str(one) for key, one in dates.items() if one not in lifecycle.clocks(key)]


def _value(model: Model, random: Random, reference: str, comparisons: list[Compare]) -> Any:
    field = model.field(reference)
    kind = field.type if field else "text"
    if options := list(model.options(reference)):
        return random.choice(options)
    literals: list[Any] = [value for one in comparisons for value in one.values]
    if kind == "checkbox":
        return random.random() < 0.5
    if kind in ("number", "currency", "percent"):
        return random.choice([0, *(number + step for number in literals for step in (-1, 0, 1))])
    if kind in ("date", "datetime"):
        return random.choice([None, None, TODAY, TODAY - timedelta(days=30), TODAY - timedelta(days=200)])
    return random.choice([*literals, "Elsewhere"]) if literals else "something"


def _literals(model: Model) -> dict[str, list[Compare]]:
    """Every field of the person that a condition reads or a stage requires, with its comparisons."""
    found: dict[str, list[Compare]] = {}
    for condition in _conditions(model):
        for one in condition.comparisons():
            assert isinstance(one, Compare)
            found.setdefault(str(one.field), []).append(one)
    lifecycle, scores = _lifecycle(model), next(iter(model.scoring.values())).fields
    for reference in (*chain.from_iterable(map(model.required_fields, lifecycle.stages)), *_dimensions(model)):
        found.setdefault(str(reference), [])
    left_out = {*scores.model_dump().values(), lifecycle.field, "contact.last_name", "contact.company_name"}
    return {ref: found[ref] for ref in sorted(found) if ref.startswith("contact.") and ref not in left_out}


def _conditions(model: Model) -> Iterator[Condition]:
    for entry in model.scoring.values():
        yield from (band.when for signal in entry.fit.values() for band in signal.bands)
        yield from (signal.when for signal in entry.negative.values())
    rules = [rule for routing in model.routing.values() for rule in routing.rules.values()]
    yield from (rule.condition for rule in rules if rule.condition is not None)
    yield from (stage.entry_when for stage in _lifecycle(model).stages.values() if stage.entry_when is not None)


def _dimensions(model: Model) -> Iterator[str]:
    filters = [entry.applies_to for entry in model.scoring.values()]
    filters += [entry.applies_to for entry in model.routing.values()]
    used = {key for applies_to in filters for key in applies_to}
    fields = (model.context.dimensions[key].field_on("contact") for key in sorted(used))
    return (str(field) for field in fields if field)


# --- what the model makes of them


def lacking(model: Model, stage: str, record: Record) -> list[str]:
    """The fields of the person that a stage asks for and the record lacks."""
    order = _lifecycle(model).order
    needed = [str(ref) for key in order.stages if stage in order.asked_in(key) for ref in model.required_fields(key)]
    return [one for one in needed if one.startswith("contact.") and record.get(one) in (None, False, "")]


def stages_after(model: Model, record: Record) -> set[str | None]:
    """Where a person can stand after the lifecycle automation: no criteria lead on, or what they need is missing."""
    lifecycle = _lifecycle(model)
    seen: set[str | None] = set()
    todo: list[str | None] = [record[str(lifecycle.field)]]
    ends: set[str | None] = set()
    while todo:
        now = todo.pop()
        nexts = [key for key in lifecycle.stages if _leads_to(model, record, now, key)]
        ends |= set() if nexts else {now}
        todo += [key for key in nexts if key not in seen]
        seen |= set(nexts)
    return ends


def _leads_to(model: Model, record: Record, now: str | None, to: str) -> bool:
    lifecycle = _lifecycle(model)
    when = lifecycle.stages[to].entry_when
    stands_before = now is None or now in lifecycle.order.before(to)
    return when is not None and stands_before and when.evaluate(record) and not lacking(model, to, record)


def owners(model: Model, routing_key: str, record: Record, system: str) -> list[str]:
    """Who may get the person from a routing: by the first rule that takes them, else by the fallback."""
    routing = model.routing[routing_key]
    for rule in routing.rules.values():
        for condition, assignee in rule.takers():
            if condition is None or condition.evaluate(record):
                return _members(model, assignee, system)
    assert routing.fallback is not None
    queue, owner = routing.fallback.queue, routing.fallback.owner
    waits = queue if system == "salesforce" or not owner else None
    return _members(model, Assignee(queue=waits) if waits else Assignee(person=owner), system)


def _members(model: Model, assignee: Assignee, system: str) -> list[str]:
    """The keys of who may own the record; HubSpot has no queues, so the people of one take turns."""
    if assignee.team:
        return list(model.people.teams[assignee.team].members)
    if assignee.queue and system == "hubspot":
        return list(model.people.queues[assignee.queue].members)
    return [str(assignee.queue or assignee.person)]


def routing_of(model: Model, record: Record, now: str | None) -> str | None:
    """The routing that runs last for a person who is made at one stage and then moves to another."""
    for moments in (_moments(model, now), _moments(model, record[str(_lifecycle(model).field)]), {"created"}):
        for key, one in model.routing.items():
            if moments & set(one.moments) and model.context.covers(one.applies_to, "contact", record):
                return key
    return None


def _moments(model: Model, stage: str | None) -> set[str]:
    return {stage or "", *(["mql"] if stage and stage == model.qualified_stage() else [])}


def _lifecycle(model: Model) -> Lifecycle:
    assert model.lifecycle is not None
    return model.lifecycle
