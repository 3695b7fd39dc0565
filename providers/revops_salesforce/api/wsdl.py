"""What the elements of metadata components are, by the WSDL that simple-salesforce ships (63.0).

An org whose release is newer has elements that are not here: they are kept as they come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lxml import etree

XSD = "{http://www.w3.org/2001/XMLSchema}"


@dataclass(frozen=True)
class Element:
    """One element of a type: the local name of its own type, whether it repeats, and whether no value is a value."""

    type: str
    many: bool
    nil_when_absent: bool = False


class Elements(Mapping[str, Mapping[str, Element]]):
    """The elements of each type in their order, inherited ones first; a type is read when it is asked for."""

    def __init__(self, nodes: Mapping[str, etree._Element]) -> None:
        self._nodes = nodes
        self._read: dict[str, Mapping[str, Element]] = {}

    def __getitem__(self, name: str) -> Mapping[str, Element]:
        if name not in self._read:
            self._read[name] = self._of(self._nodes[name])
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._nodes

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def _of(self, node: etree._Element) -> Mapping[str, Element]:
        extension = next(node.iter(f"{XSD}extension"), None)
        parent = _local(str(extension.get("base", ""))) if extension is not None else ""
        own = {str(one.get("name", "")): _element(one) for one in node.iter(f"{XSD}element")}
        return {**self.get(parent, {}), **own}


@dataclass(frozen=True)
class Types:
    """The elements of each type, and the values of each enumeration."""

    elements: Mapping[str, Mapping[str, Element]]
    values: Mapping[str, list[str]]

    def of(self, type_name: str | None) -> Mapping[str, Element]:
        """The elements of a type; none of one that is plain or unknown."""
        return self.elements.get(type_name or "", {})


@cache
def wsdl_types() -> Types:
    """The types of the WSDL; read once per process."""
    root = etree.fromstring(files("simple_salesforce").joinpath("metadata.wsdl").read_bytes())
    (schema,) = root.iter(f"{XSD}schema")
    values = {
        str(node.get("name", "")): [str(value.get("value", "")) for value in node.iter(f"{XSD}enumeration")]
        for node in schema.iterchildren(f"{XSD}simpleType")
    }
    nodes = {str(node.get("name", "")): node for node in schema.iterchildren(f"{XSD}complexType")}
    return Types(Elements(nodes), {name: found for name, found in values.items() if found})


def _element(node: etree._Element) -> Element:
    must_be_there = node.get("nillable") == "true" and node.get("minOccurs") != "0"
    return Element(_local(str(node.get("type", ""))), node.get("maxOccurs") == "unbounded", must_be_there)


def _local(qualified: str) -> str:
    return qualified.rpartition(":")[2]
