"""Memberships of lists: https://developers.hubspot.com/docs/api-reference/crm-lists-v3/guide"""

from __future__ import annotations

from collections.abc import Iterable

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import JsonObject, validation_error
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.paging import page
from crm_simulators.hubspot.http.routing import Call, Reply, Route
from crm_simulators.hubspot.lists.lists import READ, WRITE, Lists
from crm_simulators.hubspot.portal.portal import Happening

MAX_PAGE = 250  # [S]


class ListMembershipRoutes:
    """List memberships: readable for every list, writable for lists that are not active."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists

    def members(self, call: Call) -> Reply:
        """The records in a list, in pages."""
        return Reply(200, self._members(call, self.lists.members(self._list(call))))

    def in_join_order(self, call: Call) -> Reply:
        """The records in a list, in the order in which they joined."""
        return Reply(200, self._members(call, self.lists.members(self._list(call))))

    def _members(self, call: Call, ids: list[str]) -> JsonObject:
        now = self.lists.portal.now()
        entries = [{"recordId": member, "membershipTimestamp": now} for member in ids]
        return {**page(call, entries, 100, MAX_PAGE), "total": len(ids)}

    def of_record(self, call: Call) -> Reply:
        """The lists that a record is in."""
        object_type, now = call.object_type("objectTypeId"), self.lists.portal.now()
        self.lists.records.find(object_type, call.path["record"])
        found = [
            {
                "listId": live["listId"],
                "listVersion": live["listVersion"],
                "firstAddedTimestamp": now,
                "lastAddedTimestamp": now,
            }
            for live in self.lists.active()
            if live["objectTypeId"] == object_type.id and call.path["record"] in self.lists.members(live)
        ]
        return Reply(200, {"results": found, "total": len(found)})

    def add(self, call: Call) -> Reply:
        """Add records."""
        return self._change(call, _record_ids(call.any_list_body()), ())

    def remove(self, call: Call) -> Reply:
        """Remove records."""
        return self._change(call, (), _record_ids(call.any_list_body()))

    def add_and_remove(self, call: Call) -> Reply:
        """Add and remove records in one call."""
        body = call.body()
        check_body("MembershipChangeRequest", body, {"recordIdsToAdd": "list", "recordIdsToRemove": "list"}, {})
        return self._change(call, _record_ids(body["recordIdsToAdd"]), _record_ids(body["recordIdsToRemove"]))

    def add_from(self, call: Call) -> Reply:
        """204; adds the members of another list of the same object type."""
        found, other = self._static(call), self.lists.find(_id(call, "source"))
        if found["objectTypeId"] != other["objectTypeId"]:
            raise validation_error("Both lists must hold records of the same object type")
        self._take_in(found, self.lists.members(other))
        return Reply(204)

    def clear(self, call: Call) -> Reply:
        """204; removes every member."""
        found = self._static(call)
        self._take_out(found, list(found["memberIds"]))
        return Reply(204)

    def _change(self, call: Call, to_add: Iterable[str], to_remove: Iterable[str]) -> Reply:
        found = self._static(call)
        known = self.lists.records.of(found["objectTypeId"])
        desired = list(to_add)
        added = self._take_in(found, [one for one in desired if one in known])
        removed = self._take_out(found, to_remove)
        missing = [one for one in desired if one not in known]
        return Reply(200, {"recordsIdsAdded": added, "recordIdsRemoved": removed, "recordIdsMissing": missing})

    def _take_in(self, found: JsonObject, ids: Iterable[str]) -> list[str]:
        added = [one for one in dict.fromkeys(ids) if one not in found["memberIds"]]
        found["memberIds"] += added
        self._touched(found, added)
        return added

    def _take_out(self, found: JsonObject, ids: Iterable[str]) -> list[str]:
        removed = [one for one in dict.fromkeys(ids) if one in found["memberIds"]]
        found["memberIds"] = [one for one in found["memberIds"] if one not in removed]
        self._touched(found, removed)
        return removed

    def _touched(self, found: JsonObject, record_ids: list[str]) -> None:
        for record_id in record_ids:
            self.lists.portal.announce(Happening("touched", found["objectTypeId"], record_id))

    def _list(self, call: Call) -> JsonObject:
        return self.lists.find(_id(call, "list"))

    def _static(self, call: Call) -> JsonObject:
        found = self._list(call)
        if found["processingType"] == "DYNAMIC":
            raise validation_error("Memberships of a DYNAMIC list cannot be changed")
        return found

    def routes(self) -> list[Route]:
        """The routes of this area."""
        root = "/crm/v3/lists"
        one = f"{root}/{{list}}/memberships"
        return [
            Route("GET", one, self.members, READ),
            Route("DELETE", one, self.clear, WRITE),
            Route("GET", f"{one}/join-order", self.in_join_order, READ),
            Route("PUT", f"{one}/add", self.add, WRITE),
            Route("PUT", f"{one}/remove", self.remove, WRITE),
            Route("PUT", f"{one}/add-and-remove", self.add_and_remove, WRITE),
            Route("PUT", f"{one}/add-from/{{source}}", self.add_from, WRITE),
            Route("GET", f"{root}/records/{{objectTypeId}}/{{record}}/memberships", self.of_record, READ),
        ]


def _id(call: Call, parameter: str) -> str:
    if not call.path[parameter].isdigit():
        raise errors.unparsable_path(f"{parameter}Id")
    return call.path[parameter]


def _record_ids(ids: Iterable[object]) -> list[str]:
    return [str(one) for one in ids]
