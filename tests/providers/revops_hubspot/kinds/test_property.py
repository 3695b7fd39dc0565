"""Properties: reading in bulk, formulas, the recycle bin and what a removal would lose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from crm_simulators.hubspot.portal.scopes import ALL_SCOPES
from crm_simulators.hubspot.properties.definitions import NUMBER_HINTS, TEXT_HINTS
from crm_simulators.server import RunningSimulators
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.errors import HubSpotRefusal
from revops_hubspot.kinds.property import Property
from revops_hubspot.properties.inputs import CALCULATED, FIELD_TYPES

from revops_iac.compile import validated
from revops_iac.diagnostics import Severity
from revops_iac.provider.kind import DesiredResource, Impact, LiveObject
from revops_iac.provider.session import Session
from revops_iac.systems import system_named
from tests.diagnostics import refusals
from tests.providers.revops_hubspot.conftest import OpenSession
from tests.providers.typed_inputs import desired_resource, parsed

KIND = Property()
KINDS = system_named("hubspot").kinds
DOUBLED = {"calculation_formula": "2 * seats"}


def declared(name: str, **inputs: Any) -> dict[str, Any]:
    text = {"label": name, "type": "string", "field_type": "text", "group_name": "contactinformation"}
    return {"object": "contacts", "name": name, **text, **inputs}


def live(session: Session[HubSpotClient], name: str) -> Any:
    return session.find(KIND, f"contacts.{name}")


def test_refresh_of_a_thousand_properties_costs_less_than_ten_calls(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    client = open_session().client
    for start in range(0, 990, 99):
        batch = [
            {
                "name": f"field_{at}",
                "label": f"Field {at}",
                "type": "string",
                "fieldType": "text",
                "groupName": "contactinformation",
            }
            for at in range(start, start + 99)
        ]
        client.write("POST", "properties", "/{object}/batch/create", {"inputs": batch}, object="contacts")
    accounts.control.log.clear()

    session = open_session(writes=False)
    found = [live(session, f"field_{at}") for at in range(990)]
    found += [session.find(KIND, f"deals.{name}") for name in ("amount", "dealname", "closedate")]

    assert None not in found
    assert len(accounts.control.log.select(system="hubspot")) < 10


def test_formula_that_hubspot_rewrote_shows_no_difference(open_session: OpenSession) -> None:
    session = open_session()
    numbers = {"type": "number", "field_type": "number"}
    session.remember(KIND, KIND.create(session, KIND.parse(declared("seats", **numbers))))
    desired = declared(
        "seat_band",
        type="string",
        field_type="calculation_equation",
        calculation_formula='IF seats != 2.50 THEN "few" + " or more" ELSE "none" ENDIF',
    )
    KIND.create(session, KIND.parse(desired))

    managed = live(open_session(), "seat_band")

    assert managed.definition["calculation_formula"] != desired["calculation_formula"]
    assert KIND.managed_view(desired, managed) == desired


def test_options_are_compared_in_order_and_replaced_whole(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    session = open_session()
    small, large = {"label": "Small", "value": "small"}, {"label": "Large", "value": "large", "hidden": True}
    desired = declared("size", type="enumeration", field_type="select", options=[small, large])
    first = KIND.create(session, KIND.parse(desired))
    assert KIND.managed_view(desired, first) == desired

    turned = {**desired, "options": [large, small]}
    assert KIND.differences(turned, KIND.managed_view(turned, first)) == ["options"]
    changed = KIND.update(session, first, KIND.parse(turned))

    assert KIND.managed_view(turned, changed) == turned
    options = accounts.dump("hubspot")["properties"]["0-1"]["size"]["options"]
    assert [option["value"] for option in options] == ["large", "small"]


def test_bool_gets_the_two_options_that_hubspot_needs(open_session: OpenSession) -> None:
    desired = declared("opted_in", type="bool", field_type="booleancheckbox")
    made = KIND.create(open_session(), KIND.parse(desired))
    assert [option["value"] for option in made.definition["options"]] == ["true", "false"]


def test_owner_picker_has_no_options(open_session: OpenSession) -> None:
    owner = {"external_options": True, "referenced_object_type": "OWNER"}
    desired = declared("second_owner", type="enumeration", field_type="select", **owner)
    session = open_session()
    KIND.create(session, KIND.parse(desired))
    assert KIND.managed_view(desired, live(open_session(), "second_owner")) == desired


def previewed_over_archived(open_session: OpenSession, before: str, **config: Any) -> list[str]:
    """What the preview refuses of a text property whose name an archived one of another kind has."""
    session, shape = open_session(), {"type": before, "field_type": before.replace("string", "text")}
    made = KIND.create(session, parsed(KIND, declared("old_score", **shape)))
    KIND.delete(session, made, KIND.state({}))
    item = desired_resource(KIND, declared("old_score"))
    return refusals(KIND, open_session(writes=False, **config), item, None)


def test_preview_says_that_an_archived_property_comes_back(
    open_session: OpenSession, accounts: RunningSimulators, capfd: pytest.CaptureFixture[str]
) -> None:
    assert previewed_over_archived(open_session, "string") == []
    printed = capfd.readouterr().err
    assert "an archived property has the name contacts.old_score, archived on 20" in printed
    assert ": creating it restores that property with its values, as the model defines it" in printed


def test_preview_refuses_to_give_archived_values_another_type(
    open_session: OpenSession, accounts: RunningSimulators
) -> None:
    (refusal,) = previewed_over_archived(open_session, "number")
    assert "creating it restores that property with its values and changes its type from number to string; " in refusal
    assert 'add "contacts.old_score" to revops:allowDataLoss in stack config' in refusal
    assert KIND.scan(open_session().client, "contacts").get("contacts.old_score") is None
    allowed = {"revops:allowDataLoss": '["contacts.old_score"]'}
    item = desired_resource(KIND, declared("old_score"))
    assert refusals(KIND, open_session(writes=False, **allowed), item, None) == []


def test_archived_name_comes_back_and_says_so(open_session: OpenSession, capfd: pytest.CaptureFixture[str]) -> None:
    session = open_session()
    KIND.delete(session, KIND.create(session, KIND.parse(declared("old_score"))), KIND.state({}))

    again = KIND.create(open_session(), KIND.parse(declared("old_score")))

    assert again.facts == {"restored": True}
    message = "HubSpot: Property contacts.old_score was restored from the recycle bin with its values\n"
    assert capfd.readouterr().err == message


def test_removal_counts_the_records_that_have_a_value(
    accounts: RunningSimulators, open_session: OpenSession, reads_catch_up: Callable[[], None]
) -> None:
    session = open_session()
    made = KIND.create(session, KIND.parse(declared("old_score")))
    reads_catch_up()
    people = [{"email": f"{at}@northwind.example", "old_score": "1"} for at in range(3)]
    accounts.seed("hubspot", {"records": {"contacts": [*people, {"email": "none@northwind.example"}]}})

    assert KIND.delete_impact(session, made) == Impact(3, '3 contacts have a value in "old_score"')


def test_property_in_use_is_not_archived_and_its_user_is_named(open_session: OpenSession) -> None:
    session = open_session()
    seats = KIND.create(session, KIND.parse(declared("seats", type="number", field_type="number")))
    KIND.create(
        session,
        KIND.parse(
            declared("double", type="number", field_type="calculation_equation", calculation_formula="2 * seats")
        ),
    )
    with pytest.raises(HubSpotRefusal) as refused:
        KIND.delete(session, seats, KIND.state({}))
    assert refused.value.uses == ("double",)
    assert "(used by double)" in refused.value.diagnostic.sentence
    assert refused.value.diagnostic.fix == "remove it from what uses it first"


def test_property_that_only_a_kept_workflow_names_is_kept(
    open_session: OpenSession, capfd: pytest.CaptureFixture[str]
) -> None:
    session = open_session()
    seats = KIND.create(session, KIND.parse(declared("seats", type="number", field_type="number")))
    KIND.create(
        session,
        KIND.parse(
            declared("double", type="number", field_type="calculation_equation", calculation_formula="2 * seats")
        ),
    )
    session.report.keep([("Property", "contacts.double")])

    KIND.delete(session, seats, KIND.state({}))

    assert live(open_session(), "seats") is not None
    assert 'Property contacts.seats is kept because resources that are kept use it: "double"' in capfd.readouterr().err


def test_property_of_a_workflow_that_an_earlier_run_kept_is_kept(
    open_session: OpenSession, capfd: pytest.CaptureFixture[str]
) -> None:
    session = open_session()
    KIND.create(session, KIND.parse(declared("seats", type="number", field_type="number")))
    workflow, activation = KINDS["Workflow"], KINDS["WorkflowActivation"]
    clearing: dict[str, Any] = {"enroll": {"when": "email is known"}, "steps": [{"clear": "seats"}]}
    made = workflow.create(session, parsed(workflow, {"object": "contacts", "name": "W", **clearing}))
    session.remember(workflow, made)
    activation.create(session, activation.parse({"object": "contacts", "name": "W"}))
    with pytest.raises(HubSpotRefusal, match="in use"):
        KIND.delete(open_session(), present(open_session(), "seats"), KIND.state({}))
    session = open_session()
    running = session.find(workflow, "contacts.W")
    assert running is not None
    workflow.delete(session, running, workflow.state({}))

    KIND.delete(open_session(), present(open_session(), "seats"), KIND.state({}))

    assert live(open_session(), "seats") is not None
    assert 'Property contacts.seats is kept because resources that are kept use it: "W"' in capfd.readouterr().err


def present(session: Session[HubSpotClient], name: str) -> LiveObject:
    found: LiveObject | None = live(session, name)
    assert found is not None
    return found


def test_hubspots_own_property_cannot_be_changed(open_session: OpenSession) -> None:
    session = open_session(writes=False)
    managed = live(session, "hs_language")
    inputs = {**managed.definition, "label": "Tongue", "adopt": True}
    desired = DesiredResource("Property", "contacts.hs_language", "contacts.hs_language", inputs)
    assert refusals(KIND, session, desired, managed) == [
        'HubSpot Property "contacts.hs_language": it is a HubSpot property, and its label cannot change\n'
        "    fix: remove them from its entry, or declare a custom property"
    ]


def test_formula_refers_to_the_properties_it_names() -> None:
    desired = declared(
        "total", calculation_formula="if string(industry) equals 'fit_score' then fit_score else 0 endif"
    )
    names = [reference.name for reference in KIND.references(KIND.parse(desired)) if reference.kind == "Property"]
    assert {"contacts.industry", "contacts.fit_score"} <= set(names)
    assert "contacts.total" not in names


SENSITIVE = {"hubspot:sensitiveData": "true"}


@pytest.mark.parametrize("sensitivity", ["sensitive", "highly_sensitive"])
def test_sensitive_property_is_made_and_found_again(
    sensitivity: str, accounts: RunningSimulators, open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = {"token": "pat-na1-sensitive", "scopes": [*ALL_SCOPES, f"crm.objects.contacts.{sensitivity}.write.v2"]}
    accounts.seed("hubspot", {"tokens": [token], "account": {"sensitiveData": True}})
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-na1-sensitive")
    inputs = declared("health", data_sensitivity=sensitivity)
    desired = DesiredResource("Property", "contacts.health", "contacts.health", inputs)

    assert refusals(KIND, open_session(**SENSITIVE), desired, None) == []
    KIND.create(open_session(**SENSITIVE), KIND.parse(inputs))

    found = live(open_session(**SENSITIVE), "health")
    assert KIND.managed_view(inputs, found) == inputs
    assert "data_sensitivity" in KIND.immutable
    assert live(open_session(), "health") is None


def test_sensitive_property_is_refused_without_config_subscription_or_scope(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    inputs = declared("health", data_sensitivity="sensitive")
    desired = DesiredResource("Property", "contacts.health", "contacts.health", inputs)
    message = 'HubSpot Property "contacts.health": '
    assert refusals(KIND, open_session(writes=False), desired, None) == [
        f"{message}reading sensitive data is not enabled, so the property could not be read back\n"
        "    fix: pulumi config set hubspot:sensitiveData true, and add the sensitive scopes of the object to the token"
    ]
    assert refusals(KIND, open_session(writes=False, **SENSITIVE), desired, None) == [
        f"{message}the token lacks crm.objects.contacts.sensitive.write.v2\n"
        "    fix: add the scope to the private app or service key"
    ]
    accounts.seed("hubspot", {"account": {"tier": "professional"}})
    assert refusals(KIND, open_session(writes=False, **SENSITIVE), desired, None) == [
        f"{message}sensitive data requires an Enterprise subscription\n"
        "    fix: remove data_sensitivity, or upgrade the subscription"
    ]


PAIRS = [(type_, field) for type_, fields in FIELD_TYPES.items() for field in fields.split(", ")]
RESULTS = {"number": "2 + 3", "string": "'a'", "bool": "true", "enumeration": "'a'"}


def test_every_type_goes_with_each_of_its_field_types(open_session: OpenSession) -> None:
    session, every = open_session(), {}
    for type_, field in PAIRS:
        more: dict[str, Any] = {"calculation_formula": RESULTS[type_]} if field == CALCULATED else {}
        if type_ == "enumeration" and field != CALCULATED:
            more["options"] = [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]
        inputs = validated(KIND, declared(f"{type_}_{field}", type=type_, field_type=field, **more))
        every[inputs["name"]] = inputs
        KIND.create(session, KIND.parse(inputs))

    again = open_session(writes=False)
    for name, inputs in every.items():
        assert KIND.differences(inputs, KIND.managed_view(inputs, live(again, name))) == []
    assert len(every) == 18


HINTS: list[dict[str, Any]] = [
    *({"type": "number", "field_type": "number", "number_display_hint": hint} for hint in NUMBER_HINTS),
    *({"text_display_hint": hint} for hint in TEXT_HINTS),
    {
        "type": "number",
        "field_type": "number",
        "show_currency_symbol": True,
        "currency_property_name": "hs_analytics_source",
    },
]


def test_hints_and_currency_are_kept(open_session: OpenSession) -> None:
    session = open_session()
    every = {f"hinted_{at}": validated(KIND, declared(f"hinted_{at}", **hint)) for at, hint in enumerate(HINTS)}
    for inputs in every.values():
        KIND.create(session, KIND.parse(inputs))
    again = open_session(writes=False)
    for name, inputs in every.items():
        assert KIND.managed_view(inputs, live(again, name)) == inputs


EXISTING = [
    ("object_coordinates", "text"),
    ("json", "textarea"),
    ("currency_number", "number"),
    ("string", "calculation_rollup"),
    ("datetime", "calculation_read_time"),
    ("number", "calculation_score"),
    ("number", "calculation_equation"),
    ("string", "html"),
    ("string", "file"),
    ("enumeration", "radio"),
    ("bool", "booleancheckbox"),
]
"""Types and field types that live portals hold [T]."""


def seed_defined(accounts: RunningSimulators, type_: str, field_type: str, **metadata: bool) -> dict[str, Any]:
    """A property that HubSpot made, and its inputs."""
    shape = {"name": "theirs", "label": "Theirs", "type": type_}
    definition = {**shape, "fieldType": field_type, "groupName": "contactinformation", "hubspotDefined": True}
    if metadata:
        definition["modificationMetadata"] = {"archivable": False, "readOnlyValue": True, **metadata}
    accounts.seed("hubspot", {"properties": {"contacts": [definition]}})
    return {"object": "contacts", **shape, "field_type": field_type, "group_name": "contactinformation"}


@pytest.mark.parametrize(("type_", "field_type"), EXISTING)
def test_existing_property_of_any_type_is_adopted_and_relabeled(
    accounts: RunningSimulators, open_session: OpenSession, type_: str, field_type: str
) -> None:
    inputs = validated(KIND, seed_defined(accounts, type_, field_type, readOnlyDefinition=False))
    session = open_session()
    found = live(session, "theirs")
    assert KIND.differences(inputs, KIND.managed_view(inputs, found)) == []
    changed = {**inputs, "label": "Ours", "description": "What it holds."}
    assert refusals(KIND, session, desired_resource(KIND, changed), found) == []
    before = accounts.dump("hubspot")["properties"]["0-1"]["theirs"]
    accounts.control.log.clear()
    KIND.update(session, found, KIND.parse(changed))
    after = accounts.dump("hubspot")["properties"]["0-1"]["theirs"]
    touched = {key for key in after if after[key] != before.get(key)} - {"updatedAt", "updatedUserId"}
    assert touched == {"label", "description"}


def test_definition_that_hubspot_locks_is_refused_at_preview_and_the_rest_is_not(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    inputs = validated(KIND, seed_defined(accounts, "number", "calculation_score", readOnlyDefinition=True))
    session = open_session(writes=False)
    found = live(session, "theirs")
    assert refusals(KIND, session, desired_resource(KIND, inputs), found) == []
    (refusal,) = refusals(KIND, session, desired_resource(KIND, {**inputs, "label": "Ours"}), found)
    assert "it is a HubSpot property, and its label cannot change" in refusal


@pytest.mark.parametrize(("type_", "field_type"), EXISTING[:7])
def test_new_property_that_the_api_does_not_create_is_refused_at_preview(
    open_session: OpenSession, type_: str, field_type: str
) -> None:
    inputs = validated(KIND, declared("ours", type=type_, field_type=field_type))
    (refusal,) = refusals(KIND, open_session(writes=False), desired_resource(KIND, inputs), None)
    assert "HubSpot's API cannot create a property" in refusal or "needs a calculation_formula" in refusal


def test_formula_that_compares_with_a_label_is_told(open_session: OpenSession) -> None:
    formula = "if string(lifecyclestage) equals 'Lead' then 1 else 0"
    calculated = {"type": "number", "field_type": "calculation_equation", "calculation_formula": formula}
    desired = desired_resource(KIND, declared("leads", **calculated))
    found = list(KIND.preflight_errors(open_session(writes=False), desired, None))
    assert [(one.severity, one.fix) for one in found] == [(Severity.WARNING, "write lead")]
