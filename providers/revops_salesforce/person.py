"""Reads one lead, contact or opportunity with the fields of the model, by SOQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from revops_iac.provider.records import FoundRecord, RecordObject, VendorNames
from revops_salesforce.api.client import SalesforceClient, quoted

OBJECTS: Mapping[RecordObject, Mapping[str, str]] = {
    "contact": {"Lead": "00Q", "Contact": "003"},
    "deal": {"Opportunity": "006"},
}
"""Object of the model -> objects of the org, the newer stage of a person first, with the prefix of their ids [D]."""


NO_HISTORY = "values are those of today: field history is kept only where an administrator switched it on"


def read_record(
    client: SalesforceClient, object_name: RecordObject, who: str, names: VendorNames, at: datetime | None = None
) -> FoundRecord | None:
    """The record with this e-mail address or id, None when there is none; a lead that was not converted comes first.

    Its values are those of today, which the note says where another moment was asked for.
    """
    for sobject, prefix in OBJECTS[object_name].items():
        is_asked = "@" in who or who.startswith(prefix)
        if is_asked and (found := _read(client, sobject, who, names)):
            return found if at is None else replace(found, note=NO_HISTORY)
    return None


def _read(client: SalesforceClient, sobject: str, who: str, names: VendorNames) -> FoundRecord | None:
    described = client.get(f"sobjects/{sobject}/describe")["fields"]
    there = {str(field["name"]) for field in described}  # the org may not have every field of the model yet
    fields = {ref: field for ref, given in names.items() if (field := _field(sobject, given)) in there}
    key = "Email" if "@" in who else "Id"
    open_only = " AND IsConverted = false" if sobject == "Lead" else ""
    selected = ", ".join(sorted({"Id", "OwnerId", "LastModifiedDate", *fields.values()}))
    found = client.query(f"SELECT {selected} FROM {sobject} WHERE {key} = {quoted(who)}{open_only} LIMIT 1")
    if not found:
        return None
    live = found[0]
    values = {ref: live.get(field) for ref, field in fields.items()}
    changed = live.get("LastModifiedDate")
    moment = datetime.fromisoformat(str(changed).replace("+0000", "+00:00")) if changed else None
    return FoundRecord(f"{sobject} {live['Id']}", moment, values, _owner(client, live.get("OwnerId")))


def _field(sobject: str, given: Sequence[str]) -> str:
    own = [name.partition(".")[2] for name in given if name.startswith(f"{sobject}.")]
    bare = [name for name in given if "." not in name]
    return next(iter([*own, *bare]), "")


def _owner(client: SalesforceClient, identifier: Any) -> str | None:
    if not identifier:
        return None
    is_queue = str(identifier).startswith("00G")
    column, sobject = ("Name", "Group") if is_queue else ("Username", "User")
    found = client.query(f"SELECT {column} FROM {sobject} WHERE Id = {quoted(str(identifier))}")
    return str(found[0][column]) if found else None
