"""A new organization: one administrator, profiles and the factory values of its standard picklists."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from crm_simulators.salesforce.http import login
from crm_simulators.salesforce.metadata_types.automation.assignment_rules import CONTAINERS
from crm_simulators.salesforce.metadata_types.automation.business_hours_settings import FACTORY as FACTORY_HOURS
from crm_simulators.salesforce.metadata_types.objects.layout import factory_layouts
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.org.standard_value_sets import FACTORY, body

FIRST_DAY = "2026-01-01T00:00:00.000Z"


def furnish(org: Org) -> None:
    """Fill an empty org."""
    organization = org.insert(
        "Organization",
        {
            "Name": "Simulated",
            "InstanceName": "SIM1",
            "IsSandbox": False,
            "OrganizationType": "Developer Edition",
            "NamespacePrefix": None,
            "TrialExpirationDate": None,
            "TimeZoneSidKey": "America/New_York",
            "DefaultLocaleSidKey": "en_US",
            "LanguageLocaleKey": "en_US",
            "CreatedDate": FIRST_DAY,
        },
    )
    administrator = org.insert("Profile", _profile("System Administrator", True))
    org.insert("Profile", _profile("Standard User", False))
    user = org.insert("User", _administrator(administrator["Id"]))
    org.sessions[login.first_token(organization["Id"])] = user["Id"]
    hours = {**FACTORY_HOURS, "TimeZoneSidKey": organization["TimeZoneSidKey"], "CreatedDate": FIRST_DAY}
    org.insert("BusinessHours", hours, user["Id"])
    org.insert("EmailTemplate", _sample_template(organization["Id"]), user["Id"])
    first = _first_components()
    org.components = {kind: {name: dict(one) for name, one in of.items()} for kind, of in first.components.items()}
    org.counters |= first.counters


@cache
def _first_components() -> Org:
    """An org of its components alone. Every other one shares their bodies: a body is replaced, never changed."""
    org = Org(lambda: datetime.fromisoformat(FIRST_DAY), lambda name: False)
    for name in FACTORY:
        org.store("StandardValueSet", name, body(name))
    for name in CONTAINERS:
        org.store("AssignmentRules", name, {"assignmentRule": []})["rules"] = {}
    for name, layout in factory_layouts():
        org.store("Layout", name, layout)
    return org


def _profile(name: str, modifies: bool) -> dict[str, object]:
    return {
        "Name": name,
        "UserType": "Standard",
        "PermissionsModifyAllData": modifies,
        "PermissionsModifyMetadata": modifies,
        "PermissionsViewSetup": modifies,
        "PermissionsManageUsers": modifies,
        "PermissionsAssignPermissionSets": modifies,
        "CreatedDate": FIRST_DAY,
    }


def _sample_template(folder_id: str) -> dict[str, object]:
    """One of the public sample templates that a new org has [K]."""
    return {
        "Name": "SALES: New Customer Email",
        "DeveloperName": "SalesNewCustomerEmail",
        "FolderId": folder_id,
        "TemplateType": "text",
        "IsActive": True,
        "Subject": "Thank you for your business",
        "Body": "We look forward to working with you.",
        "CreatedDate": FIRST_DAY,
    }


def _administrator(profile_id: str) -> dict[str, object]:
    return {
        "Username": login.ADMIN_USERNAME,
        "FirstName": "Ada",
        "LastName": "Admin",
        "Name": "Ada Admin",
        "Email": login.ADMIN_USERNAME,
        "Alias": "aadmi",
        "IsActive": True,
        "UserType": "Standard",
        "ProfileId": profile_id,
        "TimeZoneSidKey": "America/New_York",
        "LocaleSidKey": "en_US",
        "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "en_US",
        "CreatedDate": FIRST_DAY,
    }
