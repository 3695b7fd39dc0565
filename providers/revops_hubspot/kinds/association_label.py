"""A label on associations: https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import Field

from revops_hubspot.api import custom_objects
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.object_types import schema_references
from revops_hubspot.api.read_lag import read_until
from revops_hubspot.objects import label_checks
from revops_iac.errors import AccountError
from revops_iac.provider.kind import Definition, DesiredResource, DictKind, Inputs, LiveObject, Reference, State
from revops_iac.provider.session import Session

MAX_LABELS = 50
"""Of one's own between two objects; HubSpot answers 437 to the next one [O]."""
LIMITS = {"max_to": "limit", "inverse_max_to": "inverse_limit"}
OWN = "USER_DEFINED"
NAMES = frozenset({"label", "inverse_label"})


class AssociationLabelInputs(Inputs):
    """What an association between records of two objects says, in both directions.

    Example::

        from_object: contacts
        to_object: companies
        name: decision_maker
        label: Decision maker
        inverse_label: Decided by
        max_to: 3

    Later::

        inverse_label: Decision of
        max_to: 5
        inverse_max_to: 10

    Renamed::

        label: Decider
    """

    from_object: str
    """`contacts`, `companies`, `deals`, `tickets`, `leads` or the name of a custom object."""
    to_object: str
    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    """HubSpot's internal name, for life; its label list does not tell it [O], so it is not compared."""
    label: str
    inverse_label: str
    """How the association reads from the other side. HubSpot overwrites it when an update leaves it out [O]."""
    max_to: int | None = Field(default=None, ge=1)
    """How many records of `to_object` one record may have with this label. Absent: not managed."""
    inverse_max_to: int | None = Field(default=None, ge=1)


class AssociationLabel(DictKind[HubSpotClient]):
    """Key: both objects and the label, which may change; state holds the type id, outputs those of both directions."""

    system = "hubspot"
    inputs = AssociationLabelInputs
    immutable = frozenset({"from_object", "to_object", "name"})
    on_delete = "The label goes for good, in both directions, also from the records that have it; they stay associated."

    def vendor_name(self, inputs: Definition) -> str:
        return f"{inputs['from_object']}.{inputs['to_object']}.{inputs['label']}"

    def pulumi_name(self, inputs: Definition) -> str:
        return f"{inputs['from_object']}.{inputs['to_object']}.{inputs['name']}"

    def partition(self, name: str) -> str:
        return ".".join(name.split(".", 2)[:2])

    def references(self, inputs: Definition) -> Iterable[Reference]:
        yield from schema_references(inputs["from_object"], inputs["to_object"])

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """HubSpot does not say which two type ids belong together, only their labels."""
        inverse = _inverse(declared, live)
        definition = {**live.definition, "inverse_label": inverse.get("label", "")}
        if "inverse_max_to" in declared:
            definition["inverse_max_to"] = inverse.get("limit")
        return super().managed_view(declared, LiveObject(live.id, live.name, definition))

    def output_facts(self, declared: Definition, live: LiveObject) -> Mapping[str, Any]:
        inverse = _inverse(declared, live)
        ids = {"type_id": live.facts["type_id"], "inverse_type_id": inverse.get("type_id")}
        return {key: value for key, value in ids.items() if value is not None}

    def name_of(self, client: HubSpotClient, identifier: str) -> str | None:
        start, end, type_id = identifier.split(".", 2)
        label = next((one["label"] for one in _own(client, start, end) if str(one["typeId"]) == type_id), None)
        return None if label is None else f"{start}.{end}.{label}"

    def scan(self, client: HubSpotClient, partition: str) -> Mapping[str, LiveObject | None]:
        start, _, end = partition.partition(".")
        if not custom_objects.exist(client, start, end):
            return {}
        there, back = _side(client, start, end), _side(client, end, start)
        live = [_live(start, end, one, [other for other in back if other != one]) for one in there]
        return {label.name: label for label in live}

    def create(self, session: Session[HubSpotClient], inputs: Definition) -> LiveObject:
        client, (start, end) = session.client, _ends(inputs)
        body = {"name": inputs["name"], "label": inputs["label"], "inverseLabel": inputs["inverse_label"]}

        def landed() -> Any:
            return next((one for one in _own(client, start, end) if one["label"] == inputs["label"]), None)

        path = "/{start}/{end}/labels"
        client.write("POST", "associations", path, body, landed=landed, start=start, end=end)
        made = self._read(client, inputs, NAMES)
        return self._bring_limits(client, made, inputs)

    def update(self, session: Session[HubSpotClient], live: LiveObject, inputs: Definition) -> LiveObject:
        client, (start, end) = session.client, _ends(inputs)
        managed = self.managed_view(inputs, live)
        if any(managed[key] != inputs[key] for key in ("label", "inverse_label")):
            body = {
                "associationTypeId": live.facts["type_id"],
                "label": inputs["label"],
                "inverseLabel": inputs["inverse_label"],
            }
            client.write("PUT", "associations", "/{start}/{end}/labels", body, start=start, end=end)
        return self._bring_limits(client, self._read(client, inputs, NAMES), inputs)

    def _read(self, client: HubSpotClient, inputs: Definition, written: Iterable[str]) -> LiveObject:
        """The label as its list shows it, once that shows what was written."""
        name = self.vendor_name(inputs)

        def is_current(live: LiveObject | None) -> bool:
            return live is not None and not {*written} & {*self.differences(inputs, self.managed_view(inputs, live))}

        found = read_until(lambda: self.scan(client, self.partition(name)).get(name), is_current)
        if found is None:
            raise AccountError(f'HubSpot: AssociationLabel "{name}" was written, but its list does not show it yet')
        return found

    def _bring_limits(self, client: HubSpotClient, live: LiveObject, inputs: Definition) -> LiveObject:
        start, end = _ends(inputs)
        inverse = _inverse(inputs, live)
        sides = (
            ("max_to", start, end, {"type_id": live.facts["type_id"], "limit": live.definition["max_to"]}),
            ("inverse_max_to", end, start, inverse),
        )
        changed = False
        for key, one, other, side in sides:
            desired = inputs.get(key)
            if desired is not None and side.get("limit") != desired and "type_id" in side:
                spec = {"category": OWN, "typeId": side["type_id"], "maxToObjectIds": desired}
                self._write_limit(client, one, other, "create" if side.get("limit") is None else "update", spec)
                changed = True
        return self._read(client, inputs, inputs) if changed else live

    def _write_limit(self, client: HubSpotClient, start: str, end: str, verb: str, spec: dict[str, Any]) -> None:
        def landed() -> Any:
            limits = _limits(client, start, end)
            return {} if limits.get(spec["typeId"]) == spec["maxToObjectIds"] else None

        path = f"/definitions/configurations/{{start}}/{{end}}/batch/{verb}"
        answer = client.write("POST", "associations", path, {"inputs": [spec]}, landed=landed, start=start, end=end)
        if answer.get("errors"):
            raise AccountError(
                f"HubSpot: the limit of association type {spec['typeId']}: {answer['errors'][0]['message']}"
            )

    def delete(self, session: Session[HubSpotClient], live: LiveObject, state: State[Definition]) -> None:
        start, end, type_id = live.id.split(".", 2)
        path = "/{start}/{end}/labels/{type_id}"
        session.client.write("DELETE", "associations", path, type_id=type_id, start=start, end=end)

    def restore_original(self, session: Session[HubSpotClient], live: LiveObject, state: State[Definition]) -> None:
        """The labels and limits from before; a limit that was not there goes."""
        earlier = state.original
        before = {key: value for key, value in earlier.items() if value is not None}
        now = self.update(session, live, {"inverse_label": state.inputs["inverse_label"], **live.definition, **before})
        start, end = _ends(live.definition)
        sides = (
            ("max_to", start, end, now.facts["type_id"]),
            ("inverse_max_to", end, start, _inverse(state.inputs, live).get("type_id")),
        )
        for key, one, other, type_id in sides:
            if key in state.inputs and earlier.get(key) is None and type_id is not None:
                self._drop_limit(session.client, one, other, type_id)

    def _drop_limit(self, client: HubSpotClient, start: str, end: str, type_id: int) -> None:
        def landed() -> Any:
            return None if type_id in _limits(client, start, end) else {}

        body = {"inputs": [{"category": OWN, "typeId": type_id}]}
        path = "/definitions/configurations/{start}/{end}/batch/purge"
        client.write("POST", "associations", path, body, landed=landed, start=start, end=end)

    def preflight_errors(
        self, session: Session[HubSpotClient], desired: DesiredResource, live: LiveObject | None
    ) -> Iterable[str]:
        """Labels and names that are taken, more labels than HubSpot takes, objects that are not there."""
        yield from label_checks.refused(session, desired, live)
        if live is not None:
            return
        pair = set(_ends(desired.inputs))
        there = session.names(self, self.partition(desired.name))
        mine = [w.name for w in session.declared if w.kind == self.name and set(_ends(w.inputs)) == pair]
        total, objects = len({*there, *mine, desired.name}), " and ".join(_ends(desired.inputs))
        if total > MAX_LABELS:
            yield (
                f'HubSpot: AssociationLabel "{desired.name}": with it there are {total} labels between {objects}, '
                f"HubSpot takes {MAX_LABELS}\n    fix: remove one that is not used"
            )


def _ends(inputs: Definition) -> tuple[str, str]:
    return inputs["from_object"], inputs["to_object"]


def _own(client: HubSpotClient, start: str, end: str) -> list[dict[str, Any]]:
    found = client.get("associations", "/{start}/{end}/labels", start=start, end=end)["results"]
    return [one for one in found if one["category"] == OWN]


def _limits(client: HubSpotClient, start: str, end: str) -> dict[int, int]:
    path = "/definitions/configurations/{start}/{end}"
    found = client.get("associations", path, start=start, end=end)["results"]
    return {one["typeId"]: one["userEnforcedMaxToObjectIds"] for one in found if one["category"] == OWN}


def _side(client: HubSpotClient, start: str, end: str) -> list[dict[str, Any]]:
    """The labels of one direction: `{type_id, label, limit}`."""
    labels = _own(client, start, end)
    limits = _limits(client, start, end) if labels else {}
    return [{"type_id": one["typeId"], "label": one["label"], "limit": limits.get(one["typeId"])} for one in labels]


def _live(start: str, end: str, one: Mapping[str, Any], back: Sequence[Mapping[str, Any]]) -> LiveObject:
    definition: Definition = {
        "from_object": start,
        "to_object": end,
        "label": one["label"],
        "max_to": one["limit"],
    }
    if inverse := _neighbor(int(one["type_id"]), back):
        definition |= {"inverse_label": inverse["label"], "inverse_max_to": inverse["limit"]}
    facts = {"type_id": one["type_id"], "back": list(back)}
    return LiveObject(f"{start}.{end}.{one['type_id']}", f"{start}.{end}.{one['label']}", definition, facts)


def _inverse(declared: Definition, observed: LiveObject) -> Mapping[str, Any]:
    """The other direction: the label as declared, else the neighbor. Between records of one object it may be the same
    label, with one type id."""
    current = observed.definition
    if current["from_object"] == current["to_object"] and declared.get("inverse_label") == current["label"]:
        return {"type_id": observed.facts["type_id"], "label": current["label"], "limit": current["max_to"]}
    for one in observed.facts["back"]:
        if one["label"] == declared.get("inverse_label"):
            return dict(one)
    return _neighbor(int(observed.facts["type_id"]), observed.facts["back"])


def _neighbor(type_id: int, back: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The label with the type id beside this one: HubSpot numbers the two together [K], and says nowhere which."""
    near = [one for one in back if abs(int(one["type_id"]) - type_id) == 1]
    return dict(near[0]) if len(near) == 1 else {}
