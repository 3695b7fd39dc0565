"""Every calendar of business hours counts for something."""

from __future__ import annotations

from revops_iac.model import Model
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds calendars that no SLA, no person and no condition makes use of."""
    model = subject.model
    used = _used(model)
    for key, hours in model.people.business_hours.items():
        if key not in used and hours.when is None:
            where = f"people.business_hours.{key}"
            fix = f"name it under lifecycle.definitions.business_hours, or say for whom it counts: {EXAMPLE}"
            yield broken(where, f'calendar "{key}" is never used', fix)


def _used(model: Model) -> set[str | None]:
    people = {person.hours for person in model.people.persons.values()}
    return people | ({model.lifecycle.definitions.business_hours} if model.lifecycle else set())


EXAMPLE = "when: contact.country in region dach"
HOURS = "{time_zone: UTC, days: {monday: 09:00-17:00}}"
RULE = Rule(
    title="Business hours are used",
    why="an SLA counts other hours than the author of an unused calendar believes",
    applies_to="people.business_hours",
    check=check,
    passing=f"people: {{business_hours: {{usual: {HOURS}}}}}\nlifecycle: {{definitions: {{business_hours: usual}}}}\n",
    failing=f"people: {{business_hours: {{usual: {HOURS}}}}}\n",
    severity="low",
    level="advisory",
)
