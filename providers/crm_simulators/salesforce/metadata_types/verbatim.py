"""Types without rules here: their components are kept as they were written, and served so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vendor_facts import Row

from crm_simulators.salesforce.errors import no_such_component
from crm_simulators.salesforce.metadata_types.component_type import ComponentType, child_name, undated, without_name
from crm_simulators.salesforce.org.fields import object_name
from crm_simulators.salesforce.org.org import Component, Org
from crm_simulators.salesforce.xml.component_xml import Body

EVERYTHING = "*"
OBJECTS = "CustomObject"
WEB_COMPONENT, RESOURCES = "LightningComponentBundle", "lwcResources"
OF_THE_ORG = "CustomLabels"
"""The container whose parts are not called after it: there is one per org [S: SDR, ignoreParentName]."""


class Verbatim(ComponentType):
    """A type of the table of metadata types."""

    def __init__(self, row: Row) -> None:
        self.name, self.directory, self.suffix = row["type"], row["folder"], row["suffix"] or None
        self.form, self.in_folder = row["form"], bool(row["in_folder"])
        self.container, self.element = row["container"], row["element"]
        self.in_manifest_as = row["content"] or None
        self.is_child = self.form in {"part", "folder", "call"}

    def file_name(self, full_name: str) -> str:
        if self.form == "folder":
            return f"{self.directory}/{full_name}-meta.xml"
        owner = self.owner_of(full_name)
        return super().file_name(owner if owner is not None else full_name)

    def owner_of(self, full_name: str) -> str | None:
        """The component whose file holds this one."""
        if self.form != "part":
            return None
        return OF_THE_ORG if self.container == OF_THE_ORG else child_name(full_name)[0]

    def check_name(self, org: Org, full_name: str) -> None:
        """What belongs to an object needs it; nothing else is known of the names of these types."""
        owner = self.owner_of(full_name)
        if self.container == OBJECTS and object_name(org, owner or "") is None:
            raise no_such_component(OBJECTS, owner or full_name)

    def shown(self, org: Org, full_name: str, body: Body) -> Body:
        """With the files of a Lightning web component, which calls show as elements [W: LwcResources]."""
        files = org.of_type(self.name)[full_name].get("files", {})
        if not files or self.name != WEB_COMPONENT:
            return body
        resources = [
            {"filePath": f"{self.directory}/{full_name}/{name}", "source": files[name]} for name in sorted(files)
        ]
        return {**body, RESOURCES: {"lwcResource": resources}}

    def require(self, body: Body) -> None:
        """Nothing: orgs write and take files without elements that the WSDL calls required [S: public projects]."""

    def without_rules(self, body: Body) -> list[str]:
        return [EVERYTHING]


class Settings(Verbatim):
    """Settings of the org, `Case` of CaseSettings: they exist always, at first with nothing set here."""

    def __init__(self, row: Row) -> None:
        super().__init__(row)
        self.creatable = self.deletable = False
        self.undeletable = "Cannot delete settings: {name}"
        self.in_manifest_as = "Settings"
        self.own_name = self.name.removesuffix("Settings")

    def find(self, org: Org, full_name: str) -> str | None:
        names = {self.own_name.lower(), self.name.lower()}  # files have either [S: settings of public orgs]
        return self.own_name if full_name.lower() in names else super().find(org, full_name)

    def read(self, org: Org, full_name: str) -> Body | None:
        name = self.find(org, full_name)
        return None if name is None else {"fullName": name, **(org.body(self.name, name) or {})}

    def update(self, org: Org, full_name: str, body: Body) -> None:
        self.store(org, self.find(org, full_name) or full_name, without_name(body))


class Container(Verbatim):
    """A file of parts that are components of their own, such as the Workflow of an object; a save leaves the others."""

    def __init__(self, row: Row, parts: Mapping[str, ComponentType]) -> None:
        """`parts` are the types of the parts by their element."""
        super().__init__(row)
        self.parts = parts
        self.children = tuple(kind.name for kind in parts.values())
        self.deletable = False
        self.undeletable = "Cannot delete the container: {name}"

    def owners(self, org: Org) -> list[str]:
        """The names of the containers that hold something."""
        parts = (name for kind in self.parts.values() for name in org.of_type(kind.name))
        named = {self._owner(name) for name in parts}
        return sorted({*named, *org.of_type(self.name)})

    def _owner(self, part: str) -> str:
        return OF_THE_ORG if self.name == OF_THE_ORG else child_name(part)[0]

    def part_name(self, owner: str, own: str) -> str:
        """The full name of a part by its name in the container."""
        return own if self.name == OF_THE_ORG else f"{owner}.{own}"

    def find(self, org: Org, full_name: str) -> str | None:
        return next((name for name in self.owners(org) if name.lower() == full_name.lower()), None)

    def read(self, org: Org, full_name: str) -> Body | None:
        owner = self.find(org, full_name)
        if owner is None:
            return None
        parts = {element: list(self._parts(org, kind, owner)) for element, kind in self.parts.items()}
        return {"fullName": owner, **(org.body(self.name, owner) or {}), **parts}

    def _parts(self, org: Org, kind: ComponentType, owner: str) -> Iterator[Body]:
        for name in sorted(org.of_type(kind.name)):
            if self._owner(name) == owner:
                yield {**(kind.read(org, name) or {}), "fullName": name.removeprefix(f"{owner}.")}

    def listed(self, org: Org) -> Iterator[tuple[str, Component]]:
        for name in self.owners(org):
            yield name, org.of_type(self.name).get(name, undated(org))

    def create(self, org: Org, full_name: str, body: Body) -> None:
        self.update(org, full_name, body)

    def update(self, org: Org, full_name: str, body: Body) -> None:
        for element, kind in self.parts.items():
            for part in body.get(element, []):
                name = self.part_name(full_name, str(part.get("fullName", "")))
                (kind.update if kind.exists(org, name) else kind.create)(org, name, without_name(part))
        own = {name: value for name, value in without_name(body).items() if name not in self.parts}
        if own:
            org.store(self.name, full_name, own)
