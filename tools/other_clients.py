"""Serves the simulators and runs the JavaScript clients of tests/other_clients against them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from crm_simulators.server import running

CHECK = Path(__file__).resolve().parents[1] / "tests" / "other_clients" / "check.mjs"


def main() -> int:
    """The exit code of the clients' script, which prints what failed."""
    with running() as simulators:
        return subprocess.run(["node", str(CHECK)], input=json.dumps(simulators.to_json()), text=True).returncode


if __name__ == "__main__":
    sys.exit(main())
