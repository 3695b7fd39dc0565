"""List folders, and the translation of v1 list ids: https://developers.hubspot.com/docs/api-reference/crm-lists-v3/guide."""

from __future__ import annotations

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import JsonObject, not_found, validation_error
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.calls import Call
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.lists.lists import LISTS, READ, WRITE, Lists

FOLDERS, MAPPING = f"{LISTS}/folders", f"{LISTS}/idmapping"
FOLDER = f"{FOLDERS}/{{folder}}"
ROOT = 0  # [S] the folder that everything is in


class ListFolderRoutes:
    """Folders, each `{id, name, parentFolderId, createdAt, updatedAt, updatedContentsAt, userId}`; a list holds the id
    of its folder."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists

    @route("POST", FOLDERS, WRITE)
    def create(self, body: JsonObject) -> JsonObject:
        """200 with the folder."""
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
        return self._shown(made)

    @route("GET", FOLDERS, READ)
    def read(self, folder_id: int = ROOT) -> JsonObject:
        """200 with a folder, the root when none is named, and all folders below it; lists of the folder alone [C]."""
        return self._shown(self._find(folder_id))

    @route("PUT", f"{FOLDER}/rename", WRITE)
    def rename(self, folder: int, new_folder_name: str | None) -> JsonObject:
        """The name comes in the query [S]."""
        if not new_folder_name:
            raise errors.missing_query("newFolderName")
        return self._changed(self._own(folder), {"name": new_folder_name})

    @route("PUT", f"{FOLDER}/move/{{parent}}", WRITE)
    def move(self, folder: int, parent: int) -> JsonObject:
        """200 with the moved folder; its new parent must not be below it [?]."""
        found, above = self._own(folder), self._find(parent)
        while above["id"] != ROOT:
            if above["id"] == folder:
                raise validation_error(f"Folder {folder} cannot be moved into itself")
            above = self._find(above["parentFolderId"])
        return self._changed(found, {"parentFolderId": parent})

    @route("PUT", f"{FOLDERS}/move-list", WRITE)
    def move_list(self, body: JsonObject) -> None:
        """204; moves a list into a folder."""
        check_body("ListMoveRequest", body, {"listId": "text", "newFolderId": "text"}, {})
        folder = self._find(_number(body["newFolderId"], "newFolderId"))
        self.lists.find(body["listId"])["listFolderId"] = folder["id"]

    @route("DELETE", FOLDER, WRITE)
    def delete(self, folder: int) -> None:
        """204; a folder with content is refused [?]."""
        self._own(folder)
        if self._lists_in(folder) or self._below(folder):
            raise validation_error(f"Folder {folder} is not empty")
        del self.lists.folders[str(folder)]

    @route("GET", MAPPING, READ)
    def translate(self, legacy_list_id: str | None) -> None:
        """The new id of a v1 list: no list here is that old [C: meant for a move that ended in May 2025]."""
        if legacy_list_id is None:
            raise errors.missing_query("legacyListId")
        raise not_found(f"No list has the legacy list ID {legacy_list_id}.")

    @route("POST", MAPPING, READ, write=False)
    def translate_batch(self, call: Call) -> JsonObject:
        """The same for many ids: all are missing."""
        ids = [str(one) for one in call.any_list_body()]
        return {"legacyListIdsToIdsMapping": [], "missingLegacyListIds": ids}

    def _shown(self, folder: JsonObject) -> JsonObject:
        lists = [int(live["listId"]) for live in self._lists_in(folder["id"])]
        return {"folder": {**self._view(folder), "childLists": lists}}

    def _view(self, folder: JsonObject) -> JsonObject:
        return {**folder, "childNodes": [self._view(one) for one in self._below(folder["id"])], "childLists": []}

    def _below(self, folder_id: int) -> list[JsonObject]:
        return [one for one in self.lists.folders.values() if one["parentFolderId"] == folder_id]

    def _lists_in(self, folder_id: int) -> list[JsonObject]:
        return [live for live in self.lists.active() if live.get("listFolderId", ROOT) == folder_id]

    def _own(self, number: int) -> JsonObject:
        """A folder that is not the root."""
        if number == ROOT:
            raise validation_error("The root folder cannot be changed")  # [?]
        return self._find(number)

    def _find(self, number: int) -> JsonObject:
        return {"id": ROOT, "parentFolderId": ROOT} if number == ROOT else self.lists.folder(number)

    def _changed(self, folder: JsonObject, changes: JsonObject) -> JsonObject:
        folder |= {**changes, "updatedAt": self.lists.portal.now()}
        return self._shown(folder)


def _number(text: str, name: str) -> int:
    if not text.isdigit():
        raise validation_error(f'{name} was "{text}"; it must be the number of a folder')
    return int(text)
