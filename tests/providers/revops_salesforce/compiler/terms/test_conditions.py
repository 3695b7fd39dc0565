from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from revops_salesforce.compiler.terms.conditions import Scope, Unreachable, formula

from revops_iac.model.condition import And, Compare, Condition, FieldRef, Not, Op, Or, parse
from tests.examples_per_test import examples
from tests.providers.revops_salesforce.scored_records import model_of, records, run

MODEL = model_of()
LEAD = Scope(MODEL, "Lead", long_text=True)

COMPARISONS = [
    "contact.employees = 50",
    "contact.employees != 50",
    "contact.employees < 200",
    "contact.employees <= 200",
    "contact.employees > 0",
    "contact.employees >= 1000",
    "contact.employees is any of [1, 50, 200]",
    "contact.employees is none of [1, 50, 200]",
    "contact.employees is known",
    "contact.employees is unknown",
    "contact.discount >= 12.5",
    "contact.discount = 10",
    "contact.country = us",
    "contact.country != US",
    "contact.country is any of [us, canada]",
    "contact.country is none of [us, canada]",
    "contact.country contains any of [a, student]",
    "contact.country starts with any of [u, rival]",
    "contact.email_domain ends with any of [.edu, .com]",
    "contact.email_domain is known",
    "contact.email_domain is unknown",
    'contact.country = "a \\"b\\" \\\\ c"',
    "contact.industry = software",
    "contact.industry != software",
    "contact.industry is any of [software, retail]",
    "contact.industry is none of [software, retail]",
    "contact.industry is known",
    "contact.industry is unknown",
    "contact.rating = hot",
    "contact.rating is any of [hot, WARM]",
    "contact.rating is none of [hot, WARM]",
    "contact.tools contains any of [crm, bi]",
    "contact.tools is known",
    "contact.opted_in is true",
    "contact.opted_in is false",
    "contact.signed_on >= 2026-06-30",
    "contact.signed_on = 2026-06-30",
    "contact.signed_on != 2026-06-30",
    "contact.seen_at < 2026-06-30",
    "contact.seen_at is unknown",
    "contact.employees is between 50 and 1000",
    "contact.employees is not between 50 and 1000",
    "contact.discount is between 10 and 12.5",
    "contact.signed_on is between 2026-03-01 and 2026-06-30",
    "contact.country starts with u",
    "contact.signed_on within the last 200 days",
    "contact.signed_on more than 100 days ago",
    "contact.seen_at less than 90 days ago",
    "contact.signed_on is today",
    "contact.signed_on is not between today - 90 days and today + 14 days",
    "contact.signed_on more than 5 days from now",
    "contact.employees > contact.fit_score",
    "contact.employees != contact.fit_score",
    "contact.country = contact.email_domain",
    "contact.seen_at >= contact.last_engaged_at",
    "contact.signed_on <= contact.seen_at",
]


def conditions() -> st.SearchStrategy[Condition]:
    leaves = st.sampled_from(COMPARISONS).map(parse)
    return st.recursive(
        leaves,
        lambda inner: (
            inner.map(Not)
            | st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts)))
            | st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts)))
        ),
        max_leaves=6,
    )


@given(condition=conditions(), record=records())
def test_a_formula_is_true_for_exactly_the_records_of_its_condition(condition: Condition, record: Any) -> None:
    assert (run(formula(condition, LEAD), record) is True) is condition.evaluate(record)


@given(condition=conditions(), record=records())
def test_a_negated_formula_is_true_for_all_other_records(condition: Condition, record: Any) -> None:
    assert (run(formula(condition, LEAD, negated=True), record) is True) is not condition.evaluate(record)


@pytest.mark.parametrize("text", COMPARISONS)
@examples(25)
@given(record=records())
def test_every_comparison_agrees_with_the_model(text: str, record: Any) -> None:
    condition = parse(text)
    assert (run(formula(condition, LEAD), record) is True) is condition.evaluate(record)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("contact.employees >= 1000", "Employees__c>=1000"),
        ("contact.country is any of [US, CA]", 'CASE(LOWER(Country__c),"us",1,"ca",1,0)=1'),
        ("contact.industry = software", 'ISPICKVAL(Industry__c,"software")'),
        ("contact.rating = Hot", 'LOWER(TEXT(Rating))="hot"'),
        ("contact.tools contains any of [crm]", 'INCLUDES(Tools__c,"crm")'),
        ("contact.industry is known", 'NOT(ISPICKVAL(Industry__c,""))'),
        ("contact.seen_at >= 2026-06-30", "DATEVALUE(Seen_At__c)>=DATE(2026,6,30)"),
        ("contact.discount >= 25", "Discount__c>=0.25"),
        ("contact.employees is between 5 and 9", "AND(Employees__c>=5,Employees__c<=9)"),
        ("contact.signed_on within the last 7 days", "AND(Signed_On__c>=TODAY()-7,Signed_On__c<=TODAY())"),
        ("contact.signed_on more than 30 days ago", "Signed_On__c<TODAY()-30"),
        (
            "contact.employees > contact.fit_score",
            "AND(NOT(ISBLANK(Employees__c)),NOT(ISBLANK(Fit_Score__c)),Employees__c>Fit_Score__c)",
        ),
        ("not contact.employees >= 1000", "OR(ISBLANK(Employees__c),Employees__c<1000)"),
        ("contact.opted_in is true and not contact.country = US", 'AND(Opted_In__c,NOT(LOWER(Country__c)="us"))'),
    ],
)
def test_formula_reads_as_an_administrator_would_write_it(text: str, expected: str) -> None:
    assert formula(parse(text), LEAD) == expected


def test_flows_name_fields_through_the_record() -> None:
    assert formula(parse("contact.employees > 5"), LEAD.in_flow) == "{!$Record.Employees__c}>5"


def test_long_text_is_refused_in_a_formula_field() -> None:
    with pytest.raises(Unreachable, match="a formula field cannot read long text"):
        formula(Compare(FieldRef("contact.notes"), Op.KNOWN), Scope(MODEL, "Lead"))


COMPANY = {"size": {"label": "Size", "type": "number", "standard": {"salesforce": "NumberOfEmployees"}}}
WITH_COMPANY = model_of(data_hygiene={"fields": {"company": COMPANY}})


def test_a_company_field_is_out_of_reach_of_a_lead() -> None:
    with pytest.raises(Unreachable, match=r"company\.size cannot be used in a formula on Lead: no relationship leads"):
        formula(parse("company.size > 5"), Scope(WITH_COMPANY, "Lead"))


def test_a_company_field_is_read_through_the_account_of_a_contact() -> None:
    assert formula(parse("company.size > 5"), Scope(WITH_COMPANY, "Contact")) == "Account.NumberOfEmployees>5"
