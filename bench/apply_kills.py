"""Kills `revops apply` while it creates, and proves that the next plan and apply lose and double nothing.

`python -m bench.apply_kills --count 200 --kills 20`, from the root of a checkout. Each kill takes half a minute. Its
moment is drawn from what the account has of us by then, evenly between 5% and 95%; the simulators stand still while it
falls, so that nothing is created between the two. Before it passes a pause of up to `PAUSE_S`, in half of the kills
none: then the answer to the latest creation is lost.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import patch

from crm_simulators.control import LoggedRequest
from crm_simulators.server import RunningSimulators, running

from tests.end_to_end.revops_command import revops, started
from tests.end_to_end.small_stack import SmallStack, empty_project, properties
from tests.end_to_end.test_interrupted_run import kill_tree
from tests.pulumi_project import CHECKOUT, PulumiProject

CLI = CHECKOUT / ".tools" / "bin" / "pulumi"
PLANNED, UNCHANGED = 4, 0
FIRST, LAST = 0.05, 0.95
PAUSE_S = 0.1
TIMEOUT_S = 900


def planned(stack: SmallStack) -> tuple[str, ...] | None:
    """The arguments that apply what `revops plan` made, None where nothing is left to do."""
    done = revops(stack, "plan", "--json", timeout_s=TIMEOUT_S)
    assert done.returncode in (PLANNED, UNCHANGED), done.stdout + done.stderr
    plan = json.loads(done.stdout)
    return ("apply", plan["folder"], "--checksum", plan["checksum"]) if done.returncode == PLANNED else None


def made(crms: RunningSimulators) -> int:
    """How many properties the account has from us."""
    return sum(name.startswith("field_") for name in crms.dump("hubspot")["properties"]["0-1"])


@contextmanager
def watched(crms: RunningSimulators, enough: int, is_held: bool) -> Iterator[threading.Event]:
    """Sets the event once so many properties are there. The request that made the last of them is answered, or where
    it `is_held` waits until the context ends."""
    reached, ended = threading.Event(), threading.Event()
    log = crms.control.log
    add = log.add

    def noted(**values: Any) -> LoggedRequest:
        if values["write"] and not reached.is_set() and made(crms) >= enough:
            reached.set()
            if is_held:
                ended.wait(TIMEOUT_S)
        return add(**values)

    with patch.object(log, "add", noted):
        try:
            yield reached
        finally:
            ended.set()


def killed_after(stack: SmallStack, apply: tuple[str, ...], properties_made: int, pause_s: float) -> str:
    """Starts an apply and kills everything of it a moment after so many properties are there; how far it came."""
    with watched(stack.crms, properties_made, is_held=not pause_s) as reached, started(stack, *apply) as process:
        while process.poll() is None and not reached.wait(0.05):
            pass
        if pause_s:
            time.sleep(pause_s)
        with stack.crms.control.lock if pause_s else nullcontext():
            assert process.poll() is None, "it ended before the kill"
            kill_tree(process)  # type: ignore[arg-type]
            process.wait()
            there = made(stack.crms)
    answer = f"{pause_s:.2f} s after" if pause_s else "before"
    return f"killed at {there} properties in {len(stack.writes())} writes, {answer} the answer"


def first_plan(folder: Path, crms: RunningSimulators, count: int) -> tuple[SmallStack, tuple[str, ...]]:
    """A stack that plans to create so many properties, and the arguments that apply its plan."""
    stack = SmallStack.made(empty_project(folder / "template", CLI), folder / "planned", crms)
    shutil.rmtree(stack.project.policies)
    stack.hubspot(properties(count))
    plan = planned(stack)
    assert plan is not None
    return stack, plan


def one_kill(begun: SmallStack, plan: tuple[str, ...], count: int, moment: int, pause_s: float) -> str:
    """One interrupted apply and its continuation, in words. Raises AssertionError where something was lost."""
    crms = begun.crms
    crms.reset()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(begun.project.folder, folder, symlinks=True, dirs_exist_ok=True)
        stack = SmallStack(PulumiProject(Path(folder), CLI, environment=begun.project.environment), crms)
        done = killed_after(stack, plan, moment, pause_s)
        subprocess.run(
            [str(CLI), "cancel", "--yes", "--stack", "dev"],
            cwd=stack.project.root,
            env=stack.project.full_environment,
            capture_output=True,
            check=False,
        )
        if (rest := planned(stack)) is not None:
            again = revops(stack, *rest, timeout_s=TIMEOUT_S)
            assert again.returncode == 0, again.stdout + again.stderr
        assert planned(stack) is None, "the plan after it is not empty"
        assert made(crms) == count, f"{made(crms)} properties instead of {count}"
        assert 409 not in {one.status for one in crms.control.log}, "something was created twice"
        state = json.loads(
            subprocess.run(
                [str(CLI), "stack", "export", "--stack", "dev"],
                cwd=stack.project.root,
                env=stack.project.full_environment,
                capture_output=True,
                check=True,
                text=True,
            ).stdout
        )
        held = [one for one in state["deployment"]["resources"] if "/hubspot:" in one["type"]]
        assert len(held) == count + 1
        assert not [one["urn"] for one in held if one["outputs"].get("adopted")], "ours counts as adopted"
    return f"{done}, then converged"


def main() -> int:
    """The exit code: 1 where a kill lost something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--kills", type=int, default=20)
    chosen = parser.parse_args()
    failed = 0
    with running() as crms, tempfile.TemporaryDirectory() as folder:
        begun, plan = first_plan(Path(folder), crms, chosen.count)
        for _ in range(chosen.kills):
            try:
                moment = round(random.uniform(FIRST, LAST) * chosen.count)
                pause_s = random.choice((0.0, random.uniform(0, PAUSE_S)))
                print(one_kill(begun, plan, chosen.count, moment, pause_s), flush=True)
            except AssertionError as error:
                failed += 1
                print(f"LOST: {error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
