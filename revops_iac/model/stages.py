"""The order of lifecycle stages: which one follows which, what may be left out, and which moves skip nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Protocol


class Placed(Protocol):
    """What places a stage among the others."""

    @property
    def optional(self) -> bool: ...
    @property
    def follows(self) -> list[str] | None: ...


@dataclass(frozen=True)
class StageOrder:
    """The stages by key as written. A stage follows only stages that are written before it.

    >>> class Stage:
    ...     def __init__(self, optional=False, follows=None):
    ...         self.optional, self.follows = optional, follows
    >>> order = StageOrder({"lead": Stage(), "mql": Stage(), "pql": Stage(follows=["lead"]), "sql": Stage()})
    >>> order.entered_from("sql"), order.allows("lead", "pql"), order.allows("lead", "sql")
    (('mql', 'pql'), True, False)
    """

    stages: Mapping[str, Placed]

    @cached_property
    def direct(self) -> dict[str, tuple[str, ...]]:
        """Each stage and those that it follows: as it says, else all before it that no other stage follows yet."""
        found: dict[str, tuple[str, ...]] = {}
        for key, stage in self.stages.items():
            if stage.follows is not None:
                found[key] = tuple(one for one in dict.fromkeys(stage.follows) if one in found)
            else:
                followed = {one for earlier in found.values() for one in earlier}
                found[key] = tuple(one for one in found if one not in followed)
        return found

    @cached_property
    def _earlier(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for key, direct in self.direct.items():
            found[key] = frozenset(direct).union(*(found[one] for one in direct))
        return found

    @cached_property
    def _certain(self) -> dict[str, frozenset[str]]:
        """Each stage with those that everybody who stands there has passed, itself included."""
        found: dict[str, frozenset[str]] = {}
        for key in self.stages:
            ways = [] if self.starts(key) else [found[one] for one in self.entered_from(key)]
            found[key] = frozenset({key}).union(ways[0].intersection(*ways[1:]) if ways else ())
        return found

    @property
    def is_line(self) -> bool:
        """Whether every stage but the first follows the one before it and no other."""
        keys = list(self.stages)
        return all(self.entered_from(key) == tuple(keys[place - 1 : place]) for place, key in enumerate(keys))

    def starts(self, key: str) -> bool:
        """Whether a person may begin there: it follows nothing, or only what may be left out."""
        direct = self.direct[key]
        return not direct or any(self.stages[one].optional and self.starts(one) for one in direct)

    def entered_from(self, key: str) -> tuple[str, ...]:
        """The stages right before one, as written; past an optional one, also those before that."""
        found: set[str] = set()
        for one in self.direct[key]:
            found |= {one, *(self.entered_from(one) if self.stages[one].optional else ())}
        return tuple(one for one in self.stages if one in found)

    def before(self, key: str) -> tuple[str, ...]:
        """All stages from which a way leads to this one, as written."""
        return tuple(one for one in self.stages if one in self._earlier[key])

    def allows(self, now: str | None, to: str) -> bool:
        """Whether a person may move between two stages: one that `to` follows has been reached, so nothing is skipped.

        Back, and from a stage that the model does not know, every move is allowed.
        """
        if now is None or now not in self.stages or now == to or self.starts(to):
            return True
        reached = {now, *self._earlier[now]}
        return any(one in reached for one in self.entered_from(to))

    def asked_in(self, key: str) -> tuple[str, ...]:
        """The stages in which the required fields of one are asked for: itself and all that lie behind it for certain.

        Who passed it by, because it is optional or beside another one, is never asked.
        """
        return tuple(one for one in self.stages if key in self._certain[one])

    def steps_to(self, target: str) -> dict[str, str]:
        """Every stage before the target and the next one on the way there; optional ones are left out."""
        way = self._main_way(target)
        found = dict(pairwise(way))
        within = (*self.before(target), target)
        for key in self.before(target):
            nexts = [one for one in within if key in self.entered_from(one)]
            chosen = next((one for one in nexts if one in way), None)
            chosen = chosen or next((one for one in nexts if not self.stages[one].optional), nexts[0])
            found.setdefault(key, chosen)
        return {key: found[key] for key in self.before(target)}

    def _main_way(self, target: str) -> list[str]:
        """Back from the target by the first stage that each one follows, past those that may be left out."""
        way = [target]
        while (earlier := self._main_step_back(way[0])) is not None:
            way.insert(0, earlier)
        return way

    def _main_step_back(self, key: str) -> str | None:
        direct = self.direct[key]
        needed = next((one for one in direct if not self.stages[one].optional), None)
        return needed or (self._main_step_back(direct[0]) if direct else None)
