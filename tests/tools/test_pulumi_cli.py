"""The CLI that script/setup provides, run for real: programs, policy packs, plans, secrets, the Automation API."""

from pathlib import Path

import pytest
from pulumi import automation

from tests.pulumi_project import PulumiProject

pytestmark = pytest.mark.pulumi

PROGRAM = """
import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult

class Provider(ResourceProvider):
    serialize_as_secret_always = False
    def create(self, props):
        return CreateResult("id", props)
    def read(self, id_, props):
        return ReadResult(id_, props)
    def diff(self, id_, old, new):
        return DiffResult(changes=old["size"] != new["size"], replaces=[])
    def update(self, id_, old, new):
        return UpdateResult(new)

class Thing(Resource, module="test", name="Thing"):
    def __init__(self, name, size):
        super().__init__(Provider(), name, {"size": size})

size = pulumi.Config().require_int("size")
print(f"stack {pulumi.get_stack()} of {pulumi.get_project()}, size {size}")
Thing("first", size)
"""
POLICIES = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

def check(resource, report):
    if resource.resource_type == "pulumi-python:dynamic/test:Thing" and resource.props["size"] > 10:
        report("size must be at most 10")

policy = ResourceValidationPolicy("small", "Things are small.", check, EnforcementLevel.MANDATORY)
PolicyPack("test-pack", policies=[policy])
"""


@pytest.fixture
def project(tmp_path: Path, pulumi_cli: Path) -> PulumiProject:
    return PulumiProject.of_program(tmp_path, pulumi_cli, PROGRAM, POLICIES).init({"size": "1"})


def test_a_program_goes_up_is_found_unchanged_and_comes_down(project: PulumiProject) -> None:
    assert "stack dev of revops, size 1" in project.preview("--policy-pack", "policies").succeeded().output
    project.up().succeeded()
    assert [thing["outputs"]["size"] for thing in project.resources("dynamic/test:Thing")] == [1]
    project.preview("--expect-no-changes").succeeded()
    assert "2 unchanged" in project.refresh().succeeded().output
    project.destroy().succeeded()
    assert project.resources() == []


def test_a_broken_mandatory_policy_refuses_preview_and_state_analysis(project: PulumiProject) -> None:
    project.set_config("size", "11")
    refused = project.preview("--policy-pack", "policies").failed()
    assert "[mandatory]  small  (pulumi-python:dynamic/test:Thing: first)" in refused.output
    assert "size must be at most 10" in refused.output
    project.up().succeeded()
    analyzed = project.run("policy", "analyze", "--stack", "dev", "--policy-pack", "policies").failed()
    assert "size must be at most 10" in analyzed.output


def test_a_saved_plan_refuses_other_values_than_its_own(project: PulumiProject) -> None:
    plan = str(project.folder / "plan.json")
    project.preview("--save-plan", plan).succeeded()
    project.set_config("size", "2")
    assert "violates plan" in project.up("--plan", plan).failed().output
    project.set_config("size", "1")
    project.up("--plan", plan).succeeded()


def test_a_program_that_fails_shows_its_own_error_and_no_second_one(project: PulumiProject) -> None:
    (project.stacks / "__main__.py").write_text("import pulumi\nraise pulumi.RunError('the author must act')\n")
    refused = project.preview().failed()
    assert "error: the author must act" in refused.output
    assert "Traceback" not in refused.output


def test_a_missing_virtual_environment_is_named_with_its_fix(project: PulumiProject) -> None:
    (project.root / ".venv").unlink()
    refused = project.preview().failed()
    assert f'virtualenv ".venv": there is no Python at {project.root}/.venv/bin/python' in refused.output
    assert "fix: run script/setup, it makes it" in refused.output


def test_the_automation_api_runs_on_the_same_cli(project: PulumiProject) -> None:
    command = automation.PulumiCommand(root=str(project.cli.parents[1]))
    options = automation.LocalWorkspaceOptions(pulumi_command=command, env_vars=project.full_environment)
    stack = automation.select_stack("dev", work_dir=str(project.root), opts=options)
    stack.set_config("size", automation.ConfigValue("11"))
    events: list[automation.EngineEvent] = []
    with pytest.raises(automation.CommandError):
        stack.preview(on_event=events.append, refresh=True, policy_packs=["policies"])
    violations = [event.policy_event for event in events if event.policy_event]
    assert [(found.policy_name, found.enforcement_level) for found in violations] == [("small", "mandatory")]
    stack.set_config("size", automation.ConfigValue("1"))
    assert stack.up().summary.result == "succeeded"
