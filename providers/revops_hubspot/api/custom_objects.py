"""Which custom objects a portal has. Parts of one that is only declared do not exist yet, which is not an error.

Lists and workflows name objects by type id, which every portal numbers its own way: `named` and `numbered` translate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.object_types import TYPE_IDS, custom_name
from revops_iac.errors import AuthorError

_MEMORY = "type ids of custom objects"
TypeIds = Mapping[str, str]


def exist(client: HubSpotClient, *objects: str) -> bool:
    """Whether the portal has all of these objects; those that HubSpot defines are never asked for."""
    names = {name for object_ in objects if (name := custom_name(object_)) is not None}
    return not names or names <= _type_ids(client).keys()


def objects(client: HubSpotClient) -> list[str]:
    """The objects that people configure: those of HubSpot that paths and type ids know, and the portal's own."""
    return [*TYPE_IDS, *sorted(_type_ids(client))]


def named(client: HubSpotClient, entry: Mapping[str, Any]) -> dict[str, Any]:
    """A list or workflow as the portal holds it, a custom object under its bare name."""
    type_id = str(entry.get("objectTypeId"))
    if not type_id.startswith("2-"):
        return dict(entry)
    names = {live: name for name, live in _type_ids(client).items()}
    return {**entry, "objectTypeId": names.get(type_id, type_id)}


def numbered(client: HubSpotClient, body: Mapping[str, Any]) -> dict[str, Any]:
    """The same for a write, by type id. Raises AuthorError for a custom object that does not exist in the portal."""
    object_ = str(body.get("objectTypeId"))
    name = None if "objectTypeId" not in body else custom_name(object_)
    if name is None:
        return dict(body)
    if name not in _type_ids(client):
        raise AuthorError(
            f'HubSpot: custom object "{name}" does not exist in the account', "declare it as a CustomObjectSchema"
        )
    return {**body, "objectTypeId": _type_ids(client)[name]}


def note(client: HubSpotClient, name: str, type_id: str) -> None:
    """Takes a new schema into what is known: a read may not show it yet."""
    _keep(client, lambda known: {**known, name: type_id})


def forget(client: HubSpotClient, name: str) -> None:
    """Takes the archiving of a schema into what is known."""
    _keep(client, lambda known: {other: live for other, live in known.items() if other != name})


def _keep(client: HubSpotClient, change: Callable[[TypeIds], TypeIds]) -> None:
    with client.memory_lock:
        known = change(_type_ids(client))
        client.forget(_MEMORY)
        client.remembered(_MEMORY, lambda: known)


def _type_ids(client: HubSpotClient) -> TypeIds:
    return client.remembered(_MEMORY, lambda: _read(client))


def _read(client: HubSpotClient) -> TypeIds:
    found = client.get("schemas")["results"]
    return {str(entry["name"]): str(entry["objectTypeId"]) for entry in found if not entry.get("archived")}
