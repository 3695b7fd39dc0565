"""CustomObject: standard objects, which always exist, and custom ones, deleted with their fields and records."""

from __future__ import annotations

from collections.abc import Iterator

from vendor_facts import table, vocabulary

from crm_simulators.salesforce.errors import MetadataError, integrity
from crm_simulators.salesforce.metadata_types.component_type import (
    ComponentType,
    child_name,
    invalid_name,
    too_long,
    undated,
    without_name,
)
from crm_simulators.salesforce.org.fields import CUSTOM_OBJECT, is_customizable, object_name
from crm_simulators.salesforce.org.org import Component, Org
from crm_simulators.salesforce.org.standard_objects import CUSTOMIZABLE, label_of, plural_of, spellings
from crm_simulators.salesforce.xml.component_xml import Body

MAX_NAME = 40  # before __c [K]
NEEDED = ("label", "pluralLabel", "nameField", "sharingModel", "deploymentStatus")
"""What a custom object cannot be without; the WSDL requires none of it [K]."""
STANDARD = "StandardObject"
"""Where the org keeps what is set of standard objects."""
LABELS_ONLY = ("label", "pluralLabel")
SUFFIXES = frozenset({"b", "c", "e", "kav", "mdt", "x"})
"""Big objects, custom ones, platform events, articles, types of metadata, external objects."""
SHARING = frozenset({"Private", "Read", "ReadWrite", "ControlledByParent"})
FLAGS = tuple(vocabulary("salesforce", "object flags"))
PARTS = {
    row["element"]: row["type"]
    for row in sorted(table("salesforce/metadata_types"), key=lambda row: row["element"])
    if row["form"] == "part" and row["container"] == "CustomObject"
}
"""The components in an object's file: element -> type."""


class CustomObject(ComponentType):
    """``Machine__c``, other kinds of custom objects such as settings and types of metadata, and standard objects."""

    name = "CustomObject"
    ruled = ("description", *NEEDED, *FLAGS)
    referenced = "This custom object is referenced elsewhere in salesforce.com. : {users}"
    directory = "objects"
    suffix = "object"

    parts = PARTS
    children = tuple(PARTS.values())

    def find(self, org: Org, full_name: str) -> str | None:
        known = object_name(org, full_name)
        return known if known is not None and is_customizable(known) else None

    def read(self, org: Org, full_name: str) -> Body | None:
        name = self.find(org, full_name)
        if name is None:
            return None
        parts = {element: self._parts(org, kind, name) for element, kind in self.parts.items()}
        own = org.body(self.name, name)
        if own is not None:
            flags = dict.fromkeys(FLAGS, False) if is_plain(name, own) else {}
            return {"fullName": name, **flags, **own, **parts}
        labels = {"label": label_of(name), "pluralLabel": plural_of(name)}
        return {"fullName": name, **labels, **(org.body(STANDARD, name) or {}), **parts}

    def _parts(self, org: Org, type_name: str, owner: str) -> list[Body]:
        return [
            {"fullName": child_name(full_name)[1], **component["body"]}
            for full_name, component in sorted(org.of_type(type_name).items())
            if child_name(full_name)[0] == owner
        ]

    def listed(self, org: Org) -> Iterator[tuple[str, Component]]:
        for name in sorted({*CUSTOMIZABLE, *org.of_type(self.name), *org.of_type(STANDARD)}):
            yield name, org.of_type(self.name).get(name, undated(org))

    # --- writing ------------------------------------------------------------------------------------------------

    def check_name(self, org: Org, full_name: str) -> None:
        own, _, suffix = full_name.rpartition("__")
        if suffix not in SUFFIXES:
            raise integrity("Invalid fullName, must end in __c", "fullName")
        if not CUSTOM_OBJECT.fullmatch(full_name) or len(own.rpartition("__")[2]) > MAX_NAME:
            raise invalid_name(self.name, full_name)

    def update(self, org: Org, full_name: str, body: Body) -> None:
        """A standard object keeps what is set of it: overridden actions, search layouts, its sharing model."""
        name = self.find(org, full_name)
        if name is None or name in org.of_type(self.name):
            super().update(org, full_name, body)
        else:
            self.require(body)
            org.store(STANDARD, name, without_name(self._own(body)))

    def _own(self, body: Body) -> Body:
        """The values of the object itself; empty lists of parts are those of a typed client."""
        return {name: value for name, value in body.items() if name not in self.parts or value}

    def unmodeled(self, org: Org) -> Iterator[tuple[str, list[str]]]:
        yield from super().unmodeled(org)
        for name, component in sorted(org.of_type(STANDARD).items()):
            yield name, list(component["body"])

    def without_rules(self, body: Body) -> list[str]:
        return super().without_rules({name: value for name, value in body.items() if name not in LABELS_ONLY})

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        given = self._own(body)
        if not is_plain(full_name, given):
            return given
        for element in NEEDED:
            if given.get(element) in (None, ""):
                raise integrity(f"Must specify '{element}' for a custom object", element)
        too_long("label", given["label"], 40)
        too_long("pluralLabel", given["pluralLabel"], 40)
        too_long("description", given.get("description"), 1000)
        self._check_name_field(given["nameField"])
        self._check_sharing(org, full_name, given["sharingModel"])
        return given

    def _check_name_field(self, field: Body) -> None:
        kind = field.get("type")
        if kind not in {"Text", "AutoNumber"} or not field.get("label"):
            raise integrity("The name field is a Text or an AutoNumber with a label", "nameField")
        if kind != "AutoNumber" and "displayFormat" in field:  # numbers without a format exist [S]
            raise integrity("Only a name field of type AutoNumber has a displayFormat", "nameField")

    def _check_sharing(self, org: Org, full_name: str, model: str) -> None:
        """An object with a master is shared as its master is, and no other [K]."""
        if model not in SHARING:
            raise integrity(f"A custom object cannot have the sharing model {model}", "sharingModel")
        if (model == "ControlledByParent") != has_master(org, full_name):
            raise integrity(
                f"Cannot set sharingModel to {model} on {full_name}: master-detail relationships decide on it",
                "sharingModel",
            )

    def store(self, org: Org, full_name: str, body: Body) -> None:
        super().store(org, full_name, body)
        component = org.of_type(self.name)[org.find(self.name, full_name) or full_name]
        component.setdefault("prefix", f"a{org.count('custom_objects') - 1:02d}")
        org.changed()

    def delete(self, org: Org, full_name: str) -> None:
        name = self.find(org, full_name)
        if name is not None and name.lower() in spellings():
            raise MetadataError("DELETE_FAILED", f"Cannot delete standard object: {name}")  # [K: text]
        super().delete(org, full_name)

    def users(self, org: Org, full_name: str) -> list[str]:
        return sorted(
            name
            for name, component in org.of_type("CustomField").items()
            if component["body"].get("referenceTo") == full_name and child_name(name)[0] != full_name
        )

    def check_delete(self, org: Org, full_name: str) -> None:
        super().check_delete(org, full_name)
        for kind in self.children:
            for name in [name for name in org.of_type(kind) if child_name(name)[0] == full_name]:
                org.drop(kind, name)
        org.records.pop(full_name, None)
        org.changed()


def is_plain(full_name: str, body: Body) -> bool:
    """Whether the object has records of its own that are shared; only those have rules here."""
    return full_name.endswith("__c") and "customSettingsType" not in body


def has_master(org: Org, sobject: str) -> bool:
    """Whether a master-detail field makes the object a detail."""
    fields = [(name, component["body"]) for name, component in org.of_type("CustomField").items()]
    fields += [(name, body) for kind, name, body in org.coming if kind == "CustomField"]
    return any(child_name(name)[0] == sobject and body.get("type") == "MasterDetail" for name, body in fields)


def follow_master(org: Org, sobject: str) -> None:
    """A new master-detail field changes how its object is shared [K]."""
    component = org.of_type("CustomObject").get(sobject)
    if component is not None and has_master(org, sobject):
        component["body"] = {**component["body"], "sharingModel": "ControlledByParent"}
