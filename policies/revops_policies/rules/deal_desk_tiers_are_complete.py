"""The discount tiers of a deal desk follow each other without gap or overlap, each with an approver."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.diagnostics import Diagnostic
from revops_iac.model.deal_desk import Approval, DealDesk
from revops_policies.examples import deal_desk_model
from revops_policies.rule import Parameters, Rule, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Iterator[Diagnostic]:
    """Finds tiers without approver, and discounts that no tier or two tiers cover."""
    for key, desk in subject.model.deal_desk.items():
        for name, tier in desk.approvals.items():
            if not tier.all_approvers:
                where = f"deal_desk.{key}.approvals.{name}"
                yield broken(where, "there is no approver", "add approver")
        yield from _gaps(key, desk)


def _gaps(key: str, desk: DealDesk) -> Iterator[Diagnostic]:
    tiers = sorted(_discount_tiers(desk), key=lambda item: item[1].discount_from or 0)
    reached = 0.0
    for name, tier in tiers:
        start = tier.discount_from or 0
        if start != reached:
            what = "no tier covers" if start > reached else "two tiers cover"
            low, high = sorted((start, reached))
            fix = f"set discount_from: {reached:g} here, or discount_below: {start:g} on the tier before"
            where = f"deal_desk.{key}.approvals.{name}"
            yield broken(where, f"{what} discounts from {low:g}% to {high:g}%", fix)
        reached = tier.discount_below if tier.discount_below is not None else 100.0
    if tiers and reached < 100:
        yield broken(
            f"deal_desk.{key}.approvals",
            f"no tier covers discounts of {reached:g}% and more",
            "leave discount_below out of the last tier",
        )


def _discount_tiers(desk: DealDesk) -> Iterator[tuple[str, Approval]]:
    for name, tier in desk.approvals.items():
        if tier.discount_from is not None or tier.discount_below is not None:
            yield name, tier


_STANDARD = "standard: {discount_below: 10, approver: automatic}"
RULE = Rule(
    title="Deal-desk tiers are complete",
    why="a discount that no tier covers is approved by whoever asks",
    applies_to="deal_desk.*.approvals",
    check=check,
    passing=deal_desk_model(f"approvals: {{{_STANDARD}, more: {{discount_from: 10, approver: {{person: ann}}}}}}"),
    failing=deal_desk_model(f"approvals: {{{_STANDARD}, more: {{discount_from: 20, approver: {{person: ann}}}}}}"),
)
