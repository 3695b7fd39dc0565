"""Runs that end half-way: the next one, without a terminal, converges, and nothing is made twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.end_to_end.small_stack import SmallStack, properties
from tests.pulumi_project import PulumiProject

pytestmark = pytest.mark.pulumi

WAIT_S = 120.0
REST_S = 1.0
PROPERTIES = "/crm/v3/properties/contacts"
WORKFLOW = {
    "object": "contacts",
    "name": "Note the title",
    "actions": [
        {
            "type": "SINGLE_CONNECTION",
            "actionId": "1",
            "actionTypeId": "0-5",
            "actionTypeVersion": 0,
            "fields": {"property_name": "message", "value": {"type": "OBJECT_PROPERTY", "propertyName": "jobtitle"}},
        }
    ],
}
MODEL = {**properties(3), "Workflow": {"contacts.Note the title": WORKFLOW}}


def until(condition: Callable[[], bool], run: subprocess.Popen[str]) -> None:
    """Waits for something that a run of the CLI brings about."""
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert run.poll() is None, f"the run ended before it happened: {run.communicate()}"
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def processes() -> list[tuple[int, int]]:
    """Every running process and its parent."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    return [(int(pid), int(parent)) for pid, parent, stat in map(str.split, listed.splitlines()) if stat[0] != "Z"]


def tree_of(process: subprocess.Popen[str]) -> list[int]:
    """A process and everything that it started."""
    tree = [process.pid]
    for found in tree:
        tree += [pid for pid, parent in processes() if parent == found]
    return tree


def kill_tree(process: subprocess.Popen[str]) -> None:
    """SIGKILL for a process and everything that it started."""
    for pid in tree_of(process):
        os.kill(pid, signal.SIGKILL)


def kill_cli(process: subprocess.Popen[str]) -> None:
    """SIGKILL for the CLI alone; everything that it started ends by itself, soon."""
    started = tree_of(process)[1:]
    assert started
    process.kill()
    process.wait()
    deadline = time.monotonic() + WAIT_S
    while left := set(started) & {pid for pid, _ in processes()}:
        assert time.monotonic() < deadline, f"still running: {left}"
        time.sleep(0.2)


def is_at_rest(project: PulumiProject) -> bool:
    """Whether no checkpoint is being written: the file backend writes in place, so a kill would cut it off."""
    files = [path for path in (project.folder / "backend").rglob("*.json") if "stacks" in path.parts]
    return bool(files) and all(time.time() - path.stat().st_mtime > REST_S and path.stat().st_size for path in files)


def workflows(stack: SmallStack) -> list[str]:
    return [flow["name"] for flow in stack.crms.dump("hubspot")["flows"].values()]


def assignments(stack: SmallStack) -> list[str]:
    return list(stack.crms.dump("salesforce")["records"].get("PermissionSetAssignment", ()))


def salesforce_model(stack: SmallStack) -> None:
    person = stack.crms.salesforce.username
    stack.configure("salesforce")
    stack.salesforce(
        {
            "PermissionSet": {"Extra": {"name": "Extra", "label": "Extra"}},
            "PermissionSetAssignment": {f"Extra.{person}": {"permission_set": "Extra", "username": person}},
        }
    )


def hubspot_model(stack: SmallStack) -> None:
    stack.hubspot(MODEL)


@pytest.mark.parametrize(
    ("arrange", "path", "made", "kill"),
    [
        (hubspot_model, "/automation/v4/flows$", workflows, kill_cli),
        (
            salesforce_model,
            "/sobjects/PermissionSetAssignment$|/sobjects/PermissionSetAssignment/$",
            assignments,
            kill_tree,
        ),
    ],
)
def test_run_killed_right_after_a_create_landed_is_taken_up(
    stack: SmallStack,
    arrange: Callable[[SmallStack], None],
    path: str,
    made: Callable[[SmallStack], list[str]],
    kill: Callable[[subprocess.Popen[str]], None],
):
    arrange(stack)
    project, faults, before = stack.project, stack.crms.control.faults, made(stack)
    landed = faults.add("timeout_after_write", method="POST", path=path, seconds=20)
    with project.start("up", "--stack", "dev", "--yes", "--skip-preview") as run:
        until(lambda: bool(landed.hits and made(stack) != before), run)
        until(lambda: is_at_rest(project), run)
        kill(run)
        run.communicate()
    faults.clear()
    project.run("cancel", "--stack", "dev", "--yes").succeeded()  # a killed Pulumi leaves its lock
    pending = project.export_state()["deployment"]["pending_operations"]
    assert {operation["type"] for operation in pending} == {"creating"}  # beside this one, what was under way

    project.up().succeeded()

    assert len(made(stack)) == len(before) + 1
    project.preview("--expect-no-changes").succeeded()


class Server:
    """`revops simulate` as a process of its own, which a test may kill."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.process = process
        self.crms = json.loads(process.stdout.readline())
        self.url = self.crms["hubspot"]["url"]

    @property
    def environment(self) -> dict[str, str]:
        return {"HUBSPOT_BASE_URL": self.url, "HUBSPOT_ACCESS_TOKEN": self.crms["hubspot"]["token"]}

    def writes(self) -> int:
        answer = requests.get(f"{self.url}/_sim/requests", {"writes_only": "true"}, timeout=10)
        return int(answer.json()["total"])

    def dump(self) -> dict[str, Any]:
        document: dict[str, Any] = requests.get(f"{self.url}/_sim/dump", timeout=10).json()
        return document


@contextmanager
def serving(state: Path) -> Iterator[Server]:
    command = [sys.executable, "-m", "revops_iac.commands.cli", "simulate", "--json", "--state", str(state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Server(process)
        finally:
            process.terminate()


def test_server_killed_in_the_middle_of_up_the_next_up_converges(stack: SmallStack, tmp_path: Path):
    model = {**properties(40), "Workflow": MODEL["Workflow"]}
    stack.hubspot(model)
    project = stack.project
    with serving(tmp_path / "accounts") as server:
        project.environment.update(server.environment)
        with project.start("up", "--stack", "dev", "--yes", "--skip-preview") as run:
            until(lambda: server.writes() >= 3, run)  # the properties leave in batches
            server.process.kill()
            message, _ = run.communicate()
    assert run.returncode == 1
    assert "Traceback" not in message
    assert "no answer from" in message

    with serving(tmp_path / "accounts") as server:
        project.environment.update(server.environment)
        project.up().succeeded()
        live = server.dump()
        ours = [name for name in live["properties"]["0-1"] if name.startswith("field_")]
        assert sorted(ours) == [f"field_{number:04}" for number in range(40)]
        assert [flow["name"] for flow in live["flows"].values()] == ["Note the title"]
        project.preview("--expect-no-changes").succeeded()
