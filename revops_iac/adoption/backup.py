"""A backup: everything that accounts list, one file per object, so that Git shows what changed from one to the next.

    backup.json                                  which accounts, how much of them, and what they did not show
    hubspot/properties/contacts/fit_score.json   the vendor's JSON, keys sorted
    salesforce/CustomField/Lead.Tier__c.xml      the vendor's XML

Nothing in it depends on when it was made. Names that a file cannot have are percent-encoded. A new backup is written
beside the one before and takes its place once it is whole: what interrupts it leaves one of both, never a mixture.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from pydantic import ValidationError
from pydantic_core import from_json

from revops_iac.errors import AuthorError, noting_refusals
from revops_iac.provider.inspection.inventory import Document
from revops_iac.provider.session import Session
from revops_iac.redaction import without_secrets
from revops_iac.state.folder import Form, InFolder

MANIFEST = "backup.json"
STAGED = ".revops-backup"
"""Where a backup is written until it is whole."""
GONE = "gone.json"
"""The files that the new backup no longer has: written last, it says that all others are there."""
FORMAT = 1
SAFE = " ()+,=@$'"
"""What may stand in the name of a file everywhere, beside letters, digits and `_.-~`."""
LONGEST = 160
FROM_GIT = "restore the file from Git, or back up again"
DocumentKey = tuple[str, str]
"""A document's type and name."""


@dataclass(frozen=True)
class About:
    """What a manifest says of an account."""

    account: str
    objects: Mapping[str, Any]
    not_read: dict[str, str]
    left_out: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """Which accounts a backup holds, and the names that are longer than those of files."""

    format: int
    accounts: Mapping[InFolder, About]
    names: Mapping[str, str]


MANIFESTS: Form[Manifest] = Form(Manifest)
GONE_FILES: Form[list[InFolder]] = Form(list[InFolder])


@dataclass
class AccountBackup:
    """What one account listed: `not_read` is what it did not show, by area, with its answer; `left_out` is what
    backups do not store, with the reason."""

    account: str
    documents: dict[DocumentKey, Document] = field(default_factory=dict)
    not_read: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def about(self) -> dict[str, Any]:
        """What the manifest and `--json` say of the account."""
        return {
            "account": self.account,
            "objects": self.counts,
            "not_read": self.not_read,
            "left_out": self.left_out,
        }

    @property
    def counts(self) -> dict[str, int]:
        """How many objects of each type, the first part of which names it: `properties` of all objects."""
        return dict(sorted(Counter(type_.partition("/")[0] for type_, _ in self.documents).items()))


Backup = Mapping[str, AccountBackup]
"""The accounts of a backup by system."""


@dataclass(frozen=True)
class Written:
    """What writing a backup changed in its folder, as paths."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    """Of areas that the account did not show this time: as in the backup before."""


def read_account(session: Session[Any], tell: Callable[[str], None]) -> AccountBackup:
    """Everything that the account of a session lists, without a write. Raises SessionError."""
    system, found = session.system, AccountBackup(session.open().id)
    open_inventory: Any = getattr(system, "inventory", None)
    if open_inventory is None:
        found.not_read["everything"] = f"{system.label} has no inventory"
        return found
    inventory = open_inventory()
    for area in inventory.areas(session.client):
        tell(f"{system.label} for {area.name} ({len(found.documents):,} objects so far)")
        with noting_refusals(found.not_read, area.name):
            for document in area.read():
                clean = document.content if document.is_xml else without_secrets(document.content)
                found.documents[document.type, document.name] = Document(document.type, document.name, clean)
    found.left_out = dict(sorted(inventory.left_out(session.client).items()))
    return found


def write_backup(folder: Path, backup: Backup) -> Written:
    """Brings a folder to a backup; only files of an earlier backup are replaced or removed. Raises AuthorError."""
    before = _files(folder) if _is_usable(folder) else {}
    desired, kept = dict(_texts(backup)), _not_read(before, backup)
    desired |= {path: before[path] for path in kept}
    earlier = _read_manifest(folder) if before else Manifest(FORMAT, {}, {})
    names = {path: name for path, name in earlier.names.items() if path in kept} | dict(_long_names(backup))
    accounts = {system: vars(about) for system, about in earlier.accounts.items()}
    accounts |= {system: account.about for system, account in backup.items()}
    desired[MANIFEST] = _json({"format": FORMAT, "accounts": accounts, "names": names})
    gone = sorted(before.keys() - desired.keys())
    _stage(folder, {path: text for path, text in desired.items() if before.get(path) != text}, gone)
    _complete(folder)
    fresh = sorted(desired.keys() - before.keys() - {MANIFEST})
    changed = sorted(path for path in desired.keys() & before.keys() - {MANIFEST} if desired[path] != before[path])
    return Written(tuple(fresh), tuple(changed), tuple(gone), tuple(sorted(kept)))


def _stage(folder: Path, texts: Mapping[str, str], gone: Sequence[str]) -> None:
    """Writes what is new beside the backup that is there."""
    shutil.rmtree(folder / STAGED, ignore_errors=True)
    for path, text in texts.items():
        _write(folder / STAGED / path, text)
    _write(folder / STAGED / GONE, _json(gone))


def _complete(folder: Path) -> None:
    """Puts a backup in place that was whole when it was interrupted, in the order in which that can happen again."""
    staged = folder / STAGED
    if not (staged / GONE).exists():
        return
    try:
        gone = GONE_FILES.adapter.validate_json((staged / GONE).read_bytes())
    except ValidationError:
        raise _damaged(staged / GONE, f"remove the folder {STAGED} and back up again") from None
    found = (path.relative_to(staged) for path in staged.rglob("*") if path.is_file())
    try:
        for path in sorted(found, key=lambda path: (path.name == MANIFEST, path)):
            if path != Path(GONE):
                _make_folders((folder / path).parent)
                (staged / path).replace(folder / path)
        for name in gone:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise AuthorError(f"{folder} cannot be written: {error.strerror}", "name a writable folder") from None
    shutil.rmtree(staged, ignore_errors=True)


def read_backup(folder: Path) -> Backup:
    """The accounts of a backup. Raises AuthorError for a folder that holds none, or a damaged one."""
    _complete(folder)
    manifest = _read_manifest(folder)
    found: dict[str, AccountBackup] = {}
    for system, about in manifest.accounts.items():
        account = found[system] = AccountBackup(about.account, not_read=about.not_read, left_out=about.left_out)
        for path in sorted((folder / system).rglob("*")):
            if path.is_file() and path.suffix in (".json", ".xml"):
                document = _document(folder / system, path, manifest.names.get(path.relative_to(folder).as_posix()))
                account.documents[document.type, document.name] = document
    return found


def _document(root: Path, path: Path, long_name: str | None) -> Document:
    type_ = "/".join(unquote(part) for part in path.relative_to(root).parent.parts)
    name = long_name or unquote(path.name.removesuffix(path.suffix))
    try:
        text = path.read_text(encoding="utf-8")
        return Document(type_, name, text if path.suffix == ".xml" else from_json(text))
    except ValueError as error:
        kind = "UTF-8" if isinstance(error, UnicodeDecodeError) else "JSON"
        raise AuthorError(f"{path}: is not {kind}: {error}", FROM_GIT) from None


def _read_manifest(folder: Path) -> Manifest:
    try:
        manifest = MANIFESTS.adapter.validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise AuthorError(f"{folder}: holds no backup", "create one with revops backup") from None
    except ValidationError:
        raise _damaged(folder / MANIFEST, FROM_GIT) from None
    if manifest.format != FORMAT:
        raise AuthorError(f"{folder}: is a backup of format {manifest.format}, this version reads {FORMAT}")
    return manifest


def _damaged(path: Path, fix: str) -> AuthorError:
    return AuthorError(f"{path}: is not as revops writes it", fix)


def require_folder(folder: Path) -> None:
    """Raises AuthorError for a folder that is in use for something else than a backup."""
    _is_usable(folder)


def _is_usable(folder: Path) -> bool:
    """Whether a folder holds an earlier backup; False for a new or empty one. Raises AuthorError for any other."""
    _complete(folder)
    if (folder / MANIFEST).exists():
        return True
    own = (".git", STAGED)
    if folder.exists() and (not folder.is_dir() or any(one.name not in own for one in folder.iterdir())):
        raise AuthorError(f"{folder}: is not empty and contains no backup", "name a new folder, or that of a backup")
    return False


def _files(folder: Path) -> dict[str, str]:
    """The files of an earlier backup with their texts, by path."""
    systems = _read_manifest(folder).accounts
    found = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for system in systems
        for path in sorted((folder / system).rglob("*"))
        if path.is_file() and path.suffix in (".json", ".xml")
    }
    return {**found, MANIFEST: (folder / MANIFEST).read_text(encoding="utf-8")}


def _not_read(before: Iterable[str], backup: Backup) -> list[str]:
    """The files of areas that an account did not show: nobody can tell whether they changed."""
    hidden = tuple(f"{system}/{area}/" for system, account in backup.items() for area in account.not_read)
    return [
        path
        for path in before
        if path != MANIFEST and (path.startswith(hidden) or path.partition("/")[0] not in backup)
    ]


def _texts(backup: Backup) -> Iterator[tuple[str, str]]:
    for system, account in backup.items():
        for document in account.documents.values():
            text = document.content if document.is_xml else _json(document.content)
            yield path_of(system, document), text


def _long_names(backup: Backup) -> Iterator[tuple[str, str]]:
    for system, account in backup.items():
        for document in account.documents.values():
            if _file_name(document.name) != quote(document.name, safe=SAFE):
                yield path_of(system, document), document.name


def path_of(system: str, document: Document) -> str:
    """Where an object lies in a backup."""
    folder = "/".join(quote(part, safe=SAFE) for part in document.type.split("/"))
    return f"{system}/{folder}/{_file_name(document.name)}.{'xml' if document.is_xml else 'json'}"


def _file_name(name: str) -> str:
    """The name as a file may have it; a long one is cut, and told apart by its digest."""
    quoted = quote(name, safe=SAFE)
    if quoted in ("", ".", "..") or quoted.startswith(".") or len(quoted) > LONGEST:
        return f"{quoted[:LONGEST].lstrip('.')}~{hashlib.sha256(name.encode()).hexdigest()[:12]}"
    return quoted


def _json(content: Any) -> str:
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _write(path: Path, text: str) -> None:
    """Writes a file in one step, in folders that only their owner enters."""
    try:
        _make_folders(path.parent)
        scratch = path.with_name(f"{path.name[:80]}.{os.getpid()}.tmp")
        with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        scratch.replace(path)
    except OSError as error:
        raise AuthorError(f"{path} cannot be written: {error.strerror}", "name a writable folder") from None


def _make_folders(folder: Path) -> None:
    for each in [*reversed(folder.parents), folder]:
        if not each.exists():
            each.mkdir(mode=0o700)
