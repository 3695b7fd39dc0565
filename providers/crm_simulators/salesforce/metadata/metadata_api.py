"""The synchronous part of the Metadata API: create, update, upsert, delete, read, list, describe and rename."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import unquote

from lxml import etree

from crm_simulators.salesforce.errors import MetadataError, SoapFault, not_modeled
from crm_simulators.salesforce.http.soap import Request, is_true, text_of, texts_of
from crm_simulators.salesforce.metadata.registry import TYPES, component_type
from crm_simulators.salesforce.org.org import Component, Org
from crm_simulators.salesforce.xml.component_xml import (
    Body,
    children,
    leaf,
    local_name,
    parse_component,
    render_component,
    render_elements,
    xsi_type,
)
from crm_simulators.salesforce.xml.wsdl import VERSION, schema

MAX_LIST_QUERIES = 3  # [D: listMetadata]
READS = frozenset({"readMetadata", "listMetadata", "describeMetadata", "describeValueType"})


@dataclass
class Outcome:
    """What happened to one component of a call."""

    full_name: str
    created: bool | None = None
    errors: list[MetadataError] = field(default_factory=list)

    def render(self) -> str:
        parts = "" if self.created is None else leaf("created", self.created)
        parts += "".join(_render_error(error) for error in self.errors)
        return f"<result>{parts}{leaf('fullName', self.full_name)}{leaf('success', not self.errors)}</result>"


def _render_error(error: MetadataError) -> str:
    fields = "".join(leaf("fields", name) for name in error.fields)
    return f"<errors>{fields}{leaf('message', error.message)}{leaf('statusCode', error.status_code)}</errors>"


class MetadataApi:
    """The synchronous operations, by name; each answers the results inside the response element."""

    def __init__(self, org: Org) -> None:
        self.org = org
        self.operations: dict[str, Callable[[Request], str]] = {
            "createMetadata": partial(self._save, mode="create"),
            "updateMetadata": partial(self._save, mode="update"),
            "upsertMetadata": partial(self._save, mode="upsert"),
            "deleteMetadata": self.delete,
            "readMetadata": self.read,
            "listMetadata": self.list,
            "describeMetadata": self.describe,
            "describeValueType": self.describe_value_type,
            "renameMetadata": self.rename,
        }

    # --- writes -------------------------------------------------------------------------------------------------

    def _save(self, request: Request, mode: str) -> str:
        nodes = [child for child in children(request.node) if local_name(child) == "metadata"]
        name = self._single_type(nodes)
        components = [(node, component_type(name)) for node in nodes]
        if components:
            check_count(len(components), name)
        steps = [self._save_step(node, name, mode, request.version > VERSION) for node, _ in components]
        return self._run(steps, request)

    def _single_type(self, nodes: list[etree._Element]) -> str:
        names = {xsi_type(node) for node in nodes}
        if None in names or not names:
            # [V] what a dictionary instead of a typed object makes of a call
            raise SoapFault(
                "sf:INVALID_TYPE", "INVALID_TYPE: Must specify a {http://www.w3.org/2001/XMLSchema-instance}type"
            )
        if len(names) > 1:
            raise SoapFault(
                "sf:INVALID_TYPE", "INVALID_TYPE: All metadata components in a call must be of the same type"
            )
        return str(names.pop())

    def _save_step(self, node: etree._Element, name: str, mode: str, newer: bool) -> Callable[[], Outcome]:
        """One component, parsed before anything is written: a malformed one is a fault for the whole call [K]."""
        try:
            body = parse_component(node, name, newer=newer)
        except MetadataError as error:
            raise SoapFault("soapenv:Client", error.message) from None
        full_name = body.pop("fullName", "")

        def step() -> Outcome:
            outcome = Outcome(full_name)
            try:
                created = save(self.org, name, full_name, body, mode)
                outcome.created = created if mode == "upsert" else None
            except MetadataError as error:
                outcome.errors.append(error)
                outcome.created = False if mode == "upsert" else None
            return outcome

        return step

    def delete(self, request: Request) -> str:
        name = text_of(request.node, "type") or ""
        names = texts_of(request.node, "fullNames")
        kind = component_type(name)
        check_count(len(names), name)

        def step(full_name: str) -> Outcome:
            outcome = Outcome(full_name)
            try:
                kind.delete(self.org, full_name)
            except MetadataError as error:
                outcome.errors.append(error)
            return outcome

        return self._run([partial(step, full_name) for full_name in names], request)

    def _run(self, steps: list[Callable[[], Outcome]], request: Request) -> str:
        """Partial success unless the AllOrNoneHeader says otherwise; the default is false since v34 [D]."""
        if not is_true(request.header_value("AllOrNoneHeader", "allOrNone")):
            return "".join(step().render() for step in steps)
        with self.org.undo_unless_kept() as keep:
            outcomes = [step() for step in steps]
            if not any(outcome.errors for outcome in outcomes):
                keep()
        if any(outcome.errors for outcome in outcomes):
            for outcome in outcomes:
                outcome.errors = outcome.errors or [rolled_back()]
                outcome.created = None if outcome.created is None else False
        return "".join(outcome.render() for outcome in outcomes)

    def rename(self, request: Request) -> str:
        """Only custom fields that nothing refers to [K]; the other types are not modeled."""
        kind = component_type(text_of(request.node, "type") or "")
        old, new = text_of(request.node, "oldFullName") or "", text_of(request.node, "newFullName") or ""
        outcome = Outcome(new)
        try:
            rename = getattr(kind, "rename", None)
            if rename is None:
                raise not_modeled(f"Renaming a {kind.name}")
            rename(self.org, old, new)
        except MetadataError as error:
            outcome.errors.append(error)
        return outcome.render()

    # --- reads --------------------------------------------------------------------------------------------------

    def read(self, request: Request) -> str:
        name = text_of(request.node, "type") or ""
        names = texts_of(request.node, "fullNames")
        kind = component_type(name)
        check_count(len(names), name)
        # Clients send names as they got them or encoded as in manifests [S: SDR].
        records = (kind.read(self.org, each) or kind.read(self.org, unquote(each)) for each in names)
        # A missing component is a record that is nil [V: zeep makes Metadata(fullName=None) of it].
        rendered = (
            '<records xsi:nil="true"/>' if body is None else render_component("records", body, name, typed=True)
            for body in records
        )
        return f"<result>{''.join(rendered)}</result>"

    def list(self, request: Request) -> str:
        queries = [child for child in children(request.node) if local_name(child) == "queries"]
        if len(queries) > MAX_LIST_QUERIES:
            # [K: text]
            raise SoapFault("sf:LIMIT_EXCEEDED", "LIMIT_EXCEEDED: At most 3 list metadata queries can be done at once")
        result = ""
        for query in queries:
            name = text_of(query, "type") or ""
            kind, folder = component_type(name), text_of(query, "folder")
            for full_name, component in kind.listed(self.org):
                if kind.in_folder and full_name.rpartition("/")[0] != folder:
                    continue  # one folder at a time [D: listMetadata]
                properties = file_properties(self.org, kind.name, full_name, kind.file_name(full_name), component)
                result += render_component("result", properties, "FileProperties")
        return result

    def describe(self, request: Request) -> str:
        objects = "".join(
            render_component(
                "metadataObjects",
                {
                    "childXmlNames": list(kind.children),
                    "directoryName": kind.directory,
                    "inFolder": kind.in_folder,
                    "metaFile": kind.form == "content",
                    "suffix": kind.suffix,
                    "xmlName": kind.name,
                },
                "DescribeMetadataObject",
            )
            for kind in sorted(TYPES.values(), key=lambda kind: kind.name)
            if not kind.is_child
        )
        rest: Body = {"organizationNamespace": "", "partialSaveAllowed": True, "testRequired": False}
        return f"<result>{objects}{render_elements(rest, schema().types['DescribeMetadataResult'])}</result>"

    def describe_value_type(self, request: Request) -> str:
        name = (text_of(request.node, "type") or "").rpartition("}")[2]
        kind = component_type(name)
        flags = {
            "apiCreatable": kind.creatable,
            "apiDeletable": kind.deletable,
            "apiReadable": True,
            "apiUpdatable": True,
        }
        fields = [
            {"name": element.name, "soapType": element.type.removeprefix("xsd:"), "minOccurs": 0}
            for element in schema().types[name].elements.values()
        ]
        body = {**flags, "valueTypeFields": [{**_VALUE_TYPE, **each} for each in fields]}
        return f"<result>{render_elements(body, schema().types['DescribeValueTypeResult'])}</result>"


_VALUE_TYPE = {"isForeignKey": False, "isNameField": False, "valueRequired": False}


def check_count(count: int, type_name: str) -> None:
    """The limit of components per call, by type [D: meta_createMetadata; text K]."""
    limit = component_type(type_name).limit
    if count > limit:
        raise SoapFault(
            "sf:LIMIT_EXCEEDED", f"LIMIT_EXCEEDED: record limit reached. cannot submit more than {limit} records"
        )


def save(org: Org, type_name: str, full_name: str, body: Body, mode: str) -> bool:
    """Create, update or upsert one component; returns whether it was created. Raises MetadataError."""
    kind = component_type(type_name)
    if not full_name:
        raise MetadataError("REQUIRED_FIELD_MISSING", "Required field is missing: fullName", ("fullName",))
    exists = kind.exists(org, full_name)
    if mode == "create" or (mode == "upsert" and not exists):
        kind.create(org, full_name, body)
        return True
    kind.update(org, full_name, body)
    return False


def rolled_back() -> MetadataError:
    """The error of components rolled back by an all-or-none call [D: meta_allornoneheader; text K]."""
    return MetadataError("ALL_OR_NONE_OPERATION_ROLLED_BACK", "Record rolled back because not all records were valid.")


def file_properties(org: Org, type_name: str, full_name: str, file_name: str, component: Component) -> Body:
    user = next(iter(org.table("User").values()))
    return {
        "createdById": user["Id"],
        "createdByName": user["Name"],
        "createdDate": component["createdDate"],
        "fileName": file_name,
        "fullName": full_name,
        "id": component["id"],
        "lastModifiedById": user["Id"],
        "lastModifiedByName": user["Name"],
        "lastModifiedDate": component["lastModifiedDate"],
        "manageableState": "unmanaged",
        "type": type_name,
    }
