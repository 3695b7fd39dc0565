"""`revops plan`: a real preview of a stack, judged by what policies cannot see, and bound to what it started from.

Reads the accounts and writes nothing to them. What it finds is a bundle for `revops apply`, and the pages of a review.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from revops_policies.book import rule_book

from revops_iac import git
from revops_iac.adoption.uses import users_of_removed
from revops_iac.commands.automation import PulumiStack, is_of_account
from revops_iac.commands.check import check_stack
from revops_iac.commands.rebind import Pulumi
from revops_iac.diagnostics import Diagnostic, Severity, plural, render, spelled_out, to_json
from revops_iac.errors import AuthorError
from revops_iac.model import TOPICS
from revops_iac.plan.bundle import (
    FORMAT,
    MANIFEST,
    PACKAGE,
    PLAN,
    Bundle,
    digest_of_bytes,
    fingerprints,
    program_digest,
    state_digest,
    write_bundle,
)
from revops_iac.plan.dangers import Danger, Touched, dangers, refusals, summarized, touched
from revops_iac.plan.model_changes import ModelChange, summary_lines
from revops_iac.plan.page.review import Review, html, markdown
from revops_iac.plan.page.sarif import sarif, workflow_command
from revops_iac.plan.reading import PlanReading, read_back, read_events
from revops_iac.program import topic_type
from revops_iac.provider.session import Session
from revops_iac.stack_context import StackContext
from revops_iac.state.folder import remove, stack_folder, write_text
from revops_iac.state.preview_snapshot import PreviewSnapshotFile
from revops_iac.systems import system_named

Tell = Callable[[str], None]
PLAN_FOLDER = "plan"
COMMENT = "review.md"
"""The comment on the pull request; empty where there is nothing to review."""
PAGE = "review.html"
SHOWN_CHANGES = 40
TOPIC_TYPES = {topic_type(name): name for name in TOPICS}


@dataclass(frozen=True)
class PlanOutcome:
    """What one plan says. `checksum` is empty where there is no bundle: nothing changes, or the plan is refused."""

    stack: str
    reading: PlanReading
    succeeded: bool
    dangers: tuple[Danger, ...] = ()
    refusals: tuple[Diagnostic, ...] = ()
    violations: tuple[Diagnostic, ...] = ()
    """What the rules of the pack say, with places, as `revops check` finds it."""
    checksum: str = ""
    folder: str = ""
    accounts: Mapping[str, str] = field(default_factory=dict)
    bundle: Bundle | None = field(default=None, repr=False)

    @property
    def exit_code(self) -> int:
        """0 nothing to do, 4 changes, 1 refused, 2 a vendor or an account failed."""
        if self.stopping or self.refusals:
            return 1
        if not self.succeeded:
            return 2 if is_of_account(self.reading.errors) else 1
        return 4 if self.reading.has_changes else 0

    @property
    def findings(self) -> list[Diagnostic]:
        """Rules, refusals, errors and dangers, for annotations on the lines of a pull request."""
        errors = [one for error in self.reading.errors for one in read_back(spelled_out(error))]
        return [*self.rules, *self.refusals, *errors, *(_finding(one) for one in self.dangers)]

    def annotations(self, elsewhere: str) -> str:
        """The findings for GitHub Actions, one line each; `elsewhere` is the file for those without a place."""
        return "\n".join(workflow_command(one, elsewhere) for one in self.findings)

    @property
    def rules(self) -> tuple[Diagnostic, ...]:
        """The violations that the engine reports, those that stop the plan as errors; other packs' have no place.

        Where it judged nothing, because the preview ended early, they are those of the rules at the levels of the file.
        """
        stopping, reported = {*self.stopping}, {one.rule for one in self.reading.violations}
        found = [one for one in self.violations if one.code in reported or not (self.succeeded or reported)]
        known = {one.code for one in found}
        others = (
            Diagnostic(one.rule, one.message, severity=Severity.WARNING, code=one.rule)
            for one in self.reading.violations
            if one.rule not in known
        )
        return tuple(
            replace(one, severity=Severity.ERROR if one.code in stopping else Severity.WARNING) if reported else one
            for one in dict.fromkeys([*found, *others])
        )

    @property
    def apply_command(self) -> str:
        """What applies the plan, empty where nothing may."""
        command = f"revops apply {self.folder} --stack {self.stack} --checksum {self.checksum}"
        return command if self.checksum else ""

    def review(self) -> Review:
        """The page of the plan."""
        labels = {system_named(name).label: account for name, account in self.accounts.items()}
        return Review(
            self.stack,
            self.reading,
            self.succeeded,
            self.exit_code == 2,
            self.rules,
            self.dangers,
            self.refusals,
            labels,
            self._commit(),
            self.apply_command,
        )

    def _commit(self) -> str:
        if self.bundle is None or not self.bundle.commit:
            return ""
        return f"{self.bundle.commit[:12]}{', with changes that are not committed' if self.bundle.modified else ''}"

    @property
    def stopping(self) -> list[str]:
        """The rules that stop the plan: the mandatory ones, and those that the changed topics make mandatory."""
        changed = {one.topic for one in self.reading.model}
        rules = (one.rule for one in self.reading.violations if one.stops or topic_of(one.rule) in changed)
        return list(dict.fromkeys(rules))

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """By label of the CRM: how many objects are created, changed and removed."""
        found: dict[str, dict[str, int]] = {}
        for step in self.reading.vendor_steps:
            of = found.setdefault(system_named(step.system).label, {"create": 0, "update": 0, "delete": 0})
            of[step.verb] += 1
        return found

    def render(self) -> str:
        """The summary, then rules, dangers, refusals and errors, and what to do next."""
        text = "\n".join(line for part in self._parts() for line in part)
        return re.sub(r"(?m)^(?=\s*(?:::|##\[))", "| ", text)  # no name becomes a command of the CI that shows this

    def _parts(self) -> Iterator[Iterable[str]]:
        yield summary_lines(self.reading.model, SHOWN_CHANGES)
        yield (f"{system_named(system).label} {touched}" for system, touched in self.reading.touched.items())
        yield (render(one) for one in self.rules)
        yield (f"look twice: {sentence}" for sentence, _ in summarized(self.dangers))
        yield (render(one) for one in self.refusals)
        yield (spelled_out(error) for error in dict.fromkeys(self.reading.errors))
        yield [self._closing()]

    def _closing(self) -> str:
        if self.exit_code == 0:
            return f"{self.stack}: no changes."
        if self.checksum:
            count = plural(len(self.reading.vendor_steps), "object")
            page = f"{self.folder}/{PAGE}"
            return f"{self.stack}: {count} to change; the page is {page}. To apply:\n    {self.apply_command}"
        if not self.succeeded and self.exit_code == 2:
            return f"{self.stack}: the plan could not be made; nothing was changed."
        rules = f" by {', '.join(self.stopping)}" if self.stopping else ""
        return f"{self.stack}: the plan is refused{rules}; nothing was changed."

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        return {
            "stack": self.stack,
            "exit_code": self.exit_code,
            "checksum": self.checksum,
            "folder": self.folder,
            "model": [change_json(one) for one in self.reading.model],
            "counts": self.counts,
            "violations": [vars(one) for one in self.reading.violations],
            "dangers": [danger_json(one) for one in self.dangers],
            "steps": [
                {"system": one.system, "kind": one.kind, "name": one.key, "operation": one.verb}
                for one in self.reading.vendor_steps
            ],
            "diagnostics": to_json([*self.refusals, *self.rules]),
            "errors": [spelled_out(error) for error in self.reading.errors],
        }


def topic_of(rule_id: str) -> str:
    """The topic whose change makes a rule of ours mandatory; empty for other rules."""
    rule = rule_book().get(rule_id)
    return rule.mandatory_when_changed if rule is not None else ""


def _finding(danger: Danger) -> Diagnostic:
    what = f"{danger.what}; {danger.at_stake}" if danger.at_stake else danger.what
    return Diagnostic(danger.resource, what, severity=Severity.WARNING, location=danger.position, code="look-twice")


def change_json(change: ModelChange) -> dict[str, Any]:
    """One change of the model for scripts."""
    return {**vars(change), "path": ".".join(map(str, change.path))}


def danger_json(danger: Danger) -> dict[str, Any]:
    """One danger for scripts."""
    place = str(danger.position) if danger.position is not None else None
    return {**vars(danger), "position": place, "sentence": danger.sentence}


def plan_stack(folder: Path, stack: str, out: Path | None, policies: Path | None, tell: Tell) -> PlanOutcome:
    """Plans a stack; `folder` holds model/ and overlays/. Raises DiagnosticsError when the model does not load.

    The project's pack is used where it has one, and `policies` must be one.
    """
    context = StackContext.load(folder, stack)
    root = project_folder(folder)
    tell("the model")
    pack = _pack(policies, root)
    violations = check_stack(folder, stack, pack).violations if pack is not None else ()
    target = out or stack_folder(stack, folder) / PLAN_FOLDER
    remove(target / MANIFEST)  # of an earlier plan
    write_text(target / PLAN, "{}")  # readable by its owner only, and so it stays
    state = Pulumi(root, stack).export()
    tell("the accounts, for a preview")
    engine = PulumiStack(root, stack)
    events, succeeded = engine.preview(target / PLAN, pack)
    reading = read_events(events, TOPIC_TYPES)
    outcome = PlanOutcome(
        stack, reading, succeeded, violations=tuple(violations), folder=str(target), accounts=accounts_of(context)
    )
    if reading.has_changes:
        outcome = _judged(context, outcome, engine.project, state, target, tell)
    write_review(target, outcome, folder)
    return outcome


def write_review(target: Path, outcome: PlanOutcome, folder: Path) -> None:
    """Writes the pages of a plan beside its bundle: Markdown, HTML, JSON and SARIF. Raises AuthorError."""
    review, stack_file = outcome.review(), f"{folder.name}/Pulumi.{outcome.stack}.yaml"
    findings = sarif(outcome.findings, version(PACKAGE), stack_file)
    write_text(target / COMMENT, markdown(review) if review.has_changes else "")
    write_text(target / PAGE, html(review))
    write_text(target / "review.json", json.dumps(outcome.as_json(), indent=1) + "\n")
    write_text(target / "review.sarif", json.dumps(findings, indent=1) + "\n")


def _pack(policies: Path | None, root: Path) -> Path | None:
    """The folder of the policy pack, None where the project has none. Raises AuthorError for one that is no pack."""
    place = policies if policies is not None else root / "policies"
    if (place / "PulumiPolicy.yaml").exists():
        return place
    if policies is not None:
        raise AuthorError(f"{policies}: holds no PulumiPolicy.yaml", "name the folder of the policy pack")
    return None


def _judged(
    context: StackContext, outcome: PlanOutcome, project: str, state: Mapping[str, Any], target: Path, tell: Tell
) -> PlanOutcome:
    """The outcome with dangers and refusals, and with a bundle where the plan may be applied."""
    reading = outcome.reading
    with ExitStack() as open_:
        sessions = list(sessions_of(context, {step.system for step in reading.vendor_steps}, open_))
        objects = [one for session in sessions for one in touched(session, reading.vendor_steps)]
        found = [
            danger
            for session in sessions
            for danger in _with_users(session, dangers(session, _of(session, objects)), _of(session, objects), tell)
        ]
    refused = tuple(refusals(reading, context.settings))
    judged = PlanOutcome(
        **{**vars(outcome), "dangers": tuple(sorted(found, key=lambda one: -one.records)), "refusals": refused}
    )
    if not outcome.succeeded or refused or judged.stopping:
        return judged
    bundle = bundle_of(context, reading, project, state, objects, target)
    return replace(judged, bundle=bundle, checksum=write_bundle(target, bundle))


def _with_users(
    session: Session[Any], found: Iterable[Danger], objects: Sequence[Touched], tell: Tell
) -> Iterator[Danger]:
    """The dangers, each removal with what in the account still uses the object. Raises SessionError."""
    listed = list(found)
    removed = {(one.step.kind, one.name) for one in objects if one.step.verb == "delete"}
    users = users_of_removed(session, removed, tell)
    for danger in listed:
        using = users.get((danger.kind, danger.name), [])
        still = f"still used by {', '.join(using)}" if using else ""
        yield replace(danger, at_stake="; ".join(filter(None, (danger.at_stake, still))))


def _of(session: Session[Any], objects: Sequence[Touched]) -> list[Touched]:
    return [one for one in objects if one.step.system == session.system.name]


def sessions_of(context: StackContext, systems: Iterable[str], open_: ExitStack) -> Iterator[Session[Any]]:
    """A session with each of the accounts, closed with `open_`. Raises SessionError."""
    for name in sorted(systems):
        session = open_.enter_context(context.connected(system_named(name)))
        session.of_stack(context.stack)
        session.declared = context.desired(name)
        session.open()
        yield session


def bundle_of(
    context: StackContext,
    reading: PlanReading,
    project: str,
    state: Mapping[str, Any],
    objects: Sequence[Touched],
    target: Path,
) -> Bundle:
    """The bundle of the plan in a folder: all that must be unchanged when it is applied."""
    commit, modified = _commit(context.folder)
    seen = {name: PreviewSnapshotFile(name, context.stack, context.folder).seen() for name in context.systems}
    return Bundle(
        format=FORMAT,
        revops=version(PACKAGE),
        project=project,
        stack=context.stack,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=commit,
        modified=modified,
        accounts=accounts_of(context),
        state=state_digest(state),
        program=program_digest(context),
        plan=digest_of_bytes((target / PLAN).read_bytes()),
        objects=fingerprints(objects),
        snapshot={name: [[kind, key, digest] for (kind, key), digest in rows.items()] for name, rows in seen.items()},
    )


def accounts_of(context: StackContext) -> dict[str, str]:
    """The ids of the accounts of a stack by system, as its config spells them."""
    return {name: context.account_id(system) for name, system in context.systems.items()}


def project_folder(folder: Path) -> Path:
    """The folder of Pulumi.yaml: this one or one above it. Raises AuthorError."""
    for place in (folder.resolve(), *folder.resolve().parents):
        if (place / "Pulumi.yaml").exists():
            return place
    raise AuthorError(f"{folder}: no Pulumi.yaml there or above it", "run the command in the project's folder")


def _commit(folder: Path) -> tuple[str, bool]:
    """The commit of the working tree, and whether files differ from it; empty outside of Git."""
    found = git.text(folder, "rev-parse", "HEAD")
    return (found, bool(git.text(folder, "status", "--porcelain"))) if found else ("", False)
