"""Lists (segments) v3: https://developers.hubspot.com/docs/api-reference/crm-lists-v3/guide."""

from __future__ import annotations

from typing import Any

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import JsonObject, not_found, validation_error
from crm_simulators.hubspot.filters.evaluation import Filters
from crm_simulators.hubspot.filters.rules import FilterRules
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.routing import Call, Reply, Route
from crm_simulators.hubspot.portal.portal import Portal
from crm_simulators.hubspot.properties.usage import named_properties
from crm_simulators.hubspot.records.associations import Associations
from crm_simulators.hubspot.records.records import Records

READ, WRITE = ("crm.lists.read",), ("crm.lists.write",)
PROCESSING_TYPES = ("MANUAL", "DYNAMIC", "SNAPSHOT")
MAX_SEARCH = 500
HIDDEN = ("memberIds", "listFolderId", "conversion")
CREATE_REQUIRED = {"name": "text", "objectTypeId": "text", "processingType": "text"}
CREATE_OPTIONAL = {"filterBranch": "object", "customProperties": "object", "listFolderId": "integer"}
SEARCH = {
    "offset": "integer",
    "additionalProperties": "list",
    "query": "text",
    "count": "integer",
    "listIds": "list",
    "processingTypes": "list",
    "objectTypeId": "text",
    "sort": "text",
}


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
        check_body("ListCreateRequest", body, CREATE_REQUIRED, CREATE_OPTIONAL)
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

    def rename(self, list_id: str, name: str) -> JsonObject:
        """Change the name."""
        found = self.find(list_id)
        self._check_name(name, list_id)
        return self._changed(found, {"name": name})

    def set_filters(self, list_id: str, branch: Any) -> JsonObject:
        """Replace the filters of an active list."""
        found = self.find(list_id)
        if found["processingType"] != "DYNAMIC":
            raise validation_error(f"Filters of a {found['processingType']} list cannot be updated")
        self._check_branch(found["objectTypeId"], branch, list_id)
        return self._changed(found, {"filterBranch": branch, "filtersUpdatedAt": self.portal.now()})

    def delete(self, list_id: str) -> None:
        """Delete a list; it can be restored for 90 days."""
        found = self.find(list_id)
        users = [o["name"] for o in self.active() if list_id in _lists_named(o.get("filterBranch"))]
        if users:  # [?]
            raise validation_error(f"List {list_id} is used by {', '.join(users)}")
        found["deletedAt"] = self.portal.now()

    def restore(self, list_id: str) -> None:
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

    def search(self, body: JsonObject) -> JsonObject:
        """Lists by text, id, kind and object type; without filters in the results [S]."""
        check_body("ListSearchRequest", body, {}, SEARCH)
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
        return {
            "offset": offset + len(page),
            "hasMore": offset + len(page) < len(found),
            "lists": [
                {
                    **self.view(live, False, False),
                    "additionalProperties": {"hs_list_size": str(len(self.members(live)))},
                }
                for live in page
            ],
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


class ListRoutes:
    """The routes of lists."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists

    def create(self, call: Call) -> Reply:
        """200 (not 201) with the list [S]."""
        return Reply(200, {"list": self.lists.view(self.lists.create(call.body()), True)})

    def list_some(self, call: Call) -> Reply:
        """Lists by id; unknown ids are left out."""
        desired = call.texts("listIds")
        found = [self.lists.live[key] for key in desired if key in self.lists.live]
        with_filters = call.flag("includeFilters")
        return Reply(200, {"lists": [self.lists.view(f, with_filters) for f in found if not f.get("deletedAt")]})

    def read(self, call: Call) -> Reply:
        """One list."""
        found = self.lists.find(_list_id(call))
        return Reply(200, {"list": self.lists.view(found, call.flag("includeFilters"))})

    def read_by_name(self, call: Call) -> Reply:
        """One list by object type and name."""
        found = self.lists.by_name(call.object_type("objectTypeId").id, call.path["name"])
        return Reply(200, {"list": self.lists.view(found, call.flag("includeFilters"))})

    def search(self, call: Call) -> Reply:
        """200 with a page of lists."""
        return Reply(200, self.lists.search(call.body()))

    def rename(self, call: Call) -> Reply:
        """The name comes in the query [S]."""
        name = call.text("listName")
        if name is None:
            raise errors.missing_query("listName")
        found = self.lists.rename(_list_id(call), name)
        return Reply(200, {"updatedList": self.lists.view(found, call.flag("includeFilters"))})

    def set_filters(self, call: Call) -> Reply:
        """200 with the changed list."""
        call.flag("enrollObjectsInWorkflows")
        body = call.body()
        check_body("ListFilterUpdateRequest", body, {"filterBranch": "object"}, {})
        found = self.lists.set_filters(_list_id(call), body["filterBranch"])
        return Reply(200, {"updatedList": self.lists.view(found, True)})

    def delete(self, call: Call) -> Reply:
        """204."""
        self.lists.delete(_list_id(call))
        return Reply(204)

    def restore(self, call: Call) -> Reply:
        """204."""
        self.lists.restore(_list_id(call))
        return Reply(204)

    def routes(self) -> list[Route]:
        """The routes of this area."""
        root = "/crm/v3/lists"
        one = f"{root}/{{list}}"
        return [
            Route("POST", root, self.create, WRITE),
            Route("GET", root, self.list_some, READ),
            Route("POST", f"{root}/search", self.search, READ, write=False),
            Route("GET", f"{root}/object-type-id/{{objectTypeId}}/name/{{name}}", self.read_by_name, READ),
            Route("GET", one, self.read, READ),
            Route("DELETE", one, self.delete, WRITE),
            Route("PUT", f"{one}/restore", self.restore, WRITE),
            Route("PUT", f"{one}/update-list-name", self.rename, WRITE),
            Route("PUT", f"{one}/update-list-filters", self.set_filters, WRITE),
        ]


def _list_id(call: Call) -> str:
    if not call.path["list"].isdigit():
        raise errors.unparsable_path("listId")
    return call.path["list"]
