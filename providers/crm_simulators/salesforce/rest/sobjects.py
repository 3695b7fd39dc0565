"""`/sobjects`: describe, and one record at a time."""

from __future__ import annotations

from typing import Any

from crm_simulators.salesforce.errors import RestError, not_found
from crm_simulators.salesforce.http.calls import Call, Reply, allow
from crm_simulators.salesforce.org.fields import Field, fields_of, find_field, object_name
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.query.data_tables import DataTable, unsupported_type
from crm_simulators.salesforce.query.parser import Column
from crm_simulators.salesforce.records.records import Records
from crm_simulators.salesforce.rest.describe import describe, global_describe
from crm_simulators.salesforce.rows.tables import find_row, rows


class SObjects:
    """Answers everything below `sobjects/`."""

    def __init__(self, org: Org) -> None:
        self.org = org

    def answer(self, call: Call, path: list[str]) -> Reply:
        if not path:
            allow(call, "GET")
            return Reply(200, global_describe(self.org, call.version))
        name = object_name(self.org, path[0])
        if name is None:
            raise not_found()
        if len(path) == 1:
            return self.collection(call, name)
        if len(path) == 2 and path[1] == "describe":
            allow(call, "GET")
            return Reply(200, describe(self.org, call.user, name, call.version))
        if len(path) == 2:
            return self.record(call, name, path[1])
        if len(path) == 3:
            return self.by_external_id(call, name, path[1], path[2])
        raise not_found()

    def records(self, call: Call) -> Records:
        duplicates = call.headers.get("sforce-duplicate-rule-header", "").replace(" ", "").lower()
        allow_save = "allowsave=true" in duplicates
        return Records(self.org, call.user, call.headers.get("sforce-auto-assign"), allow_save=allow_save)

    def collection(self, call: Call, name: str) -> Reply:
        allow(call, "GET", "POST")
        if call.method == "GET":
            described = describe(self.org, call.user, name, call.version)
            basics = {key: value for key, value in described.items() if key not in {"fields", "recordTypeInfos"}}
            return Reply(200, {"objectDescribe": basics, "recentItems": []})
        record_id = self.records(call).create(name, call.json_object())
        return Reply(201, {"id": record_id, "success": True, "errors": []}, wrote=True)

    def record(self, call: Call, name: str, record_id: str) -> Reply:
        allow(call, "GET", "PATCH", "DELETE")
        if call.method == "GET":
            return Reply(200, self.shown(call, name, record_id))
        if call.method == "PATCH":
            self.records(call).update(name, record_id, call.json_object())
        else:
            self.records(call).delete(name, record_id)
        return Reply(204, wrote=True)

    def shown(self, call: Call, name: str, record_id: str) -> dict[str, Any]:
        """A record with the fields asked for, or all that the user may see."""
        row = find_row(self.org, name, record_id)
        if row is None:
            raise not_found()
        table = DataTable(self.org, call.user, name, call.version)
        asked = call.arguments.get("fields")
        names = [part.strip() for part in asked.split(",")] if asked else list(table.visible(name))
        for each in names:
            table.type_of(each)
        return table.entry(row, [Column(each) for each in names])

    def by_external_id(self, call: Call, name: str, field_name: str, value: str) -> Reply:
        allow(call, "GET", "PATCH", "DELETE")
        field = self.external_id(name, field_name)
        row = self.matching(name, field, value)
        if call.method == "PATCH":
            return self.upsert(call, name, field, value, call.json_object())
        if row is None:
            raise not_found()
        return self.record(call, name, row["Id"])

    def external_id(self, name: str, field_name: str) -> Field:
        field = find_field(fields_of(self.org, name), field_name)
        if field is None or not (field.name == "Id" or (field.custom or {}).get("externalId")):
            # [K: text]
            text = f"Provided external ID field does not exist or is not accessible: {field_name}"
            raise RestError(404, "NOT_FOUND", text)
        return field

    def matching(self, name: str, field: Field, value: str) -> Record | None:
        """The one record with that external id; several are answered with status 300."""
        if field.name == "Id":
            return find_row(self.org, name, value)
        found = [row for row in rows(self.org, name) if str(row.get(field.name) or "").lower() == value.lower()]
        if len(found) > 1:
            text = f"duplicate external id field values: {value}"
            raise RestError(300, "DUPLICATE_EXTERNAL_ID", text)
        return found[0] if found else None

    def upsert(self, call: Call, name: str, field: Field, value: str, values: dict[str, Any]) -> Reply:
        row = self.matching(name, field, value)
        records = self.records(call)
        if row is None:
            key = {} if field.name == "Id" else {field.name: value}
            record_id = records.create(name, {**values, **key})
            return Reply(201, {"id": record_id, "success": True, "errors": [], "created": True}, wrote=True)
        records.update(name, row["Id"], values)
        if float(call.version) < 46:
            return Reply(204, wrote=True)
        return Reply(200, {"id": row["Id"], "success": True, "errors": [], "created": False}, wrote=True)


def known_object(org: Org, name: str) -> str:
    """The object's stored spelling; raises INVALID_TYPE."""
    found = object_name(org, str(name))
    if found is None:
        raise unsupported_type(str(name))
    return found
