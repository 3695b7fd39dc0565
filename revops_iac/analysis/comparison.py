"""A record in the model and in each CRM, and the likely cause where they disagree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, combinations
from typing import Any

from revops_iac.analysis.evaluation import Evaluation, Routed, evaluate
from revops_iac.analysis.live import record_of, value_of
from revops_iac.documents.process import Process
from revops_iac.documents.words import listed
from revops_iac.model.automation import Automation
from revops_iac.provider.inspection.records import OWNER, Edit, FoundRecord

SYNC = timedelta(minutes=15)
"""Within this time after a change the native sync may not have run [D: it runs every 15 minutes at the latest]."""
Off = Callable[[str, str], list[str]]
"""System and key of a workflow -> what it compiles to and is switched off there."""
AS_USER = "manually, by a tool, or by an automation that their save started"
"""What may stand behind a save in the name of a user, of which the CRM keeps no more."""
MOVES, ASSIGNS = ("lifecycle_auto_update",), ("mql_assignment", "recycled_reentry")


@dataclass(frozen=True)
class Disagreement:
    """A value that differs between two places: the value in each, and the likely cause."""

    subject: str
    values: Mapping[str, str]
    cause: str


def disagreements(
    process: Process, live: Mapping[str, FoundRecord], now: datetime, evaluation: Evaluation, off: Off
) -> list[Disagreement]:
    """Where a CRM and the model, or two CRMs, disagree about a record."""
    return list(_Comparison(process, live, now, evaluation, off).all())


@dataclass(frozen=True)
class _Comparison:
    process: Process
    live: Mapping[str, FoundRecord]
    now: datetime
    evaluation: Evaluation
    off: Off

    def all(self) -> Iterator[Disagreement]:
        records = {name: record_of(self.process, one) for name, one in self.live.items()}
        for name, record in records.items():
            yield from self._scores(name, record)
            yield from self._stage(name, record)
            yield from self._owner(name, record)
        for one, other in combinations(records, 2):
            yield from self._between(one, other, records)

    def _scores(self, system: str, record: Mapping[str, Any]) -> Iterator[Disagreement]:
        """What the CRM computed, against the model evaluated on the same values."""
        scored = evaluate(self.process.model, record, self.now).scored
        if scored is None:
            return
        fields = self.process.model.scoring[scored.entry].fields
        expected = ((fields.fit, scored.fit), (fields.total, scored.total), (fields.ready, scored.ready))
        for reference, value in expected:
            if record.get(reference) is not None and record[reference] != value:
                cause = self._by_person(system, reference) or "the stack was not applied since the model changed"
                yield self._with_model(system, reference, value, record[reference], cause)

    # --- stage

    def _stage(self, system: str, record: Mapping[str, Any]) -> Iterator[Disagreement]:
        lifecycle = self.process.model.lifecycle
        if lifecycle is None or not lifecycle.field or not self._decides(system, lifecycle.runs_on):
            return
        scored = evaluate(self.process.model, record, self.now).scored
        judged = {**record, "today": self.now.date(), **(self._computed(scored) if scored else {})}
        crm_value = record.get(lifecycle.field)
        due = self._due_stage(judged, crm_value)
        if due is not None:
            yield self._with_model(system, lifecycle.field, due, crm_value, self._why_not_moved(system, due))
        elif crm_value in lifecycle.stages and (cause := self._by_person(system, lifecycle.field)):
            entry = lifecycle.stages[str(crm_value)].entry_when
            if entry is not None and not entry.evaluate(judged):
                label = lifecycle.stages[str(crm_value)].label
                values = {"model": f"the conditions of {label} are not met", self._label(system): label}
                yield Disagreement(self.process.words.field(lifecycle.field), values, cause)

    def _computed(self, scored: Any) -> dict[str, Any]:
        fields = self.process.model.scoring[scored.entry].fields
        return {fields.fit: scored.fit, fields.total: scored.total, fields.ready: scored.ready}

    def _due_stage(self, record: Mapping[str, Any], crm_value: Any) -> str | None:
        """The last stage to which the automation of the model would have moved the record by now."""
        model, lifecycle = self.process.model, self.process.model.lifecycle
        assert lifecycle is not None
        found = None
        for key, stage in lifecycle.stages.items():
            is_before = crm_value is None or crm_value in lifecycle.order.before(key)
            if stage.entry_when is None or not is_before or not stage.entry_when.evaluate(dict(record)):
                continue
            order = lifecycle.order
            asked = chain.from_iterable(
                model.required_fields(one) for one in order.stages if key in order.asked_in(one)
            )
            lacking = [ref for ref in asked if ref.object == "contact" and record.get(ref) in (None, "", False)]
            found = found if lacking else key
        return found

    def _why_not_moved(self, system: str, due: str) -> str:
        lifecycle = self.process.model.lifecycle
        assert lifecycle is not None
        edit = self.live[system].edits.get(str(lifecycle.field))
        if edit is not None and edit.how != "automatic":
            before = value_of(self.process, str(lifecycle.field), edit.before)
            if before in lifecycle.stages and due in (before, *lifecycle.order.before(str(before))):
                return self._edit(system, edit)
        return self._off(system, MOVES) or self._not_yet(system)

    def _not_yet(self, system: str) -> str:
        changed = self.live[system].changed
        if changed and self.now - changed < SYNC:
            return f"the automation has not run yet: {self._label(system)} changed less than 15 minutes ago"
        return "the automation did not take the record: it was there before the automation was enabled, or it failed"

    def _off(self, system: str, does: tuple[str, ...]) -> str:
        """That an automation is off, in the model or in the CRM; empty where it runs."""
        automation = self.process.model.automation or Automation()
        workflows = {key: one for key, one in automation.workflows.items() if one.does in does}
        on = [key for key, one in workflows.items() if one.enabled]
        if not on:
            return "automation off: the model enables none that does this"
        off = [f'"{name}"' for key in on for name in self.off(system, key)]
        return f"automation off: {listed(off)} in {self._label(system)}" if off else ""

    # --- owner

    def _owner(self, system: str, record: Mapping[str, Any]) -> Iterator[Disagreement]:
        owner = self.live[system].owner
        routed = [one for one in self.evaluation.routed if self._has_come(system, one, record)]
        logins = {
            login for one in self.evaluation.routed for key in one.taken_by for login in self._logins(key, system)
        }
        if not routed or owner is None or owner.casefold() in logins:
            return
        cause = self._by_person(system, OWNER) or self._off(system, ASSIGNS)
        cause = cause or "routed before the rules or the record changed, or reassigned"
        persons = self.process.model.people.persons
        people = {self.process.model.people.identity(key, system): one.name for key, one in persons.items()}
        values = {"model": listed((one.owner for one in routed), "or"), self._label(system): people.get(owner, owner)}
        yield Disagreement("Owner", values, cause)

    def _has_come(self, system: str, routed: Routed, record: Mapping[str, Any]) -> bool:
        """Whether a routing has run for a record that stands where it does."""
        model, lifecycle = self.process.model, self.process.model.lifecycle
        routing = model.routing[routed.key]
        stage = record.get(lifecycle.field) if lifecycle and lifecycle.field else None
        reached = {"created", stage, *(["mql"] if stage == model.qualified_stage() else [])}
        return self._decides(system, routing.runs_on) and (not routing.moments or bool(reached & set(routing.moments)))

    def _logins(self, key: str, system: str) -> set[str]:
        people = self.process.model.people
        queue = people.queues.get(key)
        found = {queue.label, queue.label.replace(" ", "_")} if queue else {people.identity(key, system)}
        return {one.casefold() for one in found}

    # --- between two CRMs

    def _between(self, one: str, other: str, records: Mapping[str, Mapping[str, Any]]) -> Iterator[Disagreement]:
        """Fields whose values differ between two CRMs."""
        for reference in records[one].keys() & records[other].keys():
            first, second = records[one][reference], records[other][reference]
            if first is not None and second is not None and _comparable(first) != _comparable(second):
                shown = {name: self._shown(reference, records[name][reference]) for name in (one, other)}
                values = {self._label(name): text for name, text in shown.items()}
                yield Disagreement(self._name(reference), values, self._why_apart(reference, one, other))

    def _why_apart(self, reference: str, one: str, other: str) -> str:
        changes = {name: moment for name in (one, other) if (moment := self._changed(name, reference))}
        latest = max(changes, key=lambda name: changes[name], default=one)
        if changes and self.now - changes[latest] < SYNC:
            return f"sync lag: {self._label(latest)} changed less than 15 minutes ago"
        hand = self._by_person(latest, reference)
        return hand or f"manual edit in {self._label(latest)}, or the sync does not map this field"

    def _changed(self, system: str, reference: str) -> datetime | None:
        edit = self.live[system].edits.get(reference)
        return edit.at if edit else self.live[system].changed

    # --- words

    def _by_person(self, system: str, reference: str) -> str:
        """In whose name a field was last changed, and when; empty for an automation, or where there is no history."""
        edit = self.live[system].edits.get(reference)
        return self._edit(system, edit) if edit and edit.how != "automatic" else ""

    def _edit(self, system: str, edit: Edit) -> str:
        when = f"{edit.by} in {self._label(system)} on {edit.at:%Y-%m-%d %H:%M} UTC"
        return f"manual edit: {when}" if edit.how == "manual" else f"saved by {when}, {AS_USER}"

    def _with_model(self, system: str, reference: str, value: Any, crm_value: Any, cause: str) -> Disagreement:
        values = {"model": self._shown(reference, value), self._label(system): self._shown(reference, crm_value)}
        return Disagreement(self._name(reference), values, cause)

    def _decides(self, system: str, runs_on: str | None) -> bool:
        """Whether a CRM is where an entry of the model runs, not the one that repeats it by the sync."""
        return len(self.live) == 1 or system == (runs_on or self.process.model.context.systems.source_of_truth)

    def _label(self, system: str) -> str:
        return next((one.label for one in self.process.systems if one.name == system), system)

    def _name(self, reference: str) -> str:
        return self.process.words.field(reference)

    def _shown(self, reference: str, value: Any) -> str:
        return "nothing" if value in (None, "") else self.process.words.value(reference, value)


def _comparable(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
