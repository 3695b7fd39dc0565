"""The doctor's report, and which stack and account are examined."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac.commands.cli import main
from revops_iac.commands.doctor import Examined, Report, chosen_stack, examine_stack
from revops_iac.diagnostics import Diagnostic, Severity
from revops_iac.errors import AuthorError, DiagnosticsError
from tests.providers.scripted_server import Reply, serving

OK = Diagnostic("access", "accepted", severity=Severity.NOTE)
WARNING = Diagnostic("clock", "10 minutes behind", "synchronize it", Severity.WARNING)
MISSING = Diagnostic("scopes to write", "none", "give some")
UNSEEN = Diagnostic("names", "nobody answered", severity=Severity.NOT_CHECKED)


def report(*checks: Diagnostic) -> Report:
    return Report("dev", (Examined("crm", "CRM", "account 7", checks),))


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_report_is_a_table_with_a_fix_below_what_needs_one() -> None:
    assert report(OK, WARNING, MISSING, UNSEEN).render() == (
        "CRM  account 7\n"
        "  ok           access           accepted\n"
        "  warning      clock            10 minutes behind\n"
        "    fix: synchronize it\n"
        "  missing      scopes to write  none\n"
        "    fix: give some\n"
        "  not checked  names            nobody answered\n"
        "\n"
        "dev: 1 ok, 1 warning, 1 missing, 1 not checked; nothing was changed."
    )


def test_several_warnings_are_counted_in_the_plural() -> None:
    assert (
        report(WARNING, WARNING)
        .render()
        .endswith("dev: 0 ok, 2 warnings, 0 missing, 0 not checked; nothing was changed.")
    )


def test_only_what_is_missing_fails() -> None:
    assert report(OK, WARNING, UNSEEN).exit_code == 0
    assert report(OK, MISSING).exit_code == 2


def test_only_stack_is_the_default_and_several_must_be_chosen(tmp_path: Path) -> None:
    with pytest.raises(AuthorError) as none:
        chosen_stack(tmp_path, None)
    assert str(none.value).startswith(f"{tmp_path} has no Pulumi.<stack>.yaml\n")
    (tmp_path / "Pulumi.dev.yaml").touch()
    assert chosen_stack(tmp_path, None) == "dev"
    (tmp_path / "Pulumi.prod.yaml").touch()
    with pytest.raises(AuthorError) as several:
        chosen_stack(tmp_path, None)
    assert str(several.value) == "there are 2 stacks: dev, prod\n    fix: add --stack dev"
    assert chosen_stack(tmp_path, "prod") == "prod"


def test_command_prints_no_colors_and_no_progress_where_there_is_no_terminal(
    company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("doctor", "--system", "salesforce") == 0
    message = capsys.readouterr()
    assert "\x1b" not in message.out
    assert message.err == ""
    assert message.out.startswith("Salesforce  organization id 00DSm0000000001MAA, Simulated")
    assert "\n  ok           access           accepted\n" in message.out
    assert message.out.endswith(", 0 missing, 0 not checked; nothing was changed.\n")


def test_command_prints_json_for_scripts(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("doctor", "--system", "salesforce", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["stack"], found["missing"], found["not_checked"]) == ("dev", 0, 0)
    (system,) = found["systems"]
    assert (system["system"], system["account"].split(",")[0]) == (
        "salesforce",
        "organization id 00DSm0000000001MAA",
    )
    assert system["diagnostics"][0]["subject"] == "access"
    assert {one["severity"] for one in system["diagnostics"]} == {"note"}


def test_something_missing_ends_with_2(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "wrong")
    assert run("doctor") == 2


def test_account_that_answers_badly_does_not_hide_the_other_one(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda call: Reply(status=403)) as server:
        monkeypatch.setenv("HUBSPOT_BASE_URL", server.url)
        hubspot, salesforce = examine_stack(Path("stacks"), "dev").systems
    assert [check.message for check in hubspot.checks] == [
        "HubSpot GET /account-info/v3/details: 403",
        "the account did not answer",
    ]
    assert salesforce.checks[0].message == "accepted"


def test_system_that_the_stack_does_not_manage_ends_with_1(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("doctor", "--system", "pipedrive") == 1
    assert capsys.readouterr().err == ('stack "dev" does not manage "pipedrive"\n    fix: one of hubspot, salesforce\n')


def test_only_the_systems_of_the_stack_are_asked(company: Path, crms: RunningSimulators) -> None:
    with (company / "stacks" / "Pulumi.dev.yaml").open("a", encoding="utf-8") as config:
        config.write("  revops:systems: [hubspot]\n")
    asked: list[str] = []
    assert [each.system for each in examine_stack(Path("stacks"), "dev", tell=asked.append).systems] == ["hubspot"]
    assert asked == ["HubSpot"]
    assert crms.control.log.select(system="salesforce") == []


def test_model_that_does_not_load_is_for_the_author(company: Path) -> None:
    (company / "stacks" / "model" / "model.yaml").write_text("routting: {}\n", encoding="utf-8")
    with pytest.raises(DiagnosticsError, match='unknown section "routting"'):
        examine_stack(Path("stacks"), "dev")
    assert run("doctor") == 1


def test_token_is_in_no_output(
    company: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "MARKED-TOKEN")
    monkeypatch.setenv("SALESFORCE_SESSION_ID", "MARKED-SESSION")
    assert run("doctor") == 2
    message = capsys.readouterr()
    assert "MARKED" not in message.out + message.err
