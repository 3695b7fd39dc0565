"""List folders, and the translation of v1 list ids: https://developers.hubspot.com/docs/api-reference/crm-lists-v3/guide."""

from __future__ import annotations

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import JsonObject, not_found, validation_error
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.routing import Call, Reply, Route
from crm_simulators.hubspot.lists.lists import READ, WRITE, Lists

ROOT = 0  # [S] the folder that everything is in


class ListFolderRoutes:
    """Folders, each `{id, name, parentFolderId, createdAt, updatedAt, updatedContentsAt, userId}`; a list holds the id
    of its folder."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists

    def create(self, call: Call) -> Reply:
        """200 with the folder."""
        body = call.body()
        check_body("ListFolderCreateRequest", body, {"name": "text"}, {"parentFolderId": "text"})
        parent = self._find(_number(body.get("parentFolderId") or str(ROOT), "parentFolderId"))
        now = self.lists.portal.now()
        made: JsonObject = {
            "id": int(self.lists.portal.next_id("list folder", 1)),
            "name": body["name"],
            "parentFolderId": parent["id"],
            "createdAt": now,
            "updatedAt": now,
            "updatedContentsAt": now,
            "userId": int(self.lists.portal.user_id()),
        }
        self.lists.folders[str(made["id"])] = made
        return self._reply(made)

    def read(self, call: Call) -> Reply:
        """200 with a folder, the root when none is named, and all folders below it; lists of the folder alone [C]."""
        return self._reply(self._find(call.number("folderId", ROOT)))

    def rename(self, call: Call) -> Reply:
        """The name comes in the query [S]."""
        name = call.text("newFolderName")
        if not name:
            raise errors.missing_query("newFolderName")
        return self._reply(self._changed(self._own(call), {"name": name}))

    def move(self, call: Call) -> Reply:
        """200 with the moved folder; its new parent must not be below it [?]."""
        folder, parent = self._own(call), self._find(call.path_number("parent"))
        above = parent
        while above["id"] != ROOT:
            if above["id"] == folder["id"]:
                raise validation_error(f"Folder {folder['id']} cannot be moved into itself")
            above = self._find(above["parentFolderId"])
        return self._reply(self._changed(folder, {"parentFolderId": parent["id"]}))

    def move_list(self, call: Call) -> Reply:
        """204; moves a list into a folder."""
        body = call.body()
        check_body("ListMoveRequest", body, {"listId": "text", "newFolderId": "text"}, {})
        folder = self._find(_number(body["newFolderId"], "newFolderId"))
        self.lists.find(body["listId"])["listFolderId"] = folder["id"]
        return Reply(204)

    def delete(self, call: Call) -> Reply:
        """204; a folder with content is refused [?]."""
        folder = self._own(call)
        if self._lists_in(folder["id"]) or self._below(folder["id"]):
            raise validation_error(f"Folder {folder['id']} is not empty")
        del self.lists.folders[str(folder["id"])]
        return Reply(204)

    def translate(self, call: Call) -> Reply:
        """The new id of a v1 list: no list here is that old [C: meant for a move that ended in May 2025]."""
        legacy = call.text("legacyListId")
        if legacy is None:
            raise errors.missing_query("legacyListId")
        raise not_found(f"No list has the legacy list ID {legacy}.")

    def translate_batch(self, call: Call) -> Reply:
        """The same for many ids: all are missing."""
        ids = [str(one) for one in call.any_list_body()]
        return Reply(200, {"legacyListIdsToIdsMapping": [], "missingLegacyListIds": ids})

    def _reply(self, folder: JsonObject) -> Reply:
        lists = [int(live["listId"]) for live in self._lists_in(folder["id"])]
        return Reply(200, {"folder": {**self._view(folder), "childLists": lists}})

    def _view(self, folder: JsonObject) -> JsonObject:
        return {**folder, "childNodes": [self._view(one) for one in self._below(folder["id"])], "childLists": []}

    def _below(self, folder_id: int) -> list[JsonObject]:
        return [one for one in self.lists.folders.values() if one["parentFolderId"] == folder_id]

    def _lists_in(self, folder_id: int) -> list[JsonObject]:
        return [live for live in self.lists.active() if live.get("listFolderId", ROOT) == folder_id]

    def _own(self, call: Call) -> JsonObject:
        """The folder in the path, which is not the root."""
        number = call.path_number("folder")
        if number == ROOT:
            raise validation_error("The root folder cannot be changed")  # [?]
        return self._find(number)

    def _find(self, number: int) -> JsonObject:
        return {"id": ROOT, "parentFolderId": ROOT} if number == ROOT else self.lists.folder(number)

    def _changed(self, folder: JsonObject, changes: JsonObject) -> JsonObject:
        folder |= {**changes, "updatedAt": self.lists.portal.now()}
        return folder

    def routes(self) -> list[Route]:
        """The routes of this area."""
        root = "/crm/v3/lists/folders"
        one = f"{root}/{{folder}}"
        mapping = "/crm/v3/lists/idmapping"
        return [
            Route("GET", root, self.read, READ),
            Route("POST", root, self.create, WRITE),
            Route("PUT", f"{root}/move-list", self.move_list, WRITE),
            Route("PUT", f"{one}/rename", self.rename, WRITE),
            Route("PUT", f"{one}/move/{{parent}}", self.move, WRITE),
            Route("DELETE", one, self.delete, WRITE),
            Route("GET", mapping, self.translate, READ),
            Route("POST", mapping, self.translate_batch, READ, write=False),
        ]


def _number(text: str, name: str) -> int:
    if not text.isdigit():
        raise validation_error(f'{name} was "{text}"; it must be the number of a folder')
    return int(text)
