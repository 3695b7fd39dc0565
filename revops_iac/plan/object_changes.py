"""What a plan does to one vendor object: in words, and as a line diff of its inputs."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from revops_iac.diagnostics import escaped, spelled_out
from revops_iac.plan.dangers import ENTRIES, kind_of
from revops_iac.plan.reading import Step
from revops_iac.provider.differences import IDENTITIES, differing
from revops_iac.provider.live_object import Definition
from revops_iac.systems import system_named

MOST_LINES = 12
MOST_DIFF_LINES = 400
MARKS = {"create": "+", "update": "~", "delete": "-"}


@dataclass(frozen=True)
class ObjectChange:
    """One object: what it is called, what happens, the changes in words, and the diff of its inputs."""

    system: str
    kind: str
    name: str
    verb: str
    lines: tuple[str, ...]
    diff: str

    @property
    def label(self) -> str:
        """`Property contacts.tier`."""
        return escaped(f"{self.kind} {self.name}")

    @property
    def done(self) -> str:
        """What happens, in a word."""
        return {"create": "created", "update": "changed", "delete": "removed"}[self.verb]


def object_change(step: Step) -> ObjectChange:
    """The change that a step makes on a CRM."""
    kind, inputs = kind_of(step), step.after if step.after is not None else step.before or {}
    name = kind.vendor_name(kind.parse(inputs)) if kind is not None else step.key
    lines = tuple(_lines(step.before or {}, step.after or {})) if step.verb == "update" else ()
    label = system_named(step.system).label
    return ObjectChange(label, step.kind, name, step.verb, lines[:MOST_LINES], _diff(step.before, step.after))


def _lines(before: Definition, after: Definition) -> Iterator[str]:
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if key in ENTRIES and isinstance(old, list) and isinstance(new, list):
            yield from _entries(ENTRIES[key], old, new)
        else:
            yield from (escaped(one.arrow()) for one in differing(key.replace("_", " "), old, new))


def _entries(noun: str, before: list[Any], after: list[Any]) -> Iterator[str]:
    """Options and stages, by what people call them."""
    olds, news = ({_identity(one): one for one in side} for side in (before, after))
    for key, entry in {**olds, **news}.items():
        if key not in news:
            yield escaped(f"{noun} {_label(entry)} is removed")
        elif key not in olds:
            yield escaped(f"{noun} {_label(entry)} is new")
        elif olds[key] != news[key]:
            yield from (escaped(one.arrow()) for one in differing(f"{noun} {_label(entry)}", olds[key], news[key]))
    if [key for key in olds if key in news] != [key for key in news if key in olds]:
        yield escaped(f"order of the {noun}s: {', '.join(map(_label, before))} -> {', '.join(map(_label, after))}")


def _identity(entry: Any) -> str:
    if not isinstance(entry, Mapping):
        return str(entry)
    return next((str(entry[key]) for key in IDENTITIES if entry.get(key) is not None), str(entry))


def _label(entry: Any) -> str:
    return str((entry.get("label") if isinstance(entry, Mapping) else None) or _identity(entry))


def _diff(before: Definition | None, after: Definition | None) -> str:
    lines = list(difflib.unified_diff(_yaml(before), _yaml(after), "before", "after", lineterm="", n=2))
    more = [f"… {len(lines) - MOST_DIFF_LINES:,} more lines"] if len(lines) > MOST_DIFF_LINES else []
    return spelled_out("\n".join([*lines[2 : MOST_DIFF_LINES + 2], *more]))


def _yaml(inputs: Definition | None) -> list[str]:
    if inputs is None:
        return []
    return str(yaml.safe_dump(dict(inputs), sort_keys=True, allow_unicode=True, width=100)).splitlines()
