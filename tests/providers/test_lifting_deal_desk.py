"""Deal desks come back from the processes, rules and field updates that they compile to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crm_simulators.server import RunningSimulators
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from revops_salesforce.lifting import lift

from revops_iac.stack_context import StackContext
from tests.providers.contract import stack_config
from tests.providers.lifting import adopted as stack_of
from tests.providers.lifting import lifted as lift_stack
from tests.providers.round_trip import adopted, compiled, lifted
from tests.sessions import new_session

PERSONS = {key: {"name": key.title(), "email": f"{key}@firm.example"} for key in ("ann", "bob", "cem")}
FIELDS = {
    "discount": "percent",
    "published": "percent",
    "acv": "currency",
    "years": "number",
    "legal": "checkbox",
    "pricing": "checkbox",
}
OPTIONS = {
    "approval": ["not_needed", "pending", "approved", "rejected"],
    "terms": ["net_30", "net_90"],
    "kind": ["small", "large"],
    "exception": ["price", "other"],
}
REASONS = {
    "acv_above": {"amount": 25000, "currency": "USD"},
    "payment_terms": ["net_90"],
    "multi_year_custom_pricing": True,
    "custom_legal_terms": True,
    "discount_beyond_published": True,
}
DESK_FIELDS = {
    "approval": "approval",
    "discount": "discount",
    "published_discount": "published",
    "acv": "acv",
    "years": "years",
    "legal": "legal",
    "custom_pricing": "pricing",
    "payment_terms": "terms",
    "exception": "exception",
}
RULED = frozenset({"ApprovalProcess", "WorkflowFieldUpdate", "ValidationRule"})
APPROVERS = st.sampled_from([["ann"], ["bob"], ["ann", "cem"], ["team"]])


def named(keys: list[str]) -> dict[str, Any]:
    if keys == ["team"]:
        return {"approver": {"team": "desk"}}
    people = [{"person": key} for key in keys]
    return {"approver": people[0]} if len(people) == 1 else {"approvers": people}


@st.composite
def desks(draw: st.DrawFn) -> dict[str, Any]:
    """A desk whose tiers follow each other, with any of the reasons for a review."""
    ends = sorted(draw(st.lists(st.integers(5, 60), min_size=1, max_size=3, unique=True)))
    tiers: dict[str, Any] = {"free": {"label": "Free", "discount_below": ends[0], "approver": "automatic"}}
    for number, (low, high) in enumerate(zip(ends, [*ends[1:], None], strict=True)):
        more = {"discount_below": high} if high is not None else {}
        whom = named(draw(APPROVERS))
        tiers[f"tier_{'abc'[number]}"] = {"label": f"Tier {number}", "discount_from": low, **more, **whom}
    if draw(st.booleans()):
        tiers[next(reversed(tiers))]["custom_terms"] = True
    if draw(st.booleans()):
        tiers["big"] = {"label": "Big", "multi_year": True, "enterprise": draw(st.booleans()), **named(["bob"])}
    reasons = draw(st.lists(st.sampled_from(sorted(REASONS)), min_size=1, unique=True))
    reviewed = {key: value for key, value in REASONS.items() if key in {*reasons, "payment_terms"}}
    desk = {"label": "Desk", "fields": {role: f"deal.{key}" for role, key in DESK_FIELDS.items()}}
    covers = {"applies_to": {"kind": ["large"]}} if draw(st.booleans()) else {}
    rest = {"multi_year_from": draw(st.sampled_from([2, 3])), "enterprise_when": "deal.acv >= 100000"}
    return {**desk, **covers, "review_when": reviewed, **rest, "approvals": tiers}


def company(desk: dict[str, Any], wins: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {key: {"label": key.title(), "type": type_} for key, type_ in FIELDS.items()}
    for key, values in OPTIONS.items():
        fields[key] = {"label": key.title(), "type": "picklist", "options": {one: one.title() for one in values}}
    stage = {"label": "Stage", "type": "picklist", "standard": {"salesforce": "StageName"}}
    stages = {
        "open": {"label": "Open", "probability": 0.5, "forecast": "pipeline"},
        "won": {"label": "Won", "probability": 1, "forecast": "closed", "closed": "won"},
    }
    return {
        "context": {
            "systems": {"managed": ["salesforce"], "source_of_truth": "salesforce"},
            "dimensions": {"kind": {"values": OPTIONS["kind"], "deal": "deal.kind"}},
        },
        "people": {"persons": PERSONS, "teams": {"desk": {"label": "Desk", "members": ["ann", "bob"]}}},
        "data_hygiene": {"fields": {"deal": {**fields, "stage": stage}}},
        "pipelines": {"sales": {"label": "Sales", "stages": stages}} if wins else {},
        "deal_desk": {"main": desk},
    }


def test_any_desk_is_lifted_to_what_compiles_to_the_same(accounts: RunningSimulators):
    session = new_session("salesforce", stack_config(accounts).get)

    @settings(max_examples=5, phases=[Phase.generate])
    @given(desks(), st.booleans())
    def holds(desk: dict[str, Any], wins: bool) -> None:
        before = company(desk, wins)
        after, stays = lifted(adopted("salesforce", before), session, lift)
        assert [one.reason for one in stays if one.topic == "deal_desk"] == []
        again = compiled("salesforce", {**after, "pipelines": before["pipelines"]})
        expected = {key: inputs for key, inputs in compiled("salesforce", before).items() if key[0] in RULED}
        assert {key: inputs for key, inputs in again.items() if key[0] in RULED} == expected

    holds()


def test_process_of_other_making_is_said_in_words_and_stays_raw(accounts: RunningSimulators, tmp_path: Path):
    """Three steps with names, criteria and approvers of the company's own."""
    discount = {"label": "Rebate", "type": "Percent", "precision": 5, "scale": 2}
    accounts.seed(
        "salesforce",
        {
            "users": [{"Username": "cfo@foreign.example"}, {"Username": "vp@foreign.example"}],
            "components": {"CustomField": {"Opportunity.Rebate__c": discount}, "ApprovalProcess": {PROCESS: steps()}},
        },
    )
    kinds = ("CustomField", "ApprovalProcess")
    context = stack_of(accounts, tmp_path / "stacks", "salesforce", kinds=kinds)
    lifting = lift_stack(context)
    (entry,), (stays,) = lifting.entries, lifting.stays
    assert entry.name == "deal_desk.special_prices"
    assert entry.content["fields"] == {"discount": "deal.rebate"}
    assert entry.content["approvals"] == {
        "own_manager": {"label": "Own manager"},
        "vp": {"label": "VP", "approver": {"person": "vp"}, "discount_from": 10, "discount_below": 30},
        "cfo": {"label": "CFO", "approver": {"person": "cfo"}},
    }
    assert stays.subject == f"Salesforce ApprovalProcess {PROCESS}"
    assert stays.reason.endswith(
        'step "Own manager" asks userHierarchyField, and a tier a person, a team or a queue; '
        'step "Own manager": deal.amount > 5000 is no range of discounts, which a tier is for'
    ), stays.reason
    for one in lifting.files:
        one.write()
    again = StackContext.of(context.folder, context.config)
    assert [one.declaration for one in again.planned] == [one.declaration for one in context.planned]
    assert lifting.changed == []


PROCESS = "Opportunity.Special_Prices"
OWN_MANAGER = {"type": "userHierarchyField"}


def user(name: str) -> dict[str, str]:
    return {"type": "user", "name": f"{name}@foreign.example"}


def steps() -> dict[str, Any]:
    def step(label: str, approver: dict[str, str], *criteria: tuple[str, str, str]) -> dict[str, Any]:
        items = [{"field": f"Opportunity.{name}", "operation": sign, "value": value} for name, sign, value in criteria]
        entry = {"entryCriteria": {"criteriaItems": items}, "ifCriteriaNotMet": "GotoNextStep"} if items else {}
        asked = {"assignedApprover": {"approver": [approver]}}
        return {"name": label.replace(" ", "_"), "label": label, **asked, **entry}

    medium = ("Rebate__c", "greaterOrEqual", "10"), ("Rebate__c", "lessThan", "30")
    return {
        "active": True,
        "label": "Special prices",
        "allowedSubmitters": [{"type": "owner"}],
        "recordEditability": "AdminOnly",
        "nextAutomatedApprover": {"userHierarchyField": "Manager", "useApproverFieldOfRecordOwner": False},
        "approvalStep": [
            step("Own manager", OWN_MANAGER, ("Amount", "greaterThan", "5000")),
            step("VP", user("vp"), *medium),
            step("CFO", user("cfo")),
        ],
    }
