"""What an administrator sets in HubSpot because no public API does, in the order in which it must be done."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from revops_iac.documents.manual_steps import enrichment_steps, manual_step
from revops_iac.documents.words import Words, listed, number
from revops_iac.model import Model
from revops_iac.provider.coverage import ManualStep

_step = partial(manual_step, "revops_hubspot")


def guide(model: Model) -> Iterator[ManualStep]:
    """The steps that a model asks for."""
    yield from _lifecycle(model)
    yield from _pipelines(model)
    yield from _sync(model)
    yield from _duplicates(model)
    yield from enrichment_steps("revops_hubspot", model)
    yield from _recycling(model)
    yield from _speed(model)
    yield from _dashboards(model)


def _lifecycle(model: Model) -> Iterator[ManualStep]:
    if model.lifecycle is not None and model.lifecycle.stages:
        labels = listed([stage.label for stage in model.lifecycle.stages.values()])
        yield _step("lifecycle_stages", ("lifecycle", "stages"), labels=labels)
        yield _step("lifecycle_sync", ("lifecycle", "stages"))


def _pipelines(model: Model) -> Iterator[ManualStep]:
    words = Words(model)
    for key, pipeline in model.pipelines.items():
        required = [
            {"stage": stage.label, "fields": listed(words.fields(stage.required_fields, "deal"))}
            for stage in pipeline.stages.values()
            if stage.required_fields
        ]
        if required:
            yield _step("required_fields", ("pipelines", key), required, label=pipeline.label)


def _sync(model: Model) -> Iterator[ManualStep]:
    systems, origin = model.context.systems, ("context", "systems")
    if "salesforce" not in systems.managed or "hubspot" not in systems.managed:
        return
    both = [ref for ref, _ in model.fields() if ref.object in ("contact", "company", "deal")]
    direction = {
        "hubspot": "HubSpot wins",
        "salesforce": "Salesforce wins, or two-way where HubSpot moves the field",
    }.get(systems.source_of_truth or "", "the source of truth wins")
    moving = [ref for one in model.scoring.values() for ref in (one.fields.engagement, one.fields.last_engaged)]
    both_ways = listed(dict.fromkeys(Words(model).fields([ref for ref in moving if ref is not None]))) or "none"
    yield _step("field_mappings", origin, count=number(len(both)), direction=direction, both_ways=both_ways)
    yield _step("inclusion_list", origin)


def _duplicates(model: Model) -> Iterator[ManualStep]:
    data = model.data_hygiene
    if data.match_keys:
        keys = listed(Words(model).fields(data.match_keys.values()))
        winner = f"values of the {data.winner_of_merges}" if data.merge_winner else "newer values"
        yield _step("duplicates", ("data_hygiene", "match_keys"), keys=keys, winner=winner)


def _recycling(model: Model) -> Iterator[ManualStep]:
    recycle = model.lifecycle.recycle if model.lifecycle else None
    if recycle and (nurture := recycle.nurture):
        yield _step("nurture", ("lifecycle", "recycle", "nurture"), label=nurture.label, days=nurture.every_days)


def _speed(model: Model) -> Iterator[ManualStep]:
    for key, routing in model.routing.items():
        speed = routing.speed_to_lead
        if speed and (routing.runs_on or model.context.systems.source_of_truth) == "hubspot" and speed.alert_minutes:
            yield _step("speed_to_lead", ("routing", key, "speed_to_lead"), minutes=speed.alert_minutes)


def _dashboards(model: Model) -> Iterator[ManualStep]:
    for key, dashboard in model.metrics.dashboards.items() if model.metrics else ():
        tiles = [tile.label for tile in dashboard.tiles.values()]
        yield _step(
            "dashboard",
            ("metrics", "dashboards", key),
            label=dashboard.label,
            tiles=listed(tiles),
            audience=dashboard.audience or "its readers",
            count=number(len(tiles)),
        )
