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
    runs_at: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    """The time of day of a scheduled run, in the company's time zone."""


class Workflow(VendorEntry):
    """One automation: when it starts, what it does, and what is true afterward."""

    does: Does
    label: str | None = None
    runs_on: System | None = None
    enabled: bool = False
    backfill: bool = False
    """Also enroll records that met the criteria before the go-live date."""
    trigger: str | None = None
    action: str | None = None
    outcome: str | None = None
    owner: OwnerKey | None = None
    enrolls_when: Condition | None = None
    settings: WorkflowSettings = WorkflowSettings()


class PlaybookEntry(Entry):
    """Something done by hand in a tool outside the CRMs."""

    label: str
    outcome: str
    steps: Annotated[list[str], Field(min_length=1)]


class Playbook(Entry):
    """Booking tools and connector recipes, as steps by hand."""

    booking: dict[Key, PlaybookEntry] = {}
    connectors: dict[Key, PlaybookEntry] = {}


class Automation(Entry):
    """The workflows by key, and the playbook."""

    workflows: dict[Key, Workflow] = {}
    playbook: Playbook = Playbook()
