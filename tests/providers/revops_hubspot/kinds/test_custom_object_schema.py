"""Custom objects, named without their portal everywhere."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_hubspot.kinds.custom_object_schema import CustomObjectSchema
from revops_hubspot.kinds.pipeline import Pipeline
from revops_hubspot.kinds.property import Property

from revops_iac.errors import AuthorError
from revops_iac.plan import preflight as preflight_module
from revops_iac.provider.kind import DesiredResource, Impact
from revops_iac.state.source_map import lines
from revops_iac.systems import system_named
from tests.diagnostics import refusals
from tests.providers.contract import Contract, example, later
from tests.providers.revops_hubspot.conftest import OpenSession
from tests.providers.typed_inputs import desired_resource

KIND = CustomObjectSchema()


def desired(**inputs: Any) -> DesiredResource:
    return DesiredResource("CustomObjectSchema", "machine", "machine", {**example(KIND), **inputs})


def test_archived_name_is_purged_and_said(
    accounts: RunningSimulators, waits: list[float], capfd: pytest.CaptureFixture[str]
) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    contract.delete(contract.create())
    made = contract.create()
    assert made.outputs["facts"]["purged_archived"] is True
    assert (
        "HubSpot: CustomObjectSchema machine: the archived schema with this name was purged with its properties"
        in capfd.readouterr().err
    )


def test_update_is_whole_and_read_from_the_list_while_reads_lag(
    accounts: RunningSimulators, waits: list[float]
) -> None:
    accounts.control.switches.set("hubspot.schema_read_lag", True)
    contract = Contract(accounts, "hubspot", KIND)
    made = contract.create()
    first = contract.update(made, {**example(KIND), "description": "Changed once."})
    changed = later(KIND)
    assert changed is not None
    again = contract.refresh(contract.update(first, {**changed, "description": "Changed twice."}))
    assert again is not None
    assert again.outputs["description"] == "Changed twice."
    assert again.outputs["labels"] == {"singular": "Device", "plural": "Devices"}


def test_properties_and_associations_of_others_stay(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    made = contract.create(later(KIND))
    back = contract.update(made, example(KIND))
    again = contract.refresh(back)
    assert again is not None
    assert not contract.changes(again, example(KIND))
    schema = next(iter(accounts.dump("hubspot")["schemas"].values()))
    assert [a["toObjectTypeId"] for a in schema["associations"]] == ["0-1", "0-3"]
    assert "model" in accounts.dump("hubspot")["properties"][schema["objectTypeId"]]


def test_removal_with_records_is_refused(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    made = contract.create()
    accounts.seed("hubspot", {"records": {"p48210773_machine": [{"serial": "A1"}]}})
    with pytest.raises(AuthorError, match="would lose data: 1 Machines exist\n    fix: delete them first"):
        contract.delete(made)


def test_unknown_property_and_fixed_parts_are_refused_at_preview(
    accounts: RunningSimulators, waits: list[float], open_session: OpenSession
) -> None:
    Contract(accounts, "hubspot", KIND).create({**example(KIND), "allows_sensitive_properties": True})
    session = open_session(writes=False)
    serial = {"name": "serial", "label": "Serial number", "type": "number", "field_type": "number"}
    asked = desired(properties=[serial], searchable_properties=["color"], allows_sensitive_properties=False)
    assert refusals(KIND, session, asked, session.find(KIND, "machine")) == [
        'HubSpot CustomObjectSchema "machine": "color" is not one of its properties\n'
        "    fix: declare it under properties; a Property resource is created only after the object",
        'HubSpot CustomObjectSchema "machine": type and has_unique_value of property "serial" cannot change after '
        "creation\n    fix: declare a new property instead",
        'HubSpot CustomObjectSchema "machine": allows_sensitive_properties cannot be turned off\n'
        "    fix: remove it, or set it to true",
    ]


def test_other_kinds_come_after_the_object_that_they_name() -> None:
    kinds = system_named("hubspot").kinds
    inputs = {"object": "machine", "name": "x", "group_name": "g", "property": "x", "rule_type": "URL"}
    for name in ("Property", "PropertyGroup", "Pipeline", "PropertyValidation"):
        kind = kinds[name]
        custom, standard = kind.parse(inputs), kind.parse({**inputs, "object": "deals"})
        assert ("CustomObjectSchema", "machine") in [(r.kind, r.name) for r in kind.references(custom)]
        assert "CustomObjectSchema" not in [r.kind for r in kind.references(standard)]


def test_custom_object_takes_properties_and_pipelines_by_its_bare_name(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    session = open_session()
    KIND.create(session, KIND.parse(example(KIND)))
    color = {
        "object": "machine",
        "name": "color",
        "label": "Color",
        "type": "string",
        "field_type": "text",
        "group_name": "machine_information",
    }
    stages = [{"id": "run", "label": "Running"}, {"id": "scrap", "label": "Scrapped", "state": "CLOSED"}]
    life = {"object": "machine", "name": "life", "label": "Life", "stages": stages}

    made = Property().create(session, Property().parse(color))
    pipeline = Pipeline().create(session, Pipeline().parse(life))

    assert made.name == "machine.color"
    assert session.find(Property(), "machine.color") is not None
    assert Pipeline().differences(life, Pipeline().managed_view(life, pipeline)) == []
    paths = [request.path for request in accounts.control.log.select(system="hubspot", writes_only=True)]
    assert paths[1:] == ["/crm/v3/properties/p48210773_machine", "/crm/v3/pipelines/p48210773_machine"]


def test_new_object_is_planned_together_with_all_that_belongs_to_it(
    open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    color = {"name": "color", "label": "Color", "type": "string", "field_type": "text", "group_name": "g"}
    stages = [{"id": "run", "label": "Running"}]
    permissions = [{"stage": "run", "mode": "OPEN", "users": [], "teams": []}]
    ends = {"from_object": "contacts", "to_object": "machine"}
    items = [
        ("CustomObjectSchema", example(KIND)),
        ("PropertyGroup", {"object": "machine", "name": "g", "label": "G"}),
        ("Property", {"object": "machine", **color}),
        ("PropertyValidation", {"object": "machine", "property": "color", "rule_type": "URL", "arguments": []}),
        ("Pipeline", {"object": "machine", "name": "life", "label": "Life", "stages": stages}),
        ("PipelineRules", {"object": "machine", "pipeline": "life", "no_backwards": ["run"]}),
        ("PipelineStagePermissions", {"object": "machine", "pipeline": "life", "stages": permissions}),
        ("AssociationLabel", {**ends, "name": "user", "label": "User", "inverse_label": "Used by"}),
    ]
    kinds = system_named("hubspot").kinds
    declared = [desired_resource(kinds[kind], one) for kind, one in items]
    monkeypatch.setattr(preflight_module, "trusted_desired", lambda *_: declared)

    assert preflight_module.preflight(open_session(writes=False), "test", "", lines(declared)) == []

    session = open_session()
    for item in declared:
        kind = kinds[item.kind]
        session.find(kind, item.name)  # the provider asks before it creates
        session.remember(kind, kind.create(session, kind.typed(item)))
        live = session.find(kind, item.name)
        assert live is not None
        assert kind.differences(item.inputs, kind.managed_view(item.inputs, live)) == []


def test_property_that_two_resources_declare_is_refused_at_preview(open_session: OpenSession) -> None:
    session = open_session(writes=False)
    session.declared = [
        DesiredResource("Property", "machine.serial", "machine.serial", {"object": "machine", "name": "serial"})
    ]
    assert refusals(KIND, session, desired(), None) == [
        'HubSpot CustomObjectSchema "machine": its property "serial" is also declared as a Property resource\n'
        "    fix: remove the Property, or, if the object already exists, the entry under properties"
    ]


def test_options_of_its_properties_that_records_have_are_at_stake(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    sizes = [{"label": value.capitalize(), "value": value} for value in ("small", "large")]
    size = {"name": "size", "label": "Size", "type": "enumeration", "field_type": "select", "options": sizes}
    inputs = {**example(KIND), "properties": [*example(KIND)["properties"], size]}
    session = open_session()
    KIND.create(session, KIND.parse(inputs))
    type_id = next(iter(accounts.dump("hubspot")["schemas"]))
    accounts.seed("hubspot", {"records": {type_id: [{"serial": "1", "size": "small"}]}})
    session = open_session(writes=False)
    live = session.find(KIND, "machine")
    assert live is not None
    narrowed = {**inputs, "properties": [*example(KIND)["properties"], {**size, "options": sizes[1:]}]}
    assert list(KIND.update_impact(session, KIND.parse(narrowed), live)) == [
        Impact(1, '1 machine has a value in "size" that would no longer be an option ("small" 1)')
    ]
    assert list(KIND.update_impact(session, KIND.parse(inputs), live)) == []


def test_preview_says_that_an_archived_object_of_the_name_is_purged(
    accounts: RunningSimulators, waits: list[float], open_session: OpenSession, capfd: pytest.CaptureFixture[str]
) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    contract.delete(contract.create())
    capfd.readouterr()
    assert refusals(KIND, open_session(writes=False), desired(), None) == []
    assert "an archived custom object has the name machine: creating it again purges that one" in capfd.readouterr().err
