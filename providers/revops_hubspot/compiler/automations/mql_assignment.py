"""MQL assignment: an owner by the routing rules, and a task that is due within the SLA of the first contact."""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.compiler.automations.automation import Automation, Flow
from revops_hubspot.compiler.automations.steps import branch, case, minutes_from_now, rotate, set_property, task
from revops_hubspot.filters.leaves import unknown
from revops_hubspot.filters.tree import ALWAYS
from revops_hubspot.workflows.steps import Step
from revops_iac.model.duration import Duration
from revops_iac.model.lifecycle import Handoff
from revops_iac.model.people import Assignee

OWNER = "hubspot_owner_id"


def flows(automation: Automation) -> Iterator[Flow]:
    """One workflow: a branch for each rule from most specific to general, the default to the fallback owner."""
    handoff = automation.handoff()
    stage = handoff.from_stage or next(iter(automation.lifecycle().stages))
    when = automation.enrolls("contact") if automation.workflow.enrolls_when else automation.at_stage(stage)
    recycle = automation.lifecycle().recycle
    moment = automation.moment(handoff.clock_field, recycle.latest_date_field if recycle else None)
    steps = [routed(automation, follow_up(automation, handoff))]
    yield automation.flow("contact", automation.since_go_live(when, moment), steps)
    routing = automation.routing()
    if "created" in routing.moments and automation.compilation.runs_here(routing.runs_on):
        yield _at_creation(automation)


def _at_creation(automation: Automation) -> Flow:
    """New contacts that have no owner yet, where routing runs on HubSpot."""
    when = automation.since_go_live(unknown(OWNER), automation.moment())
    title = f"{automation.title}: new contacts"
    return automation.flow("contact", when, [routed(automation)], "created", title, again=False)


def routed(automation: Automation, after: tuple[Step, ...] = ()) -> Step:
    """The rules in order. Each branch assigns and then goes on with `after`, because branches do not meet again."""
    routing, path = automation.routing(), ("routing", automation.workflow.settings.routing or "", "rules")
    cases = []
    for key, rule in routing.rules.items():
        filters = automation.compilation.filters("contact")
        when = filters.tree(rule.when, (*path, key, "when")) if rule.when else ALWAYS
        title = (rule.description or key.replace("_", " ").capitalize()).rstrip(".")
        cases.append(case(title, when, "contacts", *_assign(automation, rule.assign), *after))
    return branch(cases, (*_fall_back(automation), *after), "Fallback owner")


def _assign(automation: Automation, assign: Assignee) -> list[Step]:
    if assign.person:
        return [set_property(OWNER, automation.owner(assign.person))]
    people = automation.compilation.model.people
    members = automation.members(assign.team) or (people.queues[assign.queue].members if assign.queue else [])
    if not members:
        message = f'team or queue "{assign.team or assign.queue}" has no members to assign to'
        raise automation.missing(message, "give it members under people")
    return [rotate(automation.users(members), OWNER)]


def _fall_back(automation: Automation) -> list[Step]:
    """To the fallback owner; HubSpot has no queue for contacts, so without one the members of the queue take turns.

    Empty where the routing names none: a policy judges that.
    """
    fallback = automation.routing().fallback
    if fallback is None or not (fallback.owner or fallback.queue):
        return []
    return _assign(automation, Assignee(person=fallback.owner) if fallback.owner else Assignee(queue=fallback.queue))


def follow_up(automation: Automation, handoff: Handoff) -> tuple[Step, ...]:
    """When the first contact is due, and the task for it."""
    if not handoff.sla:
        return ()
    name, sla = next(iter(handoff.sla.items()))
    due = [minutes_from_now(automation.property(handoff.due_field), sla.minutes)] if handoff.due_field else []
    return (*due, _task(name, sla))


def _task(name: str, sla: Duration) -> Step:
    subject = f"{name.replace('_', ' ').capitalize()} within {sla}"
    return task(subject, f"{subject}. The clock started when this person became MQL.", sla, kind="CALL")
