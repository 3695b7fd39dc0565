"""What the formulas say equals the model evaluated in Python, on every record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from crm_simulators.hubspot.properties import formulas as hubspot
from hypothesis import given
from hypothesis import strategies as st
from revops_hubspot.compiler.terms.formulas import Formulas
from revops_hubspot.compiler.terms.names import Names
from revops_hubspot.formulas.canonical import canonical_formula
from revops_hubspot.formulas.printer import render

from revops_iac.model import Model
from revops_iac.model.condition import And, Compare, Condition, FieldRef, Not, Op, Or, parse
from revops_iac.model.data_hygiene import Field
from revops_iac.model.scoring import Score, score
from revops_iac.source.load import load
from tests.diagnostics import keys_of
from tests.examples_per_test import examples

FIELDS: dict[str, dict[str, Any]] = {
    "email": {"label": "Email", "type": "email", "standard": {"hubspot": "email"}},
    "email_domain": {"label": "Domain", "type": "text", "standard": {"hubspot": "hs_email_domain"}},
    "employees": {"label": "Employees", "type": "number"},
    "revenue": {"label": "Revenue", "type": "currency"},
    "industry": {"label": "Industry", "type": "picklist", "options": {"software": "Software", "retail": "Retail"}},
    "product": {"label": "Product", "type": "picklist", "options": {"platform": "Platform", "app": "App"}},
    "tools": {"label": "Tools", "type": "multi_picklist", "options": {"crm": "CRM", "crm_x": "CRM X", "erp": "ERP"}},
    "zip": {"label": "Zip", "type": "text"},
    "job_title": {"label": "Job title", "type": "text"},
    "home": {"label": "Home", "type": "picklist", "options": {"de": "Germany", "at": "Austria", "states": "USA"}},
    "opted_in": {"label": "Opted in", "type": "checkbox"},
    "stage": {"label": "Stage", "type": "picklist", "standard": {"hubspot": "lifecyclestage"}},
    "mql_date": {"label": "MQL date", "type": "date"},
    "last_engaged_at": {"label": "Last engaged", "type": "datetime"},
    "fit_score": {"label": "Fit", "type": "number"},
    "engagement_score": {"label": "Engagement", "type": "number"},
    "lead_score": {"label": "Score", "type": "number"},
    "mql_ready": {"label": "Ready", "type": "checkbox"},
    "high_intent": {"label": "Intent", "type": "checkbox"},
}
SCORE_FIELDS = {
    "fit": "contact.fit_score",
    "engagement": "contact.engagement_score",
    "total": "contact.lead_score",
    "ready": "contact.mql_ready",
    "high_intent": "contact.high_intent",
}
PLATFORM = {
    "applies_to": {"product": ["platform"]},
    "fields": SCORE_FIELDS,
    "fit": {
        "size": {
            "bands": [
                {"when": "contact.employees >= 1000", "points": 60.5},
                {"when": "contact.employees >= 200 and contact.industry = software", "points": 30},
                {"when": "contact.employees is known", "points": 5},
            ]
        },
        "tech": {"bands": [{"when": "contact.tools contains any of [crm]", "points": 60}]},
    },
    "negative": {
        "competitor": {"when": "contact.email_domain is any of [Rival.com]", "points": -100},
        "student": {"when": "contact.email ends with any of [.edu, .ac.uk]", "points": -20.5},
    },
    "thresholds": {"fit": 30, "engagement": 40, "high_intent_fit": 60},
}
OTHER = {
    "fields": SCORE_FIELDS,
    "fit": {"opted": {"bands": [{"when": "not contact.opted_in is false", "points": 10}]}},
    "limits": {"fit": [-5, 8]},
    "thresholds": {"fit": 0, "engagement": 0},
}


def model(scoring: Mapping[str, Any] | None = None, prefix: str = "") -> Model:
    dimension = {"values": ["platform", "app"], "contact": "contact.product"}
    stages = {"mql": {"label": "MQL", "hubspot_value": "marketingqualifiedlead"}, "lead": {"label": "Lead"}}
    return Model.model_validate(
        {
            "context": {"name_prefix": prefix, "dimensions": {"product": dimension}},
            "lifecycle": {"field": "contact.stage", "stages": stages},
            "scoring": {"platform": PLATFORM, "other": OTHER} if scoring is None else scoring,
            "data_hygiene": {
                "fields": {"contact": FIELDS, "company": {"size": {"label": "Size", "type": "number"}}},
            },
        }
    )


MODEL = model()
STORED_STAGE = {"mql": "marketingqualifiedlead", "lead": "lead", "other": "other"}
LOWER_TEXT = st.sampled_from(
    ["a@rival.com", "b@x.edu", "c@x.edu.com", ".ac.uk", "me@u.ac.uk", "rival.com", "x.io", "edu"]
)
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "email": LOWER_TEXT,
        "email_domain": LOWER_TEXT,
        "employees": st.sampled_from([0, 1, 199, 200, 999.5, 1000, 5000]),
        "revenue": st.integers(-3, 3),
        "industry": st.sampled_from(["software", "retail"]),
        "product": st.sampled_from(["platform", "app"]),
        "tools": st.lists(st.sampled_from(["crm", "crm_x", "erp"]), unique=True),
        "zip": st.sampled_from(["1", "10", "101", "010", "1-0"]),
        "opted_in": st.booleans(),
        "stage": st.sampled_from(sorted(STORED_STAGE)),
        "mql_date": st.dates(),
        "engagement_score": st.integers(-10, 100),
        "high_intent": st.booleans(),
    },
).map(lambda values: {f"contact.{key}": value for key, value in values.items()})

COMPARISONS = st.sampled_from(
    [
        *(f"contact.employees {op} {value}" for op in ("=", "!=", "<", "<=", ">", ">=") for value in (0, 200, 999.5)),
        *(f"contact.employees {op} 200 and 999.5" for op in ("is between", "is not between")),
        *(f"contact.employees {op} contact.engagement_score" for op in ("=", "!=", "<", ">=")),
        *(f"contact.revenue {op} [-1, 0, 2]" for op in ("is any of", "is none of")),
        *(f"contact.industry {op} software" for op in ("=", "!=")),
        *(f"contact.industry {op} [retail, software]" for op in ("is any of", "is none of")),
        *(f"contact.stage {op} [mql]" for op in ("is any of", "is none of")),
        *(f"contact.email {op} [B@x.edu, .ac.uk]" for op in ("is any of", "is none of", "contains any of")),
        *(f"contact.email_domain {op} [Rival, .AC.uk, .edu]" for op in ("starts with any of", "ends with any of")),
        *(f'contact.zip {op} ["10", "1"]' for op in ("contains any of", "starts with any of", "ends with any of")),
        "contact.tools contains any of [crm, erp]",
        *(f"contact.opted_in {op}" for op in ("is true", "is false", "is known", "is unknown")),
        *(f"contact.{key} {op}" for key in ("mql_date", "tools", "employees") for op in ("is known", "is unknown")),
    ]
).map(parse)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=6,
)


def type_in(live: Model) -> hubspot.TypeOf:
    """The formula types of a model's contact properties."""
    kinds: dict[str, hubspot.FormulaType] = {"number": "number", "currency": "number", "checkbox": "bool"}
    kinds |= {"date": "other", "datetime": "other"}
    contact = [(reference, field) for reference, field in live.fields() if reference.object == "contact"]
    by_name = {Names(live).property(reference): kinds.get(field.type, "string") for reference, field in contact}
    return lambda name: by_name.get(name)


type_of = type_in(MODEL)


def stored(record: Mapping[str, Any], live: Model = MODEL) -> dict[str, hubspot.Value]:
    """The record as HubSpot holds it: typed values by property name, several options joined with semicolons."""
    kept: dict[str, hubspot.Value] = {}
    for reference, value in record.items():
        if reference == "contact.stage":
            value = STORED_STAGE[value]
        if isinstance(value, list):
            value = ";".join(value) or None
        if isinstance(value, date | datetime):
            value = value.isoformat()
        kept[Names(live).property(reference)] = float(value) if type(value) is int else value
    return kept


def evaluated(
    formula: str,
    record: Mapping[str, hubspot.Value],
    missing: str = "empty",
    ignore_case: bool = False,
    types: hubspot.TypeOf = type_of,
) -> hubspot.Value:
    """The formula in the form that HubSpot stores, evaluated by the simulator."""
    stored_form = hubspot.canonical(hubspot.parse(formula, types))
    return hubspot.evaluate(hubspot.parse(stored_form, types), record, missing, ignore_case)


REFERENCE = load(Path(__file__).resolve().parents[5] / "stacks", "dev").model


def values_of(field: Field, mentioned: list[Any]) -> st.SearchStrategy[Any]:
    """Values around those that the scoring compares a field with."""
    if field.type == "number":
        around = {float(value) + step for value in mentioned for step in (-1, 0, 1)}
        return st.sampled_from(sorted(around | {0.0, 30.0, 45.0, 60.0, 100.0}))
    if field.type == "checkbox":
        return st.booleans()
    if field.options:
        return st.sampled_from(sorted(field.options))
    return st.sampled_from(sorted({*(f"a{value}" for value in mentioned), *map(str, mentioned), "x@other.example"}))


def reference_records() -> st.SearchStrategy[dict[str, Any]]:
    """Records with any of the fields that the reference scoring reads, the calculated ones left out."""
    mentioned: dict[str, list[Any]] = {}
    for entry in REFERENCE.scoring.values():
        conditions = [band.when for signal in entry.fit.values() for band in signal.bands]
        conditions += [signal.when for signal in entry.negative.values()]
        for comparison in (c for when in conditions for c in when.comparisons() if isinstance(c, Compare)):
            mentioned.setdefault(comparison.field, []).extend(comparison.values)
        stored_fields = (entry.fields.engagement, entry.fields.high_intent, "contact.product_interest")
        mentioned |= {name: mentioned.get(name, []) for name in stored_fields if name}
    declared = {name: REFERENCE.field(name) for name in mentioned}
    return st.fixed_dictionaries(
        {}, optional={name: values_of(field, mentioned[name]) for name, field in declared.items() if field}
    )


@examples(150)
@given(record=reference_records())
def test_the_scores_of_the_reference_model_equal_the_model_on_any_record(record: dict[str, Any]) -> None:
    formulas, live, types = Formulas(Names(REFERENCE)), stored(record, REFERENCE), type_in(REFERENCE)
    fit = live["fit_score"] = evaluated(formulas.fit(), live, types=types)
    total = evaluated(formulas.total(), live, types=types)
    ready = evaluated(formulas.ready(), live, types=types)

    desired = score(REFERENCE.scoring, REFERENCE.context, record)
    assert formulas.diagnostics == []
    assert (fit, total, ready) == (desired.fit, desired.total, desired.ready)


@pytest.mark.parametrize(
    ("record", "left"),
    [
        ({}, 0.0),
        ({"engagement_score": 40.0}, 30.0),
        ({"engagement_score": 40.0, "product": "platform"}, 20.0),
        ({"engagement_score": -8.0}, 0.0),
    ],
)
def test_a_decay_leaves_the_share_of_the_entry_that_applies(record: dict[str, Any], left: float) -> None:
    def decaying(entry: Mapping[str, Any], percent: int) -> dict[str, Any]:
        return {**entry, "decay": {"after_days": 30, "percent": percent, "every_days": 30}}

    names = Names(model({"platform": decaying(PLATFORM, 50), "other": decaying(OTHER, 25)}))
    assert evaluated(Formulas(names).after_decay(), record) == left


@pytest.mark.parametrize("ignore_case", [True, False])
@pytest.mark.parametrize("missing", ["empty", "zero"])
@examples(60)
@given(condition=CONDITIONS, record=RECORDS)
def test_a_condition_says_what_the_model_says(
    missing: str, ignore_case: bool, condition: Condition, record: dict[str, Any]
) -> None:
    formulas = Formulas(Names(MODEL))
    formula = render(formulas.condition(condition, ("here",)))

    assert formulas.diagnostics == []
    assert evaluated(formula, stored(record), missing, ignore_case) is condition.evaluate(record)


@pytest.mark.parametrize("missing", ["empty", "zero"])
@examples(60)
@given(record=RECORDS)
def test_fit_total_and_ready_equal_the_model_on_any_record(missing: str, record: dict[str, Any]) -> None:
    formulas, live = Formulas(Names(MODEL)), stored(record)
    fit = live["fit_score"] = evaluated(formulas.fit(), live, missing, False)
    total = evaluated(formulas.total(), live, missing, False)
    ready = evaluated(formulas.ready(), live, missing, False)

    desired = score(MODEL.scoring, MODEL.context, record)
    assert formulas.diagnostics == []
    assert Score(desired.entry, float(fit or 0), desired.engagement, float(total or 0), bool(ready)) == desired
    assert None not in (fit, total, ready)


def test_without_an_entry_that_applies_the_fit_is_0_and_nobody_is_ready() -> None:
    formulas = Formulas(Names(model({"platform": PLATFORM})))

    assert evaluated(formulas.fit(), {"product": "app", "employees": 5000.0}, "empty", False) == 0
    assert evaluated(formulas.ready(), {"product": "app", "fit_score": 99.0}, "empty", False) is False


def test_a_threshold_on_one_dimension_alone_is_never_reached() -> None:
    alone = {"fields": SCORE_FIELDS, "thresholds": {"fit": 10}}

    assert Formulas(Names(model({"alone": alone}))).ready() == "false"


@pytest.mark.parametrize("which", ["fit", "total", "ready"])
def test_the_form_that_hubspot_stores_shows_no_difference(which: str) -> None:
    formula = getattr(Formulas(Names(MODEL)), which)()

    assert canonical_formula(hubspot.canonical(hubspot.parse(formula, type_of))) == canonical_formula(formula)


def test_each_scoring_entry_is_a_branch() -> None:
    formula = Formulas(Names(MODEL)).fit()

    assert formula.startswith("if is_present(product) and string(product) equals 'platform' then max(0, min(100, if ")


def test_the_prefix_is_part_of_the_names_in_a_formula() -> None:
    formulas = Formulas(Names(model(prefix="nw_")))

    assert formulas.total().startswith("if is_present(nw_fit_score) then nw_fit_score else 0 endif + ")


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        (
            "contact.job_title contains any of [student]",
            "cannot be calculated: HubSpot may compare a text with regard to case, and the model does not",
            "use a picklist field, or one that HubSpot keeps in lower case: "
            "standard: {hubspot: email or hs_email_domain}",
        ),
        (
            "contact.zip in region US",
            "cannot be calculated: HubSpot may compare a text with regard to case, and the model does not",
            "use a picklist field with an option for each country; segments, workflows and routing take texts too",
        ),
        ("contact.zip = 10", "compares a text with 10", 'quote it: "10"'),
        (
            "contact.mql_date > contact.last_engaged_at",
            "cannot be calculated: HubSpot formulas compare two fields that hold numbers",
            "compare numbers; two dates are compared with < or > in a segment or workflow",
        ),
        (
            "contact.mql_date > 2027-01-01",
            "cannot be calculated: HubSpot formulas have no literal for a date",
            "compare it in a segment or workflow instead, or ask only whether it is known",
        ),
        (
            "contact.stage = customer",
            "cannot be calculated: the options of the field are not declared",
            "declare the options of contact.stage, so that they are spelled as HubSpot holds them",
        ),
        (
            "company.size > 5",
            "reads another object, and a formula of the contact cannot",
            "declare a contact field with mirror_of: company.size, and use that",
        ),
        (
            'contact.zip = "\\\\1"',
            "holds signs that a formula cannot quote",
            "leave out the backslash, or one kind of quotes",
        ),
    ],
)
def test_what_the_grammar_cannot_say_is_refused_with_its_place(text: str, message: str, fix: str) -> None:
    formulas = Formulas(Names(MODEL))
    formulas.condition(And((parse(text), Compare(FieldRef("contact.opted_in"), Op.TRUE))), ("scoring", "x"))

    assert [(keys_of(diagnostic), diagnostic.fix) for diagnostic in formulas.diagnostics] == [(("scoring", "x"), fix)]
    assert formulas.diagnostics[0].message.endswith(f'" {message}')


def test_a_region_of_a_field_with_options_is_those_of_its_countries() -> None:
    bands = [{"when": "contact.home in region [DE, US]", "points": 5}]
    formula = Formulas(Names(model({"all": {"fields": SCORE_FIELDS, "fit": {"home": {"bands": bands}}}}))).fit()

    assert "is_present(home) and (string(home) equals 'de' or string(home) equals 'states')" in formula
