"""Enabling all automations of the reference model on a portal that is full already."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

from tests.providers.crm_simulators.hubspot.reference_model import Deployment, everything_on_hubspot
from tests.providers.crm_simulators.hubspot.workflows import Portal

OLD = "2026-03-01T12:00:00Z"
STAGES = ("lead", "marketingqualifiedlead", "salesqualifiedlead")
STATUSES = ("open", "recycled")
OLD_CONTACTS = 240
"""Twenty of each sort, and more than one batch; five thousand with `--thorough`."""
OLD_DEALS = 80


def old_contact(n: int) -> dict[str, Any]:
    """Somebody from long before go-live, whom every automation would take up if it looked at the criteria alone."""
    return {
        "createdate": OLD,
        "email": f"old{n}@old.example",
        "lastname": "Old",
        "company": "Old Ltd",
        "product_interest": ("platform", "self_serve")[n % 2],
        "employees": 5000,
        "industry_group": "software",
        "cloud_platform": "aws",
        "region": ("emea", "amer")[n % 2],
        "engagement_score": 90,
        "high_intent": "true",
        "last_engaged_at": OLD,
        "latest_mql_date": OLD,
        "decided_at": OLD,
        "rejection_reason": "no_budget",
        "lifecyclestage": STAGES[n % 3],
        "hs_lead_status": STATUSES[n // 3 % 2],
    }


def test_old_contacts_get_no_task_no_notice_and_no_owner(
    accounts: RunningSimulators, api: Any, request: pytest.FixtureRequest
) -> None:
    count = 5000 if request.config.getoption("--thorough") else OLD_CONTACTS
    portal = Portal(api, accounts)
    portal.done("POST", "/_sim/clock", {"set": "2026-12-01T12:00:00Z"})
    deployment = Deployment(accounts, everything_on_hubspot(), date(2026, 12, 1))
    deployment.set_up()
    won = {"createdate": OLD, "closedate": OLD, "pipeline": "new_business", "dealstage": "new_business_closed_won"}
    records = {"contacts": [old_contact(n) for n in range(count)], "deals": [won] * OLD_DEALS}
    accounts.seed("hubspot", {"records": records})
    assert deployment.enable() == 18
    portal.after(days=2)
    runs = portal.runs()
    people = accounts.dump("hubspot")["records"]["0-1"].values()
    assert (len(people), sum("hubspot_owner_id" in one["properties"] for one in people)) == (count, 0)
    assert (portal.tasks(), runs["log"], runs["errors"]) == ([], [], [])
    assert {flow["name"]: flow["enrollments"] for flow in runs["flows"].values() if flow["enrollments"]} == {}
