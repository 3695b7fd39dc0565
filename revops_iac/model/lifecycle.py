"""Lifecycle: the stages of a person, the handoffs between teams, rejection and recycling."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from revops_iac.model.condition import Condition
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
)


class LifecycleStage(VendorEntry):
    """A stage, who owns it, and what lets a person in and out."""

    label: str
    hubspot_value: str | None = None
    """The internal value of HubSpot's own lifecycle stage, which every portal has."""
    owner: TeamKey | None = None
    then: TeamKey | None = None
    """The team that owns it after `owner`."""
    shared_with: list[TeamKey] = []
    """Teams that own it beside `owner`."""
    automatic: bool = False
    """Records enter and leave it without a person's work."""
    entry: str | None = None
    entry_when: Condition | None = None
    exit: str | None = None
    exit_when: Condition | None = None
    required_fields: list[FieldReference] = []
    """What the entry criterion itself names; `data_hygiene.required_by_stage` adds to it."""
    date_field: FieldReference | None = None
    """When the stage was first reached."""


class Handoff(Entry):
    """From one team to the next: how fast, how tracked, who answers for it."""

    label: str | None = None
    from_stage: StageKey | None = None
    to_stage: StageKey | None = None
    from_team: TeamKey | None = None
    to_team: TeamKey | None = None
    accountable: PersonKey | None = None
    sla: dict[Key, Duration] = {}
    """What must happen -> within which time."""
    tracked_by: list[FieldReference] = []
    clock_field: FieldReference | None = None
    """When the clock started."""
    met_by: dict[Key, FieldReference] = {}
    """What must happen, as in `sla` -> the field that is filled once it has."""
    due_field: FieldReference | None = None
    breached_field: FieldReference | None = None
    escalates_to: Literal["manager", "accountable"] | None = None
    on_breach: str | None = None


class Nurture(Entry):
    """The slower program that recycled leads enter."""

    label: str
    every_days: Annotated[int, Field(gt=0)]


class Recycle(Entry):
    """What happens to a rejected lead, and the fields that keep it apart from new ones."""

    status: LeadStatusKey
    back_to: StageKey
    count_field: FieldReference | None = None
    first_date_field: FieldReference | None = None
    latest_date_field: FieldReference | None = None
    reason_field: FieldReference | None = None
    nurture: Nurture | None = None


class Definitions(Entry):
    """What the words of the SLAs mean."""

    clock_starts: str | None = None
    first_contact: str | None = None
    business_hours: BusinessHoursKey | None = None


class Qualification(Entry):
    """The framework behind SQL and opportunity: which answers are confirmed, and how many SQL needs."""

    framework: str
    confirmed_fields: dict[Key, FieldReference]
    minimum: Annotated[int, Field(gt=0)]


class Lifecycle(Entry):
    """The lifecycle of a person. Stages are in order."""

    runs_on: System | None = None
    field: FieldReference | None = None
    """The field that holds the stage."""
    status_field: FieldReference | None = None
    """The field that holds the lead status."""
    stages: dict[Key, LifecycleStage] = {}
    handoffs: dict[Key, Handoff] = {}
    rejection_reasons: dict[Key, str] = {}
    lead_statuses: dict[Key, str] = {}
    recycle: Recycle | None = None
    definitions: Definitions = Definitions()
    qualification: Qualification | None = None
