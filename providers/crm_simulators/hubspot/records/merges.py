"""Merging records, and deleting contacts permanently.

Sources: https://developers.hubspot.com/changelog/updated-merge-functionality-for-contacts-and-companies and
https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crm_simulators.hubspot.errors import HubSpotError, JsonObject, validation_error
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.portal.object_types import ObjectType
from crm_simulators.hubspot.portal.portal import Happening
from crm_simulators.hubspot.portal.scopes import OBJECT_WRITE
from crm_simulators.hubspot.records.associations import Associations
from crm_simulators.hubspot.records.records import Records
from crm_simulators.hubspot.records.routes import RecordRoutes

MERGED = ("contacts", "companies", "deals", "tickets", "custom")
"""The objects that merge, by their name in scopes; tasks and leads are refused [?]."""


class RecordMergeRoutes:
    """Routes that merge records or delete them permanently."""

    def __init__(self, records: Records, associations: Associations) -> None:
        self.records = records
        self.associations = associations
        self.shown = RecordRoutes(records, associations)

    @route("POST", "/crm/v3/objects/{objectType}/merge", OBJECT_WRITE)
    def merge(self, object_type: ObjectType, body: JsonObject) -> JsonObject:
        """200 with a record of a new id, which both old ids resolve to from now on [D]."""
        check_body("PublicMergeInput", body, {"primaryObjectId": "text", "objectIdToMerge": "text"}, {})
        if object_type.scope not in MERGED or object_type.plural == "tasks":
            raise validation_error(f"Merging {object_type.plural} is not supported")
        primary = self.records.find(object_type, body["primaryObjectId"])
        other = self.records.find(object_type, body["objectIdToMerge"])
        if primary is other:
            raise validation_error("A record cannot be merged with itself")
        return self.shown.view(object_type, self._merged(object_type, primary, other))

    def _merged(self, object_type: ObjectType, primary: JsonObject, other: JsonObject) -> JsonObject:
        """The primary's values, the other's where it has none [T]; the older date of creation [T]."""
        portal, live = self.records.portal, self.records.of(object_type.id)
        now = portal.now()
        made: JsonObject = {
            "id": portal.next_id(f"record.{object_type.id}", 10001),
            "properties": _filled(primary["properties"], other["properties"]),
            "history": _told(primary["history"], other["history"]),
            "createdAt": min(primary["createdAt"], other["createdAt"]),
            "updatedAt": now,
            "archived": False,
        }
        if "lifecyclestage" in made["properties"]:
            made["properties"]["lifecyclestage"] = self._furthest(object_type, primary, other)
        live[made["id"]] = made
        old_ids = (primary["id"], other["id"])
        for old in (primary, other):
            old |= {"archived": True, "archivedAt": now, "mergedInto": made["id"]}
        portal.indexes.clear()
        self.associations.hand_over(object_type.id, *old_ids, made["id"])
        self._list_again(object_type.id, old_ids, [made["id"]])
        portal.announce(Happening("touched", object_type.id, made["id"]))
        return made

    def _furthest(self, object_type: ObjectType, *records: JsonObject) -> str:
        """Of the lifecycle stages the one furthest down, an exception to the rule of the primary [K]."""
        order = [
            option["value"] for option in self.records.properties.active(object_type.id)["lifecyclestage"]["options"]
        ]
        stages = [str(record["properties"].get("lifecyclestage") or "") for record in records]
        return max(stages, key=lambda stage: order.index(stage) if stage in order else -1)

    def _list_again(self, object_type: str, old_ids: Iterable[str], new_ids: list[str]) -> None:
        """Put the new record where an old one was in the members of a static list [T]."""
        for found in self.records.portal.area("lists").values():
            if found["objectTypeId"] == object_type and set(old_ids) & set(found["memberIds"]):
                left = [one for one in found["memberIds"] if one not in old_ids]
                found["memberIds"] = [*left, *new_ids]

    @route("POST", "/crm/v3/objects/contacts/gdpr-delete", ("crm.objects.contacts.write",))
    def delete_for_privacy(self, body: JsonObject) -> None:
        """204; deletes the contact permanently, with its links; its tasks stay [?]. An e-mail address that nobody
        has cannot be used from now on [C]."""
        object_type = self.records.portal.object_type("contacts")
        check_body("PublicGdprDeleteInput", body, {"objectId": "text"}, {"idProperty": "text"})
        try:
            found = self.records.find(object_type, body["objectId"], body.get("idProperty"))
        except HubSpotError:
            if body.get("idProperty") != "email":
                raise
            self.records.portal.area("blocked_emails")[body["objectId"].lower()] = self.records.portal.now()
            return
        del self.records.of(object_type.id)[found["id"]]
        self.records.portal.indexes.clear()
        self.associations.drop_all(object_type.id, found["id"])
        self._list_again(object_type.id, [found["id"]], [])


def _filled(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    return {**second, **{name: text for name, text in first.items() if text != ""}}


def _told(first: dict[str, list[Any]], second: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The history of both, that of the primary last."""
    return {name: [*second.get(name, []), *first.get(name, [])] for name in {**second, **first}}
