"""What the model says of generated records: the same as its parts say alone, with the reason for each."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from revops_iac.analysis.evaluation import Evaluation, evaluate
from revops_iac.analysis.what_if import what_if
from revops_iac.errors import AuthorError
from revops_iac.model import Model
from revops_iac.model.scoring import score
from revops_iac.source.load import load_model

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
RECORDS = 300


@cache
def model() -> Model:
    return load_model(ROOT / "stacks", "prod")


def generated(seed: int) -> dict[str, Any]:
    """A person and a deal with some fields filled."""
    chosen = random.Random(seed)
    record: dict[str, Any] = {}
    for ref, field in model().fields():
        if chosen.random() < 0.4 or ref.object not in ("contact", "deal"):
            continue
        match field.type:
            case "number" | "currency" | "percent":
                record[ref] = chosen.choice([0, 5, 10, 15, 20, 39.9, 40, 50, 100, 199, 200, 1000, 120000])
            case "checkbox":
                record[ref] = chosen.random() < 0.5
            case "picklist":
                record[ref] = chosen.choice([*model().options(ref), "else"])
            case "date" | "datetime":
                record[ref] = (NOW - timedelta(hours=chosen.randrange(4000))).isoformat()
            case _:
                record[ref] = chosen.choice(["ana@acme.example", "x@uni.edu", "rivalcloud.example", "Ana"])
    return record


@cache
def all_evaluated() -> list[tuple[dict[str, Any], Evaluation]]:
    return [(record, evaluate(model(), record, NOW)) for record in map(generated, range(RECORDS))]


def test_scores_are_those_of_the_model() -> None:
    ready = 0
    for record, evaluation in all_evaluated():
        expected = score(model().scoring, model().context, record)
        found = evaluation.scored
        assert found is not None
        assert (found.entry, found.fit, found.engagement, found.ready) == (
            *(expected.entry, expected.fit, expected.engagement, expected.ready),
        )
        low, high = model().scoring[found.entry].limits.fit
        points = sum(signal.points for signal in found.signals if signal.part in ("fit", "negative"))
        assert found.fit == max(low, min(high, points))
        ready += found.ready
    assert 20 < ready < RECORDS - 20


def test_the_first_rule_that_is_true_takes_a_lead_and_every_earlier_one_says_why_not() -> None:
    rules = model().routing["inbound"].rules
    taken = set()
    for record, evaluation in all_evaluated():
        (routed,) = evaluation.routed
        expected = next((key for key, rule in rules.items() if rule.when is None or rule.when.evaluate(record)), None)
        assert routed.rule == expected
        taken.add(expected)
        keys = list(rules)
        earlier = keys if expected is None else keys[: keys.index(expected) + 1]
        assert [one.subject for one in routed.rules] == [
            key.replace("_", " ").replace("emea", "EMEA") for key in earlier
        ]
        assert [one.holds for one in routed.rules] == [key == expected for key in earlier]
    assert taken == {*rules, None}


def test_every_deal_has_the_tiers_of_its_discount_terms_and_years() -> None:
    tried = 0
    for record, evaluation in all_evaluated():
        discount, years, acv = (record.get(f"deal.{key}") for key in ("discount_percent", "contract_years", "acv"))
        expected = set()
        if discount is not None:
            expected |= {"Standard price"} if discount < 10 else set()
            expected |= {"Sales manager"} if 10 <= discount < 20 else set()
            expected |= {"VP Sales"} if 20 <= discount < 40 else set()
            expected |= {"Deal desk"} if discount >= 40 else set()
        custom = record.get("deal.custom_terms") is True or record.get("deal.payment_terms") in ("net_90", "quarterly")
        expected |= {"Deal desk"} if custom else set()
        long_or_large = (years is not None and years >= 2) or (acv is not None and acv >= 100000)
        expected |= {"Finance and Legal"} if long_or_large else set()
        assert {one.tier for one in evaluation.approvals} == expected
        tried += len(expected) > 1
    assert tried > 50


def test_a_clock_is_met_late_running_or_missed() -> None:
    times = {
        "contact.latest_mql_date": "2026-11-27T15:00:00+00:00",  # Friday, 10:00 in New York
        "contact.first_contact_at": "2026-11-27T20:00:00+00:00",
    }
    first, decide, *others = evaluate(model(), times, NOW).clocks
    assert (first.what, first.state, str(first.due)) == ("first contact", "met late", "2026-11-27 19:00:00+00:00")
    assert (decide.what, decide.state, str(decide.due)) == ("decide", "running", "2026-11-29 15:00:00+00:00")
    assert {one.state for one in others} == {"not started"}
    assert evaluate(model(), times, NOW + timedelta(days=2)).clocks[1].state == "missed"


def test_what_the_next_stage_lacks_is_named() -> None:
    stage = evaluate(model(), {"contact.lifecycle_stage": "mql", "contact.qualified_on": "2026-11-01"}, NOW).stage
    assert stage is not None
    assert stage.label == "MQL"
    assert stage.next_needs == {"SQL": ("First contact",)}
    deal = {"deal.deal_type": "new_business", "deal.stage": "discovery", "deal.decision_makers": "Ana"}
    assert evaluate(model(), deal, NOW).deal_needs["Demo / evaluation"] == ("Technical requirements",)


def test_what_if_changes_the_model_for_the_answer_only() -> None:
    record = {"contact.engagement_score": 39, "contact.employees": 5000, "contact.seniority_level": "executive"}
    before = evaluate(model(), record, NOW).scored
    after = evaluate(what_if(model(), ["engagement=39"]), record, NOW).scored
    assert before is not None
    assert after is not None
    assert (before.ready, after.ready) == (False, True)
    changed = what_if(model(), ["routing.inbound.rules.general.when=contact.employees > 1"])
    assert evaluate(changed, record, NOW).routed[0].rule == "general"
    assert model().scoring["platform"].thresholds.engagement == 40


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("engagement", '--what-if "engagement": must be name=value'),
        ("enagement=4", '--what-if: "enagement" is not part of the model'),
        ("scoring.platform.thresholds.fit=high", "--what-if: the model does not allow that"),
        ("context.company.name=A", '--what-if "context.company.name=A": leads to nothing that can be changed'),
    ],
)
def test_a_what_if_that_makes_no_sense_is_refused(change: str, message: str) -> None:
    with pytest.raises(AuthorError) as error:
        what_if(model(), [change])
    assert str(error.value).startswith(message)
