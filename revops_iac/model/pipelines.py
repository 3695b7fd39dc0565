"""Pipelines: the stages of a deal, what each requires, and the rules that keep the forecast honest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from revops_iac.model.condition import Condition, FieldRef, missing
from revops_iac.model.entry import AppliesTo, Entry, FieldReference, Key, Share, System, TeamKey, VendorEntry

Forecast = Literal["pipeline", "best_case", "commit", "closed", "omitted"]


class DealStage(VendorEntry):
    """A stage of a deal."""

    label: str
    """The name that people read."""
    probability: Share
    """The chance to win in this stage, from 0 to 1."""
    forecast: Forecast = "pipeline"
    """The forecast category."""
    closed: Literal["won", "lost"] | None = None
    """Whether deals end here, won or lost."""
    owner: TeamKey | None = None
    """The team that works deals in this stage."""
    required_fields: list[FieldReference] = []
    """Without these a deal cannot enter this stage: they block the advance."""
    required_when: dict[FieldReference, Condition] = {}
    """Field -> the condition under which a deal cannot enter this stage without it, such as
    `deal.redlines: deal.amount > 25000`."""
    entry: str | None = None
    """What lets a deal in, in words."""
    exit: str | None = None
    """What lets a deal out, in words."""
    average_days: Annotated[float, Field(gt=0)] | None = None
    """Average time in the stage, in days; the stale alert is a multiple of it."""


def missing_fields(stage: DealStage, record: Mapping[str, Any]) -> list[FieldRef]:
    """The fields without which a deal, keyed by `object.key`, cannot enter the stage."""
    always = [FieldRef(reference) for reference in stage.required_fields]
    asked = [FieldRef(reference) for reference, when in stage.required_when.items() if when.evaluate(record)]
    return [reference for reference in dict.fromkeys([*always, *asked]) if missing(record, reference)]


class Hygiene(Entry):
    """What keeps open deals current."""

    stale_after_multiple: Annotated[float, Field(gt=0)] | None = None
    """A deal is stale after this many times its stage's average days."""
    push_reason_field: FieldReference | None = None
    """Must be filled when the close date moves later."""
    close_date_field: FieldReference | None = None
    """Holds the close date."""
    no_skipping: bool = False
    """Refuses to skip a stage, where the CRM can."""
    stage_entered_field: FieldReference | None = None
    """When the deal entered the stage it is in."""
    stale_field: FieldReference | None = None
    """Set on a stale deal."""
    block_reason_field: FieldReference | None = None
    """Says which required fields a deal lacks, where the CRM cannot block the advance."""


class RecordType(Entry):
    """A record type that people made for a pipeline, in a CRM that has them: what is made for it, and what is not."""

    process: str | None = None
    """The process that holds the stages, by its name in the CRM. Default: one of the name of the record type."""
    process_description: str | None = None
    """What that process says of itself. Default: unmanaged."""
    path: bool = True
    """Whether a path shows what each stage needs."""
    access: bool = True
    """Whether everybody whom the model names may choose it."""


class Pipeline(VendorEntry):
    """A path of ordered stages."""

    label: str
    """The name that people read."""
    runs_on: System | None = None
    """The CRM on which it runs. Default: the source of truth."""
    applies_to: AppliesTo = {}
    """Dimension and the values that this entry covers. Default: everything. The first entry that matches counts."""
    stages: dict[Key, DealStage] = {}
    """The stages by key, in order."""
    hygiene: Hygiene = Hygiene()
    """What keeps open deals current."""
    record_type: RecordType | None = None
    """The record type that a CRM has for it already. Default: one is made."""
