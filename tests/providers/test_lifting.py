"""Adopted resources in the words of the model: what is lifted compiles to what the accounts hold, or stays raw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac.adoption.lifting import Lifting, together
from revops_iac.adoption.state_entries import Adopted, StackState
from revops_iac.commands.lift import Lifted
from revops_iac.provider.lifting import Proposal
from revops_iac.stack_context import StackContext
from tests.providers.lifting import adopted, lifted

STAGES = {"Neu!": "0.1", "Proposal sent": "0.5", "Closed won": "1.0", "Closed lost": "0.0"}
IDS = {"hubspot": "48210773", "salesforce": "00D000000000001AAA"}


def portal(label: str = "Renewals (EU)") -> dict[str, Any]:
    stages = [
        {"stageId": f"s{at}", "label": one, "displayOrder": at, "metadata": {"probability": chance}}
        for at, (one, chance) in enumerate(STAGES.items())
    ]
    pipeline = {"pipelineId": "p1", "label": label, "displayOrder": 3, "stages": stages}
    return {"pipelines": {"deals": [pipeline]}}


def org(sims: RunningSimulators) -> dict[str, Any]:
    there = sims.dump("salesforce")["components"]["StandardValueSet"]["OpportunityStage"]["body"]
    forecast = {"Neu!": "Pipeline", "Proposal sent": "BestCase", "Closed won": "Closed", "Closed lost": "Omitted"}
    values = [
        {"fullName": name, "label": name, "default": False, "probability": round(float(chance) * 100)}
        | {"closed": "Closed" in name, "won": name == "Closed won", "forecastCategory": forecast[name]}
        for name, chance in STAGES.items()
    ]
    others = [one for one in there["standardValue"] if one["fullName"].lower() not in map(str.lower, STAGES)]
    process = {"isActive": True, "values": [{"fullName": name, "default": False} for name in STAGES]}
    kind = {"active": True, "label": "Renewals (EU)", "businessProcess": "Old Process"}
    return {
        "StandardValueSet": {"OpportunityStage": {**there, "standardValue": [*others, *values]}},
        "BusinessProcess": {"Opportunity.Old Process": process},
        "RecordType": {"Opportunity.Renewal_Deals": kind},
    }


def content(lifting: Lifting) -> dict[str, Any]:
    assert [one.reason for one in lifting.stays] == []
    return {one.name: one.content for one in lifting.entries}


def test_pipeline_of_hubspot_is_lifted(accounts: RunningSimulators, tmp_path: Path):
    accounts.seed("hubspot", portal())
    context = adopted(accounts, tmp_path / "stacks", "hubspot")
    file = tmp_path / "stacks" / "model" / "adopted" / "hubspot" / "pipeline.yaml"
    file.write_text(file.read_text("utf-8").replace("    deals.p1:", "    # Ask Ann.\n    deals.p1:"), "utf-8")
    accounts.control.log.clear()
    lifting = lifted(context)
    entry = content(lifting)["pipelines.renewals_eu"]
    assert (entry["label"], entry["vendor_name"]) == ("Renewals (EU)", {"hubspot": "p1"})
    assert list(entry["stages"]) == ["neu", "proposal_sent", "closed_won", "closed_lost"]
    assert entry["stages"]["closed_won"]["closed"] == "won"
    assert lifting.unmanaged == ["Pipeline deals.p1: display_order"]
    for one in lifting.files:
        one.write()
    text = (tmp_path / "stacks" / "model" / "lifted" / "pipelines_renewals_eu.yaml").read_text("utf-8")
    assert text.startswith("# Written by revops lift. Edit it as you like.\n# Ask Ann.\npipelines:\n  renewals_eu:\n")
    again = StackContext.of(context.folder, context.config)
    (planned,) = again.planned
    assert (planned.declaration.key, planned.name) == ("deals.renewals_eu", "deals.p1")
    assert lifted(again).entries == []
    assert accounts.control.log.select(writes_only=True) == []


def test_record_type_with_its_process_and_stages_is_lifted(accounts: RunningSimulators, tmp_path: Path):
    accounts.seed("salesforce", {"components": org(accounts)})
    lifting = lifted(adopted(accounts, tmp_path / "stacks", "salesforce"))
    entry = content(lifting)["pipelines.renewals_eu"]
    assert entry["vendor_name"] == {"salesforce": "Renewal_Deals"}
    assert entry["record_type"] == {"process": "Old Process", "path": False, "access": False}
    assert {key: (one["probability"], one["forecast"]) for key, one in entry["stages"].items()} == {
        "neu": (0.1, "pipeline"),
        "proposal_sent": (0.5, "best_case"),
        "closed_won": (1.0, "closed"),
        "closed_lost": (0.0, "omitted"),
    }


def test_pipeline_of_both_is_one_entry(accounts: RunningSimulators, tmp_path: Path):
    accounts.seed("hubspot", portal())
    accounts.seed("salesforce", {"components": org(accounts)})
    lifting = lifted(adopted(accounts, tmp_path / "stacks", "hubspot", "salesforce"))
    entry = content(lifting)["pipelines.renewals_eu"]
    assert entry["vendor_name"] == {"hubspot": "p1", "salesforce": "Renewal_Deals"}
    assert entry["stages"]["proposal_sent"] == {
        "label": "Proposal sent",
        "probability": 0.5,
        "forecast": "best_case",
        "vendor_name": {"hubspot": "s1"},
    }
    shown = Lifted("prod", lifting, ()).render()
    first = shown.partition(":\n")[0]
    assert first.startswith("pipelines.renewals_eu, instead of hubspot Pipeline deals.p1, salesforce ")
    assert "RecordType Opportunity.Renewal_Deals" in first
    assert "prod: dry run, 1 would be lifted; nothing was changed." in shown


def test_stages_of_both_stand_in_the_order_of_hubspots_pipeline():
    """Salesforce has one list of stages for all pipelines, in which those of another one may come first."""
    org = Proposal("pipelines", "renewals", {"stages": {"won": {"label": "Won"}, "due": {"label": "Due"}}})
    portal = Proposal("pipelines", "renewals", {"stages": {"due": {}, "won": {}}}, guessed=frozenset({"closed"}))
    assert list(together([portal, org])["stages"]) == ["due", "won"]
    assert together([portal, org])["stages"]["due"] == {"label": "Due"}


def test_pipeline_that_the_other_crm_lacks_stays_raw(accounts: RunningSimulators, tmp_path: Path):
    accounts.seed("hubspot", portal())
    lifting = lifted(adopted(accounts, tmp_path / "stacks", "hubspot", "salesforce", kinds=("Pipeline",)))
    assert lifting.entries == []
    (stays,) = lifting.stays
    assert "Salesforce would get a new BusinessProcess, Opportunity.Renewals_Eu" in stays.reason


def test_state_of_what_was_lifted_has_new_names_and_the_same_history(accounts: RunningSimulators, tmp_path: Path):
    accounts.seed("hubspot", portal())
    context = adopted(accounts, tmp_path / "stacks", "hubspot")
    session = context.session(next(iter(context.chosen_systems(None))))
    live = session.find(session.system.kinds["Pipeline"], "deals.p1")
    assert live is not None
    empty = StackState("revops", context, {"version": 3, "deployment": {}})
    before = empty.with_adopted([Adopted(context.planned[0], live, session)], IDS).state
    lifting = lifted(context)
    assert lifting.after is not None
    changed = [Adopted(planned, one, session) for planned, one in lifting.changed]
    after = StackState("revops", lifting.after, before).lifted(context, changed, IDS, {"pipelines"}).state
    found = {one["urn"].rpartition("::")[2]: one for one in after["deployment"]["resources"]}
    assert ("deals.p1" in found, found["deals.renewals_eu"]["id"]) == (False, live.id)
    assert found["deals.renewals_eu"]["outputs"]["earlier"]["display_order"] == 3
    assert "display_order" not in found["deals.renewals_eu"]["inputs"]
    assert found["pipelines"]["inputs"]["renewals_eu"]["label"] == "Renewals (EU)"
    assert found["hubspot"]["outputs"]["declared"] == "Pipeline deals.p1"


@pytest.mark.parametrize("label", ["Neu", "!!!"])
def test_label_of_any_letters_gives_a_key(accounts: RunningSimulators, tmp_path: Path, label: str):
    accounts.seed("hubspot", portal(label))
    (entry,) = lifted(adopted(accounts, tmp_path / "stacks", "hubspot")).entries
    assert (entry.key, entry.content["label"]) == ({"Neu": "neu", "!!!": "x"}[label], label)


def routed(*entries: dict[str, Any]) -> dict[str, Any]:
    """The components of an org with an active assignment rule of leads."""
    tier = {"label": "Tier", "type": "Number", "precision": 18, "scale": 0}
    queue = {"name": "North!", "queueSobject": [{"sobjectType": "Lead"}], "doesSendEmailToMembers": False}
    members = {"queueMembers": {"users": {"user": ["ann@foreign.example"]}}}
    return {
        "CustomField": {"Lead.Tier__c": tier},
        "Queue": {"North": {**queue, **members}},
        "AssignmentRule": {"Lead.Old_Routing": {"active": True, "ruleEntry": list(entries)}},
    }


TO_NORTH = {"assignedTo": "North", "assignedToType": "Queue"}
TO_ANN = {"assignedTo": "ann@foreign.example", "assignedToType": "User"}


def criterion(field: str, operation: str, value: str | None = None) -> dict[str, Any]:
    return {"field": f"Lead.{field}", "operation": operation, **({"value": value} if value is not None else {})}


def test_assignment_rule_is_lifted_with_its_queues_people_and_fields(accounts: RunningSimulators, tmp_path: Path):
    items = [criterion("Country", "equals", "DE,AT"), criterion("Tier__c", "greaterThan", "2")]
    org = routed(
        {"criteriaItems": items, **TO_NORTH},
        {"criteriaItems": [criterion("Company", "notEqual", ""), criterion("City", "startsWith", "B")], **TO_ANN},
        {**TO_NORTH},
    )
    accounts.seed("salesforce", {"users": [{"Username": "ann@foreign.example"}], "components": org})
    lifting = lifted(adopted(accounts, tmp_path / "stacks", "salesforce"))
    entry = content(lifting)["routing.old_routing"]
    assert {key: rule.get("when") for key, rule in entry["rules"].items()} == {
        "to_north": "lead.country is any of [DE, AT] and lead.tier > 2",
        "to_ann": "lead.company is known and lead.city starts with any of [B]",
    }
    assert (entry["fallback"], entry["vendor_name"]) == ({"queue": "north"}, {"salesforce": "Old_Routing"})
    also = lifting.entries[0].also
    assert also["people"]["queues"]["north"]["members"] == ["ann"]
    assert also["data_hygiene"]["fields"]["lead"]["tier"] == {
        "label": "Tier",
        "type": "number",
        "standard": {"salesforce": "Tier__c"},
    }
    assert {planned.declaration.key for planned, _ in lifting.changed} == {"Lead.revenue_process", "north"}


def test_entry_that_stays_raw_keeps_no_other_from_being_lifted(accounts: RunningSimulators, tmp_path: Path):
    """The pipeline would make a record type and give everybody access to it; the routing makes nothing."""
    accounts.seed("hubspot", portal())
    accounts.seed("salesforce", {"users": [{"Username": "ann@foreign.example"}], "components": routed(TO_ANN)})
    lifting = lifted(adopted(accounts, tmp_path / "stacks", "hubspot", "salesforce"))
    assert [one.name for one in lifting.entries] == ["routing.old_routing"], lifting.stays
    assert [one.subject for one in lifting.stays] == ["pipelines.renewals_eu"]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"formula": "LEN(Company) > 3"}, "entry 1: LEN(Company) is not a field"),
        ({"criteriaItems": [criterion("Tier__c", "lessThan", "1")] * 2, "booleanFilter": "1 OR 2"}, "boolean_filter"),
        ({"criteriaItems": [criterion("Country", "equals", "DE, AT")]}, "would get another entries"),
    ],
)
def test_assignment_rule_that_the_topic_cannot_say_stays_raw(
    accounts: RunningSimulators, tmp_path: Path, entry: dict[str, Any], reason: str
):
    accounts.seed(
        "salesforce",
        {"users": [{"Username": "ann@foreign.example"}], "components": routed({**entry, **TO_NORTH}, TO_ANN)},
    )
    lifting = lifted(adopted(accounts, tmp_path / "stacks", "salesforce"))
    assert lifting.entries == []
    assert reason in "; ".join(one.reason for one in lifting.stays)
