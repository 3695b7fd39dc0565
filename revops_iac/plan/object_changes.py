"""What a plan does to one vendor object: in words, and as a line diff of its inputs."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from revops_iac.diagnostics import escaped, plural, spelled_out
from revops_iac.plan.dangers import kind_of
from revops_iac.plan.reading import Step
from revops_iac.provider.changes.differences import IDENTITIES
from revops_iac.provider.live_object import Definition
from revops_iac.systems import system_named

MOST_LINES = 12
MOST_CHARACTERS = 80
MOST_PARTS = 3
AROUND = 30
"""Characters of a long text shown on both sides of what changes."""
SILENT = ("definition", "metadata")
"""Inputs that hold the whole of an object and say nothing by their name."""
DAY = ("year", "month", "day")
MOST_DIFF_LINES = 400
MARKS = {"create": "+", "update": "~", "delete": "-"}


@dataclass(frozen=True)
class ObjectChange:
    """One object: what it is called, what happens, the changes in words, and the diff of its inputs."""

    system: str
    label: str
    """`property "Tier" (contacts.tier)`."""
    verb: str
    lines: tuple[str, ...]
    diff: str

    @property
    def done(self) -> str:
        """What happens, in a word."""
        return {"create": "created", "update": "changed", "delete": "removed"}[self.verb]


def object_change(step: Step) -> ObjectChange:
    """The change that a step makes on a CRM."""
    kind, inputs = kind_of(step), step.after if step.after is not None else step.before or {}
    name = kind.vendor_name(kind.parse(inputs)) if kind is not None else step.key
    noun = (kind.enables or kind.noun) if kind is not None else step.kind
    label = str(inputs.get("label") or "")
    called = f'{noun} "{label}" ({name})' if label and label != name else f"{noun} {name}"
    lines = changes_in_words(step.before or {}, step.after or {}) if step.verb == "update" else []
    crm = system_named(step.system).label
    return ObjectChange(crm, escaped(called), step.verb, tuple(map(escaped, lines)), _diff(step.before, step.after))


def changes_in_words(old: Definition, new: Definition) -> list[str]:
    """What differs between two definitions, one line each, and how many there are beyond the first dozen.

    >>> changes_in_words({"options": ["a"], "since": {"year": 2026, "month": 1, "day": 5}},
    ...                  {"options": ["a", "b"], "since": {"year": 2026, "month": 2, "day": 5}})
    ['option "b" is new', 'since: 2026-01-05 -> 2026-02-05']
    """
    lines = list(_changes((), old, new))
    more = [f"{plural(len(lines) - MOST_LINES, 'more change')}"] if len(lines) > MOST_LINES else []
    return [*lines[:MOST_LINES], *more]


def _changes(path: tuple[str, ...], old: Any, new: Any) -> Iterator[str]:
    """What differs between two values, one line each: `step 1, case "Emea", when: "a" -> "b"`."""
    if old == new:
        return
    if _day(old) and _day(new) and _day(old) != _day(new):
        yield f"{_called(path)}: {_day(old)} -> {_day(new)}"
        yield from _changes(path, {**old, **dict.fromkeys(DAY)}, {**new, **dict.fromkeys(DAY)})
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            yield from _changes((*path, _words(str(key))), old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _of_list(path, old, new)
    elif _is_nothing(old) or _is_nothing(new):
        became = f"is removed (it was {_value(old)})" if _is_nothing(new) else f"is new: {_value(new)}"
        yield f"{_called(path)} {became}"
    elif isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > MOST_CHARACTERS:
        yield from (f"{_called(path)}: {part}" for part in _of_text(old, new))
    else:
        yield f"{_called(path)}: {_value(old)} -> {_value(new)}"


def _day(value: Any) -> str:
    """A day that a vendor keeps in three numbers, as people write it; empty for anything else."""
    parts = [value.get(key) for key in DAY] if isinstance(value, Mapping) else [None]
    is_day = all(isinstance(part, int) for part in parts)
    return "-".join(f"{part:02}" for part in parts) if is_day else ""


def _of_list(path: tuple[str, ...], old: list[Any], new: list[Any]) -> Iterator[str]:
    """Entries that come, go or change, each where it stands beside those that stay."""
    olds, news = ([_identity(one) for one in side] for side in (old, new))
    matcher = difflib.SequenceMatcher(None, olds, news, autojunk=False)
    for step, low, high, start, end in matcher.get_opcodes():
        pairs = min(high - low, end - start) if step in ("equal", "replace") else 0
        if step == "replace" and any(_name(one) for one in [*old[low:high], *new[start:end]]):
            pairs = 0  # another name is another entry
        for at in range(pairs):
            yield from _changes(_entry(path, new, start + at), old[low + at], new[start + at])
        moved = [one for one in old[low + pairs : high] if _identity(one) not in news]
        yield from (f"{_called(_entry(path, old, old.index(one)))} is removed{_about(one)}" for one in moved)
        for at in range(start + pairs, end):
            if _identity(new[at]) not in olds:
                yield f"{_called(_entry(path, new, at))} is new{_about(new[at])}"
            else:
                yield from _changes(_entry(path, new, at), old[olds.index(news[at])], new[at])
    if _in_order(olds, news) != _in_order(news, olds):
        shown = (", ".join(_name(one) or _value(one) for one in side) for side in (old, new))
        yield f"order of {_called(path)}: {' -> '.join(shown)}"


def _in_order(one: list[str], other: list[str]) -> list[str]:
    return [key for key in one if key in other]


def _identity(entry: Any) -> str:
    """What tells an entry from the others of its list: its name, else all of it."""
    return _name(entry, of=IDENTITIES) or json.dumps(entry, sort_keys=True, default=str)


def _name(entry: Any, of: Sequence[str] = ("label", *IDENTITIES)) -> str:
    """What people call an entry; empty where it has no name."""
    if not isinstance(entry, Mapping):
        return "" if isinstance(entry, list) else str(entry)
    return next((str(entry[key]) for key in of if isinstance(entry.get(key), str | int)), "")


def _words(key: str) -> str:
    """A key of an input, or of a vendor's own document, as people say it."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key).replace("_", " ").lower()


def _entry(path: tuple[str, ...], entries: list[Any], at: int) -> tuple[str, ...]:
    """The path of an entry in place of that of its list: `case "Emea"`, or `step 2` where it has no name."""
    *around, last = path or ("items",)
    noun = f"{last[:-3]}y" if last.endswith("ies") else last[:-2] if last.endswith("ches") else last.removesuffix("s")
    name = _name(entries[at])
    return (*around, f'{noun} "{name}"' if name else f"{noun} {at + 1}")


def _called(path: tuple[str, ...]) -> str:
    """A path in words."""
    return ", ".join(part for part in path if part not in SILENT)


def _about(entry: Any) -> str:
    """What an entry that comes or goes says besides its name."""
    if not isinstance(entry, Mapping):
        return ""
    name = _name(entry)
    parts = [f"{_words(key)} {_value(one)}" for key, one in entry.items() if one != name and _is_short(one)]
    return f": {', '.join(parts[:MOST_PARTS])}" if parts else ""


def _is_short(value: Any) -> bool:
    return not isinstance(value, Mapping | list) and not _is_nothing(value) and value is not False


def _is_nothing(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{_words(key)} {_value(one)}" for key, one in value.items() if not _is_nothing(one))
    if isinstance(value, list):
        return ", ".join(map(_value, value)) or "none"
    text = str(value)
    text = text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"
    return f'"{text}"' if isinstance(value, str) else text


def _of_text(old: str, new: str) -> Iterator[str]:
    """The words of a long text that change, each with what stands around them in the new text."""
    before, after = (re.findall(r"\d+\.\d+|\w+|\s+|[^\w\s]", text) for text in (old, new))
    steps = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for step, low, high, start, end in steps:
        if step == "equal":
            continue
        lost, gained = "".join(before[low:high]).strip(), "".join(after[start:end]).strip()
        head, tail = "".join(after[:start]), "".join(after[end:])
        around = f"{'…' if len(head) > AROUND else ''}{head[-AROUND:]}{''.join(after[start:end])}{tail[:AROUND]}"
        around = " ".join(around.split()) + ("…" if len(tail) > AROUND else "")
        if lost and gained:
            yield f"{_cut(lost)} -> {_cut(gained)} in {around}"
        elif lost or gained:
            yield f"{_cut(lost or gained)} is {'removed' if lost else 'new'} in {around}"


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"


def _diff(before: Definition | None, after: Definition | None) -> str:
    lines = list(difflib.unified_diff(_yaml(before), _yaml(after), "before", "after", lineterm="", n=2))
    more = [f"… {len(lines) - MOST_DIFF_LINES:,} more lines"] if len(lines) > MOST_DIFF_LINES else []
    return spelled_out("\n".join([*lines[2 : MOST_DIFF_LINES + 2], *more]))


def _yaml(inputs: Definition | None) -> list[str]:
    if inputs is None:
        return []
    return str(yaml.safe_dump(dict(inputs), sort_keys=True, allow_unicode=True, width=100)).splitlines()
