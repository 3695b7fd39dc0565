"""One model in every environment: staging, prod, and prod split by CRM; dev is applied by test_whole_model.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from crm_simulators.server import RunningSimulators, running

from revops_iac.state.source_map import SourceMap, read_source_map
from tests.pulumi_project import Outcome, PulumiProject

pytestmark = pytest.mark.pulumi
SPLIT = ("prod-hubspot", "prod-salesforce")
STACKS = ("staging", "prod", *SPLIT)


@dataclass(frozen=True)
class Environments:
    """The first plan of every stack, and what each stack declared."""

    plans: dict[str, Outcome]
    declared: dict[str, SourceMap]
    crms: RunningSimulators


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory, pulumi_cli: Path) -> Iterator[Environments]:
    """Previews every stack on accounts that have the people of production and the stand-ins of the others."""
    with running() as crms:
        project = PulumiProject.of_checkout(tmp_path_factory.mktemp("environments"), pulumi_cli)
        project.environment.update(crms.env())
        staff(project, crms)
        plans, declared = {}, {}
        for stack in STACKS:
            project.stack = stack
            project.init(
                {
                    "hubspot:portalId": str(crms.hubspot.portal_id),
                    "salesforce:organizationId": crms.salesforce.organization_id,
                }
            )
            policies = ("--policy-pack", "policies") if stack == "prod" else ()
            plans[stack] = project.preview(*policies)
            source_map = read_source_map(stack, project.stacks)
            assert source_map is not None, plans[stack].output
            declared[stack] = source_map
        yield Environments(plans, declared, crms)


def staff(project: PulumiProject, crms: RunningSimulators) -> None:
    """Gives both accounts everybody whom the model and its overlays name."""
    people = yaml.safe_load((project.stacks / "model" / "people.yaml").read_text(encoding="utf-8"))["people"]
    known = {system: {person["email"] for person in people["persons"].values()} for system in ("hubspot", "salesforce")}
    for overlay in project.stacks.glob("overlays/*.yaml"):
        message = yaml.safe_load(overlay.read_text(encoding="utf-8")).get("people", {})
        for names in (message.get("stand_in", {}), *message.get("identities", {}).values()):
            for system, name in names.items():
                known[system].add(name)
    teams = [{"name": team["label"]} for team in people["teams"].values()]
    crms.seed("hubspot", {"teams": teams, "users": [{"email": name} for name in sorted(known["hubspot"])]})
    users = [
        {"Username": name, "Email": f"{number}@northwind.example"}
        for number, name in enumerate(sorted(known["salesforce"]))
    ]
    crms.seed("salesforce", {"users": users})


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_plans_with_its_overlay_and_systems(environments: Environments, stack: str) -> None:
    environments.plans[stack].succeeded()


def test_production_keeps_every_rule(environments: Environments) -> None:
    assert "✅ revops@" in environments.plans["prod"].succeeded().output


def test_no_plan_writes(environments: Environments) -> None:
    assert environments.crms.control.log.select(writes_only=True) == []


def test_split_production_declares_together_what_production_declares(environments: Environments) -> None:
    hubspot, salesforce = (environments.declared[stack].resources.values() for stack in SPLIT)
    whole = environments.declared["prod"].resources.values()
    assert sorted(map(repr, (*hubspot, *salesforce))) == sorted(map(repr, whole))
