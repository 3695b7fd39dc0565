"""The report on records with many associations: https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide."""

from __future__ import annotations

from crm_simulators.hubspot.account.usage_limits import SCOPES
from crm_simulators.hubspot.errors import JsonObject, not_found
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.people import People


class AssociationUsage:
    """Requests the report; the e-mail that HubSpot sends is not simulated."""

    def __init__(self, people: People) -> None:
        self.people = people

    @route("POST", "/crm/v4/associations/usage/high-usage-report/{user}", SCOPES, write=False)
    def request(self, user: int) -> JsonObject:
        """200 with the recipient, a user of the portal [C]."""
        found = self.people.users.get(str(user))
        if found is None:
            raise not_found(f"User {user} does not exist")
        return {"userId": user, "userEmail": found["email"], "enqueueTime": self.people.portal.now()}
