"""Files beside Pulumi's state: for their owner only, and read through a schema."""

from __future__ import annotations

import json
import os
import stat
import time
from pathlib import Path

import pytest

from revops_iac.errors import AuthorError
from revops_iac.provider.session.stores import Stores
from revops_iac.state.folder import require_writable, stack_folder
from revops_iac.state.source_map import SourceMap
from revops_iac.state.stores import stores_in_files
from revops_iac.systems import system_named

NOT_A_WRITE = {
    "a list": "[]",
    "no key": '{"kind": "Property"}',
    "text for a number": json.dumps({"kind": "P", "name": "n", "at": "soon", "digest": "", "keys": [], "stamp": ""}),
    "not UTF-8": b'{"kind": "P\xff"}',
    "cut": '{"kind": "Prop',
    "nested deeply": "[" * 200_000,
}


def stores(root: Path, account_id: str = "48210773") -> Stores:
    return stores_in_files(system_named("hubspot"), root)("dev", account_id)


def written_file(root: Path) -> Path:
    kept = stores(root)
    kept.recent_writes.note("Property", "contacts.acv", "", {"label": "ACV"}, ["label"])
    (file,) = (root / ".revops" / "written").rglob("writes.jsonl")
    return file


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_may_read_what_is_kept(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        tmp_path.chmod(0o755)
        (tmp_path / ".revops").mkdir(mode=0o755)
        kept = stores(tmp_path)
        kept.pending_creates.begin("Workflow", "Stale deal")
        kept.preview_snapshot.begin()
        kept.preview_snapshot.note("Property", "contacts.acv", {"label": "ACV"})
        SourceMap().write("dev", tmp_path)
        written_file(tmp_path)
    finally:
        os.umask(before)
    found = list((tmp_path / ".revops").rglob("*"))
    assert {mode(path) for path in found if path.is_file()} == {0o600}
    assert {mode(path) for path in [tmp_path / ".revops", *found] if path.is_dir()} == {0o700}
    assert mode(tmp_path) == 0o755


@pytest.mark.parametrize("content", NOT_A_WRITE.values(), ids=NOT_A_WRITE)
def test_write_that_cannot_be_read_is_ignored_with_a_warning(
    content: str | bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = written_file(tmp_path)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert stores(tmp_path).recent_writes.recent() == []
    shown = file.relative_to(tmp_path)
    assert capfd.readouterr().err == f"revops: {shown} is ignored: its content is not as revops writes it\n"
    assert stores(tmp_path).recent_writes.recent() == []
    assert capfd.readouterr().err == ""


def test_cut_line_of_a_preview_is_ignored_and_the_others_count(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    kept = stores(tmp_path)
    kept.preview_snapshot.begin()
    kept.preview_snapshot.note("Property", "contacts.acv", {"label": "ACV"})
    file = tmp_path / ".revops" / "dev" / "planned" / "hubspot.jsonl"
    file.write_text(file.read_text(encoding="utf-8") + '["Property", "contacts.ti', encoding="utf-8")
    assert list(stores(tmp_path).preview_snapshot.seen()) == [("Property", "contacts.acv")]
    assert "planned/hubspot.jsonl is ignored" in capfd.readouterr().err


def test_writes_to_another_account_are_not_waited_for(tmp_path: Path) -> None:
    written_file(tmp_path)
    assert [write.name for write in stores(tmp_path).recent_writes.recent()] == ["contacts.acv"]
    assert stores(tmp_path, "11111111").recent_writes.recent() == []


@pytest.mark.parametrize("years", [-1, 1])
def test_write_of_a_wrong_clock_is_dropped(years: int, tmp_path: Path) -> None:
    file = written_file(tmp_path)
    entry = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**entry, "at": time.time() + years * 31_536_000}), encoding="utf-8")
    assert stores(tmp_path).recent_writes.recent() == []
    assert not file.exists()


def test_run_that_cannot_keep_its_records_ends_before_it_begins(tmp_path: Path) -> None:
    require_writable(stack_folder("dev", tmp_path))
    assert list(stack_folder("dev", tmp_path).iterdir()) == []
    (tmp_path / ".revops" / "dev").rmdir()
    (tmp_path / ".revops" / "dev").write_text("a file", encoding="utf-8")
    with pytest.raises(AuthorError, match=r"^\.revops/dev/trial cannot be written: "):
        require_writable(stack_folder("dev", tmp_path))


def test_folder_that_cannot_be_written_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".revops").symlink_to(tmp_path / "nowhere")
    with pytest.raises(AuthorError) as refused:
        stores(tmp_path).pending_creates.begin("Workflow", "Stale deal")
    assert refused.value.diagnostic.sentence.startswith(".revops/dev/creating/")
    assert refused.value.diagnostic.sentence.endswith(" cannot be written: File exists")
    assert (
        refused.value.diagnostic.fix
        == "give this user a writable folder .revops beside the program, with space on its disk"
    )


def test_reading_beside_a_file_in_the_place_of_the_folder_is_one_warning(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".revops").write_text("a file", encoding="utf-8")
    kept = stores(tmp_path)
    kept.pending_creates.recorded("Workflow", "Stale deal")
    assert (kept.recent_writes.recent(), kept.preview_snapshot.seen(), kept.holdings.others()) == ([], {}, {})
    assert capfd.readouterr().err == (
        "revops: .revops/written/hubspot-48210773/writes.jsonl is ignored: Not a directory\n"
        "revops: .revops/written/hubspot-48210773 cannot be tidied up: Not a directory\n"
        "revops: .revops/dev/planned/hubspot.jsonl is ignored: Not a directory\n"
    )
