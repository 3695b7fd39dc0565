"""Closed-won handoff: assigns the deal to customer success and sets the date of the kickoff."""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.compiler.automations.automation import Automation, Flow
from revops_hubspot.compiler.automations.mql_assignment import OWNER
from revops_hubspot.compiler.automations.steps import rotate, stamp, task
from revops_hubspot.filters.tree import all_of
from revops_hubspot.workflows.steps import Step

CLOSED = "closedate"
"""HubSpot fills it when a deal is won [K]."""


def flows(automation: Automation) -> Iterator[Flow]:
    """One workflow for the pipelines it watches."""
    handoff, settings = automation.handoff(), automation.workflow.settings
    pipelines = automation.pipelines()
    won = [(p, s) for p, pipeline in pipelines.items() for s, stage in pipeline.stages.items() if stage.closed == "won"]
    if not won:
        raise automation.missing("no pipeline that it watches has a stage that is closed won", "closed: won in a stage")
    members = automation.members(handoff.to_team)
    if not members:
        message = "the team that takes over has no members"
        raise automation.missing(message, "give the handoff to_team, and the team members", "settings", "handoff")
    closed = next((p.hygiene.close_date_field for p in pipelines.values() if p.hygiene.close_date_field), None)
    when = all_of(automation.enrolls("deal"), automation.deals_at(won))
    target = automation.property(settings.owner_field) if settings.owner_field else OWNER
    steps: list[Step] = [stamp(automation.property(settings.date_field))] if settings.date_field else []
    steps.append(rotate(automation.users(members), target))
    name, sla = next(iter(handoff.sla.items()), ("kickoff", None))
    subject = f"Start onboarding: {name.replace('_', ' ')}" + (f" within {sla}" if sla else "")
    owner = automation.login(handoff.accountable) if handoff.accountable else None
    steps.append(task(subject, f"{subject}. The deal is won.", sla, owner))
    moment = automation.moment(closed, otherwise=CLOSED)
    yield automation.flow("deal", automation.since_go_live(when, moment), steps)
