"""The components in the files of a folder, in source format (decomposed) or metadata format (containers).

Folders, suffixes and containers are those of the source registry [S: SDR]. A container's parts are components of their
own: the fields and rules of an object, the rules of an assignment, the actions of a workflow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from lxml import etree
from vendor_facts import Row, table

from revops_salesforce.api.components import NAMESPACE, Body, from_xml
from revops_salesforce.deploy.retrieval import BESIDE, META

TYPES: dict[str, Row] = {row["type"]: row for row in table("salesforce/metadata_types")}
SUFFIXES = frozenset(f".{row['suffix']}" for row in TYPES.values() if row["suffix"] and row["form"] not in BESIDE)
"""The endings of files in metadata format."""
ELEMENTS = {(row["container"], row["element"]): name for name, row in TYPES.items() if row["container"]}
"""The type of a part, by its container's type and its element."""
SKIPPED = frozenset({"node_modules", "__tests__"})


@dataclass
class Components:
    """Bodies of the `known` types by type and full name, and what is none of them, with the reason."""

    known: Collection[str]
    by_type: dict[str, dict[str, Body]] = field(default_factory=dict)
    left_over: dict[str, str] = field(default_factory=dict)

    def take(self, place: str, type_name: str, name: str, node: etree._Element) -> None:
        """Takes in the component of a node."""
        of_type = self.by_type.setdefault(type_name, {})
        if type_name not in self.known:
            del self.by_type[type_name]
            self.left_over[f"{type_name} {name}"] = f"{type_name} is not a resource type"
        elif name in of_type:
            self.left_over[f"{place} ({name})"] = f"the folder has another {type_name} of this name, which is taken"
        else:
            of_type[name] = {**from_xml(node, type_name), "fullName": name}


def read_folder(folder: Path, known: Collection[str]) -> Components:
    """The components below a folder."""
    found = Components(known)
    take_folder(found, folder)
    return found


def take_folder(found: Components, folder: Path) -> None:
    """Takes in the components below a folder."""
    for path in _files(folder):
        place, root = path.relative_to(folder).as_posix(), _root(path)
        if root is None:
            found.left_over[place] = "it cannot be read as a file of metadata"
        else:
            _take_all(found, place, path, root)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        is_ours = not any(part.startswith(".") or part in SKIPPED for part in parts)
        if is_ours and path.is_file() and (path.name.endswith(META) or path.suffix in SUFFIXES):
            yield path


def _root(path: Path) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except (etree.XMLSyntaxError, OSError):
        return None
    return root if str(root.tag).startswith(f"{{{NAMESPACE}}}") else None


def _take_all(found: Components, place: str, path: Path, root: etree._Element) -> None:
    """The component of a file, and its parts that are components of their own."""
    type_name = _local(root)
    name = _name(path, type_name)
    for node in root.findall("*"):
        if part_type := ELEMENTS.get((type_name, _local(node))):
            own = str(node.findtext(f"{{{NAMESPACE}}}fullName") or "")
            found.take(place, part_type, f"{name}.{own}", node)
            root.remove(node)
    if len(root):
        found.take(place, type_name, name, root)


def _name(path: Path, type_name: str) -> str:
    """The full name of the component of a file: `Lead.Tier__c` for `objects/Lead/fields/Tier__c.field-meta.xml`."""
    file, row = path.name.removesuffix(META), TYPES.get(type_name, {})
    is_plain = row.get("form") == "folder" and "." not in file  # the old form of a folder: reports/Sales-meta.xml
    own = unquote(file if is_plain else file.rpartition(".")[0])
    if row.get("form") == "part":
        return f"{unquote(path.parent.parent.name)}.{own}"
    if row.get("in_folder") or row.get("form") == "folder":
        parents = path.parent.parts
        inner = parents[parents.index(row["folder"]) + 1 :] if row["folder"] in parents else ()
        return "/".join([*map(unquote, inner), own])
    return own


def _local(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2]
