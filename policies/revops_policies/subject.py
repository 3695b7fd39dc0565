"""What rules read: the topics as intent and the compiled resources as effect, from a plan or from the model alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from revops_iac.compile import Planned
from revops_iac.diagnostics import Position
from revops_iac.model import Model
from revops_iac.provider.effects import Effect
from revops_iac.provider.kind import Kind
from revops_iac.provider.resource_state import inputs_of
from revops_iac.source.load import Loaded
from revops_iac.systems import installed_systems


class UnknownInput(Exception):
    """A rule read an input whose value Pulumi does not know before `up`."""


@dataclass(frozen=True)
class Resource:
    """One vendor resource: its system, kind, Pulumi name, inputs, and where it is: by URN in a plan, else in a file."""

    system: str
    kind: str
    name: str
    inputs: Mapping[str, Any]
    urn: str = ""
    position: Position | None = None

    @cached_property
    def typed(self) -> Any:
        """The typed inputs, for what kinds say of theirs. Raises UnknownInput where they are not known yet."""
        return self.vendor_kind.parse(inputs_of(self.inputs))

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """What it does to records. Raises UnknownInput where its inputs are not known yet."""
        has_effects = type(self.vendor_kind).effects is not Kind.effects
        return tuple(self.vendor_kind.effects(self.typed)) if has_effects else ()

    @property
    def vendor_kind(self) -> Kind[Any, Any]:
        return installed_systems()[self.system].kinds[self.kind]

    def __str__(self) -> str:
        system = installed_systems().get(self.system)
        return f'{system.label if system else self.system} {self.kind} "{self.name}"'


@dataclass(frozen=True, eq=False)
class Subject:
    """The model and the resources of one stack."""

    model: Model
    resources: tuple[Resource, ...]
    overlaid: Mapping[str, Position] | None = field(default_factory=dict)
    """What the overlay of the environment sets or removes: dotted model path -> position; None where it is not known.
    """

    def of_kind(self, system: str, *kinds: str) -> Iterator[Resource]:
        """The resources of a system that are of one of the kinds."""
        return (item for item in self.resources if item.system == system and item.kind in kinds)


def from_model(loaded: Loaded, planned: Iterable[Planned]) -> Subject:
    """The subject of a model and what it compiles to, without Pulumi."""
    return Subject(loaded.model, tuple(map(_resource, planned)), loaded.overlaid)


def _resource(item: Planned) -> Resource:
    declaration = item.declaration
    resource = Resource(item.system, declaration.kind, declaration.key, declaration.inputs, position=item.position)
    resource.__dict__["typed"] = resource.vendor_kind.typed(item.desired)  # the compilation has read them already
    return resource
