from __future__ import annotations

import pytest
from revops_salesforce.compiler.terms.names import (
    custom_field_name,
    field_name,
    field_path,
    options,
    standard_field,
    value,
)

from revops_iac.model import Model
from revops_iac.model.condition import FieldRef

EMPLOYEES = {
    "label": "Employees",
    "type": "number",
    "standard": {"salesforce": {"Lead": "NumberOfEmployees", "Contact": "Account.NumberOfEmployees"}},
}
STATUS = {"label": "Status", "type": "picklist", "standard": {"salesforce": {"Lead": "Status"}}}
STAGE = {"label": "Stage", "type": "picklist", "standard": {"salesforce": "StageName"}}
MODEL = Model.model_validate(
    {
        "context": {"name_prefix": "nw_"},
        "lifecycle": {"status_field": "contact.status", "lead_statuses": {"open": "Open", "recycled": "Recycled"}},
        "pipelines": {"new": {"label": "New", "stages": {"demo": {"label": "Demo / evaluation", "probability": 0.4}}}},
        "data_hygiene": {
            "fields": {
                "contact": {"employees": EMPLOYEES, "status": STATUS, "nps": {"label": "NPS", "type": "number"}},
                "company": {"size": {"label": "Size", "type": "number"}},
                "deal": {"stage": STAGE},
            }
        },
    }
)


def test_a_field_is_called_by_its_key_with_the_prefix_in_front() -> None:
    assert field_name(MODEL, FieldRef("contact.nps"), "Lead") == "Nw_Nps__c"


def test_a_binding_names_the_field_of_each_object_and_may_lead_through_the_account() -> None:
    employees = FieldRef("contact.employees")
    assert field_name(MODEL, employees, "Lead") == "NumberOfEmployees"
    assert field_name(MODEL, employees, "Contact") == "Account.NumberOfEmployees"
    assert standard_field(MODEL, FieldRef("contact.nps"), "Lead") is None


@pytest.mark.parametrize(
    ("vendor_object", "path"),
    [
        ("Account", "Nw_Size__c"),
        ("Contact", "Account.Nw_Size__c"),
        ("Opportunity", "Account.Nw_Size__c"),
        ("Lead", None),
    ],
)
def test_a_company_field_is_reached_from_all_but_a_lead(vendor_object: str, path: str | None) -> None:
    assert field_path(MODEL, FieldRef("company.size"), vendor_object) == path


def test_a_pinned_name_gets_the_ending_of_custom_fields() -> None:
    field = {"label": "A", "type": "text", "vendor_name": {"salesforce": "Amount_2"}}
    model = Model.model_validate({"data_hygiene": {"fields": {"deal": {"a": field}}}})
    assert custom_field_name(model, "a", model.field("deal.a")) == "Amount_2__c"


def test_statuses_and_stages_are_written_by_key_and_held_by_label() -> None:
    assert value(MODEL, FieldRef("contact.status"), "recycled") == "Recycled"
    assert options(MODEL, FieldRef("contact.status")) == {"Open": "Open", "Recycled": "Recycled"}
    assert value(MODEL, FieldRef("deal.stage"), "demo") == "Demo / evaluation"
