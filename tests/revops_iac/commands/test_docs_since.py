"""`revops docs --since`: what changed between two commits, for whom, with its line."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.revops_iac.commands.test_doctor import run

MODEL = """\
people:
  persons: {ana: {name: Ana, email: ana@acme.example}}
data_hygiene:
  fields:
    contact:
      fit: {label: Fit, type: number}
      engagement: {label: Engagement, type: number}
      total: {label: Total, type: number}
      ready: {label: Ready, type: checkbox}
pipelines:
  sales: {label: Sales, stages: {won: {label: Won, probability: 0.5}}}
scoring:
  standard:
    fields: {fit: contact.fit, engagement: contact.engagement, total: contact.total, ready: contact.ready}
    thresholds: {fit: 50, engagement: 40}
"""


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.email=ana@acme.example", "-c", "user.name=Ana", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one commit, and two edits since."""
    stacks = tmp_path / "stacks"
    (stacks / "model").mkdir(parents=True)
    (stacks / "overlays").mkdir()
    (stacks / "overlays" / "dev.yaml").write_text("{}\n", encoding="utf-8")
    (stacks / "Pulumi.dev.yaml").write_text("config:\n  revops:environment: dev\n", encoding="utf-8")
    model = stacks / "model" / "model.yaml"
    model.write_text(MODEL, encoding="utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "Begin")
    model.write_text(MODEL.replace("engagement: 40", "engagement: 45").replace("0.5", "0.6"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_change_is_said_once_to_those_it_is_about(repository: Path) -> None:
    assert run("docs", "out", "--stack", "dev", "--since", "HEAD") == 0
    text = (repository / "out" / "release-notes.md").read_text(encoding="utf-8")
    leads, deals = text.partition("## For leads")[2].split("## For deals")
    assert "| MQL: engagement threshold 40 -> 45 | [model.yaml:15](../stacks/model/model.yaml#L15) |" in leads
    assert "| Won: probability 50% -> 60% | [model.yaml:11](../stacks/model/model.yaml#L11) |" in deals
    assert "**Changes:** 2" in text


def test_an_audience_gets_what_concerns_it(repository: Path) -> None:
    assert run("docs", "out", "--stack", "dev", "--since", "HEAD", "--audience", "marketing") == 0
    text = (repository / "out" / "release-notes.md").read_text(encoding="utf-8")
    assert "engagement threshold" in text
    assert "probability" not in text


@pytest.mark.parametrize("revision", ["nowhere", "--output=/tmp/x", "HEAD~5"])
def test_a_revision_that_is_none_is_refused(
    repository: Path, revision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("docs", "out", "--stack", "dev", f"--since={revision}") == 1
    assert revision in capsys.readouterr().err
    assert not (repository / "out").exists()


def test_an_earlier_model_that_cannot_be_read_is_named(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "stacks" / "model" / "model.yaml").write_text("nonsense: 1\n", encoding="utf-8")
    git(repository, "commit", "-qam", "Break")
    (repository / "stacks" / "model" / "model.yaml").write_text(MODEL, encoding="utf-8")
    assert run("docs", "out", "--stack", "dev", "--since", "HEAD") == 1
    assert capsys.readouterr().err.startswith('the model at "HEAD" cannot be read: model: unknown section "nonsense"')
