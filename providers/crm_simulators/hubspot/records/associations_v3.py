"""Associations v3, by the names of their types: https://developers.hubspot.com/docs/api-reference/crm-associations-v3/guide."""

from __future__ import annotations

from functools import partial
from typing import Any

from crm_simulators.hubspot.errors import JsonObject, not_found, validation_error
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.routing import Call, Reply, Route
from crm_simulators.hubspot.portal.object_types import ObjectType
from crm_simulators.hubspot.portal.scopes import OBJECT_READ, OBJECT_WRITE
from crm_simulators.hubspot.properties.properties import batch_inputs, batch_reply
from crm_simulators.hubspot.records.association_batches import MAX_BATCH, record_pair
from crm_simulators.hubspot.records.associations import DEFAULT_TYPES, PRIMARY_TYPES, Associations
from crm_simulators.hubspot.records.records import Records

MAX_READ = 1000  # [D]


class AssociationV3Routes:
    """Batches of `{from: {id}, to: {id}, type}`; a type goes by its name or its id [D]."""

    def __init__(self, records: Records, associations: Associations) -> None:
        self.records = records
        self.associations = associations

    def types(self, call: Call) -> Reply:
        """The types between two object types, labels too [D]."""
        named = self._types(call.object_type(), call.object_type("toType"))
        return Reply(200, {"results": [{"id": str(type_id), "name": name} for type_id, name in named.items()]})

    def _types(self, start: ObjectType, end: ObjectType) -> dict[int, str]:
        """The names of types by id; where a primary one exists, it has the plain name [K]."""
        pair, plain = (start.id, end.id), f"{start.singular}_to_{end.singular}"
        named = {}
        if pair in PRIMARY_TYPES:
            named[PRIMARY_TYPES[pair]] = plain
        if pair in DEFAULT_TYPES:
            named[DEFAULT_TYPES[pair]] = f"{plain}_unlabeled" if pair in PRIMARY_TYPES else plain
        labels = self.records.portal.area("association_labels").items()
        return named | {int(type_id): live["name"] for type_id, live in labels if tuple(live["pair"]) == pair}

    def create(self, call: Call) -> Reply:
        """201 with what was linked, or 207 when some failed."""

        def link(item: JsonObject) -> JsonObject:
            start, end, type_id = self._link(call, item)
            self.associations.add(start, end, type_id)
            return {"from": {"id": start[1]}, "to": {"id": end[1]}, "type": item["type"]}

        inputs = batch_inputs(call.body(), {}, MAX_BATCH)
        return batch_reply(self.records.portal, 201, [partial(link, item) for item in inputs])

    def archive(self, call: Call) -> Reply:
        """204, even without such a link."""
        for item in batch_inputs(call.body(), {}, MAX_BATCH):
            self.associations.remove_type(*self._link(call, item))
        return Reply(204)

    def read(self, call: Call) -> Reply:
        """What each record is linked to, and how; 200, or 207 when some have nothing."""
        start, end = call.object_type(), call.object_type("toType")
        named = self._types(start, end)

        def found(item: JsonObject) -> JsonObject:
            check_body("PublicObjectId", item, {"id": "text"}, {})
            links = self.associations.of((start.id, item["id"]), end.id)
            if not links:
                raise not_found(f"No {end.plural} are associated with {start.singular} {item['id']}.")
            to = [
                {"id": str(link["toObjectId"]), "type": named[kind["typeId"]]}
                for link in links
                for kind in link["associationTypes"]
            ]
            return {"from": {"id": item["id"]}, "to": to}

        inputs = batch_inputs(call.body(), {}, MAX_READ)
        return batch_reply(self.records.portal, 200, [partial(found, item) for item in inputs])

    def _link(self, call: Call, item: JsonObject) -> tuple[tuple[str, str], tuple[str, str], int]:
        check_body("PublicAssociation", item, {"from": "object", "to": "object", "type": "text"}, {})
        start, end = record_pair(self.records, call, item["from"], item["to"])
        return start, end, self._type_id(call, item["type"])

    def _type_id(self, call: Call, desired: Any) -> int:
        start, end = call.object_type(), call.object_type("toType")
        for type_id, name in self._types(start, end).items():
            if desired in (name, str(type_id)):
                return type_id
        raise validation_error(f"{desired} is not a valid association type from {start.plural} to {end.plural}")

    def routes(self) -> list[Route]:
        """The routes of this area."""
        pair = "/crm/v3/associations/{objectType}/{toType}"
        return [
            Route("GET", f"{pair}/types", self.types, OBJECT_READ),
            Route("POST", f"{pair}/batch/create", self.create, OBJECT_WRITE),
            Route("POST", f"{pair}/batch/archive", self.archive, OBJECT_WRITE),
            Route("POST", f"{pair}/batch/read", self.read, OBJECT_READ, write=False),
        ]
