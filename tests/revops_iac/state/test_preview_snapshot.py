"""What a plan saw, kept until it is carried out."""

from __future__ import annotations

from pathlib import Path

from revops_iac.provider.session.stores import digest_of
from revops_iac.state.preview_snapshot import PreviewSnapshotFile


def test_plan_is_read_by_the_next_process_and_serves_once(tmp_path: Path) -> None:
    plan = PreviewSnapshotFile("hubspot", "dev", tmp_path)
    plan.begin()
    plan.note("Property", "contacts.acv", {"label": "Contract value"})

    later = PreviewSnapshotFile("hubspot", "dev", tmp_path)
    assert later.seen() == {("Property", "contacts.acv"): digest_of({"label": "Contract value"})}
    assert PreviewSnapshotFile("hubspot", "prod", tmp_path).seen() == {}
    assert "Contract" not in plan.file.read_text(encoding="utf-8")

    later.end()
    assert PreviewSnapshotFile("hubspot", "dev", tmp_path).seen() == {}


def test_new_plan_forgets_the_one_before(tmp_path: Path) -> None:
    plan = PreviewSnapshotFile("hubspot", "dev", tmp_path)
    plan.begin()
    plan.note("Property", "contacts.acv", {"label": "Contract value"})
    plan.begin()
    assert plan.seen() == {}


def test_digest_tells_definitions_apart_whatever_the_order_of_their_keys() -> None:
    assert digest_of({"a": 1, "b": [1, 2]}) == digest_of({"b": [1, 2], "a": 1})
    assert digest_of({"a": 1, "b": [1, 2]}) != digest_of({"a": 1, "b": [2, 1]})
