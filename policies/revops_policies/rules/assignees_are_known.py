"""Records, tasks and approvals go only to people whom the model knows."""

from __future__ import annotations

from revops_iac.diagnostics import suggest
from revops_iac.model.people import People
from revops_iac.provider.kind import Kind
from revops_policies.rule import Parameters, Rule, Violations, broken_by
from revops_policies.subject import Resource, Subject

PEOPLE = frozenset({"user", "owner"})
"""Lookups that name a person by login or e-mail address."""


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds people in vendor resources who are not among people.persons, in a model that lists people."""
    people = subject.model.people
    if not people.persons:
        return
    logins = {system: _logins(people, system) for system in {resource.system for resource in subject.resources}}
    for resource in subject.resources:
        known = logins[resource.system]
        for login in sorted(_named(resource)):
            if login.casefold() not in known:
                message = f'"{login}" is not a person of the model, and may have left the company'
                fix = f"{suggest(login, sorted(known), shown=0)}, or add the person under people.persons".lstrip(", ")
                yield broken_by(resource, message, fix)


def _named(resource: Resource) -> set[str]:
    kind = resource.vendor_kind
    has_lookups = type(kind).lookups is not Kind.lookups
    lookups = kind.lookups(resource.typed) if has_lookups else ()
    return {lookup.value for lookup in lookups if lookup.type in PEOPLE}


def _logins(people: People, system: str) -> frozenset[str]:
    own = {people.identity(key, system) for key in people.persons}
    addresses = {person.email for person in people.persons.values()}
    stand_in = {people.stand_in[system]} if system in people.stand_in else set()
    return frozenset(login.casefold() for login in own | addresses | stand_in)


_MODEL = """
context: {systems: {managed: [hubspot]}}
people: {persons: {ann: {name: Ann, email: ann@example.com}}}
hubspot:
  Workflow:
    contacts.Call: {object: contacts, name: Call, steps: [{create_task: {subject: Call, owner: %s}}]}
"""
RULE = Rule(
    title="Assignees are known",
    why="nobody works on what is assigned to somebody who left",
    applies_to="users and owners in workflows, queues, assignment rules, approvals and field updates",
    check=check,
    passing=_MODEL % "ann@example.com",
    failing=_MODEL % "bob@example.com",
)
