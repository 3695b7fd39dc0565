from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from revops_salesforce.compiler.terms.conditions import Scope
from revops_salesforce.compiler.terms.scoring import (
    ScoreFormulas,
    TooLong,
    engagement_formula,
    fit_formula,
    score_formulas,
)
from salesforce_formula.parser import MAX_LENGTH

from revops_iac.model import Model
from revops_iac.model.scoring import Decay, score
from tests.examples_per_test import examples
from tests.providers.revops_salesforce.scored_records import NOW, model_of, records, run

FIELDS = {
    "fit": "contact.fit_score",
    "engagement": "contact.engagement_score",
    "total": "contact.lead_score",
    "ready": "contact.mql_ready",
    "high_intent": "contact.high_intent",
    "last_engaged": "contact.last_engaged_at",
}
PLATFORM: dict[str, Any] = {
    "applies_to": {"product": ["platform"]},
    "fields": FIELDS,
    "fit": {
        "company_size": {
            "bands": [
                {"when": "contact.employees >= 1000", "points": 30},
                {"when": "contact.employees >= 200", "points": 20},
                {"when": "contact.employees is unknown", "points": 2.5},
            ]
        },
        "industry": {"bands": [{"when": "contact.industry is any of [software, finance]", "points": 25}]},
        "tools": {"bands": [{"when": "contact.tools contains any of [crm]", "points": 10}]},
        "country": {"bands": [{"when": "not contact.country is any of [us, canada]", "points": 40}]},
    },
    "negative": {
        "competitor_domain": {"in": "fit", "when": "contact.email_domain is any of [rival.com]", "points": -100},
        "student": {"in": "fit", "when": "contact.email_domain ends with any of [.edu]", "points": -30},
    },
    "thresholds": {"fit": 50, "engagement": 40, "high_intent_fit": 30},
}
SELF_SERVE: dict[str, Any] = {
    **PLATFORM,
    "applies_to": {"product": ["self_serve"]},
    "limits": {"fit": [10, 60], "engagement": [0, 100]},
    "thresholds": {"fit": 20, "engagement": 60},
}
DIMENSIONS = {"product": {"values": ["platform", "self_serve"], "contact": "contact.product"}}


def scored(*entries: dict[str, Any], runs_on: str = "hubspot") -> Model:
    context = {
        "dimensions": DIMENSIONS,
        "systems": {"managed": ["hubspot", "salesforce"], "source_of_truth": "salesforce"},
    }
    named = {f"entry_{place}": {"runs_on": runs_on, **entry} for place, entry in enumerate(entries)}
    return model_of(context=context, scoring=named)


MODELS = {
    "two entries": scored(PLATFORM, SELF_SERVE),
    "one entry for everybody": scored({**PLATFORM, "applies_to": {}}),
    "the rest last": scored(PLATFORM, {**SELF_SERVE, "applies_to": {}}),
    "no engagement threshold": scored({**PLATFORM, "thresholds": {"fit": 50, "high_intent_fit": 30}}),
}


def results(formulas: ScoreFormulas, record: dict[str, Any]) -> tuple[Any, ...]:
    computed = {"Fit_Score__c": formulas.fit, "Lead_Score__c": formulas.total, "Mql_Ready__c": formulas.ready}
    return tuple(run(text, record, computed) for text in (formulas.fit, formulas.total, formulas.ready))


@pytest.mark.parametrize("name", MODELS)
@examples(60)
@given(record=records())
def test_formulas_score_every_record_as_the_model_does(name: str, record: dict[str, Any]) -> None:
    model = MODELS[name]
    expected = score(model.scoring, model.context, record)
    fit, total, ready = results(score_formulas(model, "Lead"), record)
    assert (float(fit), float(total), ready is True) == (expected.fit, expected.total, expected.ready)


def test_lead_and_contact_get_the_same_scores() -> None:
    assert score_formulas(MODELS["two entries"], "Lead") == score_formulas(MODELS["two entries"], "Contact")


def test_fit_formula_reads_as_written() -> None:
    entry = {**PLATFORM, "applies_to": {}, "fit": {"industry": PLATFORM["fit"]["industry"]}, "negative": {}}
    assert (
        fit_formula(scored(entry), Scope(scored(entry), "Lead"))
        == 'MAX(0,MIN(100,IF(CASE(Industry__c,"software",1,"finance",1,0)=1,25,0)))'
    )


def test_ready_names_the_fit_field_once_per_threshold() -> None:
    ready = score_formulas(MODELS["two entries"], "Lead").ready
    assert ready.count("Fit_Score__c") == 2


DECAY = {"after_days": 30, "percent": 25, "every_days": 30}


def decayed(engagement: float, idle_days: int, decay: Decay) -> float:
    """The engagement as `Decay` says it: less `percent` after `after_days`, and again every `every_days`."""
    while idle_days >= decay.after_days:
        engagement *= 1 - decay.percent / 100
        idle_days -= decay.every_days
    return engagement


@given(engagement=st.integers(0, 100), idle_days=st.integers(0, 400))
def test_engagement_decays_with_the_days_since_the_last_one(engagement: int, idle_days: int) -> None:
    model = scored({**PLATFORM, "decay": DECAY}, runs_on="salesforce")
    record: dict[str, Any] = {"contact.engagement_score": engagement, "contact.product": "platform"}
    record["contact.last_engaged_at"] = NOW - timedelta(days=idle_days)
    text = engagement_formula(model, Scope(model, "Lead"))
    decay = model.scoring["entry_0"].decay
    assert decay is not None
    assert float(run(text, record)) == pytest.approx(decayed(engagement, idle_days, decay))


@pytest.mark.parametrize("last", [None, NOW])
def test_engagement_stays_whole_while_the_last_one_is_recent_or_unknown(last: datetime | None) -> None:
    model = scored({**PLATFORM, "decay": DECAY}, runs_on="salesforce")
    record = {"contact.engagement_score": 80, "contact.last_engaged_at": last, "contact.product": "platform"}
    assert run(engagement_formula(model, Scope(model, "Lead")), record) == Decimal(80)


def test_engagement_that_decays_on_the_other_system_does_not_decay_twice() -> None:
    model = scored({**PLATFORM, "decay": DECAY}, runs_on="hubspot")
    assert engagement_formula(model, Scope(model, "Lead")) == "BLANKVALUE(Engagement_Score__c,0)"


def test_a_formula_that_is_too_long_is_refused_with_both_figures() -> None:
    countries = ", ".join(f"country number {n}" for n in range(200))
    entry = {**PLATFORM, "fit": {"c": {"bands": [{"when": f"contact.country is any of [{countries}]", "points": 1}]}}}
    with pytest.raises(TooLong, match=r"^the formula has 4,675 characters; the limit is 3,900$"):
        score_formulas(scored(entry), "Lead")


def test_formulas_are_far_from_the_limit() -> None:
    assert max(len(text) for text in vars(score_formulas(MODELS["two entries"], "Lead")).values()) < MAX_LENGTH
