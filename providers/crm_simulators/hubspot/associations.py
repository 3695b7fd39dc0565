"""Associations between records, v4: unlabelled and primary ones, with their HubSpot-defined type ids [D]."""

from __future__ import annotations

from crm_simulators.hubspot.errors import JsonObject, validation_error
from crm_simulators.hubspot.portal import Happening, Portal

DEFAULT_TYPES: dict[tuple[str, str], int] = {
    ("0-1", "0-2"): 279,
    ("0-2", "0-1"): 280,
    ("0-1", "0-3"): 4,
    ("0-3", "0-1"): 3,
    ("0-2", "0-3"): 342,
    ("0-3", "0-2"): 341,
    ("0-1", "0-5"): 15,
    ("0-5", "0-1"): 16,
    ("0-2", "0-5"): 340,
    ("0-5", "0-2"): 339,
    ("0-27", "0-1"): 204,
    ("0-1", "0-27"): 203,
    ("0-27", "0-2"): 192,
    ("0-2", "0-27"): 191,
    ("0-27", "0-3"): 216,
    ("0-3", "0-27"): 215,
    ("0-136", "0-1"): 578,
    ("0-1", "0-136"): 579,
    ("0-136", "0-2"): 610,
    ("0-2", "0-136"): 611,
}
PRIMARY_TYPES: dict[tuple[str, str], int] = {
    ("0-1", "0-2"): 1,
    ("0-2", "0-1"): 2,
    ("0-3", "0-2"): 5,
    ("0-2", "0-3"): 6,
}


class Associations:
    """Links `[from type, from id, to type, to id, category, type id]`, each with its opposite."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def _links(self) -> list[list[object]]:
        links: list[list[object]] = self.portal.state.setdefault("associations", [])
        return links

    def add(self, start: tuple[str, str], end: tuple[str, str], type_id: int | None = None) -> int:
        """Link two records by a HubSpot-defined type (default: the unlabelled one); answers the type id."""
        pair = (start[0], end[0])
        known = {DEFAULT_TYPES.get(pair), PRIMARY_TYPES.get(pair)} - {None}
        chosen = type_id if type_id is not None else DEFAULT_TYPES.get(pair)
        if chosen not in known or chosen is None:
            raise validation_error(f"One or more association types {pair[0]} to {pair[1]}: {chosen} are not valid")
        opposites = PRIMARY_TYPES if chosen == PRIMARY_TYPES.get(pair) else DEFAULT_TYPES
        for link in (
            [*start, *end, "HUBSPOT_DEFINED", chosen],
            [*end, *start, "HUBSPOT_DEFINED", opposites[pair[::-1]]],
        ):
            if link not in self._links():
                self._links().append(link)
                self.portal.announce(Happening("touched", str(link[0]), str(link[1])))
        return chosen

    def labels(self, start_type: str, end_type: str) -> list[JsonObject]:
        """The association types between two object types; labels of one's own are not modelled."""
        known = ((PRIMARY_TYPES, "Primary"), (DEFAULT_TYPES, None))
        pair = (start_type, end_type)
        return [
            {"category": "HUBSPOT_DEFINED", "typeId": types[pair], "label": label}
            for types, label in known
            if pair in types
        ]

    def remove(self, start: tuple[str, str], end: tuple[str, str]) -> None:
        """Remove every link between two records, both ways."""
        ends = ([*start, *end], [*end, *start])
        self.portal.state["associations"] = [link for link in self._links() if link[:4] not in ends]
        for object_type, record_id in (start, end):
            self.portal.announce(Happening("touched", object_type, record_id))

    def of(self, start: tuple[str, str], to_type: str) -> list[JsonObject]:
        """What a record is linked to: `{toObjectId, associationTypes}`."""
        found: dict[str, list[JsonObject]] = {}
        for from_type, from_id, end_type, end_id, category, type_id in self._links():
            if (from_type, from_id) == start and end_type == to_type:
                label = "Primary" if type_id in PRIMARY_TYPES.values() else None
                found.setdefault(str(end_id), []).append({"category": category, "typeId": type_id, "label": label})
        return [{"toObjectId": int(end_id), "associationTypes": types} for end_id, types in found.items()]
