"""A segment holds exactly the records for which the model's condition is true."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from crm_simulators.hubspot.filters.evaluation import Filters as SimulatedFilters
from crm_simulators.hubspot.filters.evaluation import Subject
from hypothesis import given
from hypothesis import strategies as st
from revops_hubspot.compiler.terms.conditions import Filters, filter_text
from revops_hubspot.compiler.terms.names import Names
from revops_hubspot.filters.branches import compile_filter
from revops_hubspot.filters.leaves import known
from revops_hubspot.filters.tree import ALWAYS, NEVER, Test, Tree, all_of, any_of

from revops_iac.model import Model
from revops_iac.model.condition import And, Condition, Not, Or, parse
from revops_iac.provider.declaration import CannotCompile
from tests.diagnostics import keys_of
from tests.examples_per_test import examples

FIELDS: dict[str, dict[str, Any]] = {
    "email": {"label": "Email", "type": "email", "standard": {"hubspot": "email"}},
    "job_title": {"label": "Job title", "type": "text"},
    "employees": {"label": "Employees", "type": "number"},
    "employees_before": {"label": "Employees before", "type": "number"},
    "industry": {"label": "Industry", "type": "picklist", "options": {"software": "Software", "retail": "Retail"}},
    "tools": {"label": "Tools", "type": "multi_picklist", "options": {"crm": "CRM", "erp": "ERP", "bi": "BI"}},
    "opted_in": {"label": "Opted in", "type": "checkbox"},
    "stage": {"label": "Stage", "type": "picklist", "standard": {"hubspot": "lifecyclestage"}},
    "mql_date": {"label": "MQL date", "type": "date"},
    "sql_date": {"label": "SQL date", "type": "date"},
    "owner": {"label": "Owner", "type": "user"},
}
MODEL = Model.model_validate(
    {
        "context": {"time_zone": "America/New_York"},
        "people": {"persons": {"maya": {"name": "Maya", "email": "maya@example.com"}}},
        "lifecycle": {"stages": {"mql": {"label": "MQL", "hubspot_value": "marketingqualifiedlead"}}},
        "data_hygiene": {
            "fields": {"contact": FIELDS, "company": {"size": {"label": "Size", "type": "number"}}},
        },
    }
)
DAYS = [date(2027, 1, day) for day in range(1, 6)]
NOW = datetime(2027, 1, 3, 12, tzinfo=UTC)
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "email": st.sampled_from(["A@x.edu", "b@x.io", "edu@x.com"]),
        "job_title": st.sampled_from(["Intern", "VP Sales", "sales intern", "Director"]),
        "employees": st.sampled_from([0, 1, 199, 200, 999.5, 1000]),
        "industry": st.sampled_from(["software", "retail"]),
        "tools": st.lists(st.sampled_from(["crm", "erp", "bi"]), min_size=1, unique=True),
        "opted_in": st.booleans(),
        "stage": st.sampled_from(["mql", "other"]),
        "mql_date": st.sampled_from(DAYS),
        "sql_date": st.sampled_from(DAYS),
    },
).map(lambda values: {f"contact.{key}": value for key, value in values.items()})
COMPARISONS = st.sampled_from(
    [
        *(f"contact.employees {op} {value}" for op in ("=", "!=", "<", "<=", ">", ">=") for value in (0, 200, 999.5)),
        *(f"contact.employees {op} [1, 200]" for op in ("is any of", "is none of")),
        *(f"contact.industry {op} [retail]" for op in ("is any of", "is none of")),
        *(f"contact.stage {op} mql" for op in ("=", "!=")),
        *(f"contact.job_title {op} [Director, VP Sales]" for op in ("is any of", "is none of", "contains any of")),
        "contact.job_title contains any of [intern, vp]",
        "contact.tools contains any of [crm, bi]",
        *(f"contact.opted_in {op}" for op in ("is true", "is false", "is known", "is unknown")),
        *(f"contact.mql_date {op} 2027-01-03" for op in ("=", "!=", "<", "<=", ">", ">=")),
        *(f"contact.mql_date {op}" for op in ("is known", "is unknown")),
        *(f"contact.employees {op} 1 and 200" for op in ("is between", "is not between")),
        *(f"contact.mql_date {op} 2027-01-02 and 2027-01-04" for op in ("is between", "is not between")),
        *(f"contact.mql_date within the {way} 1 day" for way in ("last", "next")),
        *(f"contact.mql_date {far} than 1 day {way}" for far in ("more", "less") for way in ("ago", "from now")),
        *(f"contact.mql_date {op} today + 1 day" for op in ("=", "!=", "<", "<=", ">", ">=")),
        "contact.mql_date is today",
        "contact.job_title contains sales",
    ]
).map(parse)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=5,
)


def stored(record: Mapping[str, Any]) -> dict[str, str]:
    """The record as texts by property name, as HubSpot holds them."""
    live: dict[str, str] = {}
    for reference, value in record.items():
        if reference == "contact.stage" and value == "mql":
            value = "marketingqualifiedlead"
        text = ";".join(value) if isinstance(value, list) else str(value)
        live[Names(MODEL).property(reference)] = text.lower() if isinstance(value, bool) else text
    return live


def holds(tree: Tree, values: Mapping[str, str]) -> bool:
    """Does the simulated portal put a record with these values into a segment with the text of this filter?"""
    filter_branch = compile_filter(filter_text(tree, "contacts"), "contacts")
    definitions = {Names(MODEL).property(f"contact.{key}"): {"name": key} for key in FIELDS}
    definitions["hs_object_id"] = {"name": "hs_object_id"}
    records = SimpleNamespace(
        properties=SimpleNamespace(active=lambda object_type: definitions),
        values=lambda object_type, record: values,
        portal=SimpleNamespace(switch=lambda name: True, moment=lambda: NOW),
    )
    return SimulatedFilters(cast(Any, records), cast(Any, None), lambda a, b: False)._branch(
        Subject("0-1", {"id": "1", "history": {}}, cast(Any, {**values, "hs_object_id": "1"})), filter_branch
    )


@examples(300)
@given(condition=CONDITIONS, record=RECORDS)
def test_a_segment_holds_the_records_that_meet_the_condition(condition: Condition, record: dict[str, Any]) -> None:
    filters = Filters(Names(MODEL))
    tree = filters.tree(condition, ("here",))

    assert filters.diagnostics == []
    assert holds(tree, stored(record)) is condition.evaluate({**record, "today": NOW.date()})


@examples(20)
@given(op=st.sampled_from("<>"), record=RECORDS)
def test_two_dates_are_compared_with_each_other(op: str, record: dict[str, Any]) -> None:
    condition = parse(f"contact.mql_date {op} contact.sql_date")

    assert holds(Filters(Names(MODEL)).tree(condition, ()), stored(record)) is condition.evaluate(record)


@pytest.mark.parametrize("op", ["starts with any of", "ends with any of"])
@examples(30)
@given(record=RECORDS)
def test_the_ends_of_a_text_are_compared_without_case(op: str, record: dict[str, Any]) -> None:
    condition = parse(f"contact.email {op} [a@, .EDU]")

    assert holds(Filters(Names(MODEL)).tree(condition, ()), stored(record)) is condition.evaluate(record)


def test_a_branch_is_an_or_of_ands_with_all_four_keys() -> None:
    tree = Filters(Names(MODEL)).tree(parse("contact.employees > 5 or contact.opted_in is true"), ())

    assert compile_filter(filter_text(tree, "contacts"), "contacts") == {
        "filterBranchType": "OR",
        "filterBranchOperator": "OR",
        "filters": [],
        "filterBranches": [
            {
                "filterBranchType": "AND",
                "filterBranchOperator": "AND",
                "filters": [
                    {
                        "filterType": "PROPERTY",
                        "property": name,
                        "operation": {"includeObjectsWithNoValueSet": False, **operation},
                    }
                ],
                "filterBranches": [],
            }
            for name, operation in (
                ("employees", {"operationType": "NUMBER", "operator": "IS_GREATER_THAN", "value": 5}),
                ("opted_in", {"operationType": "BOOL", "operator": "IS_EQUAL_TO", "value": True}),
            )
        ],
    }


def test_always_selects_every_record_never_none_and_both_join_to_the_other_part() -> None:
    one, other = known("email"), known("employees")

    assert holds(ALWAYS, {}) is True
    assert holds(NEVER, {}) is False
    assert all_of(ALWAYS, any_of(one, other), one, one) == all_of(any_of(one, other), one)
    assert any_of(ALWAYS, one) == ALWAYS
    assert (all_of(), all_of(NEVER, one), any_of(), any_of(NEVER, one)) == (ALWAYS, NEVER, NEVER, one)


def test_a_filter_that_is_too_long_when_written_out_is_refused() -> None:
    many = all_of(*(any_of(known(f"a{at}"), known(f"b{at}")) for at in range(8)))

    with pytest.raises(CannotCompile) as refused:
        filter_text(many, "contacts")
    (diagnostic,) = refused.value.diagnostics
    assert diagnostic.message == "this has more than 200 alternatives when written out"


def test_a_person_is_a_token_that_the_account_resolves() -> None:
    only = Filters(Names(MODEL)).tree(parse("contact.owner = maya"), ())

    assert isinstance(only, Test)
    assert only.operation["values"] == [{"owner": "maya@example.com"}]


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        (
            "company.size > 5",
            '"company.size > 5" reads another object than the contact',
            "declare a contact field with mirror_of: company.size, and use that",
        ),
        (
            "not contact.email ends with any of [.edu]",
            '"contact.email ends with any of [.edu]" cannot be negated: HubSpot has no such filter',
            'say it without "not"',
        ),
        (
            "contact.mql_date <= contact.sql_date",
            '"contact.mql_date <= contact.sql_date" cannot be a filter: HubSpot can ask whether one date is before or '
            "after another",
            "write < or > between two fields of type date, or two of type datetime, without not",
        ),
        (
            "contact.employees > contact.employees_before",
            '"contact.employees > contact.employees_before" cannot be a filter: of two fields HubSpot compares only '
            "dates",
            "make a calculation property of their difference under hubspot.Property, declare a field that binds to it "
            "with standard: {hubspot: …}, and compare that with 0",
        ),
        (
            "contact.owner starts with any of [maya]",
            '"contact.owner starts with any of [maya]" has no such operator on HubSpot',
            "compare with is any of or is none of",
        ),
    ],
)
def test_what_no_filter_can_say_is_refused_with_its_place(text: str, message: str, fix: str) -> None:
    filters = Filters(Names(MODEL))

    assert filters.tree(parse(text), ("routing", "x")) == NEVER
    assert [(keys_of(one), one.message, one.fix) for one in filters.diagnostics] == [(("routing", "x"), message, fix)]
