"""The preflight: everything that an account says against a plan, reported at once and before anything is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from revops_iac.dynamic import session_of
from revops_iac.errors import AccountError, AuthorError, RevopsError, SessionError
from revops_iac.provider.consent import (
    change_refusal,
    changed_since_plan,
    collision,
    gives_up,
    immutable_refusal,
    loss_refusal,
    same,
    update_losses,
)
from revops_iac.provider.kind import DesiredResource, Kind, LiveObject, Placed
from revops_iac.provider.session import Session
from revops_iac.provider.stores import digest_of
from revops_iac.provider.validation import Validating, changes
from revops_iac.state.source_map import lines, lines_of, read_source_map, trusted_desired
from revops_iac.state.validation_record import declared_hash, read_validation, refusal_of
from revops_iac.systems import installed_systems


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
        other, declared = session_of(name), lines(source_map.desired(name))
        if other is session or not (declared or other.before):
            continue
        other.of_stack(stack)
        if problems := preflight(other, stack, other.before or "", declared):
            other.report.reported = True
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
    desired = trusted_desired(source_map, session.system.name, declared)
    session.declared = desired
    session.previews = source_map is not None and source_map.preview
    removed = sorted(lines_of(before) - lines_of(declared))
    dropped = _dropped_system(session, before, declared)
    problems = [*dropped, *_placed(session, desired, lines_of(before))]
    if not dropped:
        problems += _caught(session, partial(_removals, session, removed))
    if not problems and session.settings.require_validation:
        problems += _caught(session, partial(unvalidated, session, stack, desired))
    if not problems and source_map is not None and not session.previews:
        problems += _caught(session, partial(_changed_since_plan, session, desired))
    return list(dict.fromkeys(problems))


def begin_or_end_plan(session: Session[Any]) -> None:
    """A preview takes down what it sees from here on; what a plan saw has been compared when it is carried out."""
    snapshot = session.stores.preview_snapshot
    if session.previews:
        snapshot.begin()
        session.plan = snapshot
    else:
        snapshot.end()


def _changed_since_plan(session: Session[Any], desired: Iterable[DesiredResource]) -> Iterator[str]:
    """What somebody changed between the last preview and this `up`, unless it is just what the plan would make."""
    declared = {(item.kind, item.name): item for item in desired}
    for (kind_name, name), seen in session.stores.preview_snapshot.seen().items():
        kind, item = session.system.kinds.get(kind_name), declared.get((kind_name, name))
        if kind is None:
            continue
        live = session.find(kind, name)
        if live is not None and digest_of(kind.normalize(live.definition)) == seen:
            continue
        if live is not None and item is not None and item.inputs and same(kind, item.inputs, live):
            continue
        place = f"{item.place}  " if item is not None and item.place else ""
        became = "changed" if live is not None else "removed"
        yield place + _text(*changed_since_plan(session.system.label, kind, name, became))


def _dropped_system(session: Session[Any], before: str, declared: str) -> list[str]:
    if declared or not before:
        return []
    return [
        f"{session.system.label}: the stack still holds {len(lines_of(before))} resources of this system, "
        "but revops:systems no longer names it\n"
        f"    fix: put {session.system.name} back into revops:systems, remove its resources first, or pulumi destroy"
    ]


def _placed(session: Session[Any], desired: list[DesiredResource], before: frozenset[str]) -> Iterator[str]:
    for item in desired:
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
            yield session.report.words_of(error)  # of the account, the same for every entry of the kind, and said once


def _caught(session: Session[Any], find: Callable[[], Iterable[str]]) -> list[str]:
    """The problems found, and a vendor's refusal to answer as one more of them."""
    try:
        return list(find())
    except AccountError as error:
        return [session.report.words_of(error)]
    except AuthorError as error:
        return [str(error)]


def _problems(session: Session[Any], kind: Kind[Any, Any], item: DesiredResource, is_new: bool) -> Iterator[str]:
    live = session.find(kind, item.name)
    if live is not None:
        yield from _clashes(session, kind, item, live, is_new)
    yield from _unknown_names(session, kind, item)
    yield from kind.preflight_errors(session, item, live)


def _clashes(
    session: Session[Any], kind: Kind[Any, Any], item: DesiredResource, live: LiveObject, is_new: bool
) -> Iterator[str]:
    changed = [
        key for key in kind.differences(item.inputs, kind.managed_view(item.inputs, live)) if key in kind.immutable
    ]
    if changed:
        impact = kind.delete_impact(session, live)
        at_stake = impact.sentence if impact is not None and impact.records > 0 else ""
        yield _text(*immutable_refusal(kind, item.name, changed, at_stake))
    elif is_new and not _may_take(session, item) and kind.conflicts(item.inputs, live):
        yield _text(*collision(session.system.label, kind, item.inputs, live))
    else:
        for impact in update_losses(session, kind, item.inputs, live):
            yield _text(*change_refusal(session, kind, item.name, impact))


def _may_take(session: Session[Any], item: DesiredResource) -> bool:
    return bool(item.inputs.get("adopt")) or session.stores.pending_creates.began(item.kind, item.name)


def _unknown_names(session: Session[Any], kind: Kind[Any, Any], item: DesiredResource) -> Iterator[str]:
    lookups = list(kind.lookups(kind.typed(item)))
    if not lookups:
        return
    provided = {
        lookup
        for other in session.declared
        if (other_kind := session.system.kinds.get(other.kind)) is not None and other.inputs
        for lookup in other_kind.provides(other_kind.typed(other))
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
        live = session.find(kind, name)
        impact = kind.delete_impact(session, live) if live is not None else None
        if impact is not None and impact.records > 0:
            yield _text(*loss_refusal(session, kind, name, impact))


def _text(sentence: str, fix: str) -> str:
    return str(RevopsError(sentence, fix))


def unvalidated(session: Session[Any], stack: str, declared: Iterable[DesiredResource]) -> Iterator[str]:
    """Why this plan may not be applied under `revops:requireValidation`: its package is not the one validated."""
    account = session.system.account
    if not isinstance(account, Validating):
        return
    items = list(declared)
    if any(not item.inputs for item in items):
        raise AuthorError(
            f"{session.system.label}: there is no source map of this run, so nothing can be compared with what was "
            "validated",
            "run it again",
        )
    bundle = account.pack(session, list(changes(session)))
    if not bundle.components:
        return
    refusal = refusal_of(read_validation(stack, session.system.name), bundle, session.open().id, declared_hash(items))
    if refusal:
        yield f"{session.system.label}: {refusal}\n    fix: revops validate --stack {stack}, then run this again"
