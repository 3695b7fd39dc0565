"""Assignment rules beside those of others, and whose rule is active."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_salesforce.api.components import Body
from revops_salesforce.kinds.assignment_rules import AssignmentRules, AssignmentRulesInputs, merged

from revops_iac.compile import validated
from revops_iac.errors import AccountError, AuthorError
from revops_iac.provider.kind import DesiredResource, Lookup, Reference
from tests.diagnostics import refusals
from tests.providers.contract import Contract
from tests.providers.revops_salesforce.conftest import OpenSession
from tests.providers.typed_inputs import desired_resource

KIND = AssignmentRules()
THEIRS = {"active": True, "ruleEntry": [{"assignedTo": "Old_Leads", "assignedToType": "Queue"}]}
OURS: dict[str, Any] = {
    "object": "Lead",
    "name": "Ours",
    "active": True,
    "entries": [
        {"criteria": [{"field": "Lead.Country", "operation": "equals", "value": "US"}], "boolean_filter": "1"},
        {"assigned_to": "Old_Leads", "assigned_to_type": "Queue"},
    ],
}
REFUSAL = 'Salesforce AssignmentRules "Lead.Ours": it would replace the active assignment rule "Theirs" of Lead'
FIX = "set replaces_active: Theirs on its entry; deleting this resource reactivates that rule"


@pytest.fixture
def foreign_rule(accounts: RunningSimulators) -> RunningSimulators:
    """An org in which another rule is active."""
    accounts.seed("salesforce", {"queues": [{"DeveloperName": "Old_Leads"}]})
    accounts.seed("salesforce", {"components": {"AssignmentRule": {"Lead.Theirs": THEIRS}}})
    return accounts


def active_rules(open_session: OpenSession) -> list[str]:
    session = open_session()
    found = (session.find(KIND, name) for name in session.names(KIND, ""))
    return [live.name for live in found if live is not None and live.definition["active"]]


def test_active_rule_of_others_is_not_pushed_aside(foreign_rule: RunningSimulators, open_session: OpenSession) -> None:
    session = open_session()
    desired = DesiredResource("AssignmentRules", "Lead.Ours", "Lead.ours", OURS)
    assert refusals(KIND, session, desired, None) == [f"{REFUSAL}\n    fix: {FIX}"]
    with pytest.raises(AuthorError) as refused:
        KIND.create(session, KIND.parse(OURS))
    assert str(refused.value) == f"{REFUSAL}\n    fix: {FIX}"
    assert active_rules(open_session) == ["Lead.Theirs"]


def test_inactive_rule_pushes_nobody_aside(foreign_rule: RunningSimulators, open_session: OpenSession) -> None:
    KIND.create(open_session(), KIND.parse({**OURS, "active": False}))
    assert active_rules(open_session) == ["Lead.Theirs"]


def test_named_rule_is_replaced_and_active_again_after_delete(
    foreign_rule: RunningSimulators, open_session: OpenSession
) -> None:
    session, inputs = open_session(), {**OURS, "replaces_active": "Theirs"}
    made = KIND.create(session, KIND.parse(inputs))
    assert active_rules(open_session) == ["Lead.Ours"]
    theirs = open_session().find(KIND, "Lead.Theirs")
    assert theirs is not None
    assert theirs.definition["entries"] == [{"assigned_to": "Old_Leads", "assigned_to_type": "Queue"}]

    KIND.delete(session, made, KIND.state(inputs))

    assert active_rules(open_session) == ["Lead.Theirs"]
    assert open_session().find(KIND, "Lead.Ours") is None


def test_delete_that_fails_half_way_leaves_an_active_rule(
    foreign_rule: RunningSimulators, open_session: OpenSession
) -> None:
    session, inputs = open_session(), {**OURS, "replaces_active": "Theirs"}
    made = KIND.create(session, KIND.parse(inputs))
    foreign_rule.control.faults.add("rate_limit", system="salesforce", policy="DAILY", path="/Soap/m/", after=2)
    with pytest.raises(AccountError, match="TotalRequests Limit exceeded"):
        KIND.delete(session, made, KIND.state(inputs))
    foreign_rule.control.faults.clear()
    assert active_rules(open_session) == ["Lead.Theirs"]

    again = open_session()
    live = again.find(KIND, "Lead.Ours")
    assert live is not None
    KIND.delete(again, live, KIND.state(inputs))
    assert again.client.list_components("AssignmentRule") == ["Lead.Theirs"]


def test_entries_keep_their_order_and_name_what_they_need() -> None:
    inputs = {
        **OURS,
        "entries": [
            {"formula": "Score__c > 5", "assigned_to": "Unassigned", "assigned_to_type": "Queue"},
            {"assigned_to": "maya@northwind.example", "assigned_to_type": "User"},
        ],
    }
    assert list(KIND.references(KIND.parse(inputs))) == [
        Reference("Queue", "Unassigned"),
        Reference("CustomField", "Lead.Score__c"),
    ]
    assert list(KIND.lookups(KIND.parse(inputs))) == [
        Lookup("queue", "Unassigned"),
        Lookup("user", "maya@northwind.example"),
    ]


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({"formula": "TRUE", "criteria": []}, '"formula" and "criteria" are mutually exclusive'),
        ({"assigned_to": "maya@northwind.example"}, '"assigned_to" and "assigned_to_type" must be set together'),
    ],
)
def test_entry_of_a_wrong_form_is_refused(entry: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        AssignmentRulesInputs.model_validate({**OURS, "entries": [entry]})


CASES: dict[str, Any] = {
    "object": "Case",
    "name": "Support",
    "active": True,
    "entries": [
        {
            "assigned_to": "admin@simulated.example",
            "assigned_to_type": "User",
            "teams": ["Escalation", "Billing"],
            "override_existing_teams": True,
        }
    ],
}


def test_case_rule_assigns_teams(accounts: RunningSimulators, waits: list[float]) -> None:
    process = Contract(accounts, "salesforce", KIND)
    inputs = validated(KIND, CASES)
    made = process.create(inputs)
    again = process.refresh(made)
    assert again is not None
    assert not process.changes(again, inputs)
    fewer = {**inputs, "entries": [{**inputs["entries"][0], "teams": ["Billing"]}]}
    assert process.changes(again, fewer)
    updated = process.refresh(process.update(again, fewer))
    assert updated is not None
    assert not process.changes(updated, fewer)


def test_teams_that_nobody_declared_are_kept_and_no_difference(accounts: RunningSimulators, waits: list[float]) -> None:
    process = Contract(accounts, "salesforce", KIND)
    process.create(validated(KIND, CASES))
    plain = {key: value for key, value in CASES["entries"][0].items() if key.startswith("assigned")}
    inputs = validated(KIND, {**CASES, "entries": [plain]})
    adopted = process.create(inputs)
    assert adopted.outputs["adopted"] is True
    process.update(adopted, {**inputs, "active": False})
    live = process.live(inputs)
    assert live is not None
    assert live.definition["entries"][0]["teams"] == ["Escalation", "Billing"]


def test_what_an_entry_cannot_say_stays_with_it_when_another_comes_before() -> None:
    mail = {"formula": "Amount > 5", "assignedTo": "Desk", "assignedToType": "Queue", "senderName": "kept"}
    rest = {"assignedTo": "All", "assignedToType": "Queue", "newer": "kept too"}
    inputs = KIND.parse(
        {
            "object": "Lead",
            "name": "Ours",
            "entries": [
                {"formula": "ISBLANK(Company)", "assigned_to": "New", "assigned_to_type": "Queue"},
                {"formula": "Amount > 5", "assigned_to": "Desk", "assigned_to_type": "Queue"},
                {"assigned_to": "All", "assigned_to_type": "Queue"},
            ],
        }
    )
    written = merged([mail, rest], KIND.elements(inputs)["ruleEntry"])
    assert written[1:] == [mail, rest]
    assert "senderName" not in written[0]


def test_part_of_an_entry_that_the_inputs_cannot_say_is_named() -> None:
    body = {"active": True, "ruleEntry": [{"assignedTo": "Desk"}, {"senderName": "Sales", "team": ["A"]}]}
    assert KIND.observe("Lead.Ours", body).facts == {"unmanaged_parts": ["entry 2: senderName"]}


def test_an_entry_with_a_part_that_the_inputs_cannot_say_is_never_removed_in_silence(
    open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [{"assignedTo": "Desk", "assignedToType": "Queue"}, {"assignedTo": "All", "senderName": "Sales"}]
    body: Body = {"active": True, "ruleEntry": entries}
    monkeypatch.setattr(KIND, "read_body", lambda client, name: body)
    live, session = KIND.observe("Lead.Ours", body), open_session()
    first = {"assigned_to": "Desk", "assigned_to_type": "Queue"}
    for listed, messages in (
        ([{**first, "formula": "ISBLANK(Company)"}, {"assigned_to": "All"}], []),
        ([first], ["the change would remove entry: senderName, which has no input here"]),
    ):
        desired = desired_resource(KIND, {"object": "Lead", "name": "Ours", "active": True, "entries": listed})
        found = [one.message for one in KIND.preflight_errors(session, desired, live)]
        assert [message for message in found if "would remove" in message] == messages
