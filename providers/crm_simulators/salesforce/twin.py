"""An org that holds everything of a backup: saved by the rules where these take it, else kept as it was written."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from crm_simulators.backup_files import BackupDocument
from crm_simulators.control import JsonObject
from crm_simulators.salesforce.errors import MetadataError, RestError, SoapFault
from crm_simulators.salesforce.http import login
from crm_simulators.salesforce.metadata.deployment import keep_files
from crm_simulators.salesforce.metadata.metadata_api import save
from crm_simulators.salesforce.metadata.package import has_content
from crm_simulators.salesforce.metadata.places import place_of
from crm_simulators.salesforce.metadata.registry import RANKS, TYPES
from crm_simulators.salesforce.org.fields import Field, fields_of
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.rows.derived_fields import completed, with_defaults
from crm_simulators.salesforce.setup.sandbox import renamed
from crm_simulators.salesforce.xml.component_xml import Body, parse_component, parse_untyped

SAMPLES = 3
SAMPLE_OBJECTS = ("Account", "Contact", "Lead", "Opportunity")
ROWS = "records/"
Refused = list[JsonObject]


def hold(org: Org, documents: Iterable[BackupDocument]) -> Refused:
    """Replace and add what the backup has; returns what the rules refuse: `{"type", "name", "parts", "refused"}`."""
    found = list(documents)
    components = [one for one in found if not one.type.startswith(ROWS)]
    rows = [one for one in found if one.type.startswith(ROWS)]
    _people(org, rows)
    refused = _components(org, sorted(components, key=lambda one: RANKS.get(one.type, len(RANKS))))
    _assignments(org, rows)
    add_samples(org)
    return refused


def _of(rows: Iterable[BackupDocument], sobject: str) -> list[Mapping[str, Any]]:
    return [one.content for one in rows if one.type == f"{ROWS}{sobject}"]


def _people(org: Org, rows: list[BackupDocument]) -> None:
    """The organization by its own id, its profiles and its users; the simulated administrator stays."""
    for row in _of(rows, "Organization"):
        _become(org, row)
    profiles = {str(row["Name"]): str(row["Id"]) for row in org.table("Profile").values()}
    standard = org.table("Profile")[profiles["Standard User"]]
    for row in _of(rows, "Profile"):
        if row["Name"] not in profiles:
            org.table("Profile")[str(row["Id"])] = {**standard, **row}
    profiles = {str(row["Name"]): str(row["Id"]) for row in org.table("Profile").values()}
    administrator = org.select("User", Username=login.ADMIN_USERNAME)[0]
    for row in _of(rows, "User"):
        own = {key: value for key, value in row.items() if "." not in key}
        if not org.select("User", Username=own["Username"]):
            name = " ".join(part for part in (own.get("FirstName"), own.get("LastName")) if part)
            profile = profiles.get(str(row.get("Profile.Name")), standard["Id"])
            more = {"Name": name, "ProfileId": profile, "Alias": str(own["Username"])[:8]}
            org.table("User")[str(own["Id"])] = {**administrator, **more, **own}


def _become(org: Org, row: Mapping[str, Any]) -> None:
    """The org of the backup: with its id, under which everything here refers to it."""
    old, new = org.organization_id, str(row["Id"])
    if old != new:
        org.load(renamed(org.dump(), {old: new}))
        user = org.select("User", Username=login.ADMIN_USERNAME)[0]
        org.sessions.clear()
        org.sessions[login.first_token(new)] = user["Id"]
    org.organization.update(row)


def _components(org: Org, documents: list[BackupDocument]) -> Refused:
    """Saved in the order of a deployment, what was refused once more after the others: it may have needed them."""
    refused: Refused = []
    waiting = [one for one in documents if not _is_there(org, one) and _refusal(org, one)]
    for one in waiting:
        if problem := _refusal(org, one):
            org.store(one.type, one.name, _body(one))
            refused.append({"type": one.type, "name": one.name, "parts": ["*"], "refused": problem})
    org.changed()
    return refused


def _is_there(org: Org, document: BackupDocument) -> bool:
    """Whether every org has it so: standard objects, settings that nobody touched, empty value sets."""
    kind = TYPES.get(document.type)
    live = kind.read(org, document.name) if kind is not None else None
    return live is not None and all(live.get(key) == value for key, value in _body(document).items())


def _refusal(org: Org, document: BackupDocument) -> str:
    """Saves a component; returns why the rules here refuse it, empty when they took it."""
    try:
        body = _body(document)
        save(org, document.type, document.name, body, "upsert")
        if beside := _beside(document):
            keep_files(org, document.type, document.name, beside)
        if document.type == "MatchingRule":  # a save activates it in the background; there it has been active for long
            org.of_type(document.type)[document.name]["body"]["ruleStatus"] = body.get("ruleStatus", "Inactive")
    except (MetadataError, RestError, SoapFault) as problem:
        return str(problem.message)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        return f"{type(problem).__name__}: {problem}"
    return ""


def _files(document: BackupDocument) -> dict[str, bytes]:
    """The files of a component by path, of a type whose XML lies beside a file of another language."""
    if isinstance(document.content, str):
        return {}
    return {
        path: base64.b64decode(one["base64"]) if isinstance(one, dict) else "\n".join(one).encode()
        for path, one in document.content["files"].items()
    }


def _beside(document: BackupDocument) -> dict[str, str]:
    """What lies beside the XML, as the org keeps it; not the one file that is an element of the component."""
    files = _files(document)
    place = next((place_of(path, text) for path, text in files.items()), None)
    if place is None or has_content(document.type):
        return {}
    return {name: base64.b64encode(text).decode() for name, text in place.definition(files)[1].items()}


def _body(document: BackupDocument) -> Body:
    files = _files(document)
    place = next((place_of(path, text) for path, text in files.items()), None)
    own, beside = place.definition(files) if place is not None else (None, {})
    if files and own is None:
        return {}
    body = _parsed(document, files[own] if own else document.content.encode())
    if has_content(document.type) and beside:
        body["content"] = base64.b64encode(next(iter(beside.values()))).decode()
    return body


def _parsed(document: BackupDocument, text: bytes) -> Body:
    node = etree.fromstring(text)
    try:
        body = parse_component(node, document.type, newer=True)
    except MetadataError:
        body = parse_untyped(node)
    body.pop("fullName", None)
    return body


def _assignments(org: Org, rows: list[BackupDocument]) -> None:
    users = {str(row["Username"]): row for row in org.table("User").values()}
    administrator = org.select("User", Username=login.ADMIN_USERNAME)[0]
    for row in _of(rows, "PermissionSetAssignment"):
        component = org.of_type("PermissionSet").get(str(row.get("PermissionSet.Name")))
        user = users.get(str(row.get("Assignee.Username")))
        if component is not None and user is not None:
            link = {"PermissionSetId": component["id"], "AssigneeId": user["Id"], "IsActive": True}
            org.insert("PermissionSetAssignment", link, administrator["Id"])


# --- sample records -------------------------------------------------------------------------------------------------


def add_samples(org: Org) -> int:
    """Records with a value in every field of people's own that takes one. Returns how many."""
    user = org.select("User", Username=login.ADMIN_USERNAME)[0]
    made = 0
    for sobject in SAMPLE_OBJECTS:
        fields = fields_of(org, sobject)
        for number in range(1, SAMPLES + 1):
            found = {name: _value(org, name, field, number) for name, field in fields.items()}
            values = {name: value for name, value in found.items() if value is not None}
            row = with_defaults(org, fields, values, user)
            completed(org, sobject, row, None)
            row.update(values)
            org.insert(sobject, row, user["Id"])
            made += 1
    return made


def _value(org: Org, name: str, field: Field, number: int) -> Any:
    """What a person might have entered; None where the field stays empty."""
    known = {
        "LastName": f"Sample {number}",
        "Name": f"Sample {number}",
        "Company": f"Sample {number}",
        "Email": f"sample{number}@twin.example",
        "CloseDate": f"2026-0{number}-15",
    }
    if name in known or field.custom is None or field.formula:
        return known.get(name)
    if field.type in ("picklist", "multipicklist"):
        options = _options(org, field.custom)
        return options[number % len(options)] if options else None
    made: dict[str, Any] = {
        **dict.fromkeys(("string", "textarea"), f"Sample {number}"),
        **dict.fromkeys(("double", "currency", "percent", "int"), number),
        "boolean": bool(number % 2),
        "date": f"2026-0{number}-15",
        "datetime": f"2026-0{number}-15T09:00:00.000+0000",
        "email": f"sample{number}@twin.example",
    }
    return made.get(field.type)


def _options(org: Org, custom: Body) -> list[str]:
    """The values of a picklist, of its own or of a global set."""
    value_set = custom.get("valueSet") or {}
    own = (value_set.get("valueSetDefinition") or {}).get("value") or []
    shared = (org.body("GlobalValueSet", str(value_set.get("valueSetName") or "")) or {}).get("customValue") or []
    return [str(one["fullName"]) for one in [*own, *shared]]
