"""Associations in batches, and records by upsert, through HubSpot's own client."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot

CONTACT_TO_COMPANY, PRIMARY = 279, 1


@pytest.fixture
def pair(sims: RunningSimulators) -> tuple[str, str]:
    made = sims.seed("hubspot", {"records": {"contacts": [{"email": "a@x.io"}], "companies": [{"name": "X"}]}})
    return made["records"]["contacts"][0], made["records"]["companies"][0]


def types(client: HubSpot, pair: tuple[str, str]) -> list[int]:
    found = client.crm.associations.v4.basic_api.get_page("contacts", pair[0], "companies").results
    return sorted(kind.type_id for one in found for kind in one.association_types)


def post(pair: tuple[str, str], *kinds: int) -> dict[str, Any]:
    spec = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": kind} for kind in kinds]
    return {"inputs": [{"from": {"id": pair[0]}, "to": {"id": pair[1]}, "types": spec}]}


def test_types_are_made_and_taken_away_by_name(client: HubSpot, pair: tuple[str, str]) -> None:
    batch = client.crm.associations.v4.batch_api
    made = batch.create("contacts", "companies", post(pair, CONTACT_TO_COMPANY, PRIMARY))
    assert made.status == "COMPLETE"
    assert made.results[0].labels == ["Primary"]
    assert types(client, pair) == [PRIMARY, CONTACT_TO_COMPANY]
    batch.archive_labels("contacts", "companies", post(pair, PRIMARY))
    assert types(client, pair) == [CONTACT_TO_COMPANY]


def test_record_has_one_primary_company(sims: RunningSimulators, client: HubSpot, pair: tuple[str, str]) -> None:
    other = sims.seed("hubspot", {"records": {"companies": [{"name": "Y"}]}})["records"]["companies"][0]
    batch = client.crm.associations.v4.batch_api
    batch.create("contacts", "companies", post(pair, PRIMARY))
    batch.create("contacts", "companies", post((pair[0], other), PRIMARY))
    found = client.crm.associations.v4.basic_api.get_page("contacts", pair[0], "companies").results
    kinds = {str(one.to_object_id): sorted(kind.type_id for kind in one.association_types) for one in found}
    assert kinds == {pair[1]: [CONTACT_TO_COMPANY], other: [PRIMARY, CONTACT_TO_COMPANY]}


def test_default_is_made_and_everything_archived(client: HubSpot, pair: tuple[str, str]) -> None:
    batch = client.crm.associations.v4.batch_api
    ends = {"from": {"id": pair[0]}, "to": {"id": pair[1]}}
    assert batch.create_default("contacts", "companies", {"inputs": [ends]}).status == "COMPLETE"
    assert types(client, pair) == [CONTACT_TO_COMPANY]
    batch.archive("contacts", "companies", {"inputs": [{"from": {"id": pair[0]}, "to": [{"id": pair[1]}]}]})
    assert types(client, pair) == []


def test_pair_that_cannot_be_linked_fails_alone(api: Any, pair: tuple[str, str]) -> None:
    body = {"inputs": [*post(pair, PRIMARY)["inputs"], *post((pair[0], "404"), PRIMARY)["inputs"]]}
    status, answer = api("POST", "/crm/v4/associations/contacts/companies/batch/create", body)
    assert (status, len(answer["results"]), answer["numErrors"]) == (207, 1, 1)


def test_upsert_changes_who_is_there_and_makes_the_others(client: HubSpot, pair: tuple[str, str]) -> None:
    inputs = [
        {"idProperty": "email", "id": email, "properties": {"jobtitle": "Buyer"}} for email in ("a@x.io", "b@x.io")
    ]
    answer = client.crm.contacts.batch_api.upsert({"inputs": inputs})
    assert [one.new for one in answer.results] == [False, True]
    assert answer.results[0].id == pair[0]
    found = client.crm.contacts.basic_api.get_by_id("b@x.io", id_property="email", properties=["jobtitle"])
    assert found.properties["jobtitle"] == "Buyer"


def test_upsert_by_a_property_that_is_not_unique_is_refused(api: Any) -> None:
    body = {"inputs": [{"idProperty": "jobtitle", "id": "Buyer", "properties": {}}]}
    status, answer = api("POST", "/crm/v3/objects/contacts/batch/upsert", body)
    assert (status, answer["errors"][0]["message"]) == (207, "jobtitle is not a unique property")
