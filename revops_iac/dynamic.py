"""From a kind to a Pulumi dynamic provider and its resource class.

Provider classes are pickled by reference into state, so instances must have an empty `__dict__` and the classes must
live in a module whose name never changes (measured: with instance state the SDK fails after about 980 resources).
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ClassVar, TypeVar, cast

from pulumi import dynamic

from revops_iac.config.settings import read_settings
from revops_iac.diagnostics import Diagnostic, Severity, ordered
from revops_iac.engine import begin_serving, begin_writing
from revops_iac.errors import AccountError, AuthorError, RevopsError, SessionError, bug
from revops_iac.provider.changes.consent import (
    change_refusal,
    changed_since_plan,
    collision,
    immutable_refusal,
    refuse_loss,
    same,
    update_losses,
)
from revops_iac.provider.changes.presentable import as_planned, presentable, presentable_object
from revops_iac.provider.discovery import OnDemand
from revops_iac.provider.kind import META_INPUTS, Definition, Kind, LiveObject
from revops_iac.provider.resource_state import KEPT_OUTPUTS, applied_of, inputs_of
from revops_iac.provider.session import Session
from revops_iac.provider.session.stores import begun
from revops_iac.state.stores import stores_in_files
from revops_iac.systems import system_named

SHOWN_BEFORE = "not done; the first error of this run says why"

_sessions: dict[str, Session[Any]] = {}
_sessions_lock = threading.Lock()


def session_of(system: str) -> Session[Any]:
    """The session that `configure` opened for a system in this process."""
    return _sessions[system]


def open_session(system: str, req: dynamic.ConfigureRequest) -> None:
    """Makes the session of a system from the stack's configuration, once per process; makes no call."""
    with _sessions_lock:
        if not _sessions:
            begin_serving()
        if system not in _sessions:
            stack = os.environ.get("PULUMI_STACK", "")
            crm, settings = system_named(system), read_settings(req.config.get, stack)
            _sessions[system] = Session(crm, req.config.get, settings, stores_in_files(crm))


def quiet_tracebacks() -> None:
    """Errors of a provider process show without a traceback. Called from `configure` only: at import it would reach the
    program's process too, where registration then hangs (measured)."""
    sys.tracebacklimit = 0


M = TypeVar("M", bound=Callable[..., Any])


def shown(method: M) -> M:
    """Makes the errors of a provider's method read well in Pulumi's output.

    The SDK sends the last line of a traceback, `Class: text`, to the engine.
    """

    @wraps(method)
    def call(provider: dynamic.ResourceProvider, *arguments: Any) -> Any:
        try:
            return method(provider, *arguments)
        except RevopsError as error:
            raise _as_printed(error) from None
        except Exception as error:  # noqa: BLE001 - the outermost boundary of a provider
            raise _as_printed(bug(error)) from None

    return cast(M, call)


def once(method: M) -> M:
    """Shows what many resources meet once in a run, then one short line; what ends a session is not tried again."""

    @wraps(method)
    def call(provider: KindProvider, *arguments: Any) -> Any:
        session = session_of(provider.kind.system)
        try:
            with session.turns:
                return method(provider, *arguments)
        except AccountError as error:
            if isinstance(error, SessionError):
                session.connection.end(error)
            if session.report.is_news(error):
                raise
            raise AccountError(Diagnostic(session.system.label, SHOWN_BEFORE)) from None

    return cast(M, call)


def _as_printed(error: RevopsError) -> RevopsError:
    """The error as an instance of a class whose name is the text up to the first colon, and whose text is the rest."""
    head, _, rest = str(error).partition(": ")
    named = type(head, (type(error),), {"__module__": "builtins", "__str__": lambda _: rest})
    printed: RevopsError = Exception.__new__(named)
    printed.__dict__.update(error.__dict__)
    return printed


class KindProvider(dynamic.ResourceProvider):
    """Create, read, diff, update and delete for one kind. Subclasses set `kind`; instances hold nothing."""

    serialize_as_secret_always = False
    kind: ClassVar[Kind[Any, Any]]

    def configure(self, req: dynamic.ConfigureRequest) -> None:
        quiet_tracebacks()
        open_session(self.kind.system, req)

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> dynamic.CheckResult:
        return dynamic.CheckResult(news, [])

    @shown
    @once
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> dynamic.DiffResult:
        desired, live = inputs_of(_news), inputs_of(_olds)
        changed = self.kind.differences(desired, live) if desired != live else []
        changed += [key for key in live if key not in desired and key not in META_INPUTS]
        _refuse_immutable(self.kind, desired, [key for key in changed if key in self.kind.immutable])
        session = session_of(self.kind.system)
        if changed:
            self._ask_about_step(session, self.kind.parse(live), self.kind.parse(desired))
        changes = bool(changed) or self._resolves_otherwise(desired, _olds)
        if changes and session.plan is not None:
            session.note_plan(self.kind, self.kind.locate(session, _id, self.kind.parse(live), _olds))
        return dynamic.DiffResult(changes=changes, replaces=[])

    def _ask_about_step(self, session: Session[Any], planned_from: Any, desired: Any) -> None:
        """Warns of a step between typed inputs, or refuses it. Raises AuthorError."""
        name = self.kind.vendor_name(desired)
        about = f'{session.system.label} {self.kind.name} "{name}"'
        item = next((one for one in session.declared if (one.kind, one.name) == (self.kind.name, name)), None)
        steps = self.kind.step_errors(session, planned_from, desired)
        for found in ordered(one.about(about).at(item.position_of(one.location) if item else None) for one in steps):
            if found.severity is Severity.ERROR:
                raise AuthorError(found)
            session.report.warn(found)

    def _resolves_otherwise(self, desired: Definition, olds: dict[str, Any]) -> bool:
        if "resolved" not in olds or not (lookups := list(self.kind.lookups(self.kind.parse(desired)))):
            return False
        return bool(dict(session_of(self.kind.system).resolve_all(lookups)) != olds["resolved"])

    @shown
    @once
    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        session, inputs = self._session(), inputs_of(props)
        typed = self.kind.parse(inputs)
        name = self.kind.vendor_name(typed)
        live = self.kind.find(session, typed, session.states.get((self.kind.name, name)))
        if live is None:
            written, earlier = self._created(session, inputs, name), None
        elif session.stores.pending_creates.began(self.kind.name, name):
            written, earlier = self._finished(session, inputs, live), None
        elif same(self.kind, inputs, live):
            written, earlier = live, live
        elif inputs.get("adopt") or not self.kind.conflicts(inputs, live):
            _refuse_losses(session, self.kind, inputs, live)
            written, earlier = self.kind.update(session, live, self.kind.parse(inputs)), live
        else:
            raise AuthorError(collision(session.system.label, self.kind, inputs, live))
        session.remember(self.kind, written, inputs)
        session.report.note_write(self.kind.name, name)
        return dynamic.CreateResult(written.id, outputs_of(self.kind, session, inputs, written, earlier))

    def _created(self, session: Session[Any], inputs: Definition, name: str) -> LiveObject:
        with begun(session.stores.pending_creates, self.kind.name, name):
            return self.kind.create(session, self.kind.parse(inputs))

    def _finished(self, session: Session[Any], inputs: Definition, live: LiveObject) -> LiveObject:
        """An object that an interrupted run of ours began: brought to its definition, and ours."""
        return live if same(self.kind, inputs, live) else self.kind.update(session, live, self.kind.parse(inputs))

    @shown
    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        session, inputs = session_of(self.kind.system), inputs_of(props)
        try:
            session.connection.wait_for_binding()
            session.open()
        except SessionError:
            return dynamic.ReadResult(id_, props)  # the account resource reports it; nothing is ever "gone" for it
        typed = self.kind.parse(inputs)
        session.stores.pending_creates.recorded(self.kind.name, self.kind.vendor_name(typed))
        try:
            with session.turns:
                live = self.kind.locate(session, id_, typed, props)
        except AccountError as error:
            if session.report.is_news(error):
                raise
            return dynamic.ReadResult(id_, props)  # the run fails with the first of them
        if live is None:
            return dynamic.ReadResult(None, {})
        waits = any(self.kind.manual_steps(typed, live))  # no drift, for no plan could close it
        managed = inputs if waits else as_planned(inputs, self.kind.managed_view(inputs, live))
        facts = presentable(dict(self.kind.output_facts(inputs, live))) if "facts" in props else {}
        kept = {key: value for key, value in props.items() if key != "applied"}
        found = {**kept, **managed, **({"facts": facts} if facts else {})}
        found |= self._applied(props, managed) if managed != inputs or "applied" in props else {}
        return dynamic.ReadResult(live.id, found, managed if managed != inputs else None)  # None: those of state stay

    def _applied(self, props: Mapping[str, Any], managed: Definition) -> dict[str, Any]:
        """What was applied of the values that are others by now: drift stays known after a refresh."""
        applied = applied_of(props)
        changed = {key: applied[key] for key in self.kind.differences(applied, managed)}
        return {"applied": changed} if changed else {}

    @shown
    @once
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> dynamic.UpdateResult:
        session, inputs = self._session(), inputs_of(_news)
        typed = self.kind.parse(inputs)
        name = self.kind.vendor_name(typed)
        live = self.kind.locate(session, _id, typed, _olds)
        if live is None:
            about = f'{session.system.label} {self.kind.name} "{name}"'
            raise AuthorError(Diagnostic(about, "is gone from the account", "run pulumi refresh, then plan again"))
        self._refuse_changed_since_plan(session, inputs, inputs_of(_olds), live)
        _refuse_losses(session, self.kind, inputs, live)
        written = live if same(self.kind, inputs, live) else self.kind.update(session, live, typed)
        if written.name != live.name:
            session.forget(self.kind, live.name)
        session.remember(self.kind, written, inputs)
        session.report.note_write(self.kind.name, name)
        outputs = outputs_of(self.kind, session, inputs, written, None)
        return dynamic.UpdateResult(outputs | {key: _olds[key] for key in KEPT_OUTPUTS if key in _olds})

    def _refuse_changed_since_plan(
        self, session: Session[Any], inputs: Definition, planned_from: Definition, live: LiveObject
    ) -> None:
        if any(same(self.kind, planned_from, found) for found in (live, presentable_object(live))):
            return
        if same(self.kind, inputs, live) or any(self.kind.manual_steps(self.kind.parse(inputs), live)):
            return
        raise AuthorError(changed_since_plan(session.system.label, self.kind, live.name))

    @shown
    @once
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        session, inputs = self._session(), inputs_of(_props)
        typed = self.kind.parse(inputs)
        name = self.kind.vendor_name(typed)
        if session.report.wrote(self.kind.name, name):
            return  # the other half of a rename or a move in this run: forgetting it is all that is left to do
        live = self.kind.locate(session, _id, typed, _props)
        if live is None:
            return
        state = self.kind.state(_props)
        if _props.get("adopted"):
            self.kind.restore_original(session, live, state)
            session.stores.recent_writes.drop(self.kind.name, live.name)
            session.report.removed[self.kind.name, True] += 1
            return
        refuse_loss(session, self.kind, inputs, live)
        if self.kind.delete(session, live, state):
            session.report.left[self.kind.name] += 1
            session.forget(self.kind, live.name)
            return
        session.report.removed[self.kind.name, False] += 1
        session.gone(self.kind, live)

    def _session(self) -> Session[Any]:
        begin_writing()
        session = session_of(self.kind.system)
        session.open()
        session.allow_writes()
        return session


def outputs_of(
    kind: Kind[Any, Any], session: Session[Any], inputs: Definition, live: LiveObject, earlier: LiveObject | None
) -> dict[str, Any]:
    """What state holds of a resource; `earlier` is what an adopted object was before, None for one created here."""
    outputs: dict[str, Any] = dict(inputs)
    if earlier is not None:
        outputs["adopted"] = True
        before = {key: value for key, value in earlier.definition.items() if key in inputs}
        outputs["earlier"] = {key: value for key, value in before.items() if value is not None}
        outputs["earlier_unset"] = sorted(before.keys() - outputs["earlier"].keys())
    if resolved := session.resolve_all(kind.lookups(kind.parse(inputs))):
        outputs["resolved"] = dict(resolved)
    if facts := kind.output_facts(inputs, live):
        outputs["facts"] = dict(facts)
    return outputs


def _refuse_immutable(kind: Kind[Any, Any], desired: Definition, changed: list[str]) -> None:
    if changed:
        label, name = system_named(kind.system).label, kind.vendor_name(kind.parse(desired))
        raise AuthorError(immutable_refusal(label, kind, name, changed))


def _refuse_losses(session: Session[Any], kind: Kind[Any, Any], inputs: Definition, live: LiveObject) -> None:
    for impact in update_losses(session, kind, inputs, live):
        raise AuthorError(change_refusal(session, kind, live.name, impact))


def provider_classes(module: str, kinds: Mapping[str, Kind[Any, Any]]) -> OnDemand[type[KindProvider]]:
    """One provider class per kind, named `<Kind>Provider`, to be attributes of `module` and found there."""

    def made(name: str) -> type[KindProvider]:
        kind = kinds[name.removesuffix("Provider")]
        return type(name, (KindProvider,), {"__module__": module, "kind": kind})

    return OnDemand((f"{name}Provider" for name in kinds), made)
