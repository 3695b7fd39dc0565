"""What policies cannot see is read from the steps of a plan, with the records at stake."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac.config.settings import Settings, read_settings
from revops_iac.diagnostics import Position
from revops_iac.errors import AuthorError
from revops_iac.plan.dangers import Danger, dangers, refusals, summarized, touched
from revops_iac.plan.reading import PlanReading, Step
from revops_iac.provider.live_object import DesiredResource
from tests.sessions import new_session

ACCOUNT = "urn:pulumi:dev::acme::pulumi-python:dynamic/revops:Account"
TIERS = [{"value": value, "label": value.capitalize()} for value in ("gold", "silver", "bronze")]

GREETS_GOLD = {
    "description": "Greets",
    "enroll": {"when": "tier is any of [gold]"},
    "steps": [{"create_task": {"subject": "Greet"}}],
}


def step(op: str, kind: str, name: str, before: Any = None, after: Any = None, **outputs: Any) -> Step:
    return Step(op, f"{ACCOUNT}$pulumi-python:dynamic/{kind}::{name}", before, after, outputs)


def tier(options: list[dict[str, str]], **more: Any) -> dict[str, Any]:
    return {
        "object": "contacts",
        "name": "tier",
        "label": "Tier",
        "type": "enumeration",
        "field_type": "select",
        "group_name": "contactinformation",
        "options": options,
        **more,
    }


def properties(deleted: int, of: int, op: str = "delete") -> PlanReading:
    """A plan on `of` properties, which deletes, or updates, some."""
    inputs = [{"object": "contacts", "name": f"field_{number}"} for number in range(of)]
    after = None if op == "delete" else {"label": "New"}
    steps = [
        step(op if number < deleted else "same", "hubspot:Property", f"contacts.field_{number}", one, after)
        for number, one in enumerate(inputs)
    ]
    return PlanReading(steps)


def test_lost_options_name_the_records_that_hold_them(crms: RunningSimulators, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in crms.env().items():
        monkeypatch.setenv(name, value)
    config = {"hubspot:portalId": str(crms.hubspot.portal_id), "revops:allowDataLoss": ["contacts.tier"]}
    session = new_session("hubspot", config.get)
    kind = session.system.kinds["Property"]
    session.allow_writes()
    kind.create(session, kind.parse(tier(TIERS)))
    crms.seed("hubspot", {"records": {"contacts": [{"tier": "gold"}] * 3}})
    place = Position("stacks/model/data_hygiene.yaml", 9, 7)
    session.declared = [DesiredResource("Property", "contacts.tier", "contacts.tier", tier(TIERS[1:]), place)]
    change = step("update", "hubspot:Property", "contacts.tier", tier(TIERS), tier(TIERS[1:], field_type="radio"))
    found = list(dangers(session, touched(session, [change])))
    assert [one.what for one in found] == ["loses option Gold", "changes its field type from select to radio"]
    assert (found[0].records, found[0].allowed_by, found[0].position) == (3, "revops:allowDataLoss", place)
    assert found[0].sentence.startswith('HubSpot property "contacts.tier" loses option Gold; 3 contacts')
    removal = step("delete", "hubspot:Property", "contacts.tier", tier(TIERS))
    (gone,) = dangers(session, touched(session, [removal]))
    assert gone.records == 3
    assert gone.what.startswith("is removed: ")
    greet = {"object": "contacts", "name": "Greet"}
    session.declared = [DesiredResource("Workflow", "contacts.Greet", "contacts.Greet", {**greet, **GREETS_GOLD})]
    enabling = step("create", "hubspot:WorkflowActivation", "contacts.Greet", None, greet)
    (on,) = dangers(session, touched(session, [enabling]))
    assert on.sentence == 'HubSpot workflow "contacts.Greet" is switched on; 3 contacts enroll today'


def test_too_large_a_share_of_a_kind_is_refused_and_says_what_to_set() -> None:
    (refusal,) = refusals(properties(4, of=10), Settings("dev"))
    assert refusal.sentence == (
        "HubSpot Property: the plan deletes 4 of 10 properties (40%), at most 30% may be in one plan"
    )
    assert refusal.fix == "split the change, or allow it for this plan: pulumi config set revops:maxDeletePercent 40"
    (changed,) = refusals(properties(6, of=12, op="update"), Settings("dev"))
    assert "changes 6 of 12 properties (50%)" in changed.message
    assert "revops:maxUpdatePercent 50" in changed.fix


@pytest.mark.parametrize(
    ("deleted", "of", "allowed"),
    [(3, 10, 30), (9, 9, 30), (4, 10, 40), (0, 100, 0)],
)
def test_share_that_is_allowed_passes(deleted: int, of: int, allowed: int) -> None:
    assert list(refusals(properties(deleted, of), Settings("dev", max_delete_percent=allowed))) == []


def test_shares_are_whole_percentages() -> None:
    def percent(value: Any) -> int:
        return read_settings({"revops:maxDeletePercent": value}.get, "dev").max_delete_percent

    assert (percent("45"), percent(None), percent(0)) == (45, 30, 0)
    for wrong in ("many", "101", "-1", "2.5"):
        with pytest.raises(AuthorError, match="a whole number from 0 to 100"):
            percent(wrong)


def test_what_happens_to_many_alike_is_one_sentence_unless_records_are_at_stake() -> None:
    reports = [Danger("salesforce", "Report", f"R{number}", "is removed: it goes") for number in range(8)]
    lost = [Danger("hubspot", "Property", f"contacts.{name}", "is removed", 3, "3 contacts") for name in "ab"]
    assert list(summarized([*lost, *reports])) == [
        ('HubSpot property "contacts.a" is removed; 3 contacts', 3),
        ('HubSpot property "contacts.b" is removed; 3 contacts', 3),
        ('Salesforce: 8 reports, each is removed: it goes: "R0", "R1", "R2", "R3", "R4", "R5" and 2 more', 0),
    ]


def test_what_uses_several_removed_objects_alike_is_said_once() -> None:
    users = ("Layout A", "Layout A", "Layout B")
    fields = [
        Danger("salesforce", "CustomField", f"Lead.F{number}__c", "is removed", at_stake=f"still used by {user}")
        for number, user in enumerate(users)
    ]
    assert list(summarized(fields)) == [
        ('Salesforce: 2 fields, each is removed; still used by Layout A: "Lead.F0__c", "Lead.F1__c"', 0),
        ('Salesforce field "Lead.F2__c" is removed; still used by Layout B', 0),
    ]
