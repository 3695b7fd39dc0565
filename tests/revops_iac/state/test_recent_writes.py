"""What was written a moment ago: nothing of it is lost, whoever else writes or is killed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from revops_iac.state.recent_writes import RecentWriteFile


def journal(root: Path) -> RecentWriteFile:
    return RecentWriteFile("hubspot", "48210773", 60.0, root)


def names(root: Path) -> list[str]:
    return [write.name for write in journal(root).recent()]


def test_last_write_of_an_object_counts_until_it_has_another_name(tmp_path: Path) -> None:
    kept = journal(tmp_path)
    kept.note("Property", "contacts.acv", "", {"label": "ACV"}, ["label"])
    kept.note("Property", "contacts.acv", "", {"label": "Value"}, ["label"])
    kept.note("Property", "contacts.tier", "", None)
    value, tier = kept.recent()
    assert value.shows_in({"label": "Value"}, "")
    assert not value.shows_in({"label": "ACV"}, "")
    assert tier.shows_in(None, "")
    kept.drop("Property", "contacts.acv")
    assert names(tmp_path) == ["contacts.tier"]


def test_line_that_was_cut_spoils_no_other(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    journal(tmp_path).note("Property", "contacts.acv", "", None)
    with open(journal(tmp_path).file, "a", encoding="utf-8") as file:
        file.write('\n{"kind": "Prop')
    journal(tmp_path).note("Property", "contacts.tier", "", None)
    assert names(tmp_path) == ["contacts.acv", "contacts.tier"]
    assert "writes.jsonl is ignored" in capfd.readouterr().err


def test_runs_beside_each_other_lose_no_write(tmp_path: Path) -> None:
    runs = [journal(tmp_path) for _ in range(4)]
    with ThreadPoolExecutor(8) as threads:
        for number in range(200):
            threads.submit(runs[number % 4].note, "Property", f"contacts.field_{number:03}", "", None)
    assert sorted(names(tmp_path)) == [f"contacts.field_{number:03}" for number in range(200)]
