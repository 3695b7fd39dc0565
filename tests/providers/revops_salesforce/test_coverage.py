from __future__ import annotations

from revops_salesforce.coverage import coverage

from revops_iac.documents.coverage_rows import coverage_faults


def test_every_row_of_the_process_is_said_once() -> None:
    assert coverage_faults(coverage()) == []


def test_no_row_of_the_process_is_only_planned() -> None:
    assert not [row for row in coverage() if row.status == "planned"]
