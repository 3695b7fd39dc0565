"""Labels of associations and limits on their number: https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide.

Behavior is [O] (live runs on 2026-09) unless a line says otherwise.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated

from crm_simulators.hubspot.errors import HubSpotError, JsonObject, not_found, validation_error
from crm_simulators.hubspot.http.batches import batch_inputs, batch_reply
from crm_simulators.hubspot.http.bodies import check_body, stored_parts
from crm_simulators.hubspot.http.calls import Reply
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.portal.portal import Portal
from crm_simulators.hubspot.portal.scopes import SCHEMA_READ, SCHEMA_WRITE
from crm_simulators.hubspot.records.associations import DEFAULT_TYPES, PRIMARY_TYPES

MAX_LABELS = 50  # per pair of objects
MAX_BATCH = 100  # [?]
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")  # [?]
SPEC = {"category": "text", "typeId": "integer"}

LABELS = "/crm/v4/associations/{objectType}/{toType}/labels"
ALL_LIMITS = "/crm/v4/associations/definitions/configurations"
LIMITS = f"{ALL_LIMITS}/{{objectType}}/{{toType}}"
Pair = tuple[str, str]
InPath = Annotated[Pair, lambda call, name: (call.object_type().id, call.object_type("toType").id)]


class AssociationLabels:
    """Labels by type id, each `{pair, label, name, inverse, more}`, and limits by pair and type id."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def of(self, pair: Pair) -> dict[int, JsonObject]:
        """The labels from one object type to another, by type id."""
        live = self.portal.area("association_labels").items()
        return {int(type_id): label for type_id, label in live if tuple(label["pair"]) == pair}

    @route("POST", LABELS, SCHEMA_WRITE)
    def create(self, pair: InPath, body: JsonObject) -> list[JsonObject]:
        """A label in both directions; both type ids [S]. Its name is unique and stays hidden from the label list."""
        check_body(
            "PublicAssociationDefinitionCreateRequest",
            body,
            {"name": "text", "label": "text"},
            {"inverseLabel": "text"},
        )
        self._check_new(pair, body)
        other = body.get("inverseLabel") or body["label"]
        first = int(self.portal.next_id("association type", 101))
        labels = [(first, pair, body["label"])]
        if pair[0] != pair[1] or other != body["label"]:
            labels.append((int(self.portal.next_id("association type", 101)), pair[::-1], other))
        for at, (type_id, ends, label) in enumerate(labels):
            inverse = labels[-1 - at][0]
            entry = {"pair": list(ends), "label": label, "name": body["name"], "inverse": inverse}
            self.portal.area("association_labels")[str(type_id)] = entry
        return [{"category": "USER_DEFINED", "typeId": type_id, "label": label} for type_id, _, label in labels]

    def _check_new(self, pair: Pair, body: JsonObject) -> None:
        if not NAME.fullmatch(body["name"]):
            raise validation_error(f'Association name "{body["name"]}" is invalid')
        live = self.of(pair)
        if len(live) >= MAX_LABELS:
            raise HubSpotError(437, f"The limit of {MAX_LABELS} association labels between these objects is reached")
        everywhere = self.portal.area("association_labels").values()
        if any(label["name"] == body["name"] and set(label["pair"]) == set(pair) for label in everywhere):
            raise validation_error(f'An association named "{body["name"]}" already exists')
        self._check_label(live, body["label"])

    def _check_label(self, others: dict[int, JsonObject], label: str) -> None:
        if any(other["label"].lower() == label.lower() for other in others.values()):  # [?]
            raise validation_error(f'An association label "{label}" already exists between these objects')

    @route("PUT", LABELS, SCHEMA_WRITE)
    def update(self, pair: InPath, body: JsonObject) -> None:
        """New labels; without inverseLabel both sides get `label`."""
        required = {"associationTypeId": "integer", "label": "text"}
        live = self.of(pair)
        entry = live.get(body.get("associationTypeId", 0)) if isinstance(body, dict) else None
        stored = {} if entry is None else entry.get("more", {})
        check_body("PublicAssociationDefinitionUpdateRequest", body, required, {"inverseLabel": "text"}, stored=stored)
        if entry is None:
            raise not_found(f"Association type {body['associationTypeId']} does not exist")
        self._check_label(
            {k: v for k, v in live.items() if k not in (body["associationTypeId"], entry["inverse"])}, body["label"]
        )
        opposite = self.portal.area("association_labels")[str(entry["inverse"])]
        opposite["label"] = body.get("inverseLabel") or body["label"]
        entry["label"] = body["label"]
        if stored:
            entry["more"] = stored_parts(body, stored, (*required, "inverseLabel"))

    @route("DELETE", f"{LABELS}/{{typeId}}", SCHEMA_WRITE)
    def remove(self, pair: InPath, type_id: int) -> None:
        """Delete a label in both directions, from records too."""
        entry = self.of(pair).get(type_id)
        if entry is None:
            raise not_found(f"Association type {type_id} does not exist")
        gone = {type_id, entry["inverse"]}
        for one in gone:
            del self.portal.area("association_labels")[str(one)]
        links = self.portal.state.get("associations", [])
        self.portal.state["associations"] = [link for link in links if link[5] not in gone or link[4] != "USER_DEFINED"]
        for limits in self.portal.area("association_limits").values():
            for one in gone:
                limits.pop(f"USER_DEFINED {one}", None)

    def limits(self, pair: Pair) -> dict[str, int]:
        """The limits from one object type to another: `{"category typeId": max}`."""
        return self.portal.area("association_limits", f"{pair[0]} {pair[1]}")

    def set_limit(self, pair: Pair, item: JsonObject, exists: bool) -> JsonObject:
        """Set a limit."""
        check_body("PublicAssociationDefinitionConfigurationRequest", item, {**SPEC, "maxToObjectIds": "integer"}, {})
        key = self._key(pair, item)
        if (key in self.limits(pair)) != exists:  # [?]
            message = f"Association type {item['typeId']} has {'no' if exists else 'a'} limit"
            raise validation_error(message)
        if item["maxToObjectIds"] < 1:
            raise validation_error(f"maxToObjectIds was {item['maxToObjectIds']}; it must be 1 or more")
        self.limits(pair)[key] = item["maxToObjectIds"]
        return {**_shown(key), "userEnforcedMaxToObjectIds": item["maxToObjectIds"]}

    def _key(self, pair: Pair, item: JsonObject) -> str:
        defined = {types[pair] for types in (DEFAULT_TYPES, PRIMARY_TYPES) if pair in types}
        known = self.of(pair) if item["category"] == "USER_DEFINED" else defined
        if item["typeId"] not in known:
            raise validation_error(f"Association type {item['category']} {item['typeId']} does not exist")
        return f"{item['category']} {item['typeId']}"

    @route("GET", LIMITS, SCHEMA_READ)
    def configurations(self, pair: InPath) -> list[JsonObject]:
        """The limits as responses show them."""
        labels = self.of(pair)
        return [
            {**shown, "userEnforcedMaxToObjectIds": most, "label": labels.get(shown["typeId"], {}).get("label")}
            for shown, most in ((_shown(key), most) for key, most in self.limits(pair).items())
        ]

    @route("GET", f"{ALL_LIMITS}/all")
    def all_limits(self) -> list[JsonObject]:
        """Every limit of the portal."""
        pairs = [key.partition(" ") for key in self.portal.area("association_limits")]
        return [
            {**one, "fromObjectTypeId": start, "toObjectTypeId": end}
            for start, _, end in pairs
            for one in self.configurations((start, end))
        ]

    @route("POST", f"{LIMITS}/batch/create", SCHEMA_WRITE)
    def create_limits(self, pair: InPath, body: JsonObject) -> Reply:
        """201, or 207 when some failed."""
        inputs = batch_inputs(body, {}, MAX_BATCH)
        return batch_reply(self.portal, 201, inputs, partial(self.set_limit, pair, exists=False))

    @route("POST", f"{LIMITS}/batch/update", SCHEMA_WRITE)
    def update_limits(self, pair: InPath, body: JsonObject) -> Reply:
        """200, or 207 when some failed."""
        inputs = batch_inputs(body, {}, MAX_BATCH)
        return batch_reply(self.portal, 200, inputs, partial(self.set_limit, pair, exists=True))

    @route("POST", f"{LIMITS}/batch/purge", SCHEMA_WRITE)
    def purge_limits(self, pair: InPath, body: JsonObject) -> None:
        """Remove limits; an unknown one is no error [?]."""
        for item in batch_inputs(body, {}, MAX_BATCH):
            check_body("PublicAssociationSpec", item, SPEC, {})
            self.limits(pair).pop(self._key(pair, item), None)


def _shown(key: str) -> JsonObject:
    category, _, type_id = key.partition(" ")
    return {"category": category, "typeId": int(type_id)}
