"""Counts the records that a user owns; changes none."""

from __future__ import annotations

from collections.abc import Mapping

from revops_iac.provider.inspection.ownership import Ownership
from revops_salesforce.api.client import SalesforceClient, quoted

OBJECTS = {
    "leads": "Lead WHERE IsConverted = false AND",
    "contacts": "Contact WHERE",
    "accounts": "Account WHERE",
    "open opportunities": "Opportunity WHERE IsClosed = false AND",
}


def owned(client: SalesforceClient, login: str) -> Mapping[str, int] | None:
    """How many records of each object a user owns, by username; None where the org has no such user."""
    users = client.query(f"SELECT Id FROM User WHERE Username = {quoted(login)}")
    if not users:
        return None
    mine = f"OwnerId = {quoted(str(users[0]['Id']))}"
    return {name: client.count(f"SELECT COUNT() FROM {part} {mine}") for name, part in OBJECTS.items()}


OWNERSHIP = Ownership(owned, "Setup, Mass Transfer Records, before the user is deactivated")
