"""The tiers of a deal desk as formulas: which deals each covers, and which two can cover the same deal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from revops_iac.model.condition import And, Compare, Condition, FieldRef, Op, Or
from revops_iac.model.deal_desk import Approval, DealDesk
from revops_salesforce.compiler.terms.compilation import Compilation
from revops_salesforce.compiler.terms.conditions import formula

OBJECT = "Opportunity"


@dataclass(frozen=True)
class Tier:
    """One tier that a person decides. `covers` is true for its deals, `spares` for all others; neither is null."""

    key: str
    entry: Approval
    covers: str
    spares: str

    @property
    def by_discount_alone(self) -> bool:
        """Whether nothing but the discount brings a deal here."""
        return not (self.entry.custom_terms or self.entry.multi_year or self.entry.enterprise)


def tiers(compilation: Compilation, desk: DealDesk) -> list[Tier]:
    """The tiers with an approver, in the order of the model. Raises Unreachable."""
    scope, found = compilation.saving(OBJECT), []
    for key, entry in desk.approvals.items():
        if any(not approver.automatic for approver in entry.all_approvers):
            condition = Or(tuple(_conditions(desk, entry)))
            found.append(Tier(key, entry, formula(condition, scope), formula(condition, scope, negated=True)))
    return found


def _conditions(desk: DealDesk, entry: Approval) -> Iterator[Condition]:
    fields = desk.fields
    if fields.discount and (ranges := list(_range(FieldRef(fields.discount), entry))):
        yield And(tuple(ranges)) if len(ranges) > 1 else ranges[0]
    if entry.custom_terms and fields.legal:
        yield Compare(FieldRef(fields.legal), Op.TRUE)
    if entry.custom_terms and fields.payment_terms and desk.review_when.payment_terms:
        # Payment terms that are not standard are custom terms too: no other tier covers them.
        yield Compare(FieldRef(fields.payment_terms), Op.ANY_OF, tuple(desk.review_when.payment_terms))
    if entry.multi_year and fields.years:
        yield Compare(FieldRef(fields.years), Op.GE, desk.multi_year_from)
    if entry.enterprise and desk.enterprise_when is not None:
        yield desk.enterprise_when


def _range(discount: FieldRef, entry: Approval) -> Iterator[Condition]:
    if entry.discount_from is not None:
        yield Compare(discount, Op.GE, entry.discount_from)
    if entry.discount_below is not None:
        yield Compare(discount, Op.LT, entry.discount_below)


def can_meet(one: Tier, other: Tier) -> bool:
    """Whether a deal can be in both: two ranges of discounts that do not overlap never share one."""
    if not (one.by_discount_alone and other.by_discount_alone):
        return True
    low, high = sorted((one.entry, other.entry), key=lambda entry: entry.discount_from or 0)
    return low.discount_below is None or low.discount_below > (high.discount_from or 0)
