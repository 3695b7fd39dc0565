"""Counts the records that a person owns through the CRM search; changes none."""

from __future__ import annotations

from collections.abc import Mapping

from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.directory import owner_ids
from revops_hubspot.api.records import count
from revops_iac.provider.inspection.ownership import Ownership

OBJECTS = ("contacts", "companies", "deals")


def owned(client: HubSpotClient, login: str) -> Mapping[str, int] | None:
    """How many records of each object a person owns, by e-mail; None where the portal has no such owner."""
    owner = owner_ids(client).get(login.lower())
    if owner is None:
        return None
    mine = [[{"propertyName": "hubspot_owner_id", "operator": "EQ", "value": owner}]]
    return {object_: count(client, object_, mine) for object_ in OBJECTS}


OWNERSHIP = Ownership(owned, "filter each list by its owner and edit the owner in bulk, before the user is deactivated")
