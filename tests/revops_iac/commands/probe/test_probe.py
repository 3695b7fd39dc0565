"""`revops probe`: where it refuses, what it undoes when it fails or is stopped, and what its evidence holds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from crm_simulators.server import CannotServe, RunningSimulators, running

from revops_iac.commands.cli import app, main
from revops_iac.commands.probe.evidence import evidence, merged, render
from revops_iac.commands.probe.report import exit_code, table
from revops_iac.commands.probe.run import STOPPED, Outcome, Probed, Result, benches, close, run_probes
from revops_iac.errors import AccountError, Bug
from revops_iac.provider.inspection.probe import Answer, Lab, Probe, Undecided

LIST = "hubspot.deleted_list_holds_name"
FIELD = "salesforce.name_reuse_after_soft_delete"
DECIDED = {"id": "crm.x", "outcome": "decided", "switch": "crm.x", "value": 1}
Company = Path


@pytest.fixture
def company(tmp_path: Path, crms: RunningSimulators, monkeypatch: pytest.MonkeyPatch) -> Company:
    """A project with a stack on both simulated accounts, a developer portal and a developer org."""
    stacks = tmp_path / "stacks"
    (stacks / "model").mkdir(parents=True)
    (stacks / "overlays").mkdir()
    (stacks / "overlays" / "dev.yaml").write_text("{}\n", encoding="utf-8")
    (stacks / "model" / "model.yaml").write_text(
        "context: {systems: {managed: [hubspot, salesforce], source_of_truth: hubspot}}\n", encoding="utf-8"
    )
    configure(stacks, crms)
    crms.seed("hubspot", {"account": {"accountType": "DEVELOPER_TEST"}})
    for name, value in crms.env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    monkeypatch.setattr("revops_iac.provider.inspection.probe.PATIENCE_S", 0.01)
    monkeypatch.setattr("revops_iac.provider.inspection.probe.POLL_S", 0.01)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configure(stacks: Path, crms: RunningSimulators, more: str = "") -> None:
    (stacks / "Pulumi.dev.yaml").write_text(
        f'config:\n  hubspot:portalId: "{crms.hubspot.portal_id}"\n'
        f"  salesforce:organizationId: {crms.salesforce.organization_id}\n{more}",
        encoding="utf-8",
    )


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert isinstance(ended.value.code, int)
    return ended.value.code


def names(crms: RunningSimulators) -> list[str]:
    """What probes left on HubSpot that is not archived."""
    live = crms.dump("hubspot")
    lists = [one["name"] for one in live["lists"].values() if not one.get("deletedAt")]
    return [name for name in (*lists, *live["properties"]["0-1"]) if name.startswith("revops_probe_")]


def probe(ask: Callable[[Lab[Any]], Answer], **more: Any) -> Probe[Any]:
    given: dict[str, Any] = {"answers": {True: "yes", False: "no"}, **more}
    return Probe("hubspot.question", "A fact.", ask=ask, **given)


def asked(company: Company, *probes: Probe[Any], tell: Callable[[str], None] = lambda text: None) -> Probed:
    """These probes on HubSpot, instead of its own."""
    (bench,) = benches(company / "stacks", "dev", "hubspot")
    object.__setattr__(bench, "probes", type(bench.probes)(**{**vars(bench.probes), "probes": probes}))
    try:
        (probed,) = run_probes([bench], tell=tell, sleep=lambda seconds: None, run="abc123")
    finally:
        close([bench])
    return probed


def make_list(lab: Lab[Any], name: str = "list") -> None:
    body = {"name": lab.name(name), "objectTypeId": "0-1", "processingType": "MANUAL"}
    made: list[str] = []
    lab.undo(f"list {name}", lambda: lab.client.write("DELETE", "lists", "/{list}", list=made[0]))
    made.append(lab.client.write("POST", "lists", "", body)["list"]["listId"])


def failing(error: BaseException) -> Probe[Any]:
    def ask(lab: Lab[Any]) -> Answer:
        make_list(lab)
        raise error

    return probe(ask)


def test_evidence_of_a_run_sets_the_simulators_as_the_accounts_behave(
    company: Company, crms: RunningSimulators, capsys: pytest.CaptureFixture[str]
) -> None:
    crms.control.switches.set(LIST, True)
    crms.control.switches.set(FIELD, False)

    assert run("probe", "--yes", "--only", LIST, "--only", FIELD, "--evidence", "evidence.yaml", "--json") == 0

    message = capsys.readouterr()
    document = json.loads(message.out)
    assert document["switches"] == {LIST: True, FIELD: False}
    assert document["left_behind"] == []
    assert "HubSpot (DEVELOPER_TEST): probes will create\n  two lists of one name" in message.err
    assert "Every name begins with revops_probe_" in message.err
    assert "HubSpot 1/1: The name of a deleted list stays taken" in message.err
    with running(evidence=company / "evidence.yaml") as other:
        other.control.reset()
        assert other.control.switches[LIST] is True
        assert other.control.switches[FIELD] is False


def test_control_plane_takes_evidence_and_refuses_what_is_none(company: Company, crms: RunningSimulators) -> None:
    import requests

    address = f"{crms.hubspot.url}/_sim/evidence"
    taken = requests.post(address, json={"format": 1, "switches": {"hubspot.pipeline_without_rules": 200}}, timeout=9)
    refused = requests.post(address, json={"format": 1, "switches": {"hubspot.pipeline_without_rules": 7}}, timeout=9)
    other = requests.post(address, json={"format": 2, "switches": {}}, timeout=9)

    assert taken.json()["hubspot.pipeline_without_rules"]["value"] == 200
    assert (refused.status_code, other.status_code) == (400, 400)
    assert "must be 1" in other.json()["error"]
    crms.control.switches.settle({"hubspot.pipeline_without_rules": 404})


def test_evidence_names_no_account_token_or_person(
    company: Company, crms: RunningSimulators, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("probe", "--yes", "--system", "hubspot", "--evidence", "evidence.yaml") == 0

    text = (company / "evidence.yaml").read_text(encoding="utf-8")
    for secret in (crms.hubspot.token, str(crms.hubspot.portal_id), "@", "correlation", crms.hubspot.url):
        assert secret not in text
    account = yaml.safe_load(text)["systems"]["hubspot"]["account"]
    assert len(account) == 4
    assert (
        capsys.readouterr()
        .out.splitlines()[-1]
        .endswith(" 0 not decided, 0 not run, 0 failed; nothing was left behind; evidence.yaml sets 24 switches.")
    )


def test_evidence_with_a_secret_in_it_is_never_written() -> None:
    with pytest.raises(Bug, match="would name the account"):
        render({"observed": "portal 48210773"}, ["48210773"])


def test_a_later_run_keeps_what_is_known_of_the_other_system(company: Company) -> None:
    for only in (LIST, FIELD):
        system = only.partition(".")[0]
        assert run("probe", "--yes", "--system", system, "--only", only, "--evidence", "evidence.yaml") == 0

    document = yaml.safe_load((company / "evidence.yaml").read_text(encoding="utf-8"))
    assert sorted(document["systems"]) == ["hubspot", "salesforce"]
    assert sorted(document["switches"]) == [LIST, FIELD]


def test_a_later_run_keeps_other_answers_of_the_same_account_and_replaces_its_own(
    company: Company, crms: RunningSimulators
) -> None:
    other = "hubspot.pipeline_without_rules"
    for only in (LIST, other):
        assert run("probe", "--yes", "--only", only, "--system", "hubspot", "--evidence", "evidence.yaml") == 0
    crms.control.switches.set(LIST, True)
    assert run("probe", "--yes", "--only", LIST, "--system", "hubspot", "--evidence", "evidence.yaml") == 0

    document = yaml.safe_load((company / "evidence.yaml").read_text(encoding="utf-8"))
    assert document["switches"] == {LIST: True, other: 404}


def test_answers_of_another_account_are_replaced() -> None:
    earlier = {"systems": {"crm": {"account": "aaaa", "account_type": "", "probes": [DECIDED]}}}
    same = {"systems": {"crm": {"account": "aaaa", "account_type": "", "probes": [{**DECIDED, "outcome": "not run"}]}}}
    other = {"systems": {"crm": {"account": "bbbb", "account_type": "", "probes": []}}}
    assert merged(earlier, same)["switches"] == {"crm.x": 1}
    assert merged(earlier, other)["switches"] == {}


def test_file_that_is_no_evidence_is_not_overwritten(company: Company, capsys: pytest.CaptureFixture[str]) -> None:
    (company / "notes.yaml").write_text("notes: mine\n", encoding="utf-8")
    assert run("probe", "--yes", "--evidence", "notes.yaml") == 1
    assert "notes.yaml exists and is no evidence file" in capsys.readouterr().err
    with pytest.raises(CannotServe, match='"format" was None; it must be 1'), running(evidence=Path("notes.yaml")):
        pytest.fail("the simulators serve without evidence")


def test_simulators_without_their_evidence_do_not_serve(company: Company, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("simulate", "--evidence", "nothing.yaml") == 1
    assert capsys.readouterr().err == (
        "revops simulate: evidence nothing.yaml: No such file or directory\n"
        "    fix: choose another port, --state folder or --evidence file\n"
    )


@pytest.mark.parametrize(
    ("setting", "reason"),
    [("  revops:production: true\n", "is production (revops:production)"), ("", "account type is STANDARD")],
)
def test_production_is_refused_and_nothing_is_written(
    company: Company, crms: RunningSimulators, capsys: pytest.CaptureFixture[str], setting: str, reason: str
) -> None:
    configure(company / "stacks", crms, setting)
    crms.seed("hubspot", {"account": {"accountType": "STANDARD"}})

    assert run("probe", "--yes") == 1

    assert reason in capsys.readouterr().err
    assert crms.control.log.select(writes_only=True) == []


def test_org_of_a_company_is_refused(
    company: Company, crms: RunningSimulators, capsys: pytest.CaptureFixture[str]
) -> None:
    org = crms.simulators["salesforce"]
    (row,) = org.org.table("Organization").values()  # type: ignore[attr-defined]
    row["OrganizationType"] = "Enterprise Edition"

    assert run("probe", "--yes", "--system", "salesforce") == 1

    assert "the org is Enterprise Edition and no sandbox" in capsys.readouterr().err
    assert crms.control.log.select(writes_only=True) == []


def test_nobody_to_agree_means_that_nothing_is_made(
    company: Company, crms: RunningSimulators, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", open(os.devnull, encoding="utf-8"))  # noqa: SIM115 - pytest has none to read
    with sys.stdin:
        assert run("probe") == 1
    assert "no terminal to ask for consent" in capsys.readouterr().err
    assert crms.control.log.select(writes_only=True) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("revops prob", ["probe"]),
        ("revops probe --stack ", ["dev"]),
        ("revops probe --system ", ["hubspot", "salesforce"]),
        ("revops probe --only hubspot.flows", ["hubspot.flows_enroll_existing"]),
    ],
)
def test_shell_completes_the_command_and_its_values(
    company: Company, capsys: pytest.CaptureFixture[str], words: str, expected: list[str]
) -> None:
    from typer._completion_classes import BashComplete
    from typer.main import get_command

    parts = words.split(" ")
    completion = BashComplete(get_command(app), {}, "revops", "_REVOPS_COMPLETE")
    assert [item.value for item in completion.get_completions(parts[1:-1], parts[-1])] == expected


def test_unknown_probe_is_refused_with_those_that_exist(company: Company, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("probe", "--yes", "--only", "hubspot.nothing") == 1
    assert 'there is no probe "hubspot.nothing"\n    fix: use hubspot.' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "outcome", "live"),
    [
        (Undecided("the tier lacks it"), Outcome.NOT_DECIDED, "the tier lacks it"),
        (AccountError("HubSpot POST /x: 400, portal 48210773"), Outcome.NOT_DECIDED, "refused: AccountError"),
        (KeyError("id"), Outcome.FAILED, "a bug of the probe: KeyError, please report it"),
        (KeyboardInterrupt(), Outcome.NOT_RUN, STOPPED),
    ],
)
def test_what_was_made_goes_however_a_probe_ends(
    company: Company, crms: RunningSimulators, error: BaseException, outcome: Outcome, live: str
) -> None:
    probed = asked(company, failing(error))

    (result,) = probed.results
    assert (result.outcome, result.observed, result.left) == (outcome, live, ())
    assert names(crms) == []


def test_stopped_run_asks_no_further_probe(company: Company, crms: RunningSimulators) -> None:
    def never(lab: Lab[Any]) -> Answer:
        raise AssertionError("asked after the stop")

    probed = asked(company, failing(KeyboardInterrupt()), probe(never))

    assert [result.outcome for result in probed.results] == [Outcome.NOT_RUN, Outcome.NOT_RUN]
    assert exit_code([probed]) == 1


def test_what_cannot_be_taken_away_is_reported_and_the_rest_goes(company: Company, crms: RunningSimulators) -> None:
    def ask(lab: Lab[Any]) -> Answer:
        make_list(lab, "one")
        make_list(lab, "two")
        crms.control.faults.add("status", system="hubspot", method="DELETE", status=400, count=1)
        return Answer(True, "yes")

    probed = asked(company, probe(ask))

    (result,) = probed.results
    assert [what.partition(":")[0] for what in result.left] == ["list two"]
    assert names(crms) == ["revops_probe_abc123_1_one"] or names(crms) == ["revops_probe_abc123_1_two"]
    assert exit_code([probed]) == 2
    assert "still there, delete it manually: HubSpot: list two: HubSpot DELETE /crm/v3/lists/" in table([probed])


def test_account_that_stops_answering_ends_the_run(company: Company, crms: RunningSimulators) -> None:
    def ask(lab: Lab[Any]) -> Answer:
        crms.control.faults.add("expired_session", system="hubspot", count=1)
        lab.client.get("limits", "/calculated-properties")
        raise AssertionError("the fault did not strike")

    probed = asked(company, probe(ask), probe(ask))

    assert {result.observed for result in probed.results} == {"the account stopped answering (SessionError)"}
    assert exit_code([probed]) == 2


def test_answer_that_nobody_foresaw_sets_no_switch(company: Company) -> None:
    (result,) = asked(company, probe(lambda lab: Answer(418, "a teapot"))).results
    assert (result.outcome, result.value, result.sets) == (Outcome.NOT_DECIDED, None, False)
    assert result.observed == "none of the answers expected: a teapot"


def test_fact_that_the_simulator_cannot_be_switched_to_is_said(company: Company) -> None:
    fact = probe(lambda lab: Answer(True, "seen"), sets_switch=False, simulated=False)
    probed = asked(company, fact)
    assert "the simulator behaves differently (false): hubspot.question; please report it" in table([probed])
    document = evidence([probed], datetime.now(UTC))
    (shown,) = document["systems"]["hubspot"]["probes"]
    assert (shown["value"], shown["simulated"], document["switches"]) == (True, False, {})


def test_table_has_a_line_per_probe_and_counts() -> None:
    result = Result(probe(lambda lab: Answer(True, "")), Outcome.DECIDED, "seen", True)
    probed = Probed("hubspot", "HubSpot", "12ab", "SANDBOX", (result,), {"hubspot.other": "no fact"})
    assert table([probed]) == (
        "HubSpot  SANDBOX\n"
        "  decided      hubspot.question  true: seen\n"
        "  no probe     hubspot.other     no fact\n"
        "\n"
        "1 decided, 0 not decided, 0 not run, 0 failed; nothing was left behind."
    )


def test_signal_in_the_middle_cleans_up_writes_the_evidence_and_exits_1(
    company: Company, crms: RunningSimulators
) -> None:
    crms.control.faults.add(
        "timeout_after_write", system="hubspot", method="POST", path="/crm/v3/lists$", seconds=2, count=1
    )
    arguments = ["probe", "--yes", "--system", "hubspot", "--only", LIST, "--evidence", "evidence.yaml"]
    command = [sys.executable, "-c", "from revops_iac.commands.cli import main; main()", *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    stop = threading.Thread(target=_stop_after_the_write, args=(process, crms))
    stop.start()
    out, err = process.communicate(timeout=60)
    stop.join()

    assert process.returncode == 1, err
    assert f"not run      {LIST}" in out
    assert "1 not run, 0 failed; nothing was left behind; evidence.yaml sets 0 switches." in out
    assert names(crms) == []
    assert yaml.safe_load((company / "evidence.yaml").read_text(encoding="utf-8"))["switches"] == {}


def _stop_after_the_write(process: subprocess.Popen[str], crms: RunningSimulators) -> None:
    """The list is made, its answer is on the way: that is when a person presses Ctrl+C."""
    for _ in range(1000):
        if crms.control.log.select("hubspot", "POST", "/crm/v3/lists$"):
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
