"""The model as the stack's state holds it, which a preview compares with the model of today.

The engine's own function for it, `pulumi:pulumi:readStackResourceOutputs`, would add a provider to the plan of each
preview, and a saved plan is then refused [measured].
"""

from __future__ import annotations

import gzip
import json
import logging
import shutil
import subprocess
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from revops_iac.state.backend import state_folder

STATE_SUFFIXES = (".json", ".json.gz")
_LOG = logging.getLogger("revops.plan")


class EarlierModel:
    """Reads the topics of a stack's state while the program loads its model; `topics` waits for them."""

    def __init__(self, project: str, stack: str, topic_names: Mapping[str, str]) -> None:
        """`topic_names`: type of the component -> topic."""
        self._names = topic_names
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._resources: Future[list[dict[str, Any]] | None] = self._thread.submit(_resources, project, stack)

    def topics(self) -> dict[str, dict[str, Any]] | None:
        """The topics by name; None where the state cannot be read from here."""
        resources = self._resources.result()
        self._thread.shutdown(wait=False)
        if resources is None:
            return None
        return {
            self._names[one["type"]]: one.get("inputs") or {} for one in resources if one.get("type") in self._names
        }


def _resources(project: str, stack: str) -> list[dict[str, Any]] | None:
    """The resources in the state of a stack: from the file of a `file://` backend, else from the CLI."""
    try:
        folder = state_folder()
        latest = _exported(stack) if folder is None else _in_folder(folder, project, stack)
        return list((latest or {}).get("resources") or [])
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        _LOG.debug("the state of the stack cannot be read: %s", error)
        return None


def _in_folder(folder: Path, project: str, stack: str) -> dict[str, Any]:
    stacks = folder / ".pulumi" / "stacks"
    places = [stacks / project / f"{stack}{suffix}" for suffix in STATE_SUFFIXES]
    path = next((place for place in places if place.exists()), None)
    if path is None:
        return {}  # a new stack
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    latest: dict[str, Any] = json.loads(raw)["checkpoint"].get("latest") or {}
    return latest


def _exported(stack: str) -> dict[str, Any]:
    tool = shutil.which("pulumi") or str(Path("..", ".tools", "bin", "pulumi").resolve())
    command = [tool, "stack", "export", "--stack", stack, "--non-interactive"]
    ended = subprocess.run(command, capture_output=True, check=True)
    found: dict[str, Any] = json.loads(ended.stdout)["deployment"] or {}
    return found
