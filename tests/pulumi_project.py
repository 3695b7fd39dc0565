"""A Pulumi project in a folder of its own, for tests that run the real CLI."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import yaml

CHECKOUT = Path(__file__).resolve().parents[1]
PASSPHRASE = "correct horse battery staple"
TIMEOUT_S = 300.0
# What a developer or CI has set for real accounts and backends must not leak into a test.
FOREIGN_PREFIXES = ("PULUMI_", "HUBSPOT_", "SALESFORCE_", "REVOPS_")
WITHOUT_CHECKPOINTS = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
"""For runs of hundreds of resources that no test stops: the whole state after each step takes most of their time."""
PROJECT_FILE = (CHECKOUT / "Pulumi.yaml").read_text()
POLICY_FILE = """\
description: A policy pack of a test.
runtime:
  name: python
  options:
    virtualenv: ../.venv
"""


@dataclass(frozen=True)
class Outcome:
    """What one run of the CLI printed and how it ended."""

    arguments: tuple[str, ...]
    exit_code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return self.stdout + self.stderr

    def succeeded(self) -> Self:
        """Itself; an AssertionError with all output when the run failed."""
        assert self.exit_code == 0, self._report("must succeed")
        return self

    def failed(self) -> Self:
        """Itself; an AssertionError with all output when the run succeeded."""
        assert self.exit_code != 0, self._report("must fail")
        return self

    def _report(self, expectation: str) -> str:
        message = f"--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"
        return f"pulumi {' '.join(self.arguments)} {expectation}, exit code {self.exit_code}\n{message}"


@dataclass
class PulumiProject:
    """A project below `folder`, whose backend, home and stack config are there too.

    `environment` is given to every run and may be changed between runs (`HUBSPOT_BASE_URL`, tokens).
    """

    folder: Path
    cli: Path
    stack: str = "dev"
    environment: dict[str, str] = field(default_factory=dict)
    timeout_s: float = TIMEOUT_S

    @classmethod
    def of_checkout(cls, folder: Path, cli: Path, checkout: Path = CHECKOUT) -> Self:
        """This repository's own Pulumi.yaml, stacks and policies, copied so that a test may edit them."""
        project = cls(folder, cli)
        project.root.mkdir(parents=True)
        shutil.copy2(checkout / "Pulumi.yaml", project.root)
        leave = shutil.ignore_patterns(".revops", ".pulumi")  # what script/setup compiled goes along
        for name in ("stacks", "policies"):
            shutil.copytree(checkout / name, project.root / name, symlinks=True, ignore=leave)
        (project.root / ".venv").symlink_to(checkout / ".venv")
        return project

    @classmethod
    def of_program(cls, folder: Path, cli: Path, program: str, policies: str = "", checkout: Path = CHECKOUT) -> Self:
        """A project that consists of one program text and, when given, one policy pack text."""
        project = cls(folder, cli)
        project.stacks.mkdir(parents=True)
        (project.root / "Pulumi.yaml").write_text(PROJECT_FILE)
        (project.stacks / "__main__.py").write_text(program)
        (project.root / ".venv").symlink_to(checkout / ".venv")
        (project.stacks / ".venv").symlink_to("../.venv")
        if policies:
            project.policies.mkdir()
            (project.policies / "PulumiPolicy.yaml").write_text(POLICY_FILE)
            (project.policies / "__main__.py").write_text(policies)
        return project

    @property
    def root(self) -> Path:
        """The folder of Pulumi.yaml."""
        return self.folder / "project"

    @property
    def stacks(self) -> Path:
        """The folder of the program, its model and its stack config."""
        return self.root / "stacks"

    @property
    def policies(self) -> Path:
        """The folder of the policy pack."""
        return self.root / "policies"

    @property
    def full_environment(self) -> dict[str, str]:
        """What a run sees: nothing foreign, a backend and a home of its own, then `environment`."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN_PREFIXES)}
        own = {
            "PULUMI_BACKEND_URL": f"file://{self.folder / 'backend'}",
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "GOGC": "400",  # a short run needs no tidy memory: a sixth less work for the CLI
        }
        return clean | own | self.environment

    def start(self, *arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start the CLI without waiting, for a test that stops it or the account half-way; close it with `with`."""
        (self.folder / "backend").mkdir(exist_ok=True)
        command = [str(self.cli), *arguments, "--non-interactive", "--color=never"]
        return subprocess.Popen(
            command,
            cwd=self.root,
            env=self.full_environment | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(
        self, *arguments: str, environment: Mapping[str, str] | None = None, timeout_s: float | None = None
    ) -> Outcome:
        """Run the CLI to its end. The outcome is not judged; `.succeeded()` and `.failed()` do that."""
        with self.start(*arguments, environment=environment) as process:
            try:
                stdout, stderr = process.communicate(timeout=timeout_s or self.timeout_s)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return Outcome(arguments, process.returncode, stdout, stderr)

    def init(self, config: Mapping[str, str] | None = None) -> Self:
        """Make the stack and write its config; what its config file has already stays."""
        self.run("stack", "init", self.stack).succeeded()
        self.write_config(config or {})
        return self

    def write_config(self, config: Mapping[str, str]) -> None:
        """Write values into the stack's config file, without the CLI."""
        file = self.stacks / f"Pulumi.{self.stack}.yaml"
        live = yaml.safe_load(file.read_text(encoding="utf-8"))
        own = {key if ":" in key else f"{self._name}:{key}": value for key, value in config.items()}
        text = yaml.safe_dump({**live, "config": {**(live.get("config") or {}), **own}})
        file.write_text(text, encoding="utf-8")

    @property
    def _name(self) -> str:
        return str(yaml.safe_load((self.root / "Pulumi.yaml").read_text(encoding="utf-8"))["name"])

    def set_config(self, key: str, value: str, *flags: str) -> None:
        """Set one config value of the stack; `--secret` and `--path` go into `flags`."""
        self.run("config", "set", "--stack", self.stack, *flags, key, value).succeeded()

    def preview(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Outcome:
        return self.run("preview", "--stack", self.stack, *arguments, environment=environment)

    def up(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Outcome:
        return self.run("up", "--stack", self.stack, "--yes", "--skip-preview", *arguments, environment=environment)

    def refresh(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Outcome:
        command = ("refresh", "--stack", self.stack, "--yes", "--skip-preview")
        return self.run(*command, *arguments, environment=environment)

    def destroy(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Outcome:
        command = ("destroy", "--stack", self.stack, "--yes", "--skip-preview")
        return self.run(*command, *arguments, environment=environment)

    def let_a_minute_pass(self) -> None:
        """What a run has written is no news to the next one, so that it takes a person's change for what it is."""
        for written in self.stacks.glob(".revops/written/*/writes.jsonl"):
            written.unlink()

    def export_state(self) -> dict[str, Any]:
        """The whole state of the stack, as `pulumi stack export` prints it, from the file of the backend."""
        file = self.folder / "backend" / ".pulumi" / "stacks" / self._name / f"{self.stack}.json"
        compressed = file.with_suffix(".json.gz")  # as `revops apply` leaves it
        text = gzip.decompress(compressed.read_bytes()) if compressed.exists() else file.read_bytes()
        saved = json.loads(text)
        return {"version": saved["version"], "deployment": saved["checkpoint"]["latest"]}

    def import_state(self, state: Mapping[str, Any]) -> None:
        """Replace the state of the stack."""
        file = self.folder / "import.json"
        file.write_text(json.dumps(state))
        self.run("stack", "import", "--stack", self.stack, "--file", str(file)).succeeded()

    def resources(self, type_contains: str = "") -> list[dict[str, Any]]:
        """The resources in state whose type contains a text, in the order of the state."""
        found = self.export_state()["deployment"].get("resources", [])
        return [resource for resource in found if type_contains in resource["type"]]
