"""Child relationships: the names under which queries and describe show the records that look up to an object."""

from __future__ import annotations

from dataclasses import dataclass

from crm_simulators.salesforce.org.fields import fields_of, objects_with_custom_fields
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.org.standard_objects import IRREGULAR

# Standard relationships that are not called as the plural of the child [K].
NAMES = {("Account", "Account", "ParentId"): "ChildAccounts"}
WITH_CHILDREN = frozenset({"Account", "Campaign", "Contact", "Lead", "Opportunity"})
CHILDREN = ("Account", "CampaignMember", "Contact", "Event", "Opportunity", "Task")
LOOKUPS = frozenset({"AccountId", "CampaignId", "ContactId", "LeadId", "ParentId", "WhatId", "WhoId"})


@dataclass(frozen=True)
class Children:
    """The object that looks up, the field by which it does, and the relationship's name."""

    sobject: str
    field: str
    name: str


def child_relationships(org: Org, sobject: str) -> dict[str, Children]:
    """What looks up to an object, by the relationship's name in lower case."""
    found: dict[str, Children] = {}
    for child in sorted({*CHILDREN, *objects_with_custom_fields(org)}):
        for field in fields_of(org, child).values():
            if sobject.lower() not in {target.lower() for target in field.reference_to}:
                continue
            if field.custom is not None and field.custom.get("relationshipName"):
                name = f"{field.custom['relationshipName']}__r"
            elif child in CHILDREN and sobject in WITH_CHILDREN and field.name in LOOKUPS:
                name = NAMES.get((sobject, child, field.name), IRREGULAR.get(child, f"{child}s"))
            else:
                continue
            found[name.lower()] = Children(child, field.name, name)
    return found


def no_such_children(name: str) -> str:
    """[K: text]"""
    return (
        f"Didn't understand relationship '{name}' in FROM part of query call. If you are attempting to use a custom "
        "relationship, be sure to append the '__r' after the custom relationship name."
    )
