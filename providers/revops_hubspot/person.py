"""Reads one contact or deal with the properties of the model and their history:
https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/basic/get-crm-v3-objects-contacts-contactId"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from revops_hubspot.api import directory
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.errors import Json
from revops_iac.provider.inspection.records import OWNER, Edit, FoundRecord, RecordObject, VendorNames

OBJECTS = {"contact": "contacts", "deal": "deals"}
OWNER_PROPERTY = "hubspot_owner_id"
IN_THE_APP = ("CRM_UI", "MOBILE")
"""How the source types of changes begin that a person made in HubSpot [S: property histories in public code]."""


def read_record(
    client: HubSpotClient, object_name: RecordObject, who: str, names: VendorNames, at: datetime | None = None
) -> FoundRecord | None:
    """The record with this e-mail address or id, None when there is none; as it was `at` a moment. Raises AccountError.

    HubSpot keeps the latest values of each property with their times, 45 of a contact's and 20 of a deal's [K].
    """
    object_ = OBJECTS[object_name]
    properties = {ref: name for ref, given in names.items() if (name := _property(object_, given))}
    fields = sorted({*properties.values(), OWNER_PROPERTY})
    query: dict[str, Any] = {"properties": fields, "propertiesWithHistory": fields}
    query |= {"idProperty": "email"} if "@" in who else {}
    found = client.find("objects", "/{object}/{record}", query, object=object_, record=who)
    if found is None:
        return None
    histories = {name: _until(at, entries) for name, entries in (found.get("propertiesWithHistory") or {}).items()}
    live = found["properties"] if at is None else {name: _newest(history) for name, history in histories.items()}
    values = {ref: live.get(name) for ref, name in properties.items()}
    logins = {identifier: login for login, identifier in directory.owner_ids(client).items()}
    edits = dict(_edits(client, {**properties, OWNER: OWNER_PROPERTY}, histories))
    owner, changed = live.get(OWNER_PROPERTY), _moment(found.get("updatedAt"))
    shown, note = f"{object_name} {found['id']}", _note(_moment(found.get("createdAt")), at)
    return FoundRecord(shown, changed, values, logins.get(str(owner)) if owner else None, note, edits)


def _until(at: datetime | None, entries: list[Json]) -> list[Json]:
    """The values that a property had until a moment, the newest first."""
    ordered = sorted(entries, key=lambda entry: datetime.fromisoformat(str(entry["timestamp"])), reverse=True)
    return [entry for entry in ordered if at is None or datetime.fromisoformat(str(entry["timestamp"])) <= at]


def _newest(history: list[Json]) -> Any:
    return history[0]["value"] if history else None


def _edits(
    client: HubSpotClient, properties: Mapping[str, str], histories: Mapping[str, list[Json]]
) -> Iterator[tuple[str, Edit]]:
    """The last change of each property."""
    for reference, name in properties.items():
        if history := histories.get(name):
            last, before = history[0], history[1]["value"] if len(history) > 1 else None
            source = str(last.get("sourceType") or "")
            at = datetime.fromisoformat(str(last["timestamp"]))
            how: Literal["manual", "automatic"] = "manual" if source.startswith(IN_THE_APP) else "automatic"
            yield reference, Edit(at, _author(client, last, source), how, before)


def _author(client: HubSpotClient, entry: Json, source: str) -> str:
    user = entry.get("updatedByUserId")
    logins = {identifier: login for login, identifier in directory.user_ids(client).items()} if user else {}
    return logins.get(str(user)) or str(entry.get("sourceLabel") or source.replace("_", " ").lower())


def _note(created: datetime | None, at: datetime | None) -> str:
    if at is None or created is None or created <= at:
        return ""
    return f"the record was created later, on {created:%Y-%m-%d %H:%M} UTC"


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None


def _property(object_: str, given: Any) -> str | None:
    """The property of the object among the names of a field."""
    own = [name.partition(".")[2] for name in given if name.startswith(f"{object_}.")]
    bare = [name for name in given if "." not in name]
    return next(iter([*bare, *own]), None)
