"""The routes of records: `/crm/v3/objects/{objectType}`, and associations v4."""

from __future__ import annotations

from functools import partial
from typing import Any

from vendor_facts import vocabulary

from crm_simulators.hubspot.errors import JsonObject, not_found, validation_error
from crm_simulators.hubspot.http.batches import batch_inputs, batch_reply
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.calls import Call, Reply
from crm_simulators.hubspot.http.paging import page
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.portal.object_types import ObjectType
from crm_simulators.hubspot.portal.portal import APP
from crm_simulators.hubspot.portal.scopes import OBJECT_READ, OBJECT_WRITE
from crm_simulators.hubspot.records.association_batches import default_link, record_pair, type_ids
from crm_simulators.hubspot.records.associations import DEFAULT_TYPES, PRIMARY_TYPES, Associations
from crm_simulators.hubspot.records.records import Records
from crm_simulators.hubspot.records.search import Search

MAX_BATCH = 100  # [D]
MAX_ASSOCIATION_BATCH = 1000  # [D]
RECORDS = "/crm/v3/objects/{objectType}"
RECORD = f"{RECORDS}/{{record}}"
LINKS = "/crm/v4/objects/{objectType}/{record}/associations"
PAIR = "/crm/v4/associations/{objectType}/{toType}"
SHOWN = {
    object_type: tuple(vocabulary("hubspot", f"properties shown of {object_type}"))
    for object_type in ("0-1", "0-2", "0-3", "0-5")
}
SHOWN_ELSEWHERE = ("hs_createdate", "hs_lastmodifieddate", "hs_object_id")
INPUT = {"properties": "object"}
INPUT_MORE = {"associations": "list"}


class RecordRoutes:
    """Reads and writes of records, alone and in batches."""

    def __init__(self, records: Records, associations: Associations) -> None:
        self.records = records
        self.associations = associations
        self.search = Search(records)

    def view(self, object_type: ObjectType, record: JsonObject, desired: list[str] | None = None) -> JsonObject:
        """A record as responses show it: the default properties and those asked for, null without a value."""
        values = self.records.values(object_type.id, record)
        names = sorted({*SHOWN.get(object_type.id, SHOWN_ELSEWHERE), *(desired or [])})
        known = self.records.properties.active(object_type.id)
        shown: JsonObject = {
            "id": record["id"],
            "properties": {name: values.get(name) for name in names if name in known},
            "createdAt": record["createdAt"],
            "updatedAt": record["updatedAt"],
            "archived": record["archived"],
        }
        return shown | ({"archivedAt": record["archivedAt"]} if record["archived"] else {})

    @route("POST", RECORDS, OBJECT_WRITE, status=201)
    def create(self, call: Call, object_type: ObjectType, body: JsonObject) -> JsonObject:
        """201 with the record."""
        return self._create(object_type, body, call.version)

    def _create(self, object_type: ObjectType, body: JsonObject, version: str | None) -> JsonObject:
        check_body("SimplePublicObjectInputForCreate", body, INPUT, {**INPUT_MORE, "objectWriteTraceId": "text"})
        named = [self._association_end(link) for link in body.get("associations") or []]
        links = [(self._end(object_type, kind, end), kind) for end, kinds in named for kind in kinds]
        record = self.records.create(object_type, body["properties"], version)
        for other, kind in links:
            self.associations.add((object_type.id, record["id"]), other, kind)
        return self.view(object_type, record, list(body["properties"]))

    def _association_end(self, link: Any) -> tuple[str, list[int]]:
        check_body("PublicAssociationsForObject", link, {"to": "object", "types": "list"}, {})
        check_body("PublicObjectId", link["to"], {"id": "any"}, {})
        return str(link["to"]["id"]), type_ids(link["types"])

    def _end(self, start: ObjectType, type_id: int, record_id: str) -> tuple[str, str]:
        """The other end of a create-with-association, whose object type follows from the association type."""
        for pair, known in [*DEFAULT_TYPES.items(), *PRIMARY_TYPES.items()]:
            if pair[0] == start.id and known == type_id:
                self.records.find(self.records.portal.object_type(pair[1]), record_id)
                return pair[1], record_id
        raise validation_error(f"Association type {type_id} is not valid for {start.singular}")

    @route("GET", RECORD, OBJECT_READ)
    def read(self, call: Call, object_type: ObjectType, archived: bool, properties: list[str]) -> JsonObject:
        """One record, with the properties asked for, its history and associations."""
        record = self.records.find(object_type, call.path["record"], call.text("idProperty"), archived)
        shown = self.view(object_type, record, properties)
        if call.texts("propertiesWithHistory"):
            shown["propertiesWithHistory"] = {
                name: [
                    {"value": text, "timestamp": at, **(source[0] if source else APP)}
                    for at, text, *source in reversed(record["history"].get(name, []))
                ]
                for name in call.texts("propertiesWithHistory")
            }
        if call.texts("associations"):
            shown["associations"] = self._associations(object_type, record["id"], call.texts("associations"))
        return shown

    def _associations(self, object_type: ObjectType, record_id: str, desired: list[str]) -> JsonObject:
        found: JsonObject = {}
        for name in desired:
            other = self.records.portal.object_type(name)
            links = self.associations.of((object_type.id, record_id), other.id)
            ends = [
                {"id": str(link["toObjectId"]), "type": f"{object_type.singular}_to_{other.singular}"} for link in links
            ]
            if ends:
                found[other.plural] = {"results": ends}
        return found

    @route("GET", RECORDS, OBJECT_READ)
    def list_all(self, call: Call, object_type: ObjectType, archived: bool, properties: list[str]) -> JsonObject:
        """Records in pages."""
        live = [r for r in self.records.of(object_type.id).values() if r["archived"] == archived]
        document = page(call, live, 10, 100)
        document["results"] = [self.view(object_type, record, properties) for record in document["results"]]
        return document

    @route("PATCH", RECORD, OBJECT_WRITE)
    def update(self, call: Call, object_type: ObjectType, body: JsonObject) -> JsonObject:
        """200 with the changed record."""
        check_body("SimplePublicObjectInput", body, INPUT, {"objectWriteTraceId": "text"})
        record = self.records.find(object_type, call.path["record"], call.text("idProperty"))
        changed = self.records.update(object_type, record, body["properties"], call.version)
        return self.view(object_type, changed, list(body["properties"]))

    @route("DELETE", RECORD, OBJECT_WRITE)
    def archive(self, object_type: ObjectType, record: str) -> None:
        """204, for an unknown record too."""
        self.records.archive(object_type, record)

    @route("POST", f"{RECORDS}/search", OBJECT_READ, write=False)
    def find(self, object_type: ObjectType, body: JsonObject) -> JsonObject:
        """Search: `{total, results, paging?}`."""
        found, total, after, limit = self.search.find(object_type, body)
        desired = [str(name) for name in body.get("properties") or []]
        document: JsonObject = {"total": total, "results": [self.view(object_type, r, desired) for r in found]}
        if after + limit < total and limit:
            document["paging"] = {"next": {"after": str(after + limit)}}
        return document

    @route("POST", f"{RECORDS}/batch/create", OBJECT_WRITE)
    def batch_create(self, call: Call, object_type: ObjectType, body: JsonObject) -> Reply:
        """201, or 207 when some failed."""
        inputs = batch_inputs(body, {}, MAX_BATCH)
        return batch_reply(self.records.portal, 201, inputs, partial(self._create, object_type, version=call.version))

    @route("POST", f"{RECORDS}/batch/read", OBJECT_READ, write=False)
    def batch_read(self, object_type: ObjectType, body: JsonObject) -> Reply:
        """200, or 207 when some do not exist."""
        optional = {"properties": "list", "propertiesWithHistory": "list", "idProperty": "text"}

        def read(item: JsonObject) -> JsonObject:
            found = self.records.find(object_type, str(item.get("id")), body.get("idProperty"))
            return self.view(object_type, found, body.get("properties"))

        return batch_reply(self.records.portal, 200, batch_inputs(body, {}, MAX_BATCH, optional), read)

    @route("POST", f"{RECORDS}/batch/update", OBJECT_WRITE)
    def batch_update(self, call: Call, object_type: ObjectType, body: JsonObject) -> Reply:
        """200, or 207 when some failed."""

        def change(item: JsonObject) -> JsonObject:
            check_body("SimplePublicObjectBatchInput", item, {"id": "text", **INPUT}, {"idProperty": "text"})
            record = self.records.find(object_type, item["id"], item.get("idProperty"))
            return self.view(object_type, self.records.update(object_type, record, item["properties"], call.version))

        return batch_reply(self.records.portal, 200, batch_inputs(body, {}, MAX_BATCH), change)

    @route("POST", f"{RECORDS}/batch/upsert", OBJECT_WRITE)
    def batch_upsert(self, call: Call, object_type: ObjectType, body: JsonObject) -> Reply:
        """200, or 207 when some failed: finds each by a unique property, creates the missing ones."""

        def put(item: JsonObject) -> JsonObject:
            required = {"id": "text", "idProperty": "text", **INPUT}
            check_body("SimplePublicObjectBatchInputUpsert", item, required, {"objectWriteTraceId": "text"})
            name, values = item["idProperty"], item["properties"]
            found = self.records.holder(object_type.id, name, item["id"])
            if found is None:
                made = self.records.create(object_type, {name: item["id"], **values}, call.version)
                return {**self.view(object_type, made), "new": True}
            changed = self.records.update(object_type, found, values, call.version)
            return {**self.view(object_type, changed), "new": False}

        return batch_reply(self.records.portal, 200, batch_inputs(body, {}, MAX_BATCH), put)

    @route("POST", f"{RECORDS}/batch/archive", OBJECT_WRITE)
    def batch_archive(self, object_type: ObjectType, body: JsonObject) -> None:
        """204."""
        for item in batch_inputs(body, {}, MAX_BATCH):
            self.records.archive(object_type, str(item.get("id")))

    @route("GET", f"{LINKS}/{{toType}}", OBJECT_READ)
    def list_associations(self, call: Call, object_type: ObjectType, record: str, to_type: ObjectType) -> JsonObject:
        """What a record is associated with, v4."""
        found = self.records.find(object_type, record)
        return page(call, self.associations.of((object_type.id, found["id"]), to_type.id), 500, 500)

    @route("GET", f"{PAIR}/labels", OBJECT_READ)
    def list_labels(self, object_type: ObjectType, to_type: ObjectType) -> list[JsonObject]:
        """The association types between two object types."""
        return self.associations.labels(object_type.id, to_type.id)

    @route("POST", f"{PAIR}/batch/read", OBJECT_READ, write=False)
    def batch_associations(self, object_type: ObjectType, to_type: ObjectType, body: JsonObject) -> Reply:
        """What several records are associated with; 200, or 207 when some have nothing."""

        def read(item: JsonObject) -> JsonObject:
            record_id = str(item.get("id"))
            found = self.associations.of((object_type.id, record_id), to_type.id)
            if not found:
                raise not_found(f"No {to_type.plural} are associated with {object_type.singular} {record_id}.")
            return {"from": {"id": record_id}, "to": found}

        return batch_reply(self.records.portal, 200, batch_inputs(body, {}, MAX_ASSOCIATION_BATCH), read)

    @route("PUT", f"{LINKS}/{{toType}}/{{toRecord}}", OBJECT_WRITE, status=201)
    def associate(self, call: Call) -> JsonObject:
        """PUT of association types, a list in the body: 201."""
        start, end = self._ends(call)
        for kind in call.list_body():
            self.associations.add(start, end, kind.get("associationTypeId"))
        ends = {"fromObjectId": int(start[1]), "toObjectTypeId": end[0], "toObjectId": int(end[1])}
        return {"fromObjectTypeId": start[0], **ends, "labels": []}

    @route("PUT", f"{LINKS}/default/{{toType}}/{{toRecord}}", OBJECT_WRITE)
    def associate_default(self, call: Call) -> JsonObject:
        """PUT of the unlabeled association."""
        start, end = self._ends(call)
        made = default_link(start, end, self.associations.add(start, end))
        now = self.records.portal.now()
        return {"status": "COMPLETE", "results": [made], "startedAt": now, "completedAt": now}

    @route("DELETE", f"{LINKS}/{{toType}}/{{toRecord}}", OBJECT_WRITE)
    def dissociate(self, call: Call) -> None:
        """204."""
        self.associations.remove(*self._ends(call))

    def _ends(self, call: Call) -> tuple[tuple[str, str], tuple[str, str]]:
        return record_pair(self.records, call, {"id": call.path["record"]}, {"id": call.path["toRecord"]})
