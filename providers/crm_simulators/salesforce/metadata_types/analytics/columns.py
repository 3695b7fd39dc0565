"""What reports can show: the tables of a custom report type and their columns, `Lead$Status` for instance.

https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_reporttype.htm
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vendor_facts import vocabulary

from crm_simulators.salesforce.errors import MetadataError, bad_reference, not_modeled
from crm_simulators.salesforce.org.fields import (
    PACKAGED,
    UNKNOWN,
    Field,
    by_relationship,
    custom_fields,
    fields_of,
    find_field,
    object_name,
    objects_with_custom_fields,
)
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.org.standard_objects import COMMERCIAL, CUSTOMIZABLE, OBJECTS, plural_of
from crm_simulators.salesforce.xml.component_xml import Body

SOME_OBJECT = "?"
SUFFIX = "__c"  # a report names a custom report type with it, the type itself is stored without [K]
CHILDREN = vocabulary("salesforce", "standard child relationships")


@dataclass(frozen=True)
class Column:
    """A column: its table as the report type calls it, the field path on that table's object, and the field."""

    name: str
    table: str
    path: str
    field: Field
    sobject: str
    """The object of the table."""


def child_object(org: Org, parent: str, relationship: str) -> str | None:
    """The object behind a child relationship, `Opportunities` of Account or `Plans__r` of a custom lookup.

    `SOME_OBJECT` stands for one that no table here has: standard relationships, and those of packages.
    """
    known = CHILDREN.get(f"{parent}.{relationship.lower()}")
    if known is not None:
        return known
    for sobject in objects_with_custom_fields(org):
        for field in custom_fields(org, sobject):
            own = (field.custom or {}).get("relationshipName")
            if own and f"{own}__r".lower() == relationship.lower() and parent in field.reference_to:
                return sobject
    standard = not relationship.endswith("__r") and _may_be_standard(org, parent, relationship)
    packaged = PACKAGED.fullmatch(relationship) is not None and bool(org.switch("packages_installed"))
    return SOME_OBJECT if standard or packaged or parent == SOME_OBJECT else None


def _may_be_standard(org: Org, parent: str, relationship: str) -> bool:
    """Whether a standard object could have the relationship: not if it is called after one that has no such lookup."""
    if parent == SOME_OBJECT or (parent not in OBJECTS and not parent.endswith("__c")):
        return True
    child = next((name for name in OBJECTS if plural_of(name).replace(" ", "").lower() == relationship.lower()), None)
    if child is None:
        return True  # of activities, notes, history and of objects without a table
    lookups = (field for name, field in fields_of(org, child).items() if not name.startswith("Converted"))
    return any(parent in field.reference_to for field in lookups)


def tables(org: Org, body: Body) -> dict[str, str]:
    """The tables of a report type and their objects: the base object, then what is joined, path by path.

    Types that an org has on objects which the API does not show have an empty one, and no columns [S: public orgs].
    """
    if not body["baseObject"]:
        return {}
    base = object_name(org, body["baseObject"])
    if base is None:
        raise bad_reference("baseObject", "CustomObject", body["baseObject"])
    found, path, sobject = {base: base}, base, base
    join = body.get("join")
    while join is not None:
        child = child_object(org, sobject, join["relationship"])
        if child is None:
            raise bad_reference("relationship", "ObjectRelationship", f"{sobject}.{join['relationship']}")
        path, sobject = f"{path}.{join['relationship']}", child
        found[path] = sobject
        join = join.get("join")
    return found


def field_at(org: Org, sobject: str, path: str) -> Field | None:
    """A field of an object, or of what it refers to; a lookup is named with or without `Id` [K]."""
    *steps, name = path.split(".")
    for step in steps:
        if sobject == SOME_OBJECT:
            break
        known = fields_of(org, sobject)
        reference = by_relationship(known, step) or find_field(known, step)
        if reference is None:
            return None
        targets = reference.reference_to or (SOME_OBJECT,)
        sobject = "User" if "User" in targets else targets[0]
    if sobject == SOME_OBJECT:
        return Field(name, UNKNOWN, name)
    fields = fields_of(org, sobject)
    return find_field(fields, name) or by_relationship(fields, name) or _of_reports(sobject, name)


def _of_reports(sobject: str, name: str) -> Field | None:
    """A field that reports alone show: objects beside those of sales and service have such [S: public report types]."""
    is_standard = "__" not in name and "__" not in sobject
    return Field(name, UNKNOWN, name) if is_standard and sobject not in (*CUSTOMIZABLE, *COMMERCIAL) else None


def columns_of(org: Org, report_type: str) -> dict[str, Column]:
    """Every column of a report type by its name in reports. Raises MetadataError for a missing type."""
    body = org.body("ReportType", report_type.removesuffix(SUFFIX)) if report_type.endswith(SUFFIX) else None
    if body is None and not report_type.endswith(SUFFIX):
        raise not_modeled(f"The standard report type {report_type}")
    if body is None:
        raise MetadataError("INVALID_FIELD", f"invalid report type: {report_type}", ("reportType",))  # [K: text]
    return {column.name: column for column in _columns(org, body)}


def _columns(org: Org, body: Body) -> Iterator[Column]:
    found = tables(org, body)
    for section in body.get("sections", []):
        for entry in section.get("columns", []):
            field = field_at(org, found[entry["table"]], entry["field"])
            if field is not None:  # a field that was deleted meanwhile leaves the type [K]
                table, path = entry["table"], entry["field"]
                yield Column(f"{table}${path}", table, path, field, found[table])
