"""`revops plan` and `revops apply` on one small stack: what is applied is the plan that was reviewed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.code_host import github, run_step, serving, step_named
from tests.end_to_end.revops_command import environment
from tests.end_to_end.small_stack import SmallStack, a_property
from tests.pulumi_project import CHECKOUT

pytestmark = pytest.mark.pulumi
STARTER = CHECKOUT / "revops_iac" / "commands" / "init" / "starter"


def test_ci_applies_the_reviewed_plan(stack: SmallStack, tmp_path: Path) -> None:
    """The steps of the workflow that `revops init` writes, with its commands."""
    workflow = tmp_path / "revops.yaml"
    template = (STARTER / "dot-github" / "workflows" / "revops.yaml.j2").read_text()
    workflow.write_text("".join(line for line in template.splitlines(keepends=True) if "[%" not in line))
    shutil.rmtree(stack.project.policies)  # the rules have their own tests
    stack.hubspot({"Property": {"contacts.acv": a_property("acv", "contactinformation")}})
    output, summary = tmp_path / "output", tmp_path / "summary"
    job = {**environment(stack), "STACK": "dev", "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)}
    planned = run_step(step_named(workflow, "plan", "Plan"), stack.project.root, job, tmp_path)
    assert planned.returncode == 0, planned.stdout + planned.stderr
    assert "HubSpot creates 1 property" in planned.stdout
    assert "| HubSpot (" in summary.read_text()
    assert stack.writes() == []
    with serving() as host:
        comment = step_named(workflow, "plan", "Comment")
        assert run_step(comment, stack.project.root, {**job, **github(host, tmp_path)}, tmp_path).returncode == 0
        assert host.comments[1]["body"].startswith("<!-- revops plan: dev -->")

    apply = step_named(workflow, "apply", "Apply")
    job["CHECKSUM"] = output.read_text().strip().removeprefix("checksum=")
    stack.crms.control.log.clear()
    applied = run_step(apply, stack.project.root, job, tmp_path)
    assert applied.returncode == 0, applied.stdout + applied.stderr
    assert [one.path for one in stack.writes()] == ["/crm/v3/properties/contacts"]
    (record,) = (stack.project.stacks / ".revops" / "dev" / "runs").glob("*/run.json")
    assert json.loads(record.read_text())["absent"] == [["hubspot", "Property", "contacts.acv"]]
