"""Records, associations and search, through the official client against the running simulator."""

from __future__ import annotations

import json
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot
from hubspot.crm.contacts.exceptions import ApiException, NotFoundException

CONTACTS = "/crm/v3/objects/contacts"


def refusal(api: Any, properties: dict[str, Any], path: str = CONTACTS) -> tuple[int, str, list[Any]]:
    status, body = api("POST", path, {"properties": properties})
    return status, body["message"], [error["code"] for error in body.get("errors", [])]


def test_contact_is_created_read_updated_and_archived_by_the_client(client: HubSpot) -> None:
    api = client.crm.contacts.basic_api
    made, status, _ = api.create_with_http_info({"properties": {"email": "Ann@X.io", "firstname": "Ann"}})
    assert (status, made.properties["email"]) == (201, "ann@x.io")
    assert api.get_by_id("ann@x.io", id_property="email").id == made.id
    changed = api.update(made.id, {"properties": {"jobtitle": "CEO"}})
    assert changed.properties["jobtitle"] == "CEO"
    assert api.get_by_id(made.id, properties=["jobtitle", "phone"]).properties["phone"] is None
    assert [c.id for c in api.get_page().results] == [made.id]
    assert api.archive(made.id) is None
    with pytest.raises(NotFoundException):
        api.get_by_id(made.id)
    assert api.get_by_id(made.id, archived=True).archived is True


def test_second_contact_with_the_email_is_409_and_names_the_first(client: HubSpot) -> None:
    api = client.crm.contacts.basic_api
    made = api.create({"properties": {"email": "ann@x.io"}})
    with pytest.raises(ApiException) as problem:
        api.create({"properties": {"email": "ANN@x.io"}})
    body = json.loads(problem.value.body)
    assert (problem.value.status, body["category"], body["message"]) == (
        409,
        "CONFLICT",
        f"Contact already exists. Existing ID: {made.id}",
    )


@pytest.mark.parametrize(
    ("properties", "code", "message"),
    [
        ({"nope": "x"}, "PROPERTY_DOESNT_EXIST", 'Property \\"nope\\" does not exist'),
        ({"email": "x"}, "INVALID_EMAIL", "Email address x is invalid"),
        ({"hs_lead_status": "X"}, "INVALID_OPTION", "X was not one of the allowed options: [NEW, OPEN, IN_PROGRESS"),
        ({"hubspot_owner_id": "1"}, "INVALID_OWNER_ID", "1 is not a valid owner id for property hubspot_owner_id"),
        ({"closedate": "soon"}, "INVALID_DATE", "soon was not a valid datetime."),
        (
            {"hs_object_id": "1"},
            "READ_ONLY_VALUE",
            '\\"hs_object_id\\" is a read only property; its value cannot be set.',
        ),
    ],
)
def test_invalid_value_is_refused(api: Any, properties: dict[str, Any], code: str, message: str) -> None:
    status, text, codes = refusal(api, properties)
    assert (status, codes) == (400, [code])
    assert text.startswith("Property values were not valid: [")
    assert message in text


def test_calculations_are_computed_on_read_in_order(api: Any) -> None:
    root = "/crm/v3/properties/deals"
    base = {"type": "number", "groupName": "dealinformation"}
    formula = {**base, "fieldType": "calculation_equation"}
    api("POST", root, {**base, "name": "seats", "label": "Seats", "fieldType": "number"})
    api("POST", root, {**formula, "name": "list_price", "label": "List", "calculationFormula": "seats * 10"})
    api("POST", root, {**formula, "name": "net", "label": "Net", "calculationFormula": "max(list_price - 5, 0)"})
    _, made = api("POST", "/crm/v3/objects/deals", {"properties": {"dealname": "D", "seats": 3}})
    path = f"/crm/v3/objects/deals/{made['id']}"
    shown = api("GET", path, properties="net,list_price")[1]["properties"]
    assert (shown["list_price"], shown["net"]) == ("30", "25")
    status, body = api("PATCH", path, {"properties": {"net": 1}})
    assert (status, body["errors"][0]["code"]) == (400, "READ_ONLY_VALUE")


def test_formula_over_a_missing_value_is_empty_or_zero_by_switch(sims: RunningSimulators, api: Any) -> None:
    body = {
        "name": "double_amount",
        "label": "Double",
        "type": "number",
        "fieldType": "calculation_equation",
        "groupName": "dealinformation",
        "calculationFormula": "amount * 2 + 1",
    }
    api("POST", "/crm/v3/properties/deals", body)
    _, made = api("POST", "/crm/v3/objects/deals", {"properties": {"dealname": "D"}})
    path = f"/crm/v3/objects/deals/{made['id']}"
    assert api("GET", path, properties="double_amount")[1]["properties"]["double_amount"] is None
    sims.control.switches.set("hubspot.formula_missing_value", "zero")
    assert api("GET", path, properties="double_amount")[1]["properties"]["double_amount"] == "1"


def test_stage_decides_pipeline_probability_and_closing(api: Any) -> None:
    path = "/crm/v3/objects/deals"
    _, made = api("POST", path, {"properties": {"dealname": "D", "dealstage": "contractsent"}})
    assert made["properties"]["pipeline"] == "default"
    won = {"properties": {"dealstage": "closedwon"}}
    assert api("PATCH", f"{path}/{made['id']}", won)[0] == 200
    names = "hs_is_closed_won,hs_is_closed_lost,hs_deal_stage_probability,closedate"
    shown = api("GET", f"{path}/{made['id']}", properties=names)[1]["properties"]
    assert (shown["hs_is_closed_won"], shown["hs_is_closed_lost"]) == ("true", "false")
    assert shown["hs_deal_stage_probability"] == "1"
    assert shown["closedate"] is not None
    assert refusal(api, {"dealstage": "nope"}, path)[2] == ["INVALID_OPTION"]


def test_history_lists_the_newest_value_first(api: Any) -> None:
    _, made = api("POST", CONTACTS, {"properties": {"jobtitle": "CEO"}})
    api("PATCH", f"{CONTACTS}/{made['id']}", {"properties": {"jobtitle": "CTO"}})
    shown = api("GET", f"{CONTACTS}/{made['id']}", propertiesWithHistory="jobtitle")[1]
    assert [entry["value"] for entry in shown["propertiesWithHistory"]["jobtitle"]] == ["CTO", "CEO"]


@pytest.mark.parametrize(("allowed", "status"), [(True, 200), (False, 400)])
def test_lifecycle_stage_moves_backwards_by_switch(
    sims: RunningSimulators, api: Any, allowed: bool, status: int
) -> None:
    sims.control.switches.set("hubspot.lifecyclestage_backwards", allowed)
    _, made = api("POST", CONTACTS, {"properties": {"lifecyclestage": "customer"}})
    body = {"properties": {"lifecyclestage": "lead"}}
    assert api("PATCH", f"{CONTACTS}/{made['id']}", body)[0] == status


def test_batches_of_records_answer_201_200_and_207(client: HubSpot) -> None:
    api = client.crm.contacts.batch_api
    inputs = [{"properties": {"email": f"{n}@x.io"}} for n in "ab"]
    made, status, _ = api.create_with_http_info({"inputs": inputs})
    assert status == 201
    ids = [record.id for record in made.results]
    changed = [{"id": i, "properties": {"jobtitle": "CEO"}} for i in [*ids, "9"]]
    updated, status, _ = api.update_with_http_info({"inputs": changed})
    assert (status, len(updated.results), updated.num_errors) == (207, 2, 1)
    assert api.archive({"inputs": [{"id": i} for i in ids]}) is None


def test_associations_are_read_from_both_ends(api: Any) -> None:
    _, person = api("POST", CONTACTS, {"properties": {"email": "a@x.io"}})
    link = {"to": {"id": person["id"]}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3}]}
    _, deal = api("POST", "/crm/v3/objects/deals", {"properties": {"dealname": "D"}, "associations": [link]})
    found = api("GET", f"/crm/v4/objects/contacts/{person['id']}/associations/deals")[1]["results"]
    assert [(f["toObjectId"], f["associationTypes"][0]["typeId"]) for f in found] == [(int(deal["id"]), 4)]
    shown = api("GET", f"/crm/v3/objects/deals/{deal['id']}", associations="contacts")[1]
    assert shown["associations"]["contacts"]["results"] == [{"id": person["id"], "type": "deal_to_contact"}]


def test_record_with_an_association_that_cannot_be_is_not_made(api: Any) -> None:
    for end, kind, status in (("404", 3, 404), ("404", 999, 400)):
        message = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": kind}
        body = {"properties": {"dealname": "D"}, "associations": [{"to": {"id": end}, "types": [message]}]}
        assert api("POST", "/crm/v3/objects/deals", body)[0] == status
    assert api("GET", "/crm/v3/objects/deals")[1]["results"] == []


def test_associations_v4_go_through_the_client(client: HubSpot) -> None:
    person = client.crm.contacts.basic_api.create({"properties": {"email": "a@x.io"}})
    company = client.crm.companies.basic_api.create({"properties": {"name": "X"}})
    v4 = client.crm.associations.v4
    primary = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]
    _, status, _ = v4.basic_api.create_with_http_info("contacts", person.id, "companies", company.id, primary)
    assert status == 201
    found = v4.basic_api.get_page("contacts", person.id, "companies").results
    assert [(f.to_object_id, f.association_types[0].label) for f in found] == [(company.id, "Primary")]
    both = {"inputs": [{"id": company.id}, {"id": "9"}]}
    read, status, _ = v4.batch_api.get_page_with_http_info("companies", "contacts", both)
    assert (status, len(read.results), read.num_errors) == (207, 1, 1)
    labels = v4.schema.definitions_api.get_all("contacts", "companies").results
    assert [(label.type_id, label.label) for label in labels] == [(1, "Primary"), (279, None)]
    v4.basic_api.archive("contacts", person.id, "companies", company.id)
    assert v4.basic_api.get_page("contacts", person.id, "companies").results == []


@pytest.mark.parametrize(
    ("filters", "total"),
    [
        ([{"propertyName": "jobtitle", "operator": "EQ", "value": "ceo"}], 2),
        ([{"propertyName": "jobtitle", "operator": "NEQ", "value": "ceo"}], 1),
        ([{"propertyName": "jobtitle", "operator": "NOT_HAS_PROPERTY"}], 1),
        ([{"propertyName": "jobtitle", "operator": "IN", "values": ["CEO", "CTO"]}], 3),
        ([{"propertyName": "email", "operator": "CONTAINS_TOKEN", "value": "*x.io"}], 4),
        ([{"propertyName": "hs_object_id", "operator": "GTE", "value": "10003"}], 2),
        ([{"propertyName": "createdate", "operator": "LT", "value": "2020-01-01"}], 1),
        (
            [
                {
                    "propertyName": "hs_object_id",
                    "operator": "BETWEEN",
                    "value": "10001",
                    "highValue": "10002",
                }
            ],
            2,
        ),
    ],
)
def test_search_counts(sims: RunningSimulators, api: Any, filters: list[dict[str, Any]], total: int) -> None:
    contacts = [
        {"email": "a@x.io", "jobtitle": "CEO", "createdate": "2019-05-01"},
        {"email": "b@x.io", "jobtitle": "CEO"},
        {"email": "c@x.io", "jobtitle": "CTO"},
        {"email": "d@x.io"},
    ]
    sims.seed("hubspot", {"records": {"contacts": contacts}})
    body = {"filterGroups": [{"filters": filters}], "limit": 1}
    status, answer = api("POST", f"{CONTACTS}/search", body)
    assert (status, answer["total"], len(answer["results"])) == (200, total, 1)


def test_search_negation_finds_empty_by_switch(sims: RunningSimulators, api: Any) -> None:
    sims.seed("hubspot", {"records": {"contacts": [{"jobtitle": "CEO"}, {"firstname": "B"}]}})
    filters = [{"propertyName": "jobtitle", "operator": "NEQ", "value": "CEO"}]
    body = {"filterGroups": [{"filters": filters}]}
    assert api("POST", f"{CONTACTS}/search", body)[1]["total"] == 0
    sims.control.switches.set("hubspot.search_negation_includes_empty", True)
    assert api("POST", f"{CONTACTS}/search", body)[1]["total"] == 1


def test_search_pages_sorts_and_is_logged_as_a_read(sims: RunningSimulators, client: HubSpot) -> None:
    sims.seed("hubspot", {"records": {"contacts": [{"email": f"{n}@x.io"} for n in "abc"]}})
    api = client.crm.contacts.search_api
    sort = [{"propertyName": "email", "direction": "DESCENDING"}]
    first = api.do_search({"sorts": sort, "limit": 2})
    assert [c.properties["email"] for c in first.results] == ["c@x.io", "b@x.io"]
    last = api.do_search({"sorts": sort, "limit": 2, "after": first.paging.next.after})
    assert [c.properties["email"] for c in last.results] == ["a@x.io"]
    assert sims.control.log.select(path="search", writes_only=True) == []


def test_search_refuses_more_filters_than_hubspot_takes(api: Any) -> None:
    filters = [{"propertyName": "email", "operator": "HAS_PROPERTY"}] * 7
    status, body = api("POST", f"{CONTACTS}/search", {"filterGroups": [{"filters": filters}]})
    assert (status, body["message"]) == (
        400,
        "A search takes at most 5 filterGroups, 6 filters in each and 18 in all",
    )
