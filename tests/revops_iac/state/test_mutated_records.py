"""Whatever a file holds that revops has written: it is read, ignored, or one sentence says what is wrong with it.

`bench/mutated_files.py` tries as many as there is time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from revops_policies.book import settings
from revops_policies.pack import read_config

from revops_iac.adoption.backup import AccountBackup, read_backup, write_backup
from revops_iac.adoption.record import Record
from revops_iac.adoption.yaml.files import FileEdit
from revops_iac.errors import AuthorError
from revops_iac.provider.inspection.inventory import Document
from revops_iac.provider.live_object import DesiredResource
from revops_iac.state.source_map import SourceMap, read_source_map
from revops_iac.state.stores import stores_in_files
from revops_iac.state.validation_record import Validation, read_validation, write_validation
from revops_iac.systems import system_named
from tests.providers.mutated_answers import mutated

TRIES = 25


@dataclass(frozen=True)
class Kept:
    """Writes a file below a folder, and reads it again."""

    write: Callable[[Path], object]
    read: Callable[[Path], object]


def _stores(root: Path):
    return stores_in_files(system_named("hubspot"), root)("dev", "48210773")


def _validation(root: Path) -> None:
    write_validation(root, "dev", "salesforce", Validation("0Af1", "00D1", "hash", "hash", {"a": "b"}, True, "2026"))


def _source_map(root: Path) -> None:
    desired = DesiredResource(kind="Property", name="contacts.one", pulumi_name="one", inputs={"label": "One"})
    SourceMap(resources={"urn": desired}, systems={"urn": "hubspot"}).write("dev", root)


def _adoption(root: Path) -> None:
    edit = FileEdit(root / "stacks" / "model" / "deal.yaml", None, "hubspot: {}\n")
    Record.begin(root, "dev", {"deployment": {}}, {"deployment": {}}, [edit])


def _backup(root: Path) -> None:
    document = Document("properties/contacts", "one", {"name": "one"})
    write_backup(root / "backup", {"hubspot": AccountBackup("1", {("properties/contacts", "one"): document})})


KEPT = {
    "recent writes": Kept(
        lambda root: _stores(root).recent_writes.note("Property", "one", "", {"label": "One"}, ["label"]),
        lambda root: _stores(root).recent_writes.recent(),
    ),
    "preview": Kept(
        lambda root: _stores(root).preview_snapshot.note("Property", "one", {"label": "One"}),
        lambda root: _stores(root).preview_snapshot.seen(),
    ),
    "holdings": Kept(
        lambda root: stores_in_files(system_named("hubspot"), root)("other", "48210773").holdings.note("List x"),
        lambda root: _stores(root).holdings.others(),
    ),
    "validation": Kept(_validation, lambda root: read_validation("dev", "salesforce", root)),
    "source map": Kept(_source_map, lambda root: read_source_map("dev", root)),
    "adoption": Kept(_adoption, lambda root: list(Record.all_of(root, "dev"))),
    "backup": Kept(_backup, lambda root: read_backup(root / "backup")),
    "policy config": Kept(
        lambda root: (root / "config.json").write_text(
            '{"all": "advisory", "engagement-decays": {"level": "mandatory"}}'
        ),
        lambda root: settings(read_config(root / "config.json")),
    ),
}


def try_files(name: str, root: Path, seeds: Iterable[int]) -> None:
    """Reads a kind of file with changes at random. Raises AssertionError with the seed that ends in a bug."""
    KEPT[name].write(root)
    files = {path: path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
    for seed in seeds:
        chance = random.Random(f"{name} {seed}")
        for path, content in files.items():
            path.write_bytes(content)
        changed = chance.choice(list(files))
        changed.write_bytes(mutated(files[changed], chance))
        try:
            KEPT[name].read(root)
        except AuthorError:
            continue
        except Exception as error:
            raise AssertionError(f"{name}, seed {seed}: {error!r}") from error


@pytest.mark.parametrize("name", KEPT)
def test_any_file_of_ours_is_read_or_reported(name: str, tmp_path: Path) -> None:
    try_files(name, tmp_path, range(TRIES))
