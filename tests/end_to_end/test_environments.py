"""One model in every environment: staging, prod, and prod split by CRM; dev is applied by test_whole_model.py.

Production is planned by the real CLI; the others compile and ask the accounts in this process, as its plan does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from crm_simulators.server import RunningSimulators, running

from revops_iac.plan.preflight import of_resources
from revops_iac.stack_context import StackContext
from tests.pulumi_project import PulumiProject

pytestmark = pytest.mark.pulumi
SPLIT = ("prod-hubspot", "prod-salesforce")
STACKS = ("staging", "prod", *SPLIT)


@dataclass(frozen=True)
class Environments:
    """Every stack's configuration, on accounts that have the people of production and the stand-ins of the others."""

    project: PulumiProject
    crms: RunningSimulators

    def context(self, stack: str) -> StackContext:
        return StackContext.load(self.project.stacks, stack)


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory, pulumi_cli: Path) -> Iterator[Environments]:
    with running() as crms, pytest.MonkeyPatch.context() as environment:
        project = PulumiProject.of_checkout(tmp_path_factory.mktemp("environments"), pulumi_cli)
        project.environment.update(crms.env())
        for name, value in crms.env().items():
            environment.setenv(name, value)
        staff(project, crms)
        for stack in STACKS:
            project.stack = stack
            project.write_config(
                {
                    "hubspot:portalId": str(crms.hubspot.portal_id),
                    "salesforce:organizationId": crms.salesforce.organization_id,
                }
            )
        yield Environments(project, crms)


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
def test_no_account_refuses_a_stack_with_its_overlay_and_systems(environments: Environments, stack: str) -> None:
    context = environments.context(stack)
    assert set(context.systems) == ({stack.removeprefix("prod-")} if stack in SPLIT else {"hubspot", "salesforce"})
    for name, system in context.systems.items():
        session = context.session(system)
        session.open()
        session.declared = context.desired(name)
        assert list(of_resources(session, session.declared, frozenset())) == []
    assert environments.crms.control.log.select(writes_only=True) == []


def test_production_plans_writes_nothing_and_keeps_every_rule(environments: Environments) -> None:
    environments.project.stack = "prod"
    environments.project.init()
    environments.crms.control.log.clear()
    assert "✅ revops@" in environments.project.preview("--policy-pack", "policies").succeeded().output
    assert environments.crms.control.log.select(writes_only=True) == []


def test_split_production_declares_together_what_production_declares(environments: Environments) -> None:
    whole, *parts = ([one.desired for one in environments.context(stack).planned] for stack in ("prod", *SPLIT))
    assert sorted(map(repr, (one for part in parts for one in part))) == sorted(map(repr, whole))
