"""Levels and parameters come from the pack's configuration, AWSGuard style; mistakes in it are refused."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from revops_policies.book import evaluate, rule_book, settings
from revops_policies.pack import SHAPE, read_config
from revops_policies.rule import Parameters
from revops_policies.subject import Subject

from revops_iac.diagnostics import Diagnostic
from revops_iac.errors import AuthorError
from revops_iac.model import Model

PRINCIPLES = {
    "source-of-truth-is-named",
    "define-before-automate",
    "stage-has-entry-exit-owner",
    "handoff-has-sla-and-owner",
    "mql-needs-fit-and-engagement",
    "scoring-has-negative-signals",
    "engagement-decays",
    "scoring-has-recalibration-date",
    "thresholds-are-calibrated",
    "routing-has-fallback-owner",
    "routing-runs-specific-to-general",
    "recycling-needs-reason-and-nurture",
    "required-fields-block-advance",
    "close-date-push-needs-reason",
}


def test_every_principle_of_the_process_has_its_rule() -> None:
    assert set(rule_book()) >= PRINCIPLES


def test_every_rule_states_why_in_one_sentence_without_full_stop() -> None:
    assert [name for name, rule in rule_book().items() if not rule.why or rule.why.endswith(".")] == []


def test_rules_are_mandatory_unless_they_or_the_config_say_otherwise() -> None:
    advisory = [name for name, setting in settings().items() if setting.level != "mandatory"]
    assert advisory == ["business-hours-are-used", "recalibration-is-not-overdue"]
    chosen = settings({"all": "advisory", "engagement-decays": "mandatory"})
    assert chosen["engagement-decays"].level == "mandatory"
    assert chosen["scoring-has-negative-signals"].level == "advisory"


def test_a_date_that_passes_blocks_nothing_unless_its_own_rule_says_so() -> None:
    everywhere = settings({"all": "mandatory"})
    assert [name for name, one in everywhere.items() if one.level != "mandatory"] == ["recalibration-is-not-overdue"]
    assert settings({"recalibration-is-not-overdue": "mandatory"})["recalibration-is-not-overdue"].level == "mandatory"


def test_parameters_override_the_defaults() -> None:
    chosen = settings({"thresholds-are-calibrated": {"least_precision": 0.4}})
    assert chosen["thresholds-are-calibrated"].parameters["least_precision"] == 0.4
    assert chosen["thresholds-are-calibrated"].level == "mandatory"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            {"engagement-decays": "strict"},
            'policies: the level of engagement-decays is "strict"\n    fix: use advisory, mandatory, disabled',
        ),
        (
            {"engagement-decays": {"rate": 1}},
            'policies: engagement-decays has no parameter "rate"\n    fix: use level',
        ),
    ],
)
def test_mistake_in_the_config_is_refused(config: dict[str, object], message: str) -> None:
    with pytest.raises(AuthorError) as raised:
        settings(config)
    assert str(raised.value) == message


def test_unknown_rule_is_refused_with_those_that_exist() -> None:
    with pytest.raises(AuthorError, match=r'there is no rule "engagement-decay"\n    fix: use engagement-decays'):
        settings({"engagement-decay": "advisory"})


def test_rule_that_cannot_be_evaluated_is_broken() -> None:
    def trips(subject: Subject, parameters: Parameters) -> Iterator[Diagnostic]:
        raise KeyError("owner")

    rule = replace(rule_book()["engagement-decays"], check=trips)
    (diagnostic,) = evaluate(rule, Subject(Model(), ()), {})
    assert diagnostic.message.startswith("cannot be evaluated: KeyError: 'owner' (test_book.py:")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"all": "advisory",}', ":1:20  config.json: is not valid JSON"),
        ("[]", ": must be a JSON object"),
        ("[" * 100_000, ": is not valid JSON"),
    ],
)
def test_config_that_is_no_json_object_is_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(text, encoding="utf-8")
    with pytest.raises(AuthorError) as raised:
        read_config(tmp_path / "config.json")
    assert str(raised.value) == f"{tmp_path / 'config.json'}{message}\n    fix: {SHAPE}"


def test_pipe_in_place_of_the_config_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.json")
    with pytest.raises(AuthorError, match=r"is not a regular file"):
        read_config(tmp_path / "config.json")
