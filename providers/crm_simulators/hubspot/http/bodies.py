"""Checks request bodies against the schemas of the specification."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from vendor_facts import pairs, table

from crm_simulators.hubspot import errors

KINDS: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "flag": (bool,),
    "integer": (int,),
    "number": (int, float),
    "list": (list,),
    "object": (dict,),
    "any": (object,),
}


BODIES = {row["part"]: (pairs(row["required"]), pairs(row["optional"])) for row in table("hubspot/bodies")}


def fields(part: str) -> dict[str, str]:
    """The fields that a body or a part of it may have, required or not, with the kinds of their values."""
    required, optional = BODIES[part]
    return {**required, **optional}


def check_body(
    model: str,
    body: Any,
    required: Mapping[str, str],
    optional: Mapping[str, str],
    strict: bool = True,
    stored: Container[str] = (),
) -> None:
    """Refuse a body that is no object, lacks a field, or has one of the wrong type or (strict) an unknown one.

    `required` and `optional` map field names to a kind of `KINDS`. A field that the portal holds in the object, and
    so answered itself, is known too, whatever it is (`stored`).
    """
    if not isinstance(body, dict):
        raise errors.invalid_json(1, 1, f"an object is expected (class {model})")
    missing = [name for name in required if body.get(name) is None]
    if missing:
        raise errors.missing_attributes(model, missing)
    known = {**required, **optional}
    for name, value in body.items():
        if name not in known:
            if strict and name not in stored:
                raise errors.invalid_json(1, 1, f'Unrecognized field "{name}" (class {model})')
        elif value is not None and not _is(value, known[name]):
            raise errors.invalid_json(
                1, 1, f'Cannot deserialize field "{name}" (class {model}): {known[name]} expected'
            )


def stored_parts(body: Mapping[str, Any], stored: Mapping[str, Any], known: Container[str]) -> dict[str, Any]:
    """What a body says of parts without rules that the portal holds: a write that leaves one out removes it."""
    return {name: value for name, value in body.items() if name in stored and name not in known}


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool) and kind in ("integer", "number"):
        return False
    return isinstance(value, KINDS[kind])
