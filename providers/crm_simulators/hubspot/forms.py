"""Forms, read only: https://developers.hubspot.com/docs/api-reference/marketing-forms-v3/guide."""

from __future__ import annotations

from crm_simulators.hubspot.errors import JsonObject, not_found
from crm_simulators.hubspot.http.paging import page
from crm_simulators.hubspot.http.routing import Call, Reply, Route
from crm_simulators.hubspot.portal.portal import Portal

SCOPES = ("forms",)
"""[D]"""


class FormRoutes:
    """The forms that were seeded or came with a backup, as they are."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def all(self, call: Call) -> Reply:
        """A page of the forms; 20 unless it is asked for more [D]."""
        return Reply(200, page(call, list(self._forms().values()), 20, 500))

    def one(self, call: Call) -> Reply:
        """One form by its id."""
        form = self._forms().get(call.path["form"])
        if form is None:
            raise not_found(f"No form exists with id {call.path['form']}")
        return Reply(200, form)

    def _forms(self) -> dict[str, JsonObject]:
        return self.portal.area("forms")

    def routes(self) -> list[Route]:
        """The routes of this area."""
        return [
            Route("GET", "/marketing/v3/forms", self.all, SCOPES),
            Route("GET", "/marketing/v3/forms/{form}", self.one, SCOPES),
        ]
