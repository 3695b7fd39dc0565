"""The reference of the model: every entry of the YAML with its keys, from the pydantic models."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from revops_iac.model import TOPICS, Model
from revops_iac.model.condition import Condition
from revops_iac.model.duration import Duration
from revops_iac.model.entry import Entry, Key, Reference, VendorEntry
from tools.input_models import descriptions, summary

PLAIN: Mapping[type, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "`true` or `false`",
    date: "date",
    Condition: "condition",
    Duration: "length of time",
}
REFERENCES: Mapping[str, str] = {
    "field": "field (`object.key`)",
    "system": "system, such as `hubspot`",
    "time zone": "time zone, such as `America/New_York`",
    "business hours": "key of business hours",
    "moment": "`created`, `mql`, `recycled`, or key of a lifecycle stage",
    "person or team": "key of a person or team",
}
INTRODUCTION = (
    "Every key of the YAML under `stacks/model/`, topic by topic. [The model](guides/model.md) explains conditions and",
    "lengths of time, and the keys `was`, `vendor_name` and `adopt`, which each entry that becomes a CRM object also",
    "takes.",
)


def lines() -> Iterator[str]:
    """The page below its title."""
    yield from INTRODUCTION
    topics = get_type_hints(Model, include_extras=True)
    for topic in TOPICS:
        root = next(_entries(topics[topic]))
        yield from ("", f"## {topic}", "")
        if get_origin(topics[topic]) is dict:
            yield from ("A map: key → entry.", "")
        yield from _table(root, topic)
        for entry in _below(root, {root}):
            yield from ("", f"### {topic}: {_title(entry)}", "")
            yield from _table(entry, topic)


def _table(entry: type[BaseModel], topic: str) -> Iterator[str]:
    yield summary(entry)
    yield from ("", "| key | required | value | meaning |", "|---|---|---|---|")
    described, hints = descriptions(entry), get_type_hints(entry, include_extras=True)
    for name, field in entry.model_fields.items():
        if not (issubclass(entry, VendorEntry) and name in VendorEntry.model_fields):
            required = "yes" if field.is_required() else ""
            meaning = described.get(name, "").replace("|", "\\|")
            yield f"| `{field.alias or name}` | {required} | {_value(hints[name], topic)} | {meaning} |"


def _below(entry: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    """The entries that an entry holds, each once, in the order in which they are named."""
    for annotation in get_type_hints(entry, include_extras=True).values():
        for other in _entries(annotation):
            if other not in seen:
                seen.add(other)
                yield other
                yield from _below(other, seen)


def _entries(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        yield annotation
    for part in get_args(annotation):
        yield from _entries(part)


def _value(annotation: Any, topic: str) -> str:
    """What a key takes, in words."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        reference = next((mark.to for mark in parts[1:] if isinstance(mark, Reference)), None)
        return REFERENCES.get(reference, f"key of a {reference}") if reference else _value(parts[0], topic)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(_value(part, topic) for part in parts if part is not types.NoneType))
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in parts)
    if origin is list:
        return f"list: {_value(parts[0], topic)}"
    if origin is dict:
        key = "key" if parts[0] == Key else _value(parts[0], topic)
        return f"map: {key} → {_value(parts[1], topic)}"
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        return f"[{_title(annotation)}](#{topic}-{_title(annotation).replace(' ', '-')})"
    return PLAIN.get(annotation, "text")


def _title(entry: type[BaseModel]) -> str:
    """The name of an entry in words: `ScoreFields` is "score fields"."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in entry.__name__)
    return words.strip()
