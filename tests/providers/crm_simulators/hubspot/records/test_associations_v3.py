"""Associations v3 and the report of their use, through HubSpot's own client."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot

LABEL = {"name": "decision_maker", "label": "Decision maker", "inverseLabel": "Decides for"}


@pytest.fixture
def pair(sims: RunningSimulators) -> tuple[str, str]:
    made = sims.seed("hubspot", {"records": {"contacts": [{"email": "a@x.io"}], "companies": [{"name": "X"}]}})
    return made["records"]["contacts"][0], made["records"]["companies"][0]


def linked(pair: tuple[str, str], kind: str) -> dict[str, Any]:
    return {"inputs": [{"from": {"id": pair[0]}, "to": {"id": pair[1]}, "type": kind}]}


def test_types_are_named_with_labels_among_them(client: HubSpot) -> None:
    made = client.crm.associations.v4.schema.definitions_api.create("contacts", "companies", LABEL).results
    found = client.crm.associations.schema.types_api.get_all("contacts", "companies").results
    assert {one.id: one.name for one in found} == {
        "1": "contact_to_company",
        "279": "contact_to_company_unlabeled",
        str(made[0].type_id): "decision_maker",
    }


@pytest.mark.parametrize("message", ["contact_to_company_unlabeled", "279"])
def test_link_is_made_read_and_taken_away_by_its_type(client: HubSpot, pair: tuple[str, str], message: str) -> None:
    batch = client.crm.associations.batch_api
    made, status, _ = batch.create_with_http_info("contacts", "companies", linked(pair, message))
    assert (status, made.results[0].type) == (201, message)
    read = batch.read("contacts", "companies", {"inputs": [{"id": pair[0]}]}).results[0]
    assert [(one.id, one.type) for one in read.to] == [(pair[1], "contact_to_company_unlabeled")]
    assert batch.archive("contacts", "companies", linked(pair, message)) is None
    empty, status, _ = batch.read_with_http_info("contacts", "companies", {"inputs": [{"id": pair[0]}]})
    assert (status, empty.num_errors, empty.results) == (207, 1, [])


def test_unknown_type_fails_alone(api: Any, pair: tuple[str, str]) -> None:
    body = {"inputs": [*linked(pair, "contact_to_deal")["inputs"], *linked(pair, "contact_to_company")["inputs"]]}
    status, answer = api("POST", "/crm/v3/associations/contacts/companies/batch/create", body)
    assert (status, len(answer["results"])) == (207, 1)
    message = "contact_to_deal is not a valid association type from contacts to companies"
    assert answer["errors"][0]["message"] == message


def test_report_of_use_goes_to_a_user(sims: RunningSimulators, client: HubSpot, api: Any) -> None:
    user = sims.seed("hubspot", {"users": [{"email": "ops@x.io"}]})["users"][0]
    assert client.crm.associations.v4.report_api.request(user["id"]).user_email == "ops@x.io"
    assert api("POST", "/crm/v4/associations/usage/high-usage-report/1")[0] == 404
