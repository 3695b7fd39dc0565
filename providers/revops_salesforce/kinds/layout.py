"""A page layout, monitored: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_layouts.htm"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from revops_iac.errors import AccountError
from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, Existence, Inputs, LiveObject, Reference, State
from revops_salesforce.api.client import OrgSession
from revops_salesforce.api.components import Body
from revops_salesforce.metadata.kind import MetadataKind

Behavior = Literal["Edit", "Required", "Readonly"]


class LayoutField(Part):
    """A field that the page must show."""

    field: str
    behavior: Behavior | None = None
    """Absent: any."""


class LayoutInputs(Inputs):
    """The fields that a page must show. The rest of the page is unmanaged.

    It is read and compared, never written: a write replaces the whole page, which people arrange. A field
    that is missing shows in every plan until somebody puts it on the page.

    Example::

        object: Lead
        name: Lead Layout
        fields:
          - {field: Company, behavior: Required}
          - {field: LeadSource}
    """

    object: str
    name: str
    """The name that Setup shows: `Lead Layout`."""
    fields: list[LayoutField] = Field(min_length=1)


class Layout(MetadataKind[LayoutInputs]):
    """Key: object and label, with a dash between; never written."""

    component_type = "Layout"
    identity = frozenset({"object", "name"})
    immutable = frozenset({"object", "name"})
    existence = Existence.MONITORED
    noun = "page layout"
    on_delete = "Nothing happens: the page is only monitored."

    def vendor_name(self, inputs: LayoutInputs) -> str:
        return f"{inputs.object}-{inputs.name}"

    def identity_of(self, name: str) -> Definition:
        object_, _, own = name.partition("-")
        return {"object": object_, "name": own}

    def definition(self, name: str, body: Body) -> Definition:
        return {**self.identity_of(name), "fields": [_item(one) for one in _items(body) if one.get("field")]}

    def normalize(self, definition: Definition) -> Definition:
        made = super().normalize(definition)
        if made.get("fields") is not None:
            made["fields"] = sorted(made["fields"], key=lambda one: str(one["field"]))
        return made

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """The declared fields that the page shows; a behavior is compared where one is declared."""
        shown = {one["field"]: one for one in live.definition["fields"]}
        mine = [
            {key: shown[one["field"]].get(key) for key in one if one[key] is not None}
            for one in declared["fields"]
            if one["field"] in shown
        ]
        return super().managed_view(declared, LiveObject(live.id, live.name, {**live.definition, "fields": mine}))

    def conflicts(self, declared: Definition, live: LiveObject) -> list[str]:
        """What is only monitored contradicts nothing."""
        return []

    def references(self, inputs: LayoutInputs) -> Iterable[Reference]:
        for one in inputs.fields:
            yield Reference("CustomField", f"{inputs.object}.{one.field}")

    def packed(self, session: OrgSession, live: LiveObject | None, inputs: LayoutInputs) -> Body | str:
        return "it is only monitored"

    def create(self, session: OrgSession, inputs: LayoutInputs) -> LiveObject:
        """Only an org without the page gets here."""
        raise AccountError(
            f'Salesforce: {inputs.object} has no page layout "{inputs.name}"',
            "use the name that Setup, Object Manager, Page Layouts shows",
        )

    def update(self, session: OrgSession, live: LiveObject, inputs: LayoutInputs) -> LiveObject:
        """Writes nothing: what differs is a manual step."""
        return live

    def manual_steps(self, inputs: LayoutInputs, live: LiveObject) -> Iterator[str]:
        return manual_steps(live, inputs)

    def delete(self, session: OrgSession, live: LiveObject, state: State[LayoutInputs]) -> None:
        """Nothing was written."""

    def restore_original(self, session: OrgSession, live: LiveObject, state: State[LayoutInputs]) -> None:
        """Nothing was written."""


def manual_steps(live: LiveObject, inputs: LayoutInputs) -> Iterator[str]:
    """What an administrator must do so that the page shows the declared fields, one step per line."""
    where = f"Layout {live.name}: in Setup, Object Manager, {inputs.object}, Page Layouts"
    shown: Mapping[str, Any] = {one["field"]: one.get("behavior") for one in live.definition["fields"]}
    for one in inputs.fields:
        if one.field not in shown:
            yield f"{where}: put {one.field} on the page{f' as {one.behavior}' if one.behavior else ''}"
        elif one.behavior not in (None, shown[one.field]):
            yield f"{where}: make {one.field} {one.behavior}, which is {shown[one.field]}"


def _items(body: Body) -> Iterator[Body]:
    for section in body.get("layoutSections", []):
        for column in section.get("layoutColumns", []):
            yield from column.get("layoutItems", [])


def _item(body: Body) -> Definition:
    return {"field": str(body["field"]), "behavior": body.get("behavior")}
