"""The metadata types by API name: those with rules here, and all others of the vendor's table."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any

from vendor_facts import Row, table

from crm_simulators.salesforce import metadata_types
from crm_simulators.salesforce.errors import SoapFault
from crm_simulators.salesforce.metadata_types.component_type import ComponentType
from crm_simulators.salesforce.metadata_types.verbatim import Container, Settings, Verbatim
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.wsdl import schema


def _with_rules() -> dict[str, ComponentType]:
    """The types of all modules in `metadata_types` by name, in the order of a deployment; new ones come last."""
    found = {}
    for info in pkgutil.walk_packages(metadata_types.__path__, f"{metadata_types.__name__}."):
        for each in vars(importlib.import_module(info.name)).values():
            is_type = isinstance(each, type) and issubclass(each, ComponentType) and "name" in vars(each)
            if is_type and each.__module__ == info.name:
                found[each.name] = each()
    ordered = [row["type"] for row in table("salesforce/deploy_order")]
    return {name: found[name] for name in dict.fromkeys([*ordered, *found])}


ROWS = {row["type"]: row for row in table("salesforce/metadata_types")}
PARTS: dict[str, dict[str, str]] = {}
"""Types whose files hold components of their own [S: SDR]: element -> the type of each part."""
for _row in ROWS.values():
    if _row["form"] == "part":
        PARTS.setdefault(_row["container"], {})[_row["element"]] = _row["type"]
_BY_NAME = _with_rules()


def _without_rules(row: Row) -> ComponentType:
    return Settings(row) if row["form"] == "settings" else Verbatim(row)


_ALONE = {name: _without_rules(row) for name, row in ROWS.items() if name not in _BY_NAME and name not in PARTS}
_CONTAINERS = {
    name: Container(ROWS[name], {element: (_BY_NAME | _ALONE)[part] for element, part in parts.items()})
    for name, parts in PARTS.items()
    if name not in _BY_NAME
}
TYPES: Mapping[str, ComponentType] = {**_BY_NAME, **_ALONE, **_CONTAINERS}
RANKS = {name: place for place, name in enumerate([*_ALONE, *_BY_NAME, *_CONTAINERS])}
"""The order in which a deployment saves: what refers to nothing here comes first."""


def unmodeled(org: Org) -> dict[str, Any]:
    """`{"total", "unmodeled": [{"type", "name", "parts"}]}`: what the org holds and nothing here has rules for."""
    found = [
        {"type": kind.name, "name": name, "parts": parts}
        for kind in TYPES.values()
        for name, parts in kind.unmodeled(org)
    ]
    return {"total": len(found), "unmodeled": found}


def component_type(name: str) -> ComponentType:
    """The type by API name; raises the fault of an organization that lacks it."""
    found = TYPES.get(name)
    if found is not None:
        return found
    if schema().is_metadata(name):
        # [K: text]
        raise SoapFault("sf:INVALID_TYPE", f"INVALID_TYPE: {name} is not available for this organization")
    raise SoapFault("sf:INVALID_TYPE", f"INVALID_TYPE: Unknown type: {name}")
