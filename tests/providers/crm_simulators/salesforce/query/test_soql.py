"""SOQL, as clients of the simulator use it."""

from __future__ import annotations

import pytest
from crm_simulators.server import RunningSimulators
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.providers.crm_simulators.salesforce.conftest import Client

LEADS = [
    {"LastName": "A", "Company": "Acme", "Country": "US", "NumberOfEmployees": 5, "Email": "a@acme.test"},
    {"LastName": "B", "Company": "Beta", "Country": "DE", "NumberOfEmployees": 500, "DoNotCall": True},
    {"LastName": "C", "Company": "Gamma", "CreatedDate": "2020-01-01T00:00:00.000Z"},
]


@pytest.fixture
def leads(client: Client, simulators: RunningSimulators) -> Client:
    simulators.seed("salesforce", {"records": {"Lead": LEADS}})
    return client


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("Country = 'us'", "A"),
        ("Country != 'US'", "BC"),
        ("Country = null", "C"),
        ("Country IN ('US', 'DE')", "AB"),
        ("Country NOT IN ('US')", "BC"),
        ("Company LIKE 'b%'", "B"),
        ("Company LIKE '_eta'", "B"),
        ("NumberOfEmployees >= 5 AND NOT (Country = 'DE')", "A"),
        ("(Country = 'US' OR Country = 'DE') AND NumberOfEmployees > 10", "B"),
        ("DoNotCall = TRUE", "B"),
        ("CreatedDate = TODAY", "AB"),
        ("CreatedDate < LAST_N_DAYS:30", "C"),
        ("CreatedDate >= 2021-01-01T00:00:00Z", "AB"),
        ("CreatedDate < 2020-06-01T00:00:00+02:00", "C"),
        ("Owner.Username = 'admin@simulated.example' AND LastName = 'A'", "A"),
        ("OwnerId IN (SELECT Id FROM User WHERE Username LIKE 'admin%') AND LastName > 'A'", "BC"),
        ("Email != null", "A"),
    ],
)
def test_conditions_select(leads: Client, condition: str, names: str) -> None:
    rows = leads.sf.query(f"SELECT LastName FROM Lead WHERE {condition} ORDER BY LastName")["records"]
    assert "".join(row["LastName"] for row in rows) == names


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT Id FROM Lead WHERE Country = 'US' AND DoNotCall = TRUE OR LastName = 'A'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE NumberOfEmployees = '5'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE CreatedDate = 2020-01-01", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE Parent.Name = 'x'", "INVALID_FIELD"),
        ("SELECT Nope FROM Lead", "INVALID_FIELD"),
        ("SELECT Id FROM Nope", "INVALID_TYPE"),
        ("SELECT Id, (SELECT Id FROM Chores) FROM Lead", "MALFORMED_QUERY"),
        ("SELECT FIELDS(ALL) FROM Lead", "MALFORMED_QUERY"),
        ("SELECT Country, COUNT(Id) FROM Lead GROUP BY Country HAVING City = 'Oslo'", "MALFORMED_QUERY"),
        ("SELECT toLabel(Status) FROM Lead", "MALFORMED_QUERY"),
        ("FIND {x}", "MALFORMED_QUERY"),
    ],
)
def test_what_is_not_understood_is_refused(leads: Client, query: str, code: str) -> None:
    with pytest.raises(SalesforceMalformedRequest) as error:
        leads.sf.query(query)
    assert error.value.content[0]["errorCode"] == code


def test_counts(leads: Client) -> None:
    assert leads.sf.query("SELECT COUNT() FROM Lead WHERE Country != null")["totalSize"] == 2
    assert leads.sf.query("SELECT COUNT(Id) FROM Lead")["records"][0]["expr0"] == 3
    grouped = leads.sf.query("SELECT Country, COUNT(Id) n FROM Lead GROUP BY Country")["records"]
    assert {row["Country"]: row["n"] for row in grouped} == {"US": 1, "DE": 1, None: 1}


def test_groups_are_kept_by_having_and_put_in_order(leads: Client) -> None:
    leads.sf.Lead.create({"LastName": "D", "Company": "Acme", "Country": "DE"})
    query = "SELECT Country, COUNT(Id) n FROM Lead WHERE Country != null GROUP BY Country"
    found = leads.sf.query(f"{query} ORDER BY COUNT(Id) DESC")["records"]
    assert [(row["Country"], row["n"]) for row in found] == [("DE", 2), ("US", 1)]
    assert [row["Country"] for row in leads.sf.query(f"{query} HAVING COUNT(Id) < 2")["records"]] == ["US"]
    assert [row["Country"] for row in leads.sf.query(f"{query} ORDER BY Country DESC LIMIT 1")["records"]] == ["US"]


def test_children_are_a_result_of_their_own(client: Client) -> None:
    account = client.sf.Account.create({"Name": "Acme"})["id"]
    client.sf.Account.create({"Name": "Empty"})
    for name in ("A", "B", "C"):
        client.sf.Contact.create({"LastName": name, "AccountId": account})
    children = "(SELECT LastName FROM Contacts WHERE LastName != 'B' ORDER BY LastName DESC)"
    acme, empty = client.sf.query(f"SELECT Name, {children} FROM Account ORDER BY Name")["records"]
    assert (acme["Contacts"]["totalSize"], acme["Contacts"]["done"]) == (2, True)
    assert [row["LastName"] for row in acme["Contacts"]["records"]] == ["C", "A"]
    assert empty["Contacts"] is None


def test_children_by_a_lookup_of_ones_own(client: Client) -> None:
    lookup = client.md.CustomField(
        fullName="Task.Deal__c", label="Deal", type="Lookup", referenceTo="Opportunity", relationshipName="Chores"
    )
    assert client.create(lookup) == ["ok"]
    client.grant("Task.Deal__c")
    deal = client.sf.Opportunity.create({"Name": "D", "StageName": "Prospecting", "CloseDate": "2027-01-01"})["id"]
    client.sf.Task.create({"Subject": "Call", "Deal__c": deal})
    (row,) = client.sf.query("SELECT Id, (SELECT Subject FROM Chores__r) FROM Opportunity")["records"]
    assert [task["Subject"] for task in row["Chores__r"]["records"]] == ["Call"]
    described = client.sf.Opportunity.describe()["childRelationships"]
    assert {"Tasks", "Events", "Chores__r"} <= {each["relationshipName"] for each in described}


def test_all_fields_are_those_that_the_user_may_see(leads: Client) -> None:
    leads.create(leads.text_field("Lead.Tier__c"), leads.text_field("Lead.Hidden__c"))
    leads.grant("Lead.Tier__c")
    (row,) = leads.sf.query("SELECT FIELDS(ALL) FROM Lead LIMIT 1")["records"]
    assert {"Id", "Company", "Tier__c"} <= set(row)
    assert "Hidden__c" not in row
    (custom,) = leads.sf.query("SELECT FIELDS(CUSTOM) FROM Lead LIMIT 1")["records"]
    assert list(custom) == ["attributes", "Tier__c"]


def test_parents_are_nested_records(leads: Client) -> None:
    row = leads.sf.query("SELECT Id, Owner.Name, Owner.Type, ConvertedAccount.Name FROM Lead LIMIT 1")["records"][0]
    assert (row["Owner"]["Name"], row["Owner"]["Type"], row["ConvertedAccount"]) == ("Ada Admin", "User", None)


def test_order_puts_nulls_first_unless_told(leads: Client) -> None:
    first = leads.sf.query("SELECT LastName FROM Lead ORDER BY NumberOfEmployees DESC")["records"][0]
    last = leads.sf.query("SELECT LastName FROM Lead ORDER BY NumberOfEmployees DESC NULLS LAST")["records"][-1]
    assert (first["LastName"], last["LastName"]) == ("C", "C")


def test_limit_and_offset(leads: Client) -> None:
    rows = leads.sf.query("SELECT LastName FROM Lead ORDER BY LastName LIMIT 1 OFFSET 1")["records"]
    assert [row["LastName"] for row in rows] == ["B"]


def test_long_results_come_in_pages(client: Client, simulators: RunningSimulators) -> None:
    many = [{"LastName": f"L{number}", "Company": "Acme"} for number in range(2001)]
    simulators.seed("salesforce", {"records": {"Lead": many}})
    page = client.sf.query("SELECT Id FROM Lead")
    assert (page["done"], len(page["records"]), page["totalSize"]) == (False, 2000, 2001)
    assert len(client.sf.query_all("SELECT Id FROM Lead")["records"]) == 2001


def test_metadata_column_needs_a_single_row(client: Client) -> None:
    client.create(client.text_field("Lead.A__c"), client.text_field("Lead.B__c"))
    with pytest.raises(SalesforceMalformedRequest) as error:
        client.sf.toolingexecute("query?q=SELECT+Metadata+FROM+CustomField")
    assert error.value.content[0]["message"] == (
        "When retrieving results with Metadata or FullName fields, the query qualifications must specify no more than "
        "one row for retrieval. Result size: 2"
    )
    one = client.sf.toolingexecute("query?q=SELECT+FullName,Metadata+FROM+CustomField+WHERE+DeveloperName='A'")
    assert (one["records"][0]["FullName"], one["records"][0]["Metadata"]["length"]) == ("Lead.A__c", 80)
