"""The deal desk: a deal that needs a review is not won without its approval, and every exception is recorded."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model.condition import And, Compare, Condition, FieldRef, Op
from revops_iac.model.deal_desk import DealDesk
from revops_iac.provider.declaration import Declaration
from revops_salesforce.compiler.approval_tiers import tiers
from revops_salesforce.compiler.pipelines import OBJECT, STAGE, covered, is_stage
from revops_salesforce.compiler.terms.compilation import Compilation, derived_name, first_key
from revops_salesforce.compiler.terms.conditions import both, either, formula, opposite, quoted
from revops_salesforce.compiler.terms.names import deal_stage_value, options
from revops_salesforce.compiler.validation_rules import any_blank, enters, labels, rule

UNDECIDED = ("pending", "rejected")
"""Approval statuses, by key, with which no deal is won."""
APPROVED = "approved"


def validation_rules(compilation: Compilation) -> Iterator[Declaration]:
    """Per desk: no win while an approval is pending or refused, or was never asked for; exceptions are recorded; an
    approval does not outlive the terms that it was given for."""
    won = _won_stages(compilation)
    for key, desk in compilation.model.deal_desk.items():
        if desk.fields.approval is None or not won:
            continue
        with compilation.collecting(("deal_desk", key)):
            covers = covered(compilation, desk.applies_to)
            yield from _not_pending(compilation, key, desk, [covers, enters(STAGE), is_stage(won)])
            yield from _reviewed(compilation, key, desk, [covers, enters(STAGE), is_stage(won)])
            yield from _recorded(compilation, key, desk, covers, both([enters(STAGE), is_stage(won)]))
            yield from _kept(compilation, key, desk, covers)


def _won_stages(compilation: Compilation) -> list[str]:
    names = [
        deal_stage_value(compilation.model, key, stage_key)
        for key, pipeline in compilation.model.pipelines.items()
        for stage_key, stage in pipeline.stages.items()
        if stage.closed == "won"
    ]
    return list(dict.fromkeys(names))


def _not_pending(compilation: Compilation, key: str, desk: DealDesk, wins: list[str]) -> Iterator[Declaration]:
    approval = FieldRef(desk.fields.approval or "")
    path = compilation.saving(OBJECT).path(approval)
    live = [one for one in UNDECIDED if one in options(compilation.model, approval)]
    if live:
        undecided = either([f"ISPICKVAL({path},{quoted(one)})" for one in live])
        message = "The deal cannot be won while its approval is pending or was refused."
        yield _rule(compilation, key, desk, "approval", [*wins, undecided], message, path)


def _needs_review(compilation: Compilation, desk: DealDesk) -> str:
    return either([reasons(compilation, desk, with_size=True), *(one.covers for one in tiers(compilation, desk))])


def _reviewed(compilation: Compilation, key: str, desk: DealDesk, wins: list[str]) -> Iterator[Declaration]:
    scope, approval = compilation.saving(OBJECT), FieldRef(desk.fields.approval or "")
    review = _needs_review(compilation, desk)
    if review == "FALSE" or APPROVED not in options(compilation.model, approval):
        return
    path = scope.path(approval)
    approved = f"ISPICKVAL({path},{quoted(APPROVED)})"
    message = "The deal needs a review by the deal desk, and its approval, before it is won."
    yield _rule(compilation, key, desk, "review", [*wins, review, opposite(approved)], message, path)


def _recorded(compilation: Compilation, key: str, desk: DealDesk, covers: str, wins: str) -> Iterator[Declaration]:
    """Asked when a person sets the status to approved, and at the win: an approval's field update runs past rules."""
    scope, approval = compilation.saving(OBJECT), FieldRef(desk.fields.approval or "")
    review = reasons(compilation, desk, with_size=False)
    if desk.fields.exception is None or review == "FALSE" or APPROVED not in options(compilation.model, approval):
        return
    path, exception = scope.path(approval), FieldRef(desk.fields.exception)
    tests = [
        covers,
        either([enters(path), wins]),
        f"ISPICKVAL({path},{quoted(APPROVED)})",
        review,
        any_blank(scope, [exception]),
    ]
    message = f"An approved exception needs: {labels(scope, [exception])}."
    yield _rule(compilation, key, desk, "exception", tests, message, scope.path(exception))


def _kept(compilation: Compilation, key: str, desk: DealDesk, covers: str) -> Iterator[Declaration]:
    """An approved deal keeps its terms: a change must clear the status in the same save."""
    scope, approval = compilation.saving(OBJECT), FieldRef(desk.fields.approval or "")
    review, path = _needs_review(compilation, desk), scope.path(approval)
    # A field of another record cannot be asked whether it changed [D: ISCHANGED].
    changes = [f"ISCHANGED({term})" for one in _terms(desk) if "." not in (term := scope.path(one))]
    if review == "FALSE" or not changes or APPROVED not in options(compilation.model, approval):
        return
    still = [f"ISPICKVAL({when},{quoted(APPROVED)})" for when in (f"PRIORVALUE({path})", path)]
    message = f"These terms were not approved: clear {labels(scope, [approval])} and submit the deal again."
    yield _rule(compilation, key, desk, "terms", [covers, *still, either(changes), review], message, path)


def _terms(desk: DealDesk) -> list[FieldRef]:
    """What an approval decides on."""
    fields = desk.fields
    named = (fields.acv, fields.discount, fields.payment_terms, fields.legal, fields.custom_pricing, fields.years)
    terms = [FieldRef(one) for one in named if one is not None]
    return list(dict.fromkeys([*terms, *(desk.enterprise_when.fields() if desk.enterprise_when else ())]))


def reasons(compilation: Compilation, desk: DealDesk, with_size: bool) -> str:
    """True for the deals that go to the desk; FALSE where the model names no reason. Raises Unreachable.

    A large deal is reviewed too, but it is no exception by its size alone.
    """
    scope, fields = compilation.saving(OBJECT), desk.fields
    conditions = [*(_size(compilation, desk) if with_size else ()), *_exceptions(desk)]
    tests = [formula(condition, scope) for condition in conditions]
    if desk.review_when.discount_beyond_published and fields.discount and fields.published_discount:
        published = scope.path(FieldRef(fields.published_discount))
        tests.append(f"{scope.path(FieldRef(fields.discount))}>BLANKVALUE({published},0)")
    return either(tests)


def _size(compilation: Compilation, desk: DealDesk) -> list[Condition]:
    above = desk.review_when.acv_above
    if above is None or desk.fields.acv is None:
        return []
    return [Compare(FieldRef(desk.fields.acv), Op.GT, compilation.model.context.convert(above))]


def _exceptions(desk: DealDesk) -> list[Condition]:
    """The reasons for a review that compare fields with what the model says."""
    when, fields, found = desk.review_when, desk.fields, list[Condition]()
    if when.payment_terms and fields.payment_terms:
        found.append(Compare(FieldRef(fields.payment_terms), Op.ANY_OF, tuple(when.payment_terms)))
    if when.multi_year_custom_pricing and fields.years and fields.custom_pricing:
        years = Compare(FieldRef(fields.years), Op.GE, desk.multi_year_from)
        found.append(And((years, Compare(FieldRef(fields.custom_pricing), Op.TRUE))))
    if when.custom_legal_terms and fields.legal:
        found.append(Compare(FieldRef(fields.legal), Op.TRUE))
    return found


def _rule(
    compilation: Compilation, key: str, desk: DealDesk, what: str, tests: list[str], message: str, beside: str
) -> Declaration:
    name = f"{compilation.model.context.name_prefix}deal_desk_{first_key(key, desk)}"
    return rule(
        compilation,
        OBJECT,
        f"deal_desk_{key}_{what}",
        derived_name(name, what),
        ("deal_desk", key),
        tests,
        message,
        beside=beside,
        was=[f"deal_desk_{old}_{what}" for old in desk.was],
        adopt=desk.adopt,
    )
