"""A field that both CRMs hold has the same type and the same options on both."""

from __future__ import annotations

from collections.abc import Mapping

from revops_policies.fields import resources_by_field, shared_values, values_of
from revops_policies.rule import Parameters, Rule, Violations, broken_by
from revops_policies.subject import Resource, Subject

TYPES: Mapping[str, frozenset[str]] = {
    "string": frozenset(
        {"Text", "TextArea", "LongTextArea", "Html", "Email", "Phone", "Url", "Lookup", "EncryptedText", "AutoNumber"}
    ),
    "phone_number": frozenset({"Phone", "Text"}),
    "number": frozenset({"Number", "Currency", "Percent", "Summary"}),
    "enumeration": frozenset({"Picklist", "MultiselectPicklist", "Checkbox", "Lookup"}),
    "bool": frozenset({"Checkbox"}),
    "date": frozenset({"Date"}),
    "datetime": frozenset({"DateTime", "Date"}),
}
"""HubSpot's type -> the types of Salesforce that the native sync maps it to [D: knowledge base, field mappings]."""


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds fields of the model whose resources on the two CRMs differ in type or options."""
    values = shared_values(subject)
    for items in resources_by_field(subject).values():
        theirs = [item for item in items if item.system == "hubspot"]
        ours = [item for item in items if item.system == "salesforce" and not item.inputs.get("formula")]
        for hubspot in theirs:
            for salesforce in ours:
                yield from _different(hubspot, salesforce, values)


def _different(hubspot: Resource, salesforce: Resource, shared: Mapping[str, frozenset[str]]) -> Violations:
    mine, other = str(hubspot.inputs.get("type")), str(salesforce.inputs.get("type"))
    if other not in TYPES.get(mine, {other}):
        yield broken_by(hubspot, f"it is {mine}, and {salesforce} is {other}", "give both the same type")
    options = frozenset(str(option["value"]) for option in hubspot.inputs.get("options") or ())
    values = values_of(salesforce, shared)
    if options and values and options != values and other != "Checkbox":
        differ = ", ".join(sorted(options ^ values))
        yield broken_by(
            hubspot, f"its options differ from those of {salesforce}: {differ}", "give both the same options"
        )


_MODEL = """
context: {systems: {managed: [hubspot, salesforce], source_of_truth: salesforce}}
data_hygiene:
  fields:
    contact:
      tier: {label: Tier, type: picklist, options: {gold: Gold}, standard: {hubspot: customer_tier}}
hubspot:
  Property:
    contacts.customer_tier:
      object: contacts
      name: customer_tier
      label: Tier
      type: enumeration
      field_type: select
      group_name: contactinformation
      options: [{label: Gold, value: %s}]
"""
RULE = Rule(
    title="The CRMs agree",
    why="a value that one CRM does not know is lost in the sync",
    applies_to="properties and fields of the model on both CRMs",
    check=check,
    passing=_MODEL % "gold",
    failing=_MODEL % "Gold",
)
