"""Both CRMs let people move between lifecycle stages as the model does, whatever its stages are.

On Salesforce a validation rule is evaluated on records before and after a save; on HubSpot the condition under which a
workflow advances a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

from crm_simulators.hubspot.filters.evaluation import Filters, Subject
from hypothesis import given
from hypothesis import strategies as st
from revops_hubspot.compiler.automations import lifecycle_auto_update
from revops_hubspot.compiler.automations.automation import Automation
from revops_hubspot.compiler.segments import segments
from revops_hubspot.compiler.terms.compilation import Compilation as HubSpotCompilation
from revops_hubspot.filters.branches import compile_filter
from revops_salesforce.compiler.lifecycle import validation_rules
from revops_salesforce.compiler.terms.compilation import Compilation as SalesforceCompilation
from salesforce_formula.checker import check
from salesforce_formula.evaluator import Scope, evaluate
from salesforce_formula.kinds import BOOLEAN, PICKLIST, Context

from revops_iac.config.settings import Settings
from revops_iac.model import Model
from tests.stage_graphs import Stages, stage_graphs

SETTINGS = Settings("prod")
STAGE, NEEDED = "Lifecycle_Stage__c", "Needed_{}__c"


def model_of(stages: Stages) -> Model:
    """A model of these stages, each of which requires a field of its own and begins with a condition."""
    fields: dict[str, Any] = {f"needed_{key}": {"label": key, "type": "checkbox"} for key in stages}
    fields["lifecycle_stage"] = {"label": "Stage", "type": "picklist", "options": {key: key for key in stages}}
    entries = {
        key: {**stage, "required_fields": [f"contact.needed_{key}"], "entry_when": f"contact.needed_{key} is true"}
        for key, stage in stages.items()
    }
    workflow = {"does": "lifecycle_auto_update", "runs_on": "hubspot", "backfill": True}
    return Model.model_validate(
        {
            "data_hygiene": {"fields": {"contact": fields}},
            "lifecycle": {"field": "contact.lifecycle_stage", "stages": entries},
            "automation": {"workflows": {"advance": workflow}},
        }
    )


class Names:
    """The names in the formulas of these rules."""

    def type_of(self, name: str) -> str:
        return PICKLIST if name == STAGE else BOOLEAN


def refused(formula: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    node = check(formula, Names(), expected=BOOLEAN, context=Context.VALIDATION_RULE)
    scope = Scope(partial(_value, after), partial(_value, before), is_new=False, now=datetime(2027, 1, 1, tzinfo=UTC))
    return evaluate(node, scope) is True


def _value(record: Mapping[str, Any], name: str) -> Any:
    return record.get(name, False if name != STAGE else None)


@given(stages=stage_graphs())
def test_salesforce_refuses_exactly_the_moves_that_skip_a_stage(stages: Stages) -> None:
    model = model_of(stages)
    (rule,) = (
        one
        for one in validation_rules(SalesforceCompilation(model, SETTINGS))
        if one.key == "Lead.lifecycle_no_skipping"
    )
    formula = rule.inputs["error_condition_formula"]
    assert model.lifecycle is not None
    for now in (None, "unknown", *stages):
        for to in (None, *stages):
            expected = to is not None and not model.lifecycle.order.allows(now, to)
            assert refused(formula, {STAGE: now}, {STAGE: to}) is expected, (now, to)


@given(stages=stage_graphs(), data=st.data())
def test_salesforce_asks_for_a_field_exactly_where_the_model_does(stages: Stages, data: st.DataObject) -> None:
    model = model_of(stages)
    rules = {one.key: one for one in validation_rules(SalesforceCompilation(model, SETTINGS))}
    assert model.lifecycle is not None
    for key in stages:
        formula = rules[f"Lead.lifecycle_{key}"].inputs["error_condition_formula"]
        filled = data.draw(st.booleans())
        for to in stages:
            expected = not filled and to in model.lifecycle.order.asked_in(key)
            after = {STAGE: to, NEEDED.format(key.capitalize()): filled}
            assert refused(formula, {STAGE: None}, after) is expected, (key, to)


@given(stages=stage_graphs())
def test_hubspot_advances_exactly_those_who_stand_before_the_stage(stages: Stages) -> None:
    model = model_of(stages)
    assert model.automation is not None
    assert model.lifecycle is not None
    compilation = HubSpotCompilation(model, SETTINGS)
    automation = Automation(compilation, "advance", model.automation.workflows["advance"])
    for flow in lifecycle_auto_update.flows(automation):
        key = flow.key.removeprefix("advance_")
        for now in (None, *stages):
            expected = now is None or now in model.lifecycle.order.before(key)
            values = {f"needed_{key}": "true", **({"lifecyclestage": now} if now else {})}
            assert holds(model, str(flow.enroll.when), values) is expected, (now, key)
            assert not holds(model, str(flow.enroll.when), {**values, f"needed_{key}": "false"})


@given(stages=stage_graphs())
def test_hubspot_lists_exactly_those_who_lack_what_their_stage_asks(stages: Stages) -> None:
    model = model_of(stages)
    assert model.lifecycle is not None
    found = {one.key: one.inputs["filter"] for one in segments(HubSpotCompilation(model, SETTINGS))}
    for key in stages:
        for now in stages:
            expected = now in model.lifecycle.order.asked_in(key)
            assert holds(model, found[f"contacts.missing_{key}"], {"lifecyclestage": now}) is expected, (now, key)


def holds(model: Model, text: str, values: Mapping[str, str]) -> bool:
    """Does the simulated portal find that a contact with these values meets the filter?"""
    names = [reference.key for reference, _ in model.fields()]
    definitions = {name: {"name": name} for name in ("hs_object_id", "lifecyclestage", *names)}
    records = SimpleNamespace(
        properties=SimpleNamespace(active=lambda object_type: definitions),
        values=lambda object_type, record: values,
        portal=SimpleNamespace(switch=lambda name: True),
    )
    subject = Subject("0-1", {"id": "1", "history": {}}, cast(Any, {**values, "hs_object_id": "1"}))
    simulated = Filters(cast(Any, records), cast(Any, None), lambda a, b: False)
    return simulated._branch(subject, compile_filter(text, "contacts"))
