"""Lists: found by id when renamed, filters in one form, tokens for people and lists."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from pydantic import ValidationError
from revops_hubspot.kinds.list import List

from revops_iac.errors import AuthorError
from revops_iac.provider.kind import DesiredResource, Lookup, Reference
from revops_iac.source.input_errors import input_diagnostic
from tests.diagnostics import refusals
from tests.providers.contract import Contract, example
from tests.providers.revops_hubspot.conftest import OpenSession

KIND = List()


def branch(*filters: dict[str, Any]) -> dict[str, Any]:
    inner = {"filterBranchType": "AND", "filterBranchOperator": "AND", "filterBranches": [], "filters": list(filters)}
    return {"filterBranchType": "OR", "filterBranchOperator": "OR", "filters": [], "filterBranches": [inner]}


def known(name: str) -> dict[str, Any]:
    return {
        "filterType": "PROPERTY",
        "property": name,
        "operation": {"operationType": "ALL_PROPERTY", "operator": "IS_KNOWN"},
    }


def declared(name: str, *filters: dict[str, Any]) -> dict[str, Any]:
    return {"object": "contacts", "name": name, "processing_type": "DYNAMIC", "filter_branch": branch(*filters)}


def test_list_renamed_by_somebody_is_found_by_its_id_and_named_back(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    made = contract.create()
    contract.run().allow_writes()
    client = open_session().client
    client.write("PUT", "lists", "/{id}/update-list-name", query={"listName": "Renamed"}, id=made.id)
    contract.reads_catch_up()

    drifted = contract.refresh(made)
    assert drifted is not None
    assert drifted.id == made.id
    assert drifted.outputs["name"] == "Renamed"
    assert contract.changes(drifted, example(KIND))

    undone = contract.update(drifted, example(KIND))
    assert undone.outputs["name"] == "Contacts without a job title"
    assert [entry["name"] for entry in accounts.dump("hubspot")["lists"].values()] == ["Contacts without a job title"]


def test_order_and_defaults_of_filters_show_no_difference() -> None:
    one = declared("x", known("email"), known("phone"))
    other = declared("x", known("phone"), known("email"))
    other["filter_branch"]["filterBranches"][0]["filters"][0]["operation"]["includeObjectsWithNoValueSet"] = False
    assert KIND.differences(one, other) == []
    assert KIND.differences(one, declared("x", known("email"))) == ["filter_branch"]


def test_people_and_lists_in_filters_are_names_in_inputs_and_ids_in_hubspot(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    accounts.seed("hubspot", {"users": [{"email": "maya.chen@northwind.example"}]})
    session = open_session()
    first = KIND.create(session, KIND.parse(declared("Customers", known("email"))))
    session.remember(KIND, first)
    owned = {
        "filterType": "PROPERTY",
        "property": "hubspot_owner_id",
        "operation": {
            "operationType": "ENUMERATION",
            "operator": "IS_ANY_OF",
            "values": [{"owner": "maya.chen@northwind.example"}],
            "includeObjectsWithNoValueSet": False,
        },
    }
    inside = {"filterType": "IN_LIST", "listId": {"list": "Customers"}, "operator": "IN_LIST"}
    desired = declared("Customers of Maya", owned, inside)

    made = KIND.create(session, KIND.parse(desired))

    assert KIND.managed_view(desired, made) == desired
    stored = accounts.dump("hubspot")["lists"][made.id]["filterBranch"]["filterBranches"][0]["filters"]
    assert stored[1]["listId"] == first.id
    assert stored[0]["operation"]["values"] == [session.resolve(Lookup("owner", "maya.chen@northwind.example"))]
    assert Reference("List", "Customers") in list(KIND.references(KIND.parse(desired)))


def test_definitions_are_read_in_bulk(accounts: RunningSimulators, open_session: OpenSession) -> None:
    session = open_session()
    for at in range(12):
        KIND.create(session, KIND.parse(declared(f"List {at}", known("email"))))
    accounts.control.log.clear()
    session = open_session(writes=False)
    session.declared = [DesiredResource("List", f"List {at}", f"contacts.list_{at}", {}) for at in range(12)]
    assert all(session.find(KIND, f"List {at}") is not None for at in range(12))
    assert len(accounts.control.log.select(system="hubspot", path="/crm/v3/lists")) == 2


def as_text(message: str, name: str = "x") -> dict[str, Any]:
    return {"object": "contacts", "name": name, "processing_type": "DYNAMIC", "filter": message}


def test_filter_changed_by_somebody_shows_as_text(accounts: RunningSimulators, open_session: OpenSession) -> None:
    KIND.create(open_session(), KIND.parse(as_text("jobtitle is known")))
    session = open_session()
    found = session.find(KIND, "x")
    assert found is not None
    KIND.update(session, found, KIND.parse(as_text('jobtitle contains "Sales" or city is known')))
    live = open_session().find(KIND, "x")
    assert live is not None
    shown = KIND.managed_view(as_text("jobtitle is known"), live)
    assert shown["filter"] == 'jobtitle contains "Sales" or city is known'


def test_same_filter_in_both_forms_is_the_same(open_session: OpenSession) -> None:
    made = KIND.create(open_session(), KIND.parse(as_text("phone is known and email is known")))
    assert KIND.differences(declared("x", known("email"), known("phone")), made.definition) == []
    assert KIND.differences(as_text("email is known and phone is known"), made.definition) == []


def test_people_and_lists_in_a_filter_text_are_names(accounts: RunningSimulators, open_session: OpenSession) -> None:
    accounts.seed("hubspot", {"users": [{"email": "maya.chen@northwind.example"}]})
    session = open_session()
    session.remember(KIND, KIND.create(session, KIND.parse(as_text("email is known", "Customers"))))
    text = 'hubspot_owner_id is any of [{owner: maya.chen@northwind.example}] and in list "Customers"'

    made = KIND.create(session, KIND.parse(as_text(text)))

    assert made.definition["filter"] == text
    assert KIND.managed_view(as_text(text), made) == as_text(text)
    assert Reference("List", "Customers") in list(KIND.references(KIND.parse(as_text(text))))
    assert Lookup("owner", "maya.chen@northwind.example") in list(KIND.lookups(KIND.parse(as_text(text))))


def test_property_of_another_type_or_of_none_is_refused_at_preview(open_session: OpenSession) -> None:
    session = open_session(writes=False)
    number = {"object": "contacts", "name": "fit_score", "type": "number"}
    session.declared = [DesiredResource("Property", "contacts.fit_score", "contacts.fit_score", number)]
    text = 'fit_score = "high" and lifecyclestage = "lead" and jobttle is known and fit_score >= 40'
    assert refusals(KIND, session, DesiredResource("List", "x", "contacts.x", as_text(text)), None) == [
        'HubSpot List "x": filter: property "fit_score" of contacts is a number\n    fix: write fit_score >= 40',
        'HubSpot List "x": filter: property "lifecyclestage" of contacts is a choice of options\n'
        "    fix: write lifecyclestage is any of [option]",
        'HubSpot List "x": filter: property "jobttle" of contacts is neither declared nor in the account\n'
        "    fix: jobtitle, or declare it as a Property",
    ]


def test_text_that_is_no_filter_is_refused_with_its_input_column_and_fix() -> None:
    with pytest.raises(ValidationError) as refused:
        KIND.inputs.model_validate(as_text("jobtitle is any off [a]"))
    (details,) = refused.value.errors()
    assert details["loc"] == ("filter",)
    found = input_diagnostic(KIND.inputs, details)
    assert (found.message, found.fix) == ('filter: column 10: "is any off" is not an operation', "use is any of")


def last_visit(**point: Any) -> dict[str, Any]:
    """`createdate` before a day counted from today, as HubSpot's editor or an earlier version writes it."""
    index = {"timeType": "INDEXED", "zoneId": "UTC", "indexReference": {"referenceType": "TODAY"}, **point}
    operation = {"operationType": "TIME_POINT", "operator": "IS_BEFORE", "type": "TIME_POINT", "timePoint": index}
    return {"filterType": "PROPERTY", "property": "createdate", "operation": operation}


def test_date_filter_of_the_editor_is_the_same_as_its_words(open_session: OpenSession) -> None:
    session = open_session()
    stored = last_visit(timezoneSource="CUSTOM", offset={"days": -7})
    stored["operation"] |= {"endpointBehavior": "EXCLUSIVE", "propertyParser": "VALUE"}
    live = KIND.create(session, KIND.parse(declared("x", stored)))
    text = "createdate before today - 7 days"
    assert live.definition["filter"] == text
    assert KIND.differences(as_text(text), live.definition) == []


def test_date_filter_of_an_earlier_version_shows_no_difference(open_session: OpenSession) -> None:
    live = KIND.create(open_session(), KIND.parse(declared("x", last_visit(offset={"days": -7}))))
    assert KIND.differences(as_text("createdate before today - 7 days"), live.definition) == []


def test_difference_of_a_long_filter_is_shown_where_it_is(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    parts = [known(name) for name in ("email", "phone", "firstname", "lastname", "city")]
    contract.create(declared("x", *parts, last_visit(timezoneSource="PORTAL")))
    same = " and ".join(f"{part['property']} is known" for part in parts)
    with pytest.raises(AuthorError) as refused:
        contract.create(as_text(f"{same} and createdate before today"))
    there, desired = (f'…ty is known and createdate before today{zone}"' for zone in (" in portal zone UTC", ""))
    assert f"filter is {there}, the model says {desired}" in str(refused.value)


def test_and_root_is_sent_with_the_or_root_that_lists_need(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    inputs = {**declared("x"), "filter_branch": branch(known("email"))["filterBranches"][0]}
    live = KIND.create(open_session(), KIND.parse(inputs))
    assert (live.definition["filter"], KIND.differences(inputs, live.definition)) == ("email is known", [])
    (stored,) = accounts.dump("hubspot")["lists"].values()
    assert stored["filterBranch"]["filterBranchType"] == "OR"


def test_label_in_the_place_of_a_value_is_refused_at_preview(open_session: OpenSession) -> None:
    labeled = {"operationType": "ENUMERATION", "operator": "IS_ANY_OF", "values": ["Lead"]}
    part = {"filterType": "PROPERTY", "property": "lifecyclestage", "operation": labeled}
    for inputs in (as_text("lifecyclestage is any of [Lead]"), declared("x", part)):
        resource = DesiredResource("List", "x", "contacts.x", inputs)
        (found,) = refusals(KIND, open_session(writes=False), resource, None)
        assert found.endswith("fix: write lead")
