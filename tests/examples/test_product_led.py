"""The product-led example as its company runs it: HubSpot alone, with the real CLI, from the first `up` to `destroy`.

The tests build on each other in the order in which they stand, on one stack.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators, running

from tests.end_to_end.accounts import comparable, differences, holdings
from tests.pulumi_project import CHECKOUT, PulumiProject

pytestmark = pytest.mark.pulumi
EXAMPLE = CHECKOUT / "examples" / "product_led"
STAND_IN = "revops@brightloom.example"
TRACES = ("/description: None became ", "/updatedUserId: None became ")
"""What a property of HubSpot's own keeps of having been written: an absent description is empty, and who wrote it."""


@dataclass(frozen=True)
class Company:
    """The example in a folder of its own with its environment, as a clone of it would be, after its first `up`."""

    project: PulumiProject
    crms: RunningSimulators
    before: dict[str, Any]


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
        project.environment.update(hubspot_only)
        crms.seed("hubspot", {"users": [{"email": STAND_IN}]})
        project.init({"hubspot:portalId": str(crms.hubspot.portal_id)})
        before = holdings(crms, "hubspot")
        project.up("--policy-pack", "policies").succeeded()
        yield Company(project, crms, before)


def test_one_up_makes_the_whole_process_on_hubspot_alone(company: Company) -> None:
    kinds = Counter(resource["type"].rpartition("/")[2] for resource in company.project.resources("dynamic/"))
    assert kinds["hubspot:Pipeline"] == 2
    assert kinds["hubspot:PropertyOptions"] == 1
    assert kinds["hubspot:Workflow"] > kinds["hubspot:WorkflowActivation"] > 0
    assert [kind for kind in kinds if kind.startswith("salesforce:")] == []


def test_second_plan_is_empty_and_keeps_every_rule(company: Company) -> None:
    planned = company.project.preview("--expect-no-changes", "--policy-pack", "policies").succeeded()
    assert "policies" in planned.output


def test_destroy_leaves_the_portal_as_it_was(company: Company) -> None:
    company.project.destroy().succeeded()
    after = holdings(company.crms, "hubspot")
    left = differences(comparable("hubspot", company.before), comparable("hubspot", after))
    assert [line for line in left if not any(trace in line for trace in TRACES)] == []
