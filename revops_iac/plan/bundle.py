"""The bundle of a plan: what was reviewed, bound to the state, the accounts and the live objects that it started from.

    bundle.json   what the plan is bound to; its SHA-256 is the checksum that `revops apply` asks for
    plan.json     Pulumi's plan, whose SHA-256 stands in bundle.json

Both are JSON and read as data only.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from revops_iac.diagnostics import Diagnostic
from revops_iac.errors import AuthorError
from revops_iac.plan.dangers import Touched
from revops_iac.plan.model_changes import topics_of
from revops_iac.provider.session.stores import digest_of
from revops_iac.stack_context import StackContext
from revops_iac.state.folder import write_text

MANIFEST = "bundle.json"
PLAN = "plan.json"
FORMAT = 1
PACKAGE = "revops-iac"
MOST_BYTES = 2**30
"""Of one file of a bundle: a plan takes 4 kB per resource."""
ABSENT = ""
PLAN_AGAIN = "run revops plan again and review what changed"


class LiveFingerprint(BaseModel):
    """One vendor object that a plan touches; `digest` is of its canonical definition, empty where there is none."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    urn: str
    verb: str
    system: str
    kind: str
    name: str
    digest: str


class Bundle(BaseModel):
    """What a plan is bound to. `snapshot` is, by system, what the preview saw: kind, vendor name and digest."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    format: int
    revops: str
    project: str
    stack: str
    made: str
    commit: str
    modified: bool
    accounts: dict[str, str]
    state: str
    program: str
    plan: str
    objects: list[LiveFingerprint]
    snapshot: dict[str, list[list[str]]]

    def text(self) -> str:
        """As it stands in the file."""
        return json.dumps(self.model_dump(), indent=1, sort_keys=True) + "\n"


def write_bundle(folder: Path, bundle: Bundle) -> str:
    """Writes `bundle.json` beside the plan and returns its checksum. Raises AuthorError."""
    write_text(folder / MANIFEST, bundle.text())
    return digest_of_bytes(bundle.text().encode())


def read_bundle(folder: Path, checksum: str) -> Bundle:
    """The bundle in a folder, when it is the one with that checksum. Raises AuthorError; nothing in it is run."""
    raw = _content(folder / MANIFEST)
    if not checksum:
        raise refused("no checksum was given", "use the checksum that revops plan printed")
    if digest_of_bytes(raw) != checksum.strip().lower().removeprefix("sha256:"):
        raise refused(f"its checksum is not {checksum}", "use the checksum that revops plan printed")
    try:
        bundle = Bundle.model_validate_json(raw)
    except ValidationError:
        raise refused("it was written by another release", PLAN_AGAIN) from None
    if (bundle.format, bundle.revops) != (FORMAT, version(PACKAGE)):
        written, reads = (f"{PACKAGE} {one}" for one in (bundle.revops, version(PACKAGE)))
        raise refused(f"it was written by {written}, this is {reads}", PLAN_AGAIN)
    if bundle.text().encode() != raw:
        raise refused("it is not as this release writes it", PLAN_AGAIN)
    return bundle


def read_plan(folder: Path, bundle: Bundle) -> str:
    """Pulumi's plan beside a bundle, when it is the one that was reviewed. Raises AuthorError."""
    raw = _content(folder / PLAN)
    if digest_of_bytes(raw) != bundle.plan:
        raise refused(f"{PLAN} is not the plan that was reviewed", PLAN_AGAIN)
    return raw.decode()


def _content(path: Path) -> bytes:
    """A file of a bundle; never waits for a pipe, and reads no device. Raises AuthorError."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode) or about.st_size > MOST_BYTES:
                what = f"has more than {MOST_BYTES:,} bytes" if stat.S_ISREG(about.st_mode) else "is not a file"
                raise refused(f"{path.name} {what}", PLAN_AGAIN)
            return file.read()
    except OSError as error:
        fix = "revops plan --out DIR writes one"
        raise AuthorError(f"{path.parent}: contains no bundle: {error.strerror}", fix) from None


def refused(message: str, fix: str, subject: str = "the bundle is refused") -> AuthorError:
    """A bundle that may not be applied; nothing was written."""
    return AuthorError(Diagnostic(subject, f"{message}; nothing was changed", fix))


def require_stack(bundle: Bundle, project: str, stack: str) -> None:
    """Refuses a bundle of another stack. Raises AuthorError."""
    if (bundle.project, bundle.stack) != (project, stack):
        raise refused(f"it is a plan of {bundle.project}/{bundle.stack}, not of {project}/{stack}", PLAN_AGAIN)


def require_same(bundle: Bundle, *, state: str, program: str, accounts: Mapping[str, str]) -> None:
    """Refuses a bundle of another state, model or account. Raises AuthorError."""
    named = {*bundle.accounts, *bundle.snapshot, *(one.system for one in bundle.objects)}
    if named - accounts.keys():
        raise refused("it names accounts that this stack does not manage", PLAN_AGAIN)
    for system, account in accounts.items():
        if bundle.accounts.get(system) != account:
            raise refused(f"it is a plan for {system} account {bundle.accounts.get(system)}, not {account}", PLAN_AGAIN)
    if bundle.state != state:
        raise refused("the state of the stack changed since the plan", PLAN_AGAIN)
    if bundle.program != program:
        raise refused("the model or its configuration is not the one that was planned", "check out the planned commit")


def require_live(bundle: Bundle, live: Iterable[LiveFingerprint]) -> None:
    """Refuses a bundle that is older than an object which it touches; names all of them. Raises AuthorError."""
    planned = {one.urn: one.digest for one in bundle.objects}
    differing = [one for one in live if planned.get(one.urn) != one.digest]
    if differing:
        named = ", ".join(f'{one.system} {one.kind} "{one.name}"' for one in differing)
        raise refused(f"changed in the account since the plan: {named}", PLAN_AGAIN)


def fingerprints(objects: Iterable[Touched]) -> list[LiveFingerprint]:
    """How the account holds the objects of a plan."""
    return [
        LiveFingerprint(
            urn=one.step.urn,
            verb=one.step.verb,
            system=one.step.system,
            kind=one.step.kind,
            name=one.name,
            digest=_digest(one),
        )
        for one in objects
    ]


def _digest(one: Touched) -> str:
    return ABSENT if one.live is None else digest_of(one.kind.normalize(one.live.definition))


def digest_of_bytes(raw: bytes) -> str:
    """A SHA-256 in hexadecimal."""
    return hashlib.sha256(raw).hexdigest()


def digest_of_json(value: Any) -> str:
    """The SHA-256 of plain values, whatever the order of their keys."""
    return digest_of_bytes(json.dumps(value, sort_keys=True, default=str).encode())


def state_digest(exported: Mapping[str, Any]) -> str:
    """The digest of the resources of an exported state; when it was written does not matter."""
    return digest_of_json((exported.get("deployment") or {}).get("resources") or [])


def program_digest(context: StackContext) -> str:
    """The digest of everything that a program declares on a stack: topics, resources and what protects them."""
    resources = sorted(
        json.dumps([one.system, one.declaration.kind, one.name, one.declaration.inputs], sort_keys=True, default=str)
        for one in context.planned
    )
    settings = {
        key: sorted(value) if isinstance(value, frozenset) else value for key, value in vars(context.settings).items()
    }
    return digest_of_json([topics_of(context.model), resources, settings])
