"""People in the rules and permissions of a pipeline: by e-mail and team name in a model, by id in HubSpot."""

from __future__ import annotations

from collections.abc import Iterable

from revops_hubspot.api import directory
from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_iac.provider.kind import Lookup


def ids_of(session: PortalSession, type_: str, names: Iterable[str]) -> list[str]:
    """The ids of users by e-mail, or of teams by name. Raises AuthorError."""
    return [directory.required_id(session, Lookup(type_, name)) for name in names]


def names_of(client: HubSpotClient, type_: str, identifiers: Iterable[object]) -> list[str]:
    """The names of these ids; an unknown id stands for itself."""
    listed = [str(identifier) for identifier in identifiers]
    known = directory.names(client, type_) if listed else {}
    return sorted(directory.key_of(type_, known.get(identifier, identifier)) for identifier in listed)
