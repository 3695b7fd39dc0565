"""Which rules stop a plan."""

from __future__ import annotations

from typing import Any

import pytest

from revops_iac.commands.plan import PlanOutcome
from revops_iac.plan.reading import PlanReading, Step, Violation

OVERDUE = Violation("recalibration-is-not-overdue", "advisory", "recalibration was due on 2026-01-15")
CHANGED = Step("update", "urn:pulumi:dev::acme::revops:model:Scoring::scoring", {}, {})


def scoring(fit: int) -> dict[str, dict[str, Any]]:
    return {"scoring": {"main": {"thresholds": {"fit": fit}}}}


@pytest.mark.parametrize(("fit", "stopping", "exit_code"), [(60, ["recalibration-is-not-overdue"], 1), (50, [], 4)])
def test_an_overdue_recalibration_stops_a_plan_that_changes_scoring(
    fit: int, stopping: list[str], exit_code: int
) -> None:
    reading = PlanReading([CHANGED], [OVERDUE], earlier=scoring(50), topics=scoring(fit))
    outcome = PlanOutcome("dev", reading, succeeded=True)
    assert outcome.stopping == stopping
    assert outcome.exit_code == exit_code
