"""Tokens for people, teams, lists and workflows."""

from __future__ import annotations

from typing import Any

import pytest
from revops_hubspot.filters.references import to_ids, to_tokens, tokens_in

from revops_iac.provider.kind import Lookup

IDS = {
    ("owner", "maya@northwind.example"): "77",
    ("user", "maya@northwind.example"): "12",
    ("team", "SDR"): "3",
    ("list", "Customers"): "9",
    ("workflow", "Nurture"): "5",
}
NAMES = {(type_, identifier): name for (type_, name), identifier in IDS.items()}
MAYA = "maya@northwind.example"

PLACES = [
    {"filterType": "IN_LIST", "listId": {"list": "Customers"}, "operator": "IN_LIST"},
    {"property": "hubspot_owner_id", "operation": {"operator": "IS_ANY_OF", "values": [{"owner": MAYA}]}},
    {"actionTypeId": "0-8", "fields": {"user_ids": [{"user": MAYA}], "team_ids": [{"team": "SDR"}]}},
    {
        "fields": {
            "property_name": "hubspot_owner_id",
            "value": {"type": "STATIC_VALUE", "staticValue": {"owner": MAYA}},
        }
    },
    {"fields": {"owner_assignment": {"type": "CUSTOM", "value": {"owner": MAYA}}}},
    {"suppressionListIds": [{"list": "Customers"}]},
    {"fields": {"flow_id": {"workflow": "Nurture"}}},
]


def resolve(token: Lookup) -> str:
    return IDS[(token.type, token.value)]


def name(type_: str, identifier: str) -> str | None:
    return NAMES.get((type_, identifier))


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_ids_read_back_as_the_tokens_that_were_written(place: dict[str, Any]) -> None:
    sent = to_ids(place, resolve)
    assert list(tokens_in(sent)) == []
    assert to_tokens(sent, name) == place


def test_owner_and_user_of_one_person_become_different_ids() -> None:
    assert to_ids([{"owner": MAYA}, {"user": MAYA}], resolve) == ["77", "12"]


def test_id_that_the_account_lost_stays_as_it_is() -> None:
    assert to_tokens({"listId": "404"}, name) == {"listId": "404"}


def test_number_in_another_place_is_no_id() -> None:
    value = {"property": "amount", "operation": {"value": "77", "operator": "IS_EQUAL_TO"}}
    assert to_tokens(value, name) == value
