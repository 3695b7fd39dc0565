"""A folder of Salesforce source, in either format, as one deployment [S: SDR converts so].

Source format keeps the parts of objects, translations and bots in files of their own, and unpacks static resources. A
deployment has them whole; of everything else it drops the ending `-meta.xml` only.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from crm_simulators.salesforce.metadata.package import Package, read_package
from crm_simulators.salesforce.metadata.registry import TYPES
from lxml import etree
from vendor_facts import table

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
META = "-meta.xml"
MANIFEST = "package.xml"
_MANIFEST = f'<Package xmlns="{NAMESPACE}"><version>67.0</version></Package>'.encode()
ROWS = {row["type"]: row for row in table("salesforce/metadata_types")}
FORMS = {row["folder"]: row["form"] for row in ROWS.values() if row["folder"] and row["form"] != "part"}
SUFFIXES = {row["suffix"] for row in ROWS.values() if row["suffix"]}
NESTED = {row["suffix"] for row in ROWS.values() if row["in_folder"] or row["folder"] == "territory2Models"}
"""Endings of files that lie in folders within the folder of their type, in a deployment too."""
FOLDERS = {suffix: [row["folder"] for row in ROWS.values() if row["suffix"] == suffix] for suffix in SUFFIXES}
PARTS = {
    **{row["type"]: (row["container"], row["element"]) for row in ROWS.values() if row["container"]},
    "CustomFieldTranslation": ("CustomObjectTranslation", "fields"),
    "BotVersion": ("Bot", "botVersions"),
}
"""What source format may keep in a file of its own: the root of that file -> its container, and its element there."""
NAMED_OTHERWISE = "CustomFieldTranslation"
"""The one part without an element `fullName`."""
BESIDE = frozenset({"content", "bundle"})
ARCHIVES = "staticresources"
ANY_SUFFIX = frozenset({"documents", ARCHIVES})
EARLIER_SUFFIXES = {"custompageweblink": "weblink", "indexe": "index"}
"""Endings that source format had before [S: SDR, legacySuffix]."""
SKIPPED = frozenset({"node_modules", "__tests__", "Referenced Packages"})
LARGEST_FILE = 2_000_000
USERNAME = re.compile(r'"([\w.+-]{1,60}@[\w.-]{1,60})"')


def read_source(folder: Path) -> Package:
    """The deployment of what lies below a folder, with a manifest that names all of it."""
    package = read_package(_zip({**_files(folder), MANIFEST: _MANIFEST}), single_package=True)
    kinds = (TYPES[change.type_name].in_manifest_as or change.type_name for change in package.saves)
    package.members = [(kind, unquote(change.full_name)) for kind, change in zip(kinds, package.saves, strict=True)]
    return package


def usernames(package: Package) -> set[str]:
    """All texts of a deployment that may name a user: those that look like an address."""
    bodies = (json.dumps(change.body) for change in package.saves if change.body)
    return {found.lower() for body in bodies for found in USERNAME.findall(body)}


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def _files(folder: Path) -> dict[str, bytes]:
    """The files of the deployment by name; of two with one name, the first counts."""
    made: dict[str, bytes] = {}
    parts: dict[str, list[etree._Element]] = {}
    for place, path in _placed(folder):
        content = path.read_bytes()
        root = _root(content) if place.name.endswith(META) and len(place.parts) > 2 else None
        name = "" if root is None else etree.QName(root).localname
        if root is not None and name in PARTS:
            parts.setdefault(_container(place, name), []).append(_as_part(root, place))
        else:
            made.setdefault(_deployed_name(place), content)
    return {**made, **{name: _joined(name, made.get(name), nodes) for name, nodes in parts.items()}}


def _placed(folder: Path) -> Iterator[tuple[PurePosixPath, Path]]:
    """Each file of a component, with its place from the folder of its type on."""
    for path in sorted(folder.rglob("*"), key=lambda path: (len(path.parts), path)):
        parts = path.relative_to(folder).parts
        skipped = any(part.startswith(".") or part in SKIPPED for part in parts)
        start = next((number for number, part in enumerate(parts[:-1]) if part in FORMS), None)
        if start is not None and parts[start] == parts[start + 1]:
            start += 1
        if path.suffix == ".md" and path.is_file() and _root(path.read_bytes()) is None:
            continue  # notes; custom metadata has that ending too
        if skipped or start is None or not path.is_file() or path.stat().st_size > LARGEST_FILE:
            continue
        place = PurePosixPath(*parts[start:])
        kind, suffix = place.parts[0], place.suffix[1:]
        if place.name.endswith(META) or FORMS[kind] == "bundle" or suffix in SUFFIXES or kind in ANY_SUFFIX:
            has_meta = place.name.endswith(META) or path.with_name(path.name + META).exists()
            yield _in_own_folder(place, has_meta), path


def _in_own_folder(place: PurePosixPath, has_meta: bool) -> PurePosixPath:
    """The place in the folder of its type, where source has a file beside another in that one's folder."""
    own = place.name.removesuffix(META)
    stem, _, suffix = own.rpartition(".")
    name = f"{stem}.{EARLIER_SUFFIXES.get(suffix, suffix)}{place.name.removeprefix(own)}" if stem else place.name
    folders = FOLDERS.get(suffix, [])
    is_stray = has_meta and FORMS[place.parts[0]] == "content" and folders and place.parts[0] not in folders
    return PurePosixPath(folders[0], name) if is_stray else place.with_name(name)


def _root(content: bytes) -> etree._Element | None:
    try:
        return etree.fromstring(content)
    except etree.XMLSyntaxError:
        return None


def _container(place: PurePosixPath, part_type: str) -> str:
    row = ROWS[PARTS[part_type][0]]
    return f"{row['folder']}/{place.parts[1]}.{row['suffix']}"


def _as_part(root: etree._Element, place: PurePosixPath) -> etree._Element:
    """The root of a part's file as an element of its container."""
    type_name = etree.QName(root).localname
    if type_name != NAMED_OTHERWISE and root.find(f"{{{NAMESPACE}}}fullName") is None:
        name = etree.Element(f"{{{NAMESPACE}}}fullName")
        name.text = place.name.removesuffix(META).rpartition(".")[0]
        root.insert(0, name)
    root.tag = f"{{{NAMESPACE}}}{PARTS[type_name][1]}"
    return root


def _joined(name: str, container: bytes | None, parts: list[etree._Element]) -> bytes:
    """A container's file with its parts; one that holds nothing else may have no file of its own."""
    suffix = name.rpartition(".")[2]
    type_name = next(row["type"] for row in ROWS.values() if row["suffix"] == suffix and row["form"] != "part")
    whole = etree.Element(f"{{{NAMESPACE}}}{type_name}") if container is None else etree.fromstring(container)
    whole.extend(parts)
    return etree.tostring(whole)


def _deployed_name(place: PurePosixPath) -> str:
    """Where a deployment has a file: `reports/Sales-meta.xml` for `reports/Sales.reportFolder-meta.xml`."""
    kind = place.parts[0]
    own = place.name.removesuffix(META)
    stem, dot, suffix = own.rpartition(".")
    if kind == ARCHIVES and not place.name.endswith(META):
        return f"{kind}/{place.parts[1].partition('.')[0]}.resource"
    if suffix.endswith("Folder") or not dot:
        return (place.parent / f"{stem or own}{META}").as_posix()
    if FORMS[kind] in BESIDE or kind in {"documents", "email"}:
        return place.as_posix()
    # Source format may nest what a deployment has side by side, as in objects/Lead/Lead.object-meta.xml, and put files
    # into the folder of another type.
    folders = FOLDERS.get(suffix, [kind])
    return place.with_name(own).as_posix() if suffix in NESTED else f"{kind if kind in folders else folders[0]}/{own}"
