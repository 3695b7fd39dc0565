"""Queues and lead assignment rules."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

from tests.providers.crm_simulators.salesforce.conftest import Client


@pytest.fixture
def queue_id(client: Client, simulators: RunningSimulators) -> str:
    made = simulators.seed(
        "salesforce",
        {
            "users": [{"Username": "maya@example.com", "FirstName": "Maya", "LastName": "Chen"}],
            "queues": [{"DeveloperName": "Unassigned", "Name": "Unassigned", "SobjectTypes": ["Lead"]}],
        },
    )
    return str(made["queues"]["Unassigned"])


def entry(client: Client, kind: str | None = "Queue", to: str | None = "Unassigned", **attributes: Any) -> Any:
    return client.md.RuleEntry(assignedTo=to, assignedToType=kind, **attributes)


def criterion(client: Client, field: str, operation: str, value: str) -> Any:
    return client.md.FilterItem(field=field, operation=operation, value=value)


def container(client: Client, *rules: Any) -> Any:
    return client.md.AssignmentRules(fullName="Lead", assignmentRule=list(rules))


def rule(client: Client, name: str, *entries: Any, active: bool = True) -> Any:
    return client.md.AssignmentRule(fullName=name, active=active, ruleEntry=list(entries))


def lead(client: Client, header: str | None = "TRUE", **values: Any) -> str:
    headers = {} if header is None else {"Sforce-Auto-Assign": header}
    created = client.sf.Lead.create({"LastName": "Doe", "Company": "Acme", **values}, headers=headers)
    return str(client.sf.Lead.get(created["id"])["OwnerId"])


def test_first_matching_entry_says_the_owner(client: Client, queue_id: str) -> None:
    us = entry(client, "User", "maya@example.com", criteriaItems=[criterion(client, "Lead.Country", "equals", "US,CA")])
    assert client.update(container(client, rule(client, "Inbound", us, entry(client)))) == ["ok"]
    maya = client.sf.query("SELECT Id FROM User WHERE Username = 'maya@example.com'")["records"][0]["Id"]
    assert lead(client, Country="CA") == maya
    assert lead(client, Country="DE") == queue_id


def test_rule_runs_only_with_its_header_unless_switched(
    client: Client, simulators: RunningSimulators, queue_id: str
) -> None:
    client.update(container(client, rule(client, "Inbound", entry(client))))
    assert lead(client, header=None) != queue_id
    assert lead(client, header="false") != queue_id
    simulators.control.switches.set("salesforce.auto_assign_without_header", True)
    assert lead(client, header=None) == queue_id


def test_formula_and_filter_logic_decide(client: Client, queue_id: str) -> None:
    items = [
        criterion(client, "Lead.Country", "equals", "US"),
        criterion(client, "Lead.NumberOfEmployees", "greaterThan", "99"),
    ]
    either = entry(client, criteriaItems=items, booleanFilter="1 OR 2")
    formula = entry(client, formula='BEGINS(Company, "Acme") && NumberOfEmployees < 5')
    client.update(container(client, rule(client, "Inbound", either, formula)))
    assert lead(client, NumberOfEmployees=100) == queue_id
    assert lead(client, NumberOfEmployees=4) == queue_id
    assert lead(client, NumberOfEmployees=50) != queue_id


def test_activating_a_rule_deactivates_the_other(client: Client, queue_id: str) -> None:
    client.update(container(client, rule(client, "First", entry(client))))
    client.update(container(client, rule(client, "Second", entry(client))))
    rules = client.read("AssignmentRules", "Lead").assignmentRule
    assert [(each.fullName, each.active) for each in rules] == [("First", False), ("Second", True)]
    active = client.sf.query("SELECT Name FROM AssignmentRule WHERE Active = TRUE AND SobjectType = 'Lead'")["records"]
    assert [row["Name"] for row in active] == ["Second"]


def test_rules_left_out_are_deleted_by_switch(client: Client, simulators: RunningSimulators, queue_id: str) -> None:
    client.update(container(client, rule(client, "First", entry(client))))
    simulators.control.switches.set("salesforce.omitted_assignment_rules_are_deleted", True)
    client.update(container(client, rule(client, "Second", entry(client))))
    assert [each.fullName for each in client.read("AssignmentRules", "Lead").assignmentRule] == ["Second"]


def test_one_rule_is_addressed_by_its_own_name(client: Client, queue_id: str) -> None:
    client.update(container(client, rule(client, "First", entry(client), active=False)))
    assert client.upsert(rule(client, "Lead.Second", entry(client))) == ["ok"]
    assert client.delete("AssignmentRule", "Lead.First") == ["ok"]
    assert client.read("AssignmentRule", "Lead.Second").active is True
    assert client.read("AssignmentRule", "Lead.First").fullName is None


@pytest.mark.parametrize(
    ("kind", "to", "problem"),
    [
        ("Queue", "Nobody", "INVALID_CROSS_REFERENCE_KEY: In field: assignedTo - no Queue named Nobody found"),
        ("User", "x@y.z", "INVALID_CROSS_REFERENCE_KEY: In field: assignedTo - no User named x@y.z found"),
        ("User", None, "REQUIRED_FIELD_MISSING: Required field is missing: assignedTo"),
    ],
)
def test_assignee_must_exist(client: Client, queue_id: str, kind: str, to: str | None, problem: str) -> None:
    assert client.update(container(client, rule(client, "Inbound", entry(client, kind, to)))) == [problem]


def test_entry_has_a_formula_or_criteria_but_not_both(client: Client, queue_id: str) -> None:
    both = entry(client, formula="TRUE", criteriaItems=[criterion(client, "Lead.Country", "equals", "US")])
    assert client.update(container(client, rule(client, "Inbound", both))) == [
        "FIELD_INTEGRITY_EXCEPTION: A rule entry can have either a formula or criteria items, not both"
    ]


def test_queue_in_a_rule_cannot_be_deleted(client: Client, queue_id: str) -> None:
    client.update(container(client, rule(client, "Inbound", entry(client))))
    assert client.delete("Queue", "Unassigned") == [
        "DEPENDENCY_EXISTS: This queue is referenced elsewhere. : Assignment Rule - Lead.Inbound"
    ]


def test_queue_is_also_rows_that_rest_shows(client: Client, queue_id: str) -> None:
    members = client.md.QueueMembers(users=client.md.Users(user=["maya@example.com"]))
    objects = [client.md.QueueSobject(sobjectType="Lead")]
    client.update(client.md.Queue(fullName="Unassigned", name="Open leads", queueSobject=objects, queueMembers=members))
    row = client.sf.query("SELECT Id, Name FROM Group WHERE Type = 'Queue'")["records"][0]
    assert (row["Id"], row["Name"]) == (queue_id, "Open leads")
    assert client.sf.query("SELECT COUNT() FROM GroupMember")["totalSize"] == 1
    assert client.sf.query(f"SELECT SobjectType FROM QueueSobject WHERE QueueId = '{queue_id}'")["totalSize"] == 1


def test_queue_that_owns_leads_cannot_be_deleted(client: Client, queue_id: str) -> None:
    client.sf.Lead.create({"LastName": "Doe", "Company": "Acme", "OwnerId": queue_id})
    assert client.delete("Queue", "Unassigned") == [
        "DELETE_FAILED: Queue Unassigned owns 1 records. Transfer them first."
    ]


def test_queue_of_opportunities_is_refused(client: Client) -> None:
    objects = [client.md.QueueSobject(sobjectType="Opportunity")]
    assert client.create(client.md.Queue(fullName="Deals", name="Deals", queueSobject=objects)) == [
        "FIELD_INTEGRITY_EXCEPTION: Queue is not supported for object type: Opportunity"
    ]
