"""Reads one contact or deal with the properties of the model:
https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/basic/get-crm-v3-objects-contacts-contactId"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from revops_hubspot.api import directory
from revops_hubspot.api.client import HubSpotClient
from revops_iac.provider.records import FoundRecord, RecordObject, VendorNames

OBJECTS = {"contact": "contacts", "deal": "deals"}
OWNER = "hubspot_owner_id"


def read_record(
    client: HubSpotClient, object_name: RecordObject, who: str, names: VendorNames, at: datetime | None = None
) -> FoundRecord | None:
    """The record with this e-mail address or id, None when there is none; as it was `at` a moment. Raises AccountError.

    HubSpot keeps the latest values of each property with their times, 45 of a contact's and 20 of a deal's [K].
    """
    object_ = OBJECTS[object_name]
    properties = {ref: _property(object_, given) for ref, given in names.items()}
    fields = sorted({name for name in properties.values() if name} | {OWNER})
    parameter = "properties" if at is None else "propertiesWithHistory"
    query: dict[str, Any] = {parameter: fields, **({"idProperty": "email"} if "@" in who else {})}
    found = client.find("objects", "/{object}/{record}", query, object=object_, record=who)
    if found is None:
        return None
    live = found["properties"] if at is None else _at(found["propertiesWithHistory"], at)
    values = {ref: live.get(name) for ref, name in properties.items() if name}
    owner = live.get(OWNER)
    logins = {identifier: login for login, identifier in directory.owner_ids(client).items()} if owner else {}
    changed = found.get("updatedAt")
    moment = datetime.fromisoformat(str(changed)) if changed else None
    return FoundRecord(f"{object_name} {found['id']}", moment, values, logins.get(str(owner)) if owner else None)


def _at(histories: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The value of each property at a moment: the latest of those that are not later."""
    found = {}
    for name, history in histories.items():
        earlier = [entry for entry in history if datetime.fromisoformat(str(entry["timestamp"])) <= at]
        latest = max(earlier, key=lambda entry: datetime.fromisoformat(str(entry["timestamp"])), default=None)
        found[name] = latest["value"] if latest else None
    return found


def _property(object_: str, given: Any) -> str | None:
    """The property of the object among the names of a field."""
    own = [name.partition(".")[2] for name in given if name.startswith(f"{object_}.")]
    bare = [name for name in given if "." not in name]
    return next(iter([*bare, *own]), None)
