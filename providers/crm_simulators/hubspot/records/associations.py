"""Associations between records, v4: unlabeled and primary ones, with their HubSpot-defined type ids [D]."""

from __future__ import annotations

from vendor_facts import table

from crm_simulators.hubspot.errors import JsonObject, validation_error
from crm_simulators.hubspot.portal.portal import Happening, Portal

DEFAULT_TYPES: dict[tuple[str, str], int] = {
    (row["from"], row["to"]): int(row["type_id"]) for row in table("hubspot/association_types")
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
        """Link two records by a HubSpot-defined type (default: the unlabeled one) or a label; returns the type id."""
        pair = (start[0], end[0])
        if not isinstance(type_id, int | None):
            raise validation_error(f"One or more association types {pair[0]} to {pair[1]}: {type_id} are not valid")
        label = self._label(pair, type_id)
        if label is not None:
            self._link(start, end, "USER_DEFINED", int(type_id or 0), label["inverse"])
            type_id = None
        known = {DEFAULT_TYPES.get(pair), PRIMARY_TYPES.get(pair)} - {None}
        chosen = type_id if type_id is not None else DEFAULT_TYPES.get(pair)
        if chosen not in known or chosen is None:
            raise validation_error(f"One or more association types {pair[0]} to {pair[1]}: {chosen} are not valid")
        if chosen == PRIMARY_TYPES.get(pair):
            self._make_primary(start, end)
        self._link(start, end, "HUBSPOT_DEFINED", DEFAULT_TYPES[pair], DEFAULT_TYPES[pair[::-1]])
        return chosen

    def _make_primary(self, start: tuple[str, str], end: tuple[str, str]) -> None:
        """A record has one primary company: the one before stays linked without the label. The unlabeled type is
        always there beside others [D]."""
        record = list(start if end[0] == "0-2" else end)
        if record[0] != "0-2":
            kept = [link for link in self._links() if not self._is_primary_company(link, record)]
            self.portal.state["associations"] = kept
        pair = (start[0], end[0])
        self._link(start, end, "HUBSPOT_DEFINED", PRIMARY_TYPES[pair], PRIMARY_TYPES[pair[::-1]])

    def _label(self, pair: tuple[str, str], type_id: int | None) -> JsonObject | None:
        """The definition of a label of one's own."""
        found: JsonObject | None = self.portal.area("association_labels").get(str(type_id))
        return found if found is not None and tuple(found["pair"]) == pair else None

    def _check_limit(self, start: tuple[str, str], end_type: str, category: str, type_id: int) -> None:
        """No more links of a type than the portal's own limit on it [?]."""
        limits = self.portal.area("association_limits").get(f"{start[0]} {end_type}") or {}
        most = limits.get(f"{category} {type_id}")
        live = [link for link in self._links() if link[:3] == [*start, end_type] and link[4:] == [category, type_id]]
        if most is not None and len(live) >= most:
            raise validation_error(f"{start[1]} already has {len(live)} associations of type {type_id}")

    def _link(self, start: tuple[str, str], end: tuple[str, str], category: str, one: int, other: int) -> None:
        for link in ([*start, *end, category, one], [*end, *start, category, other]):
            if link not in self._links():
                self._check_limit((str(link[0]), str(link[1])), str(link[2]), category, int(str(link[5])))
                self._links().append(link)
                self.portal.announce(Happening("touched", str(link[0]), str(link[1])))

    def labels(self, start_type: str, end_type: str) -> list[JsonObject]:
        """The association types between two object types. The names of labels are not among them [O]."""
        known = ((PRIMARY_TYPES, "Primary"), (DEFAULT_TYPES, None))
        pair = (start_type, end_type)
        return [
            {"category": "HUBSPOT_DEFINED", "typeId": types[pair], "label": label}
            for types, label in known
            if pair in types
        ] + [
            {**label.get("more", {}), "category": "USER_DEFINED", "typeId": int(type_id), "label": label["label"]}
            for type_id, label in self.portal.area("association_labels").items()
            if tuple(label["pair"]) == pair
        ]

    def remove(self, start: tuple[str, str], end: tuple[str, str]) -> None:
        """Remove every link between two records, both ways."""
        ends = ([*start, *end], [*end, *start])
        self.portal.state["associations"] = [link for link in self._links() if link[:4] not in ends]
        for object_type, record_id in (start, end):
            self.portal.announce(Happening("touched", object_type, record_id))

    def remove_type(self, start: tuple[str, str], end: tuple[str, str], type_id: int) -> None:
        """Remove the links of one type between two records, with their opposites."""
        label = self._label((start[0], end[0]), type_id)
        opposite = label["inverse"] if label is not None else self._opposite((start[0], end[0]), type_id)
        gone = ([*start, *end, type_id], [*end, *start, opposite])
        self.portal.state["associations"] = [link for link in self._links() if [*link[:4], link[5]] not in gone]
        for object_type, record_id in (start, end):
            self.portal.announce(Happening("touched", object_type, record_id))

    def hand_over(self, object_type: str, first_id: str, second_id: str, new_id: str) -> None:
        """Move the links of two records to a new one. The first record's primary company wins [D]."""
        old, new = [object_type, first_id], [object_type, new_id]
        kept = list(self._links())
        if any(self._is_primary_company(link, old) for link in kept):
            second = [object_type, second_id]
            kept = [link for link in kept if not self._is_primary_company(link, second)]
        ends = (old, [object_type, second_id])
        swapped: list[list[object]] = []
        for link in kept:
            start, end = (new if one in ends else one for one in (link[:2], link[2:4]))
            if start != end and (moved := [*start, *end, *link[4:]]) not in swapped:
                swapped.append(moved)
        self.portal.state["associations"] = swapped

    @staticmethod
    def _is_primary_company(link: list[object], record: list[str]) -> bool:
        """Whether a link says, in either direction, which company is the primary one of a record."""
        there, back = PRIMARY_TYPES.get((record[0], "0-2")), PRIMARY_TYPES.get(("0-2", record[0]))
        if record[0] == "0-2" or link[4] != "HUBSPOT_DEFINED" or there is None:
            return False
        forth = link[:2] == record and link[2] == "0-2" and link[5] == there
        return forth or (link[2:4] == record and link[0] == "0-2" and link[5] == back)

    def drop_all(self, object_type: str, record_id: str) -> None:
        """Remove every link of a record, both ways."""
        one = [object_type, record_id]
        self.portal.state["associations"] = [k for k in self._links() if one not in (k[:2], k[2:4])]

    @staticmethod
    def _opposite(pair: tuple[str, str], type_id: int) -> int | None:
        types = PRIMARY_TYPES if type_id == PRIMARY_TYPES.get(pair) else DEFAULT_TYPES
        return types.get(pair[::-1])

    def of(self, start: tuple[str, str], to_type: str) -> list[JsonObject]:
        """What a record is linked to: `{toObjectId, associationTypes}`."""
        found: dict[str, list[JsonObject]] = {}
        for from_type, from_id, end_type, end_id, category, type_id in self._links():
            if (from_type, from_id) == start and end_type == to_type:
                label = "Primary" if type_id in PRIMARY_TYPES.values() else None
                if category == "USER_DEFINED":
                    label = self.portal.area("association_labels")[str(type_id)]["label"]
                found.setdefault(str(end_id), []).append({"category": category, "typeId": type_id, "label": label})
        return [{"toObjectId": int(end_id), "associationTypes": types} for end_id, types in found.items()]
