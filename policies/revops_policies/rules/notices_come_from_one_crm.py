"""No task or notice is made by the automations of both CRMs."""

from __future__ import annotations

from collections import defaultdict

from revops_policies.automations import Automation, automations
from revops_policies.rule import Parameters, Rule, Violations, broken_by
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds subjects of tasks and notices that automations of both CRMs make."""
    by_subject: dict[str, list[Automation]] = defaultdict(list)
    for automation in automations(subject):
        for notice in automation.notices:
            by_subject[notice.strip().casefold()].append(automation)
    for listed in by_subject.values():
        if len({automation.resource.system for automation in listed}) > 1:
            first, second = listed[0].resource, listed[-1].resource
            notice = next(iter(sorted(listed[0].notices & listed[-1].notices)), "")
            message = f'"{notice}" is also made by {second}, so people get it twice'
            yield broken_by(first, message, "let only the CRM on which the automation runs create it")


_MODEL = """
context: {systems: {managed: [hubspot, salesforce], source_of_truth: salesforce}}
hubspot:
  Workflow:
    contacts.Call: {object: contacts, name: Call, steps: [{create_task: {subject: Call the lead}}]}
salesforce:
  Flow:
    Call:
      name: Call
      label: Call
      definition:
        processType: AutoLaunchedFlow
        start:
          object: Lead
          triggerType: RecordAfterSave
          recordTriggerType: Create
          connector: {targetReference: Make_Task}
        recordCreates:
          - name: Make_Task
            label: Make the task
            object: Task
            inputAssignments: [{field: Subject, value: {stringValue: %s}}]
"""
RULE = Rule(
    title="Notices come from one CRM",
    why="a company that syncs its CRMs otherwise gets every task twice",
    applies_to="tasks and notices of workflows and flows",
    check=check,
    passing=_MODEL % "Thank the lead",
    failing=_MODEL % "Call the lead",
)
