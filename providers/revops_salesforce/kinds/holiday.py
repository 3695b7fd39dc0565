"""A holiday: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_businesshourssettings.htm"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field

from revops_iac.provider.kind import Definition, Inputs, LiveObject, Reference, State
from revops_salesforce.api.client import OrgSession, SalesforceClient, quoted
from revops_salesforce.api.components import Body
from revops_salesforce.api.versions import RECORD
from revops_salesforce.metadata import business_hours_container as container
from revops_salesforce.metadata.business_hours_container import Entries
from revops_salesforce.metadata.kind import MetadataKind

ELEMENT = "holidays"


class HolidayInputs(Inputs):
    """A day off. Create yearly recurring holidays manually.

    Example::

        name: Founders' day
        date: "2026-12-04"
        business_hours: [Sales New York]

    Later::

        date: "2026-12-07"
        description: Moved to the Monday.
    """

    name: str
    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    business_hours: list[str] = []
    """The business hours that it interrupts, by name."""
    description: str | None = None


class Holiday(MetadataKind[HolidayInputs]):
    """Key: the name. Entries of the container that holds the business hours too; only there are they tied to hours."""

    component_type = container.TYPE
    immutable = frozenset({"name"})
    on_delete = "The holiday is deleted permanently."

    def scan(self, client: SalesforceClient, partition: str) -> Mapping[str, LiveObject | None]:
        return {name: self.observe(name, body) for name, body in container.entries(client, ELEMENT).items()}

    def elements(self, inputs: HolidayInputs) -> Body:
        body: Body = {"name": inputs.name, "activityDate": inputs.date, "isRecurring": False}
        body |= {"businessHours": inputs.business_hours, "description": inputs.description}
        return {key: value for key, value in body.items() if value is not None}

    def definition(self, name: str, body: Body) -> Definition:
        return {
            "name": name,
            "date": None if body.get("isRecurring") else body.get("activityDate"),
            "business_hours": body.get("businessHours", []),
            "description": body.get("description"),
        }

    def normalize(self, definition: Definition) -> Definition:
        made = super().normalize(definition)
        if made.get("business_hours") is not None:
            made["business_hours"] = sorted(made["business_hours"])
        return made

    def references(self, inputs: HolidayInputs) -> Iterable[Reference]:
        return [Reference("BusinessHours", name) for name in inputs.business_hours or ()]

    def packed(self, session: OrgSession, live: LiveObject | None, inputs: HolidayInputs) -> Body | str:
        return "the settings are written as a whole, with the entries that exist at that time"

    def create(self, session: OrgSession, inputs: HolidayInputs) -> LiveObject:
        return self._write(session.client, inputs)

    def update(self, session: OrgSession, live: LiveObject, inputs: HolidayInputs) -> LiveObject:
        return self._write(session.client, inputs)

    def _write(self, client: SalesforceClient, inputs: HolidayInputs) -> LiveObject:
        made = self.elements(inputs)

        def edit(entries: Entries) -> Entries:
            before: dict[str, Any] = next((one for one in entries if one["name"] == inputs.name), {})
            made.update({**before, **made})
            if before:
                return [made if one["name"] == inputs.name else one for one in entries]
            return [*entries, made]

        container.change(client, ELEMENT, edit)
        return self.observe(inputs.name, made)

    def delete(self, session: OrgSession, live: LiveObject, state: State[HolidayInputs]) -> None:
        """As a record: whether a container that leaves it out deletes it, nobody has checked."""
        client = session.client
        for row in client.query(f"SELECT Id FROM Holiday WHERE Name = {quoted(live.name)}"):
            path = RECORD.format(sobject="Holiday", id=row["Id"])
            client.send("DELETE", path, landed=lambda: True if self._is_gone(client, live.name) else None)

    def _is_gone(self, client: SalesforceClient, name: str) -> bool:
        return client.count(f"SELECT COUNT() FROM Holiday WHERE Name = {quoted(name)}") == 0
