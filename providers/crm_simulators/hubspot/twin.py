"""A portal that holds everything of a backup, as HubSpot answered it, and a few records that fit its properties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from crm_simulators.backup_files import BackupDocument
from crm_simulators.hubspot.errors import HubSpotError, JsonObject
from crm_simulators.hubspot.people import People
from crm_simulators.hubspot.portal.defaults import new_user
from crm_simulators.hubspot.portal.object_types import ObjectType
from crm_simulators.hubspot.portal.portal import Portal
from crm_simulators.hubspot.properties.definitions import DEFAULTS
from crm_simulators.hubspot.properties.properties import Properties
from crm_simulators.hubspot.records.records import Records

SAMPLES = 3
"""Records of each object."""
SAMPLE_OBJECTS = ("contacts", "companies", "deals")
COUNTERS = {"lists": "list", "flows": "flow", "association_labels": "association type"}
"""The numbers that HubSpot makes, by area: new ones go on after those of the backup."""
REDACTED = "https://redacted.example/"
"""Where a webhook of the twin goes: a backup keeps no address."""


def hold(portal: Portal, documents: Iterable[BackupDocument]) -> list[JsonObject]:
    """Replace what the backup has read; returns what cannot be stored, as `{"type", "name", "parts"}`."""
    areas: dict[str, list[BackupDocument]] = {}
    for document in documents:
        areas.setdefault(document.type, []).append(document)
    order = ["account", "teams", "owners", "schemas", *sorted(areas.keys() - {*LATER, "account", "teams", "owners"})]
    unknown: list[JsonObject] = []
    for area in [*dict.fromkeys(order), *LATER]:
        if area == "lists":
            add_samples(portal)  # before workflows run, and as people would have entered them
        if area in areas:
            unknown += _take(portal, area, areas[area])
    _count_on(portal)
    return unknown


LATER = ("lists", "flows")


def _take(portal: Portal, area: str, documents: list[BackupDocument]) -> list[JsonObject]:
    kind, _, object_name = area.partition("/")
    if kind in TAKERS:
        TAKERS[kind](portal, documents)
        return []
    try:
        object_type = _object_type(portal, object_name)
    except HubSpotError:
        object_type = None
    if kind not in TAKERS_BY_OBJECT or object_type is None:
        return [{"type": area, "name": document.name, "parts": ["*"]} for document in documents]
    TAKERS_BY_OBJECT[kind](portal, object_type, documents)
    return []


def _object_type(portal: Portal, name: str) -> ObjectType:
    """The object type of an area: backups call a custom object by its bare name. Raises HubSpotError."""
    full_names = {schema["name"]: schema["fullyQualifiedName"] for schema in portal.area("schemas").values()}
    return portal.object_type(full_names.get(name, name))


def _account(portal: Portal, documents: list[BackupDocument]) -> None:
    for document in documents:
        portal.state["account"].update(document.content)


def _teams(portal: Portal, documents: list[BackupDocument]) -> None:
    portal.state["teams"] = {str(one.content["id"]): dict(one.content) for one in documents}


def _owners(portal: Portal, documents: list[BackupDocument]) -> None:
    """Owners as the users behind them; the users of the simulated tokens stay."""
    for document in documents:
        owner = document.content
        user_id = str(owner.get("userId") or owner.get("userIdIncludingInactive") or owner["id"])
        teams = owner.get("teams") or []
        own = [str(team["id"]) for team in teams if team.get("primary")]
        more = {
            **{name: owner[name] for name in ("firstName", "lastName", "createdAt", "updatedAt") if owner.get(name)},
            "primaryTeamId": own[0] if own else None,
            "secondaryTeamIds": [str(team["id"]) for team in teams if not team.get("primary")],
            "archived": not owner.get("userId"),
        }
        email = str(owner.get("email") or "")
        portal.area("users")[user_id] = new_user(user_id, str(owner["id"]), email, portal.now(), **more)


def _forms(portal: Portal, documents: list[BackupDocument]) -> None:
    portal.state["forms"] = {one.name: {"archived": False, **one.content} for one in documents}


def _schemas(portal: Portal, documents: list[BackupDocument]) -> None:
    schemas = portal.area("schemas")
    for document in documents:
        schema = {"archived": False, **document.content}
        schemas[str(schema["objectTypeId"])] = schema


def _groups(portal: Portal, object_type: ObjectType, documents: list[BackupDocument]) -> None:
    portal.area("groups")[object_type.id] = {one.name: {"archived": False, **one.content} for one in documents}


def _properties(portal: Portal, object_type: ObjectType, documents: list[BackupDocument]) -> None:
    known = portal.area("properties", object_type.id)
    kept = {name: one for name, one in known.items() if one.get("hubspotDefined") and name.startswith("hs_")}
    portal.area("properties")[object_type.id] = {**kept, **{one.name: _definition(one.content) for one in documents}}


def _definition(content: Mapping[str, Any]) -> JsonObject:
    """A property as it was answered, with what an answer may leave out."""
    is_defined = bool(content.get("hubspotDefined"))
    is_calculated = str(content.get("fieldType")).startswith("calculation")
    metadata = {"archivable": not is_defined, "readOnlyDefinition": is_defined, "readOnlyValue": is_calculated}
    made = {**DEFAULTS, "options": [], "calculated": is_calculated, "modificationMetadata": metadata}
    return {**made, **content}


def _validations(portal: Portal, object_type: ObjectType, documents: list[BackupDocument]) -> None:
    rules = portal.area("property_validations", object_type.id)
    for one in documents:
        rules[one.name] = {str(rule["ruleType"]): dict(rule) for rule in one.content["propertyValidationRules"]}


def _pipelines(portal: Portal, object_type: ObjectType, documents: list[BackupDocument]) -> None:
    portal.area("pipelines")[object_type.id] = {one.name: {"archived": False, **one.content} for one in documents}


def _pipeline_rules(portal: Portal, object_type: ObjectType, documents: list[BackupDocument]) -> None:
    portal.area("pipeline_rules")[object_type.id] = {one.name: dict(one.content) for one in documents}


def _labels(portal: Portal, documents: list[BackupDocument]) -> None:
    """Labels of a company's own. An answer says neither their names nor which two belong together: numbers made one
    after the other do [O]."""
    found: dict[int, JsonObject] = {}
    for document in documents:
        start, _dot, end = document.name.partition(".")
        pair = [_object_type(portal, start).id, _object_type(portal, end).id]
        for entry in document.content["results"]:
            if entry.get("category") == "USER_DEFINED":
                found[int(entry["typeId"])] = {
                    "pair": pair,
                    "label": entry["label"],
                    "name": f"label_{entry['typeId']}",
                }
    labels = portal.area("association_labels")
    for type_id, label in found.items():
        others = [near for near in (type_id + 1, type_id - 1) if found.get(near, {}).get("pair") == label["pair"][::-1]]
        labels[str(type_id)] = {**label, "inverse": others[0] if others else type_id}


def _lists(portal: Portal, documents: list[BackupDocument]) -> None:
    now = portal.now()
    made: JsonObject = {"listVersion": 1, "processingStatus": "COMPLETE", "listFolderId": 0, "filterBranch": None}
    made |= {"createdAt": now, "updatedAt": now, "memberIds": []}
    portal.state["lists"] = {one.name: {**made, **one.content, "listId": one.name} for one in documents}


def _flows(portal: Portal, documents: list[BackupDocument]) -> None:
    portal.state["flows"] = {one.name: _revealed({"actions": [], **one.content}) for one in documents}


def _revealed(value: Any) -> Any:
    """A text in place of each secret that a backup left out."""
    if isinstance(value, dict):
        if set(value) == {"secret"}:
            return f"{REDACTED}{str(value['secret']).replace(' ', '-')}"
        return {key: _revealed(inner) for key, inner in value.items()}
    return [_revealed(inner) for inner in value] if isinstance(value, list) else value


TAKERS: Mapping[str, Callable[[Portal, list[BackupDocument]], None]] = {
    "account": _account,
    "teams": _teams,
    "owners": _owners,
    "forms": _forms,
    "schemas": _schemas,
    "association_labels": _labels,
    "lists": _lists,
    "flows": _flows,
}
TAKERS_BY_OBJECT: Mapping[str, Callable[[Portal, ObjectType, list[BackupDocument]], None]] = {
    "property_groups": _groups,
    "properties": _properties,
    "property_validations": _validations,
    "pipelines": _pipelines,
    "pipeline_rules": _pipeline_rules,
}


def _count_on(portal: Portal) -> None:
    """New numbers come after those of the backup."""
    counters = portal.area("counters")
    for area, counter in COUNTERS.items():
        numbers = [int(key) for key in portal.area(area) if str(key).isdecimal()]
        if numbers:
            counters[counter] = max(counters.get(counter, 0), *numbers)
    if schemas := [int(str(key).removeprefix("2-")) for key in portal.area("schemas")]:
        counters["schema"] = max(schemas)
    users = portal.area("users").values()
    for counter, key in (("user", "id"), ("owner", "ownerId")):
        counters[counter] = max(int(user[key]) for user in users if str(user[key]).isdecimal())


# --- sample records -------------------------------------------------------------------------------------------------


def add_samples(portal: Portal) -> int:
    """Records with a value in every property that takes one. Returns how many."""
    properties = Properties(portal)
    records = Records(portal, properties, People(portal))
    made = 0
    for name in SAMPLE_OBJECTS:
        object_type = portal.object_type(name)
        for number in range(1, SAMPLES + 1):
            made += _add_sample(records, object_type, _sample(properties.active(object_type.id), number))
    return made


def _add_sample(records: Records, object_type: ObjectType, values: JsonObject) -> int:
    """One record; without the values that are refused, one by one."""
    left = dict(values)
    while True:
        try:
            records.create(object_type, left)
        except HubSpotError as problem:
            refused = [key for key in left if f'"{key}"' in problem.message or f" {key} " in problem.message]
            if not left:
                return 0
            for key in refused or list(left)[:1]:
                del left[key]
        else:
            return 1


def _sample(definitions: Mapping[str, JsonObject], number: int) -> JsonObject:
    return {
        name: value
        for name, definition in definitions.items()
        if _takes(definition) and (value := _value(name, definition, number)) is not None
    }


def _takes(definition: JsonObject) -> bool:
    """Whether people fill it: their own properties, and those that every record is known by."""
    is_known_by = definition["name"] in ("email", "firstname", "lastname", "name", "domain", "dealname", "amount")
    locked = definition.get("calculated") or definition["modificationMetadata"].get("readOnlyValue")
    return not locked and (is_known_by or not definition.get("hubspotDefined"))


def _value(name: str, definition: JsonObject, number: int) -> str | None:
    options = [option["value"] for option in definition.get("options") or () if not option.get("hidden")]
    if definition["type"] == "enumeration":
        return str(options[number % len(options)]) if options else None
    made = {
        "number": str(10 * number),
        "date": f"2026-0{number}-15",
        "datetime": f"2026-0{number}-15T09:00:00Z",
        "bool": "true" if number % 2 else "false",
        "string": f"Sample {number}",
    }.get(definition["type"])
    return {"email": f"sample{number}@twin.example", "domain": f"sample{number}.example"}.get(name, made)
