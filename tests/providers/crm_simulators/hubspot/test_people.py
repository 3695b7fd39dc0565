"""Owners, users and teams, through the official client against the running simulator."""

from __future__ import annotations

import json
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot
from hubspot.settings.users.exceptions import ApiException, NotFoundException

MAYA = {"email": "maya@northwind.example", "firstName": "Maya", "lastName": "Chen"}


def test_seeded_person_is_an_owner_with_another_id_than_the_user(sims: RunningSimulators, client: HubSpot) -> None:
    made = sims.seed("hubspot", {"teams": [{"name": "SDR"}], "users": [{**MAYA, "team": "SDR"}]})
    user = made["users"][0]
    owner = client.crm.owners.owners_api.get_page(email="MAYA@northwind.example").results[0]
    assert (owner.first_name, owner.user_id, owner.id) == ("Maya", int(user["id"]), user["ownerId"])
    assert owner.id != str(owner.user_id)
    assert [(team.name, team.primary) for team in owner.teams] == [("SDR", True)]
    by_user = client.crm.owners.owners_api.get_by_id(int(user["id"]), id_property="userId")
    assert by_user.id == owner.id


def test_owners_come_in_pages(sims: RunningSimulators, client: HubSpot) -> None:
    sims.seed("hubspot", {"users": [{"email": f"p{n}@x.io"} for n in range(3)]})
    api = client.crm.owners.owners_api
    first = api.get_page(limit=3)
    second = api.get_page(limit=3, after=first.paging.next.after)
    assert (len(first.results), len(second.results), second.paging) == (3, 1, None)


def test_team_tells_its_members(sims: RunningSimulators, client: HubSpot) -> None:
    people = [{**MAYA, "team": "SDR"}, {"email": "bo@x.io", "team": "AE", "secondaryTeams": ["SDR"]}]
    made = sims.seed("hubspot", {"teams": [{"name": "SDR"}, {"name": "AE"}], "users": people})
    teams = {team.name: team for team in client.settings.users.teams_api.get_all().results}
    ids = [user["id"] for user in made["users"]]
    assert (teams["SDR"].user_ids, teams["SDR"].secondary_user_ids) == (ids[:1], ids[1:])


def test_user_is_created_changed_and_removed_by_the_client(client: HubSpot) -> None:
    api = client.settings.users.users_api
    made, status, _ = api.create_with_http_info({"email": "new@x.io", "sendWelcomeEmail": False, "firstName": "New"})
    assert status == 201
    assert api.get_by_id("new@x.io", id_property="EMAIL").id == made.id
    assert api.replace(made.id, {"roleId": "100002"}).role_ids == ["100002"]
    assert api.archive(made.id) is None
    with pytest.raises(NotFoundException):
        api.get_by_id(made.id)
    archived = client.crm.owners.owners_api.get_page(archived=True).results
    assert [(owner.email, owner.user_id) for owner in archived] == [("new@x.io", None)]


def test_removed_user_comes_back_under_the_same_ids(client: HubSpot) -> None:
    api, owners = client.settings.users.users_api, client.crm.owners.owners_api
    made = api.create({"email": "new@x.io", "sendWelcomeEmail": False, "firstName": "New"})
    owner = owners.get_page(email="new@x.io").results[0].id
    api.archive(made.id)
    again = api.create({"email": "new@x.io", "sendWelcomeEmail": False})
    assert again.id == made.id
    assert [one.id for one in owners.get_page(email="new@x.io").results] == [owner]
    assert owners.get_page(archived=True).results == []


def test_second_user_of_the_email_is_refused(client: HubSpot) -> None:
    api = client.settings.users.users_api
    api.create({"email": "new@x.io", "sendWelcomeEmail": False})
    with pytest.raises(ApiException) as problem:
        api.create({"email": "NEW@x.io", "sendWelcomeEmail": False})
    assert (problem.value.status, json.loads(problem.value.body)["category"]) == (409, "CONFLICT")


def test_users_are_served_under_both_paths(api: Any) -> None:
    for path in ("/settings/v3/users/", "/settings/users/v3", "/settings/users/2026-09"):
        assert [user["superAdmin"] for user in api("GET", path)[1]["results"]] == [True]


def test_seed_of_an_unknown_team_is_refused(api: Any) -> None:
    assert api("POST", "/_sim/seed", {"users": [{**MAYA, "team": "Nope"}]}) == (
        400,
        {"error": 'users: unknown team "Nope"; allowed: '},
    )


def test_record_takes_owners_that_are_there(sims: RunningSimulators, api: Any) -> None:
    owner = sims.seed("hubspot", {"users": [MAYA]})["users"][0]["ownerId"]
    status, made = api("POST", "/crm/v3/objects/contacts", {"properties": {"hubspot_owner_id": owner}})
    assert (status, made["properties"]["hubspot_owner_id"]) == (201, owner)
