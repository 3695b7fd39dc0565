"""The documents as files: who gets which, what is stale, and names that try to be more than names."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from revops_iac.analysis.routing_counts import routing_counts
from revops_iac.commands.cli import main
from revops_iac.documents.forms.markdown import markdown
from revops_iac.documents.library import documents
from revops_iac.documents.process import Process
from revops_iac.documents.stamp import Stamp
from revops_iac.documents.standing import platform, routing
from revops_iac.model import Model
from revops_iac.source.load import Loaded, load
from revops_iac.systems import system_named
from tests.revops_iac.documents import read_back

ROOT = Path(__file__).resolve().parents[3]
STACKS = ROOT / "stacks"
EXAMPLE = ROOT / "examples" / "product_led" / "stacks"
STAMP = Stamp("Company", "prod", "abc", "2026-11-28", "..")
HOSTILE = "</td><script>alert(1)</script> | `x` [a](javascript:alert(1)) *b* $c$ & \u202e\x1b[2J\n# Heading"


def revops(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["docs", *arguments, "--folder", str(EXAMPLE), "--stack", "prod"])
    return int(ended.value.code or 0)


def test_documents_are_written_and_found_stale_after_an_edit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert revops(str(tmp_path)) == 0
    assert capsys.readouterr().out == f"Wrote 10 files to {tmp_path}; begin with index.md\n"
    lifecycle = tmp_path / "lifecycle.md"
    text = lifecycle.read_text(encoding="utf-8")
    lifecycle.write_text(text.replace("Version ", "Version other"), encoding="utf-8")
    assert revops(str(tmp_path), "--check") == 0
    lifecycle.write_text(text.replace("4 business hours", "5 business hours"), encoding="utf-8")
    (tmp_path / "routing.md").unlink()
    capsys.readouterr()
    assert revops(str(tmp_path), "--check", "--json") == 1
    assert json.loads(capsys.readouterr().out) == {"folder": str(tmp_path), "stale": ["lifecycle.md", "routing.md"]}


def test_every_link_of_a_row_leads_to_the_line_that_says_it() -> None:
    one = load(STACKS, "prod")
    rows = [
        (row, ROOT / row.place.file)
        for document in documents(Process("prod", one, (), ()))
        for block in document.blocks
        for row in getattr(block, "rows", ())
        if row.place
    ]
    assert len(rows) > 300
    for row, file in rows:
        assert row.place.line <= len(file.read_text(encoding="utf-8").splitlines())


def test_each_audience_gets_its_own_documents_in_its_own_order() -> None:
    process = Process("prod", load(STACKS, "prod"), (), ())
    assert [one.slug for one in documents(process, "executives")] == [
        *("index", "metrics", "pipelines", "deal-desk", "scoring", "routing", "lifecycle")
    ]
    assert "platform-hubspot" not in [one.slug for one in documents(process, "sales")]


def test_counts_of_records_stand_on_the_arrows_of_the_decision_tree() -> None:
    one = load(STACKS, "prod")
    leads: list[dict[str, object]] = [
        {"contact.named_account": True, "contact.region": "emea"},
        {"contact.region": "amer"},
        {"contact.region": "apac"},
        {},
    ]
    counts = routing_counts(one.model, leads, date(2026, 11, 28))
    assert counts == {("inbound", "named_accounts"): 1, ("inbound", "general"): 2, ("inbound", None): 1}
    drawn = routing.picture(Process("prod", one, (), (), counts), "inbound", one.model.routing["inbound"])
    labels = {edge.target.removesuffix("/to"): edge.label for edge in drawn.edges if edge.target.endswith("/to")}
    assert labels == {
        "named_accounts": "yes: 1",
        "emea_enterprise": "yes: 0",
        "german_speaking": "yes: 0",
        "emea": "yes: 0",
        "general": "yes: 2",
        "fallback": "no: 1",
    }


def hostile(one: Loaded) -> Loaded:
    """The same model with hostile labels of a stage, a field, a rule and a person."""
    plain = one.model.model_dump(mode="json", by_alias=True, exclude_unset=True)
    plain["lifecycle"]["stages"]["mql"]["label"] = HOSTILE
    plain["data_hygiene"]["fields"]["contact"]["email"]["label"] = HOSTILE
    plain["people"]["persons"]["omar_diaz"]["name"] = HOSTILE
    plain["routing"]["inbound"]["rules"]["general"]["description"] = HOSTILE
    return replace(one, model=Model.model_validate({**plain, "raw_sections": {}}))


def test_hostile_names_stay_words_in_markdown() -> None:
    one = load(STACKS, "prod")
    before, after = (
        {document.slug: markdown(document, STAMP) for document in documents(Process("prod", loaded, (), ()))}
        for loaded in (one, hostile(one))
    )
    shown = HOSTILE.replace("\u202e", "\\u202e").replace("\x1b", "\\x1b").replace("\n", "\\n")
    assert read_back.lifecycle(after["lifecycle"])["stages"]["mql"]["label"] == shown
    for slug, text in after.items():
        assert "<script" not in text
        assert "](javascript" not in text.replace("\\](", "")
        assert [one.level for one in read_back.sections(text)] == [
            one.level for one in read_back.sections(before[slug])
        ]


def large_model() -> Loaded:
    """The reference model with 300 more stages, 200 more rules and 2,000 more fields."""
    one = load(STACKS, "prod")
    plain = one.model.model_dump(mode="json", by_alias=True, exclude_unset=True)
    stages, rules = plain["lifecycle"]["stages"], plain["routing"]["inbound"]["rules"]
    stages |= {f"s{number}": {**stages["sql"], "label": f"Stage {number}"} for number in range(300)}
    rules |= {f"r{number}": rules["emea"] for number in range(200)}
    plain["data_hygiene"]["fields"]["contact"] |= {
        f"f{number}": {"label": "F", "type": "text"} for number in range(2000)
    }
    return replace(one, model=Model.model_validate({**plain, "raw_sections": {}}))


def test_large_models_are_written() -> None:
    """In how many seconds is measured by `python -m bench.documents`."""
    texts = [markdown(document, STAMP) for document in documents(Process("prod", large_model(), (), ()))]
    assert sum(map(len, texts)) > 500_000


@pytest.mark.parametrize("system", ["hubspot", "salesforce"])
def test_manual_steps_name_a_menu_path_and_end_with_a_check_and_lead_to_the_model(system: str) -> None:
    one = load(STACKS, "prod")
    process = Process("prod", one, (), (system_named(system),))
    steps = platform.manual_steps(process, system_named(system))
    assert len(steps) > 5
    for step in steps:
        assert " > " in step.where or step.where.startswith("App Launcher")
        assert step.actions
        assert step.check
        assert step.place is not None
    actions = " ".join(action for step in steps for action in step.actions if isinstance(action, str))
    stages = one.model.pipelines["new_business"].stages.values()
    needed = {process.words.field(ref, "deal") for stage in stages for ref in stage.required_fields}
    assert all(label in actions for label in needed)
