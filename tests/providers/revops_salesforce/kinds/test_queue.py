"""Queues: members by username, what stands at stake."""

from __future__ import annotations

from crm_simulators.server import RunningSimulators
from revops_salesforce.kinds.queue import Queue
from revops_salesforce.metadata.merge import merge

from revops_iac.compile import validated
from revops_iac.provider.kind import Impact, Lookup
from tests.providers.contract import Contract
from tests.providers.revops_salesforce.conftest import OpenSession

KIND = Queue()
INPUTS = {"name": "Unassigned", "label": "Unassigned leads", "objects": ["Lead"]}


def test_members_are_written_and_read_by_username(accounts: RunningSimulators, open_session: OpenSession) -> None:
    people = ["maya@northwind.example", "victor@northwind.example"]
    accounts.seed("salesforce", {"users": [{"Username": name} for name in people]})
    session, inputs = open_session(), {**INPUTS, "members": people[::-1]}
    KIND.create(session, KIND.parse(inputs))
    live = open_session().find(KIND, "Unassigned")
    assert live is not None
    assert KIND.differences(inputs, KIND.managed_view(inputs, live)) == []
    assert list(KIND.lookups(KIND.parse(inputs))) == [Lookup("user", name) for name in people[::-1]]


def test_members_of_others_stay_when_the_model_names_none(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    accounts.seed("salesforce", {"users": [{"Username": "maya@northwind.example"}]})
    accounts.seed("salesforce", {"queues": [{"DeveloperName": "Unassigned", "Members": ["maya@northwind.example"]}]})
    session = open_session()
    live = session.find(KIND, "Unassigned")
    assert live is not None
    KIND.update(session, live, KIND.parse(INPUTS))
    again = open_session().find(KIND, "Unassigned")
    assert again is not None
    assert again.definition["members"] == ["maya@northwind.example"]


def test_queue_satisfies_the_lookups_of_others() -> None:
    assert list(KIND.provides(KIND.parse(INPUTS))) == [Lookup("queue", "Unassigned")]


def test_records_that_belong_to_it_are_at_stake(accounts: RunningSimulators, open_session: OpenSession) -> None:
    made = accounts.seed("salesforce", {"queues": [{"DeveloperName": "Unassigned", "Name": "Unassigned leads"}]})
    lead = {"LastName": "L", "Company": "Northwind", "OwnerId": made["queues"]["Unassigned"]}
    accounts.seed("salesforce", {"records": {"Lead": [lead, lead]}})
    session = open_session()
    live = session.find(KIND, "Unassigned")
    assert live is not None
    assert KIND.delete_impact(session, live) == Impact(2, "it owns 2 records")


def test_every_kind_of_members_can_be_declared(accounts: RunningSimulators, waits: list[float]) -> None:
    accounts.seed("salesforce", {"records": {"UserRole": [{"Name": "Boss", "DeveloperName": "Boss"}]}})
    accounts.seed("salesforce", {"components": {"Group": {"Desk": {"name": "Desk"}}}})
    process = Contract(accounts, "salesforce", KIND)
    inputs = validated(
        KIND,
        {
            **INPUTS,
            "members": ["admin@simulated.example"],
            "public_groups": ["Desk"],
            "roles": ["Boss"],
            "roles_and_subordinates": ["Boss"],
            "roles_and_internal_subordinates": ["Boss"],
            "description": "Leads without an owner.",
        },
    )
    again = process.refresh(process.create(inputs))
    assert again is not None
    assert not process.changes(again, inputs)
    without = {**inputs, "roles": []}
    updated = process.refresh(process.update(again, without))
    assert updated is not None
    assert not process.changes(updated, without)
    assert updated.outputs["roles_and_subordinates"] == ["Boss"]


def test_members_of_kinds_that_are_not_listed_stay() -> None:
    live = {"queueMembers": {"roles": {"role": ["Boss"]}, "users": {"user": ["a@x.example"]}}}
    inputs = KIND.parse({"name": "Unassigned", "members": []})
    merged = merge(live, KIND.changes(live, inputs), KIND.entry_keys, "Queue")
    assert merged == {"queueMembers": {"roles": {"role": ["Boss"]}}}
