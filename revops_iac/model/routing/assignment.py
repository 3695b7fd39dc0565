"""Who gets a lead: a routing of the model, evaluated on one record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from revops_iac.model import Model
from revops_iac.model.people import Assignee
from revops_iac.model.routing import Routing
from revops_iac.model.routing.rotation import shift_on, shifts_of


@dataclass(frozen=True)
class Assignment:
    """Where a lead goes, and by which rule; None is the fallback. Either a login or a queue by its key."""

    rule: str | None
    login: str | None = None
    queue: str | None = None


def assignment(
    model: Model,
    routing: Routing,
    record: Mapping[str, Any],
    system: str,
    day: date,
    number: int | None = None,
    queues: bool = True,
) -> Assignment | None:
    """Where a routing sends a record (keyed `object.key`) on a day; None where nobody is named.

    `number` counts leads: its turn in a rotation. Without `queues`, as on HubSpot, the members of a queue take turns.
    """
    if not model.context.covers(routing.applies_to, "contact", dict(record)):
        return None
    for key, rule in routing.rules.items():
        for when, assign in rule.takers():
            if when is not None and not when.evaluate(record):
                continue
            if queues and assign.queue:
                return Assignment(key, queue=assign.queue)
            login = shift_on(shifts_of(model.people, assign, system), day).owner(number)
            if login is not None:
                return Assignment(key, login)
    return _fallback(model, routing, system, day, number, queues)


def _fallback(
    model: Model, routing: Routing, system: str, day: date, number: int | None, queues: bool
) -> Assignment | None:
    fallback = routing.fallback
    if fallback and fallback.queue and queues:
        return Assignment(None, queue=fallback.queue)
    if fallback and fallback.owner:
        return Assignment(None, model.people.identity(fallback.owner, system))
    if fallback and fallback.queue:
        members = Assignee(queue=fallback.queue)
        return Assignment(None, shift_on(shifts_of(model.people, members, system), day).owner(number))
    return None
