"""Merging records and deleting contacts for good, through HubSpot's own client."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot

CONTACTS = "/crm/v3/objects/contacts"
ANN = {"email": "ann@x.io", "firstname": "Ann", "lifecyclestage": "lead"}
ANNA = {"email": "anna@x.io", "firstname": "Anna", "jobtitle": "Buyer", "lifecyclestage": "opportunity"}


@pytest.fixture
def made(sims: RunningSimulators) -> dict[str, list[str]]:
    records = {"contacts": [ANN, ANNA], "companies": [{"name": "X"}, {"name": "Y"}]}
    found: dict[str, list[str]] = sims.seed("hubspot", {"records": records})["records"]
    return found


def merge(client: HubSpot, ids: list[str]) -> Any:
    return client.crm.contacts.basic_api.merge({"primaryObjectId": ids[0], "objectIdToMerge": ids[1]})


def test_merged_record_is_new_and_answers_to_both_old_ids(client: HubSpot, made: dict[str, list[str]]) -> None:
    merged = merge(client, made["contacts"])

    assert merged.id not in made["contacts"]
    for old_id in made["contacts"]:
        found = client.crm.contacts.basic_api.get_by_id(old_id, properties=["jobtitle", "lifecyclestage"])
        assert found.id == merged.id
        assert found.properties["firstname"] == "Ann"
        assert found.properties["jobtitle"] == "Buyer"
        assert found.properties["lifecyclestage"] == "opportunity"
    assert [one.id for one in client.crm.contacts.basic_api.get_page().results] == [merged.id]
    by_email = client.crm.contacts.basic_api.get_by_id("ann@x.io", id_property="email")
    assert by_email.id == merged.id


def test_merged_record_keeps_links_and_lists_of_both(client: HubSpot, api: Any, made: dict[str, list[str]]) -> None:
    for contact, company in zip(made["contacts"], made["companies"], strict=True):
        spec = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": kind} for kind in (1, 279)]
        client.crm.associations.v4.basic_api.create("contacts", contact, "companies", company, spec)
    created = client.crm.lists.lists_api.create({"name": "M", "objectTypeId": "0-1", "processingType": "MANUAL"})
    client.crm.lists.memberships_api.add(created.list.list_id, [made["contacts"][1]])

    merged = merge(client, made["contacts"])

    links = client.crm.associations.v4.basic_api.get_page("contacts", merged.id, "companies").results
    kinds = {str(one.to_object_id): sorted(kind.type_id for kind in one.association_types) for one in links}
    assert kinds == {made["companies"][0]: [1, 279], made["companies"][1]: [279]}
    back = client.crm.associations.v4.basic_api.get_page("companies", made["companies"][1], "contacts").results
    assert [str(one.to_object_id) for one in back] == [merged.id]
    members = client.crm.lists.memberships_api.get_page(created.list.list_id).results
    assert [one.record_id for one in members] == [merged.id]


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        (CONTACTS, "A record cannot be merged with itself"),
        ("/crm/v3/objects/tasks", "Merging tasks is not supported"),
    ],
)
def test_merge_that_cannot_be_is_refused(api: Any, made: dict[str, list[str]], path: str, problem: str) -> None:
    one = made["contacts"][0]
    status, answer = api("POST", f"{path}/merge", {"primaryObjectId": one, "objectIdToMerge": one})
    assert (status, answer["message"]) == (400, problem)


def test_contact_deleted_for_privacy_leaves_nothing(client: HubSpot, api: Any, made: dict[str, list[str]]) -> None:
    contact, company = made["contacts"][0], made["companies"][0]
    client.crm.associations.v4.basic_api.create_default("contacts", contact, "companies", company)

    assert client.crm.contacts.basic_api.purge({"objectId": contact}) is None

    assert api("GET", f"{CONTACTS}/{contact}", archived="true")[0] == 404
    assert client.crm.associations.v4.basic_api.get_page("companies", company, "contacts").results == []
    assert api("POST", CONTACTS, {"properties": ANN})[0] == 201


def test_email_of_nobody_is_blocked_when_deleted_for_privacy(api: Any, made: dict[str, list[str]]) -> None:
    body = {"objectId": "gone@x.io", "idProperty": "email"}
    assert api("POST", f"{CONTACTS}/gdpr-delete", body)[0] == 204
    status, answer = api("POST", CONTACTS, {"properties": {"email": "GONE@x.io"}})
    assert (status, answer["message"]) == (400, "gone@x.io was deleted for privacy and cannot be used")
    assert api("POST", f"{CONTACTS}/gdpr-delete", {"objectId": "404"})[0] == 404
