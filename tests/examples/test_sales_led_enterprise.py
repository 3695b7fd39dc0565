"""The sales-led example as its company runs it: Salesforce alone, with the real CLI.

The tests build on each other in the order in which they stand, on one stack.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from crm_simulators.server import RunningSimulators, running
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.pulumi_project import CHECKOUT, WITHOUT_CHECKPOINTS, PulumiProject

pytestmark = pytest.mark.pulumi
EXAMPLE = CHECKOUT / "examples" / "sales_led_enterprise"
STAND_IN = "revops@halden.example.dev"
REFINERY = {
    "LastName": "Ito",
    "Company": "Refinery",
    "Email": "jo@refinery.example",
    "NumberOfEmployees": 1400,
    "Plant_Kind__c": "chemical",
    "Role__c": "engineering_lead",
    "Control_System__c": "ethernet_apl",
    "Territory__c": "americas",
    "Lifecycle_Stage__c": "lead",
}


@dataclass(frozen=True)
class Company:
    """The example in a folder of its own with its environment, as a clone of it would be, after its first `up`."""

    project: PulumiProject
    crms: RunningSimulators
    sf: Salesforce


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, pulumi_cli: Path) -> Iterator[Company]:
    with running() as crms, pytest.MonkeyPatch.context() as environment:
        project = PulumiProject(tmp_path_factory.mktemp("sales_led"), pulumi_cli)
        leave = shutil.ignore_patterns(".revops", "__pycache__", ".pulumi", ".pytest_cache")
        shutil.copytree(EXAMPLE, project.root, symlinks=True, ignore=leave)
        (project.root / ".venv").symlink_to(CHECKOUT / ".venv")
        salesforce_only = {key: value for key, value in crms.env().items() if not key.startswith("HUBSPOT_")}
        project.environment.update(salesforce_only | WITHOUT_CHECKPOINTS)
        crms.seed("salesforce", {"users": [{"Username": STAND_IN, "Email": STAND_IN}]})
        project.init({"salesforce:organizationId": crms.salesforce.organization_id})
        project.up("--policy-pack", "policies").succeeded()
        environment.setenv("REQUESTS_CA_BUNDLE", crms.salesforce.ca_bundle)
        sf = logged_in(crms)
        yield Company(project, crms, sf)
        sf.session.close()


def logged_in(crms: RunningSimulators) -> Salesforce:
    """A session of the one user of the sandbox, who has the permission sets of the model."""
    url = crms.salesforce.https_url
    form = {"grant_type": "password", "username": STAND_IN, "password": crms.salesforce.password}
    token = requests.post(f"{url}/services/oauth2/token", data=form).json()["access_token"]
    return Salesforce(instance_url=url, session_id=token, version="63.0")


def test_one_up_makes_the_whole_process_on_salesforce_alone(company: Company) -> None:
    kinds = Counter(resource["type"].rpartition("/")[2] for resource in company.project.resources("dynamic/"))
    assert (kinds["salesforce:RecordType"], kinds["salesforce:BusinessProcess"]) == (2, 2)
    assert kinds["salesforce:Queue"] == 2
    tiers = [key for key in company.crms.dump("salesforce")["components"]["ApprovalProcess"] if "Deal_Desk" in key]
    assert kinds["salesforce:ApprovalProcess"] == len(tiers) == 5
    assert kinds["salesforce:Flow"] > kinds["salesforce:FlowActivation"] > 0
    assert [kind for kind in kinds if kind.startswith("hubspot:")] == []


def test_second_plan_is_empty(company: Company) -> None:
    company.project.preview("--expect-no-changes").succeeded()


def test_two_units_share_one_list_of_stages(company: Company) -> None:
    components = company.crms.dump("salesforce")["components"]
    names = [value["fullName"] for value in components["StandardValueSet"]["OpportunityStage"]["body"]["standardValue"]]
    assert len(names) == len(set(names))
    stages = {
        name: {value["fullName"] for value in one["body"]["values"]}
        for name, one in components["BusinessProcess"].items()
    }
    assert stages["Opportunity.Instruments"] & stages["Opportunity.Software"] == {
        *("Qualified", "Proposal", "Negotiation", "Closed Won", "Closed Lost")
    }
    assert stages["Opportunity.Instruments"] ^ stages["Opportunity.Software"] == {"Site survey", "Pilot"}


def test_a_consultation_makes_a_plant_an_mql_with_an_owner_and_a_call(company: Company) -> None:
    sf = company.sf
    company.crms.control.clock.set(datetime(2026, 12, 7, 9, tzinfo=UTC))
    assign = {"Sforce-Auto-Assign": "TRUE"}
    plant = sf.Lead.create(REFINERY, headers=assign)["id"]
    stranger = sf.Lead.create({**REFINERY, "Email": "x@y.example", "Territory__c": None}, headers=assign)["id"]
    owners = {row["Id"]: row["Owner"] for row in sf.query("SELECT Id, Owner.Name, Owner.Type FROM Lead")["records"]}
    assert (owners[plant]["Type"], owners[stranger]["Name"]) == ("User", "Unassigned leads")
    campaign = sf.Campaign.create({"Name": "Website", "IsActive": True})["id"]
    sf.CampaignMember.create({"CampaignId": campaign, "LeadId": plant, "Status": "Requested consultation"})
    live = sf.Lead.get(plant)
    # The sandbox runs no engagement flow that it has not enabled; the lifecycle flow reads what those move.
    assert (live["Lifecycle_Stage__c"], live["Mql_Ready__c"], live["Engagement_Score__c"]) == ("mql", True, 40)
    tasks = sf.query(f"SELECT Subject FROM Task WHERE WhoId = '{plant}'")["records"]
    assert [task["Subject"] for task in tasks] == ["First contact within 4 business hours"]


def test_a_deal_does_not_enter_a_stage_without_what_its_unit_asks_for(company: Company) -> None:
    sf = company.sf
    account = sf.Account.create({"Name": "Refinery"})["id"]
    deal = {"Name": "Points", "CloseDate": "2027-06-01", "AccountId": account, "LeadSource": "Web"}
    instruments = {**deal, "StageName": "Qualified", "Business_Unit__c": "instruments"}
    made = sf.Opportunity.create(instruments)["id"]
    with pytest.raises(SalesforceMalformedRequest, match="Site survey needs") as refused:
        sf.Opportunity.update(made, {"StageName": "Site survey"})
    assert "Measuring points" in str(refused.value)
    sf.Opportunity.update(made, {"StageName": "Site survey", "Measuring_Points__c": 12, "Hazard_Zone__c": "zone_1"})
