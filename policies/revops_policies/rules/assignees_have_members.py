"""Every team and queue that gets leads or deals has a member."""

from __future__ import annotations

from revops_iac.diagnostics import Diagnostic
from revops_iac.model import Model
from revops_iac.model.deal_desk import Approver
from revops_iac.model.people import Assignee
from revops_policies.examples import routing_model
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds routing rules, approvals and handoffs that name an empty team or queue."""
    model = subject.model
    for key, handoff in (model.lifecycle.handoffs if model.lifecycle else {}).items():
        if handoff.to_team and not model.people.teams[handoff.to_team].members:
            yield _broken(f"lifecycle.handoffs.{key}.to_team", "team", handoff.to_team)
    for key, routing in model.routing.items():
        for name, rule in routing.rules.items():
            where = f"routing.{key}.rules.{name}.assign"
            yield from _empty(model, rule.assign, where)
            yield from _without_capacity(model, rule.assign, where)
    for key, desk in model.deal_desk.items():
        for name, tier in desk.approvals.items():
            for approver in tier.all_approvers:
                yield from _empty(model, approver, f"deal_desk.{key}.approvals.{name}")


def _empty(model: Model, assignee: Assignee | Approver, where: str) -> Violations:
    people = model.people
    if assignee.team and not people.teams[assignee.team].members:
        yield _broken(where, "team", assignee.team)
    if assignee.queue and not people.queues[assignee.queue].members:
        yield _broken(where, "queue", assignee.queue)


def _without_capacity(model: Model, assignee: Assignee, where: str) -> Violations:
    members = model.people.teams[assignee.team].members if assignee.team else []
    if members and not any(model.people.weight(person) for person in members):
        message = f'no member of team "{assignee.team}" takes leads: all have capacity 0'
        yield broken(where, message, "give one of them a capacity, or name another team")


def _broken(where: str, kind: str, key: str) -> Diagnostic:
    return broken(where, f'{kind} "{key}" has no members', f"add members under people.{kind}s.{key}, or name another")


RULE = Rule(
    title="Assignees have members",
    why="nobody works on what an empty team or queue receives",
    applies_to="routing.*.rules.*.assign, deal_desk.*.approvals.*, lifecycle.handoffs.*.to_team",
    check=check,
    passing=routing_model("rules: {all: {method: round_robin, assign: {team: sdr}}}"),
    failing=routing_model("rules: {all: {method: round_robin, assign: {queue: unassigned}}}"),
)
