"""Active lists that become static on a date: https://developers.hubspot.com/docs/api-reference/crm-lists-v3/guide."""

from __future__ import annotations

from datetime import UTC, datetime

from crm_simulators.hubspot.errors import JsonObject, not_found, validation_error
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.routing import Call, Reply, Route
from crm_simulators.hubspot.lists.lists import READ, WRITE, Lists
from crm_simulators.hubspot.portal.portal import timestamp

MODELED = "CONVERSION_DATE"
"""The other type, INACTIVITY, counts from the last change of memberships, which active lists do not keep here."""


class ListConversions:
    """Scheduled conversions, kept in the `conversion` of a list: `{requestedConversionTime, convertedAt?}`."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        self.portal = lists.portal

    def schedule(self, found: JsonObject, desired: JsonObject) -> None:
        """Convert a list at the start of a day in UTC [?: the time of day and the zone]."""
        if desired.get("conversionType") != MODELED:
            raise validation_error(f'conversionType "{desired.get("conversionType")}" is not supported')
        check_body("ListConversionDate", desired, {"conversionType": "text", **_PARTS}, {})
        if found["processingType"] != "DYNAMIC":
            raise validation_error(f"A {found['processingType']} list cannot be converted")
        _moment(desired)
        found["conversion"] = {"requestedConversionTime": desired}

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


class ListConversionRoutes:
    """The routes of conversions."""

    def __init__(self, conversions: ListConversions) -> None:
        self.conversions = conversions

    def read(self, call: Call) -> Reply:
        """The scheduled or completed conversion; 404 without one [?]."""
        found = self._list(call)
        if "conversion" not in found:
            raise not_found(f"List {found['listId']} has no scheduled conversion.")
        return Reply(200, {"listId": found["listId"], **found["conversion"]})

    def schedule(self, call: Call) -> Reply:
        """200 with the scheduled conversion."""
        self.conversions.schedule(self._list(call), call.body())
        self.conversions.settle()
        return self.read(call)

    def cancel(self, call: Call) -> Reply:
        """204; a completed conversion stays."""
        found = self._list(call)
        if "convertedAt" not in found.get("conversion", {}):
            found.pop("conversion", None)
        return Reply(204)

    def _list(self, call: Call) -> JsonObject:
        return self.conversions.lists.find(str(call.path_number("list")))

    def routes(self) -> list[Route]:
        """The routes of this area."""
        path = "/crm/v3/lists/{list}/schedule-conversion"
        return [
            Route("GET", path, self.read, READ),
            Route("PUT", path, self.schedule, WRITE),
            Route("DELETE", path, self.cancel, WRITE),
        ]
