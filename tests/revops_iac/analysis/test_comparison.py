"""Disagreements planted between the model and the CRMs are found, each with its likely cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from revops_iac.analysis.comparison import Disagreement, disagreements
from revops_iac.analysis.evaluation import evaluate
from revops_iac.analysis.live import merged, record_of
from revops_iac.documents.process import Process
from revops_iac.provider.inspection.records import OWNER, Edit, FoundRecord
from revops_iac.source.load import load
from revops_iac.systems import installed_systems

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
LONG_AGO, LATER, JUST_NOW = NOW - timedelta(days=3), NOW - timedelta(days=2, hours=23), NOW - timedelta(minutes=4)
LEAD = {
    "contact.email": "ana@acme.example",
    "contact.last_name": "Ruiz",
    "contact.company_name": "Acme",
    "contact.job_title": "CTO",
    "contact.product_interest": "platform",
    "contact.employees": "1200",
    "contact.industry_group": "software",
    "contact.region": "emea",
    "contact.fit_score": "55",
    "contact.engagement_score": "41",
    "contact.lead_score": "96",
    "contact.mql_ready": "true",
    "contact.lifecycle_stage": "marketingqualifiedlead",
}
"""As HubSpot answers: fit 30 for size and 25 for industry, so an MQL, and owned as the rules say."""


@cache
def process() -> Process:
    return Process("prod", load(ROOT / "stacks", "prod"), (), tuple(installed_systems().values()))


def found(
    changes: Mapping[str, Any],
    owner: str | None = "lena.voss@northwind.example",
    at: datetime = LONG_AGO,
    edits: Mapping[str, Edit] | None = None,
) -> FoundRecord:
    return FoundRecord("contact 1", at, {**LEAD, **changes}, owner, edits=edits or {})


def apart(live: Mapping[str, FoundRecord], of: Process | None = None, off: tuple[str, ...] = ()) -> list[Disagreement]:
    of = of or process()
    record = merged(of, {name: record_of(of, one) for name, one in live.items()})
    return disagreements(of, live, NOW, evaluate(of.model, record, NOW), lambda system, workflow: list(off))


def test_a_record_that_is_as_the_model_says_has_no_disagreement() -> None:
    assert apart({"hubspot": found({})}) == []
    assert apart({"hubspot": found({}), "salesforce": found({"contact.lifecycle_stage": "MQL"})}) == []


@pytest.mark.parametrize(
    ("changes", "subject", "values", "cause"),
    [
        (
            {"contact.fit_score": "10"},
            "Fit score",
            {"model": "55", "HubSpot": "10"},
            "the stack was not applied since the model changed",
        ),
        (
            {"contact.lifecycle_stage": "lead"},
            "Lifecycle stage",
            {"model": "MQL", "HubSpot": "Lead"},
            "the automation did not take the record: it was there before the automation was enabled, or it failed",
        ),
    ],
)
def test_what_a_crm_holds_otherwise_than_the_model_is_named_with_its_cause(
    changes: dict[str, Any], subject: str, values: dict[str, str], cause: str
) -> None:
    assert apart({"hubspot": found(changes)}) == [Disagreement(subject, values, cause)]


def test_a_record_that_lacks_what_the_next_stage_requires_stands_where_it_should() -> None:
    assert apart({"hubspot": found({"contact.lifecycle_stage": "lead", "contact.job_title": ""})}) == []


def test_a_stage_that_did_not_move_just_now_may_still() -> None:
    (one,) = apart({"hubspot": found({"contact.lifecycle_stage": "lead"}, at=JUST_NOW)})
    assert one.cause == "the automation has not run yet: HubSpot changed less than 15 minutes ago"


def test_a_workflow_that_is_off_in_the_account_is_the_cause() -> None:
    (one,) = apart({"hubspot": found({"contact.lifecycle_stage": "lead"})}, off=("contacts.Lifecycle: MQL",))
    assert one.cause == 'automation off: "contacts.Lifecycle: MQL" in HubSpot'


@pytest.mark.parametrize(
    ("changes", "field", "before", "expected"),
    [
        ({"contact.lifecycle_stage": "lead"}, "contact.lifecycle_stage", "marketingqualifiedlead", "MQL"),
        ({"contact.fit_score": "10"}, "contact.fit_score", "55", "55"),
        (
            {"contact.engagement_score": "0", "contact.lead_score": "55", "contact.mql_ready": "false"},
            "contact.lifecycle_stage",
            "lead",
            "the conditions of MQL are not met",
        ),
    ],
)
def test_a_field_edited_by_hand_is_told_with_who_did_it(
    changes: dict[str, Any], field: str, before: str, expected: str
) -> None:
    edits = {field: Edit(LONG_AGO, "rep@northwind.example", "manual", before)}
    (one,) = apart({"hubspot": found(changes, edits=edits)}, off=("contacts.Lifecycle: MQL",))
    assert one.values["model"] == expected
    assert one.cause == "manual edit: rep@northwind.example in HubSpot on 2026-11-25 12:00 UTC"


def test_an_owner_whom_a_person_set_is_told_with_who_did_it() -> None:
    edits = {OWNER: Edit(LONG_AGO, "rep@northwind.example", "manual")}
    (one,) = apart({"hubspot": found({}, "tom.reyes@northwind.example", edits=edits)})
    assert one.cause == "manual edit: rep@northwind.example in HubSpot on 2026-11-25 12:00 UTC"


def test_a_field_edited_long_ago_does_not_wait_for_the_sync_when_its_record_changed_just_now() -> None:
    edits = {"contact.job_title": Edit(LATER, "rep@northwind.example", "as user", "CTO")}
    live = {"hubspot": found({}), "salesforce": found({"contact.job_title": "CEO"}, at=JUST_NOW, edits=edits)}
    (one,) = apart(live)
    assert one.cause == (
        "saved by rep@northwind.example in Salesforce on 2026-11-25 13:00 UTC, manually, by a tool, or by an "
        "automation that their save started"
    )


def test_an_automation_that_the_model_leaves_off_is_the_cause() -> None:
    automation = process().model.automation
    assert automation is not None
    off = {key: one.model_copy(update={"enabled": False}) for key, one in automation.workflows.items()}
    model = process().model.model_copy(update={"automation": automation.model_copy(update={"workflows": off})})
    without = replace(process(), loaded=replace(process().loaded, model=model))
    (one,) = apart({"hubspot": found({"contact.lifecycle_stage": "lead"})}, without)
    assert one.cause == "automation off: the model enables none that does this"


@pytest.mark.parametrize(
    ("owner", "is_apart"),
    [("lena.voss@northwind.example", False), ("tom.reyes@northwind.example", True), (None, False)],
)
def test_an_owner_that_the_rules_do_not_name_is_found(owner: str | None, is_apart: bool) -> None:
    named = [one for one in apart({"hubspot": found({}, owner)}) if one.subject == "Owner"]
    expected = Disagreement(
        "Owner",
        {"model": "Lena Voss (AE)", "HubSpot": "Tom Reyes"},
        "routed before the rules or the record changed, or reassigned",
    )
    assert named == ([expected] if is_apart else [])


@pytest.mark.parametrize(
    ("at", "cause"),
    [
        (JUST_NOW, "sync lag: Salesforce changed less than 15 minutes ago"),
        (LATER, "manual edit in Salesforce, or the sync does not map this field"),
    ],
)
def test_two_crms_that_differ_lag_or_were_edited(at: datetime, cause: str) -> None:
    live = {"hubspot": found({}), "salesforce": found({"contact.job_title": "CEO"}, at=at)}
    assert apart(live) == [Disagreement("Job title", {"HubSpot": "CTO", "Salesforce": "CEO"}, cause)]
