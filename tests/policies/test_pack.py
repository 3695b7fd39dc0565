"""The pack in the real CLI: a plan that breaks a rule is refused with rule, place and fix."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from crm_simulators.server import RunningSimulators

from tests.end_to_end.small_stack import empty_project
from tests.pulumi_project import PulumiProject

pytestmark = pytest.mark.pulumi

GOOD = """\
context: {systems: {managed: [hubspot]}}
data_hygiene:
  fields: {contact: {employees: {label: Employees, type: number}}}
people: {persons: {ann: {name: Ann, email: ann@example.com}},
  teams: {sdr: {label: SDR, members: [ann]}},
  queues: {unassigned: {label: Unassigned}}}
routing:
  inbound:
    rules:
      all: {method: round_robin, assign: {team: sdr}}
    fallback: {queue: unassigned}
"""


@pytest.fixture(scope="module")
def _project(tmp_path_factory: pytest.TempPathFactory, pulumi_cli: Path, _servers: RunningSimulators) -> PulumiProject:
    project = empty_project(tmp_path_factory.mktemp("pack"), pulumi_cli)
    project.write_config({"hubspot:portalId": str(_servers.hubspot.portal_id), "revops:systems": '["hubspot"]'})
    return project


@pytest.fixture
def project(_project: PulumiProject, crms: RunningSimulators) -> PulumiProject:
    """A stack that is only planned, with the model that the test writes."""
    _project.environment.update(crms.env())
    return _project


def write(project: PulumiProject, text: str) -> None:
    (project.stacks / "model" / "model.yaml").write_text(text, encoding="utf-8")


def test_plan_that_breaks_a_rule_names_rule_place_and_fix(project: PulumiProject) -> None:
    write(project, GOOD.replace("    fallback: {queue: unassigned}\n", ""))
    message = project.preview("--policy-pack", "policies").failed().output
    assert "[mandatory] [severity: critical]  routing-has-fallback-owner" in message
    assert "stacks/model/model.yaml:8:3  routing inbound: there is no fallback owner" in message
    assert "fix: add routing.inbound.fallback with a queue or an owner" in message


def test_level_in_the_config_of_the_pack_lets_the_plan_pass(project: PulumiProject) -> None:
    write(project, GOOD.replace("    fallback: {queue: unassigned}\n", ""))
    config = project.root / "levels.json"
    config.write_text(json.dumps({"routing-has-fallback-owner": "advisory"}), encoding="utf-8")
    message = project.preview("--policy-pack", "policies", "--policy-pack-config", str(config)).succeeded().output
    assert "[advisory] [severity: critical]  routing-has-fallback-owner" in message


def test_plan_that_keeps_the_rules_passes_and_their_order_reaches_the_policies(project: PulumiProject) -> None:
    ordered = """\
      zulu: {method: territory, when: "contact.employees > 5", assign: {team: sdr}}
      all: {method: round_robin, assign: {team: sdr}}
"""
    write(project, GOOD.replace("      all: {method: round_robin, assign: {team: sdr}}\n", ordered))
    project.preview("--policy-pack", "policies").succeeded()
