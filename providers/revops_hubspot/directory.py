"""Names and ids of people, teams, lists and workflows, read once per process and in bulk, in both directions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from revops_hubspot.client import HubSpotClient

LIST_PAGE = 500
PEOPLE = frozenset({"owner", "user"})


def key_of(type_: str, name: str) -> str:
    """E-mail addresses are compared without case, other names as they are."""
    return name.lower() if type_ in PEOPLE else name


def _owners(client: HubSpotClient) -> list[dict[str, Any]]:
    return client.remembered("owners", lambda: list(client.pages("owners", "/")))


def owner_ids(client: HubSpotClient) -> Mapping[str, str]:
    """Owner ids by e-mail."""
    return {str(o["email"]).lower(): str(o["id"]) for o in _owners(client) if o.get("email")}


def user_ids(client: HubSpotClient) -> Mapping[str, str]:
    """User ids by e-mail, from the owners: every user who can own a record is one [S]."""
    return {str(o["email"]).lower(): str(o["userId"]) for o in _owners(client) if o.get("email") and o.get("userId")}


def team_ids(client: HubSpotClient) -> Mapping[str, str]:
    """Team ids by name."""
    teams = client.remembered("teams", lambda: client.get("users", "/teams").get("results", []))
    return {str(t["name"]): str(t["id"]) for t in teams}


def lists(client: HubSpotClient) -> list[dict[str, Any]]:
    """All lists, without their filters: the search is the only bulk read."""
    return client.remembered("lists", lambda: list(_search_lists(client)))


def list_ids(client: HubSpotClient) -> Mapping[str, str]:
    """List ids by name."""
    return {str(entry["name"]): str(entry["listId"]) for entry in lists(client)}


def _search_lists(client: HubSpotClient) -> Iterable[dict[str, Any]]:
    offset = 0
    while True:
        page = client.ask("lists", "/search", {"offset": offset, "count": LIST_PAGE, "additionalProperties": []})
        yield from page.get("lists", ())
        if not page.get("hasMore"):
            return
        offset = int(page["offset"])


def flows(client: HubSpotClient) -> list[dict[str, Any]]:
    """All workflows in short form, without actions and criteria."""
    found = client.remembered("flows", lambda: list(client.pages("flows")))
    return [flow for flow in found if flow.get("flowType", "WORKFLOW") == "WORKFLOW"]


def workflow_ids(client: HubSpotClient) -> Mapping[str, str]:
    """Flow ids by name."""
    return {str(flow["name"]): str(flow["id"]) for flow in flows(client) if flow.get("name")}


def names(client: HubSpotClient, type_: str) -> Mapping[str, str]:
    """Names by id: the other direction, for showing what a definition refers to."""
    ids = {"owner": owner_ids, "user": user_ids, "team": team_ids, "list": list_ids, "workflow": workflow_ids}
    return {identifier: name for name, identifier in ids[type_](client).items()}
