"""Lists: found by id when renamed, filters in one form, tokens for people and lists."""

from __future__ import annotations

from typing import Any

from crm_simulators.server import RunningSimulators
from revops_hubspot.kinds.list import List

from revops_iac.kind import Lookup, Reference, Wanted
from tests.providers.contract import Contract, example
from tests.providers.revops_hubspot.conftest import OpenSession

KIND = List()


def branch(*filters: dict[str, Any]) -> dict[str, Any]:
    inner = {"filterBranchType": "AND", "filterBranchOperator": "AND", "filterBranches": [], "filters": list(filters)}
    return {"filterBranchType": "OR", "filterBranchOperator": "OR", "filters": [], "filterBranches": [inner]}


def known(name: str) -> dict[str, Any]:
    return {
        "filterType": "PROPERTY",
        "property": name,
        "operation": {"operationType": "ALL_PROPERTY", "operator": "IS_KNOWN"},
    }


def declared(name: str, *filters: dict[str, Any]) -> dict[str, Any]:
    return {"object": "contacts", "name": name, "processing_type": "DYNAMIC", "filter_branch": branch(*filters)}


def test_list_renamed_by_somebody_is_found_by_its_id_and_named_back(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    made = contract.create()
    contract.run().allow_writes()
    client = open_session().client
    client.write("PUT", "lists", "/{id}/update-list-name", query={"listName": "Renamed"}, id=made.id)

    drifted = contract.refresh(made)
    assert drifted is not None
    assert drifted.id == made.id
    assert drifted.outputs["name"] == "Renamed"
    assert contract.changes(drifted, example(KIND))

    undone = contract.update(drifted, example(KIND))
    assert undone.outputs["name"] == "Contacts without a job title"
    assert [entry["name"] for entry in accounts.dump("hubspot")["lists"].values()] == ["Contacts without a job title"]


def test_renamed_key_keeps_the_list(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    made = contract.create()
    renamed = contract.update(made, {**example(KIND), "name": "No title"})
    again = contract.refresh(renamed)
    assert again is not None
    assert again.id == made.id
    assert not contract.changes(again, {**example(KIND), "name": "No title"})


def test_order_and_defaults_of_filters_show_no_difference() -> None:
    one = declared("x", known("email"), known("phone"))
    other = declared("x", known("phone"), known("email"))
    other["filter_branch"]["filterBranches"][0]["filters"][0]["operation"]["includeObjectsWithNoValueSet"] = False
    assert KIND.differences(one, other) == []
    assert KIND.differences(one, declared("x", known("email"))) == ["filter_branch"]


def test_people_and_lists_in_filters_are_names_in_inputs_and_ids_in_hubspot(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    accounts.seed("hubspot", {"users": [{"email": "maya.chen@northwind.example"}]})
    session = open_session()
    first = KIND.create(session, declared("Customers", known("email")))
    session.remember(KIND, first)
    owned = {
        "filterType": "PROPERTY",
        "property": "hubspot_owner_id",
        "operation": {
            "operationType": "ENUMERATION",
            "operator": "IS_ANY_OF",
            "values": [{"owner": "maya.chen@northwind.example"}],
            "includeObjectsWithNoValueSet": False,
        },
    }
    inside = {"filterType": "IN_LIST", "listId": {"list": "Customers"}, "operator": "IN_LIST"}
    wanted = declared("Customers of Maya", owned, inside)

    made = KIND.create(session, wanted)

    assert KIND.view(wanted, made) == wanted
    stored = accounts.dump("hubspot")["lists"][made.id]["filterBranch"]["filterBranches"][0]["filters"]
    assert stored[1]["listId"] == first.id
    assert stored[0]["operation"]["values"] == [session.resolve(Lookup("owner", "maya.chen@northwind.example"))]
    assert Reference("List", "Customers") in list(KIND.references(wanted))


def test_definitions_are_read_in_bulk(accounts: RunningSimulators, open_session: OpenSession) -> None:
    session = open_session()
    for at in range(12):
        KIND.create(session, declared(f"List {at}", known("email")))
    accounts.control.log.clear()
    session = open_session(writes=False)
    session.declared = [Wanted("List", f"List {at}", f"contacts.list_{at}", {}) for at in range(12)]
    assert all(session.find(KIND, f"List {at}") is not None for at in range(12))
    assert len(accounts.control.log.select(system="hubspot", path="/crm/v3/lists")) == 2
