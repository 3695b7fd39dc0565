"""The metadata types that the simulator models, by API name."""

from __future__ import annotations

from ..errors import SoapFault
from ..wsdl import schema
from .component_type import ComponentType
from .custom_field import CustomField

TYPES: dict[str, ComponentType] = {each.name: each for each in (CustomField(),)}


def component_type(name: str) -> ComponentType:
    """The type by API name; raises the fault of an organization that lacks it."""
    found = TYPES.get(name)
    if found is not None:
        return found
    if schema().is_metadata(name):
        # [K: text]
        raise SoapFault("sf:INVALID_TYPE", f"INVALID_TYPE: {name} is not available for this organization")
    raise SoapFault("sf:INVALID_TYPE", f"INVALID_TYPE: Unknown type: {name}")
