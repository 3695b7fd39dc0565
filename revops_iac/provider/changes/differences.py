"""What differs between what an account holds and what the model says, in words: each value with its path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import yaml

SHOWN_VALUES = 6
SHOWN_CHARACTERS = 120
SHOWN_BEFORE = 40
"""What is shown of a long value before the first difference."""
IDENTITIES = ("id", "value", "name", "full_name", "label")
"""What the entries of a list are called by, the first that all of them have and no two share."""


@dataclass(frozen=True)
class Difference:
    """One value that differs, and its path, `options[a].label`."""

    path: str
    live: Any
    declared: Any

    def sentence(self) -> str:
        """`label is "Fit", the model says "Fit score"`."""
        there, desired = self._shown()
        return f"{self.path} is {there}, the model says {desired}"

    def arrow(self) -> str:
        """`label: "Fit" -> "Fit score"`."""
        there, desired = self._shown()
        return f"{self.path}: {there} -> {desired}"

    def entry(self) -> str:
        """What an entry of a list that is only on one side is called: its label, or the whole of a small one."""
        entry = self.live if self.declared is None else self.declared
        named = entry.get("label") or entry.get("name") if isinstance(entry, dict) else entry
        return str(named) if isinstance(named, str) else _short(_flow(entry), 0)

    def _shown(self) -> tuple[str, str]:
        """Both values, long ones never cut before they differ."""
        values = (self.live, self.declared)
        there, desired = (_flow(one) if isinstance(one, list | dict) else _scalar(one) for one in values)
        alike = takewhile(lambda pair: pair[0] == pair[1], zip(there, desired, strict=False))
        start = max(0, sum(1 for _ in alike) - SHOWN_BEFORE)
        return _short(there, start), _short(desired, start)


def describe(key: str, live: Any, declared: Any) -> str:
    """`label is "Fit", the model says "Fit score"`; inside lists and maps only what differs, with its path.

    >>> describe("options", [{"value": "a", "label": "A"}], [{"value": "b"}, {"value": "a", "label": "C"}])
    'options[a].label is "A", the model says "C"; options[b] is nothing, the model says {value: b}'
    """
    return _listed(_in_words(differing(key, live, declared), Difference.sentence, " lacks", " also has"))


def before_and_after(key: str, live: Any, declared: Any) -> str:
    """What a change of one input does, each value with its path.

    >>> before_and_after("options", [{"value": "a", "label": "A"}], [{"value": "a", "label": "C"}])
    'options[a].label: "A" -> "C"'
    >>> before_and_after("options", [], [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}])
    'options: adds A, B'
    """
    return _listed(_in_words(differing(key, live, declared), Difference.arrow, ": adds", ": removes"))


def differing(key: str, live: Any, declared: Any) -> list[Difference]:
    """The values that differ, inside lists and maps too; the whole where no part says it."""
    whole = Difference(key, live, declared)
    if not isinstance(live, list | dict) or not isinstance(declared, list | dict):
        return [whole]
    return list(_nested(key, live, declared)) or [whole]


def _in_words(found: list[Difference], one_in_words: Callable[[Difference], str], adds: str, removes: str) -> list[str]:
    """Each difference by itself, but entries that are new or gone together, where a list has several of them."""
    verbs = {(False, True): adds, (True, False): removes}
    entries: dict[tuple[str, str], list[Difference]] = {}
    for one in found:
        verb = verbs.get((one.live is not None, one.declared is not None))
        if verb is not None and one.path.endswith("]"):
            entries.setdefault((one.path.rpartition("[")[0], verb), []).append(one)
    together = {key: several for key, several in entries.items() if len(several) > 1}
    grouped = {id(one) for several in together.values() for one in several}
    apart = [one_in_words(one) for one in found if id(one) not in grouped]
    for (path, verb), several in together.items():
        apart.append(f"{path}{verb} {_listed([one.entry() for one in several], ', ')}")
    return apart


def _listed(found: list[str], separator: str = "; ") -> str:
    more = f"{separator}and {len(found) - SHOWN_VALUES} more" if len(found) > SHOWN_VALUES else ""
    return separator.join(found[:SHOWN_VALUES]) + more


def _nested(key: str, live: Any, declared: Any) -> Iterator[Difference]:
    identity = identity_of(live, declared)
    if identity is None:
        yield from _by_position(key, live, declared)
        return
    there, desired = ({str(entry[identity]): entry for entry in entries} for entries in (live, declared))
    for name in [*there, *(name for name in desired if name not in there)]:
        if name in there and name in desired:
            yield from _nested(f"{key}[{name}]", there[name], desired[name])
        else:
            yield Difference(f"{key}[{name}]", there.get(name), desired.get(name))
    orders = [", ".join(name for name in one if name in two) for one, two in ((there, desired), (desired, there))]
    if orders[0] != orders[1]:
        yield Difference(f"the order of {key}", *orders)


def identity_of(live: Any, declared: Any) -> str | None:
    """The key that tells the entries of two lists of mappings apart, None where there is none."""
    if not isinstance(live, list) or not isinstance(declared, list) or not (live or declared):
        return None
    if not all(isinstance(entry, dict) for entry in [*live, *declared]):
        return None
    for key in IDENTITIES:
        if all(
            len({str(entry.get(key)) for entry in entries if key in entry}) == len(entries)
            for entries in (live, declared)
        ):
            return key
    return None


def _by_position(key: str, live: Any, declared: Any) -> Iterator[Difference]:
    from deepdiff import DeepDiff  # half a second to import, in every process of every run; needed for few messages

    tree = DeepDiff(
        live, declared, view="tree", verbose_level=2, zip_ordered_iterables=True, ignore_numeric_type_changes=True
    )
    levels = [(level.path(output_format="list"), level) for levels in tree.values() for level in levels]
    for steps, level in sorted(levels, key=lambda one: [(isinstance(step, str), step) for step in one[0]]):
        yield Difference(f"{key}{_path(steps)}", _value(level.t1), _value(level.t2))


def _path(steps: list[Any]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def _value(value: Any) -> Any:
    return None if type(value).__name__ == "NotPresent" else value


def _short(text: str, start: int) -> str:
    """The text around the first difference, which `start` lies a little before."""
    if len(text) <= SHOWN_CHARACTERS:
        return text
    begun = f"…{text[start + 1 :]}" if start else text
    return begun if len(begun) <= SHOWN_CHARACTERS else f"{begun[: SHOWN_CHARACTERS - 1]}…"


def _scalar(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _flow(value: Any) -> str:
    """As it would stand in the model on one line."""
    return str(
        yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=1_000_000, allow_unicode=True)
    ).strip()
