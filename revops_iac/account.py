"""The account resource: one per system, registered first, and the preflight for everything below it.

Its `check` runs at every preview, knows what was and what will be declared, and reports every problem of the account in
one failure, before anything below it is touched. `read` alone raises token, wrong-account and server failures.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import pulumi.dynamic as dynamic
from pulumi import Input, ResourceOptions
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from revops_iac.account_validation import unvalidated
from revops_iac.dynamic import (
    change_losses,
    change_refusal,
    changed_since_plan,
    collision,
    gives_up,
    immutable_refusal,
    loss_refusal,
    open_session,
    quiet_tracebacks,
    same,
    session_of,
)
from revops_iac.errors import AccountError, AuthorError, RevopsError, SessionError
from revops_iac.kind import Kind, Observed, Placed, Wanted
from revops_iac.planned_from import PlannedFrom, fingerprint
from revops_iac.session import Session
from revops_iac.source_map import lines, lines_of, read_source_map, trusted_wanted
from revops_iac.systems import installed_systems, system_named

COMPARED = ("system", "stack", "account_id", "declared")


class AccountProvider(ResourceProvider):
    """The preflight. Its class path is stored in every state and never changes."""

    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        quiet_tracebacks()
        for system in installed_systems():
            open_session(system, req)

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        system = news["system"]
        declared, before = news.get("declared") or "", (_olds or {}).get("declared") or ""
        if not declared and not before:
            return CheckResult(news, [])
        session, stack = session_of(system), news.get("stack", "")
        session.of_stack(stack)
        problems = preflight(session, stack, before, declared)
        if not problems:
            _begin_or_end_plan(session, stack)
            print(f"{session.system.label}: {session.whom()}", file=sys.stderr, flush=True)
            return CheckResult(news, [])
        if session.reported:
            return CheckResult(news, [CheckFailure("", f"{session.system.label}: refused, as said above.")])
        reports = [report(session.system.label, problems), *other_reports(session, stack, is_first=not _olds)]
        return CheckResult(news, [CheckFailure("", "\n\n".join(reports))])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        return DiffResult(changes=any(_olds.get(key) != _news.get(key) for key in COMPARED), replaces=[])

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult(self._prove(props) or f"{props['system']}-unmanaged", _plain(props))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        session, stack, declared = session_of(props["system"]), props.get("stack", ""), props.get("declared") or ""
        session.of_stack(stack)
        session.before = declared
        try:
            self._prove(props)
        except SessionError as error:
            if session.is_news(error):
                raise
            return ReadResult(id_, props)  # a kind met it first, in the middle of the refresh, and said it
        session.declared = trusted_wanted(read_source_map(stack), props["system"], declared)
        return ReadResult(id_, props)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        self._prove(_news)
        return UpdateResult(_plain(_news))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Nothing is deleted, for an account is never ours; but it goes last, so it says what became of the others."""
        session = session_of(_props["system"])
        for (kind, adopted), count in sorted(session.removed.items()):
            said = farewell(session.system.label, session.system.kinds[kind], count, adopted)
            print(said, file=sys.stderr, flush=True)
        for kind, count in sorted(session.left.items()):
            said = farewell(session.system.label, session.system.kinds[kind], count, adopted=False, stays=True)
            print(said, file=sys.stderr, flush=True)

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


def _plain(props: dict[str, Any]) -> dict[str, Any]:
    return {key: props.get(key) for key in COMPARED}


def farewell(label: str, kind: Kind[Any], count: int, adopted: bool, stays: bool = False) -> str:
    """What a removal really did to `count` objects of a kind, as one line."""
    if adopted and not kind.always_exists:
        return f"{label}: {count} {kind.name} given back, with the definition from before."
    became = re.sub(r" \[[A-Z?]\]", "", kind.on_delete)  # without the tags of evidence
    done = "given back" if adopted else "removed" if kind.removable and not stays else "left in place"
    return f"{label}: {count} {kind.name} {done}. {became}"


def report(label: str, problems: list[str]) -> str:
    """All problems of one account as one text, with a closing count line."""
    count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
    return "\n".join([f"{label}: the account does not allow this plan.", *problems, f"{count}; nothing was changed."])


def other_reports(session: Session[Any], stack: str, is_first: bool) -> Iterator[str]:
    """The reports of the stack's other accounts: Pulumi stops at the first check that fails, so one speaks for all.

    What another account declared before is known from the refresh, and in the first run of a stack it is nothing.
    """
    source_map = read_source_map(stack)
    if source_map is None or (session.before is None and not is_first):
        return
    for name in installed_systems():
        other, declared = session_of(name), lines(source_map.wanted(name))
        if other is session or not (declared or other.before):
            continue
        other.of_stack(stack)
        if problems := preflight(other, stack, other.before or "", declared):
            other.reported = True
            yield report(other.system.label, problems)


def preflight(session: Session[Any], stack: str, before: str, declared: str) -> list[str]:
    """Everything that the account says against the plan, each as `place  sentence` and a `fix:` line.

    `before` and `declared` are the old and new `declared` texts.
    """
    try:
        session.open()
    except SessionError as error:
        return [str(error)]
    source_map = read_source_map(stack)
    wanted = trusted_wanted(source_map, session.system.name, declared)
    session.declared = wanted
    session.previews = source_map is not None and source_map.preview
    removed = sorted(lines_of(before) - lines_of(declared))
    dropped = _dropped_system(session, before, declared)
    problems = [*dropped, *_placed(session, wanted, lines_of(before))]
    if not dropped:
        problems += _caught(session, partial(_removals, session, removed))
    if not problems and session.settings.require_validation:
        problems += _caught(session, partial(unvalidated, session, stack, wanted))
    if not problems and source_map is not None and not session.previews:
        problems += _caught(session, partial(_changed_since_plan, session, stack, wanted))
    return list(dict.fromkeys(problems))


def _begin_or_end_plan(session: Session[Any], stack: str) -> None:
    plan = PlannedFrom(session.system.name, stack)
    if session.previews:
        plan.begin()
        session.plan = plan
    else:
        plan.end()


def _changed_since_plan(session: Session[Any], stack: str, wanted: Iterable[Wanted]) -> Iterator[str]:
    """What somebody changed between the last preview and this `up`, unless it is just what the plan would make."""
    declared = {(item.kind, item.name): item for item in wanted}
    for (kind_name, name), seen in PlannedFrom(session.system.name, stack).seen().items():
        kind, item = session.system.kinds.get(kind_name), declared.get((kind_name, name))
        if kind is None:
            continue
        held = session.find(kind, name)
        if held is not None and fingerprint(kind.normalise(held.definition)) == seen:
            continue
        if held is not None and item is not None and item.inputs and same(kind, item.inputs, held):
            continue
        place = f"{item.place}  " if item is not None and item.place else ""
        became = "changed" if held is not None else "removed"
        yield place + _text(*changed_since_plan(session.system.label, kind, name, became))


def _dropped_system(session: Session[Any], before: str, declared: str) -> list[str]:
    if declared or not before:
        return []
    return [
        f"{session.system.label}: the stack still holds {len(lines_of(before))} resources of this system, "
        "but revops:systems no longer names it\n"
        f"    fix: put {session.system.name} back into revops:systems, remove its resources first, or pulumi destroy"
    ]


def _placed(session: Session[Any], wanted: list[Wanted], before: frozenset[str]) -> Iterator[str]:
    for item in wanted:
        kind = session.system.kinds.get(item.kind)
        if kind is None or not item.inputs:
            continue
        is_new = f"{item.kind} {item.name}" not in before
        try:
            for problem in list(_problems(session, kind, item, is_new)):
                place = problem.place if isinstance(problem, Placed) else item.place
                yield f"{place}  {problem}" if place else problem
        except AuthorError as error:
            yield f"{item.place}  {error}" if item.place else str(error)
        except AccountError as error:
            yield session.words_of(error)  # of the account, the same for every entry of the kind, and said once


def _caught(session: Session[Any], find: Callable[[], Iterable[str]]) -> list[str]:
    """The problems found, and a vendor's refusal to answer as one more of them."""
    try:
        return list(find())
    except AccountError as error:
        return [session.words_of(error)]
    except AuthorError as error:
        return [str(error)]


def _problems(session: Session[Any], kind: Kind[Any], item: Wanted, is_new: bool) -> Iterator[str]:
    held = session.find(kind, item.name)
    if held is not None:
        yield from _clashes(session, kind, item, held, is_new)
    yield from _unknown_names(session, kind, item)
    yield from kind.refusals(session, item, held)


def _clashes(session: Session[Any], kind: Kind[Any], item: Wanted, held: Observed, is_new: bool) -> Iterator[str]:
    changed = [key for key in kind.differences(item.inputs, kind.view(item.inputs, held)) if key in kind.immutable]
    if changed:
        stake = kind.stake(session, held)
        at_stake = stake.sentence if stake is not None and stake.records > 0 else ""
        yield _text(*immutable_refusal(kind, item.name, changed, at_stake))
    elif is_new and not _may_take(session, item) and kind.contradictions(item.inputs, held):
        yield _text(*collision(session.system.label, kind, item.inputs, held))
    else:
        for stake in change_losses(session, kind, item.inputs, held):
            yield _text(*change_refusal(session, kind, item.name, stake))


def _may_take(session: Session[Any], item: Wanted) -> bool:
    return bool(item.inputs.get("adopt")) or session.journal.began(item.kind, item.name)


def _unknown_names(session: Session[Any], kind: Kind[Any], item: Wanted) -> Iterator[str]:
    lookups = list(kind.lookups(item.inputs))
    if not lookups:
        return
    provided = {
        lookup
        for other in session.declared
        if (other_kind := session.system.kinds.get(other.kind)) is not None and other.inputs
        for lookup in other_kind.provides(other.inputs)
    }
    for lookup in dict.fromkeys(lookups):
        if lookup not in provided and session.resolve(lookup) is None:
            what = lookup.type.replace("_", " ")
            yield _text(
                f'{session.system.label}: {kind.name} "{item.name}" names the {what} "{lookup.value}", '
                "which the account does not have",
                f"create the {lookup.type} there, or map the person under people.identities in the overlay",
            )


def _removals(session: Session[Any], removed: Iterable[str]) -> Iterator[str]:
    for line in removed:
        kind_name, _, name = line.partition(" ")
        kind = session.system.kinds.get(kind_name)
        if kind is None or gives_up(session, name):
            continue
        held = session.find(kind, name)
        stake = kind.stake(session, held) if held is not None else None
        if stake is not None and stake.records > 0:
            yield _text(*loss_refusal(session, kind, name, stake))


def _text(sentence: str, fix: str) -> str:
    return str(RevopsError(sentence, fix))


def account_id(system: str, config: Callable[[str], Any]) -> str:
    """The id that stack config gives for a system, "" when it gives none."""
    return str(config(system_named(system).account.id_key) or "")
