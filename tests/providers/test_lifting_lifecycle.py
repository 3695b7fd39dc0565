"""Lifecycles come back from the picklist, the statuses and the rules that they compile to."""

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

STAGES = {"visitor": "Visitor", "pql": "PQL", "sales_ready": "Sales ready", "client": "Client", "fan": "Fan"}
NEEDED = {
    "email": {"label": "Email", "type": "email", "standard": {"salesforce": "Email"}},
    "company": {"label": "Firm", "type": "text", "standard": {"salesforce": {"Lead": "Company"}}},
    "opted_in": {"label": "Opted in", "type": "checkbox"},
    "met_on": {"label": "Met on", "type": "date"},
    "plan": {"label": "Plan", "type": "picklist", "options": {"free": "Free", "paid": "Paid"}},
}
lifecycles = st.fixed_dictionaries(
    {
        "stages": st.lists(st.sampled_from(sorted(STAGES)), min_size=2, unique=True),
        "needed": st.lists(st.lists(st.sampled_from(sorted(NEEDED)), unique=True, max_size=3), min_size=5, max_size=5),
        "no_skipping": st.booleans(),
    }
)


def company(keys: list[str], needed: list[list[str]], no_skipping: bool) -> dict[str, Any]:
    stages = {
        key: {"label": STAGES[key], "required_fields": [f"contact.{one}" for one in fields]}
        for key, fields in zip(keys, needed, strict=False)
    }
    fields = {**NEEDED, "lifecycle_stage": {"label": "Lifecycle stage", "type": "picklist"}}
    return {
        "context": {"systems": {"managed": ["salesforce"], "source_of_truth": "salesforce"}},
        "data_hygiene": {"fields": {"contact": fields}},
        "lifecycle": {"field": "contact.lifecycle_stage", "stages": stages, "no_skipping": no_skipping},
    }


def test_any_lifecycle_is_lifted_to_what_asks_the_same(accounts: RunningSimulators):
    session = new_session("salesforce", stack_config(accounts).get)

    @settings(max_examples=6, phases=[Phase.generate])
    @given(lifecycles)
    def holds(made: dict[str, Any]) -> None:
        before = company(made["stages"], made["needed"], made["no_skipping"])
        after, stays = lifted(adopted("salesforce", before), session, lift)
        assert [one.reason for one in stays] == []
        assert list(after["lifecycle"]["stages"]) == made["stages"]
        rules = {key: one for key, one in compiled("salesforce", before).items() if key[0] == "ValidationRule"}
        again = compiled("salesforce", after)
        assert {key: one for key, one in again.items() if key[0] == "ValidationRule"} == rules

    holds()


def test_branching_lifecycle_is_lifted_to_what_refuses_the_same_moves(accounts: RunningSimulators):
    session = new_session("salesforce", stack_config(accounts).get)
    before = company(list(STAGES), [["email"], [], ["company"], [], []], True)
    follows = {"visitor": [], "pql": ["visitor"], "sales_ready": ["visitor"], "client": ["pql", "sales_ready"]}
    for key, earlier in follows.items():
        before["lifecycle"]["stages"][key]["follows"] = earlier
    after, stays = lifted(adopted("salesforce", before), session, lift)
    assert [one.reason for one in stays] == []
    found = {key: one.get("follows") for key, one in after["lifecycle"]["stages"].items()}
    assert found == {**follows, "fan": ["client"]}
    rules = {key: one for key, one in compiled("salesforce", before).items() if key[0] == "ValidationRule"}
    assert {key: one for key, one in compiled("salesforce", after).items() if key[0] == "ValidationRule"} == rules


def test_lifecycle_of_other_making_is_lifted_without_the_rules_that_it_lacks(
    accounts: RunningSimulators, tmp_path: Path
):
    values = [{"fullName": name, "label": name, "default": False} for name in ("1 - Cold", "2 - Warm", "3 - Client")]
    phase = {
        "label": "Lifecycle phase",
        "type": "Picklist",
        "valueSet": {"restricted": True, "valueSetDefinition": {"sorted": False, "value": values}},
    }
    components = {"CustomField": {f"{one}.Phase__c": phase for one in ("Lead", "Contact")}}
    accounts.seed("salesforce", {"components": components})
    names = ("Lead.", "Contact.")
    context = stack_of(accounts, tmp_path / "stacks", "salesforce", kinds=("CustomField",), names=names)
    lifting = lift_stack(context)
    assert [one.reason for one in lifting.stays] == []
    (entry,) = lifting.entries
    assert entry.content["stages"] == {
        "x1_cold": {"label": "1 - Cold", "vendor_name": {"salesforce": "1 - Cold"}},
        "x2_warm": {"label": "2 - Warm", "vendor_name": {"salesforce": "2 - Warm"}},
        "x3_client": {"label": "3 - Client", "vendor_name": {"salesforce": "3 - Client"}},
    }
    assert (entry.content["field"], entry.content["no_skipping"]) == ("contact.phase", False)
    assert "working_contacted" in entry.content["lead_statuses"]
    assert [planned.name for planned, _ in lifting.changed] == ["LeadStatus"]
    for one in lifting.files:
        one.write()
    assert lift_stack(StackContext.of(context.folder, context.config)).entries == []


def test_stages_of_a_portal_are_lifted_without_the_segments_that_it_lacks(accounts: RunningSimulators, tmp_path: Path):
    there = accounts.dump("hubspot")["properties"]["0-1"]["lifecyclestage"]
    own = {"label": "Evaluating", "value": "4711", "displayOrder": 20, "hidden": False}
    defined = {**there, "options": [*there["options"], own], "hubspotDefined": True}
    accounts.seed("hubspot", {"properties": {"contacts": [defined]}})
    context = stack_of(accounts, tmp_path / "stacks", "hubspot", kinds=("List",))
    lifting = lift_stack(context)
    assert [one.reason for one in lifting.stays] == []
    (entry,) = lifting.entries
    assert (entry.name, entry.content["segments"]) == ("lifecycle", False)
    assert entry.content["stages"]["evaluating"] == {"label": "Evaluating", "hubspot_value": "4711"}
    assert [planned.name for planned, _ in lifting.changed] == ["contacts.lifecyclestage"]
    for one in lifting.files:
        one.write()
    assert lift_stack(StackContext.of(context.folder, context.config)).entries == []
