"""Lifecycle: the stages of a person, the handoffs between teams, rejection and recycling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal, Protocol

from pydantic import BeforeValidator, Field

from revops_iac.model.condition import Condition, FieldRef
from revops_iac.model.duration import Duration
from revops_iac.model.entry import (
    BusinessHoursKey,
    Entry,
    FieldReference,
    Key,
    LeadStatusKey,
    PersonKey,
    StageKey,
    System,
    TeamKey,
    VendorEntry,
    VendorNames,
    as_list,
)


class LifecycleStage(VendorEntry):
    """A stage, who owns it, and what lets a person in and out.

    Example::

        pql: {label: PQL, follows: lead, owner: growth, entry_when: contact.active_days >= 5, exit: accepted or not}
    """

    label: str
    """The name that people read."""
    hubspot_value: str | None = None
    """The internal value of the stage on HubSpot: one of its own, which every portal has, or the internal ID that
    HubSpot gave a stage which was added in its settings."""
    owner: TeamKey | None = None
    """The team that owns people in this stage."""
    then: TeamKey | None = None
    """The team that owns it after `owner`."""
    shared_with: list[TeamKey] = []
    """Teams that own it beside `owner`."""
    optional: bool = False
    """A person may pass it by: the stages after it can also be entered from the stages before it."""
    follows: Annotated[list[StageKey], BeforeValidator(as_list, json_schema_input_type=str | list[str])] | None = None
    """The stages right before it, such as `[lead]`; `[]` where people may begin. Two stages that follow the same one
    are parallel. Default: all stages written before it that no other stage follows yet. An automation takes the first
    one as its way."""
    automatic: bool = False
    """Records enter and leave it without a person's work."""
    entry: str | None = None
    """What lets a person in, in words."""
    entry_when: Condition | None = None
    """The condition that lets a person in."""
    exit: str | None = None
    """What lets a person out, in words."""
    exit_when: Condition | None = None
    """The condition that lets a person out."""
    required_fields: list[FieldReference] = []
    """What the entry criterion itself names; `data_hygiene.required_by_stage` adds to it."""
    date_field: FieldReference | None = None
    """When the stage was first reached."""


class Handoff(Entry):
    """From one team to the next: how fast, how tracked, who answers for it."""

    label: str | None = None
    """The name that people read."""
    from_stage: StageKey | None = None
    """The lifecycle stage that it leaves."""
    to_stage: StageKey | None = None
    """The lifecycle stage that it enters."""
    from_team: TeamKey | None = None
    """The team that hands over."""
    to_team: TeamKey | None = None
    """The team that receives."""
    accountable: PersonKey | None = None
    """The person who answers for the handoff."""
    sla: dict[Key, Duration] = {}
    """What must happen -> within which time."""
    tracked_by: list[FieldReference] = []
    """The fields that show whether it was on time."""
    clock_field: FieldReference | None = None
    """When the clock started."""
    met_by: dict[Key, FieldReference] = {}
    """What must happen, as in `sla` -> the field that is filled once it has."""
    due_field: FieldReference | None = None
    """Holds when the SLA is due."""
    breached_field: FieldReference | None = None
    """Set when the SLA was missed."""
    escalates_to: Literal["manager", "accountable"] | None = None
    """Who is notified of a breach: the manager of the receiving team, or the accountable person."""
    on_breach: str | None = None
    """What happens after a breach, in words."""


class Nurture(Entry):
    """The slower program that recycled leads enter."""

    label: str
    """The name that people read."""
    every_days: Annotated[int, Field(gt=0)]
    """Days between two messages."""


class Recycle(Entry):
    """What happens to a rejected lead, and the fields that keep it apart from new ones."""

    status: LeadStatusKey
    """The lead status of a recycled lead."""
    back_to: StageKey
    """The stage that it returns to."""
    count_field: FieldReference | None = None
    """Counts how often a lead was recycled."""
    first_date_field: FieldReference | None = None
    """Holds when the lead first became an MQL."""
    latest_date_field: FieldReference | None = None
    """Holds when the lead last became an MQL."""
    reason_field: FieldReference | None = None
    """Holds why the lead was rejected."""
    nurture: Nurture | None = None
    """The program that recycled leads enter."""


class Definitions(Entry):
    """What the words of the SLAs mean."""

    clock_starts: str | None = None
    """When the clock of an SLA starts, in words."""
    first_contact: str | None = None
    """What counts as first contact, in words."""
    business_hours: BusinessHoursKey | None = None
    """The business hours that SLAs count."""


class Qualification(Entry):
    """The framework behind SQL and opportunity: which answers are confirmed, and how many SQL needs."""

    framework: str
    """The framework, such as BANT."""
    confirmed_fields: dict[Key, FieldReference]
    """Each question and the field that holds whether it is confirmed."""
    minimum: Annotated[int, Field(gt=0)]
    """How many must be confirmed."""


class Lifecycle(Entry):
    """The lifecycle of a person. Stages are in order."""

    runs_on: System | None = None
    """The CRM on which it runs. Default: the source of truth."""
    field: FieldReference | None = None
    """The field that holds the stage."""
    status_field: FieldReference | None = None
    """The field that holds the lead status."""
    stages: dict[Key, LifecycleStage] = {}
    """The stages by key, in order."""
    handoffs: dict[Key, Handoff] = {}
    """The handoffs between teams by key."""
    rejection_reasons: dict[Key, str] = {}
    """Why a lead may be rejected: value and label."""
    lead_statuses: dict[Key, str] = {}
    """The statuses of a lead: value and label."""
    lead_status_values: dict[LeadStatusKey, VendorNames] = {}
    """The value of a status in a CRM, where it is not the usual one: `working: {salesforce: Working}` keeps the leads
    of a status whose label changes."""
    recycle: Recycle | None = None
    """What happens to a rejected lead."""
    definitions: Definitions = Definitions()
    """What the words of the SLAs mean."""
    qualification: Qualification | None = None
    """The framework behind the sales-qualified stage."""
    no_skipping: bool = True
    """Whether a rule of Salesforce refuses to pass a stage by."""
    segments: bool = True
    """Whether HubSpot gets a segment of the people at each stage, and of those who lack what it requires."""
    write_hubspot_stages: bool = False
    """Also writes the stages, their labels and their order to HubSpot, in a way that HubSpot does not document.
    Default: they are compared, and a difference is a manual step."""

    @property
    def order(self) -> StageOrder:
        """Which stage follows which."""
        return StageOrder(self.stages)

    def lead_status_value(self, key: str, system: str) -> str | None:
        """The value that the author gave a lead status on a system, or None where it is the usual one."""
        given = self.lead_status_values.get(key)
        return given.get(system) if isinstance(given, dict) else given

    def clocks(self, key: str) -> list[str]:
        """The fields of the person that hold when a stage was last reached: handoffs and recycling count from them."""
        found = [handoff.clock_field for handoff in self.handoffs.values() if handoff.from_stage == key]
        date = self.stages[key].date_field
        if self.recycle and date and date == self.recycle.first_date_field:
            found.insert(0, self.recycle.latest_date_field)
        return list(dict.fromkeys(one for one in found if one and FieldRef(one).object == "contact"))


class Placed(Protocol):
    """What places a stage among the others."""

    @property
    def optional(self) -> bool: ...
    @property
    def follows(self) -> list[str] | None: ...


@dataclass(frozen=True)
class StageOrder:
    """The stages by key as written. A stage follows only stages that are written before it.

    >>> class Stage:
    ...     def __init__(self, optional=False, follows=None):
    ...         self.optional, self.follows = optional, follows
    >>> order = StageOrder({"lead": Stage(), "mql": Stage(), "pql": Stage(follows=["lead"]), "sql": Stage()})
    >>> order.entered_from("sql"), order.allows("lead", "pql"), order.allows("lead", "sql")
    (('mql', 'pql'), True, False)
    """

    stages: Mapping[str, Placed]

    @cached_property
    def direct(self) -> dict[str, tuple[str, ...]]:
        """Each stage and those that it follows: as it says, else all before it that no other stage follows yet."""
        found: dict[str, tuple[str, ...]] = {}
        for key, stage in self.stages.items():
            if stage.follows is not None:
                found[key] = tuple(one for one in dict.fromkeys(stage.follows) if one in found)
            else:
                followed = {one for earlier in found.values() for one in earlier}
                found[key] = tuple(one for one in found if one not in followed)
        return found

    @cached_property
    def _earlier(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for key, direct in self.direct.items():
            found[key] = frozenset(direct).union(*(found[one] for one in direct))
        return found

    @cached_property
    def _certain(self) -> dict[str, frozenset[str]]:
        """Each stage with those that everybody who stands there has passed, itself included."""
        found: dict[str, frozenset[str]] = {}
        for key in self.stages:
            ways = [] if self.starts(key) else [found[one] for one in self.entered_from(key)]
            found[key] = frozenset({key}).union(ways[0].intersection(*ways[1:]) if ways else ())
        return found

    @property
    def is_line(self) -> bool:
        """Whether every stage but the first follows the one before it and no other."""
        keys = list(self.stages)
        return all(self.entered_from(key) == tuple(keys[place - 1 : place]) for place, key in enumerate(keys))

    def starts(self, key: str) -> bool:
        """Whether a person may begin there: it follows nothing, or only what may be left out."""
        direct = self.direct[key]
        return not direct or any(self.stages[one].optional and self.starts(one) for one in direct)

    def entered_from(self, key: str) -> tuple[str, ...]:
        """The stages right before one, as written; past an optional one, also those before that."""
        found: set[str] = set()
        for one in self.direct[key]:
            found |= {one, *(self.entered_from(one) if self.stages[one].optional else ())}
        return tuple(one for one in self.stages if one in found)

    def before(self, key: str) -> tuple[str, ...]:
        """All stages from which a way leads to this one, as written."""
        return tuple(one for one in self.stages if one in self._earlier[key])

    def allows(self, now: str | None, to: str) -> bool:
        """Whether a person may move between two stages: one that `to` follows has been reached, so nothing is skipped.

        Back, and from a stage that the model does not know, every move is allowed.
        """
        if now is None or now not in self.stages or now == to or self.starts(to):
            return True
        reached = {now, *self._earlier[now]}
        return any(one in reached for one in self.entered_from(to))

    def asked_in(self, key: str) -> tuple[str, ...]:
        """The stages in which the required fields of one are asked for: itself and all that lie behind it for certain.

        Who passed it by, because it is optional or beside another one, is never asked.
        """
        return tuple(one for one in self.stages if key in self._certain[one])

    def steps_to(self, target: str) -> dict[str, str]:
        """Every stage before the target and the next one on the way there; optional ones are left out."""
        way = self._main_way(target)
        found = dict(pairwise(way))
        within = (*self.before(target), target)
        for key in self.before(target):
            nexts = [one for one in within if key in self.entered_from(one)]
            chosen = next((one for one in nexts if one in way), None)
            chosen = chosen or next((one for one in nexts if not self.stages[one].optional), nexts[0])
            found.setdefault(key, chosen)
        return {key: found[key] for key in self.before(target)}

    def _main_way(self, target: str) -> list[str]:
        """Back from the target by the first stage that each one follows, past those that may be left out."""
        way = [target]
        while (earlier := self._main_step_back(way[0])) is not None:
            way.insert(0, earlier)
        return way

    def _main_step_back(self, key: str) -> str | None:
        direct = self.direct[key]
        needed = next((one for one in direct if not self.stages[one].optional), None)
        return needed or (self._main_step_back(direct[0]) if direct else None)
