"""The page of a review: what changes for people first, and nothing in it but text, whatever names hold."""

from __future__ import annotations

import copy
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from revops_iac.diagnostics import Diagnostic, Position, Severity
from revops_iac.plan.dangers import Danger
from revops_iac.plan.model_changes import topics_of
from revops_iac.plan.page.markup import MOST_MARKDOWN, fenced, in_markdown, table
from revops_iac.plan.page.review import Review, html, markdown
from revops_iac.plan.page.sarif import sarif
from revops_iac.plan.reading import PlanReading, Step
from revops_iac.source.load import load

STACKS = Path(__file__).resolve().parents[4] / "stacks"
ACCOUNT = "urn:pulumi:dev::acme::pulumi-python:dynamic/revops:Account"
HOSTILE = (
    "</details><script>alert(1)</script><img src=x onerror=alert(1)> @maya **b** "
    "[a](https://evil.example) `x` | \x1b[2J"
)
SCORING = Position("stacks/model/scoring.yaml", 3, 1)
RULE = Diagnostic("scoring", "there are no negative signals", "add one", location=SCORING, code="a-b")


@pytest.fixture(scope="module")
def topics() -> dict[str, Any]:
    return topics_of(load(STACKS, "prod").model)


def step(label: str) -> Step:
    before = {"object": "contacts", "name": "tier", "label": "Tier", "options": [{"value": "gold", "label": "Gold"}]}
    urn = f"{ACCOUNT}$pulumi-python:dynamic/hubspot:Property::contacts.tier"
    return Step("update", urn, before, {**before, "label": label, "options": []})


def review(topics: dict[str, Any], label: str = "Contract tier", **more: Any) -> Review:
    """A plan that changes a threshold, the label of a stage, and a property."""
    after = copy.deepcopy(topics)
    after["scoring"]["platform"]["thresholds"]["engagement"] = 45
    after["pipelines"]["new_business"]["stages"]["demo"]["label"] = label
    return Review("dev", PlanReading([step(label)], earlier=topics, topics=after), **more)


def test_page_says_first_what_changes_for_people(topics: dict[str, Any]) -> None:
    lines = markdown(review(topics, apply="revops apply plan")).splitlines()
    assert lines[0] == "<!-- revops plan: dev -->"
    assert lines[1] == "## Plan for `dev`: 1 setting changes in HubSpot."
    assert "- MQL (Platform): engagement threshold 40 → 45" in lines
    assert "- HubSpot changes 1 property" in lines
    assert "Rules: every rule passes." in lines
    (demo,) = (line for line in lines if line.startswith("| changed | ~~Demo"))
    assert demo.startswith(
        "| changed | ~~Demo / evaluation~~ → **Contract tier** | 40% | pipeline | team AE | technical"
    )
    assert '  - Option "Gold" is removed: value "gold"' in lines
    assert lines[-1] == "To apply exactly this plan: `revops apply plan`"
    order = [at for at, line in enumerate(lines) if line.startswith(("**Leads", "**In the CRMs", "<details>", "Rules"))]
    assert order == sorted(order)


def test_routing_and_workflows_that_change_are_drawn_before_and_after(topics: dict[str, Any]) -> None:
    after = copy.deepcopy(topics)
    after["routing"]["inbound"]["rules"]["emea"]["assign"] = {"person": "lena_voss"}
    after["automation"]["workflows"]["sla_breach"]["action"] = "tell the VP"
    found = Review("dev", PlanReading([], earlier=topics, topics=after))
    assert markdown(found).count("```mermaid") == 4
    page = html(found)
    assert page.count("<svg") == 4
    assert len(re.findall(r'id="[^"]+"', page)) == len({*re.findall(r'id="[^"]+"', page)})


def test_renamed_stage_is_one_row_and_a_tier_names_all_approvers(topics: dict[str, Any]) -> None:
    after = copy.deepcopy(topics)
    stages = after["pipelines"]["new_business"]["stages"]
    stages["evaluation"] = {**stages.pop("demo"), "was": ["demo"], "label": "Evaluation"}
    after["pipelines"]["keyOrder"]["new_business.stages"] = ", ".join(stages)
    after["deal_desk"]["standard"]["approvals"]["finance_legal"]["multi_year"] = False
    shown = markdown(Review("dev", PlanReading([], earlier=topics, topics=after)))
    assert "The model changes; the CRMs stay as they are." in shown
    assert "| changed | ~~Demo / evaluation~~ → **Evaluation** |" in shown
    assert "| removed |" not in shown
    assert "| changed | Finance and Legal |  |  | ~~multi year~~, enterprise | Grace Kim, Hugo Blanc |" in shown


def test_removed_stage_stays_in_its_place_and_thresholds_have_a_table(topics: dict[str, Any]) -> None:
    after = copy.deepcopy(topics)
    del after["pipelines"]["new_business"]["stages"]["demo"]
    after["scoring"]["platform"]["thresholds"]["engagement"] = 45
    lines = markdown(Review("dev", PlanReading([], earlier=topics, topics=after))).splitlines()
    assert "| changed | Platform | 50 | ~~40~~ → **45** | 30 | 25% after 30 days, then every 30 |" in lines
    (at,) = (at for at, line in enumerate(lines) if line.startswith("| removed | Demo / evaluation | 40%"))
    assert lines[at - 1].startswith("|  | Discovery")
    assert lines[at + 1].startswith("|  | Proposal")


def test_refusals_of_an_account_are_listed_with_what_to_do(topics: dict[str, Any]) -> None:
    report = (
        "HubSpot: the account does not allow this plan.\n"
        "m.yaml:4:3  HubSpot: no\n    fix: keep it\n1 problem; nothing was changed."
    )
    found = Review("dev", PlanReading([], errors=[report], earlier=topics, topics=topics), succeeded=False)
    lines = markdown(found).splitlines()
    assert lines[1] == "## Plan for `dev`: Refused: this plan may not be applied."
    assert [line for line in lines if line.startswith("- ")] == ["- HubSpot: no (m.yaml:4:3). To do: keep it"]
    assert "does not allow this plan" not in html(found)


def test_dangers_and_rules_stand_above_the_tables(topics: dict[str, Any]) -> None:
    danger = Danger("hubspot", "Property", "contacts.tier", "loses option Gold", 3, "3 contacts hold it")
    shown = markdown(review(topics, rules=(RULE,), dangers=(danger,)))
    lines = shown.splitlines()
    assert lines[1] == "## Plan for `dev`: Refused: this plan may not be applied."
    assert lines[3] == "**1 rule stops the plan, 1 to look at twice, 3 records at stake**"
    assert '**HubSpot property "contacts.tier" loses option Gold; 3 contacts hold it**' in shown
    assert "- **stops the plan**: scoring: there are no negative signals (`a-b`), stacks/model/scoring.yaml" in shown
    assert shown.index("stops the plan") < shown.index("Look twice") < shown.index("before and after")


def test_plan_without_changes_is_nothing_to_review(topics: dict[str, Any]) -> None:
    assert not Review("dev", PlanReading([], earlier=topics, topics=topics)).has_changes
    assert Review("dev", PlanReading([]), rules=(RULE,)).has_changes


class Tags(HTMLParser):
    """The names and attributes of the elements of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes |= {name for name, _ in attrs}


def hostile(topics: dict[str, Any]) -> Review:
    danger = Danger("hubspot", "Property", HOSTILE, HOSTILE, 1, HOSTILE)
    rule = Diagnostic(HOSTILE, HOSTILE, HOSTILE, Severity.WARNING, code="a-b")
    found = review(topics, HOSTILE, dangers=(danger,), rules=(rule,), accounts={"HubSpot": HOSTILE})
    found.reading.errors = [HOSTILE]
    return found


def test_markup_in_names_stays_text_in_html(topics: dict[str, Any]) -> None:
    usual, found = (Tags(html(one)) for one in (review(topics), hostile(topics)))
    assert {*found.names} - {*usual.names} <= {"pre", "strong", "br", "code", "del", "ins"}
    assert not {"script", "img", "a", "iframe"} & {*found.names}
    assert not [name for name in found.attributes if name.startswith("on")]
    assert "\x1b" not in html(hostile(topics))
    assert "&lt;script&gt;alert(1)" in html(hostile(topics))


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>&\"'/= scriptonmg\x1b\u202e"), min_size=1, max_size=30))
def test_any_label_stays_text_in_html(text: str) -> None:
    def page(label: str) -> str:
        before, after = ({"people": {"teams": {"sdr": {"label": one}}}} for one in ("SDR", label))
        return html(Review("dev", PlanReading([step(label)], earlier=before, topics=after)))

    usual, found = Tags(page("Sales")), Tags(page(text))
    assert {*found.names} == {*usual.names}
    assert found.attributes == usual.attributes
    assert not {"\x1b", "\u202e"} & {*page(text)}


def test_markup_in_names_stays_text_in_markdown(topics: dict[str, Any]) -> None:
    shown = markdown(hostile(topics))
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(shown)
    assert {*Tags(rendered).names}.isdisjoint({"script", "img", "a", "iframe"})
    assert rendered.count("</details>") == rendered.count("<details>")
    assert "\x1b" not in shown


@given(st.text(alphabet=st.sampled_from("<>&*_`[]()!|\\~#@-+.1 \nabhttps:/"), max_size=40))
def test_any_text_shows_as_it_is_in_markdown(text: str) -> None:
    rendered = MarkdownIt("commonmark", {"html": True}).render(f"- x {in_markdown(text)}\n")
    assert {*Tags(rendered).names} <= {"ul", "li", "p"}
    alone = MarkdownIt("commonmark", {"html": True}).render(f"- {in_markdown(text.strip())}\n")
    assert {*Tags(alone).names} <= {"ul", "li", "p"}


@given(st.text(alphabet=st.sampled_from("<>&*_`[]()!|\\~#@-+.1 \nabhttps:/"), max_size=40))
def test_any_text_stays_in_its_cell(text: str) -> None:
    lines = table(["object", "change"], [[text, [text, "kept"]]])
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render("\n".join(lines))
    assert [name for name in Tags(rendered).names if name != "br"] == (
        ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"]
    )


def test_table_for_an_issue_ends_before_what_a_code_host_takes() -> None:
    rows = [[f"Property contacts.p{number}", "is removed"] for number in range(9_000)]
    shown = "\n".join(table(["object", "change"], rows, MOST_MARKDOWN))
    assert len(shown) < 65_536
    kept = shown.count("is removed")
    assert shown.endswith(f"… and {9_000 - kept:,} more, which the command lists.")


@given(st.text(alphabet=st.sampled_from("`~\nab<"), max_size=30))
def test_block_of_code_holds_any_text(text: str) -> None:
    rendered = MarkdownIt("commonmark", {"html": True}).render(f"{fenced(text)}\n\nafter\n")
    assert Tags(rendered).names == ["pre", "code", "p"]


def test_very_long_comment_leaves_out_diffs_then_ends(topics: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = markdown(review(topics))
    monkeypatch.setattr("revops_iac.plan.page.review.MOST_MARKDOWN", len(whole) - 1)
    brief = markdown(review(topics))
    assert "As code" in whole
    assert "As code" not in brief
    assert "Setting by setting" in brief
    monkeypatch.setattr("revops_iac.plan.page.review.MOST_MARKDOWN", len(brief) - 1)
    briefest = markdown(review(topics, apply="revops apply plan"))
    assert "Setting by setting" not in briefest
    assert briefest.endswith("`revops apply plan`\n")
    monkeypatch.setattr("revops_iac.plan.page.review.MOST_MARKDOWN", 200)
    assert markdown(review(topics)).endswith("… the page of the plan has the rest.\n")


def test_findings_are_annotations_on_lines() -> None:
    found = sarif([RULE, RULE, Diagnostic("x", "is new", severity=Severity.WARNING)], "0.1.0", "stacks/Pulumi.dev.yaml")
    (run,) = json.loads(json.dumps(found))["runs"]
    assert [one["id"] for one in run["tool"]["driver"]["rules"]] == ["a-b", "plan"]
    placed, other = run["results"]
    assert (placed["level"], placed["ruleId"]) == ("error", "a-b")
    assert placed["message"]["text"] == "scoring: there are no negative signals. Fix: add one"
    assert placed["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "stacks/model/scoring.yaml"},
        "region": {"startLine": 3, "startColumn": 1},
    }
    assert other["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "stacks/Pulumi.dev.yaml"
