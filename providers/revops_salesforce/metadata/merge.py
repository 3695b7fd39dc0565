"""Declared elements put into a live document: what was never declared is never changed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from revops_salesforce.api.components import NIL, NOTHING, TEXT, Body
from revops_salesforce.api.wsdl import Element, wsdl_types

EntryKeys = Mapping[str, tuple[str, ...]]
"""Path of a list (`dashboardGridLayout.dashboardGridComponents`) -> the sub-elements that identify an entry.

`*` is every list that is not named.
"""

ALTERNATIVES = frozenset({"FlowElementReferenceOrValue"})
"""Types whose elements exclude each other: a text takes the place of a number."""


def merge(live: Body, elements: Body, keys: EntryKeys, type_name: str | None = None) -> Body:
    """The live body with the declared elements in it; new ones in the order of the type.

    None removes an element. A part is changed element by element. Of a list of parts the declared one says which
    entries there are, and their order; each is merged into the live entry that is the same by `keys`, by position where
    the list has none. Nothing that is given is changed.

    >>> merge({"a": 1, "b": {"x": 1, "y": 2}}, {"b": {"x": 3}, "a": None}, {})
    {'b': {'x': 3, 'y': 2}}
    >>> live = {"step": [{"name": "A", "color": "red"}, {"name": "B", "color": "blue"}]}
    >>> merge(live, {"step": [{"name": "B", "size": 2}]}, {"step": ("name",)})
    {'step': [{'name': 'B', 'color': 'blue', 'size': 2}]}
    """
    return _Merge(keys).body(live, elements, type_name, "")


@dataclass(frozen=True)
class _Merge:
    keys: EntryKeys

    def body(self, live: Mapping[str, Any], elements: Mapping[str, Any], type_name: str | None, path: str) -> Body:
        made = {key: value for key, value in live.items() if key != NIL}
        known = wsdl_types().of(type_name)
        for name, desired in elements.items():
            element = known.get(name)
            if desired is None:
                made.pop(name, None)
                desired = dict(NOTHING) if element is not None and element.nil_when_absent else None
            if desired is not None:
                place = f"{path}.{name}" if path else name
                value = self._value(made.get(name), desired, None if element is None else element.type, place)
                _put(made, name, value, known)
        return made

    def _value(self, live: Any, desired: Any, type_name: str | None, path: str) -> Any:
        if isinstance(desired, Mapping):
            is_other = type_name in ALTERNATIVES and isinstance(live, Mapping) and not desired.keys() & live.keys()
            return self.body(live if isinstance(live, Mapping) and not is_other else {}, desired, type_name, path)
        if isinstance(desired, list | tuple):
            return self._list(live if isinstance(live, list) else [live], desired, type_name, path)
        return {**live, TEXT: desired} if isinstance(live, Mapping) and TEXT in live else desired

    def _list(self, live: Sequence[Any], desired: Sequence[Any], type_name: str | None, path: str) -> list[Any]:
        names = self.keys.get(path, self.keys.get("*", ()))
        waiting: dict[Hashable, list[Mapping[str, Any]]] = {}
        for place, one in enumerate(live):
            if isinstance(one, Mapping):
                waiting.setdefault(_identity(one, names, place), []).append(one)
        made = []
        for place, one in enumerate(desired):
            same = waiting.get(_identity(one, names, place)) if isinstance(one, Mapping) else None
            made.append(self._value(same.pop(0) if same else None, one, type_name, path))
        return made


def _identity(entry: Mapping[str, Any], names: tuple[str, ...], place: int) -> Hashable:
    return tuple(entry.get(name) for name in names) if names else place


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
