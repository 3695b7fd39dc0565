"""Comparing two environments, object by object: what the model says for them, or what their accounts hold.

What overlays let differ is told apart: the same file is compiled under both overlays and one configuration, and what
differs then is meant to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from revops_iac.compile import Planned, compile_model
from revops_iac.provider.differences import Difference, differing
from revops_iac.provider.kind import META_INPUTS, Definition, Kind
from revops_iac.stack_context import StackContext
from revops_iac.systems import system_named

ObjectKey = tuple[str, str, str]
"""System, kind and vendor name."""
Objects = Mapping[ObjectKey, Definition]
"""The definitions of one side."""


@dataclass(frozen=True)
class Different:
    """An object that both sides have and that differs: each value of the left side, then of the right."""

    key: ObjectKey
    differences: tuple[Difference, ...]

    @property
    def inputs(self) -> frozenset[str]:
        """The inputs that differ."""
        return frozenset(one.path.partition("[")[0].partition(".")[0].rpartition(" ")[2] for one in self.differences)


@dataclass
class Comparison:
    """What differs between two sides; `same` counts the objects that are equal."""

    only_left: list[ObjectKey] = field(default_factory=list)
    only_right: list[ObjectKey] = field(default_factory=list)
    different: list[Different] = field(default_factory=list)
    same: int = 0

    @property
    def count(self) -> int:
        """How many objects differ or are on one side alone."""
        return len(self.only_left) + len(self.only_right) + len(self.different)

    def without(self, allowed: Comparison) -> Comparison:
        """The comparison without what may differ: objects of one side, and the same inputs of the same object."""
        inputs = {one.key: one.inputs for one in allowed.different}
        left, right = set(allowed.only_left), set(allowed.only_right)
        rest = [_beyond(one, inputs.get(one.key, frozenset())) for one in self.different]
        return Comparison(
            [key for key in self.only_left if key not in left],
            [key for key in self.only_right if key not in right],
            [one for one in rest if one.differences],
            self.same,
        )


def _beyond(one: Different, allowed: frozenset[str]) -> Different:
    kept = [each for each in one.differences if not Different(one.key, (each,)).inputs <= allowed]
    return Different(one.key, tuple(kept))


def compare(left: Objects, right: Objects) -> Comparison:
    """Compares two sides in the canonical forms of their kinds."""
    found = Comparison(
        sorted(left.keys() - right.keys()),
        sorted(right.keys() - left.keys()),
    )
    for key in sorted(left.keys() & right.keys()):
        kind: Kind[Any, Any] = system_named(key[0]).kinds[key[1]]
        if values := tuple(_values(kind, left[key], right[key])):
            found.different.append(Different(key, values))
        else:
            found.same += 1
    return found


def _values(kind: Kind[Any, Any], left: Definition, right: Definition) -> Iterator[Difference]:
    one, other = kind.normalize(dict(left)), kind.normalize(dict(right))
    for key in [*left, *(key for key in right if key not in left)]:
        before, after = one.get(key), other.get(key)
        if key not in META_INPUTS and before != after and not (_is_nothing(before) and _is_nothing(after)):
            yield from differing(key, before, after)


def _is_nothing(value: Any) -> bool:
    return value is None or value in ("", [], {}) or value is False


def compiled(planned: list[Planned]) -> dict[ObjectKey, Definition]:
    """The resources of a model as one side."""
    return {(one.system, one.declaration.kind, one.name): one.declaration.inputs for one in planned}


def allowed_by_overlays(left: StackContext, right: StackContext) -> Comparison:
    """What differs because overlays say so: both models under the configuration of the right side."""
    under_right = compiled(compile_model(left.loaded, right.settings))
    return compare(under_right, compiled(list(right.planned)))
