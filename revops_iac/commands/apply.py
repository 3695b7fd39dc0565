"""`revops apply`: carries out the plan of a bundle and nothing else, and keeps what a restore needs.

Before the first write it compares everything that the bundle is bound to: checksum, stack, accounts, state, model, and
every live object that the plan touches.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from revops_iac.adoption.backup import AccountBackup, write_backup
from revops_iac.commands.automation import PulumiStack, is_of_account
from revops_iac.commands.plan import TOPIC_TYPES, Tell, accounts_of, project_folder, sessions_of
from revops_iac.commands.rebind import Pulumi
from revops_iac.diagnostics import plural, spelled_out
from revops_iac.errors import AuthorError
from revops_iac.plan.bundle import (
    Bundle,
    digest_of_bytes,
    fingerprints,
    program_digest,
    read_bundle,
    read_plan,
    require_live,
    require_same,
    require_stack,
    state_digest,
)
from revops_iac.plan.dangers import Touched, touched
from revops_iac.plan.reading import PlanReading, Step, read_events
from revops_iac.provider.changes.container import EntryContainer
from revops_iac.provider.inspection.inventory import Document
from revops_iac.provider.live_object import LiveObject
from revops_iac.provider.resource_state import inputs_of
from revops_iac.provider.session import Session
from revops_iac.redaction import without_secrets
from revops_iac.stack_context import StackContext
from revops_iac.state.folder import stack_folder, write_text
from revops_iac.state.preview_snapshot import PreviewSnapshotFile

RUNS = "runs"
APPLIED = "applied-plan.json"
RECORD = "run.json"
BEFORE = "before"


@dataclass(frozen=True)
class Applied:
    """How carrying out a bundle ended; `run` names what `revops restore` takes."""

    stack: str
    run: str
    reading: PlanReading
    succeeded: bool

    @property
    def exit_code(self) -> int:
        """0 done, 2 a vendor or an account failed, 1 otherwise."""
        return 0 if self.succeeded else 2 if is_of_account(self.reading.errors) else 1

    def render(self) -> str:
        """What was done, or why it ended."""
        undo = f"undo: revops restore {self.run} --stack {self.stack}"
        if self.succeeded:
            done = plural(len(self.reading.vendor_steps), "object")
            return f"{self.stack}: {done} changed as planned.\n{undo}"
        errors = [spelled_out(error) for error in dict.fromkeys(self.reading.errors)]
        return "\n".join(
            [*errors, f"{self.stack}: the run ended early; undo: revops restore {self.run} --stack {self.stack}"]
        )

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        done = [{"system": one.system, "kind": one.kind, "name": one.key} for one in self.reading.vendor_steps]
        errors = [spelled_out(error) for error in self.reading.errors]
        return {"stack": self.stack, "run": self.run, "succeeded": self.succeeded, "objects": done, "errors": errors}


def apply_bundle(place: Path, checksum: str, folder: Path, stack: str, tell: Tell) -> Applied:
    """Applies a bundle to a stack. Raises AuthorError before anything is written where it is not that plan's moment."""
    bundle = read_bundle(place, checksum)
    plan = read_plan(place, bundle)
    context, root = StackContext.load(folder, stack), project_folder(folder)
    engine = PulumiStack(root, stack)
    require_stack(bundle, engine.project, stack)
    tell("the state")
    state = Pulumi(root, stack).export()
    require_same(
        bundle,
        state=state_digest(state),
        program=program_digest(context),
        accounts=accounts_of(context),
    )
    tell("the accounts")
    with ExitStack() as open_:
        sessions = sessions_of(context, {one.system for one in bundle.objects}, open_)
        live = live_objects(context, bundle, state, sessions)
    require_live(bundle, fingerprints(live))
    run = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{digest_of_bytes(bundle.text().encode())[:8]}"
    keep(context, bundle, run, live)
    for system, rows in bundle.snapshot.items():
        PreviewSnapshotFile(system, stack, folder).hold(rows)
    tell("the accounts, to apply the plan")
    own = stack_folder(stack, folder) / APPLIED
    write_text(own, plan)  # what was compared, whatever becomes of the bundle meanwhile
    events, succeeded = engine.up(own, checkpoints=not only_creates(context, live))
    return Applied(stack, run, read_events(events, TOPIC_TYPES), succeeded)


def only_creates(context: StackContext, live: Sequence[Touched]) -> bool:
    """Whether a run makes new objects and does nothing else.

    Then it needs no checkpoint after each step: every creation is noted before its call, in the stack's own folder, and
    the run after a crash takes what was made as its own. What is adopted, changed or removed needs state at once,
    because only state knows what was there before.
    """
    return bool(live) and all(
        one.live is None and one.step.verb == "create" and not _is_shared(context, one) for one in live
    )


def _is_shared(context: StackContext, one: Touched) -> bool:
    """Whether the object is a container that others put entries into."""
    return isinstance(context.systems[one.step.system].kinds[one.step.kind], EntryContainer)


def live_objects(
    context: StackContext, bundle: Bundle, state: Mapping[str, Any], sessions: Iterable[Session[Any]]
) -> list[Touched]:
    """Every object of a bundle as its account holds it now, in the order of the bundle. Raises AccountError."""
    steps = list(steps_of(context, bundle, state))
    found = {one.step.urn: one for session in sessions for one in touched(session, steps)}
    if missing := [one.urn for one in bundle.objects if one.urn not in found]:
        raise AuthorError(f"this release cannot read {missing[0]} of the bundle", "plan again with this release")
    return [found[one.urn] for one in bundle.objects]


def steps_of(context: StackContext, bundle: Bundle, state: Mapping[str, Any]) -> Iterator[Step]:
    """The steps of a bundle, each with what state and the program say of its object."""
    resources = {one["urn"]: one for one in (state.get("deployment") or {}).get("resources") or []}
    desired = {(one.system, one.declaration.kind, one.declaration.key): one for one in context.planned}
    for item in bundle.objects:
        resource, step = resources.get(item.urn), Step(item.verb, item.urn, None, None)
        planned = desired.get((step.system, step.kind, step.key))
        after = dict(planned.declaration.inputs) if planned is not None else None
        before = inputs_of(resource.get("inputs") or {}) if resource is not None else None
        outputs = dict(resource.get("outputs") or {}) if resource is not None else {}
        yield replace(step, before=before, after=after, outputs=outputs)


def keep(context: StackContext, bundle: Bundle, run: str, live: Sequence[Touched]) -> Path:
    """Keeps every object as it is before a run, in the form of a backup, and what the run is. Raises AuthorError."""
    place = stack_folder(context.stack, context.folder) / RUNS / run
    backup: dict[str, AccountBackup] = {}
    for one in live:
        account = backup.setdefault(one.step.system, AccountBackup(bundle.accounts[one.step.system]))
        if one.live is not None:
            document = Document(one.step.kind, one.name, without_secrets(content_of(one.live)))
            account.documents[document.type, document.name] = document
    write_backup(place / BEFORE, backup)
    absent = [[one.step.system, one.step.kind, one.name] for one in live if one.live is None]
    record: Mapping[str, Any] = {
        "run": run,
        "stack": bundle.stack,
        "commit": bundle.commit,
        "plan": bundle.plan,
        "accounts": bundle.accounts,
        "absent": absent,
    }
    write_text(place / RECORD, json.dumps(record, indent=1, sort_keys=True) + "\n")
    return place


def content_of(live: LiveObject) -> Any:
    """An object as a file of a run holds it: its id, its inputs as they were, and the vendor's own form."""
    return {"id": live.id, "definition": live.definition, "document": _plain(live.document)}


def _plain(document: Any) -> Any:
    return json.loads(json.dumps(document, default=str))
