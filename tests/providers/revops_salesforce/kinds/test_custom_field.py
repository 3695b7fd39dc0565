"""Custom fields: what is at stake, which changes are refused, and how few calls a refresh costs."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_salesforce.kinds.custom_field import CustomField, CustomFieldInputs

from revops_iac.errors import AuthorError
from revops_iac.kind import Stake, Wanted
from tests.providers.revops_salesforce.conftest import OpenSession

KIND = CustomField()
TEXT: dict[str, Any] = {"object": "Lead", "name": "Tier__c", "label": "Tier", "type": "Text", "length": 80}
PICKLIST = {"object": "Lead", "name": "Tier__c", "label": "Tier", "type": "Picklist"}
RECIPE = "declare a new field beside it, copy the values, switch what uses it, then remove the old one"


def seed_field(accounts: RunningSimulators, **body: Any) -> None:
    accounts.seed("salesforce", {"components": {"CustomField": {"Lead.Tier__c": body}}})


def seed_leads(accounts: RunningSimulators, *tiers: str | None) -> None:
    leads = [{"LastName": "Lead", "Company": "Northwind", "Tier__c": tier} for tier in tiers]
    accounts.seed("salesforce", {"records": {"Lead": leads}})


def seed_picklist(accounts: RunningSimulators, *names: str) -> None:
    values = [{"fullName": name, "label": name, "default": False} for name in names]
    value_set = {"restricted": True, "valueSetDefinition": {"sorted": False, "value": values}}
    seed_field(accounts, label="Tier", type="Picklist", valueSet=value_set)


def values(*names: str, **more: Any) -> dict[str, Any]:
    entries = [{"name": name, "label": name, "is_active": True} for name in names]
    return {**PICKLIST, "value_set": {"restricted": True, "sorted": False, "values": entries, **more}}


def active_values(open_session: OpenSession) -> list[str]:
    held = open_session().find(KIND, "Lead.Tier__c")
    assert held is not None
    return [entry["name"] for entry in held.definition["value_set"]["values"] if entry["is_active"]]


def test_stake_counts_what_even_a_hidden_field_may_hold(accounts: RunningSimulators, open_session: OpenSession) -> None:
    seed_field(accounts, label="Tier", type="Text", length=80)
    seed_leads(accounts, "gold", None, "silver")
    session = open_session()
    held = session.find(KIND, "Lead.Tier__c")
    assert held is not None
    assert KIND.stake(session, held) == Stake(
        3, "up to 3 Lead records hold a value (they cannot be counted by this field)"
    )


def test_stake_counts_the_records_that_hold_a_value(accounts: RunningSimulators, open_session: OpenSession) -> None:
    seed_field(accounts, label="Tier", type="Text", length=80)
    permission = {"field": "Lead.Tier__c", "readable": True, "editable": True}
    accounts.seed(
        "salesforce", {"components": {"PermissionSet": {"See": {"label": "See", "fieldPermissions": [permission]}}}}
    )
    assert accounts.salesforce is not None
    accounts.seed("salesforce", {"assignments": [{"PermissionSet": "See", "Username": accounts.salesforce.username}]})
    seed_leads(accounts, "gold", None, "silver")
    session = open_session()
    held = session.find(KIND, "Lead.Tier__c")
    assert held is not None
    assert KIND.stake(session, held) == Stake(2, "2 Lead records hold a value")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"type": "Number", "precision": 18, "scale": 0, "length": None},
            "changing its type from Text to Number would lose values",
        ),
        ({"formula": '"x"', "length": None}, "is a stored value and cannot become a formula"),
        ({"length": 20}, "its length cannot shrink from 80 to 20, longer values would be cut"),
    ],
)
def test_change_that_loses_values_is_refused_at_preview(
    accounts: RunningSimulators, open_session: OpenSession, change: dict[str, Any], sentence: str
) -> None:
    seed_field(accounts, label="Tier", type="Text", length=80)
    session = open_session(writes=False)
    wanted = {key: value for key, value in {**TEXT, **change}.items() if value is not None}
    found = list(
        KIND.refusals(
            session, Wanted("CustomField", "Lead.Tier__c", "Lead.tier", wanted), session.find(KIND, "Lead.Tier__c")
        )
    )
    assert len(found) == 1
    assert sentence in found[0]
    assert "\n    fix: " in found[0]


def test_recipe_of_a_refused_type_change(accounts: RunningSimulators, open_session: OpenSession) -> None:
    seed_field(accounts, label="Tier", type="Text", length=80)
    session = open_session()
    held = session.find(KIND, "Lead.Tier__c")
    assert held is not None
    with pytest.raises(AuthorError) as refused:
        KIND.update(session, held, {**PICKLIST, "value_set": values("A")["value_set"]})
    assert str(refused.value) == (
        f'CustomField "Lead.Tier__c": changing its type from Text to Picklist would lose values\n    fix: {RECIPE}'
    )


def test_text_may_grow_and_become_long(accounts: RunningSimulators, open_session: OpenSession) -> None:
    seed_field(accounts, label="Tier", type="Text", length=80)
    session = open_session()
    held = session.find(KIND, "Lead.Tier__c")
    assert held is not None
    KIND.update(session, held, {**TEXT, "length": 255})
    again = open_session().find(KIND, "Lead.Tier__c")
    assert again is not None
    assert again.definition["length"] == 255


def test_attributes_that_are_not_ours_survive_an_update(accounts: RunningSimulators, open_session: OpenSession) -> None:
    seed_field(accounts, label="Tier", type="Text", length=80, description="Theirs", unique=True, caseSensitive=True)
    session = open_session()
    held = session.find(KIND, "Lead.Tier__c")
    assert held is not None
    KIND.update(session, held, {**TEXT, "label": "Level"})
    again = open_session().find(KIND, "Lead.Tier__c")
    assert again is not None
    assert (again.definition["label"], again.definition["description"]) == ("Level", "Theirs")
    assert again.definition["unique"] is True


def test_values_of_others_are_kept_and_shown(accounts: RunningSimulators, open_session: OpenSession) -> None:
    seed_picklist(accounts, "Gold", "Theirs")
    session, wanted = open_session(), values("Gold", "Silver")
    held = session.find(KIND, "Lead.Tier__c")
    assert held is not None
    assert KIND.contradictions(wanted, held) == []
    updated = KIND.update(session, held, wanted)
    assert KIND.shown(wanted, updated) == {"unmanaged": ["Theirs"]}
    assert active_values(open_session) == ["Gold", "Silver", "Theirs"]


def test_values_are_put_back_on_delete(accounts: RunningSimulators, open_session: OpenSession) -> None:
    seed_picklist(accounts, "Gold", "Theirs")
    session, wanted = open_session(), values("Gold", "Silver", deactivate=["Theirs"])
    held = session.find(KIND, "Lead.Tier__c")
    assert held is not None
    updated = KIND.update(session, held, wanted)
    assert active_values(open_session) == ["Gold", "Silver"]

    KIND.put_back(session, updated, {**wanted, "earlier": held.definition})

    assert sorted(active_values(open_session)) == ["Gold", "Theirs"]


def test_fields_of_its_own_formula_come_first() -> None:
    inputs = {**TEXT, "formula": "Score__c + Account.Size__c"}
    assert [reference.name for reference in KIND.references(inputs)] == ["Lead.Score__c", "Account.Size__c"]


def test_value_set_has_one_source() -> None:
    with pytest.raises(ValueError, match='a value set has either "values" or "global_value_set"'):
        CustomFieldInputs.model_validate({**PICKLIST, "value_set": {"restricted": True}})


def test_refresh_of_two_hundred_fields_costs_few_calls(accounts: RunningSimulators, open_session: OpenSession) -> None:
    names = [f"Lead.Field_{number}__c" for number in range(200)]
    fields = {name: {"label": name[5:], "type": "Text", "length": 80} for name in names}
    accounts.seed("salesforce", {"components": {"CustomField": fields}})
    session = open_session(writes=False)
    session.declared = [Wanted("CustomField", name, name, TEXT) for name in names]
    accounts.control.log.clear()

    assert all(session.find(KIND, name) is not None for name in names)

    assert len(accounts.control.log.select(system="salesforce")) < 25
