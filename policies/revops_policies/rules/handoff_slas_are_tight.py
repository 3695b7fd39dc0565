"""No SLA of a handoff is looser than the longest time that the company allows."""

from __future__ import annotations

from revops_iac.model.duration import Duration
from revops_policies.examples import lifecycle_model
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject

BUSINESS_DAY_H = 24 * 7 / 5
"""Five business days take a week: what a business day comes to on the calendar, in hours."""
BUSINESS_HOUR_H = BUSINESS_DAY_H / 8
"""A business day has eight business hours."""


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds SLAs that are longer than the parameter of their name, or than `any_other`."""
    lifecycle = subject.model.lifecycle
    for key, handoff in (lifecycle.handoffs if lifecycle is not None else {}).items():
        for name, length in handoff.sla.items():
            longest = Duration.parse(str(parameters.get(name, parameters["any_other"])))
            if calendar_hours(length) > calendar_hours(longest):
                where = f"lifecycle.handoffs.{key}.sla.{name}"
                yield broken(where, f"{length} is longer than {longest}", f"write {longest} or less")


def calendar_hours(length: Duration) -> float:
    """What a duration comes to on the calendar, in hours.

    >>> calendar_hours(Duration.parse("5 business days")) == calendar_hours(Duration.parse("1 week"))
    True
    """
    if not length.business:
        return length.hours
    if length.unit in ("minute", "hour"):
        return length.hours * BUSINESS_HOUR_H
    return length.days * BUSINESS_DAY_H if length.unit == "day" else length.hours


_HANDOFF = "handoffs: {a: {sla: {first_contact: %s}, tracked_by: [contact.mql_date], accountable: ann}}"
RULE = Rule(
    title="SLAs of handoffs are tight",
    why="a lead that waits longer than the promise has gone cold",
    applies_to="lifecycle.handoffs.*.sla",
    check=check,
    parameters={
        "first_contact": "4 business hours",
        "decide": "48 hours",
        "accept": "24 hours",
        "kickoff": "5 business days",
        "any_other": "5 business days",
    },
    passing=lifecycle_model(_HANDOFF % "4 business hours"),
    failing=lifecycle_model(_HANDOFF % "2 days"),
)
