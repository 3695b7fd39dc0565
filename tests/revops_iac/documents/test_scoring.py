"""The document of the scoring says how often a signal must happen, and how companies score."""

from __future__ import annotations

from revops_iac.documents.forms.markdown import markdown
from revops_iac.documents.process import Process
from revops_iac.documents.stamp import Stamp
from revops_iac.documents.standing import scoring
from revops_iac.model import Model
from revops_iac.source.load import Loaded
from tests.providers.test_company_score import company, entry, model


def text_of(made: Model) -> str:
    document = scoring.document(Process("prod", Loaded(made, None, (), {}), (), ()))
    assert document is not None
    return markdown(document, Stamp("Company", "prod", "abc", "2026-11-28", ".."))


def test_repeated_signals_and_the_score_of_the_company_are_told() -> None:
    signals = {"research": {"points": 20, "times": 3, "within_days": 7}, "no_show": {"points": -10}}
    text = text_of(model(rest=entry({}, 10, engagement=signals, **company(25))))

    assert "| Research | 20 for 3 times in 7 days |" in text
    assert "| No show | -10 |" in text
    assert "### rest: score of the company" in text.replace("Rest", "rest")
