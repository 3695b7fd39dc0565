"""What rules read: the topics as intent and the compiled resources as effect, from a plan or from the model alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from revops_iac.compile import Planned
from revops_iac.diagnostics import Position
from revops_iac.model import TOPICS, Model
from revops_iac.program import ORDER_INPUT, topic_type
from revops_iac.systems import installed_systems

DYNAMIC = "pulumi-python:dynamic/"
ACCOUNT_MODULE = "revops"


@dataclass(frozen=True)
class Resource:
    """One vendor resource: its system, kind, Pulumi name, inputs, and where it is: by URN in a plan, else in a file."""

    system: str
    kind: str
    name: str
    inputs: Mapping[str, Any]
    urn: str = ""
    position: Position | None = None

    def __str__(self) -> str:
        system = installed_systems().get(self.system)
        return f'{system.label if system else self.system} {self.kind} "{self.name}"'


@dataclass(frozen=True)
class Subject:
    """The model and the resources of one stack."""

    model: Model
    resources: tuple[Resource, ...]

    def of_kind(self, system: str, *kinds: str) -> Iterator[Resource]:
        """The resources of a system that are of one of the kinds."""
        return (item for item in self.resources if item.system == system and item.kind in kinds)


class PulumiResource(Protocol):
    """What a policy sees of a resource."""

    urn: str
    name: str
    resource_type: str
    props: Any


def from_plan(resources: Iterable[PulumiResource]) -> Subject:
    """The subject of a Pulumi plan or state. Raises ValidationError when a topic is not as the model has it."""
    listed = list(resources)
    topic_types = {topic_type(name): name for name in TOPICS}
    topics = {
        topic_types[item.resource_type]: _ordered(_plain(item.props))
        for item in listed
        if item.resource_type in topic_types
    }
    return Subject(Model.model_validate(topics), tuple(_vendor_resources(listed)))


def _ordered(topic: dict[str, Any]) -> dict[str, Any]:
    """The topic with its ordered maps in the order that was written, which Pulumi keeps beside them."""
    for path, keys in topic.pop(ORDER_INPUT, {}).items():
        live = topic
        for step in path.split(".") if path else ():
            live = live.get(step, {})
        for key in [key for key in keys.split(", ") if key in live]:
            live[key] = live.pop(key)
    return topic


def _vendor_resources(resources: Iterable[PulumiResource]) -> Iterator[Resource]:
    for item in resources:
        module, _, kind = item.resource_type.removeprefix(DYNAMIC).partition(":")
        if item.resource_type.startswith(DYNAMIC) and module != ACCOUNT_MODULE:
            inputs = {key: value for key, value in _plain(item.props).items() if key != "__provider"}
            yield Resource(module, kind, item.name, inputs, item.urn)


def from_model(model: Model, planned: Iterable[Planned]) -> Subject:
    """The subject of a model and what it compiles to, without Pulumi."""
    return Subject(
        model,
        tuple(
            Resource(
                item.system,
                item.declaration.kind,
                item.declaration.key,
                item.declaration.inputs,
                position=item.position,
            )
            for item in planned
        ),
    )


def _plain(value: Any) -> Any:
    """Plain values: Pulumi hands over proxies of maps and lists, and whole numbers as floats."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
