"""What a plan does that deserves a second look, which policies cannot see: they are shown no old values and no deletes.

Removals, lost options and stages, changed types, rules that are disabled, automations that are enabled, each with the
records at stake; and the share of a kind that one plan may touch, in the manner of octoDNS.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from revops_iac.config.settings import Settings
from revops_iac.diagnostics import Diagnostic, Position, escaped, first_of, plural
from revops_iac.plan.reading import PlanReading, Step
from revops_iac.provider.changes.differences import IDENTITIES
from revops_iac.provider.kind import Kind
from revops_iac.provider.live_object import Definition, Impact, LiveObject
from revops_iac.provider.session import Session
from revops_iac.systems import system_named

ENTRIES = {"options": "option", "stages": "stage", "values": "value"}
"""Lists whose entries records hold, and what one of them is called."""
TYPES = ("type", "field_type")
SWITCHES = ("active", "enabled", "is_active")
NAMED = 6
"""How many objects that share a danger are named."""
FEW = 10
"""Shares are judged from so many objects of a kind on, as octoDNS does [S: octodns/provider/plan.py]."""


@dataclass(frozen=True)
class Danger:
    """One step to look at twice. `records` are at stake, `at_stake` says of what; `allowed_by` is a key of config."""

    system: str
    kind: str
    name: str
    what: str
    records: int = 0
    at_stake: str = ""
    allowed_by: str = ""
    position: Position | None = None
    """Where the model declares the object, if it still does."""

    @property
    def noun(self) -> str:
        """What people call such an object."""
        kind = system_named(self.system).kinds.get(self.kind)
        return (kind.enables or kind.noun) if kind is not None else self.kind

    @property
    def resource(self) -> str:
        """`HubSpot property "contacts.tier"`."""
        return f'{system_named(self.system).label} {self.noun} "{self.name}"'

    @property
    def sentence(self) -> str:
        """The whole on one line."""
        records = f"; {self.at_stake}" if self.at_stake else ""
        allowed = f" (allowed by {self.allowed_by})" if self.allowed_by else ""
        return escaped(f"{self.resource} {self.what}{records}{allowed}")


def summarized(found: Iterable[Danger]) -> Iterator[tuple[str, int]]:
    """The dangers as sentences, each with its records; what happens to several alike without records is one."""
    groups: dict[tuple[str, ...], list[Danger]] = {}
    for one in found:
        alone = (one.name,) if one.records else ()
        groups.setdefault((one.system, one.noun, one.what, one.at_stake, *alone), []).append(one)
    for (system, noun, what, at_stake, *_), alike in groups.items():
        if len(alike) == 1:
            yield alike[0].sentence, alike[0].records
            continue
        names = first_of([f'"{name}"' for name in sorted(one.name for one in alike)], NAMED)
        each = "; ".join(filter(None, (what, at_stake)))
        yield escaped(f"{system_named(system).label}: {plural(len(alike), noun)}, each {each}: {names}"), 0


@dataclass(frozen=True)
class Touched:
    """One vendor object of a plan and how the account holds it now; None where there is none."""

    step: Step
    kind: Kind[Any, Any]
    name: str
    live: LiveObject | None


def kind_of(step: Step) -> Kind[Any, Any] | None:
    """The kind behind a step on a CRM; None where this release has none."""
    return system_named(step.system).kinds.get(step.kind) if step.system else None


def touched(session: Session[Any], steps: Sequence[Step]) -> list[Touched]:
    """The objects of steps on one CRM, as the account holds them. Raises AccountError."""
    found = []
    for step in steps:
        kind = kind_of(step)
        inputs = step.before if step.before is not None else step.after
        if step.system != session.system.name or kind is None or inputs is None:
            continue
        typed = kind.parse(inputs)
        state = kind.state(step.outputs) if step.outputs else None
        found.append(Touched(step, kind, kind.vendor_name(typed), kind.find(session, typed, state)))
    return found


def dangers(session: Session[Any], objects: Sequence[Touched]) -> Iterator[Danger]:
    """What is dangerous in the steps on one CRM, with the records at stake. Raises AccountError."""
    places = {(item.kind, item.pulumi_name): item.position for item in session.declared}
    for one in objects:
        system, kind, place = one.step.system, one.step.kind, places.get((one.step.kind, one.step.key))
        found = [Danger(system, kind, one.name, what, position=place) for what in _of_step(one.step, one.kind)]
        impacts = list(_impacts(session, one)) if found or one.step.verb == "update" else []
        if not found and impacts:
            found = [Danger(system, kind, one.name, "is changed", position=place)]
        for number, danger in enumerate(found):
            yield _with_records(session, one, danger, impacts if number == 0 else ())


def _with_records(session: Session[Any], one: Touched, danger: Danger, impacts: Sequence[Impact]) -> Danger:
    records = sum(impact.records for impact in impacts)
    names = {one.name, one.step.key}
    key = next(
        (
            f"revops:{key}"
            for key, allowed in (
                ("allowDataLoss", session.settings.allow_data_loss),
                ("allowDelete", session.settings.allow_delete),
            )
            if names & allowed
        ),
        "",
    )
    return replace(
        danger,
        records=records,
        at_stake="; ".join(impact.sentence for impact in impacts if impact.records),
        allowed_by=key if records else "",
    )


def _impacts(session: Session[Any], one: Touched) -> Iterator[Impact]:
    impact = None
    if one.step.verb == "create" and one.step.after is not None:
        impact = one.kind.create_impact(session, one.kind.parse(one.step.after))
    elif one.live is None:
        return
    elif one.step.verb == "delete":
        impact = None if one.step.outputs.get("adopted") else one.kind.delete_impact(session, one.live)
    elif one.step.after is not None:
        yield from one.kind.update_impact(session, one.kind.parse(one.step.after), one.live)
    if impact is not None:
        yield impact


def _of_step(step: Step, kind: Kind[Any, Any]) -> Iterator[str]:
    """What a step does that is dangerous by itself, in words."""
    if kind.enables and step.verb in ("create", "delete"):
        yield "is switched on" if step.verb == "create" else "is switched off"
    elif step.verb == "delete":
        yield f"is removed: {_became(step, kind)}"
    elif step.verb == "update" and step.before is not None and step.after is not None:
        yield from _of_update(step.before, step.after)


def _became(step: Step, kind: Kind[Any, Any]) -> str:
    if step.outputs.get("adopted"):
        return "its original definition is restored"
    became = re.sub(r" \[[A-Z?]\]", "", kind.on_delete).rstrip(".")
    return became[:1].lower() + became[1:]


def _of_update(before: Definition, after: Definition) -> Iterator[str]:
    for key, noun in ENTRIES.items():
        lost = _lost(before.get(key), after.get(key))
        if lost:
            yield f"loses {noun}{'s' if len(lost) > 1 else ''} {', '.join(lost)}"
    for key in TYPES:
        if key in before and key in after and before[key] != after[key]:
            yield f"changes its {key.replace('_', ' ')} from {before[key]} to {after[key]}"
    for key in SWITCHES:
        if isinstance(before.get(key), bool) and isinstance(after.get(key), bool) and before[key] != after[key]:
            yield "is switched on" if after[key] else "is switched off"


def _lost(before: Any, after: Any) -> list[str]:
    """What the entries of a list that go are called."""
    if not isinstance(before, list) or not all(isinstance(one, Mapping) for one in before):
        return []
    there = {_identity(one) for one in after or () if isinstance(one, Mapping)}
    return [str(one.get("label") or _identity(one)) for one in before if _identity(one) not in there]


def _identity(entry: Mapping[str, Any]) -> str:
    return next((str(entry[key]) for key in IDENTITIES if entry.get(key) is not None), str(entry))


# --- shares of a kind -------------------------------------------------------------------------------------------------


def refusals(reading: PlanReading, settings: Settings) -> Iterator[Diagnostic]:
    """Plans that delete or change more of one kind than stack config allows, once there are ten of it."""
    existing = Counter((step.system, step.kind) for step in reading.existing())
    for verb, key, allowed in (
        ("delete", "maxDeletePercent", settings.max_delete_percent),
        ("update", "maxUpdatePercent", settings.max_update_percent),
    ):
        steps = Counter((step.system, step.kind) for step in reading.vendor_steps if step.verb == verb)
        for (system, kind), count in sorted(steps.items()):
            of = existing[system, kind]
            percent = 100 * count / of if of else 0
            if of >= FEW and percent > allowed:
                yield _too_many(system, kind, verb, count, of, percent, key, allowed)


def _too_many(
    system: str, name: str, verb: str, count: int, of: int, percent: float, key: str, allowed: int
) -> Diagnostic:
    crm, needed = system_named(system), min(100, -int(-percent // 1))
    noun = crm.kinds[name].noun if name in crm.kinds else name
    done = "deletes" if verb == "delete" else "changes"
    return Diagnostic(
        f"{crm.label} {name}",
        f"the plan {done} {count:,} of {plural(of, noun)} ({percent:.0f}%), at most {allowed}% may be in one plan",
        f"split the change, or allow it for this plan: pulumi config set revops:{key} {needed}",
        code=key,
    )
