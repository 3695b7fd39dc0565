"""Several products and regions, each scored by its own entry: people and companies score on both CRMs alike."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from crm_simulators.hubspot.properties import formulas as hubspot
from crm_simulators.salesforce.rows.record_values import Viewer
from revops_hubspot.compiler.terms.formulas import Formulas
from revops_hubspot.compiler.terms.names import Names

from revops_iac.model import Model
from revops_iac.model.scoring import company_score, score
from revops_iac.source.checks import find
from tests.providers.revops_salesforce.compiled_model import Saving, compiled, deploy, org

PRODUCTS, REGIONS = ("platform", "app", "kit"), ("dach", "nordics")
PICKLISTS = {
    "product": {"label": "Product", "type": "picklist", "options": {key: key.capitalize() for key in PRODUCTS}},
    "region": {"label": "Region", "type": "picklist", "options": {key: key.capitalize() for key in REGIONS}},
}
NUMBER = {"type": "number"}
CONTACT = {
    **PICKLISTS,
    "employees": {"label": "Employees", **NUMBER},
    "fit": {"label": "Fit", **NUMBER},
    "engagement": {"label": "Engagement", **NUMBER},
    "total": {"label": "Total", **NUMBER},
    "ready": {"label": "Ready", "type": "checkbox"},
}
COMPANY = {**PICKLISTS, "size": {"label": "Size", **NUMBER}, "account_score": {"label": "Account score", **NUMBER}}
FIELDS = {key: f"contact.{key}" for key in ("fit", "engagement", "total", "ready")}


def entry(applies_to: dict[str, list[str]], points: int, **company: Any) -> dict[str, Any]:
    bands = {"size": {"bands": [{"when": "contact.employees is between 10 and 500", "points": points}]}}
    return {"runs_on": "hubspot", "fields": FIELDS, "applies_to": applies_to, "fit": bands, **company}


def company(points: int, low: int = 0) -> dict[str, Any]:
    bands = [{"when": "company.size >= 500", "points": points * 2}, {"when": "company.size >= 50", "points": points}]
    unknown = {"when": "company.size is empty", "points": -5}
    scored = {"fit": {"size": {"bands": bands}}, "negative": {"unknown": unknown}, "limits": [low, 90]}
    return {"company": {"field": "company.account_score", **scored}}


def model(**changes: Any) -> Model:
    dimension = {
        key: {"values": list(values), "contact": f"contact.{key}", "company": f"company.{key}"}
        for key, values in (("product", PRODUCTS), ("region", REGIONS))
    }
    scoring = {
        "dach_platform": entry({"product": ["platform"], "region": ["dach"]}, 60, **company(50)),
        "software": entry({"product": ["platform", "app"]}, 40, **company(20, low=-10)),
        "rest": entry({}, 10),
    }
    return Model.model_validate(
        {
            "context": {"dimensions": dimension},
            "scoring": {**scoring, **changes},
            "data_hygiene": {"fields": {"contact": CONTACT, "company": COMPANY}},
        }
    )


MODEL = model()
RECORDS = list(product([*PRODUCTS, None], [*REGIONS, None], [None, 49, 50, 500]))


@pytest.fixture(scope="module")
def salesforce() -> Saving:
    made = org()
    deploy(made, compiled(MODEL))
    return Saving(made, "RevOps_Fields")


def in_org(salesforce: Saving, sobject: str, values: dict[str, Any], name: str) -> float:
    identifier = salesforce.create(sobject, **values)
    record = salesforce.org.record(sobject, identifier) or {}
    return float(Viewer(salesforce.org, salesforce.user).value(sobject, record, name))


def in_portal(formula: str, values: dict[str, Any]) -> float:
    types: dict[str, hubspot.FormulaType] = {"employees": "number", "size": "number"}
    parsed = hubspot.parse(formula, lambda name: types.get(name, "string"))
    stored = {name: float(value) if isinstance(value, int) else value for name, value in values.items() if value}
    result = hubspot.evaluate(parsed, stored, "empty", False)
    assert isinstance(result, float | int)
    return float(result)


def test_each_product_and_region_scores_people_and_companies_by_its_own_entry(salesforce: Saving) -> None:
    names = Names(MODEL)
    fit, account = Formulas(names).fit(), Formulas(names, "company").company()
    found = set()
    for product_, region, size in RECORDS:
        live = {"product": product_, "region": region}
        person = score(
            MODEL.scoring, MODEL.context, {f"contact.{k}": v for k, v in {**live, "employees": size}.items()}
        )
        desired = company_score(
            MODEL.scoring, MODEL.context, {f"company.{k}": v for k, v in {**live, "size": size}.items()}
        )
        custom = {"Product__c": product_, "Region__c": region}
        lead = {"LastName": "Berg", "Company": "A", "Employees__c": size, **custom}
        assert in_portal(fit, {**live, "employees": size}) == person.fit
        assert in_org(salesforce, "Lead", lead, "Fit__c") == person.fit
        assert in_portal(account, {**live, "size": size}) == desired
        values = {"Name": "Acme", "Size__c": size, **custom}
        assert in_org(salesforce, "Account", values, "Account_Score__c") == desired
        found.add((person.entry, desired))
    assert {key for key, _ in found} == {"dach_platform", "software", "rest"}
    assert {points for _, points in found} == {0, 50, 90, -5, 20, 40}


def test_the_score_of_a_company_rests_on_the_company_alone() -> None:
    wrong = company(10)
    wrong["company"]["fit"]["size"]["bands"][0]["when"] = "contact.employees > 5"
    wrong["company"]["field"] = "contact.fit"
    found = find(model(rest=entry({}, 10, **wrong)))

    assert [one.message for one in found] == [
        "differs from that of dach_platform",
        '"contact.fit" is not a number of the company',
        '"contact.employees" is not a field of the company',
    ]


def test_without_a_score_of_companies_nothing_is_computed_on_them() -> None:
    plain = model(dach_platform=entry({}, 60), software=entry({}, 40))

    assert "formula" not in {one.key: one.inputs for one in compiled(plain)}["Account.account_score"]
    assert company_score(plain.scoring, plain.context, {"company.size": 500}) == 0
