"""The `revops` command as people run it: in the project's folder, with `pulumi` in PATH."""

from __future__ import annotations

import os
import subprocess

from tests.end_to_end.small_stack import SmallStack
from tests.pulumi_project import CHECKOUT

TIMEOUT_S = 120


def revops(stack: SmallStack, *arguments: str, timeout_s: float = TIMEOUT_S) -> subprocess.CompletedProcess[str]:
    """One command on the stack `dev`; its outcome is not judged."""
    return subprocess.run(
        command(*arguments),
        cwd=stack.project.root,
        env=environment(stack),
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout_s,
    )


def started(stack: SmallStack, *arguments: str) -> subprocess.Popen[bytes]:
    """The same command while it runs, for a test that stops it; close it with `with`."""
    return subprocess.Popen(
        command(*arguments), cwd=stack.project.root, env=environment(stack), stdout=subprocess.DEVNULL
    )


def command(*arguments: str) -> list[str]:
    return [str(CHECKOUT / ".venv" / "bin" / "revops"), *arguments, "--stack", "dev"]


def environment(stack: SmallStack) -> dict[str, str]:
    found = stack.project.full_environment
    return {**found, "PATH": f"{stack.project.cli.parent}{os.pathsep}{found['PATH']}"}
