"""Labels of associations and limits on their number: https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide.

Behavior is [O] (live runs on 2026-09) unless a line says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from crm_simulators.hubspot.errors import HubSpotError, JsonObject, not_found, validation_error
from crm_simulators.hubspot.http.bodies import check_body, stored_parts
from crm_simulators.hubspot.http.routing import Call, Reply, Route
from crm_simulators.hubspot.portal.portal import Portal
from crm_simulators.hubspot.portal.scopes import SCHEMA_READ, SCHEMA_WRITE
from crm_simulators.hubspot.properties.properties import batch_inputs, batch_reply
from crm_simulators.hubspot.records.associations import DEFAULT_TYPES, PRIMARY_TYPES

MAX_LABELS = 50  # per pair of objects
MAX_BATCH = 100  # [?]
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")  # [?]
SPEC = {"category": "text", "typeId": "integer"}

Pair = tuple[str, str]


class AssociationLabels:
    """Labels by type id, each `{pair, label, name, inverse, more}`, and limits by pair and type id."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def of(self, pair: Pair) -> dict[int, JsonObject]:
        """The labels from one object type to another, by type id."""
        live = self.portal.area("association_labels").items()
        return {int(type_id): label for type_id, label in live if tuple(label["pair"]) == pair}

    def create(self, pair: Pair, body: JsonObject) -> list[JsonObject]:
        """A label in both directions; both type ids. Its name is unique and stays hidden from the label list."""
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
        return [_spec(type_id, label) for type_id, _, label in labels]

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

    def update(self, pair: Pair, body: JsonObject) -> None:
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

    def remove(self, pair: Pair, type_id: int) -> None:
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

    def drop_limit(self, pair: Pair, item: JsonObject) -> None:
        """Remove a limit; an unknown one is no error [?]."""
        check_body("PublicAssociationSpec", item, SPEC, {})
        self.limits(pair).pop(self._key(pair, item), None)

    def _key(self, pair: Pair, item: JsonObject) -> str:
        defined = {types[pair] for types in (DEFAULT_TYPES, PRIMARY_TYPES) if pair in types}
        known = self.of(pair) if item["category"] == "USER_DEFINED" else defined
        if item["typeId"] not in known:
            raise validation_error(f"Association type {item['category']} {item['typeId']} does not exist")
        return f"{item['category']} {item['typeId']}"

    def configurations(self, pair: Pair) -> list[JsonObject]:
        """The limits as responses show them."""
        labels = self.of(pair)
        return [
            {**shown, "userEnforcedMaxToObjectIds": most, "label": labels.get(shown["typeId"], {}).get("label")}
            for shown, most in ((_shown(key), most) for key, most in self.limits(pair).items())
        ]


def _spec(type_id: int, label: str) -> JsonObject:
    return {"category": "USER_DEFINED", "typeId": type_id, "label": label}


def _shown(key: str) -> JsonObject:
    category, _, type_id = key.partition(" ")
    return {"category": category, "typeId": int(type_id)}


class AssociationLabelRoutes:
    """The routes of labels and limits; the list of labels is read with the records' associations."""

    def __init__(self, labels: AssociationLabels) -> None:
        self.labels = labels

    def create(self, call: Call) -> Reply:
        """200 with both type ids [S]."""
        return Reply(200, {"results": self.labels.create(_pair(call), call.body())})

    def update(self, call: Call) -> Reply:
        """204."""
        self.labels.update(_pair(call), call.body())
        return Reply(204)

    def remove(self, call: Call) -> Reply:
        """204."""
        self.labels.remove(_pair(call), call.path_number("typeId"))
        return Reply(204)

    def all_limits(self, call: Call) -> Reply:
        """Every limit of the portal."""
        pairs = [tuple(key.split()) for key in self.labels.portal.area("association_limits")]
        return Reply(200, {"results": [one for start, end in pairs for one in self._ended((start, end))]})

    def _ended(self, pair: Pair) -> list[JsonObject]:
        ends = {"fromObjectTypeId": pair[0], "toObjectTypeId": pair[1]}
        return [{**one, **ends} for one in self.labels.configurations(pair)]

    def limits(self, call: Call) -> Reply:
        """The limits of one direction."""
        return Reply(200, {"results": self.labels.configurations(_pair(call))})

    def create_limits(self, call: Call) -> Reply:
        """201, or 207 when some failed."""
        return self._batch(call, 201, partial(self.labels.set_limit, exists=False))

    def update_limits(self, call: Call) -> Reply:
        """200, or 207 when some failed."""
        return self._batch(call, 200, partial(self.labels.set_limit, exists=True))

    def _batch(self, call: Call, success: int, step: Callable[[Pair, JsonObject], JsonObject]) -> Reply:
        inputs = batch_inputs(call.body(), {}, MAX_BATCH)
        return batch_reply(self.labels.portal, success, [partial(step, _pair(call), item) for item in inputs])

    def purge_limits(self, call: Call) -> Reply:
        """204."""
        for item in batch_inputs(call.body(), {}, MAX_BATCH):
            self.labels.drop_limit(_pair(call), item)
        return Reply(204)

    def routes(self) -> list[Route]:
        """The routes of this area."""
        labels = "/crm/v4/associations/{objectType}/{toType}/labels"
        all_limits = "/crm/v4/associations/definitions/configurations"
        limits = f"{all_limits}/{{objectType}}/{{toType}}"
        return [
            Route("POST", labels, self.create, SCHEMA_WRITE),
            Route("PUT", labels, self.update, SCHEMA_WRITE),
            Route("DELETE", f"{labels}/{{typeId}}", self.remove, SCHEMA_WRITE),
            Route("GET", f"{all_limits}/all", self.all_limits),
            Route("GET", limits, self.limits, SCHEMA_READ),
            Route("POST", f"{limits}/batch/create", self.create_limits, SCHEMA_WRITE),
            Route("POST", f"{limits}/batch/update", self.update_limits, SCHEMA_WRITE),
            Route("POST", f"{limits}/batch/purge", self.purge_limits, SCHEMA_WRITE),
        ]


def _pair(call: Call) -> Pair:
    return call.object_type().id, call.object_type("toType").id
