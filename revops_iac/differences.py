"""What differs between what an account holds and what the model says, in words: each value with its path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

SHOWN_VALUES = 6
SHOWN_CHARACTERS = 120


def describe(key: str, held: Any, declared: Any) -> str:
    """`label is "Fit", the model says "Fit score"`; inside lists and maps only what differs, with its path.

    >>> describe("options", [{"label": "A"}, {"label": "B"}], [{"label": "A"}, {"label": "C"}])
    'options[1].label is "B", the model says "C"'
    """
    if not isinstance(held, list | dict) or not isinstance(declared, list | dict):
        return _one(key, held, declared)
    found = list(_nested(key, held, declared))
    more = f"; and {len(found) - SHOWN_VALUES} more" if len(found) > SHOWN_VALUES else ""
    return "; ".join(found[:SHOWN_VALUES]) + more if found else _one(key, held, declared)


def _nested(key: str, held: Any, declared: Any) -> Iterator[str]:
    from deepdiff import DeepDiff  # half a second to import, in every process of every run; needed for few messages

    tree = DeepDiff(held, declared, view="tree", verbose_level=2, zip_ordered_iterables=True)
    for level in sorted((level for levels in tree.values() for level in levels), key=lambda level: str(level.path())):
        yield _one(f"{key}{_path(level.path(output_format='list'))}", _value(level.t1), _value(level.t2))


def _path(steps: list[Any]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def _value(value: Any) -> Any:
    return None if type(value).__name__ == "NotPresent" else value


def _one(path: str, held: Any, declared: Any) -> str:
    return f"{path} is {_short(held)}, the model says {_short(declared)}"


def _short(value: Any) -> str:
    text = "nothing" if value is None else f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
