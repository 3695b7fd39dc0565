"""Coverage follows from what a company's own model compiles to, in its own figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from revops_iac.compile import Planned, compile_model
from revops_iac.config.settings import Settings
from revops_iac.documents.coverage_rows import process_rows
from revops_iac.documents.coverage_table import NOTHING, Covered, coverage_rows
from revops_iac.model import Model
from revops_iac.provider.coverage import Answer, answers
from revops_iac.source.load import Loaded, load
from revops_iac.systems import installed_systems, system_named

ROOT = Path(__file__).resolve().parents[3]
HELIOTAKT, KARAVAN = "tests/companies/heliotakt/stacks", "tests/companies/karavan/stacks"
MODELS = ("stacks", "examples/product_led/stacks", "examples/sales_led_enterprise/stacks", HELIOTAKT, KARAVAN)
SETTINGS = Settings("test", go_live=date(2026, 12, 1))


@cache
def loaded(folder: str) -> Loaded:
    return load(ROOT / folder, "prod")


@cache
def compiled(folder: str) -> tuple[Planned, ...]:
    return tuple(compile_model(loaded(folder), SETTINGS))


def covered(folder: str, model: Model | None = None, without: str = "") -> dict[tuple[str, str], Covered]:
    """By row and system; `without` leaves out the resources of a type."""
    model = model or loaded(folder).model
    planned = [item for item in compiled(folder) if item.declaration.kind != without]
    systems = [system_named(name) for name in model.context.systems.managed]
    return {(one.row.id, one.system.name): one for one in coverage_rows(model, planned, systems)}


def changed(**topics: Any) -> Model:
    model = loaded("stacks").model
    plain = {name: model.topic(name) for name in model.model_fields_set if name != "raw_sections"}
    return Model.model_validate({**plain, **topics})


@pytest.mark.parametrize("folder", MODELS)
def test_every_requirement_has_an_answer_that_names_what_does_it(folder: str) -> None:
    rows = process_rows(loaded(folder).model)
    assert len({row.id for row in rows}) == len(rows)
    found = covered(folder)
    assert {row for row, _ in found} == {row.id for row in rows}
    assert [key for key, one in found.items() if one.how == NOTHING] == []
    assert [key for key, one in found.items() if one.status in ("enforced", "automated") and not one.resources] == []
    names = {(item.system, item.name) for item in compiled(folder)}
    assert {(one.system.name, name) for one in found.values() for name in one.resources} <= names


@pytest.mark.parametrize(
    ("kind", "row", "system", "now"),
    [
        ("ValidationRule", "pipeline-new-business-proposal", "salesforce", "monitored"),
        ("ValidationRule", "lifecycle-sql", "salesforce", "monitored"),
        ("ValidationRule", "deal-desk-standard-manager", "salesforce", "automated"),
        ("ApprovalProcess", "deal-desk-standard-manager", "salesforce", "elsewhere"),
        ("AssignmentRules", "routing-at-creation", "salesforce", "manual"),
        ("Flow", "automation-sla-breach", "salesforce", "manual"),
        ("DuplicateRule", "data-hygiene-match-keys", "salesforce", "manual"),
        ("Workflow", "automation-mql-assignment", "hubspot", "manual"),
        ("List", "lifecycle-lead", "hubspot", "elsewhere"),
        ("Property", "scoring-applies-to", "hubspot", "elsewhere"),
        ("CustomField", "scoring-standard-price-list-repeated", "salesforce", "manual"),
        ("Flow", "scoring-standard-no-show-takes", "salesforce", "manual"),
        ("CustomField", "scoring-company", "salesforce", "elsewhere"),
    ],
)
def test_what_is_not_compiled_any_more_is_not_claimed(kind: str, row: str, system: str, now: str) -> None:
    folder = next(one for one in MODELS if row in {found.id for found in process_rows(loaded(one).model)})
    before, after = covered(folder)[row, system], covered(folder, without=kind)[row, system]
    assert before.status != now
    assert before.resources
    assert after.status == now


def test_requirements_are_in_the_figures_of_the_model() -> None:
    found = {row.id: row.sentence for row in process_rows(loaded("stacks").model)}
    assert (
        found["lifecycle-mql-to-sql-decide"] == "Marketing to sales: decide in 48 hours; a breach goes to the manager."
    )
    assert found["deal-desk-standard-manager"] == "10-20% discount: approved by Maya Chen (Sales manager)."

    lifecycle, desk = (loaded("stacks").model.topic(name) for name in ("lifecycle", "deal_desk"))
    lifecycle["handoffs"]["mql_to_sql"]["sla"]["decide"] = "36 hours"
    desk["standard"]["approvals"]["manager"] |= {"discount_from": 5, "discount_below": 12}
    other = {row.id: row.sentence for row in process_rows(changed(lifecycle=lifecycle, deal_desk=desk))}
    assert (
        other["lifecycle-mql-to-sql-decide"] == "Marketing to sales: decide in 36 hours; a breach goes to the manager."
    )
    assert other["deal-desk-standard-manager"] == "5-12% discount: approved by Maya Chen (Sales manager)."
    decided = covered("stacks", changed(lifecycle=lifecycle))["lifecycle-mql-to-sql-decide", "salesforce"]
    assert "a scheduled path at the second limit, 36 hours" in decided.how


def test_each_word_of_scoring_asks_for_something_of_its_own() -> None:
    rows = [*process_rows(loaded(HELIOTAKT).model), *process_rows(loaded(KARAVAN).model)]
    found = {row.id: row.sentence for row in rows}
    assert found["scoring-standard-price-list-repeated"] == "Price list: 20 points for 2 times in 7 days."
    assert found["scoring-standard-no-show-takes"] == "Missed appointment takes 15 points from engagement."
    assert found["scoring-company"] == "The company's own score: sites."
    assert found["scoring-applies-to"] == (
        "Scored by the first that covers the person: Shops where Unit is Supply and Buyers for everybody else."
    )


def test_what_the_other_crm_does_is_said_to_be_elsewhere() -> None:
    found = covered("stacks")
    assert found["automation-sla-breach", "salesforce"].status == "automated"
    assert (found["automation-sla-breach", "hubspot"].status, found["automation-sla-breach", "hubspot"].how) == (
        "elsewhere",
        "Salesforce does it",
    )


@pytest.mark.parametrize(
    ("features", "expected"), [((), "automated"), (("hubspot.stage_approvals", "hubspot.pipeline_rules"), "enforced")]
)
def test_what_a_portal_can_do_decides_what_is_claimed(features: tuple[str, ...], expected: str) -> None:
    model = loaded("stacks").model
    here = {
        topic: {key: one.model_copy(update={"runs_on": "hubspot"}) for key, one in getattr(model, topic).items()}
        for topic in ("pipelines", "deal_desk")
    }
    there = replace(loaded("stacks"), model=model.model_copy(update=here))
    settings = Settings("test", go_live=date(2026, 12, 1), systems=("hubspot",), features=frozenset(features))
    (found,) = [
        one
        for one in coverage_rows(there.model, compile_model(there, settings), [system_named("hubspot")])
        if one.row.id == "deal-desk-standard-manager"
    ]
    assert found.status == expected


def test_a_topic_that_is_absent_asks_for_nothing() -> None:
    assert {row.topic for row in process_rows(Model())} == {"principles", "context", "diagnosis"}


@pytest.mark.parametrize("name", sorted(installed_systems()))
def test_each_system_answers_every_kind_and_proves_what_it_claims(name: str) -> None:
    given = system_named(name).coverage()
    kinds = {row.kind for folder in MODELS for row in process_rows(loaded(folder).model)}
    assert sorted(kinds - set(given)) == []
    unproven = [kind for kind, listed in given.items() for one in listed if one.status in CLAIMS and not one.by]
    assert unproven == []
    assert [kind for kind, listed in given.items() if any(not one.by for one in listed[:-1])] == []


CLAIMS = ("enforced", "automated")


def test_a_table_of_answers_is_read_in_its_order() -> None:
    table: dict[str, list[Mapping[str, Any]]] = {
        "x": [{"enforced": "by\n {names}", "by": "List a"}, {"manual": "a step"}]
    }
    assert answers(table) == {"x": (Answer("enforced", "by {names}", ("List a",)), Answer("manual", "a step"))}
