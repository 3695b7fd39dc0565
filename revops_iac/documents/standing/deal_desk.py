"""Deal desk: which deals are reviewed, who approves which discount, and what becomes of exceptions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from revops_iac.documents import tree
from revops_iac.documents.process import Fact, Process, coverage_blocks, exact, field_blocks, references_in
from revops_iac.documents.words import capital, label, listed, money, number, spoken
from revops_iac.model.deal_desk import Approval, DealDesk


def document(process: Process) -> tree.Document | None:
    """The document, or None where the model has no deal desk."""
    desks = process.model.deal_desk
    if not desks:
        return None
    return tree.Document(
        "deal-desk",
        "Deal desk",
        "Which deals need a review, who approves what, and how exceptions are recorded and reviewed.",
        ("sales", "executives", "admin"),
        _owner(process),
        tuple(_blocks(process)),
        tuple(item for key, desk in desks.items() for item in _checklist(label(key, desk), desk)),
    )


def _owner(process: Process) -> str:
    people = [
        who for desk in process.model.deal_desk.values() for one in desk.approvals.values() for who in one.all_approvers
    ]
    return next((process.words.assignee(who) for who in people if not who.automatic), "")


def _blocks(process: Process) -> Iterator[Any]:
    for key, desk in process.model.deal_desk.items():
        name = label(key, desk)
        yield tree.Heading(name)
        yield tree.Facts(_facts(process, key, desk))
        reviews = list(_reviews(process, desk))
        if reviews:
            yield tree.Heading(f"{name}: deals that need a review", 3)
            yield tree.Paragraph("A deal that meets any of these goes to the desk.")
            yield tree.Bullets(tuple(reviews))
        yield from _matrix(process, key, desk, name)
        yield from _exceptions(process, key, desk, name)
    yield from coverage_blocks(process, "deal_desk")
    yield from field_blocks(process, references_in(process.model.deal_desk))


def _facts(process: Process, key: str, desk: DealDesk) -> tuple[tree.Row, ...]:
    words = process.words
    given: list[Fact] = [
        ("Key", tree.Code(key)),
        ("Runs on", process.runner(desk.runs_on), "runs_on"),
        ("Covers deals where", words.applies_to(desk.applies_to, "deal"), "applies_to"),
        ("A deal is multi-year", f"from {desk.multi_year_from} years of contract", "multi_year_from"),
        (
            "A deal is enterprise",
            f"when {words.condition(desk.enterprise_when, 'deal')}" if desk.enterprise_when else None,
            "enterprise_when",
        ),
        ("Exact enterprise condition", exact(desk.enterprise_when), "enterprise_when"),
        ("Reads and writes", process.kept_in(desk.fields, "deal"), "fields"),
    ]
    return process.facts(("deal_desk", key), given)


def _reviews(process: Process, desk: DealDesk) -> Iterator[tree.Text]:
    when, words = desk.review_when, process.words
    if when.acv_above:
        yield f"The annual contract value is above {money(when.acv_above)}."
    if when.payment_terms:
        field = desk.fields.payment_terms
        labels = [words.value(field, value) if field else spoken(value) for value in when.payment_terms]
        yield f"The payment terms are {listed(labels, 'or')}."
    if when.multi_year_custom_pricing:
        yield "It is multi-year with custom pricing."
    if when.discount_beyond_published:
        yield "The discount is beyond the published tiers."
    if when.custom_legal_terms:
        yield "It has custom legal terms or SLAs."


def _matrix(process: Process, key: str, desk: DealDesk, title: str) -> Iterator[Any]:
    rows = [
        process.row(
            ("deal_desk", key, "approvals", name),
            label(name, one),
            _from(one),
            _below(one),
            *("yes" if one_of else "" for one_of in (one.custom_terms, one.multi_year, one.enterprise)),
            listed(capital(process.words.assignee(who)) for who in one.all_approvers),
        )
        for name, one in desk.approvals.items()
    ]
    note = "A deal needs every tier that covers it. Where a tier names several people, all of them must agree."
    columns = ("Tier", "Discount from", "Discount below", "Custom terms", "Multi-year", "Enterprise", "Approved by")
    yield from tree.section(f"{title}: who approves", f"Approval tiers of {title}", columns, rows, note, 3)


def _from(approval: Approval) -> str:
    if approval.discount_from is not None:
        return f"{number(approval.discount_from)}%"
    return "0%" if approval.discount_below is not None else ""


def _below(approval: Approval) -> str:
    if approval.discount_below is not None:
        return f"{number(approval.discount_below)}%"
    return "no limit" if approval.discount_from is not None else ""


def _exceptions(process: Process, key: str, desk: DealDesk, title: str) -> Iterator[Any]:
    if desk.exceptions is None:
        return
    one = desk.exceptions
    candidate = f"a kind that repeats {one.candidate_after} times is reported as a candidate for the standard"
    next_review = f", next on {one.next_review.isoformat()}" if one.next_review else ""
    given: list[Fact] = [
        ("Recorded in", ", ".join(process.words.fields(one.recorded_in, "deal")), "recorded_in"),
        ("When it repeats", candidate if one.candidate_after else None, "candidate_after"),
        ("Reviewed", f"{one.reviewed}{next_review}" if one.reviewed else None, "reviewed"),
    ]
    yield tree.Heading(f"{title}: exceptions", 3)
    yield tree.Facts(process.facts(("deal_desk", key, "exceptions"), given))


def _checklist(title: str, desk: DealDesk) -> Iterator[tree.Item]:
    when = desk.review_when
    named = when.acv_above or when.payment_terms or when.multi_year_custom_pricing or when.discount_beyond_published
    yield tree.Item(f"{title}: deals that need a review", "" if named or when.custom_legal_terms else "none is named")
    yield tree.Item(f"{title}: approval tiers", "" if desk.approvals else "none")
    yield tree.Item(f"{title}: exceptions recorded and reviewed", "" if desk.exceptions else "not defined")
