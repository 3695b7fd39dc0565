"""Records through REST: what a save checks, computes and refuses."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound

from tests.providers.crm_simulators.salesforce.conftest import Client


def problem(error: pytest.ExceptionInfo[SalesforceMalformedRequest]) -> Any:
    return error.value.content[0]


def test_lead_gets_its_defaults_and_name(client: Client) -> None:
    lead = client.sf.Lead.create({"FirstName": "Jo", "LastName": "Doe", "Company": "Acme"})["id"]
    row = client.sf.Lead.get(lead)
    assert (row["Name"], row["Status"], row["IsConverted"]) == ("Jo Doe", "Open - Not Contacted", False)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {"LastName": "Doe"},
            {
                "message": "Required fields are missing: [Company]",
                "errorCode": "REQUIRED_FIELD_MISSING",
                "fields": ["Company"],
            },
        ),
        (
            {"LastName": "Doe", "Company": "Acme", "Nope": 1},
            {"message": "No such column 'Nope' on sobject of type Lead", "errorCode": "INVALID_FIELD"},
        ),
        (
            {"LastName": "D" * 81, "Company": "Acme"},
            {
                "message": f"Last Name: data value too large: {'D' * 81} (max length=80)",
                "errorCode": "STRING_TOO_LONG",
                "fields": ["LastName"],
            },
        ),
        (
            {"LastName": "Doe", "Company": "Acme", "Email": "nope"},
            {
                "message": "Email: invalid email address: nope",
                "errorCode": "INVALID_EMAIL_ADDRESS",
                "fields": ["Email"],
            },
        ),
        (
            {"LastName": "Doe", "Company": "Acme", "OwnerId": "00G000000000001"},
            {"message": "invalid cross reference id", "errorCode": "INVALID_CROSS_REFERENCE_KEY", "fields": []},
        ),
    ],
)
def test_bad_values_are_refused(client: Client, values: dict[str, Any], expected: dict[str, Any]) -> None:
    with pytest.raises(SalesforceMalformedRequest) as error:
        client.sf.Lead.create(values)
    assert problem(error) == expected


def test_restricted_picklist_takes_its_active_values_only(client: Client) -> None:
    values = [client.md.CustomValue(fullName="A", default=False)]
    definition = client.md.ValueSetValuesDefinition(sorted=False, value=values)
    value_set = client.md.ValueSet(restricted=True, valueSetDefinition=definition)
    client.create(client.text_field(type="Picklist", length=None, valueSet=value_set))
    client.grant("Lead.Tier__c")
    with pytest.raises(SalesforceMalformedRequest) as error:
        client.sf.Lead.create({"LastName": "Doe", "Company": "Acme", "Tier__c": "Z"})
    assert problem(error)["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    assert problem(error)["message"] == "Tier: bad value for restricted picklist field: Z"


def test_stage_sets_probability_and_closing(client: Client) -> None:
    deal = {"Name": "Deal", "StageName": "Closed Won", "CloseDate": "2026-03-01", "Amount": 50}
    client.sf.Opportunity.create(deal)
    row = client.sf.query("SELECT Probability, IsClosed, IsWon, ExpectedRevenue FROM Opportunity")["records"][0]
    assert (row["Probability"], row["IsClosed"], row["IsWon"], row["ExpectedRevenue"]) == (100, True, True, 50)


def test_formula_field_is_computed_when_read(client: Client) -> None:
    client.create(client.formula_field("Lead.Fit__c", "Number", "IF(NumberOfEmployees >= 200, 30, 10)", scale=0))
    client.grant("Lead.Fit__c", editable=False)
    lead = client.sf.Lead.create({"LastName": "Doe", "Company": "Acme", "NumberOfEmployees": 300})["id"]
    assert client.sf.Lead.get(lead)["Fit__c"] == 30
    client.sf.Lead.update(lead, {"NumberOfEmployees": 3})
    assert client.sf.query("SELECT Id FROM Lead WHERE Fit__c = 10")["totalSize"] == 1


def test_formula_field_cannot_be_written(client: Client) -> None:
    client.create(client.formula_field("Lead.Fit__c", "Number", "1"))
    client.grant("Lead.Fit__c", editable=False)
    with pytest.raises(SalesforceMalformedRequest, match="INVALID_FIELD_FOR_INSERT_UPDATE"):
        client.sf.Lead.create({"LastName": "Doe", "Company": "Acme", "Fit__c": 3})


def test_percent_is_a_fraction_in_formulas(client: Client) -> None:
    client.create(client.formula_field("Opportunity.Half__c", "Percent", "Probability / 2"))
    client.grant("Opportunity.Half__c", editable=False)
    client.sf.Opportunity.create({"Name": "D", "StageName": "Value Proposition", "CloseDate": "2026-03-01"})
    assert client.sf.query("SELECT Half__c FROM Opportunity")["records"][0]["Half__c"] == 25


def test_deleted_record_is_gone_and_seen_by_query_all_only(client: Client) -> None:
    lead = client.sf.Lead.create({"LastName": "Doe", "Company": "Acme"})["id"]
    client.sf.Lead.delete(lead)
    with pytest.raises(SalesforceResourceNotFound) as error:
        client.sf.Lead.delete(lead)
    assert error.value.content == [{"message": "entity is deleted", "errorCode": "ENTITY_IS_DELETED", "fields": []}]
    assert client.sf.query("SELECT Id FROM Lead")["totalSize"] == 0
    assert client.sf.query("SELECT Id FROM Lead", include_deleted=True)["totalSize"] == 1


def test_upsert_by_external_id_creates_and_then_updates(client: Client) -> None:
    client.create(client.text_field(externalId=True, unique=True))
    client.grant("Lead.Tier__c")
    assert client.sf.Lead.upsert("Tier__c/gold", {"LastName": "Doe", "Company": "Acme"}) == 201
    assert client.sf.Lead.upsert("Tier__c/gold", {"Company": "Other"}) == 200
    assert client.sf.query("SELECT Company FROM Lead")["records"][0]["Company"] == "Other"


def test_unique_field_refuses_a_second_value(client: Client) -> None:
    client.create(client.text_field(unique=True))
    client.grant("Lead.Tier__c")
    first = client.sf.Lead.create({"LastName": "Doe", "Company": "Acme", "Tier__c": "x"})["id"]
    with pytest.raises(SalesforceMalformedRequest) as error:
        client.sf.Lead.create({"LastName": "Roe", "Company": "Acme", "Tier__c": "X"})
    assert (
        problem(error)["message"] == f"duplicate value found: Tier__c duplicates value on record with id: {first[:15]}"
    )


def test_deleting_a_field_takes_its_data_and_keeps_it_aside(client: Client, simulators: RunningSimulators) -> None:
    client.create(client.text_field())
    client.grant("Lead.Tier__c")
    lead = client.sf.Lead.create({"LastName": "Doe", "Company": "Acme", "Tier__c": "gold"})["id"]
    client.delete("CustomField", "Lead.Tier__c")
    assert simulators.dump("salesforce")["deleted_fields"]["Lead.Tier_del__c"]["data"] == {lead: "gold"}
    client.create(client.text_field())
    client.grant_again("Lead.Tier__c")
    assert client.sf.Lead.get(lead)["Tier__c"] is None


def test_seeded_records_pass_field_security_and_rules(client: Client, simulators: RunningSimulators) -> None:
    client.create(client.text_field())
    lead = {"LastName": "Doe", "Company": "Acme", "Tier__c": "gold", "CreatedDate": "2024-01-01T00:00:00.000Z"}
    simulators.seed("salesforce", {"records": {"Lead": [lead]}})
    assert client.sf.query("SELECT Id FROM Lead WHERE CreatedDate < LAST_N_DAYS:30")["totalSize"] == 1


def test_profile_and_permission_set_rows_are_read_only(client: Client) -> None:
    with pytest.raises(SalesforceMalformedRequest, match="entity type cannot be saved: Profile"):
        client.sf.Profile.create({"Name": "x"})
