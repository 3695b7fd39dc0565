"""describe and the list of objects, filtered by what the user may see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vendor_facts import vocabulary

from crm_simulators.salesforce.org.access import editable, visible_fields
from crm_simulators.salesforce.org.child_relationships import Children, child_relationships
from crm_simulators.salesforce.org.fields import NUMERIC, Field, is_customizable, object_names
from crm_simulators.salesforce.org.ids import KEY_PREFIXES
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.org.picklists import active, is_restricted, picklist_values
from crm_simulators.salesforce.org.standard_objects import label_of, plural_of
from crm_simulators.salesforce.rows.record_types import visible_record_types
from crm_simulators.salesforce.rows.tables import NOT_WRITABLE, rows

MASTER = {
    "active": True,
    "available": True,
    "defaultRecordTypeMapping": True,
    "developerName": "Master",
    "master": True,
    "name": "Master",
    "recordTypeId": "012000000000000AAA",
}


def global_describe(org: Org, version: str) -> dict[str, Any]:
    """`GET sobjects`."""
    return {
        "encoding": "UTF-8",
        "maxBatchSize": 200,
        "sobjects": [_object(name, version) for name in object_names(org)],
    }


def _object(name: str, version: str) -> dict[str, Any]:
    base = f"/services/data/v{version}/sobjects/{name}"
    writable = name not in NOT_WRITABLE
    return {
        "name": name,
        "label": label_of(name),
        "labelPlural": plural_of(name),
        "keyPrefix": KEY_PREFIXES.get(name),
        "custom": False,
        "createable": writable,
        "updateable": writable,
        "deletable": writable and name != "User",
        "queryable": True,
        "retrieveable": True,
        "undeletable": False,
        "layoutable": is_customizable(name),
        "urls": {
            "sobject": base,
            "describe": f"{base}/describe",
            "rowTemplate": f"{base}/{{ID}}",
        },
    }


def describe(org: Org, user: Record, name: str, version: str) -> dict[str, Any]:
    """`GET sobjects/NAME/describe`."""
    fields = visible_fields(org, user["Id"], name)
    return {
        **_object(name, version),
        "childRelationships": [_children(each) for each in child_relationships(org, name).values()],
        "fields": [_field(org, user, name, field) for field in fields.values()],
        "recordTypeInfos": [*_record_types(org, user, name), MASTER],
    }


def _children(found: Children) -> dict[str, Any]:
    return {
        "cascadeDelete": False,
        "childSObject": found.sobject,
        "deprecatedAndHidden": False,
        "field": found.field,
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": found.name,
        "restrictedDelete": False,
    }


def _record_types(org: Org, user: Record, name: str) -> Iterator[dict[str, Any]]:
    visible = visible_record_types(org, user["Id"])
    for row in rows(org, "RecordType"):
        if row["SobjectType"] == name:
            yield {
                "active": row["IsActive"],
                "available": f"{name}.{row['DeveloperName']}".lower() in visible,
                "defaultRecordTypeMapping": False,
                "developerName": row["DeveloperName"],
                "master": False,
                "name": row["Name"],
                "recordTypeId": row["Id"],
            }


def _field(org: Org, user: Record, sobject: str, field: Field) -> dict[str, Any]:
    may_edit = editable(org, user["Id"], sobject, field)
    return {
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "soapType": vocabulary("salesforce", "soap types").get(field.type, "xsd:string"),
        "length": field.length,
        "precision": field.precision,
        "scale": field.scale,
        "calculated": field.formula is not None,
        "calculatedFormula": field.formula,
        "createable": field.createable and may_edit,
        "updateable": field.updateable and may_edit,
        "nillable": not field.required and field.type != "boolean",
        "defaultedOnCreate": field.type == "boolean" or field.name == "OwnerId" or field.default is not None,
        "defaultValue": field.default if field.type == "boolean" else None,
        "nameField": field.name == "Name",
        "encrypted": field.type == "encryptedstring",
        "referenceTo": list(field.reference_to),
        "relationshipName": field.relationship,
        **_in_queries(field),
        **_custom(field),
        **_picklist(org, field),
    }


def _in_queries(field: Field) -> dict[str, bool]:
    return {
        "filterable": not field.is_long_text and field.type not in {"encryptedstring", "location"},
        "sortable": not field.is_long_text,
        "groupable": field.type not in NUMERIC and not field.is_long_text,
        "aggregatable": True,
    }


def _custom(field: Field) -> dict[str, Any]:
    custom = field.custom or {}
    return {
        "custom": field.custom is not None,
        "unique": bool(custom.get("unique")),
        "externalId": bool(custom.get("externalId")),
        "idLookup": field.name == "Id" or bool(custom.get("externalId")),
        "inlineHelpText": custom.get("inlineHelpText"),
    }


def _picklist(org: Org, field: Field) -> dict[str, Any]:
    controller = (field.custom or {}).get("valueSet", {}).get("controllingField")
    values = picklist_values(org, field) if field.type in {"picklist", "multipicklist"} else []
    return {
        "restrictedPicklist": is_restricted(field),
        "dependentPicklist": controller is not None,
        "controllerName": controller,
        "picklistValues": [
            {
                "active": True,
                "defaultValue": bool(value.get("default")),
                "label": value["label"],
                "validFor": None,
                "value": value["fullName"],
            }
            for value in active(values)
        ],
    }
