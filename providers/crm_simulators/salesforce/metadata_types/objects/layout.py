"""Layout: the fields that a page shows. Every object starts with one."""

from __future__ import annotations

from collections.abc import Iterator

from crm_simulators.salesforce.errors import MetadataError, bad_reference, integrity
from crm_simulators.salesforce.metadata_types.checks import known_field
from crm_simulators.salesforce.metadata_types.component_type import ComponentType
from crm_simulators.salesforce.org.fields import (
    fields_of,
    is_customizable,
    object_name,
    standard_fields,
)
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.org.standard_objects import CUSTOMIZABLE, label_of
from crm_simulators.salesforce.xml.component_xml import Body

SHOWN = {"CaseClose": "Case", "CaseInteraction": "Case", "UserAlt": "User"}
"""Pages that are called otherwise than the object whose fields they show [S: layouts of public projects]."""


class Layout(ComponentType):
    """``Lead-Lead Layout``: object and label, with a dash between; a write replaces the whole document."""

    name = "Layout"
    directory = "layouts"
    suffix = "layout"
    ruled = ("layoutSections",)

    def check_name(self, org: Org, full_name: str) -> None:
        sobject, _, own = full_name.partition("-")
        known = object_name(org, SHOWN.get(sobject, sobject))
        if not own or known is None or not is_customizable(known):
            raise bad_reference("fullName", "CustomObject", sobject)

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        page = full_name.partition("-")[0]
        sobject = object_name(org, SHOWN.get(page, page)) or ""
        seen: set[str] = set()
        for item in items(body):
            name = item.get("field")
            if name is None:
                continue
            known_field(org, sobject, name)
            if name in seen:
                raise MetadataError("DUPLICATE_VALUE", f"Duplicate field: {name}", ("layoutItems",))
            seen.add(name)
        missing = sorted(name for name in _needed(org, sobject) if name not in seen and page not in SHOWN)
        if missing:
            # [K: required fields must be on the page; text K]
            raise integrity(f"Layout must contain an item for required layout field: {missing[0]}", "layoutItems")
        return body

    def check_delete(self, org: Org, full_name: str) -> None:
        owner = full_name.partition("-")[0]
        if sum(name.partition("-")[0] == owner for name in org.of_type(self.name)) < 2:
            # [S: salto last_layout_removal; text K]
            raise MetadataError("DELETE_FAILED", f"Cannot delete the last layout of {owner}")


def items(body: Body) -> Iterator[Body]:
    """The items of a layout, column by column."""
    for section in body.get("layoutSections", []):
        for column in section.get("layoutColumns", []):
            yield from column.get("layoutItems", [])


def _needed(org: Org, sobject: str) -> list[str]:
    """Custom fields that are always required, which no page may leave out [K]; a place is shown as one field."""
    fields = fields_of(org, sobject).items()
    return [name for name, field in fields if field.custom and field.required and not field.part_of]


def factory_layouts() -> Iterator[tuple[str, Body]]:
    """The page that each object has in a new org, with its standard fields [K: not field by field]."""
    for sobject in CUSTOMIZABLE:
        shown = [field for field in standard_fields(sobject).values() if field.createable]
        entries = [{"behavior": "Required" if one.required else "Edit", "field": one.name} for one in shown]
        label = label_of(sobject)
        section = {
            "customLabel": False,
            "detailHeading": False,
            "editHeading": True,
            "label": f"{label} Information",
            "layoutColumns": [{"layoutItems": entries}],
            "style": "OneColumn",
        }
        yield f"{sobject}-{label} Layout", {"layoutSections": [section]}
