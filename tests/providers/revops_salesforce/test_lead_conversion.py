"""What a converted lead hands on."""

from __future__ import annotations

from tests.providers.revops_salesforce.compiled_model import by_key, compiled, reference_model, reference_org


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
