"""Associations v3, by the names of their types: https://developers.hubspot.com/docs/api-reference/crm-associations-v3/guide."""

from __future__ import annotations

from crm_simulators.hubspot.errors import JsonObject, not_found, validation_error
from crm_simulators.hubspot.http.batches import batch_inputs, batch_reply
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.calls import Call, Reply
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.portal.object_types import ObjectType
from crm_simulators.hubspot.portal.scopes import OBJECT_READ, OBJECT_WRITE
from crm_simulators.hubspot.records.association_batches import MAX_BATCH, record_pair
from crm_simulators.hubspot.records.associations import DEFAULT_TYPES, PRIMARY_TYPES, Associations
from crm_simulators.hubspot.records.records import Records

PAIR = "/crm/v3/associations/{objectType}/{toType}"
MAX_READ = 1000  # [D]


class AssociationV3Routes:
    """Batches of `{from: {id}, to: {id}, type}`; a type goes by its name or its id [D]."""

    def __init__(self, records: Records, associations: Associations) -> None:
        self.records = records
        self.associations = associations

    @route("GET", f"{PAIR}/types", OBJECT_READ)
    def types(self, object_type: ObjectType, to_type: ObjectType) -> list[JsonObject]:
        """The types between two object types, labels too [D]."""
        named = self._types(object_type, to_type)
        return [{"id": str(type_id), "name": name} for type_id, name in named.items()]

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

    @route("POST", f"{PAIR}/batch/create", OBJECT_WRITE)
    def create(self, call: Call) -> Reply:
        """201 with what was linked, or 207 when some failed."""

        def link(item: JsonObject) -> JsonObject:
            start, end, type_id = self._link(call, item)
            self.associations.add(start, end, type_id)
            return {"from": {"id": start[1]}, "to": {"id": end[1]}, "type": item["type"]}

        return batch_reply(self.records.portal, 201, batch_inputs(call.body(), {}, MAX_BATCH), link)

    @route("POST", f"{PAIR}/batch/archive", OBJECT_WRITE)
    def archive(self, call: Call) -> None:
        """204, even without such a link."""
        for item in batch_inputs(call.body(), {}, MAX_BATCH):
            self.associations.remove_type(*self._link(call, item))

    @route("POST", f"{PAIR}/batch/read", OBJECT_READ, write=False)
    def read(self, object_type: ObjectType, to_type: ObjectType, body: JsonObject) -> Reply:
        """What each record is linked to, and how; 200, or 207 when some have nothing."""
        named = self._types(object_type, to_type)

        def found(item: JsonObject) -> JsonObject:
            check_body("PublicObjectId", item, {"id": "text"}, {})
            links = self.associations.of((object_type.id, item["id"]), to_type.id)
            if not links:
                raise not_found(f"No {to_type.plural} are associated with {object_type.singular} {item['id']}.")
            to = [
                {"id": str(link["toObjectId"]), "type": named[kind["typeId"]]}
                for link in links
                for kind in link["associationTypes"]
            ]
            return {"from": {"id": item["id"]}, "to": to}

        return batch_reply(self.records.portal, 200, batch_inputs(body, {}, MAX_READ), found)

    def _link(self, call: Call, item: JsonObject) -> tuple[tuple[str, str], tuple[str, str], int]:
        check_body("PublicAssociation", item, {"from": "object", "to": "object", "type": "text"}, {})
        start, end = record_pair(self.records, call, item["from"], item["to"])
        return start, end, self._type_id(call, item["type"])

    def _type_id(self, call: Call, desired: str) -> int:
        start, end = call.object_type(), call.object_type("toType")
        for type_id, name in self._types(start, end).items():
            if desired in (name, str(type_id)):
                return type_id
        raise validation_error(f"{desired} is not a valid association type from {start.plural} to {end.plural}")
