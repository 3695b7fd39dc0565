"""SLA breach: the manager hears of a handoff that was not met in time.

HubSpot workflows count calendar time. A duration in business hours is taken as calendar hours: an alert comes early
when the time would end outside business hours, and never late. The coverage page says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from revops_hubspot.compiler.automations.automation import Automation, Flow
from revops_hubspot.compiler.automations.steps import branch, case, notify, set_property, task, wait
from revops_hubspot.filters.leaves import earlier_than, unknown
from revops_hubspot.filters.tree import Tree, any_of
from revops_hubspot.workflows.steps import Step
from revops_iac.model.duration import Duration
from revops_iac.model.lifecycle import Handoff


def flows(automation: Automation) -> Iterator[Flow]:
    """One workflow: wait for each limit of the handoff in turn, and look whether it was met."""
    handoff = automation.handoff()
    stage = handoff.from_stage or next(iter(automation.lifecycle().stages))
    when = automation.enrolls("contact") if automation.workflow.enrolls_when else automation.at_stage(stage)
    limits = sorted(handoff.sla.items(), key=lambda item: item[1].minutes)
    if not limits:
        raise automation.missing("the handoff has no SLA to breach", "lifecycle.handoffs.<key>.sla")
    steps = _limits(automation, handoff, limits, 0)
    when = automation.since_go_live(when, automation.moment(handoff.clock_field))
    yield automation.flow("contact", when, steps)


def _limits(
    automation: Automation, handoff: Handoff, limits: Sequence[tuple[str, Duration]], waited: int
) -> tuple[Step, ...]:
    if not limits:
        return ()
    (name, sla), *rest = limits
    field = handoff.met_by.get(name)
    if field is None:
        message = f'nothing says when "{name}" was met'
        raise automation.missing(message, f"met_by: {{{name}: contact.field}} in the handoff, a date field")
    after = _limits(automation, handoff, rest, sla.minutes)
    unmet, escalation = _unmet(automation, handoff, field), _escalate(automation, handoff, name, sla)
    breach = case("Missed", unmet, "contacts", *escalation, *after)
    return (wait(sla.minutes - waited), branch([breach], after, "Met"))


def _unmet(automation: Automation, handoff: Handoff, field: str) -> Tree:
    """Not met, or met in an earlier round: a recycled lead keeps the dates of its first one."""
    name = automation.property(field)
    before = [earlier_than(name, automation.property(handoff.clock_field))] if handoff.clock_field else []
    return any_of(unknown(name), *before)


def _escalate(automation: Automation, handoff: Handoff, name: str, sla: Duration) -> list[Step]:
    people = automation.escalation(handoff)
    what = f"{name.replace('_', ' ').capitalize()} is late: the limit was {sla}"
    breached = handoff.breached_field
    marks: list[Step] = [set_property(automation.property(breached), "true")] if breached else []
    told = notify(automation.users(people), what, f"{what}. {handoff.on_breach or ''}".strip())
    return [*marks, told, task(what, handoff.on_breach or what, owner=automation.login(people[0]))]
