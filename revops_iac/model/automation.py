"""Automation: the six workflows, and the playbook of what lives outside the CRMs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from revops_iac.model.condition import Condition
from revops_iac.model.entry import (
    Entry,
    FieldReference,
    HandoffKey,
    Key,
    OwnerKey,
    PipelineKey,
    RoutingKey,
    System,
    VendorEntry,
)

Does = Literal[
    "lifecycle_auto_update",
    "mql_assignment",
    "sla_breach",
    "closed_won_handoff",
    "stale_deal",
    "recycled_reentry",
]


class WorkflowSettings(Entry):
    """What a workflow reads from elsewhere in the model, and the few figures of its own."""

    handoff: HandoffKey | None = None
    """The handoff whose SLA it serves."""
    routing: RoutingKey | None = None
    """The routing that picks the owner."""
    pipelines: list[PipelineKey] = []
    """The pipelines it watches; none means all."""
    owner_field: FieldReference | None = None
    """Where it puts the owner that it assigns; none means the record's own owner."""
    date_field: FieldReference | None = None
    """The date that it sets when it runs."""
    reset_engagement_to: float | None = None
    """The engagement score of a recycled lead."""
    runs_at: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    """The time of day of a scheduled run, in the company's time zone."""


class Workflow(VendorEntry):
    """One automation: when it starts, what it does, and what is true afterward."""

    does: Does
    """Which of the six automations it is."""
    label: str | None = None
    """The name that people read."""
    runs_on: System | None = None
    """The CRM on which it runs. Default: the source of truth."""
    enabled: bool = False
    """Whether it runs. Set it in an environment's overlay."""
    backfill: bool = False
    """Also enroll records that met the criteria before the go-live date."""
    trigger: str | None = None
    """What starts it, in words."""
    action: str | None = None
    """What it does, in words."""
    outcome: str | None = None
    """What is true afterward, in words."""
    owner: OwnerKey | None = None
    """The person or team that answers for it."""
    enrolls_when: Condition | None = None
    """The condition that a record must meet."""
    settings: WorkflowSettings = WorkflowSettings()
    """What it reads from elsewhere in the model."""


class PlaybookEntry(Entry):
    """Something that people do in a tool outside the CRMs."""

    label: str
    """The name that people read."""
    outcome: str
    """What is true afterward."""
    steps: Annotated[list[str], Field(min_length=1)]
    """What to do, one step each."""


class Playbook(Entry):
    """Booking tools and connector recipes, as manual steps."""

    booking: dict[Key, PlaybookEntry] = {}
    """Booking tools by key."""
    connectors: dict[Key, PlaybookEntry] = {}
    """Forms, chats and other sources of leads by key."""


class Automation(Entry):
    """The workflows by key, and the playbook."""

    workflows: dict[Key, Workflow] = {}
    """The workflows by key."""
    playbook: Playbook = Playbook()
    """What runs outside the CRMs, as manual steps."""
