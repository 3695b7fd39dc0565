"""The guide for one CRM: what revops applies, what it only watches, and what a person sets, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from revops_iac.documents import tree
from revops_iac.documents.process import Fact, Process
from revops_iac.documents.words import capital, spoken
from revops_iac.model import TOPICS
from revops_iac.systems import System

MOST_NAMES = 40
"""How many names of one resource type are listed; the model says the rest."""


def document(process: Process, system: System) -> tree.Document:
    """The guide for a CRM that the stack manages."""
    return tree.Document(
        f"platform-{system.name}",
        f"{system.label}: platform guide",
        f"What revops applies to {system.label}, what it only watches there, and what an administrator sets.",
        ("admin",),
        _owner(process),
        tuple(_blocks(process, system)),
        tuple(_checklist(process, system)),
    )


def _owner(process: Process) -> str:
    """Who answers for the CRM: the team or person of that name, else who audits the data."""
    people, audit = process.model.people, process.model.data_hygiene.audit
    named = "revops" if "revops" in people.teams or "revops" in people.persons else audit.owner if audit else None
    return process.words.owner(named)


def _blocks(process: Process, system: System) -> Iterator[Any]:
    master = process.model.context.systems.source_of_truth
    labels = {one.name: one.label for one in process.systems}
    role = "this CRM" if master == system.name else labels.get(master or "", master)
    given: list[Fact] = [("CRM", system.label), ("Environment", process.environment), ("Source of truth", role)]
    yield tree.Facts(process.facts(("context", "systems"), given))
    yield from _manual(process, system)
    yield from _logins(process, system)
    yield from _applied(process, system)
    yield from _met(process, system, ("enforced", "automated"), "What the CRM enforces and automates")
    yield from _met(process, system, ("monitored",), "What revops only watches")
    yield from _met(process, system, ("manual",), "What people do")


def manual_steps(process: Process, system: System) -> tuple[tree.Step, ...]:
    """The steps of a CRM with their places in the model."""
    found = system.guide(process.model) if system.guide else ()
    return tuple(tree.Step(one.title, one.where, one.actions, one.check, process.place(*one.origin)) for one in found)


def _manual(process: Process, system: System) -> Iterator[Any]:
    steps = manual_steps(process, system)
    yield tree.Heading("Set manually, in this order")
    if not steps:
        yield tree.Paragraph("Nothing: everything that the model needs has an API.")
        return
    yield tree.Paragraph("No API sets these. Each step ends with a check.")
    yield tree.Steps(steps)


def _logins(process: Process, system: System) -> Iterator[Any]:
    """Who each person of the model is in this CRM."""
    people = process.model.people
    rows = [
        process.row(("people", "persons", key), person.name, person.role or "", people.identity(key, system.name))
        for key, person in people.persons.items()
    ]
    stand_in = people.stand_in.get(system.name)
    note = f"{stand_in} stands in for everybody without a login of their own." if stand_in else ""
    columns = ("Person", "Role", "Login")
    yield from tree.section("People and their logins", f"Logins on {system.label}", columns, rows, note)
    if people.identities or process.model.data_hygiene.access.adopt:
        shared = "adopted where they exist" if process.model.data_hygiene.access.adopt else "made by revops"
        yield tree.Facts(process.facts(("data_hygiene", "access"), [("Permissions for the fields are", shared)]))


def _applied(process: Process, system: System) -> Iterator[Any]:
    yield tree.Heading("What revops applies")
    yield tree.Paragraph(
        f"{sum(item.system == system.name for item in process.planned):,} resources, by topic and type."
    )
    rows: list[tree.Row] = []
    for topic in (*TOPICS, system.name):
        names: dict[str, list[str]] = {}
        for item in process.applied(topic, system.name):
            names.setdefault(item.declaration.kind, []).append(item.name)
        for kind, listed in names.items():
            shown = tree.joined([tree.Code(name) for name in listed[:MOST_NAMES]])
            more = f", and {len(listed) - MOST_NAMES} more" if len(listed) > MOST_NAMES else ""
            cells = (
                capital(spoken(topic)),
                tree.Code(kind),
                str(len(listed)),
                (*shown, more) if isinstance(shown, tuple) else shown,
            )
            rows.append(process.row((topic,), *cells))
    yield tree.Table(
        f"Resources that revops applies to {system.label}", ("Topic", "Type", "Number", "Names"), tuple(rows)
    )


def _met(process: Process, system: System, statuses: tuple[str, ...], title: str) -> Iterator[Any]:
    topics = ("principles", *TOPICS, "diagnosis")
    rows = [
        tree.Row((sentence, capital(met[system.name][0]), met[system.name][1]))
        for sentence, met in process.coverage(topics)
        if system.name in met and met[system.name][0] in statuses
    ]
    yield from tree.section(title, title, ("Requirement", "Status", "How"), rows)


def _checklist(process: Process, system: System) -> Iterator[tree.Item]:
    yield tree.Item(
        f"{system.label}: resources applied", "" if any(i.system == system.name for i in process.planned) else "none"
    )
    yield tree.Item(f"{system.label}: manual steps with a check each")
