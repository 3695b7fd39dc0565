"""CRM search: https://developers.hubspot.com/docs/api-reference/search/guide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from vendor_facts import vocabulary

from crm_simulators.hubspot.errors import JsonObject, validation_error
from crm_simulators.hubspot.http.bodies import check_body, fields
from crm_simulators.hubspot.portal.object_types import ObjectType
from crm_simulators.hubspot.properties.values import InvalidValue, read_moment
from crm_simulators.hubspot.records.records import Records

MAX_GROUPS, MAX_FILTERS, MAX_ALL_FILTERS = 5, 6, 18  # [D]
MAX_LIMIT, MAX_RESULTS = 200, 10_000  # [D][T]
ORDERED = ("LT", "LTE", "GT", "GTE", "BETWEEN")
OPERATORS = tuple(vocabulary("hubspot", "search operators"))
SEARCHED = tuple(vocabulary("hubspot", "searched properties"))


class Search:
    """Searches the records of one object type."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def find(self, object_type: ObjectType, body: JsonObject) -> tuple[list[JsonObject], int, int, int]:
        """The records of the page, how many match in all, where the page starts and how many it may hold."""
        check_body("PublicObjectSearchRequest", body, {}, fields("PublicObjectSearchRequest"))
        groups = self._groups(object_type.id, body.get("filterGroups") or [])
        if not str(body.get("after") or 0).isdigit():
            raise validation_error(f"after was {body['after']}; it must be a number")
        limit, after = 10 if body.get("limit") is None else body["limit"], int(body.get("after") or 0)
        if not 0 <= limit <= MAX_LIMIT:
            raise validation_error(f"limit was {limit}; it must be from 0 to {MAX_LIMIT}")
        if after + limit > MAX_RESULTS:
            raise validation_error(f"The search can page through {MAX_RESULTS} results at most")
        found = []
        for record in self.records.active(object_type.id):
            values = self.records.values(object_type.id, record)
            if self._matches(object_type.id, values, groups, body.get("query")):
                found.append((record, values))
        for sort in reversed(body.get("sorts") or []):
            self._sort(object_type.id, found, sort)
        return [record for record, _ in found[after : after + limit]], len(found), after, limit

    def _groups(self, object_type: str, groups: list[Any]) -> list[list[JsonObject]]:
        for group in groups:
            if not isinstance(group, dict):
                raise validation_error("filterGroups must be objects")
            check_body("FilterGroup", group, {"filters": "list"}, {})
        sizes = [len(group["filters"]) for group in groups]
        if len(groups) > MAX_GROUPS or sum(sizes) > MAX_ALL_FILTERS or any(size > MAX_FILTERS for size in sizes):
            raise validation_error(
                f"A search takes at most {MAX_GROUPS} filterGroups, {MAX_FILTERS} filters in each and "
                f"{MAX_ALL_FILTERS} in all"
            )
        for desired in (desired for group in groups for desired in group["filters"]):
            self._check(object_type, desired)
        return [group["filters"] for group in groups]

    def _check(self, object_type: str, desired: JsonObject) -> None:
        optional = {"value": "any", "values": "list", "highValue": "any"}
        check_body("Filter", desired, {"propertyName": "text", "operator": "text"}, optional)
        operator, name = desired["operator"], desired["propertyName"]
        if operator not in OPERATORS:
            raise validation_error(f'operator "{operator}" is invalid: it must be one of {", ".join(OPERATORS)}')
        if name not in self.records.properties.active(object_type):
            raise validation_error(f"There was a problem with the request. Property {name} does not exist")
        needs = {"IN": ("values",), "NOT_IN": ("values",), "BETWEEN": ("value", "highValue")}.get(operator, ("value",))
        if operator not in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
            for key in needs:
                if desired.get(key) is None:
                    raise validation_error(f'operator "{operator}" needs "{key}"')

    def _matches(
        self, object_type: str, values: Mapping[str, str], groups: list[list[JsonObject]], query: str | None
    ) -> bool:
        if query and not any(query.lower() in values.get(name, "").lower() for name in SEARCHED):
            return False
        return not groups or any(all(self._passes(object_type, values, f) for f in group) for group in groups)

    def _passes(self, object_type: str, values: Mapping[str, str], desired: JsonObject) -> bool:
        name, operator = desired["propertyName"], desired["operator"]
        value = values.get(name)
        if operator in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
            return (value is None) is (operator == "NOT_HAS_PROPERTY")
        if value is None:
            includes = bool(self.records.portal.switch("search_negation_includes_empty"))
            return includes and operator in ("NEQ", "NOT_IN", "NOT_CONTAINS_TOKEN")
        definition = self.records.properties.active(object_type)[name]
        if operator in ORDERED:
            return self._ordered(definition, value, desired)
        if operator in ("CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"):
            return _has_token(value, str(desired["value"])) is (operator == "CONTAINS_TOKEN")
        sent = desired["values"] if operator in ("IN", "NOT_IN") else [desired["value"]]
        live = value.split(";") if definition["fieldType"] == "checkbox" else [value]
        asked = {_comparable(definition, str(v).lower() if isinstance(v, bool) else str(v)) for v in sent}
        same = any(_comparable(definition, one) in asked for one in live)
        return bool(same) is (operator in ("EQ", "IN"))

    def _ordered(self, definition: JsonObject, value: str, desired: JsonObject) -> bool:
        live, low = _comparable(definition, value), _comparable(definition, str(desired["value"]))
        if isinstance(live, str) is not isinstance(low, str):
            raise validation_error(f"{desired['value']} is not a valid value for {definition['name']}")
        below, above = bool(live < low), bool(live > low)
        if desired["operator"] == "BETWEEN":
            high = _comparable(definition, str(desired["highValue"]))
            if isinstance(live, str) is not isinstance(high, str):
                raise validation_error(f"{desired['highValue']} is not a valid value for {definition['name']}")
            return not below and bool(live <= high)
        return {"LT": below, "LTE": not above, "GT": above, "GTE": not below}[desired["operator"]]

    def _sort(self, object_type: str, found: list[tuple[JsonObject, dict[str, str]]], sort: Any) -> None:
        name = str(sort.get("propertyName") if isinstance(sort, dict) else sort)
        definition = self.records.properties.active(object_type).get(name)
        if definition is None:
            raise validation_error(f"There was a problem with the request. Property {name} does not exist")
        descending = isinstance(sort, dict) and sort.get("direction") == "DESCENDING"
        with_value = [pair for pair in found if name in pair[1]]
        without = [pair for pair in found if name not in pair[1]]
        with_value.sort(key=lambda pair: _comparable(definition, pair[1][name]), reverse=descending)
        found[:] = [*with_value, *without]


def _comparable(definition: JsonObject, text: str) -> Any:
    """Numbers and moments as numbers, texts without regard to case."""
    if definition["type"] == "number":
        try:
            return float(text)
        except ValueError:
            return text
    if definition["type"] in ("date", "datetime"):
        try:
            moment = read_moment({**definition, "type": "datetime"}, text)
        except InvalidValue as problem:
            raise validation_error(problem.message) from problem
        return moment.timestamp()
    return text.lower()


def _has_token(value: str, desired: str) -> bool:
    """CONTAINS_TOKEN: whole words, `*` is a wildcard [D]."""
    pattern = re.escape(desired.lower()).replace(r"\*", ".*")
    tokens = re.split(r"[\s@.,;/]+", value.lower())
    return any(re.fullmatch(pattern, token) for token in [*tokens, value.lower()])
