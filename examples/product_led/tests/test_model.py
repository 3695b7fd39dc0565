"""What Brightloom wants to be true of its own model, in people it knows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from revops_iac.commands.check import check_stack
from revops_iac.config.stack_config import stacks_of
from revops_iac.model import Model
from revops_iac.model.scoring import Score, score
from revops_iac.source.load import load_model

COMPANY = Path(__file__).resolve().parents[1]
STACKS = COMPANY / "stacks"

DATA_LEAD: Mapping[str, Any] = {
    "contact.email": "kim@harbour.example",
    "contact.email_domain": "harbour.example",
    "contact.employees": 80,
    "contact.role": "data",
    "contact.warehouse": "snowflake",
}


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(STACKS)


def scored(model: Model, **also: Any) -> Score:
    """The score of the data lead of an 80-person company, with other values for some fields."""
    record = {**DATA_LEAD, **{f"contact.{key}": value for key, value in also.items()}}
    return score(model.scoring, model.context, record)


@pytest.mark.parametrize("stack", stacks_of(STACKS))
def test_every_stack_keeps_every_rule(stack: str) -> None:
    assert check_stack(STACKS, stack, COMPANY / "policies").violations == ()


def test_good_fit_without_usage_is_not_called(model: Model) -> None:
    assert scored(model).fit == 75
    assert not scored(model).ready


def test_a_team_that_uses_the_product_is_product_qualified(model: Model) -> None:
    signals = model.scoring["product_qualified"].engagement
    a_fortnight = sum(signals[key].points for key in ("signed_up", "activated", "active_week", "active_week"))
    assert scored(model, usage_score=a_fortnight).ready


def test_reaching_the_plan_limit_is_enough_with_some_fit(model: Model) -> None:
    assert scored(model, usage_score=30, high_intent=True, employees=10).ready
    assert not scored(model, usage_score=30, high_intent=True, employees=10, warehouse="none", role="other").ready


@pytest.mark.parametrize(
    "who",
    [
        {"email": "kim@college.edu", "email_domain": "college.edu"},
        {"email": "kim@chartwise.example", "email_domain": "chartwise.example"},
        {"email": "kim@gmail.com", "email_domain": "gmail.com", "employees": 10},
    ],
    ids=["student", "competitor", "private person"],
)
def test_these_are_never_called_however_much_they_use_it(model: Model, who: Mapping[str, Any]) -> None:
    assert not scored(model, usage_score=100, high_intent=True, **who).ready


def test_scores_are_checked_every_month(model: Model) -> None:
    recalibration = model.scoring["product_qualified"].recalibration
    assert recalibration is not None
    assert recalibration.every == "monthly"


def test_nobody_is_routed_before_the_product_qualifies_them(model: Model) -> None:
    assert "created" not in model.routing["sales_assist"].moments
