"""The settings that hold all business hours and holidays of an org: read, changed in one entry, and written whole.

What a written container leaves out is no longer active, or gone, as one report has it [?]: so everything that was read
goes back, and no two changes of this process overlap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.metadata.merge import merge

TYPE, NAME = "BusinessHoursSettings", "BusinessHours"
ENTRY_TYPES = {"businessHours": "BusinessHoursEntry", "holidays": "Holiday"}
Entries = list[dict[str, Any]]


def read(client: SalesforceClient) -> Body:
    """The container as the org holds it."""
    return next(iter(client.read_components(TYPE, [NAME]).values()), {})


def entries(client: SalesforceClient, element: str) -> dict[str, list[Body]]:
    """The entries of `businessHours` or `holidays`, by name; holidays of several years may share one."""
    found: dict[str, list[Body]] = {}
    for entry in read(client).get(element, []):
        found.setdefault(entry["name"], []).append(entry)
    return found


def put(client: SalesforceClient, element: str, entry: Body, new: Body, edit: Callable[[Entries], Entries]) -> Body:
    """Merges an entry into the one of its name, after `edit` has changed the others; `new` is what one that is not
    there begins with. Answers the entry as it is written."""
    made: Body = {}

    def place(entries: Entries) -> Entries:
        others = edit(entries)
        before = next((one for one in others if one["name"] == entry["name"]), None)
        made.update(merge(new if before is None else before, entry, {}, ENTRY_TYPES[element]))
        return [*others, made] if before is None else [made if one is before else one for one in others]

    change(client, element, place)
    return made


def change(client: SalesforceClient, element: str, edit: Callable[[Entries], Entries]) -> None:
    """Writes the container with the entries that `edit` makes of those that are there."""
    with client.changing_containers:
        body = read(client)
        edited = edit(list(body.get(element, [])))
        if edited != body.get(element, []):
            client.update_component(TYPE, {**body, "fullName": NAME, element: edited})
