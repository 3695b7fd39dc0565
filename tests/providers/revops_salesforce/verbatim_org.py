"""An org that holds some components exactly as a test wrote them, element by element, whatever the elements are.

It stands in front of the simulated org, which answers everything else. It knows no rules and no types, so what a write
lost or moved shows.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import etree

from tests.providers.scripted_server import Call, Reply, passed_on

METADATA = "http://soap.sforce.com/2006/04/metadata"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
FOLDERS = {"flows": "Flow", "approvalProcesses": "ApprovalProcess"}
DEPLOYMENT = "0AfSm0000000001"
Key = tuple[str, str]
"""Type and full name."""


@dataclass(frozen=True)
class Element:
    """An element as it is written: its name, its attributes, its text, and the elements in it."""

    name: str
    text: str = ""
    children: tuple[Element, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, node: etree._Element) -> Element:
        """The element of a document; namespaces other than that of attributes mean nothing here."""
        inner = tuple(cls.of(child) for child in node.iterchildren("*"))
        attributes = tuple(sorted((etree.QName(key).localname, str(value)) for key, value in node.attrib.items()))
        return cls(etree.QName(node).localname, "" if inner else node.text or "", inner, attributes)

    def node(self) -> etree._Element:
        """The element in a document."""
        made = etree.Element(f"{{{METADATA}}}{self.name}", {f"{{{XSI}}}{key}": value for key, value in self.attributes})
        made.text = self.text
        made.extend(child.node() for child in self.children)
        return made

    def lines(self, depth: int = 0) -> list[str]:
        """One line an element, for comparisons that people read."""
        attributes = "".join(f" {key}={value}" for key, value in self.attributes)
        text = f": {self.text}" if self.text else ""
        return [f"{'  ' * depth}{self.name}{attributes}{text}"] + [
            line for child in self.children for line in child.lines(depth + 1)
        ]


@dataclass
class VerbatimOrg:
    """`components` are what it holds; a write replaces one whole."""

    behind: str
    components: dict[Key, tuple[Element, ...]] = field(default_factory=dict)
    versions: tuple[str, ...] = ("63.0",)
    spoken: set[str] = field(default_factory=set)
    """The versions of the calls that it got, and of the manifests."""

    def answer(self, call: Call) -> Reply:
        """The answer to a call: of its own where it holds something of that type."""
        self.spoken.update(re.findall(r"/(?:v|m/)(\d+\.0)/", call.path))
        if "/services/Soap/m/" in call.path:
            (operation,) = etree.fromstring(call.body).find(f"{{{ENVELOPE}}}Body")  # type: ignore[misc]
            results = self._metadata(operation)
            if results is not None:
                return _soap(etree.QName(operation).localname, results)
        if call.path == "/services/data":
            return _json([{"version": version} for version in self.versions])
        if call.path.endswith("/metadata/deployRequest"):
            self._deploy(call.body)
            return _json({"id": DEPLOYMENT})
        if f"/deployRequest/{DEPLOYMENT}" in call.path:
            return _json({"deployResult": {"done": True, "success": True, "status": "Succeeded"}})
        path = re.sub(r"/(v|m/)\d+\.0/", r"/\g<1>63.0/", call.path)
        return passed_on(Call(call.method, path, call.body, call.headers), self.behind)

    def _metadata(self, operation: etree._Element) -> list[etree._Element] | None:
        name = etree.QName(operation).localname
        if name == "updateMetadata":
            return self._update([Element.of(node) for node in operation])
        type_name = operation.findtext(".//{*}type")
        names = [full_name for kind, full_name in self.components if kind == type_name]
        if not names:
            return None
        if name == "listMetadata":
            return [
                Element("result", children=(Element("fullName", one), Element("type", type_name or ""))).node()
                for one in names
            ]
        if name == "readMetadata":
            asked = [node.text or "" for node in operation.iterfind("{*}fullNames")]
            return [Element("result", children=tuple(self._record(str(type_name), one) for one in asked)).node()]
        return None

    def _record(self, type_name: str, name: str) -> Element:
        component = self.components.get((type_name, name))
        if component is None:
            return Element("records", attributes=(("nil", "true"),))
        return Element("records", children=(Element("fullName", name), *component), attributes=(("type", type_name),))

    def _update(self, written: list[Element]) -> list[etree._Element] | None:
        for one in written:
            key = dict(one.attributes)["type"], next(child.text for child in one.children if child.name == "fullName")
            if key not in self.components:
                return None
            self.components[key] = tuple(child for child in one.children if child.name != "fullName")
        return [Element("result", children=(Element("success", "true"),)).node() for _ in written]

    def _deploy(self, body: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            manifest = etree.fromstring(package.read("package.xml"))
            self.spoken.add(manifest.findtext("{*}version") or "")
            for name in package.namelist():
                folder, _, file = name.partition("/")
                if folder in FOLDERS:
                    full_name = unquote(file.rpartition(".")[0])
                    self.components[FOLDERS[folder], full_name] = Element.of(
                        etree.fromstring(package.read(name))
                    ).children


def _soap(operation: str, results: list[etree._Element]) -> Reply:
    envelope = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soapenv": ENVELOPE, "xsi": XSI})
    body = etree.SubElement(envelope, f"{{{ENVELOPE}}}Body")
    etree.SubElement(body, f"{{{METADATA}}}{operation}Response").extend(results)
    return Reply(etree.tostring(envelope), headers={"Content-Type": "text/xml"})


def _json(document: object) -> Reply:
    return Reply(json.dumps(document).encode(), headers={"Content-Type": "application/json"})
