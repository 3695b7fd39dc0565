"""A partner program on HubSpot and Salesforce, in plain Python: no YAML, and every input completes in an editor."""

import revops_hubspot as hubspot
import revops_salesforce as salesforce

TIERS = {"silver": "Silver", "gold": "Gold", "platinum": "Platinum"}

group = hubspot.PropertyGroup(object="companies", name="partner_program", label="Partner program")

tier = hubspot.Property(
    object="companies",
    name="partner_tier",
    label="Partner tier",
    type="enumeration",
    field_type="select",
    group_name="partner_program",
    options=[{"label": label, "value": value} for value, label in TIERS.items()],
)

hubspot.List(
    object="companies",
    name="Partners: Gold and above",
    filter="partner_tier is any of [gold, platinum]",
)

salesforce.CustomField(
    object="Account",
    name="Partner_Tier__c",
    label="Partner Tier",
    type="Picklist",
    value_set={"values": [{"name": label, "label": label} for label in TIERS.values()], "restricted": True},
)
