"""A record in the model and in each CRM, and the likely cause where they disagree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from revops_iac.analysis.evaluation import Evaluation, evaluate
from revops_iac.analysis.records import typed
from revops_iac.documents.process import Process
from revops_iac.errors import AccountError
from revops_iac.provider.records import FoundRecord, RecordObject
from revops_iac.stack_context import StackContext

SYNC = timedelta(minutes=15)
"""Within this time after a change the native sync may not have run [D: it runs every 15 minutes at the latest]."""


@dataclass(frozen=True)
class Disagreement:
    """A value that differs between two places: the value in each, and the likely cause."""

    subject: str
    values: Mapping[str, str]
    cause: str


def read_live(
    context: StackContext, process: Process, object_name: RecordObject, who: str, at: datetime | None = None
) -> tuple[dict[str, FoundRecord], dict[str, str]]:
    """The record in each CRM by system, and why a CRM could not be read. Nothing is written."""
    found, unread = {}, {}
    for name, system in context.systems.items():
        if system.read_record is None:
            continue
        refs = [ref for ref, _ in process.model.fields() if ref.object == object_name]
        names = {str(ref): given.split(", ") for ref in refs if (given := process.vendor_field(ref, name))}
        session = context.session(system)
        try:
            session.open()
            one = system.read_record(session.client, object_name, who, names, at)
        except AccountError as error:
            unread[name] = str(error).splitlines()[0]
            continue
        if one is not None:
            found[name] = one
            if one.note:
                unread[name] = one.note
    return found, unread


def record_of(process: Process, live: FoundRecord) -> dict[str, Any]:
    """The values of a record as the model's conditions read them."""
    lifecycle, found = process.model.lifecycle, dict[str, Any]()
    for reference, value in live.values.items():
        field = process.model.field(reference)
        if field is not None:
            found[reference] = typed(field, value, process.model.options(reference))
    if lifecycle and lifecycle.field in found:
        own = {stage.hubspot_value: key for key, stage in lifecycle.stages.items() if stage.hubspot_value}
        stage = found[lifecycle.field]
        found[lifecycle.field] = own.get(stage, stage) if isinstance(stage, str) else stage
    return found


def merged(process: Process, records: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """One record from those of all CRMs; the source of truth wins where it has a value."""
    master = process.model.context.systems.source_of_truth
    found: dict[str, Any] = {}
    for name in sorted(records, key=lambda one: one == master):
        found |= {key: value for key, value in records[name].items() if value not in (None, "")}
    return found


def disagreements(
    process: Process, live: Mapping[str, FoundRecord], now: datetime, evaluation: Evaluation
) -> Iterator[Disagreement]:
    """Where a CRM and the model, or two CRMs, disagree."""
    records = {name: record_of(process, one) for name, one in live.items()}
    labels = {system.name: system.label for system in process.systems}
    for name, record in records.items():
        yield from _with_model(process, labels.get(name, name), record, now)
    yield from _owners(process, labels, live, evaluation)
    yield from _between(process, labels, live, records, now)


def _with_model(process: Process, label: str, record: Mapping[str, Any], now: datetime) -> Iterator[Disagreement]:
    """What the CRM computed, against the model evaluated on the same values."""
    scored = evaluate(process.model, record, now).scored
    if scored is None:
        return
    fields = process.model.scoring[scored.entry].fields
    expected = ((fields.fit, scored.fit), (fields.total, scored.total), (fields.ready, scored.ready))
    for reference, value in expected:
        crm_value = record.get(reference)
        if crm_value is not None and crm_value != value:
            cause = "the stack was not applied since the model changed, or a person edited the field"
            values = {"model": _shown(process, reference, value), label: _shown(process, reference, crm_value)}
            yield Disagreement(process.words.field(reference), values, cause)
    yield from _stage(process, label, record, scored.ready)


def _stage(process: Process, label: str, record: Mapping[str, Any], ready: bool) -> Iterator[Disagreement]:
    lifecycle, qualified = process.model.lifecycle, process.model.qualified_stage()
    if lifecycle is None or qualified is None or not ready or not lifecycle.field:
        return
    crm_value = record.get(lifecycle.field)
    if crm_value in lifecycle.order.before(qualified):
        values = {"model": lifecycle.stages[qualified].label, label: lifecycle.stages[str(crm_value)].label}
        yield Disagreement(process.words.field(lifecycle.field), values, _why_not_moved(process, record, qualified))


def _why_not_moved(process: Process, record: Mapping[str, Any], qualified: str) -> str:
    lacking = [ref for ref in process.model.required_fields(qualified) if record.get(ref) in (None, "")]
    own = [ref for ref in lacking if ref.object == "contact"]
    if own:
        return f"required fields are empty: {', '.join(process.words.fields(own))}"
    automation = process.model.automation
    workflows = automation.workflows.values() if automation else ()
    if not any(one.does == "lifecycle_auto_update" and one.enabled for one in workflows):
        return "the automation that moves the stage is off"
    return "the automation has not run yet, or was switched off in the CRM"


def _owners(
    process: Process, labels: Mapping[str, str], live: Mapping[str, FoundRecord], evaluation: Evaluation
) -> Iterator[Disagreement]:
    people = process.model.people
    for routed in evaluation.routed:
        for name, one in live.items():
            known = {people.identity(key, name): person.name for key, person in people.persons.items()}
            crm_value = known.get(one.owner or "", one.owner or "nobody")
            if one.owner and crm_value not in routed.owner and not _in_team(process, routed.rule, one.owner, name):
                cause = "a person reassigned it, or it was routed before the rules or the record changed"
                yield Disagreement("Owner", {"model": routed.owner, labels.get(name, name): crm_value}, cause)


def _in_team(process: Process, rule: str | None, login: str, system: str) -> bool:
    """Whether the owner is a member of the team or queue that the rule assigns to."""
    model, members = process.model, list[str]()
    for routing in model.routing.values():
        assign = routing.rules[rule].assign if rule in routing.rules else None
        team = model.people.teams.get(assign.team or "") if assign else None
        fallback = routing.fallback.queue if routing.fallback and rule is None else None
        queue = model.people.queues.get((assign.queue if assign else fallback) or "")
        members += [*(team.members if team else ()), *(queue.members if queue else ())]
        if queue and login in (queue.label, queue.label.replace(" ", "_")):
            return True
    return login in {model.people.identity(member, system) for member in members}


def _between(
    process: Process,
    labels: Mapping[str, str],
    live: Mapping[str, FoundRecord],
    records: Mapping[str, Mapping[str, Any]],
    now: datetime,
) -> Iterator[Disagreement]:
    """Fields whose values differ between two CRMs."""
    names = list(records)
    if len(names) < 2:
        return
    one, other = names[:2]
    owners = {"contact.owner", "deal.owner"}
    for reference in records[one].keys() & records[other].keys() - owners:
        first, second = records[one][reference], records[other][reference]
        if first is not None and second is not None and _comparable(first) != _comparable(second):
            values = {
                labels.get(name, name): _shown(process, reference, records[name][reference]) for name in (one, other)
            }
            yield Disagreement(process.words.field(reference), values, _why_apart(labels, live, one, other, now))


def _comparable(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _why_apart(labels: Mapping[str, str], live: Mapping[str, FoundRecord], one: str, other: str, now: datetime) -> str:
    changes = {name: moment for name in (one, other) if (moment := live[name].changed)}
    latest = max(changes, key=lambda name: changes[name], default=one)
    if changes and now - changes[latest] < SYNC:
        return f"sync lag: {labels.get(latest, latest)} changed less than 15 minutes ago"
    return f"a person edited it in {labels.get(latest, latest)}, or the sync does not map this field"


def _shown(process: Process, reference: str, value: Any) -> str:
    return process.words.value(reference, value)
