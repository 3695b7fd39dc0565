"""Field history: a row for each change of a tracked field,
https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_associated_objects_history.htm"""

from __future__ import annotations

from collections.abc import Iterator

from crm_simulators.salesforce.org.fields import fields_of
from crm_simulators.salesforce.org.org import Org, Record

TABLES = {
    "Lead": ("LeadHistory", "LeadId"),
    "Contact": ("ContactHistory", "ContactId"),
    "Opportunity": ("OpportunityFieldHistory", "OpportunityId"),
}
OWNER = "OwnerId"


def tracked_fields(org: Org, sobject: str) -> tuple[str, ...]:
    """The fields of an object whose history is kept; a formula has none [D]."""
    key = f"history.{sobject}"
    if key not in org.computed:
        names = fields_of(org, sobject)
        bodies = {name: _body(org, f"{sobject}.{name}") for name in names}
        org.computed[key] = tuple(
            name for name, body in bodies.items() if body.get("trackHistory") and "formula" not in body
        )
    found: tuple[str, ...] = org.computed[key]
    return found


def _body(org: Org, full_name: str) -> Record:
    return org.body("CustomField", full_name) or org.body("StandardField", full_name) or {}


def keep(org: Org, user_id: str, sobject: str, row: Record, old: Record | None) -> None:
    """Add what a save changed to the history of the record."""
    if sobject not in TABLES or not (tracked := tracked_fields(org, sobject)):
        return
    table, column = TABLES[sobject]
    for name, before, after in _changes(org, tracked, row, old):
        values = {column: row["Id"], "Field": name, "OldValue": before, "NewValue": after}
        org.insert(table, values, user_id)


def _changes(
    org: Org, tracked: tuple[str, ...], row: Record, old: Record | None
) -> Iterator[tuple[str, object, object]]:
    if old is None:
        yield "created", None, None  # [S: public queries of OpportunityFieldHistory]
        return
    for name in tracked:
        before, after = old.get(name), row.get(name)
        if before == after:
            continue
        if name == OWNER:  # a lookup has two rows: the names, and the ids [K]
            yield "Owner", _name(org, before), _name(org, after)
        yield "Owner" if name == OWNER else name, before, after


def _name(org: Org, identifier: object) -> object:
    found = org.record("User", str(identifier)) or org.record("Group", str(identifier)) or {}
    return found.get("Name")
