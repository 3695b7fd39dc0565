from __future__ import annotations

from revops_salesforce.coverage import coverage
from revops_salesforce.dynamic import KINDS

from revops_iac.coverage_rows import coverage_faults


def test_every_row_of_the_process_is_said_once() -> None:
    assert coverage_faults(coverage()) == []


def test_what_is_planned_waits_for_a_kind_that_is_not_there_yet() -> None:
    waiting = {row.kind for row in coverage() if row.holding == "planned"}
    assert waiting == {
        "Dashboard",
        "Report",
    }
    assert not waiting & KINDS.keys()
