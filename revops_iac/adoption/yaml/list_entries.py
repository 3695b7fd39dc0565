"""What people changed in the entries of a vendor's list, written as entries of a list or mapping of the model.

How an entry of the model is called in the account is learned from those that both have: by a value, by the key of the
person or field with that value, by the name without what all of them begin with. Each edit is a proposal: whoever makes
it proves it by compiling.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from revops_iac.adoption.yaml.edit import New, Step
from revops_iac.provider.changes.differences import identity_of

Path_ = tuple[str | int, ...]
Relation = tuple[str, ...]
"""How an entry of the model is found in one of the vendor: what it is, and where."""


def changed_lists(before: Any, after: Any) -> Iterator[tuple[list[Any], list[Any]]]:
    """The lists in two values of an input whose entries came, went or moved, each with what it is now."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() & after.keys():
            yield from changed_lists(before[key], after[key])
    elif isinstance(before, list) and isinstance(after, list):
        pairs = paired(before, after)
        if pairs != [*range(len(before))]:
            yield before, after
        for at, old in enumerate(pairs):
            if old is not None:
                yield from changed_lists(before[old], after[at])


def paired(before: Sequence[Any], after: Sequence[Any]) -> list[int | None]:
    """For each entry of `after` the index of the same one before, None for a new one."""
    key = identity_of(before, after)
    known = [one if key is None else str(one.get(key)) for one in before]
    found: list[int | None] = []
    for one in after:
        name = one if key is None else str(one.get(key))
        free = (at for at, other in enumerate(known) if other == name and at not in found)
        found.append(next(free, None))
    return found


def like_others(entry: Any, others: Iterable[Any]) -> Any:
    """A new entry without empty values that no other entry says."""
    used = {key for one in others if isinstance(one, dict) for key in one}
    if not isinstance(entry, dict):
        return entry
    return {key: value for key, value in entry.items() if key in used or value not in (None, False, "", [], {})}


@dataclass(frozen=True)
class Names:
    """What values of an account are called in the model: keys that lead to a value, and fields by vendor name."""

    keys: Mapping[str, Sequence[Path_]]
    fields: Mapping[str, Sequence[str]]

    def relations(self, entry: Any) -> Iterator[tuple[Relation, str]]:
        """What an entry of the vendor may be called in the model, and how that is found."""
        for where, value in _scalars(entry):
            yield ("value", where), value
            yield ("slug", where), re.sub(r"[^a-z0-9]+", "_", value.lower()).strip("_")
            for path in self.keys.get(value, ()):
                for at, step in enumerate(path[:-1]):
                    if isinstance(step, str):
                        yield ("key", where, *map(str, path[:at])), step
            for field in self.fields.get(value, ()):
                yield ("field", where), field


@dataclass(frozen=True)
class Place:
    """A list or mapping of the model that may stand for a list of the vendor as it was `before`."""

    path: Path_
    content: Any
    before: Sequence[Any]
    names: Names

    @property
    def keys(self) -> list[str]:
        """What its entries are called: keys of a mapping, texts of a list."""
        return [str(one) for one in self.content]

    @cached_property
    def matches(self) -> dict[int, int]:
        """The index of the model's entry by the index of the vendor's."""
        best: dict[int, int] = {}
        for relation in dict.fromkeys(how for entry in self.before for how, _ in self._ways(entry)):
            found = dict(self._matched(relation))
            if len(found) > len(best) and len({*found.values()}) == len(found):
                best = found
        return best

    def _ways(self, entry: Any) -> Iterator[tuple[Relation, str]]:
        """The relations of an entry, and those to the end of a value of it."""
        yield from self.names.relations(entry)
        for where, value in _scalars(entry):
            for key in self.keys:
                if value != key and value.endswith(key):
                    yield ("end", where, value.removesuffix(key)), key

    def _matched(self, relation: Relation) -> Iterator[tuple[int, int]]:
        for at, entry in enumerate(self.before):
            for name in self._called(entry, relation):
                if name in self.keys:
                    yield at, self.keys.index(name)
                    break

    def _called(self, entry: Any, relation: Relation) -> Iterator[str]:
        if relation[0] == "end":
            for where, value in _scalars(entry):
                if where == relation[1] and value.startswith(relation[2]):
                    yield value.removeprefix(relation[2])
        yield from (name for how, name in self.names.relations(entry) if how == relation)

    @cached_property
    def _relations(self) -> list[Relation]:
        """How each entry that both have is found, those ways that hold for all of them."""
        ways = [
            {how for how, name in self._ways(self.before[old]) if name == self.keys[mine]}
            for old, mine in self.matches.items()
        ]
        shared = set.intersection(*ways) if ways else set()
        return sorted(shared)

    def entries(self, after: Sequence[Any]) -> Iterator[list[Step | New]]:
        """Its entries after the change of the vendor's list, in each way that they can be written."""
        pairs = paired(self.before, after)
        names = [self._new_names(entry) if old is None else [] for entry, old in zip(after, pairs, strict=True)]
        for choice in range(max((len(one) for one in names), default=1) or 1):
            if any(old is None and not one for old, one in zip(pairs, names, strict=True)):
                return
            yield self._arranged(after, pairs, [one[min(choice, len(one) - 1)] if one else "" for one in names])

    def _new_names(self, entry: Any) -> list[str]:
        found = [name for relation in self._relations for name in self._called(entry, relation)]
        return [name for name in dict.fromkeys(found) if name and name not in self.keys]

    def _arranged(self, after: Sequence[Any], pairs: Sequence[int | None], names: Sequence[str]) -> list[Step | New]:
        """Those that stay in the new order, new ones where the vendor has them; what it never had stays put."""
        kept = [self.matches[old] for old in pairs if old is not None and old in self.matches]
        foreign = [at for at in range(len(self.keys)) if at not in self.matches.values()]
        order: list[int | New] = []
        for entry, old, name in zip(after, pairs, names, strict=True):
            if old is None:
                order.append(New(self._value(entry, name), name if isinstance(self.content, dict) else ""))
            elif old in self.matches:
                order.append(self.matches[old])
        for at in foreign:
            before = [order.index(other) + 1 for other in kept if other < at]
            order.insert(max(before, default=0), at)
        steps: list[Step] = [*self.content] if isinstance(self.content, dict) else [*range(len(self.content))]
        return [one if isinstance(one, New) else steps[one] for one in order]

    def _value(self, entry: Any, name: str) -> Any:
        """What a new entry says: its name in a list, in a mapping what the others say, by their example."""
        if not isinstance(self.content, dict):
            return name
        known = [(_plain(one), self._live_of(at)) for at, one in enumerate(self.content.values())]
        pairs = [(mine, live) for mine, live in known if live is not None]
        if all(isinstance(mine, dict) for mine, _ in pairs):
            keys = dict.fromkeys(key for mine, _ in pairs for key in mine)
            like = {key: _like([(m[key], v) for m, v in pairs if key in m], entry) for key in keys}
            return {key: value for key, value in like.items() if value is not None}
        return _like(pairs, entry)

    def _live_of(self, mine: int) -> Any:
        return next((self.before[old] for old, at in self.matches.items() if at == mine), None)


def _like(pairs: Sequence[tuple[Any, Any]], entry: Any) -> Any:
    """The value of a new entry that stands where those of the others stand; None where there is none."""
    if not isinstance(entry, dict):
        return entry
    for key, value in entry.items():
        if all(isinstance(live, dict) and live.get(key) == mine for mine, live in pairs):
            return value
    return None


def _scalars(entry: Any) -> Iterator[tuple[str, str]]:
    if isinstance(entry, dict):
        yield from ((key, one) for key, one in entry.items() if isinstance(one, str))
    elif isinstance(entry, str):
        yield "", entry


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_unset=True, by_alias=True)
    return value


def places(containers: Iterable[tuple[Path_, Any]], before: Sequence[Any], names: Names) -> list[Place]:
    """The lists and mappings that say entries of the vendor's list, those that say most of them first."""
    found = [
        Place(path, content, before, names)
        for path, content in containers
        if content and (isinstance(content, dict) or all(isinstance(one, str) for one in content))
    ]
    return sorted((one for one in found if one.matches), key=lambda one: -len(one.matches))
