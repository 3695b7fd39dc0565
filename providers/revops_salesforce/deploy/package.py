"""The files of a deployment: where each type of component lies, and which lines of a file are which component.

Folders, suffixes and the elements of containers are those of the source registry [S: SDR].
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from xml.sax.saxutils import escape

from vendor_facts import Row, table

from revops_salesforce.api.components import Body, document, xml_lines

FORMS: Mapping[str, Row] = {row["type"]: row for row in table("salesforce/metadata_files")}
PARTS = frozenset(name for name, form in FORMS.items() if form["container"])
"""Types whose components are elements of a container's file."""
STAMP = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Component:
    """One component as it would be written; `body` has its `fullName`."""

    type_name: str
    body: Body

    @property
    def full_name(self) -> str:
        """`Lead.Tier__c` for a part of a container."""
        return str(self.body["fullName"])

    @property
    def digest(self) -> str:
        """What changes with its content."""
        return _digest(json.dumps([self.type_name, self.body], sort_keys=True, default=str).encode())


@dataclass(frozen=True)
class Package:
    """The files by name, and for each file the first and last line of each component in it."""

    files: Mapping[str, bytes]
    places: Mapping[str, Sequence[tuple[int, int, Component]]]

    @property
    def hash(self) -> str:
        """One hash of all files: the same components give the same hash on every machine."""
        return _digest(b"".join(f"{name}\n{len(text)}\n".encode() + text for name, text in sorted(self.files.items())))

    def archive(self) -> bytes:
        """The zip."""
        return archive(self.files)

    def component_at(self, file: str, line: int) -> Component | None:
        """The component that a line of a file belongs to."""
        found = (one for first, last, one in self.places.get(file, ()) if first <= line <= last)
        return next(found, None)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def has_file_form(type_name: str) -> bool:
    """Whether this module knows the file of a type."""
    return type_name in FORMS


def archive(files: Mapping[str, bytes]) -> bytes:
    """A zip whose bytes depend on its content only."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in files.items():
            written.writestr(zipfile.ZipInfo(name, STAMP), content)
    return buffer.getvalue()


def pack(components: Iterable[Component], version: str) -> Package:
    """One package of all components, with its manifest for that API version; those of one container share its file."""
    by_file: dict[str, list[Component]] = {}
    for one in components:
        by_file.setdefault(file_of(one), []).append(one)
    files = {"package.xml": manifest([one for group in by_file.values() for one in group], version)}
    places = {}
    for name, group in sorted(by_file.items()):
        files[name], places[name] = _file(group)
    return Package(files, places)


def file_of(component: Component) -> str:
    """The file that holds a component."""
    form, name = FORMS[component.type_name], component.full_name
    if component.type_name in PARTS:
        return f"{form['folder']}/{quote(name.partition('.')[0])}.{form['suffix']}"
    if not form["suffix"]:
        # A folder of reports or dashboards: its file lies beside it [D: meta_report].
        return f"{form['folder']}/{quote(name)}-meta.xml"
    return f"{form['folder']}/{quote(name, safe=' /')}.{form['suffix']}"


def manifest(components: Sequence[Component], version: str) -> bytes:
    """The `package.xml` that names them, by type."""
    members: dict[str, list[str]] = {}
    for one in components:
        listed_as = FORMS[one.type_name]["listed_as"] or one.type_name
        members.setdefault(listed_as, []).append(one.full_name)
    lines = []
    for name, live in sorted(members.items()):
        inner = [*(f"        <members>{escape(one)}</members>" for one in sorted(live)), f"        <name>{name}</name>"]
        lines += ["    <types>", *inner, "    </types>"]
    lines.append(f"    <version>{version}</version>")
    return "\n".join(document("Package", lines)).encode()


def _file(group: Sequence[Component]) -> tuple[bytes, list[tuple[int, int, Component]]]:
    lines: list[str] = []
    places: list[tuple[int, int, Component]] = []
    for one in sorted(group, key=lambda one: (one.type_name in PARTS, one.type_name, one.full_name)):
        first = len(lines) + 3  # below the declaration and the root's tag
        body = {key: value for key, value in one.body.items() if key != "fullName"}
        lines += _part(one) if one.type_name in PARTS else xml_lines(body, 1)
        places.append((first, len(lines) + 2, one))
    root = FORMS[group[0].type_name]["container"] or group[0].type_name
    return "\n".join(document(root, lines)).encode(), places


def _part(component: Component) -> Iterator[str]:
    element, own = FORMS[component.type_name]["element"], component.full_name.partition(".")[2]
    yield from xml_lines({element: {**component.body, "fullName": own}}, 1)
