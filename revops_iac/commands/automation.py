"""Runs Pulumi on one stack through its Automation API, and says who must act when a run fails."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pulumi.automation as auto
from pulumi.automation.events import EngineEvent

from revops_iac.engine import AT_ONCE
from revops_iac.errors import AuthorError
from revops_iac.plan.reading import OF_THE_RUN

WITHOUT_CHECKPOINTS = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
"""Writes the state once, when a run ends."""
COMPRESSED = {"PULUMI_DIY_BACKEND_GZIP": "true"}
"""Half of a state is repeated text. A later run without this reads the file and writes it plain [S: pulumi
backend/diy/state.go]; Pulumi Cloud takes no notice."""
COMPRESSION = ("PULUMI_DIY_BACKEND_GZIP", "PULUMI_DIY_BACKEND_ZSTD")
OF_ACCOUNT = re.compile(
    r"this plan could not be checked|: \d{3}, |\b(GET|POST|PUT|PATCH|DELETE|SOAP) /"
    r"|error reading from server|transport: "
)
"""What errors hold that a vendor, a network, an account or the end of one of Pulumi's processes caused."""


class _Unselected(auto.LocalWorkspace):
    """A workspace that leaves alone which stack a person has selected: each command names its own."""

    def select_stack(self, stack_name: str) -> None:
        pass


class PulumiStack:
    """One stack of the project in `folder`, the folder of Pulumi.yaml."""

    def __init__(self, folder: Path, stack: str) -> None:
        """Raises AuthorError where there is no Pulumi CLI."""
        tools = folder / ".tools"
        root = None if shutil.which("pulumi") else str(tools.resolve())
        if root is not None and not (tools / "bin" / "pulumi").exists():
            raise AuthorError("the Pulumi CLI is not on PATH", "install it: https://www.pulumi.com/docs/install/")
        command = auto.PulumiCommand(root, skip_version_check=True)
        self.folder = folder
        self._stack = auto.Stack.select(stack, _Unselected(str(folder), pulumi_command=command))

    @property
    def project(self) -> str:
        """The name of the project in Pulumi.yaml."""
        return str(self._stack.workspace.project_settings().name)

    def preview(self, plan: Path, policies: Path | None) -> tuple[list[EngineEvent], bool]:
        """The events of a preview that refreshes and saves its plan, and whether it succeeded."""
        packs = {"policy_packs": [str(policies.resolve())]} if policies is not None else {}
        return self._run(self._stack.preview, refresh=True, plan=str(plan.resolve()), **packs)

    def up(self, plan: Path, *, checkpoints: bool = True) -> tuple[list[EngineEvent], bool]:
        """The events of carrying out a saved plan, and whether it succeeded.

        Without checkpoints Pulumi writes its state once at the end, not after every step. As many steps run at once as
        a provider process serves.
        """
        options = {"refresh": True, "run_program": True, "show_secrets": False, "parallel": AT_ONCE}
        chosen = any(name in os.environ for name in COMPRESSION)  # what is set already stays
        self._stack.workspace.env_vars = {
            **({} if chosen else COMPRESSED),
            **({} if checkpoints else WITHOUT_CHECKPOINTS),
        }
        return self._run(self._stack.up, plan=str(plan.resolve()), **options)

    def _run(self, run: Any, **options: Any) -> tuple[list[EngineEvent], bool]:
        events: list[EngineEvent] = []
        errors: list[str] = []
        try:
            run(on_event=events.append, on_error=errors.append, color="never", suppress_progress=True, **options)
        except auto.CommandError as error:
            if not events:
                raise AuthorError(_gist(str(error)), "see what pulumi preview says") from None
            return events, False
        return events, True


def _gist(text: str) -> str:
    """What the CLI itself says of a command that could not begin."""
    found = re.findall(r"error: (.+)", text)
    return found[0].strip() if found else "pulumi could not run"


def is_of_account(errors: Sequence[str]) -> bool:
    """Whether a vendor, a network or an account ended a run, rather than what the author wrote."""
    return any(OF_ACCOUNT.search(error) for error in errors if not error.startswith(OF_THE_RUN))
