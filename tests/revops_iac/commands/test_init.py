"""`revops init`: what it writes loads, keeps every rule, runs its own tests, and plans on the simulators."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import PathDistribution
from pathlib import Path
from typing import Any

import pytest
import yaml

from revops_iac.commands.check import check_stack
from revops_iac.commands.cli import app, main
from revops_iac.commands.init import company_of, write_company
from revops_iac.commands.init.answers import Answers, chosen_systems
from revops_iac.commands.init.installation import Installation, installation
from revops_iac.config.stack_config import stacks_of
from revops_iac.errors import AuthorError
from revops_iac.source.load import load_model
from tests.code_host import run_step, step_named
from tests.starter import TODAY, starter_company, write_starter

BOTH = ("hubspot", "salesforce")


@pytest.mark.parametrize("systems", [("hubspot",), ("salesforce",), BOTH], ids="+".join)
def test_starter_keeps_every_rule_in_each_stack(tmp_path: Path, systems: tuple[str, ...]) -> None:
    company = write_starter(tmp_path / "acme", *systems)
    assert stacks_of(company / "stacks") == ["dev", "prod"]
    for stack in ("dev", "prod"):
        outcome = check_stack(company / "stacks", stack, company / "policies")
        assert outcome.violations == ()
        assert outcome.resources > 50


def test_the_last_system_is_the_source_of_truth(tmp_path: Path) -> None:
    context = load_model(write_starter(tmp_path, "salesforce", "hubspot") / "stacks").context
    assert context.systems.managed == ["salesforce", "hubspot"]
    assert context.systems.source_of_truth == "hubspot"


def test_scores_are_checked_again_after_a_quarter(tmp_path: Path) -> None:
    recalibration = load_model(write_starter(tmp_path, "hubspot") / "stacks").scoring["standard"].recalibration
    assert recalibration is not None
    assert str(recalibration.next) == "2027-03-01"


def test_any_name_of_a_company_is_kept(tmp_path: Path) -> None:
    company = write_starter(tmp_path, "hubspot", name='Müller: "Sons" & [Co]')
    assert load_model(company / "stacks").context.company == 'Müller: "Sons" & [Co]'
    assert yaml.safe_load((company / "Pulumi.yaml").read_text())["name"] == "m-ller-sons-co-revops"


def jobs_of(company: Path, *, ci: str = "github") -> dict[str, Any]:
    """The jobs of the CI files, by name."""
    if ci == "gitlab":
        pipeline: dict[str, Any] = yaml.safe_load((company / ".gitlab-ci.yml").read_text())
        return pipeline
    files = sorted((company / ".github" / "workflows").glob("*.yaml"))
    return {name: job for file in files for name, job in yaml.safe_load(file.read_text())["jobs"].items()}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository of a company with both CRMs."""
    return write_starter(tmp_path_factory.mktemp("both") / "acme", *BOTH)


def test_ci_plans_with_a_narrow_token_and_applies_with_another(both: Path) -> None:
    jobs = jobs_of(both)
    assert sorted(jobs) == ["apply", "check", "drift", "plan"]
    for name, token, user in (("plan", "PLAN_TOKEN", "PLAN_USERNAME"), ("apply", "ACCESS_TOKEN", "USERNAME")):
        secrets = jobs[name]["env"]
        assert secrets["HUBSPOT_ACCESS_TOKEN"] == f"${{{{ secrets.HUBSPOT_{token} }}}}"
        assert secrets["SALESFORCE_USERNAME"] == f"${{{{ secrets.SALESFORCE_{user} }}}}"
    assert jobs["drift"]["env"] == jobs["plan"]["env"]
    assert jobs["apply"]["environment"] == "prod"


def test_pull_request_from_a_fork_meets_no_token(both: Path) -> None:
    jobs = jobs_of(both)
    assert "secrets" not in str(jobs["check"])
    assert "head.repo.full_name == github.repository" in jobs["plan"]["if"]
    assert jobs["apply"]["if"].startswith("github.event_name == 'push'")
    for file in (both / ".github" / "workflows").glob("*.yaml"):
        workflow = yaml.safe_load(file.read_text())
        assert workflow["permissions"]["contents"] == "read"
        runs = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
        assert not [run for run in runs if "${{" in run], "what a pull request says must not become a command"


@pytest.mark.parametrize(("code", "left", "ends"), [(0, "", 0), (4, "| drifted |", 0), (2, None, 2)])
def test_nightly_step_hands_on_what_drifted(both: Path, tmp_path: Path, code: int, left: str | None, ends: int) -> None:
    script = step_named(both / ".github" / "workflows" / "drift.yaml", "drift", "Drift")
    drift = f"uv() {{ echo '| drifted |'; return {code}; }}\n"
    assert run_step(drift + script, tmp_path, {"STACK": "prod"}, tmp_path).returncode == ends
    assert left is None or (tmp_path / "drift.md").read_text().strip() == left


def test_gitlab_gets_a_pipeline_of_its_own(tmp_path: Path) -> None:
    given = Answers(company="Acme", systems="hubspot", email="rita@acme.example")
    write_company(tmp_path / "acme", replace(starter_company(tmp_path / "acme", given), ci="gitlab"), TODAY)
    pipeline = jobs_of(tmp_path / "acme", ci="gitlab")
    assert {"check", "plan", "apply", "drift"} < pipeline.keys()
    assert not (tmp_path / "acme" / ".github").exists()
    assert pipeline["apply"]["rules"][0]["when"] == "manual"
    assert ".gitlab-ci.yml" in (tmp_path / "acme" / "README.md").read_text()


IN_TURN = """
import os, pytest, sys
for company in sys.argv[1:]:
    os.chdir(company)
    print("ended with", int(pytest.main(["-q", "-p", "no:cacheprovider"])))
    for name in ("test_model", "tests.test_model", "conftest"):
        sys.modules.pop(name, None)
"""
"""Runs the tests of companies in one process: most of a run is the import of modules."""


def test_starters_tests_pass_and_say_what_a_change_of_the_model_means(tmp_path: Path) -> None:
    """A company installs no plugin of pytest."""
    untouched, changed = (write_starter(tmp_path / name, "hubspot") for name in ("untouched", "changed"))
    scoring = changed / "stacks" / "model" / "scoring.yaml"
    scoring.write_text(scoring.read_text().replace("engagement: 40", "engagement: 60"))
    ran = subprocess.run(
        [sys.executable, "-c", IN_TURN, untouched, changed],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    first, second, _ = re.split(r"^ended with (?=\d)", ran.stdout, flags=re.MULTILINE)
    assert "4 passed" in first
    assert second.startswith("0\n")
    text = "the model gives fit 75 of 50 and engagement 55 of 60, so the person is no MQL; where that is meant, change"
    assert text in second
    assert "Error" not in second
    assert ran.stdout.endswith("ended with 1\n")


def test_a_folder_that_holds_something_is_refused_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(SystemExit) as ended:
        main(["init", str(tmp_path)])
    assert ended.value.code == 1
    message = f'"{tmp_path}" is not empty: it contains "notes.txt"\n    fix: name a new or empty folder\n'
    assert capsys.readouterr().err == message
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("motion", "value", "cycle"),
    [("product_led", "1k-4k", "14"), ("sales_led", "100k-1m", "240"), ("hybrid", "20k-60k", "60")],
)
def test_defaults_fit_the_answers_and_keep_every_rule(tmp_path: Path, motion: str, value: str, cycle: str) -> None:
    answers = {"currency": "EUR", "time_zone": "Europe/Berlin", "name_prefix": "acme_", "goal": 'more: "MQLs"'}
    company = write_starter(
        tmp_path / "acme", *BOTH, motion=motion, contract_value=value, sales_cycle_days=cycle, **answers
    )
    outcome = check_stack(company / "stacks", "prod", company / "policies")
    assert outcome.violations == ()
    model = load_model(company / "stacks")
    assert (model.context.currency, model.context.time_zone, model.context.goal) == (
        "EUR",
        "Europe/Berlin",
        'more: "MQLs"',
    )
    assert model.context.sales_cycle_days == int(cycle)
    stages = model.pipelines["new_business"].stages
    assert stages["discovery"].average_days == int(cycle) // 2
    assert model.people.business_hours["default"].time_zone == "Europe/Berlin"


def test_what_the_context_document_says_is_not_asked_and_stays_in_the_document(tmp_path: Path) -> None:
    document = tmp_path / "acme" / ".agents" / "product-marketing-context.md"
    document.parent.mkdir(parents=True)
    document.write_text("- Motion: product-led\n- Sales cycle: 20 days\n- Goal: double the trials\n")
    asked: list[str] = []

    def ask(question: str, default: str, read: Callable[[str], Any]) -> Any:
        asked.append(question)
        return read(default)

    made = company_of(tmp_path / "acme", Answers(), None, ask)
    write_company(tmp_path / "acme", replace(made, installation=Installation("revops-iac")), TODAY)
    assert not [question for question in asked if question.startswith(("Go-to-market", "Sales cycle", "Goal"))]
    assert asked[0] == "Company name"
    context = load_model(tmp_path / "acme" / "stacks").context
    assert (context.motion, context.sales_cycle_days, context.goal) == ("product_led", 20, "double the trials")
    assert "sales_cycle_days" not in (tmp_path / "acme" / "stacks" / "model" / "context.yaml").read_text()


@pytest.mark.parametrize(
    ("option", "answer", "message"),
    [
        ("email", "<script>", '--email: "<script>" is not an e-mail address'),
        ("company", "A\x1b[2JB", '--company: "A\\x1b[2JB" has characters that cannot be printed'),
        ("motion", "sales-led", '--motion: "sales-led" is not a motion\n    fix: use sales_led'),
        ("contract_value", "a lot", '--contract-value: "a lot" is not a range of amounts'),
        ("sales_cycle_days", "0", '--sales-cycle-days: "0" is not a number of days'),
        ("currency", "euro", '--currency: "euro" is not a currency'),
        ("time_zone", "Europe/Berln", '--time-zone: "Europe/Berln" is not a time zone\n    fix: use Europe/Berlin'),
        ("name_prefix", "Acme", '--name-prefix: "Acme" is not a prefix'),
        ("backend", "here", '--backend: "here" is not a state backend'),
    ],
)
def test_an_answer_that_cannot_be_used_names_its_option(tmp_path: Path, option: str, answer: str, message: str) -> None:
    with pytest.raises(AuthorError) as refused:
        company_of(tmp_path, Answers(**{option: answer}))
    assert str(refused.value).startswith(message)


ORIGINS: dict[str, tuple[dict[str, Any] | None, Installation]] = {
    "index": (None, Installation("revops-iac>=9.9")),
    "git": (
        {"url": "https://git.example/r.git", "vcs_info": {"vcs": "git", "commit_id": "0a1b"}, "subdirectory": "py"},
        Installation("revops-iac", '{ git = "https://git.example/r.git", rev = "0a1b", subdirectory = "py" }'),
    ),
    "url": (
        {"url": "https://files.example/r.whl", "archive_info": {}},
        Installation("revops-iac", '{ url = "https://files.example/r.whl" }'),
    ),
    "wheel": (
        {"url": "file:///tmp/a%20b/r.whl", "archive_info": {}},
        Installation("revops-iac", wheel=Path("/tmp/a b/r.whl")),
    ),
    "checkout": (
        {"url": "file:///tmp/r", "dir_info": {"editable": True}},
        Installation("revops-iac", checkout=Path("/tmp/r")),
    ),
}


@pytest.mark.parametrize(("origin", "expected"), ORIGINS.values(), ids=ORIGINS)
def test_the_new_repository_installs_what_wrote_it(
    tmp_path: Path, origin: dict[str, Any] | None, expected: Installation
) -> None:
    folder = tmp_path / "revops_iac-9.9.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: revops-iac\nVersion: 9.9\n")
    if origin is not None:
        (folder / "direct_url.json").write_text(json.dumps(origin))
    assert installation(PathDistribution(folder)) == expected


def test_a_wheel_that_no_index_has_lies_in_the_repository(tmp_path: Path) -> None:
    wheel = tmp_path / "revops_iac-9.9-py3-none-any.whl"
    wheel.write_bytes(b"a wheel")
    made = company_of(tmp_path / "acme", Answers(systems="hubspot"))
    write_company(tmp_path / "acme", replace(made, installation=Installation("revops-iac", wheel=wheel)), TODAY)
    project = tomllib.loads((tmp_path / "acme" / "pyproject.toml").read_text())
    assert project["tool"]["uv"]["sources"] == {"revops-iac": {"path": f"wheels/{wheel.name}"}}
    assert project["project"]["dependencies"] == ["revops-iac"]
    assert (tmp_path / "acme" / "wheels" / wheel.name).read_bytes() == b"a wheel"


def test_a_disk_that_is_full_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, left = Path.write_text, [8]

    def until_full(path: Path, text: str, encoding: str | None = None) -> int:
        left[0] -= 1
        if not left[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(path, text, encoding)

    made = starter_company(tmp_path / "acme", Answers(systems="hubspot"))
    monkeypatch.setattr(Path, "write_text", until_full)
    (tmp_path / "cloned" / ".git").mkdir(parents=True)
    for folder, expected in ((tmp_path / "acme", []), (tmp_path / "cloned", [".git"])):
        left[0] = 8
        with pytest.raises(AuthorError, match="cannot be written: No space left on device"):
            write_company(folder, made, TODAY)
        assert [path.name for path in folder.glob("*")] == expected


def test_folders_that_no_system_makes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    names = {"dangling": "is a link that leads nowhere", "a" * 300: "cannot be written: File name too long"}
    for name, message in names.items():
        with pytest.raises(AuthorError, match=message):
            write_starter(tmp_path / name, "hubspot")


def test_agents_are_told_commands_and_files_that_exist(tmp_path: Path) -> None:
    company = write_starter(tmp_path, *BOTH)
    texts = [
        (company / name).read_text() for name in ("AGENTS.md", ".agents/skills/revops-model/SKILL.md", "README.md")
    ]
    named = {path for text in texts for path in re.findall(r"`([\w./-]+/[\w./-]*[\w-])`", text)}
    assert named
    assert [path for path in named if not (company / path).exists()] == []
    commands = {name for text in texts for name in re.findall(r"\brevops ([a-z]+)\b", text)}
    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    assert commands - known <= {"model"}


def test_a_fresh_clone_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert (write_starter(tmp_path, "hubspot") / "Pulumi.yaml").exists()


def test_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "acme"
    file.write_text("")
    with pytest.raises(AuthorError, match="is a file, it must be a new or empty folder"):
        write_starter(file, "hubspot")


def test_unknown_system_is_refused_with_those_that_exist() -> None:
    with pytest.raises(AuthorError) as refused:
        chosen_systems(["hubspt"])
    assert str(refused.value) == 'there is no provider for system "hubspt"\n    fix: use hubspot'
    assert chosen_systems([]) == BOTH
