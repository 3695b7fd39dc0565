"""Properties and groups, through the official client against the running simulator."""

from __future__ import annotations

import json
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot
from hubspot.crm.properties.exceptions import ApiException, NotFoundException

ROOT = "/crm/v3/properties/contacts"


def definition(name: str = "fit_score", **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "label": "Fit score",
        "type": "number",
        "fieldType": "number",
        "groupName": "contactinformation",
    } | changes


def calculated(formula: str, name: str = "total", kind: str = "number", **changes: Any) -> dict[str, Any]:
    return definition(name, type=kind, fieldType="calculation_equation", calculationFormula=formula, **changes)


def refusal(problem: pytest.ExceptionInfo[ApiException]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(problem.value.body)
    assert document.pop("correlationId")
    return document


def test_property_is_created_read_updated_and_archived_by_the_client(client: HubSpot) -> None:
    api = client.crm.properties.core_api
    made = api.create("contacts", definition())
    assert (made.name, made.hubspot_defined, made.archived, made.display_order) == ("fit_score", False, False, -1)
    assert api.get_by_name("contacts", "fit_score").label == "Fit score"
    assert api.update("contacts", "fit_score", {"label": "Fit"}).label == "Fit"
    assert "fit_score" in [p.name for p in api.get_all("contacts").results]
    assert api.archive("contacts", "fit_score") is None
    with pytest.raises(NotFoundException) as problem:
        api.get_by_name("contacts", "fit_score")
    assert refusal(problem) == {
        "status": "error",
        "message": "Property fit_score does not exist",
        "category": "OBJECT_NOT_FOUND",
    }
    assert api.get_by_name("contacts", "fit_score", archived=True).archived is True


def test_create_answers_201_with_a_location(sims: RunningSimulators, client: HubSpot) -> None:
    api = client.crm.properties.core_api
    _, status, headers = api.create_with_http_info("contacts", definition())
    assert (status, headers["location"]) == (201, f"{ROOT}/fit_score")


def test_second_property_of_the_name_is_refused_with_409(client: HubSpot) -> None:
    api = client.crm.properties.core_api
    api.create("contacts", definition())
    with pytest.raises(ApiException) as problem:
        api.create("contacts", definition(label="Other"))
    assert problem.value.status == 409
    assert refusal(problem) == {
        "status": "error",
        "message": 'A property named "fit_score" already exists.',
        "category": "OBJECT_ALREADY_EXISTS",
        "subCategory": "Properties.PROPERTY_WITH_NAME_EXISTS",
    }
    assert api.get_by_name("contacts", "fit_score").label == "Fit score"


def test_creating_an_archived_name_restores_it_with_the_new_definition(api: Any) -> None:
    api("POST", ROOT, definition())
    assert api("DELETE", f"{ROOT}/fit_score") == (204, "")
    assert api("DELETE", f"{ROOT}/fit_score")[0] == 404
    status, made = api("POST", ROOT, definition(type="string", fieldType="text"))
    assert (status, made["type"]) == (201, "string")
    assert [p["name"] for p in api("GET", ROOT, archived="True")[1]["results"]] == []


@pytest.mark.parametrize("name", ["contacts", "contact", "CONTACTS", "0-1"])
@pytest.mark.parametrize("family", ["/crm/v3/properties", "/crm/properties/2026-03", "/crm/properties/2026-09"])
def test_object_names_and_dated_paths_are_aliases(api: Any, family: str, name: str) -> None:
    assert api("GET", f"{family}/{name}/email/")[1]["label"] == "Email"


def test_unknown_object_type_is_refused(api: Any) -> None:
    status, body = api("GET", "/crm/v3/properties/robots")
    assert (status, body["message"]) == (400, "Unable to infer object type from: robots")


def test_missing_attributes_are_named(api: Any) -> None:
    status, body = api("POST", ROOT, {"name": "x", "label": "X"})
    assert status == 400
    assert body["message"] == (
        "Cannot build PropertyCreate, some of required attributes are not set [type, fieldType, groupName]"
    )


def test_unknown_fields_are_refused_or_ignored_by_switch(sims: RunningSimulators, api: Any) -> None:
    status, body = api("POST", ROOT, definition(color="red"))
    assert status == 400
    assert body["message"] == (
        'Invalid input JSON on line 1, column 1: Unrecognized field "color" (class PropertyCreate)'
    )
    sims.control.switches.set("hubspot.unknown_fields", "ignore")
    assert api("POST", ROOT, definition(color="red"))[0] == 201


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"type": "string", "fieldType": "number"},
            'Field type "number" is invalid for property type "string": it must be one of text, textarea, phonenumber, '
            "html, file, calculation_equation",
        ),
        (
            {"type": "json"},
            'Property type "json" is invalid: it must be one of string, number, bool, enumeration, date, datetime, '
            "phone_number",
        ),
        ({"groupName": "nope"}, 'Property group "nope" does not exist'),
        (
            {"type": "enumeration", "fieldType": "select", "options": [{"label": "A", "value": "a"}] * 2},
            'Property options must have unique values: "a" is there twice',
        ),
        (
            {"type": "bool", "fieldType": "booleancheckbox"},
            'A bool property must have exactly two options, "true" and "false"',
        ),
        (
            {"type": "enumeration", "fieldType": "select", "externalOptions": True},
            "A property with externalOptions must have a referencedObjectType",
        ),
        (
            {"fieldType": "calculation_equation"},
            "A property with fieldType calculation_equation must have a calculationFormula",
        ),
        (
            {"currencyPropertyName": "deal_currency_code"},
            "Only properties that show a currency symbol can specify a currency property",
        ),
        (
            {"textDisplayHint": ""},
            'textDisplayHint "" is invalid: it must be one of domain_name, email, ip_address, multi_line, '
            "phone_number, physical_address, postal_code, unformatted_single_line",
        ),
    ],
)
def test_invalid_definition_is_refused(api: Any, changes: dict[str, Any], message: str) -> None:
    status, body = api("POST", ROOT, definition(**changes))
    assert (status, body["category"], body["message"]) == (400, "VALIDATION_ERROR", message)


def test_owner_picker_is_created(api: Any) -> None:
    owner = {"type": "enumeration", "fieldType": "select", "externalOptions": True, "referencedObjectType": "OWNER"}
    status, made = api("POST", ROOT, definition("sdr", **owner))
    assert (status, made["referencedObjectType"], made["options"]) == (201, "OWNER", [])


def test_patch_replaces_options_as_a_whole_and_keeps_what_is_left_out(api: Any) -> None:
    options = [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]
    api("POST", ROOT, definition("tier", type="enumeration", fieldType="select", options=options, description="d"))
    assert [o["value"] for o in api("PATCH", f"{ROOT}/tier", {"label": "T"})[1]["options"]] == ["a", "b"]
    status, body = api("PATCH", f"{ROOT}/tier", {"options": options[1:]})
    assert (status, [o["value"] for o in body["options"]], body["description"]) == (200, ["b"], "d")


def test_patch_silently_keeps_what_cannot_change(api: Any) -> None:
    api("POST", ROOT, definition())
    status, body = api("PATCH", f"{ROOT}/fit_score", {"hasUniqueValue": True, "name": "other"})
    assert (status, body["hasUniqueValue"], body["name"]) == (200, False, "fit_score")


def test_type_change_is_refused(api: Any) -> None:
    api("POST", ROOT, definition())
    status, body = api("PATCH", f"{ROOT}/fit_score", {"type": "string", "fieldType": "text"})
    assert (status, body["message"]) == (400, 'Property type cannot be changed from "number" to "string"')


def test_formula_is_stored_in_canonical_form_and_echoed_on_create(api: Any) -> None:
    api("POST", ROOT, definition())
    written = 'IF string(jobtitle) = "CEO" THEN (fit_score * 2.50) elseif fit_score != 3 then 10fit_score else 0 endif'
    status, made = api("POST", ROOT, calculated(written))
    assert status == 201
    assert "2.50" in made["calculationFormula"]
    assert (made["calculated"], made["fieldType"]) == (True, "calculation_equation")
    assert api("GET", f"{ROOT}/total")[1]["calculationFormula"] == (
        "if string(jobtitle) equals 'CEO' then fit_score * 2.5\n"
        "elseif not (fit_score equals 3) then 10 * fit_score else 0 endif"
    )


def test_formula_naming_an_unknown_property_is_404(api: Any) -> None:
    status, body = api("POST", ROOT, calculated("nope + 1"))
    assert (status, body["category"], body["message"]) == (404, "OBJECT_NOT_FOUND", "Property nope does not exist")


@pytest.mark.parametrize(
    ("formula", "kind", "problem"),
    [
        ("[fit_score] + 1", "number", 'is invalid: unexpected "["'),
        ("if(fit_score > 1, 1, 0)", "number", 'is invalid: expected ")" but found ","'),
        ("jobtitle + 1", "number", 'is invalid: property "jobtitle" cannot be read as a number'),
        ("fit_score + 1", "bool", 'gives a number, the property is a "bool"'),
        ("total + 1", "number", "refers to its own property"),
    ],
)
def test_invalid_formula_is_refused(api: Any, formula: str, kind: str, problem: str) -> None:
    api("POST", ROOT, definition())
    api("POST", ROOT, calculated("fit_score + 1"))
    method, path = ("PATCH", f"{ROOT}/total") if "total" in formula else ("POST", ROOT)
    body = {"calculationFormula": formula} if method == "PATCH" else calculated(formula, "other", kind)
    status, answer = api(method, path, body)
    assert (status, answer["message"]) == (400, f"The calculation formula {problem}")


def test_property_in_use_is_not_deleted_and_each_use_is_named(api: Any) -> None:
    api("POST", ROOT, definition())
    api("POST", ROOT, calculated("fit_score + 1"))
    status, body = api("DELETE", f"{ROOT}/fit_score")
    assert (status, body["subCategory"]) == (400, "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE")
    assert [e["context"] for e in body["errors"]] == [{"parentType": ["CALCULATED_PROPERTY"], "parentName": ["total"]}]


def test_hubspot_defined_property_is_locked_as_its_metadata_says(api: Any) -> None:
    status, body = api("PATCH", f"{ROOT}/lifecyclestage", {"options": []})
    assert (status, body["message"]) == (400, 'Property "lifecyclestage" is defined by HubSpot: options is read-only')
    status, body = api("PATCH", f"{ROOT}/hs_lead_status", {"label": "Status"})
    assert (status, body["message"]) == (400, 'Property "hs_lead_status" is defined by HubSpot: label is read-only')
    status, body = api("DELETE", f"{ROOT}/email")
    assert (status, body["message"]) == (400, 'Property "email" is defined by HubSpot and cannot be deleted')


def test_lead_status_options_can_be_edited(api: Any) -> None:
    options = [*api("GET", f"{ROOT}/hs_lead_status")[1]["options"], {"label": "Recycled", "value": "RECYCLED"}]
    status, body = api("PATCH", f"{ROOT}/hs_lead_status", {"options": options})
    assert (status, body["options"][-1]["value"]) == (200, "RECYCLED")


def test_batches_answer_201_200_and_207(client: HubSpot) -> None:
    api = client.crm.properties.batch_api
    _, status, _ = api.create_with_http_info("deals", {"inputs": [definition("a", groupName="dealinformation")]})
    assert status == 201
    both = {"inputs": [definition(n, groupName="dealinformation") for n in ("a", "b")]}
    made, status, _ = api.create_with_http_info("deals", both)
    assert (status, [p.name for p in made.results], made.num_errors) == (207, ["b"], 1)
    assert made.errors[0].message == 'A property named "a" already exists.'
    read = {"inputs": [{"name": "a"}, {"name": "zz"}], "archived": False, "dataSensitivity": "non_sensitive"}
    found, status, _ = api.read_with_http_info("deals", read)
    assert (status, [p.name for p in found.results]) == (207, ["a"])
    _, status, _ = api.archive_with_http_info("deals", {"inputs": [{"name": "a"}, {"name": "never"}]})
    assert status == 204


def test_group_lives_and_cannot_go_while_it_holds_properties(client: HubSpot) -> None:
    groups = client.crm.properties.groups_api
    made = groups.create("contacts", {"name": "revops", "label": "RevOps", "displayOrder": 3})
    assert (made.name, made.display_order) == ("revops", 3)
    assert groups.update("contacts", "revops", {"label": "R"}).label == "R"
    client.crm.properties.core_api.create("contacts", definition(groupName="revops"))
    with pytest.raises(ApiException) as problem:
        groups.archive("contacts", "revops")
    assert refusal(problem)["subCategory"] == "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES"
    client.crm.properties.core_api.archive("contacts", "fit_score")
    groups.archive("contacts", "revops")
    assert "revops" not in [g.name for g in groups.get_all("contacts").results]


def test_write_without_the_scope_is_403_and_names_it(sims: RunningSimulators) -> None:
    sims.seed("hubspot", {"tokens": [{"token": "pat-weak", "without": ["crm.schemas.contacts.write"]}]})
    weak = HubSpot(access_token="pat-weak", host=sims.hubspot.url)
    with pytest.raises(ApiException) as problem:
        weak.crm.properties.core_api.create("contacts", definition())
    assert problem.value.status == 403
    body = refusal(problem)
    assert body["category"] == "MISSING_SCOPES"
    assert body["errors"][0]["context"] == {"requiredGranularScopes": ["crm.schemas.contacts.write"]}


def test_option_must_say_its_order_on_dated_paths(api: Any) -> None:
    choice = definition("tier", type="enumeration", fieldType="select", options=[{"label": "A", "value": "a"}])
    status, body = api("POST", "/crm/properties/2026-09/contacts", choice)
    assert (status, body["message"]) == (
        400,
        "Cannot build OptionInput, some of required attributes are not set [displayOrder]",
    )
    assert api("POST", ROOT, choice)[0] == 201
