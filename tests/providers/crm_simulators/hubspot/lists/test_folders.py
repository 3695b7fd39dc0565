"""Folders of lists, ids of v1 lists, and lists that become static, through HubSpot's own client."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from crm_simulators.server import RunningSimulators
from hubspot import HubSpot

from tests.providers.crm_simulators.hubspot.lists.test_lists import LISTS, active

FOLDERS = f"{LISTS}/folders"


def test_folder_holds_lists_and_folders(client: HubSpot) -> None:
    folders, lists = client.crm.lists.folders_api, client.crm.lists.lists_api
    outer = folders.create({"name": "Outer"}).folder.id
    inner = folders.create({"name": "Inner", "parentFolderId": str(outer)}).folder.id
    inside = lists.create(active("Inside", listFolderId=inner)).list.list_id
    outside = lists.create(active("Outside")).list.list_id

    assert folders.get_all(folder_id=inner).folder.child_lists == [int(inside)]
    root = folders.get_all().folder
    assert (root.id, root.child_lists) == (0, [int(outside)])
    assert [node.name for node in root.child_nodes[0].child_nodes] == ["Inner"]
    assert root.child_nodes[0].child_nodes[0].child_lists == []

    assert folders.move_list({"listId": inside, "newFolderId": "0"}) is None
    assert folders.move(inner, 0).folder.parent_folder_id == 0
    assert folders.rename(inner, new_folder_name="Renamed").folder.name == "Renamed"
    assert folders.remove(inner) is None
    assert [node.name for node in folders.get_all().folder.child_nodes] == ["Outer"]


def test_folder_refuses_what_would_lose_something(api: Any) -> None:
    outer = api("POST", FOLDERS, {"name": "Outer"})[1]["folder"]["id"]
    inner = api("POST", FOLDERS, {"name": "Inner", "parentFolderId": str(outer)})[1]["folder"]["id"]
    for method, path, problem in (
        ("DELETE", f"{FOLDERS}/{outer}", f"Folder {outer} is not empty"),
        ("PUT", f"{FOLDERS}/{outer}/move/{inner}", f"Folder {outer} cannot be moved into itself"),
        ("DELETE", f"{FOLDERS}/0", "The root folder cannot be changed"),
    ):
        status, answer = api(method, path)
        assert (status, answer["message"]) == (400, problem)
    assert api("GET", FOLDERS, folderId="99")[0] == 404
    assert api("POST", LISTS, active(listFolderId=99))[0] == 404


def test_no_list_has_an_id_of_v1(client: HubSpot, api: Any) -> None:
    found = client.crm.lists.mapping_api.translate_legacy_list_id_to_list_id_batch(["7"])
    assert (found.legacy_list_ids_to_ids_mapping, found.missing_legacy_list_ids) == ([], ["7"])
    assert api("GET", f"{LISTS}/idmapping", legacyListId="7")[0] == 404


def test_active_list_becomes_static_on_its_day(sims: RunningSimulators, api: Any) -> None:
    sims.control.clock.set(datetime(2026, 12, 1, tzinfo=UTC))
    sims.seed("hubspot", {"records": {"contacts": [{"email": "a@x.io"}]}})
    path = f"{LISTS}/{api('POST', LISTS, active())[1]['list']['listId']}"
    day = {"conversionType": "CONVERSION_DATE", "year": 2026, "month": 12, "day": 24}
    assert api("GET", f"{path}/schedule-conversion")[0] == 404
    assert api("PUT", f"{path}/schedule-conversion", day)[0] == 200
    assert api("DELETE", f"{path}/schedule-conversion")[0] == 204
    assert api("PUT", f"{path}/schedule-conversion", day)[0] == 200

    sims.control.clock.set(datetime(2026, 12, 25, tzinfo=UTC))
    sims.seed("hubspot", {"records": {"contacts": [{"email": "late@x.io"}]}})

    shown = api("GET", path)[1]["list"]
    assert (shown["processingType"], shown["size"]) == ("SNAPSHOT", 1)
    converted = api("GET", f"{path}/schedule-conversion")[1]
    assert converted["convertedAt"] == "2026-12-24T00:00:00.000Z"
    assert converted["requestedConversionTime"] == day


def test_conversion_that_cannot_be_is_refused(api: Any) -> None:
    path = f"{LISTS}/{api('POST', LISTS, active())[1]['list']['listId']}/schedule-conversion"
    for body, problem in (
        ({"conversionType": "INACTIVITY", "timeUnit": "DAY", "offset": 3}, '"INACTIVITY" is not supported'),
        ({"conversionType": "CONVERSION_DATE", "year": 2026, "month": 13, "day": 1}, "month must be in 1..12"),
    ):
        status, answer = api("PUT", path, body)
        assert status == 400
        assert problem in answer["message"]
