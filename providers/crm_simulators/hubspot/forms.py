"""Forms, read only: https://developers.hubspot.com/docs/api-reference/marketing-forms-v3/guide."""

from __future__ import annotations

from crm_simulators.hubspot.errors import JsonObject, not_found
from crm_simulators.hubspot.http.calls import Call
from crm_simulators.hubspot.http.paging import page
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.portal.portal import Portal

SCOPES = ("forms",)
"""[D]"""


class FormRoutes:
    """The forms that were seeded or came with a backup, as they are."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    @route("GET", "/marketing/v3/forms", SCOPES)
    def all(self, call: Call) -> JsonObject:
        """A page of the forms; 20 unless it is asked for more [D]."""
        return page(call, list(self.portal.area("forms").values()), 20, 500)

    @route("GET", "/marketing/v3/forms/{form}", SCOPES)
    def one(self, form: str) -> JsonObject:
        """One form by its id."""
        found: JsonObject | None = self.portal.area("forms").get(form)
        if found is None:
            raise not_found(f"No form exists with id {form}")
        return found
