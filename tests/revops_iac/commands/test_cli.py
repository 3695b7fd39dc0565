"""The command line: exit codes, JSON for scripts, one sentence and a fix for each mistake."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from revops_iac.commands.cli import main

MODEL = """\
context: {systems: {managed: [hubspot]}}
people: {persons: {ann: {name: Ann, email: ann@example.com}}, teams: {sdr: {label: SDR, members: [ann]}}}
routing: {inbound: {rules: {all: {method: round_robin, assign: {team: sdr}}}%s}}
"""
FALLBACK = ", fallback: {owner: ann}"


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A company's project with one stack, in which the routing has a fallback."""
    stacks = tmp_path / "stacks"
    (stacks / "model").mkdir(parents=True)
    (stacks / "overlays").mkdir()
    (stacks / "overlays" / "dev.yaml").write_text("{}\n", encoding="utf-8")
    (stacks / "Pulumi.dev.yaml").write_text("config:\n  revops:environment: dev\n", encoding="utf-8")
    write(tmp_path, FALLBACK)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(project: Path, fallback: str) -> None:
    (project / "stacks" / "model" / "model.yaml").write_text(MODEL % fallback, encoding="utf-8")


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_check_of_a_sound_model_ends_with_0(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") == 0
    assert capsys.readouterr().out.startswith("dev: 2 files, 0 resources, ")


def test_check_of_a_broken_rule_ends_with_1_and_names_place_why_and_fix(
    company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(company, "")
    assert run("check") == 1
    assert capsys.readouterr().out.splitlines()[:3] == [
        "stacks/model/model.yaml:3:11  routing inbound: there is no fallback owner [routing-has-fallback-owner]",
        "    why: unassigned leads go cold",
        "    fix: add routing.inbound.fallback with a queue or an owner",
    ]


def test_check_prints_json_for_scripts(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(company, "")
    assert run("check", "--json") == 1
    (outcome,) = json.loads(capsys.readouterr().out)
    assert [(one["code"], one["severity"]) for one in outcome["diagnostics"]] == [
        ("routing-has-fallback-owner", "error")
    ]
    assert outcome["mandatory"] == 1


def test_advisory_violation_does_not_fail_the_check(company: Path) -> None:
    write(company, "")
    (company / "policies").mkdir()
    levels = json.dumps({"routing-has-fallback-owner": "advisory"})
    (company / "policies" / "config.json").write_text(levels, encoding="utf-8")
    assert run("check") == 0


def test_unknown_stack_is_refused_with_those_that_exist(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--stack", "prod") == 1
    assert capsys.readouterr().err == (
        'stack "prod": stacks/Pulumi.prod.yaml does not exist\n    fix: one of dev, or pulumi stack init prod\n'
    )


def test_unknown_key_of_the_stack_is_refused(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (company / "stacks" / "Pulumi.dev.yaml").write_text("config: {revops:goLiv: x}\n", encoding="utf-8")
    assert run("check") == 1
    assert capsys.readouterr().err == (
        'stacks/Pulumi.dev.yaml:1:10  stack config: "revops:goLiv" is not a key\n    fix: use revops:goLive\n'
    )


def test_problem_of_the_model_ends_with_1_and_no_traceback(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (company / "stacks" / "model" / "model.yaml").write_text("routting: {}\n", encoding="utf-8")
    assert run("check") == 1
    assert capsys.readouterr().err == (
        'stacks/model/model.yaml:1:1  model: unknown section "routting"\n    fix: use routing\n'
        "1 problem in 1 file; nothing was changed.\n"
    )


def test_wrong_command_ends_with_1_and_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("chek") == 1
    assert "Did you mean 'check'" in capsys.readouterr().err


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("init", "check", "doctor", "schema", "simulate", "coverage"):
        assert run(command, "--help") == 0
        assert "Usage: revops" in capsys.readouterr().out


def test_coverage_filters_by_system_and_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("coverage", "--system", "salesforce", "--status", "enforced", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows
    assert {(row["system"], row["status"]) for row in rows} == {("salesforce", "enforced")}


def test_coverage_of_an_unknown_system_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("coverage", "--system", "hubspt") == 1
    assert capsys.readouterr().err == 'there is no provider for system "hubspt"\n    fix: use hubspot\n'


def test_coverage_speaks_of_the_systems_that_the_model_manages(
    company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("coverage", "--json") == 0
    assert {row["system"] for row in json.loads(capsys.readouterr().out)} == {"hubspot"}
    assert run("coverage", "--folder", "elsewhere", "--json") == 1
    assert "there is no such folder" in capsys.readouterr().out


def test_schema_is_that_of_a_model_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schema") == 0
    assert "scoring" in json.loads(capsys.readouterr().out)["properties"]


def test_simulate_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "revops_iac.commands.cli",
        "simulate",
        "--json",
        "--state",
        str(tmp_path / "accounts"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        served = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert set(served) == {"hubspot", "salesforce"}
    assert set(served["hubspot"]) == {"url", "token", "portal_id"}


def test_simulate_on_a_port_in_use_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run("simulate", "--hubspot-port", str(port)) == 1
    assert capsys.readouterr().err == (
        f"revops simulate: port {port} of 127.0.0.1 cannot be used: Address already in use\n"
        "    fix: choose another port, --state folder or --evidence file\n"
    )


def test_error_is_json_for_scripts_too(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (company / "stacks" / "model" / "model.yaml").write_text("routting: {}\n", encoding="utf-8")
    assert run("check", "--json") == 1
    (found,) = json.loads(capsys.readouterr().out)["diagnostics"]
    assert (found["message"], found["fix"]) == ('unknown section "routting"', "use routing")
    assert found["location"] == {"file": "stacks/model/model.yaml", "line": 1, "column": 1}
