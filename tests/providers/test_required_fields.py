"""A field required under a condition: what Salesforce blocks and HubSpot lists is what the model finds missing."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace
from typing import Any, cast

import pytest
from crm_simulators.hubspot.filters.evaluation import Filters, Subject
from revops_hubspot.compiler import compile_model
from revops_hubspot.filters.branches import compile_filter

from revops_iac.config.settings import Settings
from revops_iac.model import Model
from revops_iac.model.pipelines import missing_fields
from revops_iac.provider.declaration import Declaration
from tests.providers.revops_salesforce.compiled_model import Saving, compiled, deploy, org

DEAL_FIELDS = {
    "stage": {"label": "Stage", "type": "picklist", "standard": {"hubspot": "dealstage", "salesforce": "StageName"}},
    "amount": {
        "label": "Amount",
        "type": "currency",
        "standard": {"hubspot": "amount", "salesforce": "Amount"},
    },
    "redlines": {"label": "Redlines", "type": "text"},
    "reviewed": {"label": "Legal review", "type": "checkbox"},
}
CONTACT_FIELDS = {
    "seats": {"label": "Seats", "type": "number"},
    "use_case": {"label": "Use case", "type": "text"},
}
STAGES: dict[str, Any] = {
    "open": {"label": "Open", "probability": 0.2},
    "offer": {
        "label": "Offer",
        "probability": 0.6,
        "required_when": {
            "deal.redlines": "deal.amount > 25000",
            "deal.reviewed": "deal.amount is between 50000 and 90000",
        },
    },
    "won": {"label": "Won", "probability": 1, "closed": "won", "forecast": "closed"},
}
MODEL = Model.model_validate(
    {
        "data_hygiene": {
            "fields": {"deal": DEAL_FIELDS, "contact": CONTACT_FIELDS},
            "required_when": {"contact.use_case": "contact.seats is between 10 and 50"},
        },
        "pipelines": {"sales": {"label": "Sales", "stages": STAGES}},
    }
)
DEALS = list(product([None, 25000, 60000], [None, "yes"], [False, True]))
CONTACTS = list(product([None, 9, 10, 50], [None, "support"]))


@pytest.fixture(scope="module")
def salesforce() -> Saving:
    made = org()
    deploy(made, compiled(MODEL))
    return Saving(made, "RevOps_Fields")


@pytest.fixture(scope="module")
def segments() -> dict[str, str]:
    declared: list[Declaration] = list(compile_model(MODEL, Settings("test")))
    return {one.key: one.inputs["filter"] for one in declared if one.kind == "List"}


def listed(filter_text: str, object_type: str, values: dict[str, str | None]) -> bool:
    """Does the simulated portal put a record into the segment?"""
    live = {name: value for name, value in values.items() if value is not None}
    records = SimpleNamespace(
        properties=SimpleNamespace(active=lambda object_type: {name: {"name": name} for name in values}),
        portal=SimpleNamespace(switch=lambda name: True),
    )
    subject = Subject("0-1", {"id": "1", "history": {}}, cast(Any, live))
    branch = compile_filter(filter_text, object_type)
    return Filters(cast(Any, records), cast(Any, None), lambda a, b: False)._branch(subject, branch)


@pytest.mark.parametrize(("amount", "redlines", "reviewed"), DEALS)
def test_a_deal_enters_a_stage_with_what_its_condition_asks_for(
    salesforce: Saving, segments: dict[str, str], amount: int | None, redlines: str | None, reviewed: bool
) -> None:
    record = {"deal.amount": amount, "deal.redlines": redlines, "deal.reviewed": reviewed}
    missing = missing_fields(MODEL.pipelines["sales"].stages["offer"], record)
    shown = None if amount is None else str(amount)
    in_portal = {"amount": shown, "redlines": redlines, "reviewed": str(reviewed).lower()}
    values: dict[str, Any] = {"Amount": amount, "Redlines__c": redlines, "Reviewed__c": reviewed}
    deal = salesforce.create("Opportunity", Name="A", StageName="Open", CloseDate="2027-01-01", **values)

    refused = salesforce.refused("Opportunity", deal, StageName="Offer")
    assert len(refused) == len(missing)
    assert all(message.startswith("Offer needs: ") for message in refused)
    text = segments["deals.missing_sales_offer"]
    assert listed(text, "deals", {**in_portal, "dealstage": "sales_offer"}) is bool(missing)
    assert not listed(text, "deals", {**in_portal, "dealstage": "sales_open"})


@pytest.mark.parametrize(("seats", "use_case"), CONTACTS)
def test_a_person_has_what_the_condition_asks_for(
    salesforce: Saving, segments: dict[str, str], seats: int | None, use_case: str | None
) -> None:
    missing = MODEL.data_hygiene.missing_fields({"contact.seats": seats, "contact.use_case": use_case})
    values = {"LastName": "Berg", "Seats__c": seats, "Use_Case__c": use_case}

    refused = salesforce.refused("Lead", None, Company="Acme", **values)
    assert refused == (["Use case is required where Seats is between 10 and 50."] if missing else [])
    assert bool(salesforce.refused("Contact", None, **values)) is bool(missing)
    in_portal = {"seats": None if seats is None else str(seats), "use_case": use_case}
    assert listed(segments["contacts.required_use_case"], "contacts", in_portal) is bool(missing)


def test_a_message_names_the_fields_by_their_labels() -> None:
    rules = {one.key: one.inputs for one in compiled(MODEL) if one.kind == "ValidationRule"}

    inputs = rules["Opportunity.sales_offer_redlines"]
    assert inputs["name"] == "Sales_Offer_Redlines"
    assert inputs["error_message"] == "Offer needs: Redlines (where Amount > 25000)."
    assert "Amount>25000" in inputs["error_condition_formula"]
