"""What Halden wants to be true of its own model, in plants it knows."""

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

REFINERY: Mapping[str, Any] = {
    "contact.email": "jo@refinery.example",
    "contact.employees": 1400,
    "contact.plant_kind": "chemical",
    "contact.role": "engineering_lead",
    "contact.control_system": "ethernet_apl",
    "contact.territory": "americas",
}


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(STACKS)


def scored(model: Model, **also: Any) -> Score:
    """The score of an engineering lead in a refinery, with other values for some fields."""
    return score(model.scoring, model.context, {**REFINERY, **{f"contact.{key}": value for key, value in also.items()}})


def routed(model: Model, **also: Any) -> str:
    """The rule that takes a plant."""
    record = {**REFINERY, **{f"contact.{key}": value for key, value in also.items()}}
    rules = model.routing["plants"].rules.items()
    return next((key for key, rule in rules if rule.when is None or rule.when.evaluate(record)), "fallback")


@pytest.mark.parametrize("stack", stacks_of(STACKS))
def test_every_stack_keeps_every_rule(stack: str) -> None:
    assert check_stack(STACKS, stack, COMPANY / "policies").violations == ()


def test_a_consultation_is_enough_for_a_plant_that_fits(model: Model) -> None:
    assert scored(model, engagement_score=40, high_intent=True).ready
    assert not scored(model).ready, "nobody there has acted"


def test_a_competitor_is_never_called_however_often_it_looks(model: Model) -> None:
    assert not scored(model, email="ann@flowcore.example", engagement_score=100, high_intent=True).ready


def test_a_named_group_goes_before_skill_and_territory(model: Model) -> None:
    assert routed(model) == "americas"
    assert routed(model, key_account_group="chemical", plant_kind="pharma", territory="europe") == "chemical_groups"
    assert routed(model, plant_kind="pharma", territory="europe") == "validated_plants"
    assert routed(model, territory=None) == "fallback"


def test_both_units_forecast_in_the_same_words(model: Model) -> None:
    """A stage of the same name means the same in both: probability, forecast category, won or lost."""
    units = model.pipelines.values()
    meanings = {
        (stage.label, stage.probability, stage.forecast, stage.closed)
        for unit in units
        for stage in unit.stages.values()
    }
    assert len(meanings) == len({label for label, *_ in meanings})
    shared = set.intersection(*({stage.label for stage in unit.stages.values()} for unit in units))
    assert shared == {"Qualified", "Proposal", "Negotiation", "Closed Won", "Closed Lost"}


def test_every_discount_above_a_tenth_has_a_name_behind_it(model: Model) -> None:
    approvals = model.deal_desk["group"].approvals
    named = {key for key, one in approvals.items() if any(who.person for who in one.all_approvers)}
    assert named == {"director", "revenue_officer", "deal_desk", "finance_legal"}
    assert approvals["standard"].discount_below == 10
