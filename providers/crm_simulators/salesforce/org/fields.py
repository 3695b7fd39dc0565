"""The fields of an object as records, describe, SOQL and formulas see them: standard ones and custom ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from salesforce_formula import kinds
from vendor_facts import Row, table

from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.org.standard_objects import (
    HELD_BY,
    OBJECTS,
    field_rows,
    further_objects,
    has_known_fields,
    spellings,
    unlisted_rows,
)
from crm_simulators.salesforce.xml.component_xml import Body

# CustomField type -> describe type [K].
DESCRIBE_TYPES = {row["type"]: row["describe"] for row in table("salesforce/field_types")}
_NAME = r"[A-Za-z](?:[A-Za-z0-9]|_(?!_))*(?<!_)"
CUSTOM_OBJECT = re.compile(rf"(?:{_NAME}__)?{_NAME}__(?:b|c|e|kav|mdt|x)")
"""The name of a custom object, with the namespace of a package in front of it or without."""
BESIDE_OBJECT = re.compile(r"(?P<own>\w+?)(?P<mark>__)?(?:Share|History|Feed|ChangeEvent)")
BESIDE_ARTICLES = re.compile(r"(?P<own>\w+?)(?P<mark>__)(?:ka|ViewStat|VoteStat)")
PACKAGED = re.compile(rf"{_NAME}__{_NAME}__[a-z]+", re.IGNORECASE)
"""The name of something in an installed package: it begins with the package's namespace."""
UNKNOWN = "unknown"
"""The type of fields that metadata may name and whose definition is not here."""
SYSTEM_OBJECTS = frozenset({"GroupMember", "PermissionSetAssignment", "FieldPermissions", "UserPermissionAccess"})
PARENT = "ControlledByParent"
"""The sharing model of details, whose owner is that of their master."""
NUMERIC = frozenset({"currency", "double", "int", "percent"})


@dataclass(frozen=True)
class Field:
    """One field of an object, in describe's terms."""

    name: str
    type: str
    label: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    required: bool = False
    createable: bool = True
    updateable: bool = True
    default: Any = None
    reference_to: tuple[str, ...] = ()
    relationship: str | None = None
    value_set: str | None = None
    custom: Body | None = None
    part_of: str | None = None
    """The compound field that this one is a number of: `Place__c` of `Place__Latitude__s`."""

    @property
    def formula(self) -> str | None:
        return None if self.custom is None else self.custom.get("formula")

    @property
    def is_long_text(self) -> bool:
        return self.type == "textarea" and self.length > 255

    @property
    def formula_type(self) -> str:
        return kinds.described_type(self.type, self.length, is_custom=self.custom is not None)


def object_names(org: Org) -> list[str]:
    return sorted([*OBJECTS, *further_objects(), *org.of_type("CustomObject")])


def object_name(org: Org, name: str) -> str | None:
    """The stored spelling of an object's API name, or None."""
    found = spellings().get(name.lower()) or org.find("CustomObject", name) or _beside_object(org, name)
    return found or (name if org.switch("packages_installed") and PACKAGED.fullmatch(name) else None)


def _beside_object(org: Org, name: str) -> str | None:
    """The object that the platform keeps beside another one: `AccountShare`, `Plan__History` [D: object reference]."""
    match = BESIDE_OBJECT.fullmatch(name) or BESIDE_ARTICLES.fullmatch(name)
    if match is None:
        return None
    bases = [f"{match['own']}{suffix}" for suffix in (("__c", "__kav") if match["mark"] else ("",))]
    return name if any(spellings().get(one.lower()) or org.find("CustomObject", one) for one in bases) else None


def is_packaged(org: Org, name: str) -> bool:
    """Whether a name without a suffix is that of a component of a package, which may be there: `acme__Agents`."""
    return PACKAGED.fullmatch(f"{name}__c") is not None and bool(org.switch("packages_installed"))


def is_customizable(name: str) -> bool:
    return name not in SYSTEM_OBJECTS and (name in spellings().values() or CUSTOM_OBJECT.fullmatch(name) is not None)


@lru_cache(maxsize=512)
def standard_fields(sobject: str) -> dict[str, Field]:
    fields = [_standard_field(row) for row in field_rows(sobject)]
    return {field.name: field for field in fields}


@lru_cache(maxsize=512)
def _unlisted_fields(sobject: str) -> dict[str, Field]:
    """Fields that metadata may name though describes do not show them, by their names in lower case."""
    fields = [_standard_field(row) for row in unlisted_rows(sobject)]
    return {field.name.lower(): field for field in fields}


class Fields(dict[str, Field]):
    """The fields of one object, and a judgement on further names that metadata uses."""

    def __init__(self, org: Org, sobject: str) -> None:
        super().__init__()
        self.org = org
        self.sobject = sobject

    def unlisted(self, name: str) -> Field | None:
        """The field that metadata means by a name that is none of these, or None."""
        more = _unlisted_fields(self.sobject)
        found = more.get(name.lower()) or by_relationship(self, name) or by_relationship(more, name)
        if found is None and self._may_be_there(name):
            return Field(name, UNKNOWN, name)
        return found

    def _may_be_there(self, name: str) -> bool:
        """Fields of packages, fields of the contact of a person account, and those of objects without a table."""
        if PACKAGED.fullmatch(name) or PACKAGED.fullmatch(self.sobject):
            return bool(self.org.switch("packages_installed"))
        if name.startswith("Permissions") and self.sobject in {"Profile", "PermissionSet"}:
            return True  # one for each permission of a user [D: object reference]
        return name.lower().endswith(("__pc", "__pr")) or ("__" not in name and not has_known_fields(self.sobject))


def _standard_field(row: Row) -> Field:
    kind, access, default = row["type"], row["access"].split(), row["default"] or None
    return Field(
        name=row["name"],
        type=kind,
        label=_label(row["name"]),
        length=int(row["length"] or 0) or (18 if kind in {"id", "reference"} else 0),
        precision=int(row["precision"] or 0),
        scale=int(row["scale"] or 0),
        required="required" in access,
        createable="readonly" not in access,
        updateable=not {"readonly", "create"} & {*access},
        default=default == "true" if kind == "boolean" and default else default,
        reference_to=tuple(row["reference_to"].split()) or _leads_to(row),
        relationship=row["relationship"] or next(iter(_leads_to(row)), None),
        value_set=row["value_set"] or None,
    )


def _leads_to(row: Row) -> tuple[str, ...]:
    """The object that a reference without one in its row is called after: `SalesChannelId`."""
    named = spellings().get((row["relationship"] or row["name"].removesuffix("Id")).lower())
    return (named,) if row["type"] == "reference" and named else ()


def _label(name: str) -> str:
    base = name.removesuffix("Id") or name
    return "".join(" " + letter if letter.isupper() else letter for letter in base).strip()


def fields_of(org: Org, sobject: str) -> dict[str, Field]:
    """Standard and custom fields by API name, whatever a user may see. Callers do not change it."""
    key = f"fields.{sobject}"
    if key not in org.computed:
        fields = Fields(org, sobject)
        fields.update(_given(org, sobject))
        fields.update((field.name, field) for field in _custom(org, sobject))
        org.computed[key] = fields
    found: dict[str, Field] = org.computed[key]
    return found


def _given(org: Org, sobject: str) -> dict[str, Field]:
    """The fields that the object comes with; a custom one names and numbers its records as its name field says."""
    fields, own = standard_fields(sobject), org.body("CustomObject", sobject)
    if own is None:
        return fields
    naming = own.get("nameField", {})
    numbered = naming.get("type") == "AutoNumber"
    label = naming.get("label") or fields["Name"].label
    name = replace(fields["Name"], label=label, createable=not numbered, updateable=not numbered)
    kept = {key: field for key, field in fields.items() if key != "OwnerId" or own.get("sharingModel") != PARENT}
    return {**kept, "Name": name}


def custom_fields(org: Org, sobject: str) -> Iterator[Field]:
    return (field for field in fields_of(org, sobject).values() if field.custom is not None)


def _custom(org: Org, sobject: str) -> Iterator[Field]:
    for owner in dict.fromkeys((HELD_BY.get(sobject, sobject), sobject)):
        for name in org.own_names("CustomField").get(owner, ()):
            body = org.of_type("CustomField")[f"{owner}.{name}"]["body"]
            field, kind = from_body(name, body), body.get("type")
            yield _summary(org, field, body) if kind == "Summary" else field
            if kind == "Location":
                yield from _coordinates(field, body)


def _summary(org: Org, field: Field, body: Body) -> Field:
    """A sum, a smallest or a largest is of the type that it is taken of; a count is a whole number."""
    owner, _, name = str(body.get("summarizedField", "")).partition(".")
    source = find_field(fields_of(org, owner), name) if object_name(org, owner) else None
    if source is None:
        return replace(field, precision=18)
    return replace(field, type=source.type, precision=18, scale=source.scale)


def _coordinates(field: Field, body: Body) -> Iterator[Field]:
    """The two numbers that a location is written and asked by [D: compound fields]."""
    for part in ("Latitude", "Longitude"):
        name = f"{field.name.removesuffix('__c')}__{part}__s"
        scale = body["scale"]
        yield replace(
            field,
            name=name,
            type="double",
            label=f"{field.label} ({part})",
            precision=scale + 3,
            scale=scale,
            createable=True,
            updateable=True,
            part_of=field.name,
        )


def objects_with_custom_fields(org: Org) -> list[str]:
    return [owner for owner, names in org.own_names("CustomField").items() if names]


def from_body(name: str, body: Body) -> Field:
    """A custom field's definition in describe's terms."""
    kind = body.get("type", "")  # empty for a field of a package of which a file shows no more
    formula = "formula" in body
    writable = not formula and kind not in {"AutoNumber", "Location", "Summary"}
    default = body.get("defaultValue")
    target = body.get("referenceTo", "User" if kind == "Hierarchy" else None)  # of users alone [D: field types]
    return Field(
        name=name,
        type=DESCRIBE_TYPES.get(kind, UNKNOWN),
        label=body.get("label", name),
        length=_length(kind, body),
        precision=body.get("precision", 0),
        scale=body.get("scale", 0),
        required=bool(body.get("required")) or kind == "MasterDetail",
        createable=writable,
        updateable=writable,
        default=default == "true" if kind == "Checkbox" else default,
        reference_to=(target,) if target else (),
        relationship=name.removesuffix("__c") + "__r" if target else None,
        custom=body,
    )


def _length(kind: str, body: Body) -> int:
    fixed = {"Email": 80, "Phone": 40, "Url": 255, "TextArea": 255, "Picklist": 255, "Lookup": 18, "MasterDetail": 18}
    if "formula" in body and kind == "Text":
        return 1300
    return int(body.get("length", fixed.get(kind, 0)))


def find_field(fields: dict[str, Field], name: str) -> Field | None:
    """A field by API name, without regard to case; also one that only metadata may name, where these are all."""
    if name in fields:
        return fields[name]
    folded = name.lower()
    found = next((field for known, field in fields.items() if known.lower() == folded), None)
    return fields.unlisted(name) if found is None and isinstance(fields, Fields) else found


def by_relationship(fields: dict[str, Field], name: str) -> Field | None:
    """The reference field behind a relationship name such as ``Account`` or ``Plan__r``."""
    folded = name.lower()
    return next((field for field in fields.values() if (field.relationship or "").lower() == folded), None)
