"""Comparing two environments, object by object: what the model says for them, or what their accounts hold.

What overlays let differ is told apart: the same file is compiled under both overlays and one configuration, and what
differs then is meant to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from revops_iac.compile import Planned, compile_model
from revops_iac.provider.changes.differences import Difference, differing
from revops_iac.provider.kind import META_INPUTS, Definition, Kind
from revops_iac.stack_context import StackContext
from revops_iac.systems import system_named

ObjectKey = tuple[str, str, str]
"""System, kind and vendor name."""
Objects = Mapping[ObjectKey, Definition]
"""The definitions of one side."""


@dataclass(frozen=True)
class Different:
    """An object that both sides have: the inputs that differ, in their canonical forms, on the left and the right."""

    key: ObjectKey
    left: Definition
    right: Definition

    @property
    def differences(self) -> list[Difference]:
        """Each value that differs, with its path: the left side is `live`, the right one `declared`."""
        return [each for key in self.left for each in differing(key, self.left[key], self.right[key])]

    def beyond(self, inputs: Collection[str]) -> Different:
        """The same without these inputs."""
        kept = [key for key in self.left if key not in inputs]
        return Different(self.key, {key: self.left[key] for key in kept}, {key: self.right[key] for key in kept})


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
        inputs = {one.key: one.left for one in allowed.different}
        left, right = set(allowed.only_left), set(allowed.only_right)
        rest = [one.beyond(inputs.get(one.key, ())) for one in self.different]
        return Comparison(
            [key for key in self.only_left if key not in left],
            [key for key in self.only_right if key not in right],
            [one for one in rest if one.left],
            self.same,
        )


def compare(left: Objects, right: Objects) -> Comparison:
    """Compares two sides in the canonical forms of their kinds."""
    found = Comparison(
        sorted(left.keys() - right.keys()),
        sorted(right.keys() - left.keys()),
    )
    for key in sorted(left.keys() & right.keys()):
        kind: Kind[Any, Any] = system_named(key[0]).kinds[key[1]]
        sides = [kind.normalize(dict(one[key])) for one in (left, right)]
        if keys := list(_different_keys(*sides)):
            found.different.append(Different(key, *({each: one.get(each) for each in keys} for one in sides)))
        else:
            found.same += 1
    return found


def _different_keys(left: Definition, right: Definition) -> Iterator[str]:
    for key in dict.fromkeys([*left, *right]):
        before, after = left.get(key), right.get(key)
        if key not in META_INPUTS and before != after and not (_is_nothing(before) and _is_nothing(after)):
            yield key


def _is_nothing(value: Any) -> bool:
    return value is None or value in ("", [], {}) or value is False


def compiled(planned: list[Planned]) -> dict[ObjectKey, Definition]:
    """The resources of a model as one side."""
    return {(one.system, one.declaration.kind, one.name): one.declaration.inputs for one in planned}


def allowed_by_overlays(left: StackContext, right: StackContext) -> Comparison:
    """What differs because overlays say so: both models under the configuration of the right side."""
    under_right = compiled(compile_model(left.loaded, right.settings))
    return compare(under_right, compiled(list(right.planned)))
