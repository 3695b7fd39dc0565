"""Every rule holds on its passing example and breaks on its failing one; both load and compile."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from revops_policies.book import evaluate, rule_book, settings
from revops_policies.examples import deal_desk_model, lifecycle_model, pipeline_model, scoring_model
from revops_policies.judgment import message as shown_message
from revops_policies.subject import from_model

from revops_iac.compile import compile_model
from revops_iac.config.settings import Settings
from revops_iac.diagnostics import Diagnostic, ModelPath, render
from revops_iac.source.load import Loaded, load
from revops_iac.state.source_map import SourceMap

RULES = sorted(rule_book())


def loaded_from(text: str, folder: Path, overlay: str = "") -> Loaded:
    for name, content in (("model/model.yaml", text), ("overlays/dev.yaml", overlay)):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(content, encoding="utf-8")
    return load(folder, "dev")


def violations(rule_id: str, text: str, folder: Path, overlay: str = "") -> list[Diagnostic]:
    return violations_of(rule_id, loaded_from(text, folder, overlay))


def violations_of(rule_id: str, loaded: Loaded) -> list[Diagnostic]:
    subject = from_model(loaded, compile_model(loaded, Settings("dev")))
    return evaluate(rule_book()[rule_id], subject, settings()[rule_id].parameters)


@pytest.mark.parametrize("rule_id", RULES)
def test_passing_example_has_no_finding(rule_id: str, tmp_path: Path) -> None:
    assert violations(rule_id, rule_book()[rule_id].passing, tmp_path / "stacks") == []


@pytest.mark.parametrize("rule_id", RULES)
def test_failing_example_is_found_with_resource_file_line_and_fix(rule_id: str, tmp_path: Path) -> None:
    rule = rule_book()[rule_id]
    loaded = loaded_from(rule.failing, tmp_path / "stacks", rule.failing_overlay)
    found = violations_of(rule_id, loaded)
    places = SourceMap(places={".".join(map(str, path)): position for path, position in loaded.positions.items()})
    assert found
    for diagnostic in found:
        assert diagnostic.subject
        assert diagnostic.fix
        assert "cannot be evaluated" not in diagnostic.sentence
        at = diagnostic.location
        if isinstance(at, ModelPath) and not loaded.model.declares(str(at.keys[0])):
            continue  # the topic is missing, so there is no line to name
        shown = shown_message(diagnostic, places) if isinstance(at, ModelPath) else render(diagnostic)
        assert re.match(r"stacks/(model/model|overlays/dev)\.yaml:\d+:\d+  ", shown), shown


def test_leads_of_a_product_qualified_stage_need_recycling_too(tmp_path: Path) -> None:
    text = """
context: {systems: {managed: [hubspot]}}
data_hygiene:
  fields:
    contact:
      fit: {label: Fit, type: number}
      usage: {label: Usage, type: number}
      total: {label: Total, type: number}
      ready: {label: Ready, type: checkbox}
scoring:
  product:
    fields: {fit: contact.fit, engagement: contact.usage, total: contact.total, ready: contact.ready}
lifecycle:
  stages:
    pql: {label: Product-qualified, entry_when: contact.ready is true}
"""
    (found,) = violations("recycling-needs-reason-and-nurture", text, tmp_path / "stacks")
    assert found.message == "there is a stage Product-qualified, but no recycle for leads that sales rejects"


def test_handoff_between_parallel_stages_leads_nowhere(tmp_path: Path) -> None:
    """Though the one is written after the other."""
    stages = """
lifecycle:
  stages:
    lead: {label: Lead, entry: known, exit: qualified}
    mql: {label: MQL, entry: qualified}
    pql: {label: PQL, follows: lead, entry: uses it}
    sql: {label: SQL, entry: talked to}
  handoffs: {a: {from_stage: mql, to_stage: %s}}
"""
    (found,) = violations("lifecycle-moves-forward", stages % "pql", tmp_path / "stacks")
    assert "leads from mql to pql, which does not come after it" in found.message
    assert violations("lifecycle-moves-forward", stages % "sql", tmp_path / "other") == []


def routed(*rules: str) -> str:
    listed = "\n".join(f"      {rule}" for rule in rules)
    return f"""
context: {{systems: {{managed: [hubspot]}}}}
data_hygiene:
  fields:
    contact:
      firm: {{label: Firm, type: text}}
      size: {{label: Size, type: number}}
      region: {{label: Region, type: picklist, options: {{emea: EMEA, amer: Americas}}}}
people:
  persons: {{ann: {{name: Ann, email: ann@example.com}}}}
routing:
  inbound:
    rules:
{listed}
"""


def test_a_rule_behind_a_general_one_is_shown_with_a_lead_that_falls_into_the_trap(tmp_path: Path) -> None:
    rules = (
        "general: {method: round_robin, when: contact.firm is known, assign: {person: ann}}",
        "named: {method: account_based, when: contact.firm = Acme and contact.size > 10, assign: {person: ann}}",
    )
    (found,) = violations("routing-runs-specific-to-general", routed(*rules), tmp_path / "stacks")
    assert found.message == (
        'it never gets a lead, because "general" before it takes all of them: a lead with contact.firm = Acme, '
        "contact.size = 11.0 goes there"
    )
    assert found.fix == 'move "named" above "general"'


def test_a_rule_that_looks_at_more_but_keeps_some_leads_is_no_violation(tmp_path: Path) -> None:
    rules = (
        "emea: {method: territory, when: contact.region = emea, assign: {person: ann}}",
        "large: {method: territory, when: contact.region = amer and contact.size > 10, assign: {person: ann}}",
        "rest: {method: round_robin, assign: {person: ann}}",
    )
    assert violations("routing-runs-specific-to-general", routed(*rules), tmp_path / "stacks") == []


def test_rules_that_cover_all_options_together_leave_nothing(tmp_path: Path) -> None:
    rules = (
        "emea: {method: territory, when: contact.region = emea, assign: {person: ann}}",
        "amer: {method: territory, when: contact.region = amer, assign: {person: ann}}",
        "known: {method: territory, when: contact.region is known, assign: {person: ann}}",
    )
    (found,) = violations("routing-runs-specific-to-general", routed(*rules), tmp_path / "stacks")
    assert '"emea" or "amer"' in found.message


def test_an_sla_of_zero_is_a_violation(tmp_path: Path) -> None:
    model = rule_book()["handoff-has-sla-and-owner"].passing.replace("24 hours", "0 hours")
    (found,) = violations("handoff-has-sla-and-owner", model, tmp_path / "stacks")
    assert found.message == "0 hours is over before it begins"


@pytest.mark.parametrize(
    ("tiers", "message", "fix"),
    [
        (
            "low: {discount_below: 20, approver: automatic}, high: {discount_from: 10, approver: {person: ann}}",
            '"low" covers discounts from 10% to 20% too',
            'set discount_from: 20 here or discount_below: 10 on "low"',
        ),
        (
            "wide: {discount_from: 0, discount_below: 100, approver: automatic}, "
            "inner: {discount_from: 10, discount_below: 15, approver: {person: ann}}",
            '"wide" covers discounts from 10% to 15% too',
            'remove "inner", or give "wide" only the discounts outside it',
        ),
        (
            "wide: {discount_below: 100, approver: automatic}, high: {discount_from: 40, approver: {person: ann}}",
            '"wide" covers discounts from 40% to 100% too',
            'set discount_below: 40 on "wide", or remove one of the two',
        ),
        (
            "low: {discount_below: 10, approver: automatic}, high: {discount_from: 20, approver: {person: ann}}",
            "no tier covers discounts from 10% to 20%",
            'set discount_from: 10 here, or discount_below: 20 on "low"',
        ),
    ],
)
def test_tiers_that_overlap_or_leave_a_gap_get_the_fix_that_mends_them(
    tmp_path: Path, tiers: str, message: str, fix: str
) -> None:
    model = rule_book()["deal-desk-tiers-are-complete"].passing
    start, end = model.index("approvals: {"), model.index("}}}") + 3
    changed = f"{model[:start]}approvals: {{{tiers}}}{model[end:]}"
    (found,) = violations("deal-desk-tiers-are-complete", changed, tmp_path / "stacks")
    assert (found.message, found.fix) == (message, fix)


def test_a_team_whose_members_have_no_capacity_is_found(tmp_path: Path) -> None:
    rule = rule_book()["assignees-have-members"]
    overlay = "people: {persons: {ann: {capacity: 0}}}"
    (found,) = violations("assignees-have-members", rule.passing, tmp_path / "stacks", overlay)
    assert found.message == 'no member of team "sdr" takes leads: all have capacity 0'


CLOSED = "won: {label: Won, probability: 1, closed: won}, lost: {label: Lost, probability: 0, closed: lost}"


@pytest.mark.parametrize(
    ("rule_id", "model", "message"),
    [
        (
            "stage-has-entry-exit-owner",
            pipeline_model(f"stages: {{demo: {{label: Demo, probability: 0.4}}, {CLOSED}}}"),
            "it has no exit criteria",
        ),
        (
            "stage-has-entry-exit-owner",
            pipeline_model("stages: {won: {label: Won, probability: 1, closed: won}}"),
            "a deal that is lost has no stage to go to",
        ),
        (
            "stage-probabilities-rise",
            pipeline_model("stages: {won: {label: Won, probability: 0.9, closed: won}}"),
            "a stage that is closed won has probability 0.9",
        ),
        (
            "stage-probabilities-rise",
            pipeline_model("stages: {lost: {label: Lost, probability: 0.1, closed: lost}}"),
            "a stage that is closed lost has probability 0.1",
        ),
        (
            "required-fields-are-writable",
            pipeline_model("stages: {a: {label: A, probability: 0.1, required_fields: [contact.country]}}"),
            "contact.country is a field of the contact, which a deal does not have",
        ),
        (
            "deal-desk-tiers-are-complete",
            deal_desk_model(
                "approvals: {all: {approver: automatic}, legal: {custom_terms: true, approver: automatic}}"
            ),
            "nobody approves it: automatic is for the tier of the standard price",
        ),
        (
            "signals-count-once",
            scoring_model(
                "fit:",
                "  size: {bands: [{when: contact.employees >= 50, points: 10}]}",
                "  large: {bands: [{when: contact.employees >= 1000, points: 10}]}",
            ),
            "contact.employees = 1000 counts here and in size",
        ),
        (
            "personal-fields-have-purpose",
            "data_hygiene: {fields: {contact: {mobile: {label: Mobile, type: phone}}}}",
            "the phone number of a person is personal data",
        ),
        (
            "assignees-have-members",
            lifecycle_model("handoffs: {a: {from_stage: lead, to_stage: mql, to_team: nobody}}").replace(
                "teams: {", "teams: {nobody: {label: Nobody}, "
            ),
            'team "nobody" has no members',
        ),
    ],
)
def test_other_ways_to_break_a_rule(tmp_path: Path, rule_id: str, model: str, message: str) -> None:
    (found,) = violations(rule_id, model, tmp_path / "stacks")
    assert found.message == message


@pytest.mark.parametrize(("times", "expected"), [("", 1), (", times: 3, within_days: 7", 0)])
def test_one_visit_and_three_in_a_week_are_two_signals(tmp_path: Path, times: str, expected: int) -> None:
    page = "sources: {hubspot: {page: /pricing}}"
    visits = f"engagement: {{once: {{points: 10, {page}}}, often: {{points: 25{times}, {page}}}}}"
    assert len(violations("signals-count-once", scoring_model(visits), tmp_path / "stacks")) == expected


def test_signals_about_parts_of_a_field_that_never_meet_count_once(tmp_path: Path) -> None:
    fit = (
        "fit:",
        "  small: {bands: [{when: contact.employees < 50, points: 5}]}",
        "  large: {bands: [{when: contact.employees >= 1000, points: 10}]}",
    )
    assert violations("signals-count-once", scoring_model(*fit), tmp_path / "stacks") == []
