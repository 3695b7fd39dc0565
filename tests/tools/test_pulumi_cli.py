"""The CLI that script/setup provides, with what no test of a whole stack shows: analysis of a state, broken programs.

Programs, policy packs, plans and the Automation API: every test of tests/end_to_end runs on this CLI.
"""

from pathlib import Path

import pytest

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


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, pulumi_cli: Path) -> PulumiProject:
    """One stack for all tests here; the last leaves its program broken."""
    folder = tmp_path_factory.mktemp("cli")
    return PulumiProject.of_program(folder, pulumi_cli, PROGRAM, POLICIES).init({"size": "11"})


def test_a_missing_virtual_environment_is_named_with_its_fix(project: PulumiProject) -> None:
    environment = project.root / ".venv"
    elsewhere = environment.rename(project.root / "elsewhere")
    refused = project.preview().failed()
    elsewhere.rename(environment)
    assert f'virtualenv ".venv": there is no Python at {project.root}/.venv/bin/python' in refused.output
    assert "fix: run script/setup, it makes it" in refused.output


def test_a_state_that_breaks_a_mandatory_policy_fails_its_analysis(project: PulumiProject) -> None:
    assert "stack dev of revops, size 11" in project.up().succeeded().output
    assert [thing["outputs"]["size"] for thing in project.resources("dynamic/test:Thing")] == [11]
    analyzed = project.run("policy", "analyze", "--stack", "dev", "--policy-pack", "policies").failed()
    assert "size must be at most 10" in analyzed.output


def test_a_program_that_fails_shows_its_own_error_and_no_second_one(project: PulumiProject) -> None:
    (project.stacks / "__main__.py").write_text("import pulumi\nraise pulumi.RunError('the author must act')\n")
    refused = project.preview().failed()
    assert "error: the author must act" in refused.output
    assert "Traceback" not in refused.output
