"""Names and ids of people, teams, lists and workflows, read once per process and in bulk, in both directions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_hubspot.api.custom_objects import named
from revops_hubspot.api.object_types import object_name
from revops_hubspot.api.read_lag import read_until, stamp_of
from revops_iac.errors import AuthorError
from revops_iac.provider.api.answers import MOST_PAGES, UnreadableAnswer
from revops_iac.provider.live_object import Lookup

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
    for _ in range(MOST_PAGES):
        page = client.ask("lists", "/search", {"offset": offset, "count": LIST_PAGE, "additionalProperties": []})
        yield from page.get("lists", ())
        if not page.get("hasMore"):
            return
        offset = int(page["offset"])
    raise UnreadableAnswer("HubSpot POST /crm/v3/lists/search", "the pages of the answer never end")


def flows(client: HubSpotClient) -> list[dict[str, Any]]:
    """All workflows in short form, without actions and criteria."""
    return client.remembered(
        "flows", lambda: [named(client, one) for one in client.pages("flows") if _is_workflow(one)]
    )


def _is_workflow(flow: Mapping[str, Any]) -> bool:
    """Action sets are flows too, without a life of their own [S]."""
    return bool(flow.get("flowType", "WORKFLOW") == "WORKFLOW")


def workflow_name(flow: Mapping[str, Any]) -> str:
    """The vendor name of a workflow: `contacts.MQL assignment`."""
    return f"{object_name(str(flow['objectTypeId']))}.{flow.get('name') or flow['id']}"


def flows_by_name(client: HubSpotClient) -> Mapping[str, list[dict[str, Any]]]:
    """Short forms by vendor name; names need not be unique, so the oldest comes first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for flow in sorted(flows(client), key=lambda flow: (len(str(flow["id"])), str(flow["id"]))):
        found.setdefault(workflow_name(flow), []).append(flow)
    return found


def workflow_ids(client: HubSpotClient) -> Mapping[str, str]:
    """Flow ids by name."""
    return {str(flow["name"]): str(flow["id"]) for flow in flows(client) if flow.get("name")}


def note_list(client: HubSpotClient, entry: Mapping[str, Any]) -> None:
    """Takes a created or changed list into what is known: the search lags behind writes [T]."""
    _note(client, lists, "listId", str(entry["listId"]), entry)


def forget_list(client: HubSpotClient, identifier: str) -> None:
    """Takes a deletion into what is known."""
    _note(client, lists, "listId", identifier, None)


def note_flow(client: HubSpotClient, entry: Mapping[str, Any]) -> None:
    """Takes a created or changed workflow into what is known."""
    _note(client, flows, "id", str(entry["id"]), entry)


def latest_flow(client: HubSpotClient, identifier: str) -> dict[str, Any]:
    """A whole workflow, not older than what this process wrote of it. Raises AccountError when there is none."""
    known = next((flow for flow in flows(client) if str(flow["id"]) == identifier), {})

    def is_current(found: Any) -> bool:
        return found is not None and stamp_of(found) >= stamp_of(known)

    found = read_until(lambda: client.find("flows", "/{id}", id=identifier), is_current) if known else None
    flow: dict[str, Any] = found if found is not None else client.get("flows", "/{id}", id=identifier)
    return named(client, flow)


def forget_flow(client: HubSpotClient, identifier: str) -> None:
    """Takes a deletion into what is known."""
    _note(client, flows, "id", identifier, None)


def _note(
    client: HubSpotClient,
    known: Callable[[HubSpotClient], list[dict[str, Any]]],
    key: str,
    identifier: str,
    entry: Mapping[str, Any] | None,
) -> None:
    with client.memory_lock:
        live = known(client)
        live[:] = [other for other in live if str(other[key]) != identifier] + ([dict(entry)] if entry else [])


_IDS: Mapping[str, Callable[[HubSpotClient], Mapping[str, str]]] = {
    "owner": owner_ids,
    "user": user_ids,
    "team": team_ids,
    "list": list_ids,
    "workflow": workflow_ids,
}


def ids(client: HubSpotClient, type_: str) -> Mapping[str, str]:
    """Ids by name of one type: `owner`, `user`, `team`, `list` or `workflow`."""
    return _IDS[type_](client)


def names(client: HubSpotClient, type_: str) -> Mapping[str, str]:
    """Names by id: the other direction, for showing what a definition refers to."""
    return {identifier: name for name, identifier in ids(client, type_).items()}


def required_id(session: PortalSession, lookup: Lookup) -> str:
    """The id of a person, team, segment or workflow. Raises AuthorError for a name that does not exist."""
    found = session.resolve(lookup)
    if found is None:
        message = f'HubSpot: {lookup.type} "{lookup.value}" does not exist in the account'
        raise AuthorError(message, "correct the name, or create it first")
    return found


def namer(client: HubSpotClient) -> Callable[[str, str], str | None]:
    """`name(type, id)`; each type is read only when a definition holds an id of it."""
    return lambda type_, identifier: names(client, type_).get(identifier)
