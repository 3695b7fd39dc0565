"""The preflight: everything that an account says against a plan, reported at once and before anything is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from revops_iac.diagnostics import Diagnostic, Severity, input_error, ordered, plural, render_text
from revops_iac.dynamic import session_of
from revops_iac.errors import AccountError, AuthorError, SessionError
from revops_iac.provider.changes.consent import (
    change_refusal,
    changed_since_plan,
    collision,
    gives_up,
    immutable_refusal,
    loss_refusal,
    same,
    update_losses,
)
from revops_iac.provider.changes.container import EntryContainer
from revops_iac.provider.inspection.validation import Validating, changes
from revops_iac.provider.kind import DesiredResource, Kind, LiveObject
from revops_iac.provider.session import Session
from revops_iac.provider.session.stores import digest_of
from revops_iac.state.source_map import SourceMap, digest, lines, lines_of, read_source_map, trusted_desired
from revops_iac.state.validation_record import declared_hash, read_validation, refusal_of
from revops_iac.systems import installed_systems


def report(session: Session[Any], diagnostics: Sequence[Diagnostic]) -> str:
    """All objections of one account to a plan, as one text; a failure to answer is reported as such."""
    refused = any(not session.report.is_answer(diagnostic) for diagnostic in diagnostics)
    outcome = "the account does not allow this plan" if refused else "this plan could not be checked"
    return f"{session.system.label}: {outcome}.\n{render_text(diagnostics)}"


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
        if found := preflight(other, stack, other.before or "", declared):
            other.report.reported = True
            yield report(other, found)


def preflight(session: Session[Any], stack: str, before: str, declared: str) -> list[Diagnostic]:
    """Everything that the account says against the plan; `before` and `declared` are the old and new texts."""
    try:
        session.open()
    except SessionError as error:
        return [session.report.first_of(error)]
    source_map = read_source_map(stack)
    desired = trusted_desired(source_map, session.system.name, declared)
    session.declared, session.recorded = desired, lines_of(before)
    session.previews = source_map is not None and source_map.preview
    removed = sorted(lines_of(before) - lines_of(declared))
    dropped = _dropped_system(session, source_map, before, declared)
    found = [*dropped, *of_other_stacks(session, desired, lines_of(before))]
    found += of_resources(session, desired, lines_of(before))
    if not dropped:
        found += _caught(session, partial(_removals, session, removed))
    if not found and session.settings.require_validation:
        found += _caught(session, partial(unvalidated, session, stack, desired))
    if not found and source_map is not None and not session.previews:
        found += _caught(session, partial(_changed_since_plan, session, desired))
    return ordered(found)


def begin_or_end_plan(session: Session[Any]) -> None:
    """A preview takes down what it sees from here on; what a plan saw has been compared when it is carried out."""
    snapshot = session.stores.preview_snapshot
    if session.previews:
        snapshot.begin()
        session.plan = snapshot
    else:
        snapshot.end()


def _changed_since_plan(session: Session[Any], desired: Iterable[DesiredResource]) -> Iterator[Diagnostic]:
    """What changed in the account between the last preview and this `up`, except changes that equal the plan."""
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
        became = "changed" if live is not None else "removed"
        position = item.position if item is not None else None
        yield changed_since_plan(session.system.label, kind, name, became).at(position)


def _dropped_system(
    session: Session[Any], source_map: SourceMap | None, before: str, declared: str
) -> list[Diagnostic]:
    """A stack that still has resources of a system which it no longer manages; removing the last one is allowed."""
    name = session.system.name
    trusted = source_map if source_map is not None and source_map.declared.get(name) == digest(declared) else None
    if declared or not before or (trusted is not None and name in trusted.managed):
        return []
    return [
        Diagnostic(
            session.system.label,
            f"the stack still has {plural(len(lines_of(before)), 'resource')} of this system, which it "
            "no longer manages",
            f"add {name} to revops:systems again, remove its resources first, or pulumi destroy",
        )
    ]


def of_resources(
    session: Session[Any], desired: Iterable[DesiredResource], before: frozenset[str]
) -> Iterator[Diagnostic]:
    """What the account says against each resource; `before` are the lines of the `declared` text in state."""
    for item in desired:
        kind = session.system.kinds.get(item.kind)
        if kind is None or not item.inputs:
            continue
        about, is_new = f'{session.system.label} {item.kind} "{item.name}"', f"{item.kind} {item.name}" not in before
        try:
            for found in list(_of_resource(session, kind, item, is_new)):
                placed = found.about(about).at(item.position_of(found.location))
                if placed.severity is Severity.ERROR:
                    yield placed
                else:
                    session.report.warn(placed)
        except AuthorError as error:
            yield error.diagnostic.about(about).at(item.position)
        except AccountError as error:
            yield session.report.first_of(error)  # of the account, the same for every entry of the kind


def of_other_stacks(
    session: Session[Any], desired: Iterable[DesiredResource], before: frozenset[str]
) -> Iterator[Diagnostic]:
    """What another stack of this folder manages: refused for a new resource, a warning for one that both have.

    Objects that the vendor made, and those of which a stack owns some entries, are shared by their nature.
    """
    holdings = session.stores.holdings.others()
    for item in desired if holdings else ():
        kind, line = session.system.kinds.get(item.kind), f"{item.kind} {item.name}"
        owner = next((stack for stack, lines in holdings.items() if line in lines), None)
        if kind is None or owner is None or kind.existence.is_permanent or isinstance(kind, EntryContainer):
            continue
        found = Diagnostic(
            f'{session.system.label} {item.kind} "{item.name}"',
            f'stack "{owner}" manages it in this account too: each would undo what the other one changes',
            f"leave it to one stack; once {owner} has given it up: pulumi preview --stack {owner}, then this run again",
            location=item.position,
        )
        if line not in before:
            yield found
        else:
            session.report.warn(found)


def _caught(session: Session[Any], find: Callable[[], Iterable[Diagnostic]]) -> list[Diagnostic]:
    """The diagnostics found, and a vendor's refusal to answer as one more of them."""
    try:
        return list(find())
    except AccountError as error:
        return [session.report.first_of(error)]
    except AuthorError as error:
        return [error.diagnostic]


def _of_resource(
    session: Session[Any], kind: Kind[Any, Any], item: DesiredResource, is_new: bool
) -> Iterator[Diagnostic]:
    live = _live(session, kind, item, is_new)
    if live is not None:
        yield from _clashes(session, kind, item, live, is_new)
    else:
        session.report.lacks.add((item.kind, item.name))
    yield from _unknown_names(session, kind, item)
    yield from kind.preflight_errors(session, item, live)
    if (limits := session.system.limits) is not None:
        yield from limits().of_account(session, kind, item, live)


def _live(session: Session[Any], kind: Kind[Any, Any], item: DesiredResource, is_new: bool) -> LiveObject | None:
    """What the resource stands for; without a refresh, state is not known here, so it is found by its name alone."""
    state = session.states.get((item.kind, item.name))
    if state is None and not is_new:
        return session.find(kind, item.name)
    return kind.find(session, kind.typed(item), state)


def _clashes(
    session: Session[Any], kind: Kind[Any, Any], item: DesiredResource, live: LiveObject, is_new: bool
) -> Iterator[Diagnostic]:
    label = session.system.label
    different = kind.differences(item.inputs, kind.managed_view(item.inputs, live))
    if different and not any(kind.manual_steps(kind.typed(item), live)):
        session.report.differs.add((item.kind, item.name))
    changed = [key for key in different if key in kind.immutable]
    if changed:
        impact = kind.delete_impact(session, live)
        at_stake = impact.sentence if impact is not None and impact.records > 0 else ""
        yield immutable_refusal(label, kind, item.name, changed, at_stake)
    elif is_new and not _may_take(session, item) and kind.conflicts(item.inputs, live):
        yield collision(label, kind, item.inputs, live)
    else:
        for impact in update_losses(session, kind, item.inputs, live):
            yield change_refusal(session, kind, item.name, impact)


def _may_take(session: Session[Any], item: DesiredResource) -> bool:
    return bool(item.inputs.get("adopt")) or session.stores.pending_creates.began(item.kind, item.name)


def _unknown_names(session: Session[Any], kind: Kind[Any, Any], item: DesiredResource) -> Iterator[Diagnostic]:
    lookups = list(kind.lookups(kind.typed(item)))
    if not lookups:
        return
    provided = session.declared.once(
        "provided",
        lambda: {
            lookup
            for other_kind, other in session.declared_kinds()
            for lookup in other_kind.provides(other_kind.typed(other))
        },
    )
    for lookup in dict.fromkeys(lookups):
        if lookup not in provided and session.resolve(lookup) is None:
            what = lookup.type.replace("_", " ")
            yield input_error(
                (),
                f'{what} "{lookup.value}" does not exist in the account',
                f"create the {what} there, or map the person under people.identities in the overlay",
            )


def _removals(session: Session[Any], removed: Iterable[str]) -> Iterator[Diagnostic]:
    for line in removed:
        kind_name, _, name = line.partition(" ")
        kind = session.system.kinds.get(kind_name)
        if kind is None or gives_up(session, name):
            continue
        live = session.find(kind, name)
        impact = kind.delete_impact(session, live) if live is not None else None
        if impact is not None and impact.records > 0:
            yield loss_refusal(session, kind, name, impact)


def unvalidated(session: Session[Any], stack: str, declared: Iterable[DesiredResource]) -> Iterator[Diagnostic]:
    """Why this plan may not be applied under `revops:requireValidation`: its package is not the one validated."""
    account = session.system.account
    if not isinstance(account, Validating):
        return
    items = list(declared)
    if any(not item.inputs for item in items):
        message = "there is no source map of this run, so nothing can be compared with what was validated"
        raise AuthorError(Diagnostic(session.system.label, message, "run it again"))
    bundle = account.pack(session, list(changes(session)))
    if not bundle.components:
        return
    refusal = refusal_of(read_validation(stack, session.system.name), bundle, session.open().id, declared_hash(items))
    if refusal:
        yield Diagnostic(session.system.label, refusal, f"revops validate --stack {stack}, then run this again")
