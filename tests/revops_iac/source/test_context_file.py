"""What is read from a product marketing context document."""

from __future__ import annotations

from typing import Any

import pytest

from revops_iac.source.context_file import read_context


def message(text: str) -> Any:
    return read_context(text, "a.md").plain()


def test_whole_document_is_read() -> None:
    document = """\
# Product marketing context

## Company
Northwind Cloud

## Go-to-market
- **Motion:** Hybrid (product-led, with sales assist)
- ACV: $8K-$120K
- **Sales cycle**: 75 days

| Tool | Name |
| CRM | Salesforce |
| Marketing automation | HubSpot |
- Enrichment: Clearbit, Apollo and ZoomInfo

Goal: fewer leaks
Something else: is left out
"""
    assert message(document) == {
        "company": "Northwind Cloud",
        "motion": "hybrid",
        "annual_contract_value": {
            "low": {"amount": 8000.0, "currency": "USD"},
            "high": {"amount": 120000.0, "currency": "USD"},
        },
        "sales_cycle_days": 75,
        "stack": {
            "crm": "Salesforce",
            "marketing_automation": "HubSpot",
            "enrichment": ["Clearbit", "Apollo", "ZoomInfo"],
        },
        "goal": "fewer leaks",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Motion: PLG", {"motion": "product_led"}),
        ("Motion: sales-led", {"motion": "sales_led"}),
        ("Motion: it depends", {}),
        ("Sales cycle: 2-4 months", {"sales_cycle_days": 90}),
        ("Sales cycle: about 6 weeks", {"sales_cycle_days": 42}),
        ("Sales cycle: long", {}),
        ("ACV: varies", {}),
        ("ACV: 8-120", {}),
        ("Goal: one\nGoal: two", {"goal": "one"}),
        ("", {}),
    ],
)
def test_what_is_not_understood_is_left_out(text: str, expected: dict[str, Any]) -> None:
    assert message(text) == expected


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [
        ("ACV: €10K to €50K", 10_000, 50_000, "EUR"),
        ("ACV: 10-50K USD", 10_000, 50_000, "USD"),
        ("Annual contract value: $1.2M", 1_200_000, 1_200_000, "USD"),
        ("ACV range: $8,000 - $120,000", 8_000, 120_000, "USD"),
    ],
)
def test_contract_value_is_read_as_a_range(text: str, low: float, high: float, currency: str) -> None:
    assert message(text)["annual_contract_value"] == {
        "low": {"amount": low, "currency": currency},
        "high": {"amount": high, "currency": currency},
    }
