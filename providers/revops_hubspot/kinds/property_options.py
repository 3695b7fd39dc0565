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
from revops_iac.provider.kind import Definition, Inputs, Kind, Observed, Reference, Wanted
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


class PropertyOptions(Kind[HubSpotClient]):
    """Key: the property. Owned per option: a PATCH replaces the whole list [O], so the others are sent along."""

    system = "hubspot"
    inputs = PropertyOptionsInputs
    immutable = frozenset({"object", "name"})
    always_exists = True
    full_replace = True
    on_delete = (
        "The property stays. Options that were there before get their labels back; added ones are removed, or hidden "
        "while a record has their value."
    )

    def vendor_name(self, inputs: Definition) -> str:
        return f"{inputs['object']}.{inputs['name']}"

    def partition(self, name: str) -> str:
        return name.partition(".")[0]

    def normalise(self, definition: Definition) -> Definition:
        options = [{"description": "", "hidden": False, **option} for option in definition.get("options") or ()]
        return {**definition, "options": options}

    def references(self, inputs: Definition) -> Iterable[Reference]:
        yield Reference("Property", self.vendor_name(inputs))

    def view(self, declared: Definition, observed: Observed) -> Definition:
        mine = {option["value"] for option in declared["options"]}
        options = [option for option in observed.definition["options"] if option["value"] in mine]
        live = super().view(declared, Observed(observed.id, observed.name, {**observed.definition, "options": options}))
        if "deactivate" in declared:
            shown = {option["value"] for option in observed.definition["options"] if not option["hidden"]}
            live["deactivate"] = [value for value in declared["deactivate"] if value not in shown]
        return live

    def contradictions(self, declared: Definition, observed: Observed) -> list[str]:
        """An option that is missing contradicts nothing; one that is there with another label does."""
        there = {option["value"]: option for option in self.normalise(observed.definition)["options"]}
        mine = self.normalise(declared)["options"]
        differs = any(option != there.get(option["value"], option) for option in mine)
        return ["options"] if differs else []

    def shown(self, declared: Definition, observed: Observed) -> Mapping[str, Any]:
        """The options that are not managed here."""
        mine = {option["value"] for option in declared["options"]}
        others = [f"{o['value']}: {o['label']}" for o in observed.definition["options"] if o["value"] not in mine]
        return {"unmanaged_options": others} if others else {}

    def scan(self, client: HubSpotClient, partition: str) -> Mapping[str, Observed | None]:
        found = Property().scan(client, partition)
        return {
            name: _narrow(held) for name, held in found.items() if held and held.definition["type"] == "enumeration"
        }

    def create(self, session: Session[HubSpotClient], inputs: Definition) -> Observed:
        """There is nothing to add options to; the vendor says it best."""
        return self._write(session, self.vendor_name(inputs), inputs["options"])

    def update(self, session: Session[HubSpotClient], held: Observed, inputs: Definition) -> Observed:
        hidden = set(inputs.get("deactivate") or ())
        return self._write(session, held.name, merged(held.definition["options"], inputs["options"], hidden))

    def delete(self, session: Session[HubSpotClient], held: Observed, state: Definition) -> None:
        self.put_back(session, held, state)

    def put_back(self, session: Session[HubSpotClient], held: Observed, state: Definition) -> None:
        earlier = {option["value"]: option for option in (state.get("earlier") or {}).get("options", ())}
        mine = [option["value"] for option in state["options"]]
        touched = {*mine, *(state.get("deactivate") or ())}
        options = []
        for option in held.definition["options"]:
            value = option["value"]
            if value in mine and value not in earlier:
                if _used(session.client, held.name, value):
                    options.append({**option, "hidden": True})
            else:
                options.append(earlier[value] if value in touched and value in earlier else option)
        if options != held.definition["options"]:
            self._write(session, held.name, options)

    def _write(self, session: Session[HubSpotClient], name: str, options: Sequence[Mapping[str, Any]]) -> Observed:
        object_, _, property_ = name.partition(".")
        body = {
            "options": [
                {"hidden": False, **_without_empty_description(option), "displayOrder": at}
                for at, option in enumerate(options)
            ]
        }
        path = "/{object}/{name}"
        session.client.write("PATCH", "properties", path, body, object=object_, name=property_)
        wanted = [_plain(option) for option in options]

        def read() -> Observed | None:
            return Property().scan(session.client, object_)[name]

        def is_current(held: Observed | None) -> bool:
            return held is not None and [_plain(option) for option in held.definition["options"]] == wanted

        found = read_until(read, is_current)
        assert found is not None
        return _narrow(found)

    def refusals(self, session: Session[HubSpotClient], wanted: Wanted, held: Observed | None) -> Iterable[str]:
        if held is None and not any(w.kind == "Property" and w.name == wanted.name for w in session.declared):
            yield (
                f'HubSpot: PropertyOptions "{wanted.name}": the account has no such enumeration property\n'
                "    fix: correct its name, or declare it as a Property"
            )
        elif held is not None and held.facts.get("read_only_options"):
            yield (
                f'HubSpot: PropertyOptions "{wanted.name}": HubSpot does not let these options change by its API\n'
                "    fix: change them in HubSpot's settings, and remove the entry"
            )
        elif held is not None:
            yield from _taken_labels(wanted, held)


def _taken_labels(wanted: Wanted, held: Observed) -> Iterable[str]:
    """Labels are unique in a property [?]."""
    mine = {option["value"] for option in wanted.inputs["options"]}
    theirs = {o["label"].lower(): o["value"] for o in held.definition["options"] if o["value"] not in mine}
    for option in wanted.inputs["options"]:
        if other := theirs.get(option["label"].lower()):
            yield (
                f'HubSpot: PropertyOptions "{wanted.name}": the label "{option["label"]}" of "{option["value"]}" is '
                f'that of option "{other}" of somebody else\n    fix: use the value {other}, or give ours another label'
            )


def merged(
    held: Sequence[Mapping[str, Any]], mine: Sequence[Mapping[str, Any]], hidden: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """The whole list: ours as declared, those of others in their places, the deactivated ones hidden.

    >>> merged([{"value": "a"}, {"value": "b"}], [{"value": "c"}, {"value": "a", "label": "A"}], ["b"])
    [{'value': 'c'}, {'value': 'a', 'label': 'A'}, {'value': 'b', 'hidden': True}]
    """
    theirs = {str(option["value"]): dict(option) for option in held}
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


def _narrow(held: Observed) -> Observed:
    object_, _, name = held.name.partition(".")
    definition = {"object": object_, "name": name, "options": held.definition["options"]}
    read_only = {"read_only_options": True} if held.facts.get("read_only_options") else {}
    return Observed(held.id, held.name, definition, read_only, held.stamp)
