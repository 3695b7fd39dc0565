"""Stale deal: a deal in its stage for more than a multiple of the average is flagged, and unflagged when it moves.

HubSpot looks at filters by itself when a day has passed, so the time of day of a scheduled run has no part in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from revops_hubspot import conditions
from revops_hubspot.automations.automation import Automation, Flow
from revops_hubspot.automations.enrolment import when_met
from revops_hubspot.automations.steps import Step, set_property, task
from revops_hubspot.conditions import Cases, both

STAGE_ENTERED = "hs_v2_date_entered_current_stage"
"""HubSpot's own property: when the deal entered the stage it is in [K]."""


@dataclass(frozen=True)
class Limit:
    """The days after which a deal in a stage is stale."""

    pipeline: str
    stage: str
    days: int


def flows(automation: Automation) -> Iterator[Flow]:
    """One workflow that flags deals, and one that takes the flag back."""
    limits = stale_limits(automation)
    if not limits:
        said = "no open stage that it watches has average_days and a multiple, so nothing is ever stale"
        raise automation.missing(said, "pipelines.<key>.hygiene.stale_after_multiple and average_days in its stages")
    hygiene = next(iter(automation.pipelines().values())).hygiene
    moment = automation.moment(hygiene.stage_entered_field, otherwise=STAGE_ENTERED)
    entered = moment.property
    enrols = both(automation.enrols("deal"), _stale(automation, limits, entered))
    flagged = automation.property(hygiene.stale_field) if hygiene.stale_field else None
    steps: list[Step] = [set_property(flagged, "true")] if flagged else []
    subject = "Stale deal: decide the next step"
    steps.append(task(subject, f"{subject}. It is in its stage for more than twice the usual time."))
    yield automation.flow("deal", when_met(automation.since_go_live(enrols, moment)), steps)
    if flagged:
        moved = both([[conditions.is_true(flagged)]], _fresh(automation, limits, entered))
        clear = [set_property(flagged, "false")]
        title = f"{automation.title}: moved on"
        yield automation.flow("deal", when_met(automation.since_go_live(moved, moment)), clear, "moved", title)


def stale_limits(automation: Automation) -> list[Limit]:
    """The limit of every open stage that has an average."""
    return [
        Limit(pipeline_key, key, round(stage.average_days * pipeline.hygiene.stale_after_multiple))
        for pipeline_key, pipeline in automation.pipelines().items()
        for key, stage in pipeline.stages.items()
        if stage.closed is None and stage.average_days and pipeline.hygiene.stale_after_multiple
    ]


def _stale(automation: Automation, limits: list[Limit], entered: str) -> Cases:
    return [
        [*automation.deals_at([(one.pipeline, one.stage)])[0], conditions.more_days_ago(entered, one.days)]
        for one in limits
    ]


def _fresh(automation: Automation, limits: list[Limit], entered: str) -> Cases:
    """In a stage within its limit, or in one that has none: closed, for instance."""
    limited = {(one.pipeline, one.stage) for one in limits}
    others = [
        (pipeline_key, key)
        for pipeline_key, pipeline in automation.pipelines().items()
        for key in pipeline.stages
        if (pipeline_key, key) not in limited
    ]
    within = [
        [*automation.deals_at([(one.pipeline, one.stage)])[0], conditions.less_days_ago(entered, one.days)]
        for one in limits
    ]
    return [*within, *automation.deals_at(others)]
