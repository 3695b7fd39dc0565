"""Active lists that become static on a date: https://developers.hubspot.com/docs/api-reference/crm-lists-v3/guide."""

from __future__ import annotations

from datetime import UTC, datetime

from crm_simulators.hubspot.errors import JsonObject, not_found, validation_error
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.lists.lists import LIST, READ, WRITE, ListId, Lists
from crm_simulators.hubspot.portal.portal import timestamp

CONVERSION = f"{LIST}/schedule-conversion"
MODELED = "CONVERSION_DATE"
"""The other type, INACTIVITY, counts from the last change of memberships, which active lists do not keep here."""


class ListConversions:
    """Scheduled conversions, kept in the `conversion` of a list: `{requestedConversionTime, convertedAt?}`."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        self.portal = lists.portal

    @route("GET", CONVERSION, READ)
    def read(self, list_id: ListId) -> JsonObject:
        """The scheduled or completed conversion; 404 without one [?]."""
        found = self.lists.find(list_id)
        if "conversion" not in found:
            raise not_found(f"List {found['listId']} has no scheduled conversion.")
        return {"listId": found["listId"], **found["conversion"]}

    @route("DELETE", CONVERSION, WRITE)
    def cancel(self, list_id: ListId) -> None:
        """204; a completed conversion stays."""
        found = self.lists.find(list_id)
        if "convertedAt" not in found.get("conversion", {}):
            found.pop("conversion", None)

    @route("PUT", CONVERSION, WRITE)
    def schedule(self, list_id: ListId, body: JsonObject) -> JsonObject:
        """Convert a list at the start of a day in UTC [?: the time of day and the zone]."""
        found = self.lists.find(list_id)
        if body.get("conversionType") != MODELED:
            raise validation_error(f'conversionType "{body.get("conversionType")}" is not supported')
        check_body("ListConversionDate", body, {"conversionType": "text", **_PARTS}, {})
        if found["processingType"] != "DYNAMIC":
            raise validation_error(f"A {found['processingType']} list cannot be converted")
        _moment(body)
        found["conversion"] = {"requestedConversionTime": body}
        self.settle()
        return self.read(list_id)

    def settle(self) -> None:
        """Convert the lists that are due, with their current members."""
        for found in self.lists.active():
            scheduled = found.get("conversion")
            if not scheduled or "convertedAt" in scheduled:
                continue
            due = _moment(scheduled["requestedConversionTime"])
            if due <= self.portal.moment():
                found["memberIds"] = self.lists.members(found)
                found["processingType"] = "SNAPSHOT"  # [?] whether SNAPSHOT or MANUAL
                scheduled["convertedAt"] = timestamp(due)


_PARTS = {"year": "integer", "month": "integer", "day": "integer"}


def _moment(desired: JsonObject) -> datetime:
    try:
        return datetime(desired["year"], desired["month"], desired["day"], tzinfo=UTC)
    except (ValueError, OverflowError) as problem:
        raise validation_error(f"The conversion date is invalid: {problem}") from problem
