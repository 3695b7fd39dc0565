"""Lists, through the official client against the running simulator."""

from __future__ import annotations

import json
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot
from hubspot.crm.lists.exceptions import ApiException, NotFoundException

LISTS = "/crm/v3/lists"


def operation(name: str, kind: str, operator: str, **more: Any) -> dict[str, Any]:
    message = {"operationType": kind, "operator": operator, "includeObjectsWithNoValueSet": False, **more}
    return {"filterType": "PROPERTY", "property": name, "operation": message}


def branch(*cases: list[dict[str, Any]]) -> dict[str, Any]:
    inner = [
        {"filterBranchType": "AND", "filterBranchOperator": "AND", "filters": case, "filterBranches": []}
        for case in cases
    ]
    return {"filterBranchType": "OR", "filterBranchOperator": "OR", "filters": [], "filterBranches": inner}


KNOWN = operation("email", "ALL_PROPERTY", "IS_KNOWN")


def active(name: str = "With email", **changes: Any) -> dict[str, Any]:
    body = {"name": name, "objectTypeId": "0-1", "processingType": "DYNAMIC", "filterBranch": branch([KNOWN])}
    return body | changes


def test_active_list_is_created_found_renamed_and_deleted_by_the_client(
    sims: RunningSimulators, client: HubSpot
) -> None:
    sims.seed("hubspot", {"records": {"contacts": [{"email": "a@x.io"}, {"firstname": "B"}]}})
    api = client.crm.lists.lists_api
    made, status, _ = api.create_with_http_info(active())
    list_id = made.list.list_id
    assert (status, made.list.processing_status, made.list.size) == (200, "COMPLETE", 1)
    assert api.get_by_name(object_type_id="0-1", list_name="with EMAIL").list.list_id == list_id
    assert api.get_by_id(list_id).list.filter_branch is None
    assert api.update_name(list_id, list_name="Mail").updated_list.name == "Mail"
    assert [found.name for found in api.do_search({"offset": 0, "additionalProperties": []}).lists] == ["Mail"]
    assert client.crm.lists.memberships_api.get_page(list_id).results[0].record_id == "10001"
    assert api.remove(list_id) is None
    with pytest.raises(NotFoundException):
        api.get_by_id(list_id)
    assert api.restore(list_id) is None
    assert api.get_by_id(list_id).list.name == "Mail"


def test_filters_are_shown_only_when_asked_for(api: Any) -> None:
    _, made = api("POST", LISTS, active())
    path = f"{LISTS}/{made['list']['listId']}"
    assert "filterBranch" not in api("GET", path)[1]["list"]
    assert api("GET", path, includeFilters="True")[1]["list"]["filterBranch"] == branch([KNOWN])


def test_second_list_of_the_name_is_refused(client: HubSpot) -> None:
    client.crm.lists.lists_api.create(active())
    with pytest.raises(ApiException) as problem:
        client.crm.lists.lists_api.create(active("WITH EMAIL"))
    body = json.loads(problem.value.body)
    assert (problem.value.status, body["category"], body["subCategory"]) == (
        400,
        "VALIDATION_ERROR",
        "ILS.DUPLICATE_LIST_NAMES",
    )


@pytest.mark.parametrize(("holds", "status"), [(False, 200), (True, 400)])
def test_deleted_list_holds_its_name_by_switch(sims: RunningSimulators, api: Any, holds: bool, status: int) -> None:
    sims.control.switches.set("hubspot.deleted_list_holds_name", holds)
    _, made = api("POST", LISTS, active())
    api("DELETE", f"{LISTS}/{made['list']['listId']}")
    assert api("POST", LISTS, active())[0] == status


def test_filters_are_replaced_on_active_lists_only(api: Any) -> None:
    _, made = api("POST", LISTS, active())
    other = branch([operation("jobtitle", "ALL_PROPERTY", "IS_KNOWN")])
    path = f"{LISTS}/{made['list']['listId']}/update-list-filters"
    status, body = api("PUT", path, {"filterBranch": other}, enrollObjectsInWorkflows="False")
    assert (status, body["updatedList"]["filterBranch"], body["updatedList"]["listVersion"]) == (200, other, 2)
    _, manual = api("POST", LISTS, {"name": "M", "objectTypeId": "0-1", "processingType": "MANUAL"})
    path = f"{LISTS}/{manual['list']['listId']}/update-list-filters"
    status, body = api("PUT", path, {"filterBranch": other})
    assert (status, body["message"]) == (400, "Filters of a MANUAL list cannot be updated")


def test_manual_list_takes_and_loses_records(sims: RunningSimulators, client: HubSpot) -> None:
    ids = sims.seed("hubspot", {"records": {"contacts": [{"email": "a@x.io"}]}})["records"]["contacts"]
    made = client.crm.lists.lists_api.create({"name": "M", "objectTypeId": "0-1", "processingType": "MANUAL"})
    members = client.crm.lists.memberships_api
    assert members.add(made.list.list_id, ids).records_ids_added == ids
    assert client.crm.lists.lists_api.get_by_id(made.list.list_id).list.size == 1
    assert members.remove(made.list.list_id, ids).record_ids_removed == ids


def test_property_of_an_active_list_cannot_be_deleted(api: Any) -> None:
    body = {"name": "x", "label": "X", "type": "string", "fieldType": "text", "groupName": "contactinformation"}
    api("POST", "/crm/v3/properties/contacts", body)
    api("POST", LISTS, active(filterBranch=branch([operation("x", "ALL_PROPERTY", "IS_KNOWN")])))
    status, answer = api("DELETE", "/crm/v3/properties/contacts/x")
    assert status == 400
    assert answer["errors"][0]["context"] == {"parentType": ["LIST"], "parentName": ["With email"]}


def test_property_of_associated_records_is_used_by_the_list_that_names_it(api: Any) -> None:
    body = {"name": "x", "label": "X", "type": "string", "fieldType": "text"}
    for object_type, group in (("contacts", "contactinformation"), ("companies", "companyinformation")):
        assert api("POST", f"/crm/v3/properties/{object_type}", {**body, "groupName": group})[0] == 201
    company = {
        "filterBranchType": "ASSOCIATION",
        "filterBranchOperator": "AND",
        "objectTypeId": "0-2",
        "operator": "IN_LIST",
        "associationTypeId": 279,
        "associationCategory": "HUBSPOT_DEFINED",
        "filterBranches": [],
        "filters": [operation("x", "ALL_PROPERTY", "IS_KNOWN")],
    }
    desired = branch([])
    desired["filterBranches"][0]["filterBranches"] = [company]
    assert api("POST", LISTS, active("Of companies", filterBranch=desired))[0] == 200
    status, answer = api("DELETE", "/crm/v3/properties/companies/x")
    assert status == 400
    assert answer["errors"][0]["context"] == {"parentType": ["LIST"], "parentName": ["Of companies"]}
    assert api("DELETE", "/crm/v3/properties/contacts/x")[0] == 204


@pytest.mark.parametrize(
    ("desired", "problem"),
    [
        (branch([operation("nope", "ALL_PROPERTY", "IS_KNOWN")]), "property nope does not exist"),
        (branch([{"filterType": "HOROSCOPE"}]), 'filterType "HOROSCOPE" is not supported'),
        (
            branch([{"filterType": "PRIVACY", "privacyName": "PRIVACY_CONSENT_APPROVE", "operator": "X"}]),
            "operator of a PRIVACY filter must be one of PRIVACY_CONSENT_GRANTED, PRIVACY_CONSENT_NOT_GRANTED",
        ),
        (branch([operation("email", "MOON", "IS_EQUAL_TO")]), 'operationType "MOON" is not supported'),
        (
            branch([operation("lifecyclestage", "ENUMERATION", "IS_NOT_EQUAL_TO", values=["lead"])]),
            'operator "IS_NOT_EQUAL_TO" of ENUMERATION is invalid: it must be one of IS_ANY_OF, IS_NONE_OF, '
            "IS_EXACTLY, IS_NOT_EXACTLY, CONTAINS_ALL, DOES_NOT_CONTAIN_ALL, HAS_EVER_BEEN_ANY_OF, "
            "HAS_NEVER_BEEN_ANY_OF, HAS_EVER_BEEN_EXACTLY, HAS_NEVER_BEEN_EXACTLY, HAS_EVER_CONTAINED_ALL, "
            "HAS_NEVER_CONTAINED_ALL",
        ),
        (
            branch([operation("email", "NUMBER", "IS_EQUAL_TO", value=1)]),
            "operationType NUMBER does not fit property email of type string",
        ),
        (branch([{"filterType": "IN_LIST", "listId": "77", "operator": "IN_LIST"}]), "list 77 does not exist"),
        (branch([])["filterBranches"][0], "the root must be an OR branch without filters, holding AND branches"),
    ],
)
def test_filter_that_is_wrong_or_not_modeled_is_refused(api: Any, desired: dict[str, Any], problem: str) -> None:
    status, body = api("POST", LISTS, active(filterBranch=desired))
    assert (status, body["message"]) == (400, f"Invalid filter: {problem}")


def test_what_a_request_may_leave_out_stands_in_the_answer(api: Any) -> None:
    asked = {"filterType": "PROPERTY", "property": "email", "operation": {"operationType": "ALL_PROPERTY"}}
    asked["operation"] |= {"operator": "IS_KNOWN"}  # type: ignore[operator]
    short = {"filterBranchType": "OR", "filterBranches": [{"filterBranchType": "AND", "filters": [asked]}]}
    status, body = api("POST", LISTS, active(filterBranch=short))
    assert status == 200, body
    status, body = api("GET", f"{LISTS}/{body['list']['listId']}?includeFilters=true")
    live = body["list"]["filterBranch"]
    assert live == branch([operation("email", "ALL_PROPERTY", "IS_KNOWN")])


DOCUMENTED = [
    {"filterType": "EMAIL_EVENT", "level": "HUBSPOT_CAMPAIGN", "appId": "1", "emailId": "2", "operator": "OPENED"},
    {"filterType": "EMAIL_SUBSCRIPTION", "subscriptionIds": ["1"], "acceptedStatuses": ["OPT_IN"]},
    {"filterType": "CTA", "ctaName": "1", "operator": "HAS_CLICKED_CTA"},
    {"filterType": "EVENT", "eventId": "1", "operator": "HAS_EVENT"},
    {"filterType": "ADS_TIME", "pruningRefineBy": {"type": "ALL_HISTORY"}},
    {"filterType": "ADS_SEARCH", "entityType": "AD", "searchTermType": "ID", "adNetwork": "LINKEDIN"}
    | {"searchTerms": ["7"], "operator": "IS_EQUAL_TO"},
    {"filterType": "WEBINAR", "operator": "HAS_WEBINAR_ATTENDANCE"},
    {"filterType": "PRIVACY", "privacyName": "PRIVACY_CONSENT_APPROVE", "operator": "PRIVACY_CONSENT_GRANTED"},
    {"filterType": "SURVEY_MONKEY", "surveyId": "1", "operator": "HAS_RESPONDED_TO_SURVEY"},
    {"filterType": "FORM_SUBMISSION_ON_PAGE", "pageId": "1", "operator": "FILLED_OUT"},
    {"filterType": "INTEGRATION_EVENT", "eventTypeId": 4009, "filterLines": []},
    {"filterType": "CAMPAIGN_INFLUENCED", "campaignId": "1"},
]


@pytest.mark.parametrize("part", DOCUMENTED, ids=lambda part: str(part["filterType"]))
def test_documented_filter_is_kept_and_holds_for_no_simulated_record(
    sims: RunningSimulators, api: Any, part: dict[str, Any]
) -> None:
    sims.seed("hubspot", {"records": {"contacts": [{"email": "a@x.io"}]}})
    status, body = api("POST", LISTS, active(filterBranch=branch([part])))
    assert status == 200, body
    status, body = api("GET", f"{LISTS}/{body['list']['listId']}?includeFilters=true")
    assert (body["list"]["size"], body["list"]["filterBranch"]) == (0, branch([part]))


def test_list_in_list_counts_members_of_the_other(sims: RunningSimulators, api: Any) -> None:
    sims.seed("hubspot", {"records": {"contacts": [{"email": "a@x.io"}, {"firstname": "B"}]}})
    _, first = api("POST", LISTS, active())
    out = {"filterType": "IN_LIST", "listId": first["list"]["listId"], "operator": "NOT_IN_LIST"}
    _, second = api("POST", LISTS, active("Without", filterBranch=branch([out])))
    assert second["list"]["size"] == 1
    status, body = api("DELETE", f"{LISTS}/{first['list']['listId']}")
    assert (status, body["message"]) == (400, f"List {first['list']['listId']} is used by Without")
