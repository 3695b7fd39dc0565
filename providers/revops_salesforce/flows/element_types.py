"""What the elements of a flow may be, by the types of the WSDL that the client brings (Metadata API, type Flow).

A misspelled element would else be found by the org alone, when it refuses the whole deployment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

from revops_iac.diagnostics import Diagnostic, input_error, suggest

XSD = "{http://www.w3.org/2001/XMLSchema}"
Path = tuple[str | int, ...]
NUMBERS = frozenset({"double", "int"})


@dataclass(frozen=True)
class Element:
    """One element of a type: the local name of its own type, and whether it repeats."""

    type: str
    many: bool


@dataclass(frozen=True)
class Types:
    """The elements of each type, inherited ones too, and the values of each enumeration."""

    elements: dict[str, dict[str, Element]] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=dict)


def static_errors(definition: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """Elements that a flow does not have, and values that theirs cannot be. What is missing is left to the org."""
    return _of_body(("definition",), definition, "Flow")


def _of_body(path: Path, body: Mapping[str, Any], type_name: str) -> Iterator[Diagnostic]:
    known = wsdl_types().elements[type_name]
    for key, value in body.items():
        here = (*path, key)
        if key not in known:
            yield input_error(here, f'{type_name} has no element "{key}"', suggest(key, known))
            continue
        element = known[key]
        if isinstance(value, list) is not element.many:
            message = f'"{key}" of {type_name} must be {"a list" if element.many else "a single value, not a list"}'
            yield input_error(here, message, f"write {'- before each' if element.many else 'the value alone'}")
            continue
        for place, one in enumerate(value) if element.many else [(None, value)]:
            yield from _of_value(here if place is None else (*here, place), one, element.type)


def _of_value(path: Path, value: Any, type_name: str) -> Iterator[Diagnostic]:
    types = wsdl_types()
    if type_name in types.elements:
        if isinstance(value, Mapping):
            yield from _of_body(path, value, type_name)
        else:
            fix = suggest("", types.elements[type_name])
            yield input_error(path, f'"{value}" must be a {type_name} with its own elements', fix)
    elif isinstance(value, Mapping | list):
        yield input_error(path, "it must be a single value without elements", "write the value alone")
    elif type_name in types.values:
        if value not in types.values[type_name]:
            yield input_error(
                path, f'"{value}" is not a valid {type_name}', suggest(str(value), types.values[type_name])
            )
    elif not _fits(value, type_name):
        yield input_error(path, f'"{value}" is not a valid {type_name}', f"use a value of type {type_name}")


def _fits(value: Any, type_name: str) -> bool:
    """Whether a plain value can be of a plain type; a text is taken where XML would take it."""
    if type_name == "boolean":
        return isinstance(value, bool) or value in {"true", "false"}
    if type_name in NUMBERS:
        return not isinstance(value, bool) and str(value).lstrip("-").replace(".", "", 1).isdigit()
    return True


@cache
def wsdl_types() -> Types:
    """The types of the WSDL that simple-salesforce ships; read once per process."""
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
    own = {
        node.get("name", ""): Element(_local(node.get("type", "")), node.get("maxOccurs") == "unbounded")
        for node in nodes[name].iter(f"{XSD}element")
    }
    return {**inherited, **own}


def _local(qualified: str) -> str:
    return qualified.rpartition(":")[2]
