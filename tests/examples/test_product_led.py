"""The product-led example as its company runs it: HubSpot alone, with the real CLI.

The tests build on each other in the order in which they stand, on one stack.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from crm_simulators.server import RunningSimulators, running

from tests.pulumi_project import CHECKOUT, WITHOUT_CHECKPOINTS, PulumiProject

pytestmark = pytest.mark.pulumi
EXAMPLE = CHECKOUT / "examples" / "product_led"
STAND_IN = "revops@brightloom.example"
NOW = "2026-12-07T09:00:00Z"
DATA_LEAD = {
    "email": "kim@harbour.example",
    "company": "Harbour",
    "employees": "80",
    "role": "data",
    "warehouse": "snowflake",
    "signed_up_at": NOW,
}


@dataclass(frozen=True)
class Company:
    """The example in a folder of its own with its environment, as a clone of it would be, after its first `up`."""

    project: PulumiProject
    crms: RunningSimulators


def cloned(folder: Path, cli: Path) -> PulumiProject:
    """A copy of the example, with this checkout's environment in place of its own."""
    project = PulumiProject(folder, cli)
    leave = shutil.ignore_patterns(".revops", "__pycache__", ".pulumi", ".pytest_cache")
    shutil.copytree(EXAMPLE, project.root, symlinks=True, ignore=leave)
    (project.root / ".venv").symlink_to(CHECKOUT / ".venv")
    return project


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, pulumi_cli: Path) -> Iterator[Company]:
    with running() as crms:
        project = cloned(tmp_path_factory.mktemp("product_led"), pulumi_cli)
        hubspot_only = {key: value for key, value in crms.env().items() if key.startswith("HUBSPOT_")}
        project.environment.update(hubspot_only | WITHOUT_CHECKPOINTS)
        crms.seed("hubspot", {"users": [{"email": STAND_IN}]})
        project.init({"hubspot:portalId": str(crms.hubspot.portal_id)})
        project.up().succeeded()
        yield Company(project, crms)


def test_one_up_makes_the_whole_process_on_hubspot_alone(company: Company) -> None:
    kinds = Counter(resource["type"].rpartition("/")[2] for resource in company.project.resources("dynamic/"))
    assert kinds["hubspot:Pipeline"] == 2
    assert kinds["hubspot:PropertyOptions"] == 1
    assert kinds["hubspot:Workflow"] > kinds["hubspot:WorkflowActivation"] > 0
    assert [kind for kind in kinds if kind.startswith("salesforce:")] == []


def test_second_plan_is_empty_and_keeps_every_rule(company: Company) -> None:
    planned = company.project.preview("--expect-no-changes", "--policy-pack", "policies").succeeded()
    assert "policies" in planned.output


def test_use_of_the_product_leads_to_an_owner_and_a_call(company: Company) -> None:
    company.crms.control.clock.set(datetime(2026, 12, 7, 9, tzinfo=UTC))
    with portal(company.crms) as http:
        path = f"{company.crms.hubspot.url}/crm/v3/objects"
        made = http.post(f"{path}/contacts", json={"properties": DATA_LEAD})
        made.raise_for_status()
        contact = f"{path}/contacts/{made.json()['id']}"
        seen = [stage_of(http, contact)]
        for usage in ({"activated_at": NOW}, {"active_weeks": "1"}, {"seats": "3"}, {"first_paid_at": NOW}):
            http.patch(contact, json={"properties": usage}).raise_for_status()
            seen.append(stage_of(http, contact))
        tasks = http.post(f"{path}/tasks/search", json={"properties": ["hs_task_subject"]}).json()["results"]
        for record in (contact, *(f"{path}/tasks/{task['id']}" for task in tasks)):
            http.delete(record).raise_for_status()
    assert seen == [
        ("subscriber", "5", False),
        ("lead", "25", False),
        ("lead", "35", False),
        ("marketingqualifiedlead", "50", True),
        ("customer", "50", True),
    ]
    assert [task["properties"]["hs_task_subject"] for task in tasks] == ["First contact within 4 business hours"]


@contextmanager
def portal(crms: RunningSimulators) -> Iterator[requests.Session]:
    with requests.Session() as http:
        http.headers["Authorization"] = f"Bearer {crms.hubspot.token}"
        yield http


def stage_of(http: requests.Session, contact: str) -> tuple[str, str, bool]:
    """HubSpot's lifecycle stage, the usage score, and whether somebody owns the contact."""
    desired = "lifecyclestage,usage_score,hubspot_owner_id"
    live = http.get(contact, params={"properties": desired}).json()["properties"]
    return live["lifecyclestage"], live["usage_score"], bool(live.get("hubspot_owner_id"))
