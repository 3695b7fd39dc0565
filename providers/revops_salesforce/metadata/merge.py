"""Declared elements put into a live document: what was never declared is never changed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from revops_salesforce.api.components import NIL, NOTHING, TEXT, Body
from revops_salesforce.api.wsdl import Element, wsdl_types

EntryKey = tuple[str, ...] | list[tuple[str, ...]]
"""The elements that identify an entry of a list, as paths in it: all of a tuple, or of the first tuple that fits."""
EntryKeys = Mapping[str, EntryKey]
"""Path of a list (`dashboardGridLayout.dashboardGridComponents`) -> what identifies one of its entries.

`*` is every list that is not named.
"""

ALTERNATIVES = frozenset({"FlowElementReferenceOrValue"})
"""Types whose elements exclude each other: a text takes the place of a number."""


def merge(
    live: Body,
    elements: Body,
    keys: EntryKeys,
    type_name: str | None = None,
    fresh: Mapping[str, Body] | None = None,
) -> Body:
    """The live body with the declared elements in it; new ones in the order of the type.

    None removes an element, and a blank text adds none. A part is changed element by element. Of a list of parts the
    declared one says which entries there are, and their order; each is merged into the live entry that is the same by
    `keys`, by position where the list has none. A part that is new has the elements of `fresh` for its path too.
    Nothing that is given is changed.

    >>> merge({"a": 1, "b": {"x": 1, "y": 2}}, {"b": {"x": 3}, "a": None}, {})
    {'b': {'x': 3, 'y': 2}}
    >>> live = {"step": [{"name": "A", "color": "red"}, {"name": "B", "color": "blue"}]}
    >>> merge(live, {"step": [{"name": "B", "size": 2}]}, {"step": ("name",)})
    {'step': [{'name': 'B', 'color': 'blue', 'size': 2}]}
    """
    return _Merge(keys, fresh or {}).body(live, elements, type_name, "")


@dataclass(frozen=True)
class _Merge:
    keys: EntryKeys
    fresh: Mapping[str, Body]

    def body(self, live: Mapping[str, Any], elements: Mapping[str, Any], type_name: str | None, path: str) -> Body:
        made = {key: value for key, value in live.items() if key != NIL}
        known = wsdl_types().of(type_name)
        for name, desired in elements.items():
            element = known.get(name)
            if desired is None:
                made.pop(name, None)
                desired = dict(NOTHING) if element is not None and element.nil_when_absent else None
            if desired is not None and not (desired == "" and live and name not in live):
                place = f"{path}.{name}" if path else name
                value = self._value(made.get(name), desired, None if element is None else element.type, place)
                _put(made, name, value, known)
        return made

    def _value(self, live: Any, desired: Any, type_name: str | None, path: str) -> Any:
        if isinstance(desired, Mapping):
            base = live if isinstance(live, Mapping) else self.fresh.get(path, {})
            is_other = type_name in ALTERNATIVES and not desired.keys() & base.keys()
            return self.body({} if is_other else base, desired, type_name, path)
        if isinstance(desired, list | tuple):
            return self._list(live if isinstance(live, list) else [live], desired, type_name, path)
        return {**live, TEXT: desired} if isinstance(live, Mapping) and TEXT in live else desired

    def _list(self, live: Sequence[Any], desired: Sequence[Any], type_name: str | None, path: str) -> list[Any]:
        same = paired(desired, live, self.keys.get(path, self.keys.get("*", ())))
        return [
            self._value(live[same[place]] if place in same else None, one, type_name, path)
            for place, one in enumerate(desired)
        ]


def paired(desired: Sequence[Any], live: Sequence[Any], key: EntryKey | Sequence[tuple[str, ...]]) -> dict[int, int]:
    """For the place of each desired entry that is live, its place there; entries that are alike pair off in order.

    >>> paired([{"name": "B"}, {"name": "C"}], [{"name": "A"}, {"name": "B"}], ("name",))
    {0: 1}
    """
    found: dict[int, int] = {}
    for names in _alternatives(key):
        waiting: dict[Hashable, list[int]] = {}
        for place, one in enumerate(live):
            if isinstance(one, Mapping) and place not in found.values():
                waiting.setdefault(_identity(one, names, place), []).append(place)
        for place, one in enumerate(desired):
            if isinstance(one, Mapping) and place not in found and waiting.get(_identity(one, names, place)):
                found[place] = waiting[_identity(one, names, place)].pop(0)
    return found


def _alternatives(key: EntryKey | Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The tuples to look for, in order; the empty one stands for the position."""
    names = tuple(one for one in key if isinstance(one, str))
    return [names] if names or not key else [one for one in key if isinstance(one, tuple)]


def _identity(entry: Mapping[str, Any], names: tuple[str, ...], place: int) -> Hashable:
    return tuple(repr(at(entry, name)) for name in names) if names else place


def at(entry: Any, path: str) -> Any:
    """What is at a path in a part, None where nothing is.

    >>> at({"place": {"row": 2}}, "place.row")
    2
    """
    for step in path.split("."):
        entry = entry.get(step) if isinstance(entry, Mapping) else None
    return None if isinstance(entry, Mapping) and NIL in entry else entry


def _put(body: Body, name: str, value: Any, known: Mapping[str, Element]) -> None:
    """Sets an element; a new one goes before the first that its type has after it."""
    if name in body or name not in known:
        body[name] = value
        return
    order = {key: place for place, key in enumerate(known)}
    later = [key for key in body if order.get(key, -1) > order[name]]
    moved = list(body)[list(body).index(later[0]) :] if later else []
    rest = {key: body.pop(key) for key in moved}
    body |= {name: value, **rest}
