"""Approval processes of the deal desk: one per tier, so that every deal that needs a decision enters exactly one.

A deal in several tiers enters the process of the last of them, where the earlier ones that cover it have their steps
first: the order in which an org tries processes is not part of their metadata [D: meta_approvalprocess]. A deal that is
reviewed without being in any tier enters the process of the automatic one, which approves it at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Literal

from salesforce_formula.parser import MAX_LENGTH

from revops_iac.diagnostics import model_error
from revops_iac.model.condition import FieldRef
from revops_iac.model.deal_desk import Approval, Approver, DealDesk
from revops_iac.provider.declaration import Declaration, Path
from revops_salesforce.compiler.approval_tiers import OBJECT, Tier, can_meet, tiers
from revops_salesforce.compiler.deal_desk import APPROVED, reasons
from revops_salesforce.compiler.pipelines import covered
from revops_salesforce.compiler.terms.compilation import Compilation, derived, derived_name, first_key
from revops_salesforce.compiler.terms.conditions import both
from revops_salesforce.compiler.terms.names import SYSTEM, developer_name, options, title
from revops_salesforce.compiler.terms.scoring import TooLong, runs_here
from revops_salesforce.inputs import Action, ApprovalProcessInputs, ApprovalStep, WorkflowFieldUpdateInputs
from revops_salesforce.inputs import Approver as InputApprover

LABEL_LENGTH = 80
VERSION_LENGTH = len("_v999")
"""Left free in names for the versions to come."""
Round = tuple[list[InputApprover], Literal["Unanimous", "FirstResponse"]]
"""Who is asked in a step, and whether all must agree."""


def field_updates(compilation: Compilation) -> Iterator[Declaration]:
    """What an approval writes into the status field of each desk."""
    for key, desk in _desks(compilation):
        for what, value in _statuses(compilation, desk).items():
            inputs: WorkflowFieldUpdateInputs = {
                "object": OBJECT,
                "name": _name(compilation, key, desk, what),
                "label": f"Approval: {what}",
                "field": compilation.saving(OBJECT).path(FieldRef(desk.fields.approval or "")),
                "operation": "Null" if value is None else "Literal",
                "literal_value": value,
            }
            earlier = tuple(_key(old, what) for old in desk.was)
            yield derived("WorkflowFieldUpdate", _key(key, what), ("deal_desk", key), inputs, earlier, adopt=desk.adopt)


def approval_processes(compilation: Compilation) -> Iterator[Declaration]:
    """The process of each tier with an approver, and that of the automatic tier, which no person decides."""
    for key, desk in _desks(compilation):
        with compilation.collecting(("deal_desk", key)):
            found = tiers(compilation, desk)
            covers = covered(compilation, desk.applies_to)
            for place, tier in enumerate(found):
                spared = [other.spares for other in found[place + 1 :] if can_meet(tier, other)]
                entry = both([covers, tier.covers, *spared])
                steps = list(_steps(compilation, key, found[: place + 1]))
                if steps:
                    yield _process(compilation, (key, desk), (tier.key, tier.entry), entry, steps)
            yield from _automatic(compilation, key, desk, covers, found)


def _desks(compilation: Compilation) -> Iterator[tuple[str, DealDesk]]:
    for key, desk in compilation.model.deal_desk.items():
        approval = desk.fields.approval
        if approval is None or not desk.approvals or not runs_here(compilation.model, desk.runs_on):
            continue
        if APPROVED in options(compilation.model, FieldRef(approval)):
            yield key, desk


def _statuses(compilation: Compilation, desk: DealDesk) -> dict[str, str | None]:
    """Field update -> the status that it writes; a recalled request leaves none."""
    known = options(compilation.model, FieldRef(desk.fields.approval or ""))
    written = {what: what for what in ("pending", APPROVED, "rejected") if what in known}
    return {**written, "recalled": None}


def _automatic(
    compilation: Compilation, key: str, desk: DealDesk, covers: str, found: Sequence[Tier]
) -> Iterator[Declaration]:
    """A step that no deal enters, and which approves those that do not [D: step criteria, approve record]."""
    tier = next((one for one in desk.approvals.items() if any(a.automatic for a in one[1].all_approvers)), None)
    review = reasons(compilation, desk, with_size=True)
    if tier is None or review == "FALSE":
        return
    step: ApprovalStep = {
        "name": title(first_key(*tier)),
        "label": _cut(tier[1].label or tier[0]),
        "approvers": [{"type": "relatedUserField", "name": "Owner"}],
        "entry_criteria": {"formula": "FALSE"},
        "if_criteria_not_met": "ApproveRecord",
    }
    entry = both([covers, review, *(one.spares for one in found)])
    yield _process(compilation, (key, desk), tier, entry, [step])


def _process(
    compilation: Compilation,
    desk: tuple[str, DealDesk],
    tier: tuple[str, Approval],
    entry: str,
    steps: list[ApprovalStep],
) -> Declaration:
    if len(entry) > MAX_LENGTH:
        raise TooLong(f"the formula has {len(entry):,} characters; the limit is {MAX_LENGTH:,}")
    (key, live), (tier_key, approval) = desk, tier
    actions = {what: _actions(compilation, key, live, what) for what in _statuses(compilation, live)}
    inputs: ApprovalProcessInputs = {
        "object": OBJECT,
        "name": _name(compilation, key, live, first_key(tier_key, approval)),
        "label": _cut(f"{live.label or key}: {approval.label or tier_key}"),
        "entry_criteria": None if entry == "TRUE" else {"formula": entry},
        "allowed_submitters": [{"type": "owner"}],
        "allow_recall": True,
        "record_editability": "AdminOnly",
        "steps": steps,
        "page_fields": _page_fields(compilation, live),
        "initial_submission_actions": actions.get("pending"),
        "final_approval_actions": actions[APPROVED],
        "final_rejection_actions": actions.get("rejected"),
        "recall_actions": actions["recalled"],
        "final_approval_record_lock": False,
        "final_rejection_record_lock": False,
        "show_approval_history": True,
    }
    keys = [_key(*one) for one in product((key, *live.was), (tier_key, *approval.was))]
    origin = ("deal_desk", key, "approvals", tier_key)
    adopt = live.adopt or approval.adopt
    return derived("ApprovalProcess", keys[0], origin, inputs, tuple(keys[1:]), adopt=adopt)


def _steps(compilation: Compilation, key: str, found: Sequence[Tier]) -> Iterator[ApprovalStep]:
    """Those earlier tiers that can cover the deal too, then the last one, which every deal enters."""
    last = found[-1]
    for tier in found:
        if tier is not last and not can_meet(tier, last):
            continue
        rounds = _rounds(compilation, ("deal_desk", key, "approvals", tier.key), tier)
        for number, (asked, together) in enumerate(rounds, 1):
            step: ApprovalStep = {
                "name": title(first_key(tier.key, tier.entry)) + (f"_{number}" if number > 1 else ""),
                "label": _cut(tier.entry.label or tier.key),
                "approvers": asked,
            }
            if tier is not last:
                step |= {"entry_criteria": {"formula": tier.covers}, "if_criteria_not_met": "GotoNextStep"}
            if len(asked) > 1:
                step["when_multiple_approvers"] = together
            yield step


def _rounds(compilation: Compilation, origin: Path, tier: Tier) -> list[Round]:
    """Who is asked, round by round. All persons and queues at once, who must all agree; where a team is among several
    approvers each has a round of its own, because one step cannot ask all of some and one of others."""
    groups = [asked for one in tier.entry.all_approvers if (asked := _asked(compilation, origin, one))]
    if all(len(asked) == 1 for asked in groups):
        together = [asked[0] for asked in groups]
        return [(_once(together), "Unanimous")] if together else []
    return [(_once(asked), "FirstResponse") for asked in groups]


def _asked(compilation: Compilation, origin: Path, approver: Approver) -> list[InputApprover]:
    people = compilation.model.people
    if approver.person is not None:
        return [{"type": "user", "name": people.identity(approver.person, SYSTEM)}]
    if approver.queue is not None:
        queue = people.queues[approver.queue]
        return [{"type": "queue", "name": developer_name(compilation.model, approver.queue, queue)}]
    if approver.team is None:
        return []
    members = people.teams[approver.team].members
    if not members:
        message = f'team "{approver.team}" has no members to approve'
        compilation.diagnostics.append(model_error(origin, message, f"add members under people.teams.{approver.team}"))
    return [{"type": "user", "name": people.identity(member, SYSTEM)} for member in members]


def _once(asked: Sequence[InputApprover]) -> list[InputApprover]:
    """A stand-in may stand in for several."""
    return list({(one["type"], str(one["name"]).lower()): one for one in asked}.values())


def _page_fields(compilation: Compilation, desk: DealDesk) -> list[str]:
    """What an approver sees: the deal, and the fields of the desk that it holds itself."""
    fields = desk.fields
    live = (fields.acv, fields.discount, fields.payment_terms, fields.legal, fields.years, fields.exception)
    paths = [compilation.saving(OBJECT).path(FieldRef(one)) for one in live if one is not None]
    return list(dict.fromkeys(["Name", "Owner", *(path for path in paths if "." not in path)]))


def _actions(compilation: Compilation, key: str, desk: DealDesk, what: str) -> list[Action]:
    return [{"type": "FieldUpdate", "name": _name(compilation, key, desk, what)}]


def _name(compilation: Compilation, key: str, desk: DealDesk, what: str) -> str:
    first = f"{compilation.model.context.name_prefix}deal_desk_{first_key(key, desk)}"
    return derived_name(first, what, spare=VERSION_LENGTH)


def _key(desk: str, what: str) -> str:
    return f"{OBJECT}.deal_desk_{desk}_{what}"


def _cut(label: str) -> str:
    return label if len(label) <= LABEL_LENGTH else f"{label[: LABEL_LENGTH - 2].rstrip()} …"
