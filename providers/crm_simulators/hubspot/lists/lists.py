"""Lists (segments) v3: https://developers.hubspot.com/docs/api-reference/crm-lists-v3/guide."""

from __future__ import annotations

from typing import Annotated, Any

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import JsonObject, not_found, validation_error
from crm_simulators.hubspot.filters.evaluation import Filters
from crm_simulators.hubspot.filters.rules import FilterRules
from crm_simulators.hubspot.http.bodies import BODIES, check_body
from crm_simulators.hubspot.http.calls import Call
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.portal.object_types import ObjectType
from crm_simulators.hubspot.portal.portal import Portal
from crm_simulators.hubspot.properties.usage import named_properties
from crm_simulators.hubspot.records.associations import Associations
from crm_simulators.hubspot.records.records import Records

LISTS = "/crm/v3/lists"
LIST = f"{LISTS}/{{list}}"
READ, WRITE = ("crm.lists.read",), ("crm.lists.write",)
PROCESSING_TYPES = ("MANUAL", "DYNAMIC", "SNAPSHOT")
MAX_SEARCH = 500
HIDDEN = ("memberIds", "listFolderId", "conversion")


def list_id(call: Call, name: str) -> str:
    """The id of a list in the path, a number."""
    parameter = name.removesuffix("Id")
    if not call.path[parameter].isdigit():
        raise errors.unparsable_path(f"{parameter}Id")
    return call.path[parameter]


ListId = Annotated[str, list_id]


class Lists:
    """The lists of the portal and their members."""

    def __init__(self, portal: Portal, records: Records, associations: Associations) -> None:
        self.portal = portal
        self.records = records
        self.filters = Filters(records, associations, self.holds)

    @property
    def live(self) -> dict[str, JsonObject]:
        """All lists by id, deleted ones included."""
        return self.portal.area("lists")

    @property
    def folders(self) -> dict[str, JsonObject]:
        """The folders of lists by id, without the root."""
        return self.portal.area("list_folders")

    def folder(self, number: int) -> JsonObject:
        """A folder that is not the root, or 404."""
        found: JsonObject | None = self.folders.get(str(number))
        if found is None:
            raise not_found(f"Folder does not exist with ID {number}.")
        return found

    def find(self, list_id: str) -> JsonObject:
        """A list that is not deleted, or 404."""
        found: JsonObject | None = self.live.get(list_id)
        if found is None or found.get("deletedAt"):
            raise not_found(f"List does not exist with ID {list_id}.")
        return found

    def holds(self, list_id: str, record_id: str) -> bool:
        """Whether a record is a member, with memberships up to date."""
        found = self.find(list_id)
        if found["processingType"] != "DYNAMIC":
            return record_id in found["memberIds"]
        record = self.records.of(found["objectTypeId"]).get(record_id)
        if record is None or record["archived"]:
            return False
        return self.filters.matches(found["objectTypeId"], record, found["filterBranch"])

    def members(self, found: JsonObject) -> list[str]:
        """The ids of the records in a list."""
        if found["processingType"] == "DYNAMIC":
            return [r["id"] for r in self.filters.select(found["objectTypeId"], found["filterBranch"])]
        return list(found["memberIds"])

    @route("POST", LISTS, WRITE)
    def post(self, body: JsonObject) -> JsonObject:
        """200 (not 201) with the list [S]."""
        return {"list": self.view(self.create(body), True)}

    @route("GET", LISTS, READ)
    def list_some(self, list_ids: list[str], include_filters: bool) -> JsonObject:
        """Lists by id; unknown ids are left out."""
        found = [self.live[key] for key in list_ids if key in self.live]
        return {"lists": [self.view(one, include_filters) for one in found if not one.get("deletedAt")]}

    @route("GET", LIST, READ)
    def read(self, list_id: ListId, include_filters: bool) -> JsonObject:
        """One list."""
        return {"list": self.view(self.find(list_id), include_filters)}

    @route("GET", f"{LISTS}/object-type-id/{{objectTypeId}}/name/{{name}}", READ)
    def read_by_name(self, object_type_id: ObjectType, name: str, include_filters: bool) -> JsonObject:
        """One list by object type and name."""
        return {"list": self.view(self.by_name(object_type_id.id, name), include_filters)}

    def create(self, body: JsonObject) -> JsonObject:
        """Create a list; its name must be unique in the portal [S][T]."""
        object_type = self._check_new(body)
        branch = body.get("filterBranch")
        now, user = self.portal.now(), self.portal.user_id()
        made: JsonObject = {
            "listId": self.portal.next_id("list", 1),
            "listVersion": 1,
            "name": body["name"],
            "objectTypeId": object_type,
            "processingStatus": "COMPLETE",
            "processingType": body["processingType"],
            "createdAt": now,
            "updatedAt": now,
            "filtersUpdatedAt": now,
            "createdById": user,
            "updatedById": user,
            "memberIds": [],
            "listFolderId": body.get("listFolderId") or 0,
            "filterBranch": branch,
        }
        if branch is not None and body["processingType"] == "SNAPSHOT":
            made["memberIds"] = [r["id"] for r in self.filters.select(object_type, branch)]
        self.live[made["listId"]] = made
        return made

    def _check_new(self, body: JsonObject) -> str:
        """Check the body of a new list; returns the id of its object type."""
        check_body("ListCreateRequest", body, *BODIES["ListCreateRequest"])
        if body["processingType"] not in PROCESSING_TYPES:
            raise validation_error(f"processingType must be one of {', '.join(PROCESSING_TYPES)}")
        object_type = self.portal.object_type(body["objectTypeId"]).id
        self._check_name(body["name"])
        branch = body.get("filterBranch")
        if branch is None and body["processingType"] == "DYNAMIC":
            raise validation_error("A DYNAMIC list must have a filterBranch")
        if branch is not None and body["processingType"] == "MANUAL":
            raise validation_error("A MANUAL list cannot have a filterBranch")
        if branch is not None:
            self._check_branch(object_type, branch, None)
        if body.get("listFolderId"):
            self.folder(body["listFolderId"])
        return object_type

    @route("PUT", f"{LIST}/update-list-name", WRITE)
    def rename(self, list_id: ListId, list_name: str | None, include_filters: bool) -> JsonObject:
        """Change the name, which comes in the query [S]."""
        if list_name is None:
            raise errors.missing_query("listName")
        found = self.find(list_id)
        self._check_name(list_name, list_id)
        return {"updatedList": self.view(self._changed(found, {"name": list_name}), include_filters)}

    @route("PUT", f"{LIST}/update-list-filters", WRITE)
    def set_filters(self, list_id: ListId, body: JsonObject, enroll_objects_in_workflows: bool) -> JsonObject:
        """Replace the filters of an active list; the flag changes nothing here."""
        check_body("ListFilterUpdateRequest", body, {"filterBranch": "object"}, {})
        branch = body["filterBranch"]
        found = self.find(list_id)
        if found["processingType"] != "DYNAMIC":
            raise validation_error(f"Filters of a {found['processingType']} list cannot be updated")
        self._check_branch(found["objectTypeId"], branch, list_id)
        changes = {"filterBranch": branch, "filtersUpdatedAt": self.portal.now()}
        return {"updatedList": self.view(self._changed(found, changes), True)}

    @route("DELETE", LIST, WRITE)
    def delete(self, list_id: ListId) -> None:
        """Delete a list; it can be restored for 90 days."""
        found = self.find(list_id)
        users = [o["name"] for o in self.active() if list_id in _lists_named(o.get("filterBranch"))]
        if users:  # [?]
            raise validation_error(f"List {list_id} is used by {', '.join(users)}")
        found["deletedAt"] = self.portal.now()

    @route("PUT", f"{LIST}/restore", WRITE)
    def restore(self, list_id: ListId) -> None:
        """Restore a deleted list."""
        if list_id not in self.live:
            raise not_found(f"List does not exist with ID {list_id}.")
        self._check_name(self.live[list_id]["name"], list_id)
        self.live[list_id].pop("deletedAt", None)

    def view(self, found: JsonObject, with_filters: bool, with_size: bool = True) -> JsonObject:
        """A list as responses show it; with filters only on request [S]."""
        hidden = {*HIDDEN, *(() if with_filters and found["filterBranch"] else ("filterBranch",))}
        shown = {key: value for key, value in found.items() if key not in hidden}
        return {**shown, "size": len(self.members(found))} if with_size else shown

    @route("POST", f"{LISTS}/search", READ, write=False)
    def search(self, body: JsonObject) -> JsonObject:
        """Lists by text, id, kind and object type; without filters in the results [S]."""
        check_body("ListSearchRequest", body, *BODIES["ListSearchRequest"])
        offset, count = body.get("offset", 0), body.get("count", 20)
        if not 0 <= count <= MAX_SEARCH:
            raise validation_error(f"count was {count}; it must be from 0 to {MAX_SEARCH}")
        query = (body.get("query") or "").lower()
        object_type = self.portal.object_type(body["objectTypeId"]).id if body.get("objectTypeId") else None
        found = [
            live
            for live in self.active()
            if query in live["name"].lower()
            and (not body.get("listIds") or live["listId"] in [str(i) for i in body["listIds"]])
            and (not body.get("processingTypes") or live["processingType"] in body["processingTypes"])
            and object_type in (None, live["objectTypeId"])
        ]
        page = found[offset : offset + count]
        end = offset + len(page)
        return {
            "offset": end,
            "hasMore": end < len(found),
            "lists": [self._found(live) for live in page],
            "total": len(found),
        }

    def _found(self, live: JsonObject) -> JsonObject:
        size = str(len(self.members(live)))
        return {**self.view(live, False, False), "additionalProperties": {"hs_list_size": size}}

    def by_name(self, object_type: str, name: str) -> JsonObject:
        """The list of this name, or 404."""
        for live in self.active():
            if live["objectTypeId"] == object_type and live["name"].lower() == name.lower():
                return live
        raise not_found(f"List does not exist with name {name} and object type ID {object_type}.")

    def active(self) -> list[JsonObject]:
        """The lists that are not deleted."""
        return [live for live in self.live.values() if not live.get("deletedAt")]

    def _check_name(self, name: str, own_id: str | None = None) -> None:
        holders = self.live.values() if self.portal.switch("deleted_list_holds_name") else self.active()
        if not name.strip():
            raise validation_error("A list must have a name")
        if any(live["name"].lower() == name.lower() and live["listId"] != own_id for live in holders):
            raise validation_error(
                f"The following list names already exist: {name}. List names must be unique.",
                "ILS.DUPLICATE_LIST_NAMES",
            )  # [T, five codebases]

    def _check_branch(self, object_type: str, branch: Any, own_id: str | None) -> None:
        FilterRules(self.portal, object_type).check(branch)
        waiting, seen = list(_lists_named(branch)), set()
        while waiting:
            list_id = waiting.pop()
            if list_id == own_id:
                raise validation_error("Invalid filter: a list cannot refer to itself")
            if list_id not in seen:
                seen.add(list_id)
                waiting += _lists_named(self.live.get(list_id, {}).get("filterBranch"))

    def _changed(self, found: JsonObject, changes: JsonObject) -> JsonObject:
        found |= changes
        found |= {
            "listVersion": found["listVersion"] + 1,
            "updatedAt": self.portal.now(),
            "updatedById": self.portal.user_id(),
        }
        return found


def _lists_named(document: Any) -> set[str]:
    return set(named_properties(document, ("listId",)))
