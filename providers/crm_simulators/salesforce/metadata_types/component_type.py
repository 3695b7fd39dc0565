"""What every metadata type does: find, read, check, store and delete its components."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from crm_simulators.salesforce.errors import MetadataError, integrity, missing, no_such_component
from crm_simulators.salesforce.org.fields import is_customizable, object_name
from crm_simulators.salesforce.org.org import Component, Org
from crm_simulators.salesforce.xml.component_xml import Body, complete_flags, missing_element

DEVELOPER_NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9]|_(?!_))*(?<!_)")
OF_A_PACKAGE = re.compile(r"^[A-Za-z](?:[A-Za-z0-9]|_(?!_))*__(?=[A-Za-z])")
"""The namespace that names of components of an installed package begin with."""


class ComponentType:
    """A metadata type; subclasses say what a valid component is and what deleting one means."""

    name: str
    directory: str
    suffix: str | None
    limit = 10  # components per call [D: meta_createMetadata]
    max_name = 80
    children: tuple[str, ...] = ()
    is_child = False  # found in describeMetadata under its parent only
    in_folder = False  # its full names begin with a folder, `Folder/Name`
    form = ""  # how its files look, as in the table of metadata types
    ruled: tuple[str, ...] | None = None  # the elements that have rules here; None: all of them
    in_manifest_as: str | None = None  # the type under which a manifest names it, where that is another
    creatable = True
    deletable = True
    undeletable = "Cannot delete {name}"  # what deleting one says where the type is not deletable [K: texts]
    referenced = "This component is referenced elsewhere. : {users}"  # what deleting one in use says [K: texts]
    lengths: ClassVar[dict[str, int]] = {}  # the most characters of its texts, by element

    # --- reading ------------------------------------------------------------------------------------------------

    def find(self, org: Org, full_name: str) -> str | None:
        """The stored spelling of a name, or None."""
        return org.find(self.name, full_name)

    def exists(self, org: Org, full_name: str) -> bool:
        """Whether an upsert of this name is an update."""
        return self.find(org, full_name) is not None

    def read(self, org: Org, full_name: str) -> Body | None:
        """The component as readMetadata returns it; not filtered by field-level security [S: salto]."""
        name = self.find(org, full_name)
        if name is None:
            return None
        return {"fullName": name, **self.shown(org, name, org.of_type(self.name)[name]["body"])}

    def shown(self, org: Org, full_name: str, body: Body) -> Body:
        """The stored body as the server writes it back."""
        return body

    def listed(self, org: Org) -> Iterator[tuple[str, Component]]:
        """Full name and component for listMetadata and wildcards."""
        yield from sorted(org.of_type(self.name).items())

    def file_name(self, full_name: str) -> str:
        return f"{self.directory}/{full_name}" + (f".{self.suffix}" if self.suffix else "")

    # --- writing ------------------------------------------------------------------------------------------------

    def create(self, org: Org, full_name: str, body: Body) -> None:
        if self.find(org, full_name) is not None:
            raise self.duplicate(full_name)
        if not self.creatable:
            raise no_such_component(self.name, full_name)
        self.check_name(org, full_name)
        self.save(org, full_name, body, None)

    def update(self, org: Org, full_name: str, body: Body) -> None:
        name = self.existing(org, full_name)
        old = org.of_type(self.name)[name]["body"]
        self.save(org, name, body, old)

    def save(self, org: Org, full_name: str, body: Body, old: Body | None) -> None:
        """Check and store a component; `old` is what it was."""
        body = without_name(body)
        if old is not None and not org.switch("update_resets_omitted"):
            body = {**old, **body}
        self.require(body)
        for element, limit in self.lengths.items():
            too_long(element, body.get(element), limit)
        self.store(org, full_name, self.checked(org, full_name, body, old))

    def delete(self, org: Org, full_name: str) -> None:
        if not self.deletable:
            raise MetadataError("DELETE_FAILED", self.undeletable.format(name=full_name))
        name = self.existing(org, full_name)
        self.check_delete(org, name)
        org.drop(self.name, name)

    def existing(self, org: Org, full_name: str) -> str:
        """The stored spelling of a name; raises MetadataError for a component that is not there."""
        name = self.find(org, full_name)
        if name is None:
            raise no_such_component(self.name, full_name)
        return name

    def store(self, org: Org, full_name: str, body: Body) -> None:
        """Store a checked component and what is derived from it."""
        org.store(self.name, full_name, body)

    # --- what subclasses say ------------------------------------------------------------------------------------

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        """The body as the server keeps it; raises MetadataError when it is not valid."""
        return body

    def check_delete(self, org: Org, full_name: str) -> None:
        """Raise MetadataError when the component cannot be deleted now."""
        users = ", ".join(self.users(org, full_name))
        if users:
            raise MetadataError("DEPENDENCY_EXISTS", self.referenced.format(name=full_name, users=users))

    def users(self, org: Org, full_name: str) -> Iterable[str]:
        """What refers to a component, so that it cannot be deleted."""
        return ()

    def check_name(self, org: Org, full_name: str) -> None:
        own = OF_A_PACKAGE.sub("", full_name) if org.switch("packages_installed") else full_name
        if not DEVELOPER_NAME.fullmatch(own) or len(own) > self.max_name:
            raise invalid_name(self.name, full_name)

    def duplicate(self, full_name: str) -> MetadataError:
        """[K: text]"""
        return MetadataError(
            "DUPLICATE_DEVELOPER_NAME",
            f"The developer name {full_name} is already in use. Please choose a different name.",
            ("fullName",),
        )

    def require(self, body: Body) -> None:
        complete_flags(body, self.name)
        element = missing_element(body, self.name)
        if element is not None:
            raise missing(element)

    # --- what is stored without rules -----------------------------------------------------------------------------

    def unmodeled(self, org: Org) -> Iterator[tuple[str, list[str]]]:
        """Components with parts that nothing here has rules for: kept as they were written, in no effect."""
        for name, component in sorted(org.of_type(self.name).items()):
            parts = self.without_rules(component["body"])
            if parts:
                yield name, parts

    def without_rules(self, body: Body) -> list[str]:
        """The elements of a component that nothing here looks at."""
        return [] if self.ruled is None else [name for name in body if name not in self.ruled and name != "fullName"]


class ObjectPart(ComponentType):
    """A component that belongs to an object and is called after it, `Lead.Foo__c`, in the object's file."""

    directory = "objects"
    suffix = "object"
    is_child = True

    def file_name(self, full_name: str) -> str:
        return f"{self.directory}/{child_name(full_name)[0]}.{self.suffix}"

    def check_name(self, org: Org, full_name: str) -> None:
        sobject, name = child_name(full_name)
        if not self.may_belong_to(org, sobject):
            raise no_such_component("CustomObject", sobject or full_name)
        super().check_name(org, name)

    def may_belong_to(self, org: Org, sobject: str) -> bool:
        """Whether objects of that name have such parts."""
        known = object_name(org, sobject)
        return known is not None and is_customizable(known)


def invalid_name(type_name: str, full_name: str) -> MetadataError:
    """[K: text]"""
    return integrity(
        f"The {type_name} name {full_name} can only contain alphanumeric characters, must begin with a letter, "
        "cannot end with an underscore or contain two consecutive underscore characters",
        "fullName",
    )


def child_name(full_name: str) -> tuple[str, str]:
    """Object and own name of ``Lead.Foo__c``; the object is empty when there is no dot."""
    parent, _, own = full_name.partition(".")
    return (parent, own) if own else ("", full_name)


def without_name(body: Body) -> Body:
    """A component without its full name, as it is kept under that."""
    return {name: value for name, value in body.items() if name != "fullName"}


def undated(org: Org) -> Component:
    """The id and dates of what every org has from its first day."""
    day = org.organization["CreatedDate"]
    return {"id": "", "createdDate": day, "lastModifiedDate": day}


def too_long(element: str, value: Any, limit: int) -> None:
    """Raise STRING_TOO_LONG when a text exceeds its limit [K: text]."""
    if isinstance(value, str) and len(value) > limit:
        raise MetadataError(
            "STRING_TOO_LONG", f"{element}: data value too large: {value[:40]} (max length={limit})", (element,)
        )
