"""Line items, quotes, products and activities: records with standard properties, linked as HubSpot links them."""

from __future__ import annotations

from typing import Any

import pytest
from hubspot import HubSpot
from hubspot.crm.associations.v4 import AssociationSpec
from hubspot.crm.objects import SimplePublicObjectInputForCreate as New

SAMPLES: dict[str, dict[str, str]] = {
    "products": {"name": "Seat", "price": "40", "hs_sku": "SEAT", "recurringbillingfrequency": "monthly"},
    "line_items": {"name": "Seat", "price": "40", "quantity": "25", "recurringbillingfrequency": "annually"},
    "quotes": {"hs_title": "Offer", "hs_expiration_date": "2026-12-31T00:00:00Z", "hs_status": "DRAFT"},
    "leads": {"hs_lead_name": "Maya", "hs_lead_label": "HOT"},
    "tickets": {"subject": "Broken", "hs_pipeline": "0", "hs_pipeline_stage": "1"},
    "calls": {"hs_timestamp": "2026-01-02T09:00:00Z", "hs_call_direction": "OUTBOUND", "hs_call_status": "COMPLETED"},
    "meetings": {"hs_timestamp": "2026-01-02T09:00:00Z", "hs_meeting_title": "Demo", "hs_meeting_outcome": "NO_SHOW"},
    "notes": {"hs_timestamp": "2026-01-02T09:00:00Z", "hs_note_body": "<p>Asked for a discount</p>"},
    "tasks": {"hs_timestamp": "2026-01-02T09:00:00Z", "hs_task_subject": "Call", "hs_task_type": "CALL"},
    "emails": {"hs_timestamp": "2026-01-02T09:00:00Z", "hs_email_direction": "EMAIL", "hs_email_status": "SENT"},
    "communications": {"hs_communication_channel_type": "SMS", "hs_communication_logged_from": "CRM"},
    "postal_mail": {"hs_timestamp": "2026-01-02T09:00:00Z", "hs_postal_mail_body": "Welcome"},
    "orders": {"hs_order_name": "First order", "hs_total_price": "1000"},
    "services": {"hs_name": "Onboarding"},
    "appointments": {"hs_appointment_name": "First visit"},
    "invoices": {"hs_currency": "EUR"},
    "subscriptions": {"hs_name": "Yearly"},
    "discounts": {"hs_label": "Launch", "hs_type": "PERCENT", "hs_value": "10"},
}
RECORDS = {
    **SAMPLES,
    "deals": {"dealname": "New business"},
    "companies": {"name": "Northwind"},
    "contacts": {"email": "maya@northwind.example"},
}
OTHER = {"contacts": {"email": "noor@northwind.example"}}
LINKS = [
    ("deals", "line_items", 19),
    ("quotes", "line_items", 67),
    ("deals", "quotes", 63),
    ("contacts", "calls", 193),
    ("companies", "meetings", 187),
    ("deals", "notes", 213),
    ("tickets", "tasks", 229),
    ("contacts", "communications", 82),
    ("contacts", "contacts", 449),
]


def created(client: HubSpot, object_: str, values: dict[str, str]) -> Any:
    return client.crm.objects.basic_api.create(object_, New(properties=values))


@pytest.mark.parametrize("object_", SAMPLES)
def test_record_is_created_read_searched_and_defined(client: HubSpot, object_: str) -> None:
    made = created(client, object_, SAMPLES[object_])
    found = client.crm.objects.basic_api.get_by_id(object_, made.id, properties=list(SAMPLES[object_]))
    assert {key: found.properties[key] for key in SAMPLES[object_]} == {
        key: value.replace("Z", ".000Z") if value.endswith("00Z") else value for key, value in SAMPLES[object_].items()
    }
    assert client.crm.objects.search_api.do_search(object_, {"limit": 1}).total == 1
    names = {one.name for one in client.crm.properties.core_api.get_all(object_).results}
    assert names >= {*SAMPLES[object_], "hs_object_id", "hubspot_owner_id"}


@pytest.mark.parametrize(("start", "end", "type_id"), LINKS)
def test_records_are_linked_by_the_documented_type(client: HubSpot, start: str, end: str, type_id: int) -> None:
    values = {
        "deals": {"dealname": "Deal"},
        "contacts": {"email": "maya@northwind.example"},
        "companies": {"name": "N"},
    }
    first = created(client, start, {**values, **SAMPLES}[start])
    second_values = {**values, **SAMPLES, "contacts": {"email": "noor@northwind.example"}}[end]
    second = created(client, end, second_values)
    spec = [AssociationSpec(association_category="HUBSPOT_DEFINED", association_type_id=type_id)]
    client.crm.associations.v4.basic_api.create(start, first.id, end, second.id, spec)
    (link,) = client.crm.associations.v4.basic_api.get_page(start, first.id, end).results
    assert (str(link.to_object_id), [one.type_id for one in link.association_types]) == (second.id, [type_id])
