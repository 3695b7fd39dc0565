"""The model of the last run is read from the state of the stack."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from revops_iac.plan.earlier_model import EarlierModel

NAMES = {"revops:model:Scoring": "scoring"}
RESOURCES = [
    {"type": "revops:model:Scoring", "inputs": {"platform": {"label": "Platform"}}},
    {"type": "pulumi-python:dynamic/hubspot:Property", "inputs": {"name": "tier"}},
]


@pytest.fixture
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}")
    folder = tmp_path / ".pulumi" / "stacks" / "acme"
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize("suffix", [".json", ".json.gz"])
def test_topics_are_read_from_the_file_of_the_backend(stacks: Path, suffix: str) -> None:
    text = json.dumps({"checkpoint": {"latest": {"resources": RESOURCES}}}).encode()
    (stacks / f"dev{suffix}").write_bytes(gzip.compress(text) if suffix.endswith("gz") else text)
    assert EarlierModel("acme", "dev", NAMES).topics() == {"scoring": {"platform": {"label": "Platform"}}}


def test_new_stack_has_no_topics(stacks: Path) -> None:
    (stacks / "new.json").write_text(json.dumps({"checkpoint": {"latest": None}}))
    assert EarlierModel("acme", "new", NAMES).topics() == {}
    assert EarlierModel("acme", "unknown", NAMES).topics() == {}


def test_state_that_cannot_be_read_is_no_empty_model(stacks: Path) -> None:
    (stacks / "cut.json").write_text('{"checkpoint":')
    assert EarlierModel("acme", "cut", NAMES).topics() is None
