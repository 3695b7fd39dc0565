"""What `revops check` and the preview say of a model that Salesforce takes otherwise than its author may expect."""

from __future__ import annotations

from typing import Any

import pytest
from revops_salesforce.compiler.warnings import warnings

from revops_iac.model import Model
from tests.providers.revops_salesforce.compiled_model import reference_model


def reported(object_name: str, key: str, **more: Any) -> list[tuple[str, str]]:
    fields = {object_name: {key: {"label": "X", "type": "text", **more}}}
    found = warnings(Model.model_validate({"data_hygiene": {"fields": fields}}))
    return [(one.message, one.fix) for one in found]


@pytest.mark.parametrize(
    ("object_name", "key", "made_beside", "bound", "name"),
    [
        (
            "contact",
            "country",
            "Lead.Country and Contact.MailingCountry",
            "Lead: Country, Contact: MailingCountry",
            "Country",
        ),
        ("company", "postal_code", "Account.BillingPostalCode", "Account: BillingPostalCode", "Postal_Code"),
        ("deal", "next_step", "Opportunity.NextStep", "Opportunity: NextStep", "Next_Step"),
    ],
)
def test_a_field_beside_one_of_salesforce_is_said(
    object_name: str, key: str, made_beside: str, bound: str, name: str
) -> None:
    assert reported(object_name, key) == [
        (
            f"a new field is made beside {made_beside}, which Salesforce has",
            f"use that one with standard: {{salesforce: {{{bound}}}}}, or keep both with "
            f"vendor_name: {{salesforce: {name}__c}}",
        )
    ]


def test_whoever_chose_is_not_told_again() -> None:
    assert reported("contact", "country", standard={"salesforce": {"Lead": "Country"}}) == []
    assert reported("contact", "country", vendor_name={"salesforce": "Country__c"}) == []
    assert list(warnings(reference_model())) == []
