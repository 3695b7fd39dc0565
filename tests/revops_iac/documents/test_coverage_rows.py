"""Every system says, once, what holds each row of the revenue process."""

from __future__ import annotations

import pytest

from revops_iac.documents.coverage_rows import PROCESS_ROWS, coverage_faults
from revops_iac.model import TOPICS
from revops_iac.provider.coverage import Row
from revops_iac.systems import installed_systems, system_named


def test_every_topic_has_rows_and_every_id_is_used_once() -> None:
    assert {row.topic for row in PROCESS_ROWS} == {*TOPICS, "principles", "diagnosis"} - {"people"}
    assert len({row.id for row in PROCESS_ROWS}) == len(PROCESS_ROWS)


@pytest.mark.parametrize("name", sorted(installed_systems()))
def test_each_system_covers_each_row_exactly_once(name: str) -> None:
    rows = list(system_named(name).coverage())

    assert coverage_faults(rows) == []
    assert {row.system for row in rows} == {name}


def test_a_row_that_is_absent_twice_unknown_or_planned_for_nothing_is_a_fault() -> None:
    rows = [Row(row.id, "x", "monitored", "seen") for row in PROCESS_ROWS[1:]]
    rows += [rows[0], Row("no-such-row", "x", "manual", "a step"), Row("scoring-fit", "x", "planned", "")]

    assert coverage_faults(rows) == [
        'row "principle-source-of-truth" is absent',
        'row "principle-define-before-automate" is there 2 times',
        'row "scoring-fit" is there 2 times',
        '"no-such-row" is not a row of the process',
        'row "scoring-fit" says nothing about how',
        'row "scoring-fit" is planned, but names no kind',
    ]
