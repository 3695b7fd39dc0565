"""All that a portal lists, as HubSpot answers it: what `revops backup` stores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Any

from revops_hubspot.adoption.authors import authors
from revops_hubspot.api import custom_objects, directory
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.object_types import custom_name, type_id
from revops_hubspot.kinds.association_label import WITH_LABELS
from revops_hubspot.kinds.pipeline import WITH_PIPELINES
from revops_hubspot.kinds.pipeline_rules import PipelineRules
from revops_hubspot.properties.inputs import SENSITIVE
from revops_hubspot.workflows import secrets
from revops_iac.provider.inspection.inventory import Area, Asked, Authorship, Document

BATCH = 100
COUNTED = frozenset({"size", "additionalProperties", "processingStatus"})
"""What HubSpot counts in a list: it changes without an edit."""
_DATA = "data, which HubSpot exports"
_WRITES = "HubSpot has no scope that only reads them, and a backup asks for no other"
_HIDDEN = "HubSpot has no public API that lists them"
_CONTENT = "content, of which HubSpot keeps revisions itself"
_UNUSED = "no resource type and no report of this tool uses them"
LEFT_OUT: Mapping[str, str] = {
    "records": _DATA,
    "marketing e-mails": _WRITES,  # content, marketing-email or transactional-email [D: marketing emails guide]
    **dict.fromkeys(("dashboards and reports", "saved views", "record layouts", "playbooks", "lead scores"), _HIDDEN),
    **dict.fromkeys(("website and landing pages", "blog posts", "files"), _CONTENT),
    **dict.fromkeys(("campaigns", "sequences", "custom events", "subscription types", "permissions of users"), _UNUSED),
}
"""What a portal may hold beside what is read here; which APIs it has is [K] where nothing else is said."""
Read = Callable[[HubSpotClient], Iterable[Document]]


class PortalInventory:
    """The areas of a portal (an `Inventory` of the engine)."""

    def areas(self, client: HubSpotClient) -> Iterator[Area]:
        """Account and people, objects with their properties, pipelines and labels, segments and workflows."""
        for name, read in READS.items():
            yield Area(name, partial(read, client))
        objects = custom_objects.objects(client)
        own = [name for name in objects if custom_name(name) is not None]
        for object_ in objects:
            yield Area(f"property_groups/{object_}", partial(_groups, client, object_))
            yield Area(f"properties/{object_}", partial(_properties, client, object_))
            yield Area(f"property_validations/{object_}", partial(_validations, client, object_))
        for object_ in [*WITH_PIPELINES, *own]:
            yield Area(f"pipelines/{object_}", partial(_pipelines, client, object_))
        for object_ in ("deals", "tickets"):
            yield Area(f"pipeline_rules/{object_}", partial(_rules, client, object_))
        yield Area("association_labels", partial(_labels, client, [*WITH_LABELS, *own]))

    def left_out(self, client: HubSpotClient) -> Mapping[str, str]:
        """The same for every portal."""
        return LEFT_OUT

    def authors(self, client: HubSpotClient, asked: Sequence[Asked]) -> Mapping[tuple[str, str], Authorship]:
        """From the objects themselves, and from the audit log of portals that have one (Enterprise [D])."""
        return authors(client, asked)


def _schemas(client: HubSpotClient) -> Iterator[Document]:
    """Without the properties in them, which are documents of their own."""
    for entry in client.get("schemas")["results"]:
        if not entry.get("archived"):
            content = {key: value for key, value in entry.items() if key != "properties"}
            yield Document("schemas", str(entry["name"]), content)


def _lists(client: HubSpotClient) -> Iterator[Document]:
    ids = [str(entry["listId"]) for entry in directory.lists(client)]
    for some in _chunks(ids):
        for entry in client.get("lists", "/", {"listIds": some, "includeFilters": True})["lists"]:
            kept = {key: value for key, value in entry.items() if key not in COUNTED}
            yield Document("lists", str(entry["listId"]), kept)


def _flows(client: HubSpotClient) -> Iterator[Document]:
    ids = [str(flow["id"]) for flow in client.pages("flows")]
    for some in _chunks(ids):
        body = {"inputs": [{"type": "FLOW_ID", "flowId": identifier} for identifier in some]}
        for flow in client.ask("flows", "/batch/read", body)["results"]:
            yield Document("flows", str(flow["id"]), secrets.redacted(flow))


READS: Mapping[str, Read] = {
    "account": lambda client: [Document("account", "details", dict(client.get("account", "/details")))],
    "owners": lambda client: _named("owners", "id", client.pages("owners", "/")),
    "teams": lambda client: _named("teams", "id", client.get("users", "/teams").get("results", ())),
    "schemas": _schemas,
    "lists": _lists,
    "flows": _flows,
    "forms": lambda client: _named("forms", "id", client.pages("forms")),
}


def _groups(client: HubSpotClient, object_: str) -> Iterator[Document]:
    found = client.get("properties", "/{object}/groups", object=object_)["results"]
    return _named(f"property_groups/{object_}", "name", found)


def _properties(client: HubSpotClient, object_: str) -> Iterator[Document]:
    for sensitivity in (None, *(SENSITIVE if client.reads_sensitive else ())):
        query = {"dataSensitivity": sensitivity} if sensitivity else None
        found = client.get("properties", "/{object}", query, object=object_)["results"]
        yield from _named(f"properties/{object_}", "name", found)


def _validations(client: HubSpotClient, object_: str) -> Iterator[Document]:
    found = client.get("property_validations", "/{object}", object=type_id(object_))["results"]
    yield from _named(f"property_validations/{object_}", "propertyName", found)


def _pipelines(client: HubSpotClient, object_: str) -> Iterator[Document]:
    found = client.get("pipelines", "/{object}", object=object_)["results"]
    yield from _named(f"pipelines/{object_}", "id", found)


def _rules(client: HubSpotClient, object_: str) -> Iterator[Document]:
    for entry in client.get("pipelines", "/{object}", object=object_)["results"]:
        identifier = str(entry["id"])
        found = client.find("pipeline_rules", PipelineRules.path, object=type_id(object_), pipeline=identifier)
        if found is not None:
            yield Document(f"pipeline_rules/{object_}", identifier, dict(found))


def _labels(client: HubSpotClient, objects: Sequence[str]) -> Iterator[Document]:
    for start, end in product(objects, objects):
        found = client.get("associations", "/{start}/{end}/labels", start=start, end=end)["results"]
        if found:
            yield Document("association_labels", f"{start}.{end}", {"results": sorted(found, key=_type_id)})


def _named(type_: str, key: str, entries: Iterable[Mapping[str, Any]]) -> Iterator[Document]:
    for entry in entries:
        if not entry.get("archived"):
            yield Document(type_, str(entry[key]), dict(entry))


def _type_id(entry: Mapping[str, Any]) -> str:
    return str(entry.get("typeId"))


def _chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + BATCH] for start in range(0, len(names), BATCH))
