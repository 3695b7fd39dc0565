"""Memberships of lists: https://developers.hubspot.com/docs/api-reference/crm-lists-v3/guide"""

from __future__ import annotations

from collections.abc import Iterable

from crm_simulators.hubspot.errors import JsonObject, validation_error
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.calls import Call
from crm_simulators.hubspot.http.paging import page
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.lists.lists import LIST, LISTS, READ, WRITE, ListId, Lists, list_id
from crm_simulators.hubspot.portal.object_types import ObjectType
from crm_simulators.hubspot.portal.portal import Happening

MEMBERS = f"{LIST}/memberships"
MAX_PAGE = 250  # [S]


class ListMembershipRoutes:
    """List memberships: readable for every list, writable for lists that are not active."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists

    @route("GET", MEMBERS, READ)
    @route("GET", f"{MEMBERS}/join-order", READ)
    def members(self, call: Call, list_id: ListId) -> JsonObject:
        """The records in a list, in pages, in the order in which they joined."""
        ids, now = self.lists.members(self.lists.find(list_id)), self.lists.portal.now()
        entries = [{"recordId": member, "membershipTimestamp": now} for member in ids]
        return {**page(call, entries, 100, MAX_PAGE), "total": len(ids)}

    @route("GET", f"{LISTS}/records/{{objectTypeId}}/{{record}}/memberships", READ)
    def of_record(self, object_type_id: ObjectType, record: str) -> JsonObject:
        """The lists that a record is in."""
        self.lists.records.find(object_type_id, record)
        dates = dict.fromkeys(("firstAddedTimestamp", "lastAddedTimestamp"), self.lists.portal.now())
        found = [
            {"listId": live["listId"], "listVersion": live["listVersion"], **dates}
            for live in self.lists.active()
            if live["objectTypeId"] == object_type_id.id and record in self.lists.members(live)
        ]
        return {"results": found, "total": len(found)}

    @route("PUT", f"{MEMBERS}/add", WRITE)
    def add(self, call: Call) -> JsonObject:
        """Add records."""
        return self._change(call, call.any_list_body(), ())

    @route("PUT", f"{MEMBERS}/remove", WRITE)
    def remove(self, call: Call) -> JsonObject:
        """Remove records."""
        return self._change(call, (), call.any_list_body())

    @route("PUT", f"{MEMBERS}/add-and-remove", WRITE)
    def add_and_remove(self, call: Call, body: JsonObject) -> JsonObject:
        """Add and remove records in one call."""
        check_body("MembershipChangeRequest", body, {"recordIdsToAdd": "list", "recordIdsToRemove": "list"}, {})
        return self._change(call, body["recordIdsToAdd"], body["recordIdsToRemove"])

    @route("PUT", f"{MEMBERS}/add-from/{{source}}", WRITE)
    def add_from(self, call: Call, source_id: ListId) -> None:
        """204; adds the members of another list of the same object type."""
        found, other = self._static(call), self.lists.find(source_id)
        if found["objectTypeId"] != other["objectTypeId"]:
            raise validation_error("Both lists must hold records of the same object type")
        self._take_in(found, self.lists.members(other))

    @route("DELETE", MEMBERS, WRITE)
    def clear(self, call: Call) -> None:
        """204; removes every member."""
        found = self._static(call)
        self._take_out(found, list(found["memberIds"]))

    def _change(self, call: Call, to_add: Iterable[object], to_remove: Iterable[object]) -> JsonObject:
        found, desired = self._static(call), [str(one) for one in to_add]
        known = self.lists.records.of(found["objectTypeId"])
        return {
            "recordsIdsAdded": self._take_in(found, [one for one in desired if one in known]),
            "recordIdsRemoved": self._take_out(found, [str(one) for one in to_remove]),
            "recordIdsMissing": [one for one in desired if one not in known],
        }

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

    def _static(self, call: Call) -> JsonObject:
        found = self.lists.find(list_id(call, "list"))
        if found["processingType"] == "DYNAMIC":
            raise validation_error("Memberships of a DYNAMIC list cannot be changed")
        return found
