"""Going live does not flood: enabling is refused at preview when it would take too many of the records of today."""

from __future__ import annotations

from typing import Any

import pytest

from tests.end_to_end.small_stack import SmallStack, errors

pytestmark = pytest.mark.pulumi

IS_KNOWN = {"operationType": "ALL_PROPERTY", "operator": "IS_KNOWN", "includeObjectsWithNoValueSet": False}
CRITERIA = {
    "type": "LIST_BASED",
    "shouldReEnroll": False,
    "unEnrollObjectsNotMeetingCriteria": False,
    "reEnrollmentTriggersFilterBranches": [],
    "listFilterBranch": {
        "filterBranchType": "OR",
        "filterBranchOperator": "OR",
        "filters": [],
        "filterBranches": [
            {
                "filterBranchType": "AND",
                "filterBranchOperator": "AND",
                "filterBranches": [],
                "filters": [{"filterType": "PROPERTY", "property": "jobtitle", "operation": IS_KNOWN}],
            }
        ],
    },
}
NOTE = {
    "type": "SINGLE_CONNECTION",
    "actionId": "1",
    "actionTypeId": "0-5",
    "actionTypeVersion": 0,
    "fields": {"property_name": "message", "value": {"type": "OBJECT_PROPERTY", "propertyName": "jobtitle"}},
}
WORKFLOW = {"object": "contacts", "name": "Note it", "actions": [NOTE], "enrollment_criteria": CRITERIA}
ENABLED_WORKFLOW = {
    "WorkflowActivation": {"contacts.Note it": {"object": "contacts", "name": "Note it"}},
    "Workflow": {"contacts.Note it": WORKFLOW},
}


def refusal(stack: SmallStack) -> str:
    found = errors(stack.project.preview().failed())
    assert len(found) == 1
    assert stack.writes() == []
    return found[0]


def flows(stack: SmallStack) -> list[dict[str, Any]]:
    return list(stack.crms.dump("hubspot")["flows"].values())


def test_workflow_that_would_take_too_many_old_contacts_is_refused_and_within_the_limit_enabled(stack: SmallStack):
    people = [{"email": f"p{number}@example.com", "jobtitle": "VP"} for number in range(7)]
    stack.crms.seed("hubspot", {"records": {"contacts": [*people, {"email": "untitled@example.com"}]}})
    stack.hubspot(ENABLED_WORKFLOW)
    stack.configure("hubspot", maxEnroll=6)

    assert refusal(stack).splitlines()[1:] == [
        'stacks/model/model.yaml:8:5  HubSpot WorkflowActivation "contacts.Note it": enabling it would enroll 7 '
        "contacts today, but revops:maxEnroll allows 6",
        "    fix: limit its criteria to records since revops:goLive, or allow them: "
        "pulumi config set revops:maxEnroll 7",
        "1 problem in 1 file; nothing was changed.",
    ]
    assert flows(stack) == []

    stack.configure("hubspot", maxEnroll=7)
    stack.project.up().succeeded()
    assert [flow["isEnabled"] for flow in flows(stack)] == [True]
