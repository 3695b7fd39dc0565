"""The account resource: one per system, registered first, and the preflight for everything below it.

Its `check` runs at every preview, knows what was and what will be declared, and reports everything that the account
says in one failure, before anything below it is touched. `read` alone raises token, wrong-account and server failures.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pulumi.dynamic as dynamic
from pulumi import Input, ResourceOptions

from revops_iac.dynamic import open_session, quiet_tracebacks, session_of, shown
from revops_iac.errors import SessionError
from revops_iac.provider.kind import Kind
from revops_iac.state.source_map import read_source_map, trusted_desired
from revops_iac.systems import installed_systems, system_named

COMPARED = ("system", "stack", "account_id", "declared")


class AccountProvider(dynamic.ResourceProvider):
    """The preflight. Its class path is stored in every state and never changes."""

    serialize_as_secret_always = False

    def configure(self, req: dynamic.ConfigureRequest) -> None:
        quiet_tracebacks()
        for system in installed_systems():
            open_session(system, req)

    @shown
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> dynamic.CheckResult:
        system = news["system"]
        declared, before = news.get("declared") or "", (_olds or {}).get("declared") or ""
        if not declared and not before:
            return dynamic.CheckResult(news, [])
        from revops_iac.plan.notices import say_notices  # long to import, and a refresh plans nothing
        from revops_iac.plan.preflight import begin_or_end_plan, other_reports, preflight, report

        session, stack = session_of(system), news.get("stack", "")
        session.of_stack(stack)
        session.stores.holdings.note(before)
        found = preflight(session, stack, before, declared)
        if not found:
            begin_or_end_plan(session)
            session.report.say(f"{session.system.label}: {session.connection.whom()}")
            say_notices(session, before, declared)
            return dynamic.CheckResult(news, [])
        if session.report.reported:
            return dynamic.CheckResult(
                news, [dynamic.CheckFailure("", f"{session.system.label}: refused, as shown above.")]
            )
        reports = [report(session, found), *other_reports(session, stack, is_first=not _olds)]
        return dynamic.CheckResult(news, [dynamic.CheckFailure("", "\n\n".join(reports))])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> dynamic.DiffResult:
        return dynamic.DiffResult(changes=any(_olds.get(key) != _news.get(key) for key in COMPARED), replaces=[])

    @shown
    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        proven = self._prove(props)
        _note_holdings(props)
        return dynamic.CreateResult(proven or f"{props['system']}-unmanaged", _plain(props))

    @shown
    def read(self, id_: str, props: dict[str, Any]) -> dynamic.ReadResult:
        session, stack, declared = session_of(props["system"]), props.get("stack", ""), props.get("declared") or ""
        session.connection.bind(props.get("account_id") or "")
        session.of_stack(stack)
        session.before = declared
        try:
            self._prove(props)
        except SessionError as error:
            if session.report.is_news(error):
                raise
            return dynamic.ReadResult(id_, props)  # a kind met it first, in the middle of the refresh, and showed it
        session.declared_by(lambda: trusted_desired(read_source_map(stack), props["system"], declared))
        return dynamic.ReadResult(id_, props)

    @shown
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> dynamic.UpdateResult:
        self._prove(_news)
        _note_holdings(_news)
        return dynamic.UpdateResult(_plain(_news))

    @shown
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Nothing is deleted, for an account is never ours; but it goes last, so it says what became of the others."""
        session = session_of(_props["system"])
        _note_holdings({**_props, "declared": ""})
        for (kind, adopted), count in sorted(session.report.removed.items()):
            session.report.say(farewell(session.system.label, session.system.kinds[kind], count, adopted))
        for kind, count in sorted(session.report.left.items()):
            stays = farewell(session.system.label, session.system.kinds[kind], count, adopted=False, stays=True)
            session.report.say(stays)

    def _prove(self, props: dict[str, Any]) -> str | None:
        if not props.get("declared"):
            return None
        return session_of(props["system"]).open().id


class Account(dynamic.Resource, module="revops", name="Account"):
    """One CRM account of a stack. `declared` is text, one sorted line `kind vendor_name` each, resolved when the
    program's synchronous part has ended."""

    def __init__(self, system: str, stack: str, account_id: str, declared: Input[str]) -> None:
        props = {"system": system, "stack": stack, "account_id": account_id, "declared": declared}
        super().__init__(AccountProvider(), system, props, ResourceOptions())


def _note_holdings(props: dict[str, Any]) -> None:
    session = session_of(props["system"])
    session.of_stack(props.get("stack") or "")
    session.stores.holdings.note(props.get("declared") or "")


def _plain(props: dict[str, Any]) -> dict[str, Any]:
    return {key: props.get(key) for key in COMPARED}


def farewell(label: str, kind: Kind[Any, Any], count: int, adopted: bool, stays: bool = False) -> str:
    """One line that says what removing `count` objects of a kind actually did."""
    if adopted and not kind.existence.is_permanent:
        return f"{label}: {count} {kind.name} restored to the original definition."
    became = re.sub(r" \[[A-Z?]\]", "", kind.on_delete)  # without the tags of evidence
    done = "restored" if adopted else "removed" if kind.existence.is_removable and not stays else "left in place"
    return f"{label}: {count} {kind.name} {done}. {became}"


def account_id(system: str, config: Callable[[str], Any]) -> str:
    """The id that stack config gives for a system, "" when it gives none."""
    return str(config(system_named(system).account.id_key) or "")
