"""The Tooling API: queries, and components by record id."""

from __future__ import annotations

from typing import Any

from crm_simulators.salesforce.errors import MetadataError, RestError, not_found
from crm_simulators.salesforce.http.calls import Call, Reply, allow
from crm_simulators.salesforce.metadata.metadata_api import save
from crm_simulators.salesforce.metadata.registry import TYPES
from crm_simulators.salesforce.metadata_types.automation.flow import VERSIONED, delete_version
from crm_simulators.salesforce.metadata_types.component_type import ComponentType
from crm_simulators.salesforce.org.ids import to18
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.query.parser import parse
from crm_simulators.salesforce.rest.queries import Queries
from crm_simulators.salesforce.rest.tooling_tables import COLUMNS, ToolingTable
from crm_simulators.salesforce.xml.component_xml import Body
from crm_simulators.salesforce.xml.wsdl import schema

CREATABLE = frozenset({"CustomField", "ValidationRule", "Flow", "GlobalValueSet"})
DELETABLE = CREATABLE
JSON_TYPES: dict[str, tuple[type, ...]] = {
    "xsd:boolean": (bool,),
    "xsd:int": (int,),
    "xsd:double": (int, float),
    "xsd:anyType": (bool, int, float, str),
}


class Tooling:
    """Answers everything below `tooling/`."""

    def __init__(self, org: Org, queries: Queries) -> None:
        self.org = org
        self.queries = queries

    def answer(self, call: Call, path: list[str]) -> Reply:
        if path[:1] == ["query"]:
            return self.query(call, path[1:])
        if path[:1] != ["sobjects"]:
            raise not_found()
        try:
            return self.sobjects(call, path[1:])
        except MetadataError as error:
            raise RestError(400, error.status_code, error.message, error.fields) from None

    def query(self, call: Call, rest: list[str]) -> Reply:
        if rest:
            return self.queries.more(call, rest[0], "tooling/query")
        allow(call, "GET")
        text = call.arguments.get("q", "")
        query = parse(text)
        table = ToolingTable(self.org, query.sobject, call.version)
        size, _ = self.queries.evaluate(query, self._table(call))
        table.check_single(query.columns, size)
        return self.queries.answer(call, text, self._table(call), "tooling/query")

    def _table(self, call: Call) -> Any:
        return lambda name: ToolingTable(self.org, name, call.version)

    # --- sobjects -----------------------------------------------------------------------------------------------

    def sobjects(self, call: Call, path: list[str]) -> Reply:
        if not path:
            names = [{"name": name, "label": name, "queryable": True} for name in sorted(COLUMNS)]
            return Reply(200, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": names})
        name = next((known for known in COLUMNS if known.lower() == path[0].lower()), None)
        if name is None:
            raise not_found()
        table = ToolingTable(self.org, name, call.version)
        if path[1:] == ["describe"]:
            fields = [{"name": column, "type": kind} for column, kind in table.types.items() if "." not in column]
            return Reply(200, {"name": name, "label": name, "fields": fields})
        if len(path) == 1:
            return self.create(call, name)
        if len(path) == 2:
            return self.record(call, table, path[1])
        raise not_found()

    def create(self, call: Call, name: str) -> Reply:
        allow(call, "POST")
        if name not in CREATABLE:
            raise RestError(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type cannot be inserted: {name}")
        body = call.json_object()
        full_name = str(body.get("FullName", ""))
        save(self.org, name, full_name, self._metadata(name, body), "create")
        created = self._row(name, full_name)
        answer = {"id": created["Id"], "success": True, "errors": [], "warnings": [], "infos": []}
        return Reply(201, answer, wrote=True)

    def _row(self, name: str, full_name: str) -> Record:
        rows = list(ToolingTable(self.org, name, "63.0").rows())
        matching = [row for row in rows if _base_name(row, name).lower() == full_name.lower()]
        return matching[-1]

    def _metadata(self, name: str, body: dict[str, Any]) -> Body:
        metadata = body.get("Metadata")
        if not isinstance(metadata, dict):
            raise RestError(400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Metadata]", ("Metadata",))
        return from_json(metadata, name)

    def record(self, call: Call, table: ToolingTable, record_id: str) -> Reply:
        allow(call, "GET", "PATCH", "DELETE")
        row = next((row for row in table.rows() if row["Id"] == to18(record_id)), None)
        if row is None:
            raise not_found()
        if call.method == "GET":
            entry = table.entry(row, [])
            entry.update({column: row.get(column) for column in table.types if "." not in column})
            return Reply(200, entry)
        if table.name not in TYPES:
            raise RestError(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type cannot be changed: {table.name}")
        kind = TYPES[table.name]
        if call.method == "DELETE":
            self._delete(kind, row)
        else:
            self._update(kind, row, self._metadata(table.name, call.json_object()))
        return Reply(204, wrote=True)

    def _delete(self, kind: ComponentType, row: Record) -> None:
        if kind.name not in DELETABLE:
            raise RestError(400, "CANNOT_DELETE_ENTITY", f"entity type cannot be deleted: {kind.name}")
        kind.delete(self.org, row["FullName"])

    def _update(self, kind: ComponentType, row: Record, body: Body) -> None:
        """Flow: the version is replaced by a new one with a new id, unless it is active [D: tooling flow]."""
        if kind.name != "Flow":
            kind.update(self.org, row["FullName"], body)
            return
        name = _base_name(row, "Flow")
        component = self.org.of_type("Flow")[name]
        before = set(component["versions"])
        kind.update(self.org, name, body)
        replaced = row["VersionNumber"]
        if set(component["versions"]) != before and component["active"] != replaced:
            delete_version(self.org, name, replaced)


def _base_name(row: Record, name: str) -> str:
    """The name without a flow's version."""
    match = VERSIONED.fullmatch(row["FullName"]) if name == "Flow" else None
    return match["name"] if match else str(row["FullName"])


def from_json(value: dict[str, Any], type_name: str) -> Body:
    """Metadata in JSON, checked against the WSDL's elements; nulls are left out."""
    spec = schema().types[type_name]
    body: Body = {}
    for name, content in value.items():
        element = spec.elements.get(name)
        if element is None:
            raise RestError(400, "JSON_PARSER_ERROR", f'Unrecognized field "{name}" at [line:1, column:1]')
        if content is None:
            continue
        if not element.many:
            body[name] = _content(name, content, element.type)
        elif isinstance(content, list):
            body[name] = [_content(name, each, element.type) for each in content]
        else:
            raise _cannot_read(name)
    return body


def _content(name: str, content: Any, type_name: str) -> Any:
    if type_name in schema().types:
        if not isinstance(content, dict):
            raise _cannot_read(name)
        return from_json(content, type_name)
    types = JSON_TYPES.get(type_name, (str,))
    if not isinstance(content, types) or (isinstance(content, bool) and bool not in types):
        raise _cannot_read(name)
    return content


def _cannot_read(name: str) -> RestError:
    """[K: text]"""
    return RestError(400, "JSON_PARSER_ERROR", f"Cannot deserialize the value of {name} at [line:1, column:1]")
