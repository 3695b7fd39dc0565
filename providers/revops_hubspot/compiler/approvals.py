"""Which deals a tier of a deal desk covers, as filters."""

from __future__ import annotations

from revops_hubspot.compiler.terms.compilation import Compilation
from revops_hubspot.filters.tree import NEVER, Tree, all_of, any_of
from revops_iac.model.condition import And, Compare, Condition, FieldRef, Op
from revops_iac.model.deal_desk import Approval, DealDesk
from revops_iac.provider.declaration import Path


def tier_deals(compilation: Compilation, desk_key: str, desk: DealDesk, tier_key: str) -> Tree:
    """The deals that a tier covers, NEVER where it is automatic."""
    tier = desk.approvals[tier_key]
    if all(one.automatic for one in tier.all_approvers):
        return NEVER
    path: Path = ("deal_desk", desk_key, "approvals", tier_key)
    filters = compilation.filters("deal")
    covered = compilation.applies(desk.applies_to, "deal", ("deal_desk", desk_key))
    return all_of(covered, any_of(*(filters.tree(one, path) for one in _conditions(desk, tier))))


def _conditions(desk: DealDesk, tier: Approval) -> list[Condition]:
    """Any of these puts a deal into the tier."""
    fields, found = desk.fields, list[Condition]()
    if fields.discount is not None and (tier.discount_from is not None or tier.discount_below is not None):
        discount = FieldRef(fields.discount)
        low = [Compare(discount, Op.GE, tier.discount_from)] if tier.discount_from is not None else []
        high = [Compare(discount, Op.LT, tier.discount_below)] if tier.discount_below is not None else []
        found.append(And((*low, *high)))
    if tier.custom_terms and fields.legal is not None:
        found.append(Compare(FieldRef(fields.legal), Op.TRUE))
    if tier.multi_year and fields.years is not None:
        found.append(Compare(FieldRef(fields.years), Op.GE, desk.multi_year_from))
    if tier.enterprise and desk.enterprise_when is not None:
        found.append(desk.enterprise_when)
    return found
