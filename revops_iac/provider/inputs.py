"""The inputs of a kind: a pydantic model from the YAML to the vendor call."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Self, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from revops_iac.provider.live_object import Definition


class Part(BaseModel):
    """Base of what inputs consist of: strict, unknown keys refused.

    Pydantic builds a model when it is first used: a run uses few of them, and building all takes a quarter of a second.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)

    def plain(self) -> Any:
        """The part as plain JSON values, without what is empty: a document that the inputs of a kind hold."""
        return self.model_dump(mode="json", exclude_none=True, by_alias=True)


class Inputs(Part):
    """Base of a kind's inputs. An input that is not set is not managed.

    The meta inputs below never show as a difference: they say how to adopt something, not what it is.
    """

    adopt: bool = False
    """Adopt an existing object whose definition differs; its original definition is kept, and restored on delete."""

    @classmethod
    def load(cls, definition: Definition) -> Self:
        """The inputs of a definition that was checked before: from state, the source map, or an account.

        Keys that this version does not know are left out, and values that it would refuse today are taken as they are:
        a state of an earlier version must stay readable.
        """
        fields = cls.model_fields
        known = {key: value for key, value in definition.items() if key in fields}
        try:
            return cls.model_validate(known, strict=False)
        except ValidationError:
            return _constructed(cls, known)

    def managed(self) -> Definition:
        """The inputs as plain JSON values, without those that are not managed."""
        return self.model_dump(mode="json", exclude_unset=True, by_alias=True, warnings=False)

    def manages(self, key: str) -> bool:
        """Whether an input is set, be it to null: what is managed and null has no value in the account."""
        return key in self.model_fields_set


M = TypeVar("M", bound=BaseModel)


def _constructed(model: type[M], values: Mapping[str, Any]) -> M:
    """A model with these values, nested models included, without validation."""
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    known = {key: _constructed_value(fields[key].annotation, value) for key, value in values.items() if key in fields}
    return model.model_construct(**known)


def _constructed_value(annotation: Any, value: Any) -> Any:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _constructed_value(parts[0], value)
    if origin in (Union, UnionType):
        fitting = [part for part in parts if _fits(part, value)]
        return _constructed_value(fitting[0], value) if fitting else value
    if isinstance(value, dict) and _is_model(annotation):
        return _constructed(annotation, value)
    if isinstance(value, list) and origin is list:
        return [_constructed_value(parts[0], item) for item in value]
    if isinstance(value, dict) and origin is dict:
        return {key: _constructed_value(parts[1], item) for key, item in value.items()}
    return value


def _fits(annotation: Any, value: Any) -> bool:
    """Whether one part of a union is meant: a list, a map, or the model that knows every key and misses none."""
    if not _is_model(annotation):
        return get_origin(annotation) is type(value) or annotation is type(value)
    fields: Mapping[str, FieldInfo] = annotation.model_fields
    known = {field.alias or name for name, field in fields.items()}
    required = {field.alias or name for name, field in fields.items() if field.is_required()}
    return isinstance(value, dict) and required <= value.keys() <= known


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


META_INPUTS = frozenset({"adopt"})
"""Inputs that say how to adopt something, not what it is."""

I = TypeVar("I", bound=Inputs)  # noqa: E741 - the inputs of a kind
"""The inputs of a kind."""
