"""The arithmetic of scoring, which compiled formulas are compared with."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revops_iac.model.context import Context
from revops_iac.model.scoring import Scoring, choose, fit_score, mql_ready, score, total

FIELDS = {
    "fit": "contact.fit_score",
    "engagement": "contact.engagement_score",
    "total": "contact.lead_score",
    "ready": "contact.mql_ready",
    "high_intent": "contact.high_intent",
}


def scoring(**changes: Any) -> Scoring:
    return Scoring.model_validate(
        {
            "fields": FIELDS,
            "fit": {
                "size": {
                    "bands": [
                        {"when": "contact.employees >= 1000", "points": 60},
                        {"when": "contact.employees >= 200", "points": 30},
                    ]
                },
                "role": {"bands": [{"when": "contact.role = vp", "points": 50}]},
            },
            "negative": {"student": {"in": "fit", "when": "contact.email ends with any of [.edu]", "points": -40}},
            "thresholds": {"fit": 50, "engagement": 40, "high_intent_fit": 30},
            **changes,
        }
    )


def test_first_true_band_of_each_signal_counts() -> None:
    assert fit_score(scoring(), {"contact.employees": 5000}) == 60
    assert fit_score(scoring(), {"contact.employees": 200, "contact.role": "VP"}) == 80


def test_fit_stays_within_its_limits() -> None:
    assert fit_score(scoring(), {"contact.employees": 5000, "contact.role": "vp"}) == 100
    assert fit_score(scoring(), {"contact.email": "ann@mit.edu"}) == 0
    assert fit_score(scoring(limits={"fit": [-20, 100]}), {"contact.email": "ann@mit.edu"}) == -20


def test_negative_signals_count_before_the_limits() -> None:
    record = {"contact.employees": 5000, "contact.role": "vp", "contact.email": "ann@mit.edu"}
    assert fit_score(scoring(), record) == 70


def test_total_is_fit_plus_stored_engagement() -> None:
    assert total(scoring(), {"contact.employees": 200, "contact.engagement_score": 12}) == 42
    assert total(scoring(), {"contact.employees": 200}) == 30


@pytest.mark.parametrize(
    ("fit", "engagement", "intent", "ready"),
    [(60, 40, False, True), (60, 39, False, False), (30, 90, False, False), (30, 0, True, True), (0, 100, True, False)],
)
def test_ready_needs_both_thresholds_or_a_high_intent_action_with_fit(
    fit: int, engagement: int, intent: bool, ready: bool
) -> None:
    employees = {60: 1000, 30: 200, 0: 1}[fit]
    record = {
        "contact.employees": employees,
        "contact.engagement_score": engagement,
        "contact.high_intent": intent,
    }
    assert fit_score(scoring(), record) == fit
    assert mql_ready(scoring(), record) is ready


def test_threshold_on_one_dimension_alone_makes_nobody_ready() -> None:
    record = {"contact.employees": 5000, "contact.engagement_score": 100}
    assert mql_ready(scoring(thresholds={"fit": 50}), record) is False


CONTEXT = Context.model_validate(
    {"dimensions": {"product": {"values": ["platform", "self_serve"], "contact": "contact.product"}}}
)


def test_first_entry_that_applies_scores_the_record() -> None:
    entries = {
        "self_serve": scoring(applies_to={"product": ["self_serve"]}, thresholds={"fit": 1, "engagement": 0}),
        "platform": scoring(applies_to={"product": ["platform"]}),
    }
    assert choose(entries, CONTEXT, {"contact.product": "Platform"}) == "platform"
    live = score(entries, CONTEXT, {"contact.product": "self_serve", "contact.employees": 200})
    assert (live.entry, live.fit, live.ready) == ("self_serve", 30, True)


def test_record_that_no_entry_covers_has_no_fit_and_is_not_ready() -> None:
    entries = {"platform": scoring(applies_to={"product": ["platform"]})}
    live = score(entries, CONTEXT, {"contact.employees": 5000, "contact.engagement_score": 90})
    assert (live.entry, live.fit, live.engagement, live.total, live.ready) == (None, 0, 90, 90, False)


@given(
    st.fixed_dictionaries(
        {
            "contact.employees": st.none() | st.integers(0, 10**6),
            "contact.role": st.sampled_from([None, "vp", "VP", "other"]),
            "contact.email": st.sampled_from([None, "a@b.edu", "a@b.example"]),
            "contact.engagement_score": st.none() | st.integers(0, 100),
        }
    )
)
def test_fit_of_any_record_is_within_limits_and_total_adds_up(record: dict[str, Any]) -> None:
    assert 0 <= fit_score(scoring(), record) <= 100
    assert total(scoring(), record) == fit_score(scoring(), record) + (record["contact.engagement_score"] or 0)
