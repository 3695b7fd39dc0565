"""The subject of a Pulumi plan, as the engine sends it to policies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import (
    UNKNOWN_ARCHIVE_VALUE,
    UNKNOWN_ARRAY_VALUE,
    UNKNOWN_ASSET_VALUE,
    UNKNOWN_BOOLEAN_VALUE,
    UNKNOWN_NUMBER_VALUE,
    UNKNOWN_OBJECT_VALUE,
    UNKNOWN_STRING_VALUE,
)

from revops_iac.model import TOPICS, Model
from revops_iac.plan.model_changes import ORDER_INPUT
from revops_iac.program import topic_type
from revops_policies.subject import Resource, Subject, UnknownInput

DYNAMIC = "pulumi-python:dynamic/"
ACCOUNT_MODULE = "revops"
_UNKNOWN = frozenset(
    {
        UNKNOWN_ARCHIVE_VALUE,
        UNKNOWN_ARRAY_VALUE,
        UNKNOWN_ASSET_VALUE,
        UNKNOWN_BOOLEAN_VALUE,
        UNKNOWN_NUMBER_VALUE,
        UNKNOWN_OBJECT_VALUE,
        UNKNOWN_STRING_VALUE,
    }
)


class PlannedResource(Protocol):
    """What the engine sends of a resource."""

    urn: str
    name: str
    type: str
    properties: Struct


class PartlyKnown(Mapping[str, Any]):
    """Inputs of which Pulumi does not know all before `up`. Reading an unknown one raises UnknownInput."""

    def __init__(self, inputs: Mapping[str, Any], unknown: frozenset[str]) -> None:
        self._inputs, self._unknown = inputs, unknown

    def __getitem__(self, key: str) -> Any:
        if key in self._unknown:
            raise UnknownInput(key)
        return self._inputs[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._inputs)

    def __len__(self) -> int:
        return len(self._inputs)


def from_plan(resources: Iterable[PlannedResource]) -> Subject:
    """The subject of a plan or state. Raises ValidationError when a topic is not as the model has it."""
    listed = list(resources)
    topic_types = {topic_type(name): name for name in TOPICS}
    topics = {topic_types[item.type]: _ordered(_properties(item)) for item in listed if item.type in topic_types}
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


def _vendor_resources(resources: Iterable[PlannedResource]) -> Iterator[Resource]:
    for item in resources:
        module, _, kind = item.type.removeprefix(DYNAMIC).partition(":")
        if item.type.startswith(DYNAMIC) and module != ACCOUNT_MODULE:
            inputs = {key: value for key, value in _properties(item).items() if key != "__provider"}
            unknown = frozenset(key for key, value in inputs.items() if _holds_unknown(value))
            yield Resource(module, kind, item.name, PartlyKnown(inputs, unknown) if unknown else inputs, item.urn)


def _properties(item: PlannedResource) -> dict[str, Any]:
    properties: dict[str, Any] = _plain(deserialize_properties(json_format.MessageToDict(item.properties)))
    return properties


def _plain(value: Any) -> Any:
    """Plain values: Pulumi sends whole numbers as floats."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _holds_unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_unknown, value.values()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return any(map(_holds_unknown, value))
    return isinstance(value, str) and value in _UNKNOWN
