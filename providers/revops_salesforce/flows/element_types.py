"""What the elements of a flow may be, by the types of the WSDL that the client brings (Metadata API, type Flow).

A misspelled element would else be found by the org alone, when it refuses the whole deployment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from revops_iac.diagnostics import Diagnostic, input_error, suggest
from revops_salesforce.api.wsdl import wsdl_types

Path = tuple[str | int, ...]
NUMBERS = frozenset({"double", "int"})


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
