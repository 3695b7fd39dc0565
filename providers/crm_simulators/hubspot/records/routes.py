"""The routes of records: `/crm/v3/objects/{objectType}`, and associations v4."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import JsonObject, validation_error
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.paging import page
from crm_simulators.hubspot.http.routing import Call, Reply, Route
from crm_simulators.hubspot.portal.object_types import ObjectType
from crm_simulators.hubspot.portal.portal import APP
from crm_simulators.hubspot.portal.scopes import OBJECT_READ, OBJECT_WRITE
from crm_simulators.hubspot.properties.properties import batch_inputs, batch_reply
from crm_simulators.hubspot.records.association_batches import type_ids
from crm_simulators.hubspot.records.associations import DEFAULT_TYPES, PRIMARY_TYPES, Associations
from crm_simulators.hubspot.records.records import Records
from crm_simulators.hubspot.records.search import Search

MAX_BATCH = 100  # [D]
MAX_ASSOCIATION_BATCH = 1000  # [D]
SHOWN: dict[str, tuple[str, ...]] = {
    "0-1": ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"),
    "0-2": ("createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"),
    "0-3": (
        "amount",
        "closedate",
        "createdate",
        "dealname",
        "dealstage",
        "hs_lastmodifieddate",
        "hs_object_id",
        "pipeline",
    ),
    "0-5": (
        "content",
        "createdate",
        "hs_lastmodifieddate",
        "hs_object_id",
        "hs_pipeline",
        "hs_pipeline_stage",
        "subject",
    ),
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

    def create(self, call: Call) -> Reply:
        """201 with the record."""
        return Reply(201, self._create(_object(call), call.body(), call.version))

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

    def read(self, call: Call) -> Reply:
        """One record, with the properties asked for, its history and associations."""
        object_type = _object(call)
        record = self.records.find(object_type, call.path["record"], call.text("idProperty"), call.flag("archived"))
        shown = self.view(object_type, record, call.texts("properties"))
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
        return Reply(200, shown)

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

    def list_all(self, call: Call) -> Reply:
        """Records in pages."""
        object_type = _object(call)
        archived = call.flag("archived")
        live = [r for r in self.records.of(object_type.id).values() if r["archived"] == archived]
        document = page(call, live, 10, 100)
        document["results"] = [self.view(object_type, r, call.texts("properties")) for r in document["results"]]
        return Reply(200, document)

    def update(self, call: Call) -> Reply:
        """200 with the changed record."""
        body = call.body()
        check_body("SimplePublicObjectInput", body, INPUT, {"objectWriteTraceId": "text"})
        object_type = _object(call)
        record = self.records.find(object_type, call.path["record"], call.text("idProperty"))
        changed = self.records.update(object_type, record, body["properties"], call.version)
        return Reply(200, self.view(object_type, changed, list(body["properties"])))

    def archive(self, call: Call) -> Reply:
        """204, for an unknown record too."""
        self.records.archive(_object(call), call.path["record"])
        return Reply(204)

    def find(self, call: Call) -> Reply:
        """Search: `{total, results, paging?}`."""
        object_type, body = _object(call), call.body()
        found, total, after, limit = self.search.find(object_type, body)
        desired = [str(name) for name in body.get("properties") or []]
        document: JsonObject = {"total": total, "results": [self.view(object_type, r, desired) for r in found]}
        if after + limit < total and limit:
            document["paging"] = {"next": {"after": str(after + limit)}}
        return Reply(200, document)

    def batch_create(self, call: Call) -> Reply:
        """201, or 207 when some failed."""
        object_type = _object(call)
        inputs = batch_inputs(call.body(), {}, MAX_BATCH)
        return self._batch(201, [partial(self._create, object_type, item, version=call.version) for item in inputs])

    def batch_read(self, call: Call) -> Reply:
        """200, or 207 when some do not exist."""
        object_type, body = _object(call), call.body()
        optional = {"properties": "list", "propertiesWithHistory": "list", "idProperty": "text"}
        inputs = batch_inputs(body, {}, MAX_BATCH, optional)

        def read(item: JsonObject) -> JsonObject:
            found = self.records.find(object_type, str(item.get("id")), body.get("idProperty"))
            return self.view(object_type, found, body.get("properties"))

        return self._batch(200, [partial(read, item) for item in inputs])

    def batch_update(self, call: Call) -> Reply:
        """200, or 207 when some failed."""
        object_type = _object(call)

        def change(item: JsonObject) -> JsonObject:
            check_body("SimplePublicObjectBatchInput", item, {"id": "text", **INPUT}, {"idProperty": "text"})
            record = self.records.find(object_type, item["id"], item.get("idProperty"))
            changed = self.records.update(object_type, record, item["properties"], call.version)
            return self.view(object_type, changed)

        return self._batch(200, [partial(change, item) for item in batch_inputs(call.body(), {}, MAX_BATCH)])

    def batch_upsert(self, call: Call) -> Reply:
        """200, or 207 when some failed: finds each by a unique property, creates the missing ones."""
        object_type = _object(call)

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

        return self._batch(200, [partial(put, item) for item in batch_inputs(call.body(), {}, MAX_BATCH)])

    def batch_archive(self, call: Call) -> Reply:
        """204."""
        for item in batch_inputs(call.body(), {}, MAX_BATCH):
            self.records.archive(_object(call), str(item.get("id")))
        return Reply(204)

    def _batch(self, success: int, steps: list[Callable[[], JsonObject]]) -> Reply:
        return batch_reply(self.records.portal, success, steps)

    def list_associations(self, call: Call) -> Reply:
        """What a record is associated with, v4."""
        start, _ = self._ends(call)
        return Reply(200, page(call, self.associations.of(start, call.object_type("toType").id), 500, 500))

    def list_labels(self, call: Call) -> Reply:
        """The association types between two object types."""
        start, end = _object(call), call.object_type("toType")
        return Reply(200, {"results": self.associations.labels(start.id, end.id)})

    def batch_associations(self, call: Call) -> Reply:
        """What several records are associated with; 200, or 207 when some have nothing."""
        start, end = _object(call), call.object_type("toType")

        def read(item: JsonObject) -> JsonObject:
            record_id = str(item.get("id"))
            found = self.associations.of((start.id, record_id), end.id)
            if not found:
                raise errors.not_found(f"No {end.plural} are associated with {start.singular} {record_id}.")
            return {"from": {"id": record_id}, "to": found}

        inputs = batch_inputs(call.body(), {}, MAX_ASSOCIATION_BATCH)
        return self._batch(200, [partial(read, item) for item in inputs])

    def associate(self, call: Call) -> Reply:
        """PUT of association types, a list in the body: 201."""
        start, end = self._ends(call)
        for kind in call.list_body():
            self.associations.add(start, end, kind.get("associationTypeId"))
        labels: JsonObject = {
            "fromObjectTypeId": start[0],
            "fromObjectId": int(start[1]),
            "toObjectTypeId": end[0],
            "toObjectId": int(end[1]),
            "labels": [],
        }
        return Reply(201, labels)

    def associate_default(self, call: Call) -> Reply:
        """PUT of the unlabeled association."""
        start, end = self._ends(call)
        type_id = self.associations.add(start, end)
        now = self.records.portal.now()
        made = {
            "from": {"id": start[1]},
            "to": {"id": end[1]},
            "associationSpec": {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id},
        }
        return Reply(200, {"status": "COMPLETE", "results": [made], "startedAt": now, "completedAt": now})

    def dissociate(self, call: Call) -> Reply:
        """204."""
        self.associations.remove(*self._ends(call))
        return Reply(204)

    def _ends(self, call: Call) -> tuple[tuple[str, str], tuple[str, str]]:
        start_type, end_type = _object(call), call.object_type("toType")
        start = (start_type.id, self.records.find(start_type, call.path["record"])["id"])
        if "toRecord" not in call.path:
            return start, (end_type.id, "")
        return start, (end_type.id, self.records.find(end_type, call.path["toRecord"])["id"])

    def routes(self) -> list[Route]:
        """The routes of this area."""
        root = "/crm/v3/objects/{objectType}"
        one = f"{root}/{{record}}"
        links = "/crm/v4/objects/{objectType}/{record}/associations"
        pair = "/crm/v4/associations/{objectType}/{toType}"
        read, write = OBJECT_READ, OBJECT_WRITE
        return [
            Route("GET", root, self.list_all, read),
            Route("POST", root, self.create, write),
            Route("POST", f"{root}/search", self.find, read, write=False),
            Route("POST", f"{root}/batch/create", self.batch_create, write),
            Route("POST", f"{root}/batch/read", self.batch_read, read, write=False),
            Route("POST", f"{root}/batch/update", self.batch_update, write),
            Route("POST", f"{root}/batch/upsert", self.batch_upsert, write),
            Route("POST", f"{root}/batch/archive", self.batch_archive, write),
            Route("GET", one, self.read, read),
            Route("PATCH", one, self.update, write),
            Route("DELETE", one, self.archive, write),
            Route("GET", f"{links}/{{toType}}", self.list_associations, read),
            Route("GET", f"{pair}/labels", self.list_labels, read),
            Route("POST", f"{pair}/batch/read", self.batch_associations, read, write=False),
            Route("PUT", f"{links}/{{toType}}/{{toRecord}}", self.associate, write),
            Route("DELETE", f"{links}/{{toType}}/{{toRecord}}", self.dissociate, write),
            Route("PUT", f"{links}/default/{{toType}}/{{toRecord}}", self.associate_default, write),
        ]


def _object(call: Call) -> ObjectType:
    return call.object_type()
