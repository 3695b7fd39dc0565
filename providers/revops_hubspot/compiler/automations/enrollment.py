"""What enrolls a record in a workflow, and the go-live date that keeps older records out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from revops_hubspot.compiler.terms.compilation import Compilation
from revops_hubspot.compiler.terms.conditions import filter_text
from revops_hubspot.filters import leaves
from revops_hubspot.filters.printer import render
from revops_hubspot.filters.tree import Event, Test, Tree
from revops_hubspot.workflows.enrollment import Enroll

NEVER = date(2999, 1, 1)
"""Without a go-live date no record is enrolled: none meets the criteria after this day."""


def when_met(when: Tree, object_: str, again: bool = True) -> Enroll:
    """Enrolls records when they meet the filter, and again whenever they meet it anew. Raises CannotCompile."""
    return Enroll(when=filter_text(when, object_), re_enroll=again)


def when_happens(event: Event) -> Enroll:
    """Enrolls a record every time an event happens; events of the past do not count."""
    return Enroll(events=[render(event)], re_enroll=True)


@dataclass(frozen=True)
class Moment:
    """A property that holds a date, and the time zone in which a day of it begins."""

    property: str
    zone: str


def from_go_live(compilation: Compilation, moment: Moment) -> Test:
    """The moment lies on or after the go-live date of the stack."""
    return leaves.since(moment.property, compilation.settings.go_live or NEVER, moment.zone)
