"""Custom fields: what is at stake, which changes are refused, and how few calls a refresh costs."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest
from crm_simulators.server import RunningSimulators
from revops_salesforce.kinds.custom_field import CustomField, CustomFieldInputs

from revops_iac.compile import validated
from revops_iac.provider.kind import DesiredResource, Impact
from tests.diagnostics import refusals
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
    live = open_session().find(KIND, "Lead.Tier__c")
    assert live is not None
    return [entry["name"] for entry in live.definition["value_set"]["values"] if entry["is_active"]]


def test_stake_counts_what_even_a_hidden_field_may_hold(accounts: RunningSimulators, open_session: OpenSession) -> None:
    seed_field(accounts, label="Tier", type="Text", length=80)
    seed_leads(accounts, "gold", None, "silver")
    session = open_session()
    live = session.find(KIND, "Lead.Tier__c")
    assert live is not None
    assert KIND.delete_impact(session, live) == Impact(
        3, "up to 3 Lead records have a value (the org cannot count them by this field)"
    )


def test_stake_counts_the_records_that_hold_a_value(accounts: RunningSimulators, open_session: OpenSession) -> None:
    seed_field(accounts, label="Tier", type="Text", length=80)
    let_see(accounts)
    seed_leads(accounts, "gold", None, "silver")
    session = open_session()
    live = session.find(KIND, "Lead.Tier__c")
    assert live is not None
    assert KIND.delete_impact(session, live) == Impact(2, "2 Lead records have a value")


def let_see(accounts: RunningSimulators) -> None:
    """Gives the user field permission, so that records can be counted by the field."""
    permission = {"field": "Lead.Tier__c", "readable": True, "editable": True}
    accounts.seed(
        "salesforce", {"components": {"PermissionSet": {"See": {"label": "See", "fieldPermissions": [permission]}}}}
    )
    assert accounts.salesforce is not None
    accounts.seed("salesforce", {"assignments": [{"PermissionSet": "See", "Username": accounts.salesforce.username}]})


def update_impact(open_session: OpenSession, desired: dict[str, Any]) -> list[Impact]:
    session = open_session(writes=False)
    live = session.find(KIND, "Lead.Tier__c")
    assert live is not None
    return list(
        KIND.update_impact(
            session, KIND.parse({key: value for key, value in desired.items() if value is not None}), live
        )
    )


def counts(accounts: RunningSimulators) -> list[str]:
    """The COUNT queries that were sent."""
    asked = [parse_qs(entry.query).get("q", [""])[0] for entry in accounts.control.log.select(system="salesforce")]
    return [soql for soql in asked if "COUNT()" in soql]


def test_change_to_or_from_a_formula_is_refused_at_preview(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    seed_field(accounts, label="Tier", type="Text", length=80)
    session = open_session(writes=False)
    desired = {**TEXT, "formula": '"x"'}
    del desired["length"]
    item = DesiredResource("CustomField", "Lead.Tier__c", "Lead.tier", desired)
    assert refusals(KIND, session, item, session.find(KIND, "Lead.Tier__c")) == [
        f'Salesforce CustomField "Lead.Tier__c": is a stored value and cannot become a formula\n    fix: {RECIPE}'
    ]


TYPE_LOSS = "2 Lead records have a value in Tier__c; changing its type from Text to Number loses them"
LENGTH_LOSS = (
    "2 Lead records have a value in Tier__c; "
    "those longer than 20 characters would be truncated or refused (length 80 to 20)"
)


@pytest.mark.parametrize(
    ("change", "impact"),
    [
        ({"type": "Number", "precision": 18, "scale": 0, "length": None}, Impact(2, TYPE_LOSS, RECIPE)),
        ({"length": 20}, Impact(2, LENGTH_LOSS)),
        ({"length": 255}, None),
        ({"type": "LongTextArea", "length": 300, "visible_lines": 3}, None),
        ({"label": "Level"}, None),
    ],
)
def test_change_that_loses_values_counts_them(
    accounts: RunningSimulators, open_session: OpenSession, change: dict[str, Any], impact: Impact | None
) -> None:
    seed_field(accounts, label="Tier", type="Text", length=80)
    let_see(accounts)
    seed_leads(accounts, "gold", None, "silver")
    accounts.control.log.clear()
    assert update_impact(open_session, {**TEXT, **change}) == ([impact] if impact else [])
    assert counts(accounts) == (["SELECT COUNT() FROM Lead WHERE Tier__c != null"] if impact else [])


def test_fewer_digits_count_the_numbers_that_no_longer_fit(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    seed_field(accounts, label="Tier", type="Number", precision=8, scale=2)
    let_see(accounts)
    leads = [{"LastName": "L", "Company": "N", "Tier__c": value} for value in (5, 999.99, 1000, -25000, None)]
    accounts.seed("salesforce", {"records": {"Lead": leads}})
    accounts.control.log.clear()
    number = {**TEXT, "type": "Number", "length": None, "precision": 4, "scale": 1}
    assert update_impact(open_session, number) == [
        Impact(2, "2 Lead records have a value in Tier__c of more than 3 digits before the point"),
        Impact(4, "4 Lead records have a value in Tier__c, which would be rounded from 2 to 1 decimals"),
    ]
    assert counts(accounts) == [
        "SELECT COUNT() FROM Lead WHERE (Tier__c >= 1000 OR Tier__c <= -1000)",
        "SELECT COUNT() FROM Lead WHERE Tier__c != null",
    ]


def test_deactivated_values_count_the_records_that_hold_them(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    seed_picklist(accounts, "Gold", "Silver", "Theirs")
    let_see(accounts)
    seed_leads(accounts, "Gold", "Silver", "Theirs", "Theirs", None)
    accounts.control.log.clear()
    desired = values("Gold", "Silver", deactivate=["Theirs", "Never"])
    desired["value_set"]["values"][1]["is_active"] = False
    gone = 'inactive ("Silver", "Theirs"): they keep the value, but users can no longer choose it'
    assert update_impact(open_session, desired) == [
        Impact(3, f"3 Lead records have a value in Tier__c that would be {gone}")
    ]
    assert counts(accounts) == ["SELECT COUNT() FROM Lead WHERE Tier__c IN ('Silver', 'Theirs')"]
    assert update_impact(open_session, values("Gold", "Silver")) == []


def test_text_may_grow_and_become_long(accounts: RunningSimulators, open_session: OpenSession) -> None:
    seed_field(accounts, label="Tier", type="Text", length=80)
    session = open_session()
    live = session.find(KIND, "Lead.Tier__c")
    assert live is not None
    KIND.update(session, live, KIND.parse({**TEXT, "length": 255}))
    again = open_session().find(KIND, "Lead.Tier__c")
    assert again is not None
    assert again.definition["length"] == 255


def test_attributes_that_are_not_ours_survive_an_update(accounts: RunningSimulators, open_session: OpenSession) -> None:
    seed_field(accounts, label="Tier", type="Text", length=80, description="Theirs", unique=True, caseSensitive=True)
    session = open_session()
    live = session.find(KIND, "Lead.Tier__c")
    assert live is not None
    KIND.update(session, live, KIND.parse({**TEXT, "label": "Level"}))
    again = open_session().find(KIND, "Lead.Tier__c")
    assert again is not None
    assert (again.definition["label"], again.definition["description"]) == ("Level", "Theirs")
    assert again.definition["unique"] is True


def test_values_of_others_are_kept_and_shown(accounts: RunningSimulators, open_session: OpenSession) -> None:
    seed_picklist(accounts, "Gold", "Theirs")
    session, desired = open_session(), values("Gold", "Silver")
    live = session.find(KIND, "Lead.Tier__c")
    assert live is not None
    assert KIND.conflicts(desired, live) == []
    updated = KIND.update(session, live, KIND.parse(desired))
    assert KIND.output_facts(desired, updated) == {"unmanaged": ["Theirs"]}
    assert active_values(open_session) == ["Gold", "Silver", "Theirs"]


def test_values_are_restored_on_delete(accounts: RunningSimulators, open_session: OpenSession) -> None:
    seed_picklist(accounts, "Gold", "Theirs")
    session, desired = open_session(), values("Gold", "Silver", deactivate=["Theirs"])
    live = session.find(KIND, "Lead.Tier__c")
    assert live is not None
    updated = KIND.update(session, live, KIND.parse(desired))
    assert active_values(open_session) == ["Gold", "Silver"]

    KIND.restore_original(session, updated, KIND.state({**desired, "earlier": live.definition}))

    assert sorted(active_values(open_session)) == ["Gold", "Theirs"]


def test_fields_of_its_own_formula_come_first() -> None:
    inputs = {**TEXT, "formula": "Score__c + Account.Size__c"}
    assert [reference.name for reference in KIND.references(KIND.parse(inputs))] == ["Lead.Score__c", "Account.Size__c"]


def test_value_set_has_one_source() -> None:
    with pytest.raises(ValueError, match='a value set must have exactly one of "values" and "global_value_set"'):
        CustomFieldInputs.model_validate({**PICKLIST, "value_set": {"restricted": True}})


def test_refresh_of_two_hundred_fields_costs_few_calls(accounts: RunningSimulators, open_session: OpenSession) -> None:
    names = [f"Lead.Field_{number}__c" for number in range(200)]
    fields = {name: {"label": name[5:], "type": "Text", "length": 80} for name in names}
    accounts.seed("salesforce", {"components": {"CustomField": fields}})
    session = open_session(writes=False)
    session.declared = [DesiredResource("CustomField", name, name, TEXT) for name in names]
    accounts.control.log.clear()

    assert all(session.find(KIND, name) is not None for name in names)

    assert len(accounts.control.log.select(system="salesforce")) < 25


def test_hierarchy_of_users_reads_the_same_whether_the_org_says_users_or_not() -> None:
    kind: Any = CustomField()
    body = {"label": "Mentor", "type": "Hierarchy", "relationshipName": "Mentees"}
    live = kind.observe("User.Mentor__c", body)
    assert live.definition["reference_to"] == "User"
    assert live.definition == kind.observe("User.Mentor__c", {**body, "referenceTo": "User"}).definition
    assert (
        validated(
            kind,
            {
                "object": "User",
                "name": "Mentor__c",
                "label": "Mentor",
                "type": "Hierarchy",
                "relationship_name": "Mentees",
            },
        )["type"]
        == "Hierarchy"
    )
