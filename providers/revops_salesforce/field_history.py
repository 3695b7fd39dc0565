"""The history of tracked fields of one record:
https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_associated_objects_history.htm"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from revops_iac.errors import AccountError
from revops_iac.provider.inspection.records import Edit
from revops_salesforce.api.client import SalesforceClient, quoted

TABLES = {
    "Lead": ("LeadHistory", "LeadId"),
    "Contact": ("ContactHistory", "ContactId"),
    "Opportunity": ("OpportunityFieldHistory", "OpportunityId"),
}
OWNER, OWNER_FIELD = "Owner", "OwnerId"
IDS_OF_OWNERS = ("005", "00G")
KEPT = timedelta(days=548)
"""18 months in the history tables [D: Field History Tracking]."""
MOST_NAMES = 3


@dataclass(frozen=True)
class FieldHistory:
    """The changes of one record, the newest first, and the fields whose changes are kept. `unread` says why there are
    none."""

    changes: Sequence[Mapping[str, Any]]
    tracked: frozenset[str]
    unread: str = ""

    def edit(self, field: str, at: datetime | None) -> Edit | None:
        """The last change of a field until a moment."""
        for change in self._of(field):
            when = moment(change["CreatedDate"])
            if at is None or when <= at:
                author = change.get("CreatedBy") or {}
                login, is_person = str(author.get("Username") or "somebody"), author.get("UserType") == "Standard"
                return Edit(when, login, "as user" if is_person else "automatic", change["OldValue"])
        return None

    def value_at(self, field: str, value: Any, at: datetime) -> Any:
        """The value of a field at a moment, from its value now."""
        for change in self._of(field):
            if moment(change["CreatedDate"]) <= at:
                break
            value = change["OldValue"]
        return value

    def _of(self, field: str) -> Iterator[Mapping[str, Any]]:
        """The changes of a field; those of a lookup are told twice, by name and by id [K]: only the ids count."""
        name = OWNER if field == OWNER_FIELD else field
        for change in self.changes:
            is_name = name == OWNER and not str(change["NewValue"]).startswith(IDS_OF_OWNERS)
            if change["Field"] == name and not is_name:
                yield change

    def note(self, sobject: str, fields: Sequence[str], created: datetime, now: datetime, at: datetime) -> str:
        """What the values of a moment leave open."""
        if self.unread:
            return f"values are those of today: {self.unread}"
        if created > at:
            return f"the record was created later, on {created:%Y-%m-%d %H:%M} UTC"
        notes = []
        if now - at > KEPT:
            notes.append("changes are kept for 18 months only")
        untracked = [name for name in fields if name not in self.tracked]
        if untracked:
            path = f"Setup > Object Manager > {sobject} > Fields & Relationships > Set History Tracking"
            notes.append(f"history is not tracked for {_some(untracked)}, whose values are those of today ({path})")
        return "; ".join(notes)


def read_history(client: SalesforceClient, sobject: str, identifier: str) -> FieldHistory:
    """The history of a record; without access to it, why."""
    table, column = TABLES[sobject]
    columns = "Field, OldValue, NewValue, CreatedDate, CreatedBy.Username, CreatedBy.UserType"
    changes = f"SELECT {columns} FROM {table} WHERE {column} = {quoted(identifier)} ORDER BY CreatedDate DESC, Id DESC"
    fields = (
        "SELECT QualifiedApiName, IsFieldHistoryTracked FROM FieldDefinition "
        f"WHERE EntityDefinition.QualifiedApiName = {quoted(sobject)}"
    )
    try:
        defined = client.query(fields, tooling=True)
        tracked = frozenset(str(one["QualifiedApiName"]) for one in defined if one["IsFieldHistoryTracked"])
        return FieldHistory(client.query(changes) if tracked else (), tracked)
    except AccountError as error:
        return FieldHistory((), frozenset(), f"{table} cannot be read ({str(error).splitlines()[0]})")


def moment(text: Any) -> datetime:
    """A date-time of the REST API."""
    return datetime.fromisoformat(str(text).replace("+0000", "+00:00"))


def _some(names: Sequence[str]) -> str:
    first = ", ".join(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return f"{first} and {more} more" if more > 0 else first
