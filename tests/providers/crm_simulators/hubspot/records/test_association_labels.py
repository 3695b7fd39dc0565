"""Labels of associations and limits on their number, through HubSpot's own client and on all path families."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot

PAIR = "/crm/v4/associations/contacts/companies"
BACK = "/crm/v4/associations/companies/contacts"
LIMITS = "/crm/v4/associations/definitions/configurations/contacts/companies"
DECIDER = {"name": "decider", "label": "Decider", "inverseLabel": "Decided by"}


def labels(api: Any, pair: str) -> dict[int, str]:
    found = api("GET", f"{pair}/labels")[1]["results"]
    return {one["typeId"]: one["label"] for one in found if one["category"] == "USER_DEFINED"}


def test_own_client_creates_updates_and_removes_both_directions(client: HubSpot, api: Any) -> None:
    definitions = client.crm.associations.v4.schema.definitions_api
    made = definitions.create("contacts", "companies", DECIDER).results
    assert [(one.type_id, one.label) for one in made] == [(101, "Decider"), (102, "Decided by")]
    assert labels(api, PAIR) == {101: "Decider"}
    assert labels(api, BACK) == {102: "Decided by"}
    update = {"associationTypeId": 101, "label": "Chooser", "inverseLabel": "Chosen by"}
    assert definitions.update("contacts", "companies", update) is None
    assert labels(api, BACK) == {102: "Chosen by"}
    assert definitions.remove("companies", "contacts", 102) is None
    assert labels(api, PAIR) == labels(api, BACK) == {}


def test_update_without_inverse_label_sets_both_sides(api: Any) -> None:
    api("POST", f"{PAIR}/labels", DECIDER)
    assert api("PUT", f"{PAIR}/labels", {"associationTypeId": 101, "label": "Chooser"}) == (204, "")
    assert labels(api, BACK) == {102: "Chooser"}


@pytest.mark.parametrize(
    "family", ["/crm/v4/associations", "/crm/associations/v4", "/crm/associations/2026-03", "/crm/associations/2026-09"]
)
def test_all_path_families_serve_labels_and_limits(api: Any, family: str) -> None:
    assert api("POST", f"{family}/contacts/companies/labels", DECIDER)[0] == 200
    limit = {"inputs": [{"category": "USER_DEFINED", "typeId": 101, "maxToObjectIds": 2}]}
    path = f"{family}/definitions/configurations/contacts/companies"
    assert api("POST", f"{path}/batch/create", limit)[0] == 201
    assert [one["userEnforcedMaxToObjectIds"] for one in api("GET", path)[1]["results"]] == [2]
    assert api("DELETE", f"{family}/contacts/companies/labels/101") == (204, "")
    assert api("GET", path)[1] == {"results": []}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (DECIDER, 'An association named "decider" already exists'),
        ({**DECIDER, "name": "other"}, 'An association label "Decider" already exists between these objects'),
        ({"name": "1 x", "label": "X"}, 'Association name "1 x" is invalid'),
    ],
)
def test_names_and_labels_are_unique(api: Any, body: dict[str, Any], message: str) -> None:
    api("POST", f"{PAIR}/labels", DECIDER)
    status, answer = api("POST", f"{PAIR}/labels", body)
    assert (status, answer["message"]) == (400, message)


def test_fifty_first_label_is_437(api: Any) -> None:
    for at in range(50):
        assert api("POST", f"{PAIR}/labels", {"name": f"n{at}", "label": f"L{at}"})[0] == 200
    assert api("POST", f"{PAIR}/labels", {"name": "n50", "label": "L50"})[0] == 437


def test_unknown_type_is_404(api: Any) -> None:
    assert api("PUT", f"{PAIR}/labels", {"associationTypeId": 9, "label": "X"})[0] == 404
    assert api("DELETE", f"{PAIR}/labels/9")[0] == 404
    assert api("DELETE", f"{PAIR}/labels/nine")[1]["message"] == "Unable to parse value for path parameter: typeId"


def test_own_client_sets_changes_and_purges_limits(client: HubSpot, api: Any) -> None:
    configurations = client.crm.associations.v4.schema.definition_configurations_api
    primary = {"category": "HUBSPOT_DEFINED", "typeId": 1}
    ends = ("contacts", "companies")
    assert configurations.batch_create(*ends, {"inputs": [{**primary, "maxToObjectIds": 3}]}).status == "COMPLETE"
    configurations.batch_update(*ends, {"inputs": [{**primary, "maxToObjectIds": 4}]})
    shown = configurations.get_all_between_two_object_types(*ends).results
    assert [(one.type_id, one.user_enforced_max_to_object_ids) for one in shown] == [(1, 4)]
    assert len(configurations.get_all().results) == 1
    configurations.batch_remove(*ends, {"inputs": [primary]})
    assert configurations.get_all_between_two_object_types(*ends).results == []
    status, body = api("POST", f"{LIMITS}/batch/update", {"inputs": [{**primary, "maxToObjectIds": 4}]})
    assert (status, body["errors"][0]["message"]) == (207, "Association type 1 has no limit")


def test_records_carry_labels_within_their_limit(sims: RunningSimulators, api: Any) -> None:
    api("POST", f"{PAIR}/labels", DECIDER)
    limit = {"inputs": [{"category": "USER_DEFINED", "typeId": 101, "maxToObjectIds": 1}]}
    api("POST", f"{LIMITS}/batch/create", limit)
    companies = [{"name": "A"}, {"name": "B"}]
    ids = sims.seed("hubspot", {"records": {"contacts": [{"email": "a@a.example"}], "companies": companies}})["records"]
    links = f"/crm/v4/objects/contacts/{ids['contacts'][0]}/associations"
    decider = [{"associationCategory": "USER_DEFINED", "associationTypeId": 101}]
    assert api("PUT", f"{links}/companies/{ids['companies'][0]}", decider)[0] == 201
    shown = api("GET", f"{links}/companies")[1]["results"][0]["associationTypes"]
    assert {(one["category"], one["label"]) for one in shown} == {
        ("HUBSPOT_DEFINED", None),
        ("USER_DEFINED", "Decider"),
    }
    status, body = api("PUT", f"{links}/companies/{ids['companies'][1]}", decider)
    assert (status, body["message"]) == (400, f"{ids['contacts'][0]} already has 1 associations of type 101")
    api("DELETE", f"{PAIR}/labels/101")
    left = api("GET", f"{links}/companies")[1]["results"][0]["associationTypes"]
    assert [one["category"] for one in left] == ["HUBSPOT_DEFINED"]
