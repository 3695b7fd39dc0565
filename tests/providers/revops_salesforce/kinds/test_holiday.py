"""Holidays that come back, and those of a part of a day."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from pydantic import ValidationError
from revops_salesforce.kinds.holiday import ELEMENT, RECURRENCE, Holiday
from revops_salesforce.metadata import business_hours_container as container

from revops_iac.compile import validated
from revops_iac.errors import AuthorError
from tests.providers.contract import Contract

KIND = Holiday()
START = "2026-11-26"
RECURRENCES: list[dict[str, Any]] = [
    {"type": "RecursDaily", "start": START, "end": "2026-12-03", "interval": 2},
    {"type": "RecursEveryWeekday", "start": START, "day_of_week_mask": 62},
    {"type": "RecursWeekly", "start": START, "interval": 1, "days_of_week": ["Friday", "Monday"]},
    {"type": "RecursMonthly", "start": START, "interval": 1, "day_of_month": 26},
    {"type": "RecursMonthlyNth", "start": START, "interval": 1, "days_of_week": ["Thursday"], "instance": "Last"},
    {"type": "RecursYearly", "start": START, "day_of_month": 26, "month": "November"},
]


@pytest.fixture
def process(accounts: RunningSimulators, waits: list[float]) -> Contract:
    return Contract(accounts, "salesforce", KIND)


@pytest.mark.parametrize("recurrence", RECURRENCES, ids=lambda one: str(one["type"]))
def test_every_recurrence_can_be_declared(process: Contract, recurrence: dict[str, Any]) -> None:
    inputs = validated(KIND, {"name": "Day off", "recurrence": recurrence})
    again = process.refresh(process.create(inputs))
    assert again is not None
    assert not process.changes(again, inputs)


def test_single_day_becomes_recurring_and_back(process: Contract) -> None:
    once = validated(KIND, {"name": "Day off", "date": START, "start_time": "13:00", "end_time": "18:00"})
    yearly = {**validated(KIND, {"name": "Day off", "recurrence": RECURRENCES[-1]})}
    made = process.create(once)
    assert process.changes(made, yearly)
    updated = process.refresh(process.update(made, yearly))
    assert updated is not None
    assert not process.changes(updated, yearly)
    live = process.live(once)
    assert live is not None
    assert (live.definition["date"], live.definition["start_time"]) == (None, "13:00")
    back = process.refresh(process.update(updated, once))
    assert back is not None
    assert not process.changes(back, once)


def test_single_day_loses_every_part_of_a_recurrence() -> None:
    elements = KIND.elements(KIND.parse({"name": "Day off", "date": START}))
    assert {key: elements[key] for key in RECURRENCE.values()} == dict.fromkeys(RECURRENCE.values())


@pytest.mark.parametrize("days", [{}, {"date": START, "recurrence": RECURRENCES[0]}])
def test_holiday_is_on_a_date_or_recurs(days: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match='exactly one of "date" and "recurrence" must be set'):
        validated(KIND, {"name": "Day off", **days})


def test_name_of_several_holidays_is_refused_and_none_of_them_changes(process: Contract) -> None:
    days = [{"name": "Year end", "activityDate": f"{year}-12-31", "isRecurring": False} for year in (2026, 2027)]
    session = process.run()
    session.allow_writes()
    container.change(session.client, ELEMENT, lambda entries: [*entries, *days])
    with pytest.raises(AuthorError, match="the org has 2 holidays of this name: 2026-12-31, 2027-12-31"):
        process.live(validated(KIND, {"name": "Year end", "date": "2026-12-31"}))
    made = process.create(validated(KIND, {"name": "Day off", "date": START}))
    process.delete(made)
    assert [entry["activityDate"] for entry in container.read(session.client)[ELEMENT]] == ["2026-12-31", "2027-12-31"]
