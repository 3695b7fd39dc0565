"""Which custom objects a portal has: what belongs to one that is only declared is not there yet, and no error."""

from __future__ import annotations

from collections.abc import Callable

from revops_hubspot.client import HubSpotClient
from revops_hubspot.object_types import custom_name

_MEMORY = "names of custom objects"


def exist(client: HubSpotClient, *objects: str) -> bool:
    """Whether the portal has all of these objects; those that HubSpot defines are never asked for."""
    names = {name for object_ in objects if (name := custom_name(object_)) is not None}
    return not names or names <= client.remembered(_MEMORY, lambda: _read(client))


def note(client: HubSpotClient, name: str) -> None:
    """Takes a new schema into what is known: a read may not show it yet."""
    _keep(client, lambda known: known | {name})


def forget(client: HubSpotClient, name: str) -> None:
    """Takes the archiving of a schema into what is known."""
    _keep(client, lambda known: known - {name})


def _keep(client: HubSpotClient, change: Callable[[frozenset[str]], frozenset[str]]) -> None:
    with client.memory_lock:
        known = change(client.remembered(_MEMORY, lambda: _read(client)))
        client.forget(_MEMORY)
        client.remembered(_MEMORY, lambda: known)


def _read(client: HubSpotClient) -> frozenset[str]:
    return frozenset(entry["name"] for entry in client.get("schemas")["results"] if not entry.get("archived"))
