"""The report on records with many associations: https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide."""

from __future__ import annotations

from crm_simulators.hubspot.account.usage_limits import SCOPES
from crm_simulators.hubspot.errors import not_found
from crm_simulators.hubspot.http.routing import Call, Reply, Route
from crm_simulators.hubspot.people import People


class AssociationUsage:
    """Requests the report; the e-mail that HubSpot sends is not simulated."""

    def __init__(self, people: People) -> None:
        self.people = people

    def request(self, call: Call) -> Reply:
        """200 with the recipient, a user of the portal [C]."""
        user = self.people.users.get(str(call.path_number("user")))
        if user is None:
            raise not_found(f"User {call.path['user']} does not exist")
        made = {"userId": int(user["id"]), "userEmail": user["email"], "enqueueTime": self.people.portal.now()}
        return Reply(200, made)

    def routes(self) -> list[Route]:
        """The routes of this area."""
        return [
            Route("POST", "/crm/v4/associations/usage/high-usage-report/{user}", self.request, SCOPES, write=False),
        ]
