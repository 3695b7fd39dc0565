"""No automation starts another that starts it again through the sync between the CRMs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from revops_policies.automations import Automation, automations
from revops_policies.fields import model_fields
from revops_policies.rule import Parameters, Rule, Violations, broken_by
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds circles of automations on both CRMs, each of which sets a field that starts the next one."""
    fields = model_fields(subject)
    listed = automations(subject)
    starts = {
        place: [
            other for other, automation in enumerate(listed) if _sets(mine, fields) & _waits_for(automation, fields)
        ]
        for place, mine in enumerate(listed)
    }
    reported: set[frozenset[int]] = set()
    for place in starts:
        circle = _circle(place, starts)
        if circle is None or frozenset(circle) in reported:
            continue
        if len({listed[one].resource.system for one in circle}) > 1:
            reported.add(frozenset(circle))
            names = " -> ".join(f'"{listed[one].resource.name}"' for one in (*circle, circle[0]))
            fix = "let one of them depend on a field that none of them sets"
            yield broken_by(listed[place].resource, f"it starts itself again through the sync: {names}", fix)


def _sets(automation: Automation, fields: Mapping[tuple[str, str], str]) -> frozenset[str]:
    return _spelled(automation, automation.writes, fields)


def _waits_for(automation: Automation, fields: Mapping[tuple[str, str], str]) -> frozenset[str]:
    return _spelled(automation, automation.triggers, fields)


def _spelled(automation: Automation, names: frozenset[str], fields: Mapping[tuple[str, str], str]) -> frozenset[str]:
    """Fields of the model by their reference, which both CRMs share; others by CRM and name."""
    system = automation.resource.system
    return frozenset(fields.get((system, name), f"{system}:{name}") for name in names)


def _circle(start: int, starts: Mapping[int, Sequence[int]]) -> list[int] | None:
    """The shortest way from an automation back to itself."""
    waiting: list[list[int]] = [[start]]
    seen: set[int] = set()
    for path in waiting:
        for following in starts[path[-1]]:
            if following == start:
                return path
            if following not in seen:
                seen.add(following)
                waiting.append([*path, following])
    return None


_MODEL = """
context: {systems: {managed: [hubspot, salesforce], source_of_truth: salesforce}}
data_hygiene: {fields: {contact: {tier: {label: Tier, type: text}, grade: {label: Grade, type: text}}}}
hubspot:
  Workflow:
    contacts.Grade:
      object: contacts
      name: Grade
      enroll: {when: tier is known}
      steps: [{set: {property: grade, to: "a"}}]
salesforce:
  Flow:
    Tier:
      name: Tier
      label: Tier
      definition:
        processType: AutoLaunchedFlow
        start:
          object: Lead
          triggerType: RecordBeforeSave
          recordTriggerType: Update
          filterLogic: and
          filters: [{field: %s, operator: IsNull, value: {booleanValue: false}}]
          connector: {targetReference: Set_Tier}
        assignments:
          - name: Set_Tier
            label: Set the tier
            assignmentItems: [{assignToReference: $Record.Tier__c, operator: Assign, value: {stringValue: gold}}]
"""
RULE = Rule(
    title="Automations do not loop",
    why="two automations that start each other through the sync never come to rest",
    applies_to="workflows and flows of both CRMs",
    check=check,
    severity="critical",
    passing=_MODEL % "Company",
    failing=_MODEL % "Grade__c",
)
