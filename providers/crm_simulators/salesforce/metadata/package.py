"""A deployment's zip: its manifest, the components in its files, and its destructive changes."""

from __future__ import annotations

import copy
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import unquote

from lxml import etree

from crm_simulators.salesforce.errors import MetadataError
from crm_simulators.salesforce.http.soap import text_of, texts_of
from crm_simulators.salesforce.metadata.registry import OBJECT_PARTS, TYPES
from crm_simulators.salesforce.metadata_types.automation.workflow_actions import WORKFLOW_PARTS
from crm_simulators.salesforce.metadata_types.component_type import ComponentType
from crm_simulators.salesforce.xml.component_xml import Body, children, local_name, parse_component

# Containers whose parts a manifest may name one by one [S: SDR registry]: element and type of each part.
CONTAINER_PARTS = {
    "AssignmentRules": ("assignmentRule", "AssignmentRule"),
    "MatchingRules": ("matchingRules", "MatchingRule"),
}
FILES_OF_PARTS = {"CustomObject": OBJECT_PARTS, "Workflow": WORKFLOW_PARTS}
"""Types whose files hold components of their own: element -> the type of each part."""
META = "-meta.xml"
MAX_UNPACKED_BYTES = 400_000_000  # [D: metadata limits]
DESTRUCTIVE = ("destructiveChanges.xml", "destructiveChangesPre.xml", "destructiveChangesPost.xml")


class PackageError(Exception):
    """A zip that cannot be deployed at all."""


@dataclass
class Change:
    """One component to save or delete, or the problem with its file."""

    type_name: str
    full_name: str
    file_name: str
    body: Body | None = None
    problem: MetadataError | None = None
    line: int | None = None


@dataclass
class Package:
    """What a deployment asks for. Members are (type, full name)."""

    members: list[tuple[str, str]] = field(default_factory=list)
    saves: list[Change] = field(default_factory=list)
    before: list[Change] = field(default_factory=list)
    after: list[Change] = field(default_factory=list)


def read_package(content: bytes, *, single_package: bool) -> Package:
    """Read a zip; raises PackageError when it has no manifest."""
    files = _below_root(_unpacked(content), single_package)
    if "package.xml" not in files:
        raise PackageError("No package.xml found")
    package = Package(members=list(_manifest(files["package.xml"])))
    for name, text in sorted(files.items()):
        if name in DESTRUCTIVE:
            deletions = [Change(kind, full_name, name) for kind, full_name in _manifest(text)]
            (package.after if name.endswith("Post.xml") else package.before).extend(deletions)
        elif name != "package.xml" and (not name.endswith(META) or _folder_type(name)):
            package.saves.extend(_components(name, text, package.members))
    package.saves.sort(key=lambda change: list(TYPES).index(change.type_name))
    return package


def _unpacked(content: bytes) -> dict[str, bytes]:
    """The files of a zip by name. Encrypted files and unknown methods of compression are no valid zip either."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise PackageError("The zip file exceeds the maximum size when it is unpacked")  # [D: limit; text K]
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError):
        raise PackageError("The zip file is not valid") from None


def _below_root(files: dict[str, bytes], single_package: bool) -> dict[str, bytes]:
    """With singlePackage=false everything is under one folder [D]; a folder is tolerated in both cases [V: sf CLI]."""
    if "package.xml" in files and single_package:
        return files
    roots = {name.split("/")[0] for name in files if "/" in name}
    root = next((root for root in sorted(roots) if f"{root}/package.xml" in files), None)
    if root is None:
        return files
    return {name.removeprefix(f"{root}/"): text for name, text in files.items() if name.startswith(f"{root}/")}


def _manifest(text: bytes) -> Iterator[tuple[str, str]]:
    try:
        root = etree.fromstring(text)
    except etree.XMLSyntaxError as error:
        raise PackageError(f"package.xml is not valid XML: {error.msg}") from None
    for node in children(root):
        if local_name(node) == "types":
            for member in texts_of(node, "members"):
                yield text_of(node, "name") or "", member


def _components(name: str, text: bytes, members: list[tuple[str, str]]) -> Iterator[Change]:
    directory, _, base = name.rpartition("/")
    kind = _folder_type(name) or _type_of(directory, base)
    if kind is None:
        yield Change("CustomObject", base, name, problem=MetadataError("UNKNOWN_EXCEPTION", f"Unknown file: {name}"))
        return
    full_name = unquote(base.removesuffix(META if kind.in_manifest_as else f".{kind.suffix}"))
    if kind.in_folder:
        full_name = f"{directory.partition('/')[2]}/{full_name}"
    try:
        node = etree.fromstring(text)
        if kind.name in FILES_OF_PARTS:
            yield from _parts(kind.name, node, full_name, name)
        elif kind.name in CONTAINER_PARTS and not _names_container(members, kind.name, full_name):
            element, part = CONTAINER_PARTS[kind.name]
            yield from (_part(child, part, full_name, name) for child in children(node) if local_name(child) == element)
        else:
            body = parse_component(node, kind.name)
            body.pop("fullName", None)
            yield Change(kind.name, full_name, name, body, line=_line(node))
    except etree.XMLSyntaxError as error:
        yield Change(kind.name, full_name, name, problem=_unparsed(str(error.msg)), line=error.lineno)
    except MetadataError as error:
        yield Change(kind.name, full_name, name, problem=_unparsed(error.message))


def _names_container(members: list[tuple[str, str]], type_name: str, full_name: str) -> bool:
    return any(kind == type_name and name in {full_name, "*"} for kind, name in members)


def _unparsed(message: str) -> MetadataError:
    return MetadataError("UNKNOWN_EXCEPTION", f"Error parsing file: {message}")


def _type_of(directory: str, base: str) -> ComponentType | None:
    """The type by folder and suffix; below a folder lie only those of components whose names begin with one."""
    for kind in TYPES.values():
        place = directory.partition("/")[0] if kind.in_folder else directory
        if kind.directory == place and base.endswith(f".{kind.suffix}") and not kind.is_child:
            return kind
    return None


def _folder_type(name: str) -> ComponentType | None:
    """The type of `reports/Sales-meta.xml`, which says what a folder is."""
    directory, _, base = name.rpartition("/")
    folders = (kind for kind in TYPES.values() if kind.in_manifest_as and kind.directory == directory)
    return next(folders, None) if base.endswith(META) and base.count(".") == 1 else None


def _parts(owner_type: str, node: etree._Element, sobject: str, file_name: str) -> Iterator[Change]:
    rest = []
    for child in children(node):
        type_name = FILES_OF_PARTS[owner_type].get(local_name(child))
        if type_name is None:
            rest.append(child)
            continue
        yield _part(child, type_name, sobject, file_name)
    if rest and sobject.endswith("__c"):
        yield _own_elements(node, rest, owner_type, sobject, file_name)
    elif rest:
        text = f"Element {local_name(rest[0])} of a {owner_type} is not available in this organization"
        yield Change(owner_type, sobject, file_name, problem=MetadataError("FUNCTIONALITY_NOT_ENABLED", text))


def _own_elements(
    node: etree._Element, own: list[etree._Element], type_name: str, full_name: str, file_name: str
) -> Change:
    """A custom object itself: what its file says beside its parts."""
    alone = etree.Element(node.tag, nsmap=cast("dict[str, str]", node.nsmap))
    alone.extend(copy.deepcopy(own))
    try:
        return Change(type_name, full_name, file_name, parse_component(alone, type_name), line=_line(own[0]))
    except MetadataError as error:
        return Change(type_name, full_name, file_name, problem=_unparsed(error.message), line=_line(own[0]))


def _part(node: etree._Element, type_name: str, owner: str, file_name: str) -> Change:
    """A component that is an element of its owner's file."""
    full_name = f"{owner}.{text_of(node, 'fullName') or ''}"
    try:
        body = parse_component(node, type_name)
    except MetadataError as error:
        return Change(type_name, full_name, file_name, problem=_unparsed(error.message), line=_line(node))
    body.pop("fullName", None)
    return Change(type_name, full_name, file_name, body, line=_line(node))


def _line(node: etree._Element) -> int | None:
    return cast("int | None", node.sourceline)  # lxml's stubs leave the type open
