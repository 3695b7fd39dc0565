"""Options of a property that this stack does not own, such as `hs_lead_status`.

https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Self

from pydantic import Field, model_validator

from revops_hubspot.api import records
from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_hubspot.api.documents import merged_entries
from revops_hubspot.api.errors import Json
from revops_hubspot.api.read_lag import read_until
from revops_hubspot.kinds.property import Property
from revops_hubspot.objects.kind import ObjectPart
from revops_hubspot.pipelines.stage_plan import final_order
from revops_hubspot.properties import options as property_options
from revops_hubspot.properties.options import Option
from revops_iac.diagnostics import Diagnostics, input_error, plural
from revops_iac.provider.changes.container import Entry, EntryContainer
from revops_iac.provider.kind import Definition, DesiredResource, Existence, Inputs, LiveObject, Reference


class PropertyOptionsInputs(Inputs):
    """Some options of an enumeration property that this stack does not own. Options that are not listed stay.

    Example::

        object: contacts
        name: hs_lead_status
        options:
          - {label: Recycled, value: RECYCLED}
          - {label: Waiting for sales, value: WAITING_FOR_SALES}

    Later::

        options:
          - {label: Recycled by sales, value: RECYCLED}
          - {label: Waiting for sales, value: WAITING_FOR_SALES}
          - {label: Nurture, value: NURTURE}
    """

    object: str
    """`contacts`, `companies`, `deals`, `tickets` or `leads`."""
    name: str
    """The internal name of the property."""
    options: list[Option] = Field(min_length=1)
    """The managed options, in order; unmanaged ones keep their positions between them."""
    deactivate: list[str] | None = None
    """Values of unmanaged options to hide: records keep them, but users can no longer choose them."""

    @model_validator(mode="after")
    def _options_once(self) -> Self:
        for part, found in (
            ("value", [option.value for option in self.options]),
            ("label", [option.label.lower() for option in self.options]),
        ):
            if len(set(found)) < len(found):
                raise ValueError(f'options: the {part} "{max(found, key=found.count)}" is used twice')
        return self


class PropertyOptions(EntryContainer[HubSpotClient, PropertyOptionsInputs], ObjectPart[PropertyOptionsInputs]):
    """Key: the property. Managed per option: a PATCH replaces the whole list [O], so unmanaged ones are sent along."""

    existence = Existence.PERMANENT
    noun = "option list"
    on_delete = (
        "The property stays. Original labels of existing options are restored; added options are removed, or hidden "
        "while a record has their value."
    )
    entries = "options"
    unmanaged_fact = "unmanaged_options"

    def normalize(self, definition: Definition) -> Definition:
        return {**definition, "options": property_options.canonical(definition.get("options"))}

    def references(self, inputs: PropertyOptionsInputs) -> Iterable[Reference]:
        yield Reference("Property", self.vendor_name(inputs))

    def made_by(self, name: str, live: LiveObject | None) -> str:
        """What nobody can change here, such as the stages among the properties of deals."""
        return "HubSpot" if live is not None and live.facts.get("read_only_options") else ""

    def active_keys(self, live: LiveObject) -> set[Hashable]:
        """Hidden options can still conflict with managed ones, and need no deactivation."""
        return {self.entry_key(option) for option in live.definition["options"] if not option["hidden"]}

    def retired(self, session: PortalSession, live: LiveObject, entry: Entry) -> Entry | None:
        """Hides an option that records have; only an unused one can be removed."""
        object_, _, property_ = live.name.partition(".")
        having_it = [[{"propertyName": property_, "operator": "EQ", "value": entry["value"]}]]
        return {**entry, "hidden": True} if records.count(session.client, object_, having_it) else None

    def listed(self, client: HubSpotClient, object_: str) -> Iterable[LiveObject]:
        found = Property().listed(client, object_)
        return [_narrow(live) for live in found if live.definition["type"] == "enumeration"]

    def create(self, session: PortalSession, inputs: PropertyOptionsInputs) -> LiveObject:
        """The property does not exist; HubSpot's own error says so."""
        name = self.vendor_name(inputs)
        return self.write_entries(session, LiveObject(name, name, {}), inputs.managed()["options"])

    def update(self, session: PortalSession, live: LiveObject, inputs: PropertyOptionsInputs) -> LiveObject:
        options = merged(live.definition["options"], inputs.managed()["options"], inputs.deactivate or ())
        return self.write_entries(session, live, options)

    def step_errors(
        self, session: PortalSession, planned_from: PropertyOptionsInputs, desired: PropertyOptionsInputs
    ) -> Diagnostics:
        """An option of HubSpot's own whose label changes would be left for one of another value."""
        before, after = ({one.value: one.label for one in inputs.options} for inputs in (planned_from, desired))
        gone, come = [one for one in before if one not in after], [one for one in after if one not in before]
        places = list(before), list(after)
        for old, new in zip(gone, come, strict=False):
            if len(gone) == len(come) and places[0].index(old) == places[1].index(new):
                having_it = [[{"propertyName": desired.name, "operator": "EQ", "value": old}]]
                count = records.count(session.client, desired.object, having_it)
                stay = f', and {plural(count, "record")} would stay in "{old}"' if count else f' beside "{old}"'
                yield input_error(("options",), f'"{new}" would be a second option{stay}', _keep_value(old, after[new]))

    def write_entries(self, session: PortalSession, live: LiveObject, entries: Sequence[Entry]) -> LiveObject:
        object_, _, property_ = live.name.partition(".")
        declared = [
            {"hidden": False, **_without_empty_description(option), "displayOrder": at}
            for at, option in enumerate(entries)
        ]
        body = {"options": merged_entries((live.document or {}).get("options"), declared, "value")}
        path = "/{object}/{name}"
        session.client.write("PATCH", "properties", path, body, object=object_, name=property_)
        desired = [_plain(option) for option in entries]

        def read() -> LiveObject | None:
            return Property().scan(session.client, object_)[live.name]

        def is_current(found: LiveObject | None) -> bool:
            return found is not None and [_plain(option) for option in found.definition["options"]] == desired

        found = read_until(read, is_current)
        assert found is not None
        return _narrow(found)

    def preflight_errors(
        self, session: PortalSession, desired: DesiredResource, live: LiveObject | None
    ) -> Diagnostics:
        if live is None and not any(w.kind == "Property" and w.name == desired.name for w in session.declared):
            message = "the enumeration property does not exist in the account"
            yield input_error((), message, "correct its name, or declare it as a Property")
        elif live is not None and live.facts.get("read_only_options"):
            message = "HubSpot's API cannot change these options"
            yield input_error(("options",), message, "change them manually in HubSpot's settings, and remove the entry")
        elif live is not None:
            yield from _taken_labels(desired, self.typed(desired), live)


def _taken_labels(desired: DesiredResource, inputs: PropertyOptionsInputs, live: LiveObject) -> Diagnostics:
    """Labels are unique in a property [?]."""
    mine = {option.value for option in inputs.options}
    theirs = {o["label"].lower(): o["value"] for o in live.definition["options"] if o["value"] not in mine}
    for option in inputs.options:
        if other := theirs.get(option.label.lower()):
            message = (
                f'the label "{option.label}" of "{option.value}" is already used by the unmanaged option "{other}"'
            )
            yield input_error((), message, f"use the value {other}, or choose another label")


def merged(live: Sequence[Entry], mine: Sequence[Entry], hidden: Iterable[str] = ()) -> list[Entry]:
    """The whole list: managed options as declared, unmanaged ones in place, deactivated ones hidden.

    >>> merged([{"value": "a"}, {"value": "b"}], [{"value": "c"}, {"value": "a", "label": "A"}], ["b"])
    [{'value': 'c'}, {'value': 'a', 'label': 'A'}, {'value': 'b', 'hidden': True}]
    """
    theirs = {str(option["value"]): option for option in live}
    ours = {str(option["value"]): option for option in mine}
    theirs |= {value: {**theirs[value], "hidden": True} for value in hidden if value in theirs}
    return [ours.get(value) or theirs[value] for value in final_order(list(theirs), list(ours), ())]


def _plain(option: Entry) -> tuple[str, str, bool]:
    return str(option["value"]), str(option["label"]), bool(option.get("hidden"))


def _without_empty_description(option: Entry) -> Json:
    """Unmanaged options without a description stay without one: a write replaces the whole list [O]."""
    return {key: value for key, value in option.items() if key != "description" or value}


def _narrow(live: LiveObject) -> LiveObject:
    object_, _, name = live.name.partition(".")
    definition = {"object": object_, "name": name, "options": live.definition["options"]}
    read_only = {"read_only_options": True} if live.facts.get("read_only_options") else {}
    return replace(live, definition=definition, facts=read_only)


def _keep_value(value: str, label: str) -> str:
    return (
        f'keep its value: {{hubspot: {value}}} in lifecycle.lead_status_values, under the key of "{label}" (in a raw '
        f"section: value: {value}); to replace it instead, remove it in one run and add the new one in the next"
    )
