"""`revops init`: what it writes loads, keeps every rule, runs its own tests, and plans on the simulators."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from crm_simulators.server import RunningSimulators

from revops_iac.commands.check import check_stack
from revops_iac.commands.cli import main
from revops_iac.commands.init import Company, chosen_systems, write_company
from revops_iac.config.stack_config import stacks_of
from revops_iac.errors import AuthorError
from revops_iac.source.load import load_model
from tests.pulumi_project import CHECKOUT, PulumiProject

TODAY = date(2026, 12, 1)
EMAIL = "rita@acme.example"
BOTH = ("hubspot", "salesforce")


def written(folder: Path, *systems: str, name: str = "Acme") -> Path:
    write_company(folder, Company(name, systems, EMAIL), TODAY)
    return folder


@pytest.mark.parametrize("systems", [("hubspot",), ("salesforce",), BOTH], ids="+".join)
def test_starter_keeps_every_rule_in_each_stack(tmp_path: Path, systems: tuple[str, ...]) -> None:
    company = written(tmp_path / "acme", *systems)
    assert stacks_of(company / "stacks") == ["dev", "prod"]
    for stack in ("dev", "prod"):
        outcome = check_stack(company / "stacks", stack, company / "policies")
        assert outcome.violations == ()
        assert outcome.resources > 50


def test_the_last_system_is_the_source_of_truth(tmp_path: Path) -> None:
    context = load_model(written(tmp_path, "salesforce", "hubspot") / "stacks").context
    assert context.systems.managed == ["salesforce", "hubspot"]
    assert context.systems.source_of_truth == "hubspot"


def test_scores_are_checked_again_after_a_quarter(tmp_path: Path) -> None:
    recalibration = load_model(written(tmp_path, "hubspot") / "stacks").scoring["standard"].recalibration
    assert recalibration is not None
    assert str(recalibration.next) == "2027-03-01"


def test_any_name_of_a_company_is_kept(tmp_path: Path) -> None:
    company = written(tmp_path, "hubspot", name='Müller: "Sons" & [Co]')
    assert load_model(company / "stacks").context.company == 'Müller: "Sons" & [Co]'
    assert yaml.safe_load((company / "Pulumi.yaml").read_text())["name"] == "m-ller-sons-co-revops"


def steps_and_secrets(company: Path) -> tuple[list[str], list[str]]:
    workflow: dict[str, Any] = yaml.safe_load((company / ".github" / "workflows" / "revops.yaml").read_text())
    preview = workflow["jobs"]["preview"]
    return [step["run"] for step in preview["steps"] if "run" in step], sorted(preview["env"])


def test_ci_shows_the_plan_with_the_secrets_of_the_managed_systems(tmp_path: Path) -> None:
    steps, secrets = steps_and_secrets(written(tmp_path / "one", "hubspot"))
    assert steps[-1] == "pulumi preview --stack prod --policy-pack policies --diff"
    assert secrets == ["HUBSPOT_ACCESS_TOKEN", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"]
    _, secrets = steps_and_secrets(written(tmp_path / "two", *BOTH))
    assert {"HUBSPOT_ACCESS_TOKEN", "SALESFORCE_CONSUMER_KEY"} < set(secrets)


def test_starter_runs_its_own_tests(tmp_path: Path) -> None:
    company = written(tmp_path, "hubspot")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=company,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "4 passed" in ran.stdout


def test_a_folder_that_holds_something_is_refused_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(SystemExit) as ended:
        main(["init", str(tmp_path)])
    assert ended.value.code == 1
    message = f'"{tmp_path}" is not empty, it holds "notes.txt"\n    fix: name a new or empty folder\n'
    assert capsys.readouterr().err == message
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_fresh_clone_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert (written(tmp_path, "hubspot") / "Pulumi.yaml").exists()


def test_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "acme"
    file.write_text("")
    with pytest.raises(AuthorError, match="is a file, it must be a new or empty folder"):
        written(file, "hubspot")


def test_unknown_system_is_refused_with_those_that_exist() -> None:
    with pytest.raises(AuthorError) as refused:
        chosen_systems(["hubspt"])
    assert str(refused.value) == 'there is no provider for system "hubspt"\n    fix: use hubspot'
    assert chosen_systems([]) == BOTH


@pytest.mark.pulumi
def test_starter_plans_on_both_crms(tmp_path: Path, pulumi_cli: Path, crms: RunningSimulators) -> None:
    project = PulumiProject(tmp_path, pulumi_cli)
    with pytest.raises(SystemExit) as ended:
        main(["init", str(project.root), "--email", EMAIL])
    assert ended.value.code == 0
    (project.root / ".venv").symlink_to(CHECKOUT / ".venv")
    crms.seed("hubspot", {"users": [{"email": EMAIL}]})
    crms.seed("salesforce", {"users": [{"Username": EMAIL, "Email": EMAIL}]})
    project.environment.update(crms.env())
    ids = {"hubspot:portalId": crms.hubspot.portal_id, "salesforce:organizationId": crms.salesforce.organization_id}
    project.init({key: str(value) for key, value in ids.items()})
    planned = project.preview("--policy-pack", "policies").succeeded()
    assert "revops@v" in planned.output
