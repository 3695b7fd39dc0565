"""Trees of records in one request, through the unmodified client."""

from __future__ import annotations

from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.providers.crm_simulators.salesforce.conftest import Client


def record(kind: str, reference: str, **values: Any) -> dict[str, Any]:
    return {"attributes": {"type": kind, "referenceId": reference}, **values}


def tree(client: Client, *records: dict[str, Any]) -> Any:
    return client.sf.restful("composite/tree/Account", method="POST", json={"records": list(records)})


def test_a_tree_makes_parents_before_their_children(client: Client) -> None:
    contacts = {"records": [record("Contact", "c1", LastName="Lind"), record("Contact", "c2", LastName="Moss")]}
    answer = tree(client, record("Account", "a1", Name="Acme", Contacts=contacts), record("Account", "a2", Name="Beta"))
    assert answer["hasErrors"] is False
    assert [result["referenceId"] for result in answer["results"]] == ["a1", "c1", "c2", "a2"]
    found = client.sf.query("SELECT LastName, Account.Name FROM Contact ORDER BY LastName")["records"]
    assert [(row["LastName"], row["Account"]["Name"]) for row in found] == [("Lind", "Acme"), ("Moss", "Acme")]


def test_one_refused_record_leaves_none(client: Client) -> None:
    contacts = {"records": [record("Contact", "c1", FirstName="Eva")]}
    with pytest.raises(SalesforceMalformedRequest) as error:
        tree(client, record("Account", "a1", Name="Acme", Contacts=contacts))
    message = "Required fields are missing: [LastName]"
    problem = {"statusCode": "REQUIRED_FIELD_MISSING", "message": message, "fields": ["LastName"]}
    assert error.value.content == {"hasErrors": True, "results": [{"referenceId": "c1", "errors": [problem]}]}
    assert client.sf.query("SELECT COUNT() FROM Account")["totalSize"] == 0


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([record("Account", "a", Name="A"), record("Account", "a", Name="B")], "referenceId of a tree must be unique"),
        ([{"attributes": {"type": "Account"}, "Name": "A"}], "needs its type and a referenceId"),
        ([record("Account", "a", Name="A", Chores={"records": []})], "No such relation 'Chores'"),
        ([record("Account", f"a{n}", Name="A") for n in range(201)], "A tree has 1 to 200 records"),
    ],
)
def test_a_tree_that_is_none_is_refused(client: Client, records: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(SalesforceMalformedRequest, match=message):
        tree(client, *records)
