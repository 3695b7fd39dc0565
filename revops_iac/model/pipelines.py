"""Pipelines: the stages of a deal, what each requires, and the rules that keep the forecast honest."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from revops_iac.model.entry import AppliesTo, Entry, FieldReference, Key, Share, System, TeamKey, VendorEntry

Forecast = Literal["pipeline", "best_case", "commit", "closed", "omitted"]


class DealStage(VendorEntry):
    """A stage of a deal."""

    label: str
    probability: Share
    forecast: Forecast = "pipeline"
    closed: Literal["won", "lost"] | None = None
    owner: TeamKey | None = None
    required_fields: list[FieldReference] = []
    """Without these a deal cannot enter this stage: they block the advance."""
    entry: str | None = None
    exit: str | None = None
    average_days: Annotated[float, Field(gt=0)] | None = None
    """Average time in the stage, in days; the stale alert is a multiple of it."""


class Hygiene(Entry):
    """What keeps open deals current."""

    stale_after_multiple: Annotated[float, Field(gt=0)] | None = None
    """A deal is stale after this many times its stage's average days."""
    push_reason_field: FieldReference | None = None
    """Must be filled when the close date moves later."""
    close_date_field: FieldReference | None = None
    no_skipping: bool = False
    stage_entered_field: FieldReference | None = None
    """When the deal entered the stage it is in."""
    stale_field: FieldReference | None = None
    """Set on a stale deal."""
    block_reason_field: FieldReference | None = None
    """Says which required fields a deal lacks, where the CRM cannot block the advance."""


class Pipeline(VendorEntry):
    """A path of ordered stages."""

    label: str
    runs_on: System | None = None
    applies_to: AppliesTo = {}
    stages: dict[Key, DealStage] = {}
    hygiene: Hygiene = Hygiene()
