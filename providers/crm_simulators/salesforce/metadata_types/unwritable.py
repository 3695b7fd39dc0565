"""Types that can be read but not yet written here: they exist so that clients can list and read them."""

from __future__ import annotations

from collections.abc import Iterator

from ..component_xml import Body
from ..errors import no_such_component, not_modelled
from ..fields import is_customizable, object_name
from ..org import Component, Org
from ..standard_objects import CUSTOMIZABLE, LABELS, PLURALS
from .component_type import ComponentType, child_name


class Unwritable(ComponentType):
    """Every write is refused with FUNCTIONALITY_NOT_ENABLED."""

    def __init__(self, name: str, directory: str, suffix: str, *, is_child: bool = False) -> None:
        self.name, self.directory, self.suffix, self.is_child = name, directory, suffix, is_child
        self.creatable = self.deletable = False

    def create(self, org: Org, full_name: str, body: Body) -> None:
        raise not_modelled(f"Creating a {self.name}")

    def update(self, org: Org, full_name: str, body: Body) -> None:
        if self.find(org, full_name) is None:
            raise no_such_component(self.name, full_name)
        raise not_modelled(f"Updating a {self.name}")

    def delete(self, org: Org, full_name: str) -> None:
        if self.find(org, full_name) is None:
            raise no_such_component(self.name, full_name)
        raise not_modelled(f"Deleting a {self.name}")


class CustomObject(Unwritable):
    """The standard objects, with their custom fields and validation rules."""

    def __init__(self) -> None:
        super().__init__("CustomObject", "objects", "object")
        self.children = ("CustomField", "ValidationRule", "RecordType", "BusinessProcess")

    def find(self, org: Org, full_name: str) -> str | None:
        known = object_name(org, full_name)
        return known if known is not None and is_customizable(known) else None

    def read(self, org: Org, full_name: str) -> Body | None:
        name = self.find(org, full_name)
        if name is None:
            return None
        label = LABELS.get(name, name)
        return {
            "fullName": name,
            "businessProcesses": self._parts(org, "BusinessProcess", name),
            "fields": self._parts(org, "CustomField", name),
            "label": label,
            "pluralLabel": PLURALS.get(name, label + "s"),
            "recordTypes": self._parts(org, "RecordType", name),
            "validationRules": self._parts(org, "ValidationRule", name),
        }

    def _parts(self, org: Org, type_name: str, owner: str) -> list[Body]:
        return [
            {"fullName": child_name(full_name)[1], **component["body"]}
            for full_name, component in sorted(org.of_type(type_name).items())
            if child_name(full_name)[0] == owner
        ]

    def listed(self, org: Org) -> Iterator[tuple[str, Component]]:
        day = org.organization["CreatedDate"]
        for name in sorted(CUSTOMIZABLE):
            yield name, {"id": "", "createdDate": day, "lastModifiedDate": day}
