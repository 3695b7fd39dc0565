"""`revops rebind`: moves a stack to another account that took the place of the old one, a refreshed sandbox.

A refreshed sandbox has another organization id and other record ids, and its people other logins. State holds the old
ones, so that every run is refused as the wrong account. Here the ids in state are looked up by name in the new account;
what it lacks stays in state, for the next `pulumi up` to find missing and create.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from revops_iac.diagnostics import Diagnostic, Severity, first_lines, render, to_json
from revops_iac.errors import AuthorError
from revops_iac.model import Model
from revops_iac.provider.kind import DesiredResource, Kind, Lookup
from revops_iac.provider.resource_state import inputs_of
from revops_iac.provider.session import Session
from revops_iac.stack_context import StackContext
from revops_iac.state.folder import stack_folder, write_text
from revops_iac.systems import System, installed_systems

Tell = Callable[[str], None]
State = dict[str, Any]
PROVIDER_TYPE = "pulumi:providers:pulumi-python"
ACCOUNT_TYPE = "pulumi-python:dynamic/revops:Account"
UNCHANGED = frozenset({"same", "refresh", "read"})
"""The operations of steps that change nothing."""
SHOWN = 20
"""How many resources are listed one by one."""


@runtime_checkable
class Rebindable(Protocol):
    """An account that another one can take the place of."""

    def refuses_rebinding(self, client: Any) -> str | None:
        """Why the account behind the client must not be rebound to, None when it may."""

    def logins_like(self, client: Any, login: str, email: str) -> Sequence[str]:
        """The active logins of the account that look like this person's."""


class Pulumi:
    """The Pulumi CLI on one stack: all that is read and written of its state and config goes through it."""

    def __init__(self, project: Path, stack: str) -> None:
        self.project, self.stack = project, stack
        tool = shutil.which("pulumi") or str((project / ".tools" / "bin" / "pulumi").resolve())
        if not Path(tool).exists():
            raise AuthorError("the Pulumi CLI is not on PATH", "install it: https://www.pulumi.com/docs/install/")
        self._tool = tool

    def export(self) -> State:
        """The state of the stack. Raises AuthorError with what Pulumi says."""
        state: State = json.loads(self._run("stack", "export"))
        return state

    def replace(self, file: Path) -> None:
        """Makes a file the state of the stack; Pulumi checks it."""
        self._run("stack", "import", "--file", str(file.resolve()))

    def preview(self) -> list[tuple[str, str]]:
        """URN and operation of each step of a preview that is a change. Raises AuthorError with what Pulumi says."""
        ended = self._ended("preview", "--json")
        try:
            shown = json.loads(ended.stdout)
        except ValueError:
            shown = {}
        if ended.returncode != 0:
            errors = [
                str(one.get("message", "")) for one in shown.get("diagnostics") or () if one["severity"] == "error"
            ]
            message = "\n".join(errors).strip() or ended.stderr.strip() or ended.stdout.strip()
            raise AuthorError(f"pulumi preview --stack {self.stack}: {message}")
        return [(one["urn"], one["op"]) for one in shown.get("steps") or () if one["op"] not in UNCHANGED]

    def up(self, targets: Sequence[str]) -> None:
        """Brings these resources to the program, and no other. Raises AuthorError with what Pulumi says."""
        chosen = [argument for urn in targets for argument in ("--target", urn)]
        self._run("up", "--yes", "--skip-preview", "--run-program", *chosen)

    def set_config(self, key: str, value: str) -> None:
        """Sets a value of the stack's config."""
        self._run("config", "set", key, value)

    def _run(self, *arguments: str) -> str:
        ended = self._ended(*arguments)
        if ended.returncode != 0:
            message = " ".join(ended.stderr.split()).removeprefix("error: ")
            raise AuthorError(f"pulumi {' '.join(arguments[:2])} --stack {self.stack}: {message}")
        return ended.stdout

    def _ended(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [self._tool, *arguments, "--stack", self.stack, "--non-interactive", "--color=never"]
        return subprocess.run(command, cwd=self.project, capture_output=True, text=True, check=False)


@dataclass(frozen=True)
class Found:
    """A resource in state and what the new account holds of it: None when nothing."""

    name: str
    old_id: str
    new_id: str | None
    differs: bool = False


@dataclass(frozen=True)
class Rebinding:
    """What a rebinding does, or did. `hints` say whom the overlay must map to another login."""

    stack: str
    label: str
    id_name: str
    old: str
    new: str
    account: str
    found: tuple[Found, ...] = ()
    hints: tuple[Diagnostic, ...] = ()
    backup: Path | None = field(default=None)

    @property
    def needed(self) -> bool:
        """Whether the account is another one."""
        return self.old != self.new

    @property
    def exit_code(self) -> int:
        """0 when nothing is left to do, 4 when it was only shown."""
        return 0 if not self.needed or self.backup is not None else 4

    def render(self) -> str:
        """Old and new account, what has another id, what is missing or differs, hints, and how it ended."""
        if not self.needed:
            return f"{self.stack}: the stack is already bound to {self.id_name} {self.new}; nothing was changed."
        return "\n".join([*self._lines(), self._end()])

    def _lines(self) -> Iterator[str]:
        yield f"{self.label}: {self.id_name} {self.old} -> {self.new} ({self.account})"
        live = [one for one in self.found if one.new_id is not None]
        moved = [one for one in live if one.new_id != one.old_id]
        yield f"{len(live)} of {len(self.found)} resources exist, {len(moved)} with a new id"
        for about, names in (
            ("new id", [f"{one.name}  {one.old_id} -> {one.new_id}" for one in moved]),
            ("differs, the next pulumi up corrects it", [one.name for one in live if one.differs]),
            ("missing, the next pulumi up creates it", [one.name for one in self.found if one.new_id is None]),
        ):
            yield from first_lines(names, SHOWN, f"  {about}: ")
        yield from (render(hint) for hint in self.hints)

    def _end(self) -> str:
        if self.backup is None:
            return f"{self.stack}: dry run, nothing was changed.\nnext: revops rebind --stack {self.stack} --yes"
        return (
            f"{self.stack}: state and config now name {self.new}; the previous state is in {self.backup}\n"
            f"next: pulumi preview --stack {self.stack}"
        )

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        resources = [one.__dict__ for one in self.found]
        plain = {"stack": self.stack, "old": self.old, "new": self.new, "account": self.account}
        done = {"backup": str(self.backup) if self.backup else None, "diagnostics": to_json(self.hints)}
        return {**plain, "needed": self.needed, "resources": resources, **done}


def rebind_stack(folder: Path, stack: str, *, apply: bool, tell: Tell = lambda text: None) -> Rebinding:
    """Shows, and with `apply` does, what moves a stack to the account that the credentials belong to.

    Raises AuthorError for production and when no account can be rebound, AccountError when it does not answer.
    """
    context = StackContext.load(folder, stack)
    if context.settings.production:
        raise AuthorError(
            f'stack "{stack}" is production (revops:production); only sandboxes can be rebound',
            "rebind the stack of the sandbox; create a new stack for another production account",
        )
    system = _rebindable_system(context)
    model = context.model
    tell(f"{system.label}: identifying the account")
    session = _session_of_new_account(context, system)
    with closing(session.client):
        old, new = context.account_id(system), session.open().id
        outcome = Rebinding(stack, system.label, system.account.id_name, old, new, session.open().label)
        if system.account.parse_id(old) == new:
            return Rebinding(stack, system.label, system.account.id_name, new, new, session.open().label)
        pulumi = Pulumi(folder.resolve().parent, stack)
        tell(f"{system.label}: comparing the state with the account")
        return _Mover(folder, session, pulumi, model).moved(outcome, apply)


def _rebindable_system(context: StackContext) -> System:
    systems = [system for system in installed_systems().values() if isinstance(system.account, Rebindable)]
    for system in systems:
        if context.account_id(system):
            return system
    keys = " or ".join(system.account.id_key for system in systems)
    raise AuthorError(f"stack config has no {keys}", "set it to the id of the account before it was refreshed")


def _session_of_new_account(context: StackContext, system: System) -> Session[Any]:
    """A session of the account that the credentials belong to, whatever stack config says."""
    client = system.account.connect(context.config.get)
    with closing(client):
        identity = system.account.identify(client)
        account = system.account
        assert isinstance(account, Rebindable)
        is_new = account.parse_id(context.account_id(system)) != identity.id
        if is_new and (why := account.refuses_rebinding(client)):
            raise AuthorError(
                f"{system.label}: {account.id_name} {identity.id} ({identity.label}) {why}",
                "log in to the refreshed sandbox",
            )
    return context.bound_to(system, identity.id).session(system)


@dataclass(frozen=True)
class _Mover:
    """Finds the resources of a state in the new account, and writes their ids."""

    folder: Path
    session: Session[Any]
    pulumi: Pulumi
    model: Model

    def moved(self, outcome: Rebinding, apply: bool) -> Rebinding:
        state = self.pulumi.export()
        before = json.dumps(state, indent=1)
        resources = [(kind, one) for one in state["deployment"].get("resources") or () if (kind := self._kind(one))]
        self.session.declared = [_desired(kind, one) for kind, one in resources]
        found = tuple(self._rebound(kind, one) for kind, one in resources)
        self._rename_account(state, outcome.old, outcome.new)
        hints = tuple(self._hints(kind.lookups(kind.parse(inputs_of(one["outputs"]))) for kind, one in resources))
        backup = self._written(before, state, outcome.new) if apply else None
        return Rebinding(**{**outcome.__dict__, "found": found, "hints": hints, "backup": backup})

    def _kind(self, resource: State) -> Kind[Any, Any] | None:
        system = self.session.system
        prefix = f"pulumi-python:dynamic/{system.name}:"
        found: Kind[Any, Any] | None = system.kinds.get(str(resource["type"]).removeprefix(prefix))
        return found if str(resource["type"]).startswith(prefix) and "outputs" in resource else None

    def _rebound(self, kind: Kind[Any, Any], resource: State) -> Found:
        """Gives a resource the ids of the new account; one that is missing there keeps its own."""
        inputs, old_id = inputs_of(resource["outputs"]), str(resource["id"])
        typed = kind.parse(inputs)
        live = self.session.find(kind, kind.vendor_name(typed))
        name = f'{kind.name} "{kind.vendor_name(typed)}"'
        if live is None:
            return Found(name, old_id, None)
        resource["id"] = live.id
        if "resolved" in resource["outputs"]:
            resource["outputs"]["resolved"] = dict(self.session.resolve_all(kind.lookups(typed)))
        return Found(name, old_id, live.id, bool(kind.differences(inputs, kind.managed_view(inputs, live))))

    def _rename_account(self, state: State, old: str, new: str) -> None:
        """The id in the account resource, and in the config that the provider keeps: a refresh goes by it."""
        key, system = self.session.system.account.id_key, self.session.system.name
        for resource in state["deployment"].get("resources") or ():
            parts = [resource[part] for part in ("inputs", "outputs") if part in resource]
            if resource["type"] == PROVIDER_TYPE:
                for part in parts:
                    if key in part:
                        part[key] = new
            elif resource["type"] == ACCOUNT_TYPE and any(part.get("system") == system for part in parts):
                resource["id"] = new if self._is(resource["id"], old) else resource["id"]
                for part in parts:
                    part["account_id"] = new

    def _is(self, identifier: Any, account_id: str) -> bool:
        """Whether an id in state is that of an account; an unmanaged system has none."""
        parse_id = self.session.system.account.parse_id
        try:
            return parse_id(str(identifier)) == parse_id(account_id)
        except AuthorError:
            return False

    def _hints(self, lookups: Iterable[Iterable[Lookup]]) -> Iterator[Diagnostic]:
        """Who of those that the state names has another login now."""
        people, name = self.model.people, self.session.system.name
        desired = dict.fromkeys(one for group in lookups for one in group if one.type == "user")
        unknown = [one.value for one in desired if self.session.resolve(one) is None]
        for login in unknown:
            keys = [key for key in people.persons if people.identity(key, name) == login]
            email = people.persons[keys[0]].email if keys else login
            account = self.session.system.account
            assert isinstance(account, Rebindable)
            likely = account.logins_like(self.session.client, login, email)
            fits = f"perhaps {', '.join(likely)}" if likely else "and no active login resembles it"
            where = f"people.identities.{keys[0]}.{name}" if len(keys) == 1 else f"people.stand_in.{name}"
            message, fix = (
                f"is not active in the new account, {fits}",
                f"set {where} in the overlay of this environment",
            )
            yield Diagnostic(f'user "{login}"', message, fix, Severity.WARNING)

    def _written(self, before: str, state: State, new: str) -> Path:
        """State first: a run that is cut off between the two is simply done again."""
        folder = stack_folder(self.pulumi.stack, self.folder)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        backup, made = folder / f"state-before-rebind-{stamp}.json", folder / "state-rebound.json"
        write_text(backup, before)
        write_text(made, json.dumps(state, indent=1))
        try:
            self.pulumi.replace(made)
        finally:
            made.unlink()
        self.pulumi.set_config(self.session.system.account.id_key, new)
        return backup


def _desired(kind: Kind[Any, Any], resource: State) -> DesiredResource:
    inputs = inputs_of(resource["outputs"])
    name = kind.vendor_name(kind.parse(inputs))
    return DesiredResource(kind.name, name, name, inputs)
