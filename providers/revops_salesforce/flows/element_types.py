"""What the elements of a flow may be, by the types of the WSDL that the client brings (Metadata API, type Flow).

A misspelled element would else be found by the org alone, when it refuses the whole deployment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from vendor_facts import table

from revops_iac.diagnostics import Diagnostic, input_error, suggest
from revops_salesforce.api.versions import WSDL_VERSION
from revops_salesforce.api.wsdl import Element, wsdl_types

Path = tuple[str | int, ...]
NUMBERS = frozenset({"double", "int"})


def static_errors(definition: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """Elements that a flow does not have, and values that theirs cannot be. What is missing is left to the org.

    So is what nothing here knows, in a flow of a newer API version.
    """
    version = definition.get("apiVersion")
    is_newer = isinstance(version, int | float) and version > float(WSDL_VERSION)
    yield from _Check(is_newer).body(("definition",), definition, "Flow")


@dataclass(frozen=True)
class _Check:
    is_newer: bool

    def body(self, path: Path, body: Mapping[str, Any], type_name: str) -> Iterator[Diagnostic]:
        known = wsdl_types().elements[type_name]
        for key, value in body.items():
            here = (*path, key)
            if key in known:
                yield from self._element(here, value, known[key], type_name)
            elif not self.is_newer and not key.startswith("@") and (type_name, key) not in _of_other_versions():
                yield input_error(here, f'{type_name} has no element "{key}"', suggest(key, known))

    def _element(self, path: Path, value: Any, element: Element, type_name: str) -> Iterator[Diagnostic]:
        if isinstance(value, list) is not element.many:
            form = "a list" if element.many else "a single value, not a list"
            message = f'"{path[-1]}" of {type_name} must be {form}'
            yield input_error(path, message, f"write {'- before each' if element.many else 'the value alone'}")
            return
        for place, one in enumerate(value) if element.many else [(None, value)]:
            yield from self._value(path if place is None else (*path, place), one, element.type)

    def _value(self, path: Path, value: Any, type_name: str) -> Iterator[Diagnostic]:
        types = wsdl_types()
        if type_name in types.elements:
            if isinstance(value, Mapping):
                yield from self.body(path, value, type_name)
            else:
                fix = suggest("", types.elements[type_name])
                yield input_error(path, f'"{value}" must be a {type_name} with its own elements', fix)
        elif isinstance(value, Mapping | list):
            yield input_error(path, "it must be a single value without elements", "write the value alone")
        elif type_name in types.values:
            is_known = value in types.values[type_name] or (type_name, value) in _of_other_versions()
            if not is_known and not self.is_newer:
                fix = suggest(str(value), types.values[type_name])
                yield input_error(path, f'"{value}" is not a valid {type_name}', fix)
        elif not _fits(value, type_name):
            yield input_error(path, f'"{value}" is not a valid {type_name}', f"use a value of type {type_name}")


@cache
def _of_other_versions() -> frozenset[tuple[str, str]]:
    """Elements and values that the WSDL lacks only because of its version, by type."""
    return frozenset((row["type"], row["name"]) for row in table("salesforce/other_versions"))


def _fits(value: Any, type_name: str) -> bool:
    """Whether a plain value can be of a plain type; a text is taken where XML would take it."""
    if type_name == "boolean":
        return isinstance(value, bool) or value in {"true", "false"}
    if type_name in NUMBERS:
        return not isinstance(value, bool) and str(value).lstrip("-").replace(".", "", 1).isdigit()
    return True
