"""What a converted lead hands on."""

from __future__ import annotations

import pytest
from crm_simulators.salesforce.errors import RestError
from crm_simulators.salesforce.records.lead_conversion import Conversion, Request

from tests.providers.revops_salesforce.compiled_model import Saving, by_key, compiled, reference_model, reference_org


def targets() -> dict[str, list[str]]:
    made = by_key(compiled(reference_model()), "LeadConvertSettings")["LeadConvertSettings"].inputs["mappings"]
    found: dict[str, list[str]] = {}
    for pair in made:
        found.setdefault(pair["field"], []).append(pair["to"])
    return found


def test_fields_of_the_person_go_to_the_contact_and_mirrors_to_the_account_too() -> None:
    carried = targets()
    assert carried["Lead.Mql_Date__c"] == ["Contact.Mql_Date__c"]
    assert carried["Lead.Region__c"] == ["Contact.Region__c", "Account.Region__c"]


def test_formulas_are_not_carried() -> None:
    assert not {"Lead.Fit_Score__c", "Lead.Lead_Score__c", "Lead.Mql_Ready__c"} & targets().keys()
    assert "Opportunity.Fit_Score__c" not in {one for found in targets().values() for one in found}


def test_every_stored_field_that_lead_and_contact_share_is_carried() -> None:
    names = {
        f"{one.inputs['object']}.{one.inputs['name']}": one
        for one in compiled(reference_model())
        if one.kind == "CustomField"
    }
    shared = {
        name
        for name, one in names.items()
        if name.startswith("Lead.") and name.replace("Lead.", "Contact.") in names and "formula" not in one.inputs
    }
    assert shared == {field for field, found in targets().items() if field.replace("Lead.", "Contact.") in found}


def test_the_org_takes_the_mapping() -> None:
    body = reference_org().of_type("LeadConvertSettings")["LeadConvertSettings"]["body"]
    assert {mapping["outputObject"] for mapping in body["objectMapping"]} == {"Contact", "Account"}


def test_a_converted_lead_hands_its_values_on_and_opens_a_deal_in_the_first_stage() -> None:
    made = reference_org()
    saving = Saving(made, "RevOps_Fields")
    lead = saving.create(
        "Lead",
        LastName="Lind",
        Company="Example",
        Email="eva@example.com",
        Region__c="emea",
        Product_Interest__c="platform",
        Engagement_Score__c=60,
    )
    desired = Request(lead, "Closed - Converted")
    became = Conversion(made, saving.user, desired).run()
    contact, account = made.table("Contact")[became["Contact"]], made.table("Account")[became["Account"]]
    assert (contact["Region__c"], contact["Product_Interest__c"], contact["Engagement_Score__c"]) == (
        "emea",
        "platform",
        60,
    )
    assert (account["Name"], account["Region__c"]) == ("Example", "emea")
    assert made.table("Opportunity")[became["Opportunity"]]["StageName"] == "Qualified"
    with pytest.raises(RestError, match="cannot reference converted lead"):
        saving.update("Lead", lead, City="Oslo")
