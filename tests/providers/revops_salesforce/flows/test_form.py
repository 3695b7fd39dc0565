"""The one form of flows, and their XML."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

from revops_salesforce.deploy.package import archive
from revops_salesforce.flows import form as flow_form

DECLARED: dict[str, Any] = {
    "processType": "AutoLaunchedFlow",
    "start": {"locationX": 50, "object": "Lead", "connector": {"targetReference": "B"}},
    "assignments": [
        {"name": "B", "label": "B", "assignmentItems": [{"assignToReference": "$Record.Tier__c", "value": {}}]},
        {"name": "A", "label": "A", "isGoTo": False},
    ],
}


def test_what_the_server_adds_and_reorders_is_no_difference() -> None:
    managed = {
        "processType": "AutoLaunchedFlow",
        "processMetadataValues": [{"name": "BuilderType"}],
        "environments": ["Default"],
        "start": {"locationX": 999, "object": "Lead", "connector": {"targetReference": "B"}},
        "assignments": [
            {"name": "A", "label": "A", "locationX": 1},
            {"name": "B", "label": "B", "assignmentItems": [{"assignToReference": "$Record.Tier__c"}]},
        ],
    }
    live = flow_form.live_of(DECLARED, managed)
    assert flow_form.canonical(live) == flow_form.canonical(DECLARED)


def test_element_that_somebody_added_is_a_difference() -> None:
    managed = {**DECLARED, "assignments": [*DECLARED["assignments"], {"name": "C", "label": "C"}]}
    live = flow_form.live_of(DECLARED, managed)
    assert flow_form.canonical(live) != flow_form.canonical(DECLARED)


def test_order_of_decision_outcomes_matters() -> None:
    rules = [{"name": "first"}, {"name": "second"}]
    one, other = {"decisions": [{"name": "D", "rules": rules}]}, {"decisions": [{"name": "D", "rules": rules[::-1]}]}
    assert flow_form.canonical(one) != flow_form.canonical(other)


def test_fields_and_permissions_of_a_flow_are_found() -> None:
    flow = {
        "start": {"object": "Lead", "filters": [{"field": "Score__c", "operator": "IsNull"}]},
        "recordUpdates": [{"name": "U", "inputReference": "$Record", "inputAssignments": [{"field": "Tier__c"}]}],
        "recordCreates": [{"name": "T", "object": "Task", "inputAssignments": [{"field": "Kind__c"}]}],
        "formulas": [{"name": "F", "expression": "AND({!$Record.Ready__c}, {!$Permission.Bypass})"}],
        "actionCalls": [
            {"name": "Call", "actionType": "flow", "actionName": "Other_Flow"},
            {"name": "Tell", "actionType": "emailAlert", "actionName": "Lead.Tell_The_Owner"},
        ],
    }
    assert sorted((item.kind, item.name) for item in flow_form.references_of(flow)) == [
        ("CustomField", "Lead.Ready__c"),
        ("CustomField", "Lead.Score__c"),
        ("CustomField", "Lead.Tier__c"),
        ("CustomField", "Task.Kind__c"),
        ("CustomPermission", "Bypass"),
        ("Flow", "Other_Flow"),
        ("WorkflowAlert", "Lead.Tell_The_Owner"),
    ]


def test_archive_depends_on_its_content_only() -> None:
    files = {"package.xml": b"<Package/>", "flows/A.flow": b"<Flow/>"}
    assert archive(files) == archive(files)
    assert zipfile.ZipFile(BytesIO(archive(files))).namelist() == ["package.xml", "flows/A.flow"]
