"""MQL assignment: an owner by the routing rules, and a task that is due within the SLA of the first contact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from revops_hubspot.compiler.automations.automation import Automation, Flow
from revops_hubspot.compiler.automations.enrollment import Moment
from revops_hubspot.compiler.automations.steps import branch, case, minutes_from_now, rotate, set_property, task
from revops_hubspot.compiler.terms.names import SYSTEM
from revops_hubspot.filters.leaves import before, since, unknown
from revops_hubspot.filters.tree import ALWAYS, Tree, all_of, any_of
from revops_hubspot.workflows.steps import Owner, Step
from revops_iac.model.duration import Duration
from revops_iac.model.lifecycle import Handoff
from revops_iac.model.people import Assignee
from revops_iac.model.routing.rotation import Shift, absences, shifts_of

OWNER = "hubspot_owner_id"
MOST_CASES = 20
"""Ways out of one branch [D: knowledge/use-if-then-branches-in-workflows]."""


def flows(automation: Automation) -> Iterator[Flow]:
    """One workflow: a branch for each rule from most specific to general, the default to the fallback owner."""
    handoff = automation.handoff()
    stage = handoff.from_stage or next(iter(automation.lifecycle().stages))
    if automation.workflow.enrolls_when:
        when = automation.enrolls("contact")
    else:
        when = all_of(automation.at_stage(stage), automation.routed(stage))
    recycle = automation.lifecycle().recycle
    moment = automation.moment(handoff.clock_field, recycle.latest_date_field if recycle else None)
    steps = [routed(automation, moment, follow_up(automation, handoff))]
    yield automation.flow("contact", automation.since_go_live(when, moment), steps)
    routing = automation.routing()
    if "created" in routing.moments and automation.compilation.runs_here(routing.runs_on):
        yield _at_creation(automation)


def _at_creation(automation: Automation) -> Flow:
    """New contacts that have no owner yet and whom the routing covers, where it runs on HubSpot."""
    moment = automation.moment()
    when = automation.since_go_live(all_of(unknown(OWNER), automation.routed("created")), moment)
    title = f"{automation.title}: new contacts"
    return automation.flow("contact", when, [routed(automation, moment)], "created", title, again=False)


def routed(automation: Automation, moment: Moment, after: tuple[Step, ...] = ()) -> Step:
    """The rules in order. Each branch assigns and then goes on with `after`, because branches do not meet again.

    Who is away is known by the day of `moment`, the date that is set when a record enrolls: filters know no today.
    """
    routing, path = automation.routing(), ("routing", automation.workflow.settings.routing or "", "rules")
    cases = []
    for key, rule in routing.rules.items():
        at = (*path, key, "accounts" if rule.accounts else "when")
        filters = automation.compilation.filters("contact")
        title = (rule.description or key.replace("_", " ").capitalize()).rstrip(".")
        *owned, (when, assign) = rule.takers()
        tree = filters.tree(when, at) if when else ALWAYS
        owners = [(filters.tree(accounts, at), owner) for accounts, owner in owned if accounts]
        if not owners:
            tree = all_of(tree, *_spans(automation, assign, moment))
        steps = _assigned(automation, assign, moment, after)
        cases.append(case(title, tree, "contacts", *_by_owner(automation, owners, moment, after, steps)))
    return branch(cases, _fall_back(automation, moment, after), "Fallback owner")


def _by_owner(
    automation: Automation,
    owners: Sequence[tuple[Tree, Assignee]],
    moment: Moment,
    after: Sequence[Step],
    otherwise: list[Step],
) -> list[Step]:
    """Accounts to their owners, the others as the rule says: branches one inside the other, as each has few ways."""
    steps = otherwise
    for start in reversed(range(0, len(owners), MOST_CASES)):
        cases = [
            case(
                automation.login(owner.person or ""),
                all_of(accounts, *_spans(automation, owner, moment)),
                "contacts",
                *_assigned(automation, owner, moment, after),
            )
            for accounts, owner in owners[start : start + MOST_CASES]
        ]
        steps = [branch(cases, steps, "Other accounts")]
    return steps


def _spans(automation: Automation, assign: Assignee, moment: Moment) -> list[Tree]:
    """Outside of the days on which nobody gets the leads."""
    return [_outside(moment, start, until) for start, until in absences(_upcoming(automation, assign))]


def _upcoming(automation: Automation, assign: Assignee) -> tuple[Shift, ...]:
    """Who shares the leads of a rule, shift by shift; a queue gives them to its members."""
    upcoming = shifts_of(automation.compilation.model.people, assign, SYSTEM)
    if not any(shift.shares for shift in upcoming):
        message = f'team or queue "{assign.team or assign.queue}" has no members to assign to'
        raise automation.missing(message, "give it members under people")
    return upcoming


def _outside(moment: Moment, start: date | None, until: date | None) -> Tree:
    outside = [_before(moment, start)] if start else []
    return any_of(*outside, *([since(moment.property, until, moment.zone)] if until else []))


def _assigned(automation: Automation, assign: Assignee, moment: Moment, after: Sequence[Step]) -> list[Step]:
    """The steps of the shift that the moment lies in."""
    *earlier, last = [shift for shift in _upcoming(automation, assign) if shift.shares]
    steps = [_owner(assign, last), *after]
    cases = [
        case(f"Until {shift.until}", _before(moment, shift.until), "contacts", _owner(assign, shift), *after)
        for shift in earlier
        if shift.until
    ]
    return [branch(cases, steps, "Later")] if cases else steps


def _before(moment: Moment, day: date) -> Tree:
    return before(moment.property, day, moment.zone)


def _owner(assign: Assignee, shift: Shift) -> Step:
    """HubSpot rotates in equal shares: it has no weights."""
    logins = [login for login, _ in shift.shares]
    return set_property(OWNER, Owner(owner=logins[0])) if assign.person else rotate(logins, OWNER)


def _fall_back(automation: Automation, moment: Moment, after: Sequence[Step]) -> list[Step]:
    """To the fallback owner; HubSpot has no queue for contacts, so without one the members of the queue take turns.

    Nobody where the routing names none: a policy judges that.
    """
    fallback = automation.routing().fallback
    if fallback and fallback.owner:
        return [set_property(OWNER, automation.owner(fallback.owner)), *after]
    if fallback and fallback.queue:
        return _assigned(automation, Assignee(queue=fallback.queue), moment, after)
    return list(after)


def follow_up(automation: Automation, handoff: Handoff) -> tuple[Step, ...]:
    """When the first contact is due, and the task for it."""
    if not handoff.sla:
        return ()
    name, sla = next(iter(handoff.sla.items()))
    due = [minutes_from_now(automation.property(handoff.due_field), sla.minutes)] if handoff.due_field else []
    return (*due, _task(name, sla, _reached(automation, handoff)))


def _reached(automation: Automation, handoff: Handoff) -> str:
    """What the person became when the clock started: MQL, as sales says of the stage that the scores lead to."""
    key = handoff.from_stage
    if key is None or key == automation.compilation.model.qualified_stage():
        return "MQL"
    return automation.lifecycle().stages[key].label


def _task(name: str, sla: Duration, reached: str) -> Step:
    subject = f"{name.replace('_', ' ').capitalize()} within {sla}"
    return task(subject, f"{subject}. The clock started when this person became {reached}.", sla, kind="CALL")
