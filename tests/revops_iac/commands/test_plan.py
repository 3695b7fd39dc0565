"""What `revops plan` prints and how it exits, from the reading of a preview."""

from __future__ import annotations

import json
from typing import Any

import pytest

from revops_iac.commands.plan import PlanOutcome
from revops_iac.diagnostics import Diagnostic, Position, Severity
from revops_iac.plan.dangers import Danger
from revops_iac.plan.reading import PlanReading, Step, Violation

URN = "urn:pulumi:dev::acme::pulumi-python:dynamic/revops:Account$pulumi-python:dynamic/hubspot:Property::contacts.tier"
TIER = {"object": "contacts", "name": "tier", "label": "Tier"}
RULE = Diagnostic("scoring", "is open", location=Position("stacks/model/scoring.yaml", 3, 1), code="a-b")


def reading(**more: Any) -> PlanReading:
    return PlanReading([Step("update", URN, TIER, {**TIER, "label": "Class"})], **more)


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (PlanOutcome("dev", PlanReading(), True), 0),
        (PlanOutcome("dev", reading(), True), 4),
        (PlanOutcome("dev", reading(), True, refusals=(RULE,)), 1),
        (PlanOutcome("dev", reading(violations=[Violation("own-rule", "mandatory", "no")]), True), 1),
        (PlanOutcome("dev", reading(violations=[Violation("own-rule", "advisory", "no")]), True), 4),
        (PlanOutcome("dev", PlanReading(errors=["the account does not allow this plan"]), False), 1),
        (PlanOutcome("dev", PlanReading(errors=["HubSpot GET /crm/v3/lists: 503, down"]), False), 2),
        (PlanOutcome("dev", PlanReading(errors=["HubSpot: this plan could not be checked."]), False), 2),
        (PlanOutcome("dev", PlanReading(errors=["error reading from server: connection reset by peer"]), False), 2),
    ],
)
def test_exit_code_says_who_must_act(outcome: PlanOutcome, code: int) -> None:
    assert outcome.exit_code == code
    assert outcome.as_json()["exit_code"] == code


def test_rules_that_stop_are_errors_wherever_they_come_from() -> None:
    stops = Violation("own-rule", "mandatory", "deals need a sponsor")
    advisory = Diagnostic("scoring", "is due", severity=Severity.WARNING, code="a-b")
    due = Violation("a-b", "advisory", "is due")
    outcome = PlanOutcome("dev", reading(violations=[stops, due]), True, violations=(advisory,))
    assert [(one.code, one.severity) for one in outcome.rules] == [
        ("a-b", Severity.WARNING),
        ("own-rule", Severity.ERROR),
    ]
    assert outcome.render().endswith("dev: the plan is refused by own-rule; nothing was changed.")


def test_rule_that_a_pack_disables_in_its_code_stops_no_page() -> None:
    broken = Diagnostic("scoring", "is due", code="a-b")
    disabled = PlanOutcome("dev", reading(), True, violations=(broken,))
    assert (disabled.rules, disabled.review().rules_that_stop, disabled.exit_code) == ((), [], 4)
    lowered = PlanOutcome("dev", reading(violations=[Violation("a-b", "advisory", "is due")]), True, (), (), (broken,))
    assert ([one.severity for one in lowered.rules], lowered.exit_code) == ([Severity.WARNING], 4)
    ended = PlanOutcome("dev", PlanReading(errors=["HubSpot: no"]), False, violations=(broken,))
    assert ended.rules == (broken,)


def test_names_never_become_commands_of_the_ci_that_shows_them() -> None:
    topics = ({"people": {"persons": {"eve": {"name": name}}}} for name in ("Eve", "::set-output name=x::y"))
    before, after = topics
    outcome = PlanOutcome("dev", reading(earlier=before, topics=after), True)
    assert "::set-output" in outcome.render()
    assert not [line for line in outcome.render().splitlines() if line.lstrip().startswith("::")]
    evil = PlanOutcome("dev", reading(), True, dangers=(Danger("hubspot", "Property", "a\n::error::b", "is removed"),))
    assert [line.partition(" ")[0] for line in evil.annotations("x.yaml").splitlines()] == ["::warning"]


def test_what_an_account_refuses_is_an_annotation_on_its_line() -> None:
    report = (
        "HubSpot: the account does not allow this plan.\n"
        "m.yaml:4:3  HubSpot: no\n    fix: keep it\n1 problem; nothing was changed."
    )
    outcome = PlanOutcome("dev", PlanReading(errors=[report]), False)
    assert outcome.annotations("x.yaml") == "::error file=m.yaml,line=4,col=3,title=plan::HubSpot: no"


def test_json_holds_everything_for_scripts() -> None:
    danger = Danger("hubspot", "Property", "contacts.tier", "is changed", position=RULE.position)
    found = json.loads(json.dumps(PlanOutcome("dev", reading(), True, (danger,), (RULE,)).as_json()))
    assert found["dangers"][0]["position"] == "stacks/model/scoring.yaml:3:1"
    assert found["counts"] == {"HubSpot": {"create": 0, "update": 1, "delete": 0}}
    assert found["steps"] == [{"system": "hubspot", "kind": "Property", "name": "contacts.tier", "operation": "update"}]
    assert found["diagnostics"][0]["location"] == {"file": "stacks/model/scoring.yaml", "line": 3, "column": 1}
