"""What the elements of metadata components are, by the WSDL that simple-salesforce ships (63.0).

An org whose release is newer has elements that are not here: they are kept as they come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree

XSD = "{http://www.w3.org/2001/XMLSchema}"


@dataclass(frozen=True)
class Element:
    """One element of a type: the local name of its own type, whether it repeats, and whether no value is a value."""

    type: str
    many: bool
    nil_when_absent: bool = False


@dataclass(frozen=True)
class Types:
    """The elements of each type in their order, inherited ones first, and the values of each enumeration."""

    elements: dict[str, dict[str, Element]] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=dict)

    def of(self, type_name: str | None) -> Mapping[str, Element]:
        """The elements of a type; none of one that is plain or unknown."""
        return self.elements.get(type_name or "", {})


@cache
def wsdl_types() -> Types:
    """The types of the WSDL; read once per process."""
    root = ElementTree.fromstring(files("simple_salesforce").joinpath("metadata.wsdl").read_bytes())
    nodes = {node.get("name", ""): node for node in root.iter(f"{XSD}complexType") if node.get("name")}
    found = Types()
    for node in root.iter(f"{XSD}simpleType"):
        if values := [value.get("value", "") for value in node.iter(f"{XSD}enumeration")]:
            found.values[node.get("name", "")] = values
    for name in nodes:
        found.elements[name] = _elements(nodes, name)
    return found


def _elements(nodes: Mapping[str, ElementTree.Element], name: str) -> dict[str, Element]:
    extension = next(nodes[name].iter(f"{XSD}extension"), None)
    parent = _local(extension.get("base", "")) if extension is not None else ""
    inherited = _elements(nodes, parent) if parent in nodes else {}
    return {**inherited, **{node.get("name", ""): _element(node) for node in nodes[name].iter(f"{XSD}element")}}


def _element(node: ElementTree.Element) -> Element:
    must_be_there = node.get("nillable") == "true" and node.get("minOccurs") != "0"
    return Element(_local(node.get("type", "")), node.get("maxOccurs") == "unbounded", must_be_there)


def _local(qualified: str) -> str:
    return qualified.rpartition(":")[2]
