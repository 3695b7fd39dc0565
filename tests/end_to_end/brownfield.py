"""A portal and an org that somebody has used for years: what is in the way of the reference model, and what is not.

Of the vendor objects here, those called `Old label` have a name of the model and another definition, a few are what the
model says already, and all the others are foreign.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import requests
from crm_simulators.server import RunningSimulators

OTHER_LABEL = "Old label"
OLD_RULE = "Old_Rule"
OPTIONS = {
    "language": ("English", "German", "French", "Other"),
    "loss_reason": ("Price", "Product", "Competitor", "No decision", "Timing"),
}
COLLIDING_PROPERTIES = {
    "contacts": {
        "employees": "number",
        "language": "enumeration",
        "named_account": "bool",
        "nps_score": "number",
        "sla_due_at": "datetime",
    },
    "deals": {
        "acv": "number",
        "competitor": "string",
        "kickoff_on": "date",
        "loss_reason": "enumeration",
        "signed_contract": "string",
    },
}
COLLIDING_FIELDS: dict[str, dict[str, Any]] = {
    "Lead.Nps_Score__c": {"type": "Number", "precision": 18, "scale": 0},
    "Contact.Nps_Score__c": {"type": "Number", "precision": 18, "scale": 0},
    "Contact.Employees__c": {"type": "Number", "precision": 18, "scale": 0},
    "Lead.Named_Account__c": {"type": "Checkbox", "defaultValue": "false"},
    "Lead.Sla_Due_At__c": {"type": "DateTime"},
    "Opportunity.Competitor__c": {"type": "Text", "length": 255},
    "Opportunity.Kickoff_On__c": {"type": "Date"},
    "Opportunity.Acv__c": {"type": "Currency", "precision": 18, "scale": 2},
}
COLLIDING_QUEUE = "Emea_Leads"
COLLIDING_VALIDATION = "Opportunity.Renewal_No_Skipping"
COLLISIONS = 20
IDENTICAL_PROPERTIES = {
    "contacts": {"active_days": ("Days active in the product", "number")},
    "deals": {"terms": ("Terms", "string")},
}
IDENTICAL_FIELDS: dict[str, dict[str, Any]] = {
    "Lead.Active_Days__c": {"label": "Days active in the product", "type": "Number", "precision": 18, "scale": 0},
    "Opportunity.Terms__c": {"label": "Terms", "type": "Text", "length": 255},
}
FIELD_TYPES = {
    "number": "number",
    "string": "text",
    "enumeration": "select",
    "bool": "booleancheckbox",
    "date": "date",
    "datetime": "date",
}
FOREIGN = 300
FOREIGN_STAGES = tuple(f"Old stage {number}" for number in range(1, 13))
FOREIGN_LISTS = 20
FOREIGN_VALIDATIONS = 20


def fill(crms: RunningSimulators) -> None:
    """Puts all of it into both accounts, and forgets the requests that this took."""
    _fill_hubspot(crms)
    _fill_salesforce(crms)
    crms.control.log.clear()


def _fill_hubspot(crms: RunningSimulators) -> None:
    headers = {"Authorization": f"Bearer {crms.hubspot.token}"}
    for object_type in IDENTICAL_PROPERTIES:
        url = f"{crms.hubspot.url}/crm/v3/properties/{object_type}/groups"
        group = {"name": "revops", "label": "Revenue operations"}
        requests.post(url, json=group, headers=headers, timeout=10).raise_for_status()
    colliding = {
        object_type: [_property(name, OTHER_LABEL, kind, _group(object_type)) for name, kind in properties.items()]
        for object_type, properties in COLLIDING_PROPERTIES.items()
    }
    identical = {
        object_type: [_property(name, label, kind, "revops") for name, (label, kind) in properties.items()]
        for object_type, properties in IDENTICAL_PROPERTIES.items()
    }
    foreign = [
        _property(f"old_{number}", f"Old {number}", "string", "companyinformation")
        for number in range(FOREIGN // 2 - FOREIGN_LISTS)
    ]
    for properties in (colliding, identical, {"companies": foreign}):
        crms.seed("hubspot", {"properties": properties})
    crms.seed("hubspot", {"lists": [_list(f"Old list {number}") for number in range(FOREIGN_LISTS)]})


def _group(object_type: str) -> str:
    return {"contacts": "contactinformation", "deals": "dealinformation"}[object_type]


def _property(name: str, label: str, kind: str, group: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": name,
        "label": label,
        "type": kind,
        "fieldType": FIELD_TYPES[kind],
        "groupName": group,
    }
    if kind == "number":
        body["numberDisplayHint"] = "formatted"
    if kind == "bool":
        body["options"] = _options({"true": "True", "false": "False"}.items())
    if kind == "enumeration":
        body["options"] = _options((option.lower().replace(" ", "_"), option) for option in OPTIONS[name])
    return body


def _options(pairs: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    shown = {"hidden": False, "description": ""}
    return [{"value": value, "label": label, "displayOrder": at, **shown} for at, (value, label) in enumerate(pairs)]


def _list(name: str) -> dict[str, Any]:
    return {"name": name, "objectTypeId": "0-1", "processingType": "MANUAL"}


def _fill_salesforce(crms: RunningSimulators) -> None:
    foreign = {
        f"Account.Old_{number}__c": {"label": f"Old {number}", "type": "Text", "length": 80}
        for number in range(FOREIGN // 2 - FOREIGN_VALIDATIONS)
    }
    colliding = {name: {"label": OTHER_LABEL, **body} for name, body in COLLIDING_FIELDS.items()}
    rule = {"active": True, "errorConditionFormula": "ISBLANK(Name)", "errorMessage": "Old message"}
    validations = {f"Account.Old_{number}": rule for number in range(FOREIGN_VALIDATIONS)}
    stages = crms.dump("salesforce")["components"]["StandardValueSet"]["OpportunityStage"]["body"]
    added = [
        {"fullName": name, "label": name, "default": False, "closed": False, "won": False, "probability": 30}
        | {"forecastCategory": "Pipeline"}
        for name in FOREIGN_STAGES
    ]
    components: dict[str, Any] = {
        "CustomField": {**foreign, **colliding, **IDENTICAL_FIELDS},
        "ValidationRule": {**validations, COLLIDING_VALIDATION: rule},
        "StandardValueSet": {
            "OpportunityStage": {**stages, "standardValue": [*stages["standardValue"], *added]},
        },
    }
    queues = [{"DeveloperName": COLLIDING_QUEUE, "Name": OTHER_LABEL}, {"DeveloperName": "Old_Queue"}]
    crms.seed("salesforce", {"components": components, "queues": queues})
    entry = {"assignedTo": "Old_Queue", "assignedToType": "Queue"}
    active = {"active": True, "ruleEntry": [{"criteriaItems": [_in_emea()], **entry}, entry]}
    crms.seed("salesforce", {"components": {"AssignmentRule": {f"Lead.{OLD_RULE}": active}}})


def _in_emea() -> dict[str, str]:
    return {"field": "Lead.Country", "operation": "equals", "value": "DE"}
