"""A deployment's zip: its manifest, the components in its files, and its destructive changes."""

from __future__ import annotations

import base64
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
from crm_simulators.salesforce.metadata.places import OWN, Place, place_of
from crm_simulators.salesforce.metadata.registry import PARTS, RANKS, TYPES
from crm_simulators.salesforce.metadata_types.automation.flow import number_in
from crm_simulators.salesforce.metadata_types.verbatim import Container
from crm_simulators.salesforce.xml.component_xml import Body, children, local_name, parse_component
from crm_simulators.salesforce.xml.wsdl import VERSION, schema

# Containers whose parts a manifest may name one by one [S: SDR registry].
NAMED_WHOLE = ("AssignmentRules", "MatchingRules")
FILES_OF_PARTS = {name: parts for name, parts in PARTS.items() if name not in NAMED_WHOLE}
"""Types whose files hold components of their own: element -> the type of each part."""
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
    owner: tuple[str, str] | None = None
    """Type and full name of the component whose file it is in."""
    files: dict[str, str] | None = None
    """What lies beside its XML, in base64: name below the component's folder, or an empty one for its own file."""


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
    newer = _version(files["package.xml"]) > VERSION
    for name in (name for name in DESTRUCTIVE if name in files):
        deletions = [Change(kind, full_name, name) for kind, full_name in _manifest(files[name])]
        (package.after if name.endswith("Post.xml") else package.before).extend(deletions)
    components = {name: text for name, text in files.items() if name not in DESTRUCTIVE and name != "package.xml"}
    package.saves.extend(_saves(components, package.members, newer))
    package.saves.sort(key=lambda change: (RANKS[change.type_name], number_in(change.type_name, change.full_name)))
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
            name = text_of(node, "name") or ""
            # Names are encoded as in an address, the colon and the dot for instance [S: SDR].
            yield from ((name, unquote(member.removesuffix("/"))) for member in texts_of(node, "members"))


def _version(text: bytes) -> float:
    try:
        return float(text_of(etree.fromstring(text), "version") or 0)
    except ValueError:
        return 0


def _saves(files: dict[str, bytes], members: list[tuple[str, str]], newer: bool) -> Iterator[Change]:
    """The components of a package: each has a place, where one file or several of them lie."""
    gathered: dict[tuple[str, str], list[str]] = {}
    for name, text in sorted(files.items()):
        place = place_of(name, text)
        if place is None:
            problem = MetadataError("UNKNOWN_EXCEPTION", f"Unknown file: {name}")
            yield Change("CustomObject", name.rpartition("/")[2], name, problem=problem)
        else:
            gathered.setdefault((place.type_name, place.full_name), []).append(name)
    for (type_name, full_name), names in gathered.items():
        place = place_of(names[0], files[names[0]]) or Place(type_name, full_name)
        yield from _components(place, {name: files[name] for name in names}, members, newer)


def _components(place: Place, files: dict[str, bytes], members: list[tuple[str, str]], newer: bool) -> Iterator[Change]:
    defining, beside = place.definition(files)
    name, kind, full_name = defining or next(iter(files)), TYPES[place.type_name], place.full_name
    try:
        node = None if defining is None else etree.fromstring(files[defining])
        if node is not None and kind.name in FILES_OF_PARTS:
            yield from _parts(kind.name, node, full_name, name, newer)
        elif node is not None and kind.name in NAMED_WHOLE and not _names_container(members, kind.name, full_name):
            ((element, part),) = PARTS[kind.name].items()
            yield from (
                _part(child, part, full_name, name, newer) for child in children(node) if local_name(child) == element
            )
        else:
            body = {} if node is None else parse_component(node, kind.name, newer=newer)
            body.pop("fullName", None)
            line = None if node is None else _line(node)
            yield with_content(Change(kind.name, full_name, name, body, line=line), beside)
    except etree.XMLSyntaxError as error:
        yield Change(kind.name, full_name, name, problem=_unparsed(str(error.msg)), line=error.lineno)
    except MetadataError as error:
        yield Change(kind.name, full_name, name, problem=_unparsed(error.message))


def with_content(change: Change, beside: dict[str, bytes]) -> Change:
    """The change with what lies beside its XML; one file is the element `content` of types that have it [D]."""
    encoded = {name: base64.b64encode(text).decode() for name, text in beside.items()}
    if list(encoded) == [OWN] and has_content(change.type_name):
        change.body = {**(change.body or {}), "content": encoded[OWN]}
    elif encoded:
        change.files = encoded
    return change


def has_content(type_name: str) -> bool:
    """Whether a component of the type holds its file as an element."""
    spec = schema().types.get(type_name)
    return spec is not None and "content" in spec.elements


def _names_container(members: list[tuple[str, str]], type_name: str, full_name: str) -> bool:
    return any(kind == type_name and name in {full_name, "*"} for kind, name in members)


def _unparsed(message: str) -> MetadataError:
    return MetadataError("UNKNOWN_EXCEPTION", f"Error parsing file: {message}")


def _parts(owner_type: str, node: etree._Element, owner: str, file_name: str, newer: bool) -> Iterator[Change]:
    rest = []
    for child in children(node):
        type_name = FILES_OF_PARTS[owner_type].get(local_name(child))
        if type_name is None:
            rest.append(child)
        else:
            yield _part(child, type_name, owner, file_name, newer)
    if rest:
        yield _own_elements(node, rest, owner_type, owner, file_name, newer)


def _own_elements(
    node: etree._Element, own: list[etree._Element], type_name: str, full_name: str, file_name: str, newer: bool
) -> Change:
    """The owner itself: what its file says beside its parts."""
    alone = etree.Element(node.tag, nsmap=cast("dict[str, str]", node.nsmap))
    alone.extend(copy.deepcopy(own))
    try:
        body = parse_component(alone, type_name, newer=newer)
        body.pop("fullName", None)
        return Change(type_name, full_name, file_name, body, line=_line(own[0]))
    except MetadataError as error:
        return Change(type_name, full_name, file_name, problem=_unparsed(error.message), line=_line(own[0]))


def _part(node: etree._Element, type_name: str, owner: str, file_name: str, newer: bool) -> Change:
    """A component that is an element of its owner's file."""
    owner_type = next(name for name, parts in PARTS.items() if type_name in parts.values())
    own, kind = text_of(node, "fullName") or "", TYPES[owner_type]
    full_name = kind.part_name(owner, own) if isinstance(kind, Container) else f"{owner}.{own}"
    change = Change(type_name, full_name, file_name, line=_line(node), owner=(owner_type, owner))
    try:
        change.body = parse_component(node, type_name, newer=newer)
        change.body.pop("fullName", None)
    except MetadataError as error:
        change.problem = _unparsed(error.message)
    return change


def _line(node: etree._Element) -> int | None:
    return cast("int | None", node.sourceline)  # lxml's stubs leave the type open
