"""One run tells everything that is wrong with a model, and nothing that is wrong only since something else is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from revops_iac.commands.check import check_stack
from revops_iac.errors import DiagnosticsError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def stacks(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns(".revops", ".venv", "__pycache__")
    return shutil.copytree(ROOT / "stacks", tmp_path / "stacks", ignore=ignored)


def problems(stacks: Path, *changes: tuple[str, str, str]) -> list[str]:
    """Subject, message and fix of what is wrong after changes: a topic, a text in its file, and what it becomes."""
    for topic, before, after in changes:
        path = stacks / "model" / f"{topic}.yaml"
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DiagnosticsError) as found:
        check_stack(stacks, "dev", ROOT / "policies")
    return [f"{one.subject}: {one.message}" for one in found.value.diagnostics]


def test_form_references_compilation_and_rules_are_told_in_one_run(stacks: Path) -> None:
    found = problems(
        stacks,
        ("scoring", "points: 30}", "points: many}"),
        ("lifecycle", "required_fields: [deal.amount,", "required_fields: [deal.amont,"),
        ("routing", "when: contact.language = german", "when: not contact.email_domain ends with .de"),
        ("pipelines", "required_fields: [deal.technical_requirements, deal.decision_makers]", "required_fields: []"),
        ("deal_desk", "discount_from: 20", "discount_from: 15"),
    )

    assert found == [
        'deal desk standard, approval vp_sales: "manager" covers discounts from 15% to 20% too',
        'lifecycle, stage opportunity, required_fields item 1: "deal.amont" is not a field of the model',
        "pipeline new_business, stage demo: it requires no field",
        "HubSpot, routing.inbound.rules.german_speaking.when: "
        '"contact.email_domain ends with any of [.de]" cannot be negated: HubSpot has no such filter',
        'scoring self_serve, signal company_size, bands item 1, points: "many" is not a number',
    ]


def test_what_is_wrong_only_since_another_entry_is_wrong_is_held_back(stacks: Path) -> None:
    """A rule without its condition would take all leads, and a queue without members none."""
    found = problems(
        stacks,
        ("routing", "when: contact.region = emea\n", "when: contact.region =\n"),
        ("people", "members: [ivy_tran]", "members: {ivy_tran: 1}"),
    )

    assert found == [
        "team marketing, members: a mapping is not a list",
        "routing inbound, rule emea, when: a value is missing at the end",
    ]
