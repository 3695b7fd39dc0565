"""What enrolls a record in a workflow, and the go-live date that keeps older records out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from revops_hubspot.compiler.terms import conditions
from revops_hubspot.compiler.terms.compilation import Compilation
from revops_hubspot.compiler.terms.conditions import Cases, both
from revops_iac.model.automation import Workflow

Json = dict[str, Any]
PROPERTY_CHANGED = "4-655002"  # [T]
PAGE_VISITED = "4-96000"  # [K]
NEVER = date(2999, 1, 1)
"""Without a go-live date nobody is enrolled: no record has met anything after this day."""


def when_met(cases: Cases, again: bool = True) -> Json:
    """Enrolls records when they meet the filters, and again whenever they meet them anew."""
    filters = conditions.branch(cases)
    return {
        "type": "LIST_BASED",
        "shouldReEnroll": again,
        "unEnrollObjectsNotMeetingCriteria": False,
        "listFilterBranch": filters,
        "reEnrollmentTriggersFilterBranches": filters["filterBranches"] if again else [],
    }


def when_happens(event_type: str, filters: Sequence[conditions.Filter] = ()) -> Json:
    """Enrolls a record every time an event happens; events of the past do not count."""
    event = {
        "filterBranchType": "UNIFIED_EVENTS",
        "filterBranchOperator": "AND",
        "eventTypeId": event_type,
        "operator": "HAS_COMPLETED",
        "filters": list(filters),
        "filterBranches": [],
    }
    return {
        "type": "EVENT_BASED",
        "shouldReEnroll": True,
        "eventFilterBranches": [event],
        "listMembershipFilterBranches": [],
    }


@dataclass(frozen=True)
class Moment:
    """A property that holds a date, and the time zone in which a day of it begins."""

    property: str
    zone: str


def since_go_live(compilation: Compilation, workflow: Workflow, cases: Cases, moment: Moment) -> Cases:
    """The cases, for records whose moment lies on or after the go-live date; all of them with `backfill`."""
    return cases if workflow.backfill else both(cases, [[from_go_live(compilation, moment)]])


def from_go_live(compilation: Compilation, moment: Moment) -> conditions.Filter:
    """The moment lies on or after the go-live date of the stack."""
    return conditions.since(moment.property, compilation.settings.go_live or NEVER, moment.zone)
