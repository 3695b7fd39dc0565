"""Questions about properties, their validation rules, and lifecycle stages."""

from __future__ import annotations

from typing import Any

from revops_hubspot.api.versions import DATED, SEMANTIC
from revops_hubspot.probes.lab import (
    CONTACTS,
    HubSpotLab,
    in_version,
    message,
    status_of,
)
from revops_iac.provider.inspection.probe import Answer, Undecided

LIFECYCLE: dict[str, Any] = {"object": "contacts", "name": "lifecyclestage"}


def unknown_field(lab: HubSpotLab) -> Answer:
    """Whether a body may hold a field that the specification does not have."""
    status = status_of(lambda: lab.text_property("text", revopsProbe=1))
    return Answer({200: "ignore", 400: "refuse"}.get(status), f"a property with a field too many: {message(status)}")


def calculated_bool(lab: HubSpotLab) -> Answer:
    """Whether a calculated bool is refused without options; one with options shows that it is about these."""
    lab.needs_calculation()
    field: dict[str, Any] = {"type": "bool", "fieldType": "calculation_equation", "calculationFormula": "1 > 0"}
    options = [{"label": text, "value": text, "displayOrder": n} for n, text in enumerate(("true", "false"))]
    lab.text_property("with", **field, options=options)
    status = status_of(lambda: lab.text_property("without", **field))
    return Answer({200: False, 400: True}.get(status), f"a calculated bool without options: {message(status)}")


def lifecycle_options(lab: HubSpotLab) -> Answer:
    """Whether an option of lifecyclestage can be added and taken away through the properties API."""
    client = lab.client
    live = client.get("properties", "/{object}/{name}", **LIFECYCLE)
    before = [{key: o[key] for key in ("label", "value", "displayOrder", "hidden")} for o in live["options"]]
    name = lab.name("stage")
    added = [*before, {"label": name, "value": name, "displayOrder": len(before), "hidden": True}]

    def restore_original() -> None:
        now = client.get("properties", "/{object}/{name}", **LIFECYCLE)["options"]
        if any(option["value"] == name for option in now):
            client.write("PATCH", "properties", "/{object}/{name}", {"options": before}, **LIFECYCLE)

    lab.undo(f'option "{name}" of contacts.lifecyclestage', restore_original)
    status = status_of(lambda: client.write("PATCH", "properties", "/{object}/{name}", {"options": added}, **LIFECYCLE))
    if status not in (200, 400):
        return Answer(None, f"an option more: {message(status)}")
    now = client.get("properties", "/{object}/{name}", **LIFECYCLE)["options"]
    written = any(option["value"] == name for option in now)
    return Answer(written, f"an option more: {message(status)}, and it is {'there' if written else 'not there'}")


def lifecycle_stage(lab: HubSpotLab) -> Answer:
    """Whether a stage can be added to the lifecycle pipeline of contacts."""
    client = lab.client
    pipelines = client.get("pipelines", "/{object}", **CONTACTS)["results"]
    if not pipelines:
        raise Undecided("contacts have no lifecycle pipeline")
    label = lab.name("stage")
    ids: dict[str, Any] = {"object": "contacts", "pipeline": str(pipelines[0]["id"])}

    def remove() -> None:
        for stage in client.get("pipelines", "/{object}/{pipeline}/stages", **ids)["results"]:
            if stage["label"] == label:
                client.write("DELETE", "pipelines", "/{object}/{pipeline}/stages/{stage}", stage=stage["id"], **ids)

    lab.undo(f'stage "{label}" of the lifecycle pipeline of contacts', remove)
    body = {"label": label, "displayOrder": 99, "metadata": {"isClosed": "false", "state": "OPEN"}}
    status = status_of(lambda: client.write("POST", "pipelines", "/{object}/{pipeline}/stages", body, **ids))
    return Answer({200: True, 400: False}.get(status), f"a stage more in the lifecycle pipeline: {message(status)}")


def lifecycle_backwards(lab: HubSpotLab) -> Answer:
    """Whether a contact moves back from opportunity to lead without clearing the stage."""
    record = lab.contact("contact", {"lifecyclestage": "opportunity"})
    body = {"properties": {"lifecyclestage": "lead"}}
    status = status_of(lambda: lab.client.write("PATCH", "objects", "/{object}/{id}", body, id=record, **CONTACTS))
    stage = lab.values_of(record, "lifecyclestage")["lifecyclestage"]
    found = {"lead": True, "opportunity": False}.get(stage)
    return Answer(found, f"a move back: {message(status)}; the contact is then {stage}")


def validations(lab: HubSpotLab) -> Answer:
    """On which paths a rule of a property stops the write of a record."""
    name = lab.text_property("text")
    one: dict[str, Any] = {"object": "contacts", "property": name}
    client, path = in_version(lab.client, DATED), "/{object}/{property}/rule-type/MIN_LENGTH"
    client.write("PUT", "property_validations", path, {"ruleArguments": ["3"]}, **one)
    refused = {version: _is_refused(lab, version, name) for version in (SEMANTIC, DATED)}
    found = "always" if refused[SEMANTIC] else DATED if refused[DATED] else "never"
    where = " and ".join(version for version in refused if refused[version])
    return Answer(found, f"a value that breaks the rule is refused on {where or 'neither version'}")


def _is_refused(lab: HubSpotLab, version: str, name: str) -> bool:
    through = in_version(lab.client, version)
    status = status_of(lambda: lab.contact(f"of_{version[:2]}", {name: "x"}, through=through))
    if status not in (200, 400):
        raise Undecided(f"a contact that breaks the rule: {status} on {version}")
    return status == 400


MAKE_CONTACT = ("POST /crm/v3/objects/contacts",)
