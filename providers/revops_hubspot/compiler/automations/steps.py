"""The steps that the model's own workflows take, each as a user would write it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from revops_hubspot.compiler.terms.conditions import filter_text
from revops_hubspot.filters.tree import Tree
from revops_hubspot.workflows.steps import (
    CopyProperty,
    CreateTask,
    FilterBranch,
    FilterCase,
    Increment,
    Notify,
    Otherwise,
    Owner,
    RotateOwner,
    SetProperty,
    Step,
)
from revops_hubspot.workflows.values import duration
from revops_iac.model.duration import Duration


def set_property(name: str, value: str | Owner) -> Step:
    """Sets a property to a value."""
    return Step(set=SetProperty(property=name, to=value))


def stamp(name: str) -> Step:
    """Sets a date to the moment of the step."""
    return Step(set=SetProperty(property=name, to_now=True))


def minutes_from_now(name: str, minutes: int) -> Step:
    """Sets a moment that lies ahead."""
    return Step(set=SetProperty(property=name, to_later=duration(minutes)))


def increment(name: str, amount: float) -> Step:
    """Adds to a number."""
    return Step(increment=Increment(property=name, by=int(amount) if float(amount).is_integer() else amount))


def copy(name: str, source: str, label: str | None = None) -> Step:
    """Sets a property to what another property of the record holds."""
    return Step(label=label, copy=CopyProperty.model_validate({"from": source, "to": name}))


def wait(minutes: int) -> Step:
    """Waits in calendar time."""
    return Step(delay=duration(minutes))


def task(subject: str, body: str, due: Duration | None = None, owner: str | None = None, kind: str = "TODO") -> Step:
    """A task on the record, for its owner or for a person."""
    asked = {"subject": subject, "body": f"<p>{body}</p>", "type": kind, "priority": "HIGH"}
    later = {"due": duration(due.minutes)} if due is not None else {}
    return Step(create_task=CreateTask.model_validate(asked | later | ({"owner": owner} if owner else {})))


def notify(users: Sequence[str], subject: str, body: str) -> Step:
    """An internal e-mail."""
    return Step(notify=Notify(subject=subject, body=f"<p>{body}</p>", users=list(users)))


def rotate(users: Sequence[str], target: str) -> Step:
    """The next of the users becomes owner; HubSpot promises equal counts, not an order [T]."""
    return Step(rotate_owner=RotateOwner(users=list(users), property=target, overwrite=True))


def case(name: str, when: Tree, object_: str, *steps: Step) -> FilterCase:
    """A way out of a branch, for records of an object type. Raises CannotCompile."""
    return FilterCase(name=name, when=filter_text(when, object_), steps=list(steps))


def branch(cases: Iterable[FilterCase], otherwise: Iterable[Step] = (), default_name: str = "Otherwise") -> Step:
    """The first case whose filter a record passes, else the default."""
    default = Otherwise(name=default_name, steps=list(otherwise))
    return Step(branch=FilterBranch(cases=list(cases), otherwise=default))
