"""Associations v4 in batches: https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crm_simulators.hubspot.errors import JsonObject, validation_error
from crm_simulators.hubspot.http.batches import batch_inputs, batch_reply
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.calls import Call, Reply
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.portal.scopes import OBJECT_WRITE
from crm_simulators.hubspot.records.associations import Associations
from crm_simulators.hubspot.records.records import Records

BATCH = "/crm/v4/associations/{objectType}/{toType}/batch"
MAX_BATCH = 2000  # [D]
ENDS = {"from": "object", "to": "object"}
CATEGORIES = ("HUBSPOT_DEFINED", "USER_DEFINED")


class AssociationBatchRoutes:
    """Writes of many associations between two object types at once."""

    def __init__(self, records: Records, associations: Associations) -> None:
        self.records = records
        self.associations = associations

    @route("POST", f"{BATCH}/create", OBJECT_WRITE)
    def create(self, call: Call) -> Reply:
        """201 with what links each pair, or 207 when some failed."""

        def link(item: JsonObject) -> JsonObject:
            check_body("PublicAssociationMultiPost", item, {**ENDS, "types": "list"}, {})
            start, end = record_pair(self.records, call, item["from"], item["to"])
            for type_id in type_ids(item["types"]):
                self.associations.add(start, end, type_id)
            return self._labels(start, end)

        return self._batch(call, 201, link)

    @route("POST", f"{BATCH}/associate/default", OBJECT_WRITE)
    def associate_default(self, call: Call) -> Reply:
        """200 with the unlabeled association of each pair, or 207 when some failed."""

        def link(item: JsonObject) -> JsonObject:
            check_body("PublicDefaultAssociationMultiPost", item, ENDS, {})
            start, end = record_pair(self.records, call, item["from"], item["to"])
            return default_link(start, end, self.associations.add(start, end))

        return self._batch(call, 200, link)

    @route("POST", f"{BATCH}/archive", OBJECT_WRITE)
    def archive(self, call: Call) -> None:
        """204; removes every association of a record with each of the others, if any."""
        for item in batch_inputs(call.body(), {}, MAX_BATCH):
            check_body("PublicAssociationMultiArchive", item, {"from": "object", "to": "list"}, {})
            for other in item["to"]:
                self.associations.remove(*record_pair(self.records, call, item["from"], other))

    @route("POST", f"{BATCH}/labels/archive", OBJECT_WRITE)
    def archive_labels(self, call: Call) -> None:
        """204; removes the named types of each pair, the unlabeled type only when named."""
        for item in batch_inputs(call.body(), {}, MAX_BATCH):
            check_body("PublicAssociationMultiPost", item, {**ENDS, "types": "list"}, {})
            start, end = record_pair(self.records, call, item["from"], item["to"])
            for type_id in type_ids(item["types"]):
                self.associations.remove_type(start, end, type_id)

    def _labels(self, start: tuple[str, str], end: tuple[str, str]) -> JsonObject:
        links = next(link for link in self.associations.of(start, end[0]) if str(link["toObjectId"]) == end[1])
        return {
            "fromObjectTypeId": start[0],
            "fromObjectId": start[1],
            "toObjectTypeId": end[0],
            "toObjectId": end[1],
            "labels": [kind["label"] for kind in links["associationTypes"] if kind["label"]],
        }

    def _batch(self, call: Call, success: int, step: Callable[[JsonObject], JsonObject]) -> Reply:
        return batch_reply(self.records.portal, success, batch_inputs(call.body(), {}, MAX_BATCH), step)


def record_pair(records: Records, call: Call, one: Any, other: Any) -> tuple[tuple[str, str], tuple[str, str]]:
    """Two records of the object types in the path, `{id}` each, which must exist: object type id and id of both."""
    ends = []
    for object_type, end in ((call.object_type(), one), (call.object_type("toType"), other)):
        check_body("PublicObjectId", end, {"id": "text"}, {})
        ends.append((object_type.id, str(records.find(object_type, end["id"])["id"])))
    return ends[0], ends[1]


def type_ids(kinds: list[Any]) -> list[int]:
    """The type ids of association specifications."""
    for kind in kinds:
        check_body("AssociationSpec", kind, {"associationCategory": "text", "associationTypeId": "number"}, {})
        if kind["associationCategory"] not in CATEGORIES:
            raise validation_error(f"associationCategory must be one of {', '.join(CATEGORIES)}")
    return [int(kind["associationTypeId"]) for kind in kinds]


def default_link(start: tuple[str, str], end: tuple[str, str], type_id: int) -> JsonObject:
    """The unlabeled association of two records, as responses show it."""
    kind = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}
    return {"from": {"id": start[1]}, "to": {"id": end[1]}, "associationSpec": kind}
