"""The discount tiers of a deal desk follow each other without gap or overlap, each with an approver."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.diagnostics import Diagnostic
from revops_iac.model.deal_desk import Approval, DealDesk
from revops_policies.examples import deal_desk_model
from revops_policies.rule import Parameters, Rule, Violations, broken, broken_by
from revops_policies.subject import Subject

HIGHEST = 100.0
"""The highest discount, in percent."""


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds tiers without approver, and discounts that no tier or two tiers cover."""
    for key, desk in subject.model.deal_desk.items():
        for name, tier in desk.approvals.items():
            if not tier.all_approvers:
                where = f"deal_desk.{key}.approvals.{name}"
                yield broken(where, "there is no approver", "add approver")
            elif all(one.automatic for one in tier.all_approvers) and (
                _start(tier) or tier.custom_terms or tier.multi_year or tier.enterprise
            ):
                message = "nobody approves it: automatic is for the tier of the standard price"
                yield broken(f"deal_desk.{key}.approvals.{name}", message, "name a person or team as approver")
        yield from _gaps(key, desk)
    for process in subject.of_kind("salesforce", "ApprovalProcess"):
        for step in process.inputs.get("steps") or ():
            if any(one.get("type") == "adhoc" for one in step.get("approvers") or ()):
                message = f'step "{step["label"]}" is approved by whoever the submitter chooses'
                yield broken_by(process, message, "name a user, a queue, or a field of the record that names one")


def _gaps(key: str, desk: DealDesk) -> Violations:
    tiers = sorted(_discount_tiers(desk), key=lambda item: (_start(item[1]), _end(item[1])))
    before: tuple[str, Approval] | None = None
    for name, tier in tiers:
        reached, where = _end(before[1]) if before else 0.0, f"deal_desk.{key}.approvals.{name}"
        if _start(tier) > reached:
            yield _gap(where, reached, _start(tier), before)
        elif before and _start(tier) < reached:
            yield _overlap(where, name, tier, before)
        before = before if before and reached > _end(tier) else (name, tier)
    if before and _end(before[1]) < HIGHEST:
        message = f"no tier covers discounts of {_end(before[1]):g}% and more"
        yield broken(f"deal_desk.{key}.approvals", message, "leave discount_below out of the last tier")


def _start(tier: Approval) -> float:
    return tier.discount_from or 0.0


def _end(tier: Approval) -> float:
    return HIGHEST if tier.discount_below is None else tier.discount_below


def _gap(where: str, low: float, high: float, before: tuple[str, Approval] | None) -> Diagnostic:
    longer = f', or discount_below: {high:g} on "{before[0]}"' if before else ""
    fix = f"set discount_from: {low:g} here{longer}"
    return broken(where, f"no tier covers discounts from {low:g}% to {high:g}%", fix)


def _overlap(where: str, name: str, tier: Approval, before: tuple[str, Approval]) -> Diagnostic:
    """Two tiers cover the same discounts: the fix leaves each of both some, and none uncovered."""
    other, reached = before[0], _end(before[1])
    message = f'"{other}" covers discounts from {_start(tier):g}% to {min(reached, _end(tier)):g}% too'
    ends_first = _start(before[1]) < _start(tier)
    shorter = f'discount_below: {_start(tier):g} on "{other}"'
    if reached < _end(tier):
        return broken(where, message, " or ".join([f"set discount_from: {reached:g} here", *([shorter] * ends_first)]))
    if ends_first and reached == _end(tier):
        return broken(where, message, f"set {shorter}, or remove one of the two")
    return broken(where, message, f'remove "{name}", or give "{other}" only the discounts outside it')


def _discount_tiers(desk: DealDesk) -> Iterator[tuple[str, Approval]]:
    for name, tier in desk.approvals.items():
        if tier.discount_from is not None or tier.discount_below is not None:
            yield name, tier


_STANDARD = "standard: {discount_below: 10, approver: automatic}"
RULE = Rule(
    title="Deal-desk tiers are complete",
    why="a discount that no tier covers is approved by whoever asks",
    applies_to="deal_desk.*.approvals, Salesforce approval processes",
    check=check,
    passing=deal_desk_model(f"approvals: {{{_STANDARD}, more: {{discount_from: 10, approver: {{person: ann}}}}}}"),
    failing=deal_desk_model(f"approvals: {{{_STANDARD}, more: {{discount_from: 20, approver: {{person: ann}}}}}}"),
)
