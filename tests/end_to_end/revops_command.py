"""The `revops` command as people run it: in the project's folder, with `pulumi` in PATH."""

from __future__ import annotations

import os
import subprocess

from tests.end_to_end.small_stack import SmallStack
from tests.pulumi_project import CHECKOUT

TIMEOUT_S = 120


def revops(stack: SmallStack, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One command on the stack `dev`; its outcome is not judged."""
    environment = stack.project.full_environment
    environment["PATH"] = f"{stack.project.cli.parent}{os.pathsep}{environment['PATH']}"
    return subprocess.run(
        [str(CHECKOUT / ".venv" / "bin" / "revops"), *arguments, "--stack", "dev"],
        cwd=stack.project.root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
    )
