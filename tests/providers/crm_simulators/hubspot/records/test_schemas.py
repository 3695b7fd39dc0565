"""Custom objects: schemas, their properties, records and pipelines."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot

ROOT = "/crm-object-schemas/v3/schemas"
FULL = "p48210773_machine"


def machine(**values: Any) -> dict[str, Any]:
    serial = {"name": "serial", "label": "Serial", "type": "string", "fieldType": "text"}
    return {
        "name": "machine",
        "labels": {"singular": "Machine", "plural": "Machines"},
        "primaryDisplayProperty": "serial",
        "properties": [serial],
        **values,
    }


def test_own_client_creates_reads_updates_and_archives(client: HubSpot) -> None:
    api = client.crm.schemas.core_api
    body = machine(requiredProperties=["serial"], searchableProperties=[], associatedObjects=["CONTACT"])
    made = api.create(body)
    assert (made.object_type_id, made.fully_qualified_name) == ("2-41000001", FULL)
    assert "hs_object_id" in [p.name for p in made.properties]
    assert [a.to_object_type_id for a in made.associations] == ["0-1"]
    assert api.update(FULL, {"labels": {"singular": "Device", "plural": "Devices"}}).labels.plural == "Devices"
    assert [s.name for s in api.get_all().results] == ["machine"]
    deals = api.create_association("2-41000001", {"fromObjectTypeId": "2-41000001", "toObjectTypeId": "0-3"})
    assert api.archive_association(FULL, deals.id) is None
    assert api.archive(FULL) is None
    assert api.get_all().results == []
    assert [s.name for s in api.get_all(archived=True).results] == ["machine"]


@pytest.mark.parametrize("path", [ROOT, "/crm-object-schemas/2026-03/schemas", "/crm-object-schemas/2026-09/schemas"])
def test_dated_paths_are_aliases(api: Any, path: str) -> None:
    assert api("POST", path, machine())[0] == 201
    assert api("GET", f"{path}/2-41000001")[1]["name"] == "machine"


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"primaryDisplayProperty": None}, 400, "A primary display property is required"),
        ({"requiredProperties": ["nope"]}, 400, "Property nope does not exist on object type machine"),
        ({"secondaryDisplayProperties": ["serial"] * 3}, 400, "At most 2 secondary display properties are allowed"),
        (
            {"name": "1st"},
            400,
            'Object type name "1st" is invalid: a letter, then letters, digits or _, up to 50',
        ),
        (
            {"labels": {"singular": "Machine"}},
            400,
            "Cannot build ObjectTypeDefinitionLabels, some of required attributes are not set [plural]",
        ),
    ],
)
def test_what_is_no_schema_is_refused(api: Any, change: dict[str, Any], status: int, message: str) -> None:
    answered, body = api("POST", ROOT, machine(**change))
    assert (answered, body["message"]) == (status, message)
    assert api("GET", ROOT)[1] == {"results": []}
    assert api("GET", "/crm/v3/properties/2-41000001")[0] == 400


def test_name_that_is_active_is_refused_or_answered_by_switch(sims: RunningSimulators, api: Any) -> None:
    api("POST", ROOT, machine())
    assert api("POST", ROOT, machine())[0] == 409
    assert api("POST", ROOT, machine(name="MACHINE"))[0] == 409
    sims.control.switches.set("hubspot.schema_create_of_active_name", 201)
    status, body = api("POST", ROOT, machine(labels={"singular": "X", "plural": "Xs"}))
    assert (status, body["labels"]["plural"]) == (201, "Machines")


def test_object_answers_to_its_full_name_and_type_id_only(api: Any) -> None:
    api("POST", ROOT, machine())
    assert api("GET", f"/crm/v3/properties/{FULL}/serial")[0] == 200
    assert api("GET", "/crm/v3/properties/2-41000001/serial")[0] == 200
    status, body = api("GET", "/crm/v3/properties/machine/serial")
    assert (status, body["message"]) == (400, "Unable to infer object type from: machine")


def test_schema_with_records_is_not_archived(api: Any) -> None:
    api("POST", ROOT, machine())
    status, record = api("POST", f"/crm/v3/objects/{FULL}", {"properties": {"serial": "A1"}})
    assert status == 201
    status, body = api("DELETE", f"{ROOT}/{FULL}")
    assert (status, body["errors"][0]["code"]) == (400, "EXISTING_OBJECT_RECORDS")
    api("DELETE", f"/crm/v3/objects/{FULL}/{record['id']}")
    assert api("DELETE", f"{ROOT}/{FULL}") == (204, "")


def test_archived_schema_is_purged_on_demand_and_by_create(api: Any) -> None:
    api("POST", ROOT, machine())
    assert api("DELETE", f"{ROOT}/2-41000001", archived="true")[0] == 400
    api("DELETE", f"{ROOT}/2-41000001")
    assert api("POST", ROOT, machine())[1]["objectTypeId"] == "2-41000002"
    assert api("GET", f"{ROOT}?archived=true")[1] == {"results": []}
    api("DELETE", f"{ROOT}/{FULL}")
    assert api("DELETE", f"{ROOT}/2-41000002?archived=true") == (204, "")
    assert api("GET", f"{ROOT}?archived=true")[1] == {"results": []}


def test_reads_lag_behind_a_patch_by_switch_and_lists_do_not(sims: RunningSimulators, api: Any) -> None:
    api("POST", ROOT, machine(description="Old"))
    sims.control.switches.set("hubspot.schema_read_lag", True)
    api("PATCH", f"{ROOT}/{FULL}", {"description": "New"})
    assert {api("GET", f"{ROOT}/{FULL}")[1]["description"] for _ in range(4)} == {"Old", "New"}
    assert [s["description"] for s in api("GET", ROOT)[1]["results"]] == ["New"]
    partial = api("PATCH", f"{ROOT}/{FULL}", {"searchableProperties": ["serial"]})[1]
    assert (partial["description"], partial["searchableProperties"]) == ("Old", ["serial"])


def test_first_pipeline_brings_its_properties(api: Any) -> None:
    api("POST", ROOT, machine())
    root = f"/crm/v3/pipelines/{FULL}"
    stages = [
        {"label": "Running", "displayOrder": 0, "stageId": "run", "metadata": {}},
        {"label": "Scrapped", "displayOrder": 1, "stageId": "scrap", "metadata": {"state": "CLOSED"}},
    ]
    assert api("GET", f"/crm/v3/properties/{FULL}/hs_pipeline")[0] == 404
    assert api("POST", root, {"pipelineId": "life", "label": "Life", "displayOrder": 0, "stages": stages})[0] == 201
    made = api("GET", f"{root}/life/stages")[1]["results"]
    assert [stage["metadata"] for stage in made] == [
        {"isClosed": "false", "state": "OPEN"},
        {"isClosed": "true", "state": "CLOSED"},
    ]
    options = api("GET", f"/crm/v3/properties/{FULL}/hs_pipeline_stage")[1]["options"]
    assert [option["value"] for option in options] == ["run", "scrap"]
    body = {"properties": {"serial": "A1", "hs_pipeline_stage": "run"}}
    record = api("POST", f"/crm/v3/objects/{FULL}", body)[1]
    shown = api("GET", f"/crm/v3/objects/{FULL}/{record['id']}", properties="hs_pipeline")[1]
    assert shown["properties"]["hs_pipeline"] == "life"
    assert api("DELETE", f"{root}/life?validateReferencesBeforeDelete=true")[0] == 400


def test_custom_objects_need_the_enterprise_tier(sims: RunningSimulators, api: Any) -> None:
    assert api("GET", "/crm/v3/limits/custom-object-types") == (200, {"limit": 10, "usage": 0, "percentage": 0.0})
    sims.seed("hubspot", {"account": {"tier": "professional"}})
    assert api("POST", ROOT, machine())[0] == 403


def test_schema_can_be_seeded_before_its_records(sims: RunningSimulators, api: Any) -> None:
    sims.seed("hubspot", {"schemas": [machine()], "records": {FULL: [{"serial": "A1"}, {"serial": "A2"}]}})
    assert api("POST", f"/crm/v3/objects/{FULL}/search", {})[1]["total"] == 2


def test_record_without_a_required_property_is_refused(api: Any) -> None:
    api("POST", ROOT, machine(requiredProperties=["serial"]))
    status, answer = api("POST", f"/crm/v3/objects/{FULL}", {"properties": {}})
    assert (status, answer["errors"][0]["context"]) == (400, {"propertyName": ["serial"]})
    status, made = api("POST", f"/crm/v3/objects/{FULL}", {"properties": {"serial": "A1"}})
    assert (status, made["properties"].get("hs_object_id")) == (201, made["id"])


def test_association_without_a_date_says_none(client: HubSpot, api: Any) -> None:
    """The schema wants a text or nothing, never null."""
    client.crm.schemas.core_api.create(machine(associatedObjects=["CONTACT"]))
    _, found = api("GET", f"{ROOT}/{FULL}")
    assert [{"createdAt", "updatedAt"} & one.keys() for one in found["associations"]] == [set()]
