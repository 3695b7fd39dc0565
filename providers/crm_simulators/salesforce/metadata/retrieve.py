"""Retrieving components as a zip of files, the reverse of a deployment."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from crm_simulators.salesforce.errors import SoapFault
from crm_simulators.salesforce.http.soap import Request, is_true, text_of, texts_of
from crm_simulators.salesforce.metadata.metadata_api import file_properties
from crm_simulators.salesforce.metadata.package import FILES_OF_PARTS
from crm_simulators.salesforce.metadata.places import META
from crm_simulators.salesforce.metadata.registry import TYPES
from crm_simulators.salesforce.metadata_types.component_type import ComponentType, child_name, undated
from crm_simulators.salesforce.metadata_types.verbatim import OF_THE_ORG, RESOURCES
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import (
    MD_NS,
    XSD,
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
        found = list(_found(self.org, desired))
        messages = [
            {
                "fileName": f"{root}package.xml",
                "problem": f"Entity of type '{name}' named '{member}' cannot be found",
            }  # [K]
            for name, member, component in found
            if component is None
        ]
        components = [component for _, _, component in found if component is not None]
        content = _zip(self.org, components, root, _manifest(desired, version))
        return {
            "done": True,
            "fileProperties": [self._properties(component, root) for component in components],
            "id": retrieve_id,
            "messages": messages,
            "status": "Succeeded",
            "success": True,
            "zipFile": base64.b64encode(content).decode(),
        }

    def _properties(self, component: Retrieved, root: str) -> Body:
        kind, name = component.kind, component.full_name
        stored = self.org.of_type(kind.name).get(name) or dict(kind.listed(self.org)).get(name, undated(self.org))
        return file_properties(self.org, kind.name, name, root + kind.file_name(name), stored)


@dataclass
class Retrieved:
    """A component to put into the zip."""

    kind: ComponentType
    full_name: str
    body: Body


def _found(org: Org, desired: list[tuple[str, str]]) -> Iterator[tuple[str, str, Retrieved | None]]:
    """Each member with its component, or None; a wildcard gives all of a type."""
    for type_name, member in desired:
        kinds = [kind for kind in TYPES.values() if type_name in {kind.name, kind.in_manifest_as}]
        names = [(kind, name) for kind in kinds for name in _names(org, kind, member)]
        read = ((kind, name, kind.read(org, name)) for kind, name in names)
        found = [Retrieved(kind, name, body) for kind, name, body in read if body is not None]
        for each in found:
            yield type_name, member, each
        if not found and member != "*":
            yield type_name, member, None


def _names(org: Org, kind: ComponentType, member: str) -> list[str]:
    return [name for name, _ in kind.listed(org)] if member == "*" else [unquote(member)]


def _desired(unpackaged: etree._Element) -> Iterator[tuple[str, str]]:
    for node in children(unpackaged):
        if local_name(node) == "types":
            name = text_of(node, "name") or ""
            for member in texts_of(node, "members"):
                yield name, member


def _zip(org: Org, components: list[Retrieved], root: str, manifest: str) -> bytes:
    files: dict[str, list[Retrieved]] = {}
    for component in components:
        files.setdefault(component.kind.file_name(component.full_name), []).append(component)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file_name, parts in files.items():
            for name, content in _files(org, file_name, parts):
                archive.writestr(root + name, content)
        archive.writestr(f"{root}package.xml", manifest)
    return buffer.getvalue()


def _files(org: Org, file_name: str, parts: list[Retrieved]) -> Iterator[tuple[str, str | bytes]]:
    """The files of a component, or the one file of several parts."""
    kind, name, body = parts[0].kind, parts[0].full_name, parts[0].body
    stored = (org.of_type(kind.name).get(name) or {}).get("files", {})
    for below, content in stored.items():
        yield (f"{file_name}/{below}" if below else file_name), base64.b64decode(content)
    if kind.form == "content" and "content" in body:
        yield file_name, base64.b64decode(body["content"])
        parts = [Retrieved(kind, name, {key: value for key, value in body.items() if key != "content"})]
    if stored:
        body = {key: value for key, value in body.items() if key != RESOURCES}
        parts = [Retrieved(kind, name, body)]
    if kind.form == "bundle" and len(body) == 1:
        return  # a bundle without a definition in XML
    if kind.form == "bundle":
        beside = next((one for one in stored if "/" not in one), name)
        file_name = f"{file_name}/{beside}"
    yield file_name + (META if kind.form in {"content", "bundle"} else ""), _xml(parts)


def _xml(parts: list[Retrieved]) -> str:
    type_name, body = parts[0].kind.name, parts[0].body
    if type_name in PART_NAMES:
        merged: Body = {}
        for part in parts:
            own = {**part.body, "fullName": _own_name(part)}
            merged.setdefault(PART_NAMES[part.kind.name][1], []).append(own)
        type_name, body = PART_NAMES[type_name][0], merged
    content = {name: value for name, value in body.items() if name != "fullName"}
    text = render_component(type_name, content, type_name)
    opening = f'<{type_name} xmlns="{MD_NS}" xmlns:xsd="{XSD}" xmlns:xsi="{XSI}">'
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + text.replace(f"<{type_name}>", opening, 1)


def _own_name(part: Retrieved) -> str:
    """The name of a part in its file."""
    return part.full_name if PART_NAMES[part.kind.name][0] == OF_THE_ORG else child_name(part.full_name)[1]


def _manifest(desired: list[tuple[str, str]], version: str) -> str:
    types = ""
    for name in sorted({name for name, _ in desired}):
        members = "".join(leaf("members", member) for kind, member in sorted(desired) if kind == name)
        types += f"<types>{members}{leaf('name', name)}</types>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Package xmlns="{MD_NS}">{types}{leaf("version", version)}</Package>'
    )
