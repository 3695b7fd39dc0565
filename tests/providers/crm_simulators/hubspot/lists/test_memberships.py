"""Memberships of lists through HubSpot's own client."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot

LISTS = "/crm/v3/lists"


def contacts(sims: RunningSimulators, count: int) -> list[str]:
    people = [{"email": f"p{at}@x.io"} for at in range(count)]
    made: list[str] = sims.seed("hubspot", {"records": {"contacts": people}})["records"]["contacts"]
    return made


def manual(client: HubSpot, name: str) -> str:
    body = {"name": name, "objectTypeId": "0-1", "processingType": "MANUAL"}
    return str(client.crm.lists.lists_api.create(body).list.list_id)


def test_members_come_in_pages(sims: RunningSimulators, client: HubSpot) -> None:
    ids, list_id = contacts(sims, 3), manual(client, "M")
    members = client.crm.lists.memberships_api
    members.add(list_id, ids)
    first = members.get_page(list_id, limit=2)
    rest = members.get_page(list_id, limit=2, after=first.paging.next.after)
    assert [one.record_id for one in (*first.results, *rest.results)] == ids
    assert first.total == 3
    assert [one.record_id for one in members.get_page_ordered_by_added_to_list_date(list_id).results] == ids


def test_records_come_and_go_in_one_call(sims: RunningSimulators, client: HubSpot) -> None:
    ids, list_id = contacts(sims, 2), manual(client, "M")
    members = client.crm.lists.memberships_api
    members.add(list_id, ids[:1])
    change = {"recordIdsToAdd": [ids[1], "999"], "recordIdsToRemove": [ids[0]]}
    answer = members.add_and_remove(list_id, change)
    assert (answer.records_ids_added, answer.record_ids_removed, answer.record_ids_missing) == (
        [ids[1]],
        [ids[0]],
        ["999"],
    )


def test_list_takes_the_members_of_another_and_is_emptied(sims: RunningSimulators, client: HubSpot, api: Any) -> None:
    ids, one, other = contacts(sims, 2), manual(client, "One"), manual(client, "Other")
    client.crm.lists.memberships_api.add(one, ids)
    assert api("PUT", f"{LISTS}/{other}/memberships/add-from/{one}") == (204, "")
    assert client.crm.lists.lists_api.get_by_id(other).list.size == 2
    lists = client.crm.lists.memberships_api.get_lists("0-1", ids[0])
    assert [found.list_id for found in lists.results] == [one, other]
    assert api("DELETE", f"{LISTS}/{other}/memberships") == (204, "")
    assert client.crm.lists.lists_api.get_by_id(other).list.size == 0


@pytest.mark.parametrize(("method", "path"), [("DELETE", ""), ("PUT", "/add-from/1"), ("PUT", "/add-and-remove")])
def test_members_of_an_active_list_are_its_own_affair(api: Any, method: str, path: str) -> None:
    known: dict[str, Any] = {"filterType": "PROPERTY", "property": "email"}
    known["operation"] = {
        "operationType": "ALL_PROPERTY",
        "operator": "IS_KNOWN",
        "includeObjectsWithNoValueSet": False,
    }
    inner = {"filterBranchType": "AND", "filterBranchOperator": "AND", "filterBranches": [], "filters": [known]}
    outer = {"filterBranchType": "OR", "filterBranchOperator": "OR", "filterBranches": [inner], "filters": []}
    body = {"name": "A", "objectTypeId": "0-1", "processingType": "DYNAMIC", "filterBranch": outer}
    list_id = api("POST", LISTS, body)[1]["list"]["listId"]
    change: Any = {"recordIdsToAdd": [], "recordIdsToRemove": []} if path == "/add-and-remove" else None
    status, answer = api(method, f"{LISTS}/{list_id}/memberships{path}", change)
    assert (status, answer["message"]) == (400, "Memberships of a DYNAMIC list cannot be changed")
