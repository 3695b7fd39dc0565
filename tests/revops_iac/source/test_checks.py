"""Checks across entries: every finding, in words."""

from __future__ import annotations

from typing import Any

import pytest

from revops_iac.diagnostics import ModelPath
from revops_iac.model import Model
from revops_iac.source.checks import cycle, find

FIELD = {"label": "A", "type": "number"}
SCORES = {
    "fit": "contact.fit",
    "engagement": "contact.engagement",
    "total": "contact.total",
    "ready": "contact.ready",
}


def fields(**contact: Any) -> dict[str, Any]:
    made = dict.fromkeys(("fit", "engagement", "total", "ready"), FIELD)
    return {"fields": {"contact": {**made, **contact}, "company": {"size": FIELD}}}


def message(**topics: Any) -> list[str]:
    return [finding.message for finding in find(Model.model_validate(topics))]


@pytest.mark.parametrize(
    ("type_", "condition", "expected"),
    [
        ("number", "contact.x contains any of [a]", '"contains any of" does not fit contact.x, which is number'),
        ("number", "contact.x = many", '"many" is not a number, and contact.x is number'),
        ("checkbox", "contact.x = true", '"=" does not fit contact.x, which is checkbox'),
        ("text", "contact.x is true", '"is true" does not fit contact.x, which is text'),
        ("date", "contact.x < soon", '"soon" is not a date, and contact.x is date'),
        ("text", "contact.x = today", '"contact.x is today" counts days, and contact.x is text'),
        (
            "number",
            "contact.x within the last 7 days",
            '"contact.x within the last 7 days" counts days, and contact.x is number',
        ),
        ("text", "contact.x is between 1 and 2", '"is between" does not fit contact.x, which is text'),
        (
            "number",
            "contact.x is between 20 and 10",
            '"contact.x is between 20 and 10" holds for no value: 20 is above 10',
        ),
        (
            "date",
            "contact.x > contact.y",
            '"contact.x > contact.y" cannot be compared: contact.x is date and contact.y is text',
        ),
        ("text", "contact.x > contact.y", '"contact.x > contact.y" orders texts'),
        ("text", "contact.x = contact.z", '"contact.z" is not a field of the model'),
        (
            "checkbox",
            "contact.x = contact.y",
            '"contact.x = contact.y" cannot be compared: contact.x is checkbox and contact.y is text',
        ),
        ("long_text", "contact.x = a", '"=" does not fit contact.x, which is long_text'),
    ],
)
def test_condition_that_does_not_fit_the_type_of_its_field_is_found(type_: str, condition: str, expected: str) -> None:
    stage = {"label": "MQL", "entry_when": condition}
    hygiene = fields(x={"label": "X", "type": type_}, y={"label": "Y", "type": "text"})
    assert message(lifecycle={"stages": {"mql": stage}}, data_hygiene=hygiene) == [expected]


@pytest.mark.parametrize(
    ("type_", "condition"),
    [
        ("number", "contact.x is any of [1, 2]"),
        ("checkbox", "contact.x is true"),
        ("date", "contact.x < 2026-01-31"),
        ("text", "contact.x ends with any of [.edu]"),
        ("picklist", "contact.x != a"),
        ("multi_picklist", "contact.x contains any of [a]"),
        ("user", "contact.x is known"),
    ],
)
def test_condition_that_fits_its_field_is_accepted(type_: str, condition: str) -> None:
    field = {"label": "X", "type": type_, **({"options": {"a": "A"}} if "picklist" in type_ else {})}
    stage = {"label": "MQL", "entry_when": condition}
    assert message(lifecycle={"stages": {"mql": stage}}, data_hygiene=fields(x=field)) == []


def test_value_that_is_no_option_is_found() -> None:
    picklist = {"label": "X", "type": "picklist", "options": {"amer": "AMER"}}
    stage = {"label": "MQL", "entry_when": "contact.x is any of [amer, emea]"}
    assert message(lifecycle={"stages": {"mql": stage}}, data_hygiene=fields(x=picklist)) == [
        '"emea" is not an option of contact.x'
    ]


def test_picklist_without_options_is_found_unless_it_is_standard() -> None:
    bare = {"label": "X", "type": "picklist"}
    assert message(data_hygiene=fields(x=bare)) == ["a picklist has no options"]
    assert message(data_hygiene=fields(x={**bare, "standard": {"hubspot": "x"}})) == []
    assert message(data_hygiene=fields(x={**FIELD, "options": {"a": "A"}})) == ["a field of type number has no options"]


def test_money_without_a_rate_is_found() -> None:
    desk = {"standard": {"review_when": {"acv_above": {"amount": 1, "currency": "EUR"}}}}
    assert message(deal_desk=desk) == ['there is no exchange rate for "EUR"']
    assert message(deal_desk=desk, context={"exchange_rates": {"EUR": 1.1}}) == []


def test_scoring_entries_with_different_fields_are_found() -> None:
    other = {**SCORES, "fit": "contact.engagement"}
    assert message(scoring={"a": {"fields": SCORES}, "b": {"fields": other}}, data_hygiene=fields()) == [
        "differ from those of a"
    ]


def test_fit_signal_on_a_company_field_needs_its_mirror() -> None:
    fit = {"size": {"bands": [{"when": "company.size > 10", "points": 1}]}}
    entry = {"a": {"fields": SCORES, "fit": fit}}
    without = find(Model.model_validate({"scoring": entry, "data_hygiene": fields()}))
    assert [(item.message, item.fix) for item in without] == [
        ('"company.size" is not a field of the person', "declare a contact field with mirror_of: company.size")
    ]
    mirrored = fields(size={**FIELD, "mirror_of": "company.size"})
    found = find(Model.model_validate({"scoring": entry, "data_hygiene": mirrored}))
    assert [item.fix for item in found] == ["use contact.size"]


def test_mirror_of_another_type_is_found() -> None:
    hygiene = fields(size={"label": "Size", "type": "text", "mirror_of": "company.size"})
    assert message(data_hygiene=hygiene) == ['is text, and "company.size" is number']


def test_stages_with_one_label_that_disagree_are_one_finding_with_both_places() -> None:
    def pipeline(probability: float) -> dict[str, Any]:
        return {"label": "P", "stages": {"won": {"label": "Won", "probability": probability, "forecast": "closed"}}}

    found = find(Model.model_validate({"pipelines": {"a": pipeline(1), "b": pipeline(0.9)}}))
    assert [(item.message, item.location, item.related) for item in found] == [
        (
            'label "Won" also names a stage of pipeline a, and probability differ',
            ModelPath(("pipelines", "b", "stages", "won")),
            (ModelPath(("pipelines", "a", "stages", "won")),),
        )
    ]
    assert message(pipelines={"a": pipeline(1), "b": pipeline(1)}) == []


def test_two_stages_of_a_pipeline_with_one_label_are_found() -> None:
    stage = {"label": "Won", "probability": 1}
    assert message(pipelines={"a": {"label": "A", "stages": {"one": stage, "two": stage}}}) == [
        'label "Won" is used twice in this pipeline'
    ]


def test_stage_follows_what_is_written_before_it() -> None:
    stages = {
        "lead": {"label": "Lead", "follows": ["lead"]},
        "mql": {"label": "MQL", "follows": "sql"},
        "sql": {"label": "SQL", "follows": ["lead", "mql"]},
    }
    found = find(Model.model_validate({"lifecycle": {"stages": stages}}))
    assert [(item.message, item.fix) for item in found] == [
        ("a stage cannot follow itself", "remove it"),
        ("sql is written after mql", "move sql up, before mql"),
    ]


def test_moment_is_a_stage_or_one_of_the_three_words() -> None:
    lifecycle = {"stages": {"trial": {"label": "Trial"}}}
    routing = {"inbound": {"moments": ["created", "mql", "recycled", "trial", "pql"]}}
    (found,) = find(Model.model_validate({"lifecycle": lifecycle, "routing": routing}))
    assert (found.message, found.fix) == (
        'moment "pql" is not declared',
        "mql, or declare it under lifecycle.stages",
    )


def test_options_of_the_stage_field_agree_with_the_lifecycle() -> None:
    stage_field = {"label": "Stage", "type": "picklist", "options": {"mql": "MQL", "sql": "SQL"}}
    lifecycle = {"field": "contact.stage", "stages": {"mql": {"label": "MQL"}}}
    assert message(lifecycle=lifecycle, data_hygiene=fields(stage=stage_field)) == [
        '"sql" stands in only one of these options and lifecycle.stages'
    ]


def test_stage_field_takes_its_options_from_the_lifecycle() -> None:
    stage_field = {"label": "Stage", "type": "picklist"}
    stages = {"lead": {"label": "Lead"}, "mql": {"label": "MQL", "entry_when": "contact.stage = leed"}}
    lifecycle = {"field": "contact.stage", "stages": stages}
    (found,) = find(Model.model_validate({"lifecycle": lifecycle, "data_hygiene": fields(stage=stage_field)}))
    assert (found.message, found.fix) == ('"leed" is not an option of contact.stage', "use lead")


def test_dimension_value_that_is_no_option_of_its_field_is_found() -> None:
    product = {"label": "Product", "type": "picklist", "options": {"platform": "Platform"}}
    context = {"dimensions": {"product": {"values": ["platform", "kit"], "contact": "contact.product"}}}
    assert message(context=context, data_hygiene=fields(product=product)) == [
        '"kit" is not an option of contact.product'
    ]


def test_minimum_above_the_confirmed_fields_is_found() -> None:
    lifecycle = {"qualification": {"framework": "BANT", "minimum": 2, "confirmed_fields": {"need": "contact.fit"}}}
    assert message(lifecycle=lifecycle, data_hygiene=fields()) == ["2 is more than there are confirmed_fields"]


def test_sla_that_is_met_by_a_field_must_exist() -> None:
    handoffs = {"a": {"sla": {"accept": "24 hours"}, "met_by": {"acept": "contact.fit"}}}
    found = find(Model.model_validate({"lifecycle": {"handoffs": handoffs}, "data_hygiene": fields()}))
    assert [(item.message, item.fix) for item in found] == [('"acept" is not in the sla', "accept, or add it to sla")]


def test_terms_of_the_deal_desk_are_options_of_their_field() -> None:
    terms = {"label": "Terms", "type": "picklist", "options": {"net_30": "Net 30"}}
    desk = {"review_when": {"payment_terms": ["net_90"]}, "fields": {"payment_terms": "contact.terms"}}
    assert message(deal_desk={"a": desk}, data_hygiene=fields(terms=terms)) == [
        '"net_90" is not an option of contact.terms'
    ]


def test_discount_band_upside_down_is_found() -> None:
    desk = {"approvals": {"vp": {"discount_from": 40, "discount_below": 20, "approver": "automatic"}}}
    assert message(deal_desk={"a": desk}) == ["20 is not above discount_from 40"]


def test_limits_upside_down_are_found() -> None:
    entry = {"a": {"fields": SCORES, "limits": {"fit": [100, 0]}}}
    assert message(scoring=entry, data_hygiene=fields()) == ["the lowest is above the highest"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("shared", "Shared"), '"Shared" is the vendor_name of one too'),
        (("", "b"), "a vendor name is empty"),
        (("a b", "b"), '"a b" is not a field name'),
    ],
)
def test_vendor_name_that_cannot_be_is_found(names: tuple[str, str], expected: str) -> None:
    one, two = ({**FIELD, "vendor_name": {"hubspot": name}} for name in names)
    assert message(data_hygiene=fields(one=one, two=two)) == [expected]


def test_one_vendor_name_on_two_systems_is_no_clash() -> None:
    one, two = ({**FIELD, "vendor_name": {system: "score"}} for system in ("hubspot", "salesforce"))
    assert message(data_hygiene=fields(one=one, two=two)) == []


def test_cycles_are_found_once_each() -> None:
    assert cycle({"a": "b", "b": "c", "c": "b", "d": "d", "e": None}) == [["b", "c"], ["d"]]


def test_calculation_names_the_fields_that_it_needs() -> None:
    contact = {"lead_date": {"label": "Lead", "type": "date"}, "plan": {"label": "Plan", "type": "text"}}
    metric = {"label": "A", "formula": "a", "unit": "ratio", "calculation": "conversion"}

    def found(*fields: str) -> list[str]:
        metrics = {"metrics": {"a": {**metric, "fields": list(fields)}}}
        return message(data_hygiene={"fields": {"contact": contact}}, metrics=metrics)

    needed = (
        'calculation "conversion" needs first, in this order: the date of the earlier stage (date or datetime), '
        "the date of the later stage (date or datetime)"
    )
    assert found("contact.lead_date", "contact.lead_date") == []
    assert found("contact.lead_date") == [needed]
    assert found("contact.lead_date", "contact.plan") == [needed]


def test_absences_end_after_they_began_with_somebody_else_as_deputy() -> None:
    away = [{"from": "2027-07-14", "to": "2027-07-01", "deputy": "ann"}]
    assert message(people={"persons": {"ann": {"name": "Ann", "email": "ann@x.example", "away": away}}}) == [
        "2027-07-01 is before 2027-07-14",
        '"ann" cannot be their own deputy',
    ]


def test_business_hours_open_before_they_close() -> None:
    hours = {"usual": {"time_zone": "UTC", "days": {"monday": "17:00-09:00", "tuesday": "09:00-24:00"}}}
    assert message(people={"business_hours": hours}) == ['"17:00-09:00" closes before it opens']
