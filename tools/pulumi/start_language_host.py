"""Starts the language host without loading the whole SDK, which it does not use.

`import pulumi` costs 0.75 s of processor time, its messages alone 0.2 s, and a command starts a host twice.
"""

from __future__ import annotations

import importlib.util
import runpy
import sys
from pathlib import Path
from types import ModuleType

PACKAGES = ("pulumi", "pulumi.runtime", "pulumi.runtime.proto")


def leave_packages_empty(names: tuple[str, ...] = PACKAGES) -> None:
    """Let modules below these packages be imported without running the packages' own `__init__`."""
    spec = importlib.util.find_spec(names[0])
    if spec is None or spec.origin is None:
        raise SystemExit(f"{names[0]} is not installed for {sys.executable}\n    fix: run script/setup")
    root = Path(spec.origin).parent
    for name in names:
        package = ModuleType(name)
        package.__path__ = [str(root.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = package


if __name__ == "__main__":
    leave_packages_empty()
    runpy.run_path(str(Path(__file__).with_name("language_host.py")), run_name="__main__")
