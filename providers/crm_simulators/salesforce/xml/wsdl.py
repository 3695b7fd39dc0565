"""The Metadata API contract, read from the WSDL that Salesforce publishes and simple-salesforce ships (63.0)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from lxml import etree

VERSION = 63.0
"""The version of the API that the WSDL describes."""
XSD = "{http://www.w3.org/2001/XMLSchema}"
NEWER = {"DashboardFlexTableComponentProperties": "useReportTableSetting"}
"""Elements of later releases: a quarter of the dashboards in public repositories has this one [D: meta_dashboard]."""
NOT_ALWAYS_THERE = frozenset(
    {("ReportBlockInfo", "blockId"), ("DashboardFilterColumn", "column"), ("DashboardComponentColumn", "reportColumn")}
)
"""Elements that the WSDL requires and orgs leave out, or write as nil [S: public repositories]."""


@dataclass(frozen=True)
class ElementSpec:
    """One child element of a complex type; ``type`` is a local name, ``xsd:``-prefixed when it is a plain value."""

    name: str
    type: str
    many: bool
    required: bool
    nillable: bool


@dataclass(frozen=True)
class TypeSpec:
    """A complex type with its inherited elements first, in the order in which zeep expects them back [V]."""

    name: str
    base: str | None
    elements: dict[str, ElementSpec]


@dataclass
class Schema:
    """Every complex type and enumeration of the WSDL, by local name."""

    types: dict[str, TypeSpec] = field(default_factory=dict)
    enums: dict[str, frozenset[str]] = field(default_factory=dict)

    def is_metadata(self, name: str) -> bool:
        """Whether the type extends Metadata, directly or not."""
        base: str | None = name
        while base is not None and base in self.types:
            if base == "Metadata":
                return True
            base = self.types[base].base
        return False


@lru_cache(maxsize=1)
def schema() -> Schema:
    """The parsed WSDL; read once per process (about a tenth of a second)."""
    source = files("simple_salesforce").joinpath("metadata.wsdl").read_bytes()
    root = etree.fromstring(source)
    definitions = {node.get("name", ""): node for node in root.iter(f"{XSD}complexType") if node.get("name")}
    loaded = Schema()
    for node in root.iter(f"{XSD}simpleType"):
        values = frozenset(value.get("value", "") for value in node.iter(f"{XSD}enumeration"))
        if node.get("name") and values:
            loaded.enums[node.get("name", "")] = values
    for name in definitions:
        _load_type(name, definitions, loaded)
    for name, element in NEWER.items():
        loaded.types[name].elements[element] = ElementSpec(element, "xsd:boolean", False, False, False)
    return loaded


def _load_type(name: str, definitions: dict[str, etree._Element], loaded: Schema) -> TypeSpec:
    if name in loaded.types:
        return loaded.types[name]
    node = definitions[name]
    extension = next(node.iter(f"{XSD}extension"), None)
    base = None if extension is None else _local(extension.get("base", ""))
    elements = dict(_load_type(base, definitions, loaded).elements) if base else {}
    elements.update((spec.name, spec) for spec in _elements(node, name))
    loaded.types[name] = TypeSpec(name, base, elements)
    return loaded.types[name]


def _elements(node: etree._Element, owner: str) -> Iterator[ElementSpec]:
    for child in node.iter(f"{XSD}element"):
        yield ElementSpec(
            name=child.get("name", ""),
            type=_local(child.get("type", "xsd:string")),
            many=child.get("maxOccurs") == "unbounded",
            required=child.get("minOccurs") != "0" and (owner, child.get("name", "")) not in NOT_ALWAYS_THERE,
            nillable=child.get("nillable") == "true",
        )


def _local(qualified: str) -> str:
    return qualified.removeprefix("tns:")
