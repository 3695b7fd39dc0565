"""Inputs as the engine hands them to a kind."""

from __future__ import annotations

from revops_iac.compile import validated
from revops_iac.diagnostics import Position
from revops_iac.provider.inputs import I
from revops_iac.provider.kind import C, Definition, DesiredResource, Kind


def parsed(kind: Kind[C, I], definition: Definition) -> I:
    """The typed inputs of a definition as a person writes it. Raises pydantic's ValidationError."""
    return kind.parse(validated(kind, definition))


def name_in(kind: Kind[C, I], definition: Definition) -> str:
    """The vendor name of a definition that is taken as it is."""
    return kind.vendor_name(kind.parse(definition))


def desired_resource(kind: Kind[C, I], definition: Definition, position: Position | None = None) -> DesiredResource:
    """A resource of the program with this definition, which is taken as it is."""
    typed = kind.parse(definition)
    return DesiredResource(kind.name, kind.vendor_name(typed), kind.pulumi_name(typed), definition, position)
