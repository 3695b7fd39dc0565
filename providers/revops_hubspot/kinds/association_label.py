"""A label on associations: https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations_with_replacement
from typing import Any

from pydantic import Field

from revops_hubspot.api import custom_objects
from revops_hubspot.api.account_limits import LIMITS
from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_hubspot.api.documents import merged, without
from revops_hubspot.api.errors import Json
from revops_hubspot.api.object_types import custom_name, schema_references
from revops_hubspot.objects.checks import unknown_objects
from revops_hubspot.objects.kind import HubSpotKind
from revops_iac.diagnostics import Diagnostics, input_error
from revops_iac.errors import AccountError, AuthorError
from revops_iac.provider.kind import Definition, DesiredResource, Inputs, LiveObject, Reference, State

WITH_LABELS = ("contacts", "companies", "deals", "tickets")
OWN = "USER_DEFINED"
NAMES = frozenset({"label", "inverse_label"})
INCOMPLETE = "a new label must have a name and an inverse_label"
COMPLETE_IT = "add name (HubSpot's internal name, such as decision_maker) and inverse_label (how the other side reads)"
ONE_SIDED = "a label changes together with its inverse_label, which HubSpot would overwrite"
SAY_BOTH = "add inverse_label: how the association reads from the other side"
FIXED = frozenset({"category", "typeId"})
"""What HubSpot lists of a label and an update names otherwise, or not at all [S]."""


class AssociationLabelInputs(Inputs):
    """A label on associations between records of two objects, in both directions.

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
    name: str | None = Field(default=None, pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    """HubSpot's internal name; immutable. A new label needs it. The API does not return it [O], so it is not compared,
    and an adopted label has none."""
    label: str
    inverse_label: str | None = None
    """How the association reads from the other side. HubSpot overwrites it when an update leaves it out [O], so a new
    label and a changed one need it. Absent, as for adopted labels between records of one object: not managed."""
    max_to: int | None = Field(default=None, ge=1)
    """The most records of `to_object` that one record can have with this label. Absent: not managed."""
    inverse_max_to: int | None = Field(default=None, ge=1)

    @property
    def ends(self) -> tuple[str, str]:
        """Both objects."""
        return self.from_object, self.to_object


@dataclass(frozen=True)
class Side:
    """One direction of a label."""

    type_id: int
    label: str
    limit: int | None
    document: Json = field(default=None, compare=False)


class AssociationLabel(HubSpotKind[AssociationLabelInputs]):
    """Key: both objects and the label, which can change. State holds the type id, outputs those of both directions."""

    immutable = frozenset({"from_object", "to_object", "name"})
    on_delete = "The label is deleted permanently, in both directions and from all records; they stay associated."

    def vendor_name(self, inputs: AssociationLabelInputs) -> str:
        return f"{inputs.from_object}.{inputs.to_object}.{inputs.label}"

    def pulumi_name(self, inputs: AssociationLabelInputs) -> str:
        return f"{inputs.from_object}.{inputs.to_object}.{inputs.name or inputs.label}"

    def partition(self, name: str) -> str:
        return ".".join(name.split(".", 2)[:2])

    def partitions(self, client: HubSpotClient) -> Iterable[str]:
        """Each pair once: a label stands in both directions."""
        own = [name for name in custom_objects.objects(client) if custom_name(name) is not None]
        return [".".join(pair) for pair in combinations_with_replacement([*WITH_LABELS, *own], 2)]

    def differences(self, declared: Definition, live: Definition) -> list[str]:
        """A name that was not known before is no difference: the account cannot tell it."""
        return [key for key in super().differences(declared, live) if key != "name" or live.get("name")]

    def references(self, inputs: AssociationLabelInputs) -> Iterable[Reference]:
        yield from schema_references(*inputs.ends)

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """HubSpot lists labels per direction, not which two type ids belong together."""
        inverse = _inverse(declared.get("inverse_label"), live)
        definition = {**live.definition, "inverse_label": inverse.label if inverse else ""}
        if "inverse_max_to" in declared:
            definition["inverse_max_to"] = inverse.limit if inverse else None
        return super().managed_view(declared, replace(live, definition=definition))

    def output_facts(self, declared: Definition, live: LiveObject) -> Mapping[str, Any]:
        inverse = _inverse(declared.get("inverse_label"), live)
        return {"type_id": live.facts["side"].type_id, **({"inverse_type_id": inverse.type_id} if inverse else {})}

    def name_of(self, client: HubSpotClient, identifier: str) -> str | None:
        start, end, type_id = identifier.split(".", 2)
        label = next((one["label"] for one in _own(client, start, end) if str(one["typeId"]) == type_id), None)
        return None if label is None else f"{start}.{end}.{label}"

    def scan(self, client: HubSpotClient, partition: str) -> Mapping[str, LiveObject | None]:
        start, _, end = partition.partition(".")
        if not custom_objects.exist(client, start, end):
            return {}
        there = _sides(client, start, end)
        back = there if start == end else _sides(client, end, start)
        live = [from_response(start, end, one, there, [other for other in back if other != one]) for one in there]
        return {label.name: label for label in live}

    def create(self, session: PortalSession, inputs: AssociationLabelInputs) -> LiveObject:
        client, (start, end) = session.client, inputs.ends
        if inputs.name is None or inputs.inverse_label is None:
            raise AuthorError(f'HubSpot AssociationLabel "{self.vendor_name(inputs)}": {INCOMPLETE}', COMPLETE_IT)

        def landed() -> Json:
            return next((one for one in _own(client, start, end) if one["label"] == inputs.label), None)

        path, body = "/{start}/{end}/labels", {"name": inputs.name, **to_request(inputs)}
        client.write("POST", "associations", path, body, landed=landed, start=start, end=end)
        return self._bring_limits(client, self._read(client, inputs, NAMES), inputs)

    def update(self, session: PortalSession, live: LiveObject, inputs: AssociationLabelInputs) -> LiveObject:
        client, (start, end) = session.client, inputs.ends
        managed = self.managed_view(inputs.managed(), live)
        if (managed["label"], managed.get("inverse_label")) != (inputs.label, inputs.inverse_label):
            if inputs.inverse_label is None:
                raise AuthorError(f'HubSpot AssociationLabel "{live.name}": {ONE_SIDED}', SAY_BOTH)
            kept = without(live.document, FIXED)
            body = merged(kept, {"associationTypeId": live.facts["side"].type_id, **to_request(inputs)})
            client.write("PUT", "associations", "/{start}/{end}/labels", body, start=start, end=end)
        return self._bring_limits(client, self._read(client, inputs, NAMES), inputs)

    def _read(self, client: HubSpotClient, inputs: AssociationLabelInputs, written: Iterable[str]) -> LiveObject:
        """The label as HubSpot lists it, once the list shows what was written."""
        name = self.vendor_name(inputs)
        return self.read_back(inputs, lambda: self.scan(client, self.partition(name)).get(name), written=written)

    def _bring_limits(self, client: HubSpotClient, live: LiveObject, inputs: AssociationLabelInputs) -> LiveObject:
        start, end = inputs.ends
        inverse = _inverse(inputs.inverse_label, live)
        changed = [
            _bring_limit(client, start, end, live.facts["side"], inputs.max_to),
            _bring_limit(client, end, start, inverse, inputs.inverse_max_to),
        ]
        return self._read(client, inputs, inputs.managed()) if any(changed) else live

    def delete(self, session: PortalSession, live: LiveObject, state: State[AssociationLabelInputs]) -> None:
        start, end, type_id = live.id.split(".", 2)
        path = "/{start}/{end}/labels/{type_id}"
        session.client.write("DELETE", "associations", path, type_id=type_id, start=start, end=end)

    def restore_original(self, session: PortalSession, live: LiveObject, state: State[AssociationLabelInputs]) -> None:
        """Restores labels and limits; a limit that did not exist is removed."""
        declared, original = state.inputs, state.original
        inverse = _inverse(declared.inverse_label, live)
        before = {key: value for key, value in original.items() if value is not None}
        values = {"inverse_label": declared.inverse_label, **live.definition, **before}
        now = self.update(session, live, self.parse(values))
        start, end = declared.ends
        if declared.manages("max_to") and original.get("max_to") is None:
            _drop_limit(session.client, start, end, now.facts["side"].type_id)
        if declared.manages("inverse_max_to") and original.get("inverse_max_to") is None and inverse is not None:
            _drop_limit(session.client, end, start, inverse.type_id)

    def preflight_errors(
        self, session: PortalSession, desired: DesiredResource, live: LiveObject | None
    ) -> Diagnostics:
        """Objects that do not exist, labels and names that are taken, and more labels than HubSpot allows.

        The API does not return the internal name of a label [O], so only declared names are compared.
        """
        inputs = self.typed(desired)
        yield from unknown_objects(session, desired, *inputs.ends)
        if live is None and None in (inputs.name, inputs.inverse_label):
            yield input_error((), INCOMPLETE, COMPLETE_IT)
        if live is not None and inputs.inverse_label is None and inputs.label != live.definition["label"]:
            yield input_error(("label",), ONE_SIDED, SAY_BOTH)
        declared = self.declared_in(session.declared).items()
        mine = {name: one for name, one in declared if {*one.ends} == {*inputs.ends}}
        for name, other in mine.items():
            if name != desired.name and inputs.name and other.name == inputs.name:
                yield input_error((), f'its name "{inputs.name}" is also the name of "{name}"', "choose another name")
        there = {*session.names(self, self.partition(desired.name)), *mine, desired.name}
        own = {desired.name, *([live.name] if live is not None else [])}
        for name in sorted(there - own):
            if name.lower() == desired.name.lower():  # labels that differ in case only [?]
                yield input_error((), f'its label differs from "{name}" only in case', "choose another label")
        limit = LIMITS.reported(self.name)
        if live is None and len(there) > limit.most:
            objects = " and ".join(inputs.ends)
            message = f"there would be {len(there)} labels between {objects}; HubSpot allows {limit.most}"
            yield input_error((), message, limit.fix)


def to_request(inputs: AssociationLabelInputs) -> Json:
    """Both labels: an update that leaves the inverse one out overwrites it [O]."""
    return {"label": inputs.label, "inverseLabel": inputs.inverse_label}


def from_response(start: str, end: str, side: Side, there: Sequence[Side], back: Sequence[Side]) -> LiveObject:
    """A label from HubSpot's lists of labels and limits: `there` are those of its direction, `back` of the other."""
    definition: Definition = {"from_object": start, "to_object": end, "label": side.label, "max_to": side.limit}
    if start != end and (inverse := _neighbor(side, there, back)):
        definition |= {"inverse_label": inverse.label, "inverse_max_to": inverse.limit}
    facts = {"side": side, "there": list(there), "back": list(back)}
    name = f"{start}.{end}.{side.label}"
    return LiveObject(f"{start}.{end}.{side.type_id}", name, definition, facts, document=side.document)


def _own(client: HubSpotClient, start: str, end: str) -> list[Json]:
    found = client.get("associations", "/{start}/{end}/labels", start=start, end=end)["results"]
    return [one for one in found if one["category"] == OWN]


def _sides(client: HubSpotClient, start: str, end: str) -> list[Side]:
    """The labels of one direction."""
    labels = _own(client, start, end)
    limits = _limits(client, start, end) if labels else {}
    return [Side(int(one["typeId"]), one["label"], limits.get(one["typeId"]), one) for one in labels]


def _limits(client: HubSpotClient, start: str, end: str) -> dict[int, int]:
    path = "/definitions/configurations/{start}/{end}"
    found = client.get("associations", path, start=start, end=end)["results"]
    return {one["typeId"]: one["userEnforcedMaxToObjectIds"] for one in found if one["category"] == OWN}


def _bring_limit(client: HubSpotClient, start: str, end: str, side: Side | None, limit: int | None) -> bool:
    """Sets the limit of one direction; returns whether it changed."""
    if side is None or limit is None or side.limit == limit:
        return False

    def landed() -> Json:
        return {} if _limits(client, start, end).get(side.type_id) == limit else None

    body = {"inputs": [{"category": OWN, "typeId": side.type_id, "maxToObjectIds": limit}]}
    path = f"/definitions/configurations/{{start}}/{{end}}/batch/{'create' if side.limit is None else 'update'}"
    answer = client.write("POST", "associations", path, body, landed=landed, start=start, end=end)
    if answer.get("errors"):
        raise AccountError(
            f"HubSpot did not set the limit of association type {side.type_id}: {answer['errors'][0]['message']}"
        )
    return True


def _drop_limit(client: HubSpotClient, start: str, end: str, type_id: int) -> None:
    def landed() -> Json:
        return None if type_id in _limits(client, start, end) else {}

    body = {"inputs": [{"category": OWN, "typeId": type_id}]}
    path = "/definitions/configurations/{start}/{end}/batch/purge"
    client.write("POST", "associations", path, body, landed=landed, start=start, end=end)


def _inverse(label: str | None, live: LiveObject) -> Side | None:
    """The other direction: the label as declared, else the neighbor. Between records of one object it may be the same
    label, with one type id."""
    side: Side = live.facts["side"]
    back: Sequence[Side] = live.facts["back"]
    if live.definition["from_object"] == live.definition["to_object"] and label == side.label:
        return side
    return next((one for one in back if one.label == label), None) or _neighbor(side, live.facts["there"], back)


def _neighbor(side: Side, there: Sequence[Side], back: Sequence[Side]) -> Side | None:
    """The label with the adjacent type id: HubSpot numbers both directions together [K], but does not link them.

    Between two objects the lowest ids pair off first. Between records of one object a label may be its own inverse, so
    only a label with a single neighbor has one.
    """
    ids = {one.type_id for one in there}
    near = [one for one in back if abs(one.type_id - side.type_id) == 1]
    if len(near) < 2 or {one.type_id for one in back} & ids:
        return near[0] if len(near) == 1 else None
    waiting = sorted([*there, *back], key=lambda one: one.type_id)
    while len(waiting) > 1:
        first, second = waiting[:2]
        is_pair = second.type_id == first.type_id + 1 and (first.type_id in ids) != (second.type_id in ids)
        if is_pair and side in (first, second):
            return second if side == first else first
        waiting = waiting[2 if is_pair else 1 :]
    return None
