"""The folder of `--state`: nothing acknowledged is lost, one simulator at a time, and damage is named."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from crm_simulators.server import CannotServe, RunningSimulators, running

from tests.providers.crm_simulators.test_server import NEW, PROPERTIES, ask, command, read_document

CONTACTS = "/crm/v3/objects/contacts"


@dataclass(frozen=True)
class Killed:
    """What a simulator answered before it was killed, and what follows it."""

    contact: dict[str, Any]
    lead: dict[str, Any]
    properties: list[str]
    sims: RunningSimulators


def write_until_killed(served: dict[str, Any], kill: Callable[[], None], count: int) -> list[str]:
    """Names of the properties whose creation was acknowledged before the process died."""
    acknowledged: list[str] = []
    headers = {"authorization": f"Bearer {served['hubspot']['token']}"}

    def write(thread: int) -> None:
        with requests.Session() as session:
            for number in range(10_000):
                name = f"p_{thread}_{number}"
                try:
                    answer = session.post(
                        served["hubspot"]["url"] + PROPERTIES, json={**NEW, "name": name}, headers=headers, timeout=10
                    )
                except requests.RequestException:
                    return
                assert answer.status_code == 201
                acknowledged.append(name)
                if len(acknowledged) == count:
                    kill()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return acknowledged


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killed]:
    """What was answered before a kill, and the accounts that begin anew with the folder."""
    folder = tmp_path_factory.mktemp("killed")
    with subprocess.Popen(command("--state", str(folder)), stdout=subprocess.PIPE, text=True) as process:
        served = read_document(process)
        before = (folder / "state.json").stat().st_mtime_ns
        session = logged_in(served["salesforce"])
        while (folder / "state.json").stat().st_mtime_ns == before or (folder / "journal.jsonl").stat().st_size:
            time.sleep(0.05)
        contact = _contact(served["hubspot"])
        lead = requests.post(
            f"{served['salesforce']['http_url']}/services/data/v63.0/sobjects/Lead",
            json={"LastName": "Doe", "Company": "Acme"},
            headers=session,
            timeout=10,
        ).json()
        acknowledged = write_until_killed(served, process.kill, 150)
    with running(state=folder) as sims:
        yield Killed(contact, lead, acknowledged, sims)


def logged_in(org: dict[str, Any]) -> dict[str, str]:
    """The headers of a session that begins now."""
    form = {"grant_type": "password", "username": org["username"], "password": org["password"]}
    token = requests.post(f"{org['http_url']}/services/oauth2/token", data=form, timeout=10).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def _contact(portal: dict[str, Any]) -> dict[str, Any]:
    """A contact as it was answered, after the clock was set, a contact was seeded and another refused."""
    headers = {"authorization": f"Bearer {portal['token']}"}

    def post(path: str, body: Any) -> Any:
        return requests.post(portal["url"] + path, json=body, headers=headers, timeout=10).json()

    post("/_sim/clock", {"set": "2027-03-01T12:00:00Z"})
    post("/_sim/seed", {"records": {"contacts": [{"email": "a@x.io"}]}})
    post(CONTACTS, {"properties": {"email": "a@x.io"}})  # refused: there is one
    made: dict[str, Any] = post(CONTACTS, {"properties": {"email": "b@x.io"}})
    return made


def test_every_acknowledged_write_survives_a_kill(killed: Killed) -> None:
    assert len(killed.properties) >= 150
    there = {one["name"] for one in ask(killed.sims, "GET", PROPERTIES).json()["results"]}
    assert set(killed.properties) <= there


def test_what_follows_a_kill_has_the_ids_and_times_that_were_answered(killed: Killed) -> None:
    found = ask(killed.sims, "GET", f"{CONTACTS}/{killed.contact['id']}").json()
    assert (found["createdAt"], found["properties"]["email"]) == (killed.contact["createdAt"], "b@x.io")
    assert killed.sims.control.clock.now().isoformat().startswith("2027-03-01T12:")


def test_what_a_session_from_before_the_snapshot_wrote_survives_a_kill(killed: Killed) -> None:
    assert killed.lead["id"] in killed.sims.dump("salesforce")["records"]["Lead"]


def test_a_journal_line_that_was_cut_is_no_damage(tmp_path: Path) -> None:
    with running(state=tmp_path) as sims:
        ask(sims, "POST", PROPERTIES, NEW)
    with (tmp_path / "journal.jsonl").open("a") as journal:
        journal.write('{"n": 99, "request": {"system": "hub')
    with running(state=tmp_path) as sims:
        assert ask(sims, "POST", PROPERTIES, {**NEW, "name": "y"}).status_code == 201
    with running(state=tmp_path) as sims:
        assert ask(sims, "GET", f"{PROPERTIES}/x").status_code == 200
        assert ask(sims, "GET", f"{PROPERTIES}/y").status_code == 200


def test_one_simulator_per_folder(tmp_path: Path) -> None:
    text = f"state folder {tmp_path} is used by another simulator (process {os.getpid()})"
    with running(state=tmp_path), pytest.raises(CannotServe, match=f"^{re.escape(text)}$"), running(state=tmp_path):
        pytest.fail("it must not start")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("state.json", b"{"),
        ("state.json", b"\xff\xfe"),
        ("state.json", b"[]"),
        ("state.json", b"[" * 100_000),
        ("state.json", b'{"hubspot": {}, "salesforce": {}}'),
        ("journal.jsonl", b"{}\n"),
        ("journal.jsonl", b"not JSON\n"),
        ("journal.jsonl", b'{"n": 1000, "request": {"system": "hubspot"}}\n'),
        ("journal.jsonl", b'{"n": "x"}\n'),
        ("ca-with-key.pem", b"nothing"),
        ("ca-with-key.pem", b"-----BEGIN CERTIFICATE-----\nnothing"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    with running(state=tmp_path):
        pass
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CannotServe) as problem, running(state=tmp_path):
        pytest.fail("it must not start")
    assert str(problem.value).startswith(f"{tmp_path / name} is damaged (")
    assert str(problem.value).endswith("); move it away to begin with new accounts")


def test_an_account_without_a_part_is_damage(tmp_path: Path) -> None:
    with running(state=tmp_path):
        pass
    path = tmp_path / "state.json"
    document = json.loads(path.read_text())
    del document["salesforce"]["records"]
    path.write_text(json.dumps(document))
    with pytest.raises(CannotServe) as problem, running(state=tmp_path):
        pytest.fail("it must not start")
    assert '(salesforce: "records" is missing or of a wrong type)' in str(problem.value)


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotServe, match=r"^state folder .*/file/state cannot be used: Not a directory$"):
        running(state=tmp_path / "file" / "state").__enter__()


def test_nobody_else_may_read_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "accounts"
    with running(state=folder) as sims:
        ask(sims, "POST", PROPERTIES, NEW)
        files = [path for path in folder.iterdir() if path.name != "ca.pem"]
        assert {path.name for path in files} == {"ca-with-key.pem", "journal.jsonl", "lock", "state.json"}
        modes = {stat.S_IMODE(path.stat().st_mode) for path in files}
        assert (stat.S_IMODE(folder.stat().st_mode), modes) == (0o700, {0o600})


def test_a_disk_that_is_full_is_said_and_nothing_is_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(state=tmp_path) as sims:
        with monkeypatch.context() as patch:
            patch.setattr("crm_simulators.state_files.os.write", lambda file, line: 0)
            answer = ask(sims, "POST", PROPERTIES, NEW)
        text = "the simulator cannot save its state: No space left on device"
        assert (answer.status_code, answer.json()["message"]) == (503, text)
        assert ask(sims, "POST", PROPERTIES, {**NEW, "name": "y"}).status_code == 201
