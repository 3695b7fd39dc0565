"""Recycled lead re-entry: back to an earlier stage, engagement reset, counted, routed, and in the slower nurture.

The nurture is a segment of the recycled leads. Its e-mails are content, which lives in HubSpot, so the program that
mails the segment is set up once, manually.
"""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.compiler.automations import mql_assignment
from revops_hubspot.compiler.automations.automation import Automation, Flow
from revops_hubspot.compiler.automations.enrollment import Moment
from revops_hubspot.compiler.automations.steps import increment, set_property
from revops_hubspot.compiler.terms.names import LIFECYCLE_PROPERTY
from revops_hubspot.filters.leaves import known, one_of
from revops_hubspot.filters.tree import Tree, all_of
from revops_hubspot.formulas.printer import render_number
from revops_hubspot.workflows.steps import Step
from revops_iac.model.lifecycle import Recycle


def flows(automation: Automation) -> Iterator[Flow]:
    """One workflow, for leads recycled with a reason."""
    recycle = automation.lifecycle().recycle
    if recycle is None:
        raise automation.missing("needs to know what recycling is", "declare lifecycle.recycle")
    when = all_of(automation.enrolls("contact"), _recycled(automation, recycle))
    when = automation.since_go_live(when, _moment(automation, recycle))
    yield automation.flow("contact", when, _steps(automation, recycle))


def _recycled(automation: Automation, recycle: Recycle) -> Tree:
    """Recycled, with a reason, whatever the entry itself says: a lead without a reason is not recycled."""
    status, reason = automation.lifecycle().status_field, recycle.reason_field
    option = automation.compilation.names.option
    recycled = [one_of(automation.property(status), option(status, recycle.status))] if status else []
    return all_of(*recycled, *([known(automation.property(reason))] if reason else []))


def _moment(automation: Automation, recycle: Recycle) -> Moment:
    """When it was decided, else when the lead last became MQL."""
    decided = [
        handoff.met_by["decide"] for handoff in automation.lifecycle().handoffs.values() if "decide" in handoff.met_by
    ]
    return automation.moment(*decided, recycle.latest_date_field)


def _steps(automation: Automation, recycle: Recycle) -> list[Step]:
    reset = automation.workflow.settings.reset_engagement_to
    steps: list[Step] = []
    for entry in list(automation.compilation.model.scoring.values())[:1]:
        steps.append(set_property(automation.property(entry.fields.engagement), render_number(reset or 0)))
        if entry.fields.high_intent:
            steps.append(set_property(automation.property(entry.fields.high_intent), "false"))
    # The stage last: while the scores still say ready, the auto-update would take the lead up again at once.
    steps.append(set_property(LIFECYCLE_PROPERTY, automation.stage_value(recycle.back_to)))
    if recycle.count_field:
        steps.append(increment(automation.property(recycle.count_field), 1))
    breached = [one.breached_field for one in automation.lifecycle().handoffs.values() if one.breached_field]
    steps += [set_property(automation.property(field), "false") for field in dict.fromkeys(breached)]
    if automation.workflow.settings.routing and "recycled" in automation.routing().moments:
        steps.append(mql_assignment.routed(automation, _moment(automation, recycle)))
    return steps
