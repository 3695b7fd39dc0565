"""The folder of a backup: what is written reads back, Git sees only what changed, nobody else may read it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revops_iac.adoption.backup import AccountBackup, Backup, Written, read_backup, write_backup
from revops_iac.errors import AuthorError
from revops_iac.provider.inspection.inventory import Document
from tests.examples_per_test import examples

NAMES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    st.sampled_from([".", "..", "a/b", "CON", "n" * 400, "🙂" * 60, "%41", "~", ".hidden", "a.xml", "x.json"]),
)
JSON = st.dictionaries(NAMES, st.one_of(st.text(), st.integers(), st.none(), st.lists(st.booleans())), max_size=3)
KEYS = st.tuples(st.sampled_from(["a/b", "Type", "ü/ü"]), NAMES)
XML = st.just('<?xml version="1.0" encoding="UTF-8"?>\n<Layout>é &amp; 🙂</Layout>\n')


def backup_of(*documents: Document, account: str = "7", **not_read: str) -> Backup:
    return {"crm": AccountBackup(account, {(one.type, one.name): one for one in documents}, not_read)}


def one(name: str, label: str = "A", type_: str = "properties/contacts") -> Document:
    return Document(type_, name, {"name": name, "label": label})


@examples(12)
@given(
    found=st.dictionaries(st.tuples(st.sampled_from(["a/b", "Type", "ü/ü"]), NAMES), st.one_of(JSON, XML), max_size=4)
)
def test_a_backup_reads_back_as_it_was_written(
    found: dict[tuple[str, str], object], tmp_path_factory: pytest.TempPathFactory
):
    folder = tmp_path_factory.mktemp("backup")
    whole = backup_of(*(Document(type_, name, content) for (type_, name), content in found.items()))
    write_backup(folder, whole)
    assert read_backup(folder) == whole
    assert write_backup(folder, whole) == Written()


def test_git_sees_only_what_changed(tmp_path: Path):
    folder = tmp_path / "backup"
    write_backup(folder, backup_of(one("a"), one("b"), one("c")))
    manifest = (folder / "backup.json").read_text(encoding="utf-8")
    written = write_backup(folder, backup_of(one("c", "New"), one("d"), one("b")))
    path = "crm/properties/contacts"
    assert written == Written((f"{path}/d.json",), (f"{path}/c.json",), (f"{path}/a.json",))
    assert (folder / path / "c.json").read_text(encoding="utf-8") == '{\n "label": "New",\n "name": "c"\n}\n'
    assert (folder / "backup.json").read_text(encoding="utf-8") == manifest


def test_an_interrupted_backup_leaves_the_one_before_or_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    old, new = backup_of(one("a"), one("b"), one("c")), backup_of(one("a", "New"), one("d"), one("c", "New"))
    replace, unlink = Path.replace, Path.unlink
    found = []
    for most in range(14):
        folder, left = tmp_path / str(most), [most]
        for before in (None, old):
            if before is not None:
                write_backup(folder, before)

            def counted(call: Callable[..., Any], left: list[int] = left) -> Callable[..., Any]:
                def killed(*given: Any, **more: Any) -> Any:
                    if not left[0]:
                        raise KeyboardInterrupt
                    left[0] -= 1
                    return call(*given, **more)

                return killed

            left[0] = most
            monkeypatch.setattr(Path, "replace", counted(replace))
            monkeypatch.setattr(Path, "unlink", counted(unlink))
            with suppress(KeyboardInterrupt):
                write_backup(folder, new)
            monkeypatch.undo()
            try:
                now: Backup | None = read_backup(folder)
            except AuthorError:
                now = None
            assert now in (before, new)
            found.append(now)
            write_backup(folder, new)
            assert read_backup(folder) == new
            assert not (folder / ".revops-backup").exists()
    assert all(some in found for some in (None, old, new))


def test_what_an_account_does_not_show_stays_as_in_the_backup_before(tmp_path: Path):
    write_backup(tmp_path, backup_of(one("a"), one("l", type_="lists")))
    written = write_backup(tmp_path, backup_of(one("a"), lists="403, missing scope crm.lists.read"))
    assert written.kept == ("crm/lists/l.json",)
    found = read_backup(tmp_path)["crm"]
    assert set(found.documents) == {("properties/contacts", "a"), ("lists", "l")}
    assert found.not_read == {"lists": "403, missing scope crm.lists.read"}


def test_only_its_owner_may_read_a_backup(tmp_path: Path):
    folder = tmp_path / "deep" / "backup"
    write_backup(folder, backup_of(one("a")))
    modes = {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}
    folders = {path.stat().st_mode & 0o777 for path in [folder, *folder.rglob("*")] if path.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(AuthorError, match="is not empty and contains no backup"):
        write_backup(tmp_path, backup_of(one("a")))
    with pytest.raises(AuthorError, match="holds no backup"):
        read_backup(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
