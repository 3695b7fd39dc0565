"""`convertLead` of the SOAP partner API, as clients call it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from crm_simulators.server import RunningSimulators
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.providers.crm_simulators.salesforce.conftest import Client

NS = "{urn:partner.soap.sforce.com}"
CONVERTED = "Closed - Converted"
NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
LEAD = {
    "FirstName": "Eva",
    "LastName": "Lind",
    "Company": "Example",
    "Email": "eva@example.com",
    "Title": "CIO",
    "City": "Oslo",
    "NumberOfEmployees": 80,
    "LeadSource": "Web",
}
MAP: dict[str, Any] = {
    "LeadConvertSettings": {
        "allowOwnerChange": False,
        "opportunityCreationOptions": "VisibleOptional",
        "objectMapping": [
            {
                "inputObject": "Lead",
                "outputObject": target,
                "mappingFields": [{"inputField": "Tier__c", "outputField": "Tier__c"}],
            }
            for target in ("Account", "Contact", "Opportunity")
        ],
    }
}


@pytest.fixture
def org(client: Client, simulators: RunningSimulators) -> Client:
    """An org with a custom field that goes from the lead to all three records."""
    simulators.control.clock.set(NOW)
    objects = ("Lead", "Account", "Contact", "Opportunity")
    assert client.create(*[client.text_field(f"{name}.Tier__c") for name in objects]) == ["ok"] * 4
    simulators.seed("salesforce", {"components": {"LeadConvertSettings": MAP}})
    client.grant(*[f"{name}.Tier__c" for name in objects])
    return client


def lead(client: Client, **values: Any) -> str:
    return str(client.sf.Lead.create({**LEAD, "Tier__c": "gold", **values})["id"])


def convert(client: Client, lead_id: str, headers: str = "", **values: Any) -> dict[str, str]:
    """The first result, its error as `CODE: message` under `error`."""
    asked = {"leadId": lead_id, "convertedStatus": CONVERTED, **values}
    parts = "".join(f"<u:{name}>{escape(str(value))}</u:{name}>" for name, value in asked.items())
    body = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:u="urn:partner.soap.sforce.com">'
        f"<e:Header><u:SessionHeader><u:sessionId>{client.sf.session_id}</u:sessionId></u:SessionHeader>{headers}"
        f"</e:Header><e:Body><u:convertLead><u:leadConverts>{parts}</u:leadConverts></u:convertLead></e:Body>"
        "</e:Envelope>"
    )
    url = f"https://{client.sf.sf_instance}/services/Soap/u/63.0"
    answer = client.sf.session.post(url, data=body.encode(), headers={"SOAPAction": '""', "Content-Type": "text/xml"})
    result = next(ElementTree.fromstring(answer.content).iter(f"{NS}result"))
    found = {child.tag.removeprefix(NS): child.text or "" for child in result if len(child) == 0}
    for error in result.iter(f"{NS}errors"):
        found["error"] = f"{error.findtext(f'{NS}statusCode')}: {error.findtext(f'{NS}message')}"
    return found


def get(client: Client, sobject: str, record_id: str, *names: str) -> tuple[Any, ...]:
    row = getattr(client.sf, sobject).get(record_id)
    return tuple(row[name] for name in names)


def test_a_lead_becomes_account_contact_and_opportunity(org: Client) -> None:
    lead_id = lead(org)
    made = convert(org, lead_id)
    assert (made["success"], made["leadId"]) == ("true", lead_id)
    account = get(org, "Account", made["accountId"], "Name", "BillingCity", "NumberOfEmployees", "Tier__c")
    assert account == ("Example", "Oslo", 80, "gold")
    contact = get(org, "Contact", made["contactId"], "Name", "Email", "Title", "MailingCity", "AccountId", "Tier__c")
    assert contact == ("Eva Lind", "eva@example.com", "CIO", "Oslo", made["accountId"], "gold")
    deal = get(org, "Opportunity", made["opportunityId"], "Name", "StageName", "CloseDate", "AccountId", "Tier__c")
    assert deal == ("Example", "Prospecting", "2026-12-31", made["accountId"], "gold")
    names = ("Status", "IsConverted", "ConvertedDate", "ConvertedContactId", "ConvertedOpportunityId")
    expected = (CONVERTED, True, "2026-11-03", made["contactId"], made["opportunityId"])
    assert get(org, "Lead", lead_id, *names) == expected


def test_no_opportunity_when_told_so(org: Client) -> None:
    made = convert(org, lead(org), doNotCreateOpportunity="true")
    assert "opportunityId" not in made
    assert org.sf.query("SELECT COUNT() FROM Opportunity")["totalSize"] == 0


def test_merging_fills_what_is_empty_and_keeps_the_rest(org: Client) -> None:
    account = org.sf.Account.create({"Name": "Example Group", "Tier__c": "silver"})["id"]
    contact = org.sf.Contact.create({"LastName": "Lind", "AccountId": account, "LeadSource": "Other"})["id"]
    made = convert(org, lead(org), accountId=account, contactId=contact, overwriteLeadSource="true")
    assert (made["accountId"], made["contactId"]) == (account, contact)
    assert get(org, "Account", account, "Name", "Tier__c", "BillingCity") == ("Example Group", "silver", "Oslo")
    assert get(org, "Contact", contact, "FirstName", "Tier__c", "LeadSource") == ("Eva", "gold", "Web")


def test_the_status_must_be_a_converted_one(org: Client) -> None:
    made = convert(org, lead(org), convertedStatus="Open - Not Contacted")
    assert made["error"] == "INVALID_STATUS: invalid convertedStatus: Open - Not Contacted"
    assert made["success"] == "false"


def test_a_converted_lead_stays_as_it_is(org: Client) -> None:
    lead_id = lead(org)
    convert(org, lead_id)
    assert convert(org, lead_id)["error"] == "CANNOT_UPDATE_CONVERTED_LEAD: cannot reference converted lead"
    with pytest.raises(SalesforceMalformedRequest, match="CANNOT_UPDATE_CONVERTED_LEAD"):
        org.sf.Lead.update(lead_id, {"City": "Bergen"})


def test_a_lead_of_a_queue_needs_an_owner(org: Client, simulators: RunningSimulators) -> None:
    queue = simulators.seed("salesforce", {"queues": [{"DeveloperName": "Waiting"}]})["queues"]["Waiting"]
    lead_id = lead(org, OwnerId=queue)
    assert convert(org, lead_id)["error"].startswith("UNAVAILABLE_REF: Converted objects can only be owned by users.")
    user = org.sf.query("SELECT Id FROM User")["records"][0]["Id"]
    made = convert(org, lead_id, ownerId=user)
    assert get(org, "Opportunity", made["opportunityId"], "OwnerId") == (user,)


def test_a_validation_rule_of_a_target_leaves_nothing_behind(org: Client) -> None:
    rule = org.md.ValidationRule(
        fullName="Opportunity.Amount_Known",
        active=True,
        errorConditionFormula="ISBLANK(Amount)",
        errorMessage="Say the amount.",
    )
    assert org.create(rule) == ["ok"]
    lead_id = lead(org)
    assert convert(org, lead_id)["error"] == "FIELD_CUSTOM_VALIDATION_EXCEPTION: Say the amount."
    assert get(org, "Lead", lead_id, "IsConverted", "Status") == (False, "Open - Not Contacted")
    counts = [org.sf.query(f"SELECT COUNT() FROM {name}")["totalSize"] for name in ("Account", "Contact")]
    assert counts == [0, 0]
    assert convert(org, lead_id, doNotCreateOpportunity="true")["success"] == "true"


def test_duplicates_of_the_contact_are_refused_unless_the_caller_takes_them(org: Client) -> None:
    item = org.md.MatchingRuleItem(fieldName="Email", matchingMethod="Exact")
    assert org.create(
        org.md.MatchingRule(fullName="Contact.Same", label="Same", ruleStatus="Active", matchingRuleItems=[item])
    ) == ["ok"]
    match = org.md.DuplicateRuleMatchRule(matchRuleSObjectType="Contact", matchingRule="Same", objectMapping=None)
    while org.read("MatchingRule", "Contact.Same").ruleStatus != "Active":
        pass
    rule = org.md.DuplicateRule(
        fullName="Contact.Same",
        masterLabel="Same",
        isActive=True,
        sortOrder=1,
        actionOnInsert="Allow",
        actionOnUpdate="Allow",
        operationsOnInsert=["Alert"],
        securityOption="EnforceSharingRules",
        alertText="Again?",
        duplicateRuleMatchRules=[match],
    )
    assert org.create(rule) == ["ok"]
    org.sf.Contact.create({"LastName": "Lind", "Email": "eva@example.com"})
    lead_id = lead(org)
    assert convert(org, lead_id)["error"] == "DUPLICATES_DETECTED: Again?"
    allow = "<u:DuplicateRuleHeader><u:allowSave>true</u:allowSave></u:DuplicateRuleHeader>"
    assert convert(org, lead_id, allow)["success"] == "true"


def test_tasks_and_memberships_follow_to_the_contact(org: Client) -> None:
    lead_id = lead(org)
    campaign = org.sf.Campaign.create({"Name": "Fair"})["id"]
    member = org.sf.CampaignMember.create({"CampaignId": campaign, "LeadId": lead_id})["id"]
    task = org.sf.Task.create({"Subject": "Call", "WhoId": lead_id})["id"]
    made = convert(org, lead_id)
    assert get(org, "Task", task, "WhoId", "WhatId") == (made["contactId"], made["opportunityId"])
    assert get(org, "CampaignMember", member, "LeadId", "ContactId") == (lead_id, made["contactId"])
    assert get(org, "Opportunity", made["opportunityId"], "CampaignId") == (campaign,)
