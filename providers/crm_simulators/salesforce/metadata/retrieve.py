"""Retrieving components as a zip of files, the reverse of a deployment."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from crm_simulators.salesforce.errors import SoapFault
from crm_simulators.salesforce.http.soap import Request, is_true, text_of, texts_of
from crm_simulators.salesforce.metadata.metadata_api import file_properties
from crm_simulators.salesforce.metadata.package import FILES_OF_PARTS
from crm_simulators.salesforce.metadata.registry import TYPES
from crm_simulators.salesforce.metadata_types.component_type import ComponentType, child_name
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import (
    MD_NS,
    XSI,
    Body,
    children,
    leaf,
    local_name,
    render_component,
    render_elements,
)
from crm_simulators.salesforce.xml.wsdl import schema

PART_NAMES = {
    type_name: (owner, element) for owner, parts in FILES_OF_PARTS.items() for element, type_name in parts.items()
}
"""Type of a part -> the type of its file, and its element there."""


class RetrieveApi:
    """retrieve and checkRetrieveStatus; the result is ready at the first check."""

    def __init__(self, org: Org) -> None:
        self.org = org
        self.operations: dict[str, Callable[[Request], str]] = {
            "retrieve": self.retrieve,
            "checkRetrieveStatus": self.check,
        }

    def retrieve(self, request: Request) -> str:
        # jsforce sends <request> instead of <retrieveRequest> [V].
        names = {"retrieveRequest", "request"}
        node = next((child for child in children(request.node) if local_name(child) in names), None)
        if node is None:
            raise SoapFault("soapenv:Client", "retrieveRequest is missing")
        unpackaged = next((child for child in children(node) if local_name(child) == "unpackaged"), None)
        desired = [] if unpackaged is None else list(_desired(unpackaged))
        # Without singlePackage everything lies under unpackaged/ [V: sf CLI].
        root = "" if is_true(text_of(node, "singlePackage")) else "unpackaged/"
        version = text_of(node, "apiVersion") or "63.0"
        retrieve_id = self.org.new_id("RetrieveResult")
        self.org.retrieves[retrieve_id] = self._result(retrieve_id, desired, root, version)
        return f"<result>{leaf('done', False)}{leaf('id', retrieve_id)}{leaf('state', 'Queued')}</result>"

    def check(self, request: Request) -> str:
        async_id = text_of(request.node, "asyncProcessId") or ""
        found = next((body for key, body in self.org.retrieves.items() if key[:15] == async_id[:15]), None)
        if found is None:
            raise SoapFault("sf:INVALID_CROSS_REFERENCE_KEY", f"INVALID_CROSS_REFERENCE_KEY: invalid id: {async_id}")
        return f"<result>{render_elements(found, schema().types['RetrieveResult'])}</result>"

    def _result(self, retrieve_id: str, desired: list[tuple[str, str]], root: str, version: str) -> Body:
        files: dict[str, list[tuple[str, str, Body]]] = {}
        properties: list[Body] = []
        messages: list[Body] = []
        for type_name, member in desired:
            kind = TYPES.get(type_name)
            body = None if kind is None else kind.read(self.org, member)
            if kind is None or body is None:
                text = f"Entity of type '{type_name}' named '{member}' cannot be found"  # [K]
                messages.append({"fileName": f"{root}package.xml", "problem": text})
                continue
            file_name = root + kind.file_name(member)
            files.setdefault(file_name, []).append((type_name, member, body))
            properties.append(self._properties(kind, member, file_name))
        content = _zip(files, root, desired, version)
        return {
            "done": True,
            "fileProperties": properties,
            "id": retrieve_id,
            "messages": messages,
            "status": "Succeeded",
            "success": True,
            "zipFile": base64.b64encode(content).decode(),
        }

    def _properties(self, kind: ComponentType, member: str, file_name: str) -> Body:
        components = dict(kind.listed(self.org))
        day = self.org.organization["CreatedDate"]
        component: dict[str, Any] = components.get(member, {"id": "", "createdDate": day, "lastModifiedDate": day})
        return file_properties(self.org, kind.name, member, file_name, component)


def _desired(unpackaged: etree._Element) -> Iterator[tuple[str, str]]:
    for node in children(unpackaged):
        if local_name(node) == "types":
            name = text_of(node, "name") or ""
            for member in texts_of(node, "members"):
                yield name, member


def _zip(
    files: dict[str, list[tuple[str, str, Body]]], root: str, desired: list[tuple[str, str]], version: str
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file_name, parts in files.items():
            archive.writestr(file_name, _file(parts))
        archive.writestr(f"{root}package.xml", _manifest(desired, version))
    return buffer.getvalue()


def _file(parts: list[tuple[str, str, Body]]) -> str:
    type_name, _, body = parts[0]
    if type_name in PART_NAMES:
        merged: Body = {}
        for part_type, member, part in parts:
            own = {**part, "fullName": child_name(member)[1]}
            merged.setdefault(PART_NAMES[part_type][1], []).append(own)
        type_name, body = PART_NAMES[type_name][0], merged
    content = {name: value for name, value in body.items() if name != "fullName"}
    text = render_component(type_name, content, type_name)
    opening = f'<{type_name} xmlns="{MD_NS}" xmlns:xsi="{XSI}">'
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + text.replace(f"<{type_name}>", opening, 1)


def _manifest(desired: list[tuple[str, str]], version: str) -> str:
    types = ""
    for name in sorted({name for name, _ in desired}):
        members = "".join(leaf("members", member) for kind, member in sorted(desired) if kind == name)
        types += f"<types>{members}{leaf('name', name)}</types>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Package xmlns="{MD_NS}">{types}{leaf("version", version)}</Package>'
    )
