"""Reads one lead, contact or opportunity with the fields of the model and their history, by SOQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from revops_iac.provider.inspection.records import OWNER, FoundRecord, RecordObject, VendorNames
from revops_salesforce.api.client import SalesforceClient, quoted
from revops_salesforce.field_history import OWNER_FIELD, moment, read_history

OBJECTS: Mapping[RecordObject, Mapping[str, str]] = {
    "contact": {"Lead": "00Q", "Contact": "003"},
    "deal": {"Opportunity": "006"},
}
"""Object of the model -> objects of the org, the newer stage of a person first, with the prefix of their ids [D]."""


def read_record(
    client: SalesforceClient, object_name: RecordObject, who: str, names: VendorNames, at: datetime | None = None
) -> FoundRecord | None:
    """The record with this e-mail address or id, None when there is none; a lead that was not converted comes first.

    `at` a moment a field holds what its history says, and a formula nothing: formulas have none. A field without a
    history holds what it does today, which the note says. Raises AccountError.
    """
    for sobject, prefix in OBJECTS[object_name].items():
        is_asked = "@" in who or who.startswith(prefix)
        if is_asked and (found := _read(client, sobject, who, names, at)):
            return found
    return None


def _read(
    client: SalesforceClient, sobject: str, who: str, names: VendorNames, at: datetime | None
) -> FoundRecord | None:
    described = client.get(f"sobjects/{sobject}/describe")["fields"]
    there = {str(one["name"]): bool(one.get("calculated")) for one in described}  # the org may lack some of the model's
    fields = {ref: field for ref, given in names.items() if (field := _field(sobject, given)) in there}
    live = _row(client, sobject, who, fields.values())
    if live is None:
        return None
    history = read_history(client, sobject, str(live["Id"]))
    owner, note, values = live.get(OWNER_FIELD), "", {ref: live.get(field) for ref, field in fields.items()}
    if at is not None:
        kept = {ref: field for ref, field in fields.items() if not there[field]}
        values = {ref: history.value_at(field, live.get(field), at) for ref, field in kept.items()}
        owner = history.value_at(OWNER_FIELD, owner, at)
        note = history.note(sobject, sorted(set(kept.values())), moment(live["CreatedDate"]), datetime.now(UTC), at)
    told = {ref: history.edit(field, at) for ref, field in {**fields, OWNER: OWNER_FIELD}.items()}
    edits = {ref: edit for ref, edit in told.items() if edit is not None}
    changed = moment(live["LastModifiedDate"]) if live.get("LastModifiedDate") else None
    return FoundRecord(f"{sobject} {live['Id']}", changed, values, _owner(client, owner), note, edits)


def _row(client: SalesforceClient, sobject: str, who: str, fields: Any) -> Mapping[str, Any] | None:
    key = "Email" if "@" in who else "Id"
    open_only = " AND IsConverted = false" if sobject == "Lead" else ""
    selected = ", ".join(sorted({"Id", OWNER_FIELD, "CreatedDate", "LastModifiedDate", *fields}))
    found = client.query(f"SELECT {selected} FROM {sobject} WHERE {key} = {quoted(who)}{open_only} LIMIT 1")
    return found[0] if found else None


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
