"""What the coverage of HubSpot claims is what the compiler makes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from revops_hubspot.compiler import compile_model
from revops_hubspot.compiler.automations import FLOWS
from revops_hubspot.coverage import coverage

from revops_iac.config.settings import Settings
from revops_iac.documents.coverage_rows import coverage_faults
from revops_iac.source.load import load

STACKS = Path(__file__).resolve().parents[3] / "stacks"


def test_every_row_of_the_process_has_one_answer() -> None:
    assert coverage_faults(coverage()) == []


def test_each_of_the_six_automations_is_called_automated() -> None:
    automated = {row.row for row in coverage() if row.status == "automated"}

    assert {f"automation-{does.replace('_', '-')}" for does in FLOWS} <= automated


def test_nothing_is_left_for_later() -> None:
    assert [row.row for row in coverage() if row.status == "planned"] == []


def test_segments_that_it_names_are_compiled() -> None:
    model = load(STACKS, "dev").model
    compiled = compile_model(model, Settings("dev", go_live=date(2026, 12, 1)))
    names = [one.inputs["name"] for one in compiled if one.kind == "List"]

    named = [
        "Lifecycle: Subscriber",
        "Missing fields: Lead",
        "Rejected without a reason",
        "Inactive for 12 months",
        "To review",
    ]
    message = " ".join(row.how for row in coverage())
    for name in named:
        assert name in message
        assert any(one.startswith(name) for one in names), name
