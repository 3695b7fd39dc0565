"""Where components lie in a deployment: a file, a file beside its `-meta.xml`, or a folder of files [S: SDR]."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from lxml import etree

from crm_simulators.salesforce.metadata.registry import ROWS, TYPES
from crm_simulators.salesforce.metadata_types.component_type import ComponentType

META = "-meta.xml"
OWN = ""
"""The name of the one file that lies beside a definition."""
TERRITORIES = "territory2Models"
"""The one folder whose components have folders of their own kinds in them."""
TWO_LEVELS = frozenset({"digitalExperiences"})
"""Bundles that lie in a folder per kind: `digitalExperiences/site/Help1` [S: SDR]."""


@dataclass(frozen=True)
class Place:
    """The component that a file belongs to, and the folder of its files where it has one."""

    type_name: str
    full_name: str
    folder: str | None = None

    def definition(self, files: Mapping[str, bytes]) -> tuple[str | None, dict[str, bytes]]:
        """The file with the component's XML, if there is one, and the files beside it by their own names."""
        form, names = TYPES[self.type_name].form, list(files)
        if form == "bundle":
            defining = (name for name in names if name.endswith(META) and _is_root(files[name], self.type_name))
            own = next(defining, None)
            return own, {name.removeprefix(f"{self.folder}/"): text for name, text in files.items() if name != own}
        if form != "content":
            return names[0], {}
        meta = next((name for name in names if name.endswith(META)), None)
        contents = [text for name, text in files.items() if name != meta]
        return meta, {OWN: contents[0]} if contents else {}


def place_of(name: str, text: bytes) -> Place | None:
    """The component of a file, or None for one that belongs to no type."""
    directory, _, below = name.partition("/")
    kinds = _kinds().get(directory, ())
    if directory == TERRITORIES:
        return _territory(below)
    bundle = next((kind for kind in kinds if kind.form == "bundle"), None)
    if bundle is not None:
        return _bundle(bundle, name)
    if below.endswith(META) and below.count(".") == 1:
        folder = next((kind for kind in kinds if kind.form == "folder" and _is_root(text, kind.name)), None)
        folder = folder or next((kind for kind in kinds if kind.form == "folder"), None)
        return None if folder is None else Place(folder.name, unquote(below.removesuffix(META)))
    ordered = sorted(kinds, key=lambda kind: kind.form != "settings")  # settings of no known type come last
    return next(_files(tuple(ordered), below, text), None)


def _files(kinds: tuple[ComponentType, ...], below: str, text: bytes) -> Iterator[Place]:
    named = below.removesuffix(META)
    for kind in kinds:
        if kind.form == "content":
            own = named if kind.name == "Document" else named.removesuffix(f".{kind.suffix}")
            if own != named or kind.name == "Document":
                yield Place(kind.name, unquote(own))
        elif below.endswith(f".{kind.suffix}") and (kind.in_folder or "/" not in below):
            if kind.form == "settings" and not _is_root(text, kind.name):
                continue  # they lie in one folder, with one suffix
            yield Place(kind.name, unquote(below.removesuffix(f".{kind.suffix}")))


def _territory(below: str) -> Place | None:
    """`Model/Model.territory2Model`, and `Model/territories/East.territory2`, which is called `Model.East`."""
    model, _, rest = below.partition("/")
    own, _, suffix = (rest or below).rpartition("/")[2].rpartition(".")
    name = next((name for name, row in ROWS.items() if suffix and row["suffix"] == suffix), None)
    if name is None:
        return None
    return Place(name, unquote(own if name == "Territory2Model" else f"{model}.{own}"))


def _bundle(kind: ComponentType, name: str) -> Place | None:
    parts = name.split("/")
    depth = 3 if parts[0] in TWO_LEVELS else 2
    # The definition of a site lies beside its folder: `experiences/Help.site-meta.xml`.
    last = parts[depth - 1 :] if len(parts) > depth else [parts[-1].split(".")[0]]
    own = "/".join([*parts[1 : depth - 1], last[0]])
    return Place(kind.name, unquote(own), f"{parts[0]}/{own}") if own else None


def _is_root(text: bytes, type_name: str) -> bool:
    try:
        return etree.QName(etree.fromstring(text)).localname == type_name
    except etree.XMLSyntaxError:
        return False


@cache
def _kinds() -> dict[str, tuple[ComponentType, ...]]:
    """The types of a folder, those with files of their own."""
    found: dict[str, tuple[ComponentType, ...]] = {}
    for kind in TYPES.values():
        if kind.directory and (not kind.is_child or kind.form == "folder"):
            found[kind.directory] = (*found.get(kind.directory, ()), kind)
    return found
