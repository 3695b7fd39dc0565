"""Options inside a property that HubSpot or somebody else defined, `hs_lead_status` for instance.

https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from pydantic import Field, model_validator

from revops_hubspot.api import records
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.read_lag import read_until
from revops_hubspot.kinds.property import Option, Property
from revops_hubspot.pipelines.stage_plan import final_order
from revops_iac.provider.kind import (
    Definition,
    DesiredResource,
    DictKind,
    Existence,
    Inputs,
    LiveObject,
    Reference,
    State,
)
from revops_iac.provider.session import Session


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
    """Ours, in order; between those of others they keep their places."""
    deactivate: list[str] | None = None
    """Values of options of others to hide: records keep them, nobody can choose them."""

    @model_validator(mode="after")
    def _options_once(self) -> Self:
        for part, found in (
            ("value", [option.value for option in self.options]),
            ("label", [option.label.lower() for option in self.options]),
        ):
            if len(set(found)) < len(found):
                raise ValueError(f'options: the {part} "{max(found, key=found.count)}" is there twice')
        return self


class PropertyOptions(DictKind[HubSpotClient]):
    """Key: the property. Owned per option: a PATCH replaces the whole list [O], so the others are sent along."""

    system = "hubspot"
    inputs = PropertyOptionsInputs
    immutable = frozenset({"object", "name"})
    existence = Existence.PERMANENT
    on_delete = (
        "The property stays. Options that were there before get their labels back; added ones are removed, or hidden "
        "while a record has their value."
    )

    def vendor_name(self, inputs: Definition) -> str:
        return f"{inputs['object']}.{inputs['name']}"

    def partition(self, name: str) -> str:
        return name.partition(".")[0]

    def normalize(self, definition: Definition) -> Definition:
        options = [{"description": "", "hidden": False, **option} for option in definition.get("options") or ()]
        return {**definition, "options": options}

    def references(self, inputs: Definition) -> Iterable[Reference]:
        yield Reference("Property", self.vendor_name(inputs))

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        mine = {option["value"] for option in declared["options"]}
        options = [option for option in live.definition["options"] if option["value"] in mine]
        managed = super().managed_view(
            declared, LiveObject(live.id, live.name, {**live.definition, "options": options})
        )
        if "deactivate" in declared:
            shown = {option["value"] for option in live.definition["options"] if not option["hidden"]}
            managed["deactivate"] = [value for value in declared["deactivate"] if value not in shown]
        return managed

    def conflicts(self, declared: Definition, live: LiveObject) -> list[str]:
        """An option that is missing contradicts nothing; one that is there with another label does."""
        there = {option["value"]: option for option in self.normalize(live.definition)["options"]}
        mine = self.normalize(declared)["options"]
        differs = any(option != there.get(option["value"], option) for option in mine)
        return ["options"] if differs else []

    def output_facts(self, declared: Definition, live: LiveObject) -> Mapping[str, Any]:
        """The options that are not managed here."""
        mine = {option["value"] for option in declared["options"]}
        others = [f"{o['value']}: {o['label']}" for o in live.definition["options"] if o["value"] not in mine]
        return {"unmanaged_options": others} if others else {}

    def scan(self, client: HubSpotClient, partition: str) -> Mapping[str, LiveObject | None]:
        found = Property().scan(client, partition)
        return {
            name: _narrow(live) for name, live in found.items() if live and live.definition["type"] == "enumeration"
        }

    def create(self, session: Session[HubSpotClient], inputs: Definition) -> LiveObject:
        """There is nothing to add options to; the vendor says it best."""
        return self._write(session, self.vendor_name(inputs), inputs["options"])

    def update(self, session: Session[HubSpotClient], live: LiveObject, inputs: Definition) -> LiveObject:
        hidden = set(inputs.get("deactivate") or ())
        return self._write(session, live.name, merged(live.definition["options"], inputs["options"], hidden))

    def delete(self, session: Session[HubSpotClient], live: LiveObject, state: State[Definition]) -> None:
        self.restore_original(session, live, state)

    def restore_original(self, session: Session[HubSpotClient], live: LiveObject, state: State[Definition]) -> None:
        earlier = {option["value"]: option for option in state.original.get("options", ())}
        mine = [option["value"] for option in state.inputs["options"]]
        touched = {*mine, *(state.inputs.get("deactivate") or ())}
        options = []
        for option in live.definition["options"]:
            value = option["value"]
            if value in mine and value not in earlier:
                if _used(session.client, live.name, value):
                    options.append({**option, "hidden": True})
            else:
                options.append(earlier[value] if value in touched and value in earlier else option)
        if options != live.definition["options"]:
            self._write(session, live.name, options)

    def _write(self, session: Session[HubSpotClient], name: str, options: Sequence[Mapping[str, Any]]) -> LiveObject:
        object_, _, property_ = name.partition(".")
        body = {
            "options": [
                {"hidden": False, **_without_empty_description(option), "displayOrder": at}
                for at, option in enumerate(options)
            ]
        }
        path = "/{object}/{name}"
        session.client.write("PATCH", "properties", path, body, object=object_, name=property_)
        desired = [_plain(option) for option in options]

        def read() -> LiveObject | None:
            return Property().scan(session.client, object_)[name]

        def is_current(live: LiveObject | None) -> bool:
            return live is not None and [_plain(option) for option in live.definition["options"]] == desired

        found = read_until(read, is_current)
        assert found is not None
        return _narrow(found)

    def preflight_errors(
        self, session: Session[HubSpotClient], desired: DesiredResource, live: LiveObject | None
    ) -> Iterable[str]:
        if live is None and not any(w.kind == "Property" and w.name == desired.name for w in session.declared):
            yield (
                f'HubSpot: PropertyOptions "{desired.name}": the account has no such enumeration property\n'
                "    fix: correct its name, or declare it as a Property"
            )
        elif live is not None and live.facts.get("read_only_options"):
            yield (
                f'HubSpot: PropertyOptions "{desired.name}": HubSpot does not let these options change by its API\n'
                "    fix: change them in HubSpot's settings, and remove the entry"
            )
        elif live is not None:
            yield from _taken_labels(desired, live)


def _taken_labels(desired: DesiredResource, live: LiveObject) -> Iterable[str]:
    """Labels are unique in a property [?]."""
    mine = {option["value"] for option in desired.inputs["options"]}
    theirs = {o["label"].lower(): o["value"] for o in live.definition["options"] if o["value"] not in mine}
    for option in desired.inputs["options"]:
        if other := theirs.get(option["label"].lower()):
            yield (
                f'HubSpot: PropertyOptions "{desired.name}": the label "{option["label"]}" of "{option["value"]}" is '
                f'that of option "{other}" of somebody else\n    fix: use the value {other}, or give ours another label'
            )


def merged(
    live: Sequence[Mapping[str, Any]], mine: Sequence[Mapping[str, Any]], hidden: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """The whole list: ours as declared, those of others in their places, the deactivated ones hidden.

    >>> merged([{"value": "a"}, {"value": "b"}], [{"value": "c"}, {"value": "a", "label": "A"}], ["b"])
    [{'value': 'c'}, {'value': 'a', 'label': 'A'}, {'value': 'b', 'hidden': True}]
    """
    theirs = {str(option["value"]): dict(option) for option in live}
    ours = {str(option["value"]): dict(option) for option in mine}
    for value in hidden:
        if value in theirs:
            theirs[value]["hidden"] = True
    return [ours.get(value) or theirs[value] for value in final_order(list(theirs), list(ours), ())]


def _plain(option: Mapping[str, Any]) -> tuple[str, str, bool]:
    return str(option["value"]), str(option["label"]), bool(option.get("hidden"))


def _without_empty_description(option: Mapping[str, Any]) -> dict[str, Any]:
    """Options of others that have no description keep having none: the list is replaced whole [O]."""
    return {key: value for key, value in option.items() if key != "description" or value}


def _used(client: HubSpotClient, name: str, value: str) -> bool:
    object_, _, property_ = name.partition(".")
    return records.count(client, object_, [[{"propertyName": property_, "operator": "EQ", "value": value}]]) > 0


def _narrow(live: LiveObject) -> LiveObject:
    object_, _, name = live.name.partition(".")
    definition = {"object": object_, "name": name, "options": live.definition["options"]}
    read_only = {"read_only_options": True} if live.facts.get("read_only_options") else {}
    return LiveObject(live.id, live.name, definition, read_only, live.stamp)
