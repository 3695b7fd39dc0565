"""What every entry of the model shares: strictness, keys, references by key, and the life of a vendor object."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from textwrap import dedent
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from revops_iac.model.condition import OBJECTS, FieldRef

KEY_PATTERN = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
KEY_MAX_LENGTH = 32

Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN, max_length=KEY_MAX_LENGTH)]
ObjectName = Literal["contact", "company", "deal", "lead"]
Cadence = Literal["monthly", "quarterly", "yearly"]


def docstrings(model: type[BaseModel]) -> Mapping[str, str]:
    """What stands under the fields of a model and of its bases, by field.

    Reads the source, which pydantic's `use_attribute_docstrings` does in every process that imports the model.
    """
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if issubclass(one, BaseModel) and one is not BaseModel:
            found |= _own_docstrings(one)
    return found


@cache
def _own_docstrings(model: type[BaseModel]) -> dict[str, str]:
    body = ast.parse(dedent(inspect.getsource(model))).body[0]
    assert isinstance(body, ast.ClassDef)
    found = {}
    for field, text in pairwise(body.body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(sentence))):
                found[name] = inspect.cleandoc(sentence)
    return found


class Entry(BaseModel):
    """A mapping of the YAML: unknown keys and loose types are refused, and nothing changes after loading."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describes each key by the docstring under its field."""
        described = handler(schema)
        properties = handler.resolve_ref_schema(described).get("properties", {})
        for name, text in docstrings(cls).items():
            key = cls.model_fields[name].alias or name
            properties[key] = {**properties[key], "description": text}
        return described


@dataclass(frozen=True)
class Reference:
    """Marks a text as the key of an entry elsewhere in the model, so that the loader can look it up."""

    to: str


System = Annotated[str, Reference("system")]
"""The name of a provider, such as `hubspot`."""


def as_list(value: Any) -> Any:
    """One text as a list of one; anything else as it is."""
    return [value] if isinstance(value, str) else value


def _vendor_names(value: Any) -> Any:
    whole = isinstance(value, dict) and all(isinstance(name, str) for name in value.values())
    if value is None or isinstance(value, str) or whole:
        return value
    raise PydanticCustomError("vendor_names", "is not a vendor name")


VendorNames = Annotated[
    str | dict[System, str], BeforeValidator(_vendor_names, json_schema_input_type=str | dict[str, str])
]
"""A name in every CRM, or system -> name where they differ."""


class VendorEntry(Entry):
    """An entry that becomes an object in a CRM."""

    was: Annotated[list[Key], BeforeValidator(as_list, json_schema_input_type=str | list[str])] = []
    """Earlier keys: the object is renamed in place, never made again."""
    vendor_name: VendorNames | None = None
    """The name in the CRM, verbatim, where it is not derived from the key; per system where they differ."""
    adopt: bool = False
    """Adopt an object of this name that already exists with different settings."""

    def vendor_name_on(self, system: str) -> str | None:
        """The name that the author pinned for a system, or None where it is derived from the key."""
        return self.vendor_name.get(system) if isinstance(self.vendor_name, dict) else self.vendor_name


def _field_ref(value: str) -> FieldRef:
    if not re.fullmatch(rf"({'|'.join(OBJECTS)})\.[a-z0-9_]+", value):
        raise PydanticCustomError("field_reference", "is not a field reference")
    return FieldRef(value)


FieldReference = Annotated[str, AfterValidator(_field_ref), PlainSerializer(str, return_type=str), Reference("field")]
"""`object.key`; holds a `FieldRef` once loaded."""
PersonKey = Annotated[str, Reference("person")]
TeamKey = Annotated[str, Reference("team")]
QueueKey = Annotated[str, Reference("queue")]
OwnerKey = Annotated[str, Reference("person or team")]
BusinessHoursKey = Annotated[str, Reference("business hours")]
StageKey = Annotated[str, Reference("lifecycle stage")]
MomentKey = Annotated[str, Reference("moment")]
"""`created`, `mql`, `recycled`, or a lifecycle stage."""
HandoffKey = Annotated[str, Reference("handoff")]
LeadStatusKey = Annotated[str, Reference("lead status")]
PipelineKey = Annotated[str, Reference("pipeline")]
RoutingKey = Annotated[str, Reference("routing")]
MetricKey = Annotated[str, Reference("metric")]
DimensionKey = Annotated[str, Reference("dimension")]
AppliesTo = dict[DimensionKey, list[str]]
"""Dimension -> the values that this entry covers; empty covers everything. First match wins among the entries."""


def _iso_date(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("iso_date", "is not a date") from None


Day = Annotated[date, BeforeValidator(_iso_date, json_schema_input_type=str)]
"""A date written as 2027-01-15."""
Share = Annotated[float, Field(ge=0, le=1)]
Percent = Annotated[float, Field(ge=0, le=100)]
TimeZone = Annotated[str, Reference("time zone")]
