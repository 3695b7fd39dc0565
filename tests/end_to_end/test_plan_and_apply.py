"""`revops plan` and `revops apply` on one small stack: what is applied is the plan that was reviewed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import requests

from tests.code_host import github, gitlab, hand_on, run_step, script_of, serving, step_named
from tests.end_to_end.revops_command import environment
from tests.end_to_end.small_stack import SmallStack, a_property
from tests.pulumi_project import CHECKOUT

pytestmark = pytest.mark.pulumi
STARTER = CHECKOUT / "revops_iac" / "commands" / "init" / "starter"


def test_ci_applies_the_reviewed_plan_and_reports_drift(stack: SmallStack, tmp_path: Path) -> None:
    """The steps of the GitHub and GitLab files that `revops init` writes, with their commands; what one host's job
    planned, or found to drift, is handed on to the other's."""
    workflow, nightly, pipeline = written(tmp_path)
    shutil.rmtree(stack.project.policies)  # the rules have their own tests
    stack.hubspot({"Property": {"contacts.acv": a_property("acv", "contactinformation")}})
    output, summary, root = tmp_path / "output", tmp_path / "summary", stack.project.root
    job = {**environment(stack), "STACK": "dev", "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)}
    planned = run_step(step_named(workflow, "plan", "Plan"), root, job, tmp_path)
    assert planned.returncode == 0, planned.stdout + planned.stderr
    assert "HubSpot creates 1 property" in planned.stdout
    assert "HubSpot (" in summary.read_text()
    assert stack.writes() == []
    checksum = output.read_text().strip().removeprefix("checksum=")
    with serving() as host:
        on_github, on_gitlab = {**job, **github(host, tmp_path)}, {**job, **gitlab(host)}
        assert run_step(step_named(workflow, "plan", "Comment"), root, on_github, tmp_path).returncode == 0
        assert host.comments.pop(1)["body"].startswith("<!-- revops plan: dev -->")
        hand_on(tmp_path, "plan", "exit 4")
        noted = run_step(script_of(pipeline, "plan"), root, on_gitlab, tmp_path)
        assert noted.returncode == 0, noted.stdout + noted.stderr
        assert host.comments[1]["body"].startswith("<!-- revops plan: dev -->")
        assert (root / "plan.env").read_text() == f"CHECKSUM={checksum}\n"

        job["CHECKSUM"] = on_gitlab["CHECKSUM"] = checksum
        stack.crms.control.log.clear()
        applied = run_step(step_named(workflow, "apply", "Apply"), root, job, tmp_path)
        assert applied.returncode == 0, applied.stdout + applied.stderr
        assert [one.path for one in stack.writes()] == ["/crm/v3/properties/contacts"]
        (record,) = (stack.project.stacks / ".revops" / "dev" / "runs").glob("*/run.json")
        assert json.loads(record.read_text())["absent"] == [["hubspot", "Property", "contacts.acv"]]
        hand_on(tmp_path, "apply", 'echo "$@"; exit 0')
        asked = run_step(script_of(pipeline, "apply"), root, on_gitlab, tmp_path)
        assert asked.stdout.endswith(f"apply plan --stack dev --checksum {checksum}\n")

        url = f"{stack.crms.hubspot.url}/crm/v3/properties/contacts/acv"
        headers = {"Authorization": f"Bearer {stack.crms.hubspot.token}"}
        requests.patch(url, json={"label": "Clicked"}, headers=headers, timeout=30).raise_for_status()
        drifted = run_step(script_of(pipeline, "drift"), root, on_gitlab, tmp_path)
        assert drifted.returncode == 0, drifted.stdout + drifted.stderr
        (issue,) = host.open_issues()
        assert issue["title"] == "Drift in dev"
        assert "Clicked" in issue["description"]
        host.issues.clear()
        hand_on(tmp_path, "drift", f"cat {root / 'drift.md'}.old; exit 4")
        (root / "drift.md").rename(root / "drift.md.old")
        assert run_step(step_named(nightly, "drift", "Drift"), root, on_github, tmp_path).returncode == 0
        assert run_step(step_named(nightly, "drift", "Issue"), root, on_github, tmp_path).returncode == 0
        assert ["Clicked" in str(one.get("body")) for one in host.open_issues()] == [True]


def written(folder: Path) -> tuple[Path, Path, Path]:
    """The files of GitHub for plan and drift, and that of GitLab, as for a company with both CRMs."""
    found = []
    for name in ("dot-github/workflows/revops.yaml", "dot-github/workflows/drift.yaml", "dot-gitlab-ci.yml"):
        lines = (STARTER / f"{name}.j2").read_text().splitlines(keepends=True)
        found.append(folder / Path(name).name)
        found[-1].write_text("".join(line for line in lines if "[%" not in line))
    return found[0], found[1], found[2]
