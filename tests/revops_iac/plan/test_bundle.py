"""A bundle is refused wherever it is not the plan that was reviewed, at the moment that it was made for."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from revops_iac.errors import AuthorError
from revops_iac.plan.bundle import (
    MANIFEST,
    MOST_BYTES,
    PACKAGE,
    PLAN,
    Bundle,
    LiveFingerprint,
    digest_of_bytes,
    read_bundle,
    read_plan,
    require_live,
    require_same,
    require_stack,
    state_digest,
    write_bundle,
)

TIER = LiveFingerprint(
    urn="urn:tier", verb="update", system="hubspot", kind="Property", name="contacts.tier", digest="a1"
)
SAME: dict[str, Any] = {
    "state": "state-1",
    "program": "program-1",
    "accounts": {"hubspot": "7"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / PLAN).write_text('{"resourcePlans": {}}')
    return tmp_path


def bundle(folder: Path) -> Bundle:
    return Bundle(
        format=1,
        revops=version(PACKAGE),
        made="2026-11-29T00:00:00+00:00",
        commit="c0ffee",
        modified=False,
        plan=digest_of_bytes((folder / PLAN).read_bytes()),
        objects=[TIER],
        snapshot={"hubspot": [["Property", "contacts.tier", "a1"]]},
        project="acme",
        stack="prod",
        **SAME,
    )


def test_bundle_is_read_as_it_was_written(folder: Path) -> None:
    checksum = write_bundle(folder, bundle(folder))
    assert read_bundle(folder, checksum) == bundle(folder)
    assert read_bundle(folder, f"sha256:{checksum.upper()}") == bundle(folder)
    assert (folder / MANIFEST).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        (MANIFEST, "prod", "dev", "its checksum is not "),
        (MANIFEST, "a1", "b2", "its checksum is not "),
        (PLAN, "{}", '{"urn": {}}', "plan.json is not the plan that was reviewed"),
    ],
)
def test_edited_bundle_is_refused(folder: Path, file: str, old: str, new: str, reason: str) -> None:
    checksum = write_bundle(folder, bundle(folder))
    edited = (folder / file).read_text().replace(old, new)
    (folder / file).write_text(edited)
    with pytest.raises(AuthorError, match=reason):
        read_plan(folder, read_bundle(folder, checksum))


def test_bundle_without_its_checksum_is_refused(folder: Path) -> None:
    write_bundle(folder, bundle(folder))
    with pytest.raises(AuthorError, match="no checksum was given; nothing was changed"):
        read_bundle(folder, "")
    with pytest.raises(AuthorError, match="contains no bundle"):
        read_bundle(folder / "elsewhere", "")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"commit"', '"__reduce__"', "it was written by another release"),
        ('"format": 1', '"format": NaN', "it was written by another release"),
        ('"c0ffee"', '"c0ff\\udcffee"', "it was written by another release"),
        ('"revops": "', '"revops": "9.', r"it was written by revops-iac 9\.\S+, this is revops-iac \S+"),
        ('"format": 1', '"format": 2', "it was written by revops-iac .*"),
        ('"format": 1', '"format": 1, "format": 1', "it is not as this release writes it"),
    ],
)
def test_other_content_is_refused_even_with_its_checksum(folder: Path, old: str, new: str, reason: str) -> None:
    write_bundle(folder, bundle(folder))
    text = (folder / MANIFEST).read_text().replace(old, new)
    (folder / MANIFEST).write_text(text)
    with pytest.raises(AuthorError, match=f"{reason}; nothing was changed"):
        read_bundle(folder, digest_of_bytes(text.encode()))


@pytest.mark.parametrize("file", [MANIFEST, PLAN])
def test_what_is_no_file_is_refused_without_waiting(folder: Path, file: str) -> None:
    checksum = write_bundle(folder, bundle(folder))
    (folder / file).unlink()
    os.mkfifo(folder / file)
    with pytest.raises(AuthorError, match=f"{file} is not a file; nothing was changed"):
        read_plan(folder, read_bundle(folder, checksum))
    (folder / file).unlink()
    with open(folder / file, "wb") as sparse:
        sparse.truncate(MOST_BYTES + 1)
    with pytest.raises(AuthorError, match="has more than 1,073,741,824 bytes"):
        read_plan(folder, read_bundle(folder, checksum))


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("accounts", {"hubspot": "8"}, "it is a plan for hubspot account 7, not 8"),
        ("accounts", {"hubspot": "7", "salesforce": "00D"}, "it is a plan for salesforce account None, not 00D"),
        ("accounts", {"salesforce": "00D"}, "it names accounts that this stack does not manage"),
        ("state", "state-2", "the state of the stack changed since the plan"),
        ("program", "program-2", "the model or its configuration is not the one that was planned"),
    ],
)
def test_bundle_of_something_else_is_refused(folder: Path, key: str, value: Any, reason: str) -> None:
    require_same(bundle(folder), **SAME)
    with pytest.raises(AuthorError, match=f"{reason}; nothing was changed"):
        require_same(bundle(folder), **{**SAME, key: value})


@pytest.mark.parametrize(("project", "stack"), [("acme", "dev"), ("other", "prod")])
def test_bundle_of_another_stack_is_refused(folder: Path, project: str, stack: str) -> None:
    require_stack(bundle(folder), "acme", "prod")
    with pytest.raises(AuthorError, match=f"it is a plan of acme/prod, not of {project}/{stack}; nothing was changed"):
        require_stack(bundle(folder), project, stack)


def test_bundle_writes_no_record_outside_the_folder_of_the_stack(folder: Path) -> None:
    elsewhere = bundle(folder).model_copy(update={"snapshot": {"../../../hubspot": []}})
    with pytest.raises(AuthorError, match="it names accounts that this stack does not manage"):
        require_same(elsewhere, **SAME)


@pytest.mark.parametrize("digest", ["b2", ""])
def test_bundle_older_than_the_account_is_refused(folder: Path, digest: str) -> None:
    require_live(bundle(folder), [TIER])
    with pytest.raises(AuthorError, match=r'since the plan: hubspot Property "contacts\.tier"'):
        require_live(bundle(folder), [TIER.model_copy(update={"digest": digest})])


def test_state_is_told_apart_by_its_resources() -> None:
    state = {"version": 3, "deployment": {"manifest": {"time": "1"}, "resources": [{"urn": "a", "id": "1"}]}}
    later = {"version": 3, "deployment": {"manifest": {"time": "2"}, "resources": [{"id": "1", "urn": "a"}]}}
    other = {"version": 3, "deployment": {"manifest": {"time": "1"}, "resources": [{"urn": "a", "id": "2"}]}}
    assert state_digest(state) == state_digest(later)
    assert state_digest(state) != state_digest(other)
