"""Provides the Pulumi CLI for this checkout: from PATH, as official release, or built from its Go module.

`python -m tools.pulumi.install` leaves a wrapper at `.tools/bin/pulumi`; its second run changes nothing.
`REVOPS_PULUMI_WAY=path|official|build` forces one way.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.pulumi import go_build, progress, wrapper

OLDEST_CLI = (3, 200)
DOWNLOAD_GIVE_UP_S = 20.0
WAY_VARIABLE = "REVOPS_PULUMI_WAY"
WAYS = ("path", "official", "build")
WAY_IN_WORDS = {
    "path": "found on PATH",
    "official": "official release",
    "build": "built from its Go module",
}
# Run in a process of its own, so that a download that hangs can be ended.
OFFICIAL_PROGRAM = """
import sys, semver
from pulumi.automation import PulumiCommand
PulumiCommand.install(root=sys.argv[1], version=semver.VersionInfo.parse(sys.argv[2]))
"""


@dataclass(frozen=True)
class Places:
    """The folders that an installation reads and writes."""

    checkout: Path
    cache: Path

    @property
    def module(self) -> Path:
        return self.checkout / "tools" / "pulumi"

    @property
    def tools(self) -> Path:
        return self.checkout / ".tools"

    @property
    def python(self) -> Path:
        return self.checkout / ".venv" / "bin" / "python"

    @property
    def record(self) -> Path:
        return self.tools / "cli.json"


@dataclass(frozen=True)
class Cli:
    """A CLI that was found or made: which way, which version, the real binary behind the wrapper."""

    way: str
    version: str
    binary: str
    why: str = ""

    def sentence(self, why: bool = True) -> str:
        """The one line that says which way was taken, and why not an earlier one."""
        reason = f" ({self.why})" if why and self.why else ""
        return f"Pulumi CLI {self.version}: {WAY_IN_WORDS[self.way]}{reason}"


class WayNotOpen(Exception):
    """This way does not lead to a CLI here; the message says why in a few words."""


def default_places() -> Places:
    """The checkout that this file is in, and a cache outside it that all checkouts share."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Places(checkout=Path(__file__).resolve().parents[2], cache=Path(cache) / "revops-iac")


def from_path(places: Places) -> Cli:
    """Way 1: a CLI of the user's own that is new enough and knows Python."""
    ours = {places.tools / "bin", places.checkout / ".venv" / "bin"}
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder and Path(folder) not in ours]
    found = shutil.which("pulumi", path=os.pathsep.join(folders))
    if found is None:
        raise WayNotOpen("no pulumi on PATH")
    version = version_of_cli(found)
    if go_build.version_of(version) < OLDEST_CLI:
        raise WayNotOpen(f"pulumi {version} on PATH is older than {'.'.join(map(str, OLDEST_CLI))}")
    beside = Path(found).resolve().parent / "pulumi-language-python"
    if not beside.exists() and shutil.which("pulumi-language-python") is None:
        raise WayNotOpen("pulumi on PATH comes without pulumi-language-python")
    return Cli("path", version, found)


def version_of_cli(binary: str) -> str:
    """What `pulumi version` says, without its "v"."""
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "1"}
    answer = subprocess.run([binary, "version"], env=environment, capture_output=True, text=True, check=False)
    return answer.stdout.strip().removeprefix("v")


def from_release(places: Places) -> Cli:
    """Way 2: the official release, by the installer of Pulumi's own SDK."""
    version = go_build.pinned_cli(places.module / "go.mod")
    destination = places.cache / "pulumi" / f"{version}-official"
    binary = destination / "bin" / "pulumi"
    if not binary.exists():
        try:
            download_release(places, version, destination)
        except progress.CommandFailed as failure:
            raise WayNotOpen(f"no official release, {failure.short}") from failure
    return Cli("official", version, str(binary))


def download_release(places: Places, version: str, destination: Path) -> None:
    """Download and unpack, giving up when nothing has arrived for a while."""
    with go_build.staging(destination) as stage:
        scratch = stage / "tmp"
        scratch.mkdir()
        progress.run(
            progress.Job(
                label="downloading the Pulumi CLI",
                command=[str(places.python), "-c", OFFICIAL_PROGRAM, str(stage), version],
                log=places.cache / "logs" / "download.log",
                cwd=stage,
                environment={**os.environ, "TMPDIR": str(scratch)},
                detail=lambda: f"{size_of(stage) / 1e6:.1f} MB",
                give_up_after_s=DOWNLOAD_GIVE_UP_S,
            )
        )
        shutil.rmtree(scratch)


def size_of(folder: Path) -> int:
    """Bytes of all files below `folder`, which may change while we look."""
    sizes = (os.stat(Path(root, name)).st_size for root, _, names in os.walk(folder) for name in names)
    try:
        return sum(sizes)
    except FileNotFoundError:
        return 0


def from_source(places: Places, uv: str | None) -> Cli:
    """Way 3: built from the pinned Go module, kept in the cache, with a language host of our own beside it."""
    version = go_build.pinned_cli(places.module / "go.mod")
    destination = places.cache / "pulumi" / f"{version}-build"
    if not (destination / "bin" / "pulumi").exists():
        try:
            go_build.build(places.cache, places.module, destination, uv)
        except progress.CommandFailed as failure:
            raise WayNotOpen(str(failure)) from failure
    binary = wrapper.link_built_cli(destination / "bin", places.tools / "cli", places.python, places.module)
    return Cli("build", version, str(binary))


def obtain(places: Places, forced: str | None, uv: str | None) -> Cli:
    """The first way that leads to a CLI; raises WayNotOpen with the reason of each when none does."""
    ways: dict[str, Callable[[], Cli]] = {
        "path": lambda: from_path(places),
        "official": lambda: from_release(places),
        "build": lambda: from_source(places, uv),
    }
    reasons = [f"{WAY_VARIABLE}={forced}"] if forced else []
    for way in [forced] if forced else WAYS:
        try:
            cli = ways[way]()
        except WayNotOpen as reason:
            reasons.append(str(reason))
        else:
            return Cli(cli.way, cli.version, cli.binary, "; ".join(reasons))
    raise WayNotOpen("; ".join(reasons))


def remembered(places: Places, forced: str | None) -> Cli | None:
    """The CLI of an earlier run, when it is still there and still what is wanted."""
    try:
        cli = Cli(**json.loads(places.record.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    pinned = cli.way == "path" or cli.version == go_build.pinned_cli(places.module / "go.mod")
    desired = forced in (None, cli.way)
    return cli if pinned and desired and os.access(cli.binary, os.X_OK) else None


@contextmanager
def locked(places: Places) -> Iterator[None]:
    """One installation at a time per cache: a second one waits and then finds the work done."""
    places.cache.mkdir(parents=True, exist_ok=True)
    with (places.cache / "pulumi.lock").open("w") as lock:
        reporter = progress.Reporter("waiting for another script/setup to provide the Pulumi CLI")
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                reporter.tick("")
                time.sleep(progress.POLL_S)
        reporter.finish()
        clear_leftovers(places.cache)
        yield


def clear_leftovers(cache: Path) -> None:
    """Remove what a killed installation left half done; gigabytes, in the case of a build. Call it under the lock."""
    for leftover in (*cache.glob("go-*"), *cache.glob("pulumi/.partial-*")):
        shutil.rmtree(leftover, ignore_errors=True)


def install(places: Places, forced: str | None, uv: str | None) -> tuple[Cli, bool]:
    """Provide the CLI and its wrapper; the flag says whether it was there already."""
    cli = remembered(places, forced)
    known = cli is not None
    if cli is None:
        with locked(places):
            cli = obtain(places, forced, uv)
            wrapper.write_if_changed(places.record, json.dumps(asdict(cli), indent=2) + "\n")
    if cli.way == "build":
        wrapper.write_language_host(Path(cli.binary).parent, places.python, places.module)
    wrapper.write_wrapper(places.tools, Path(cli.binary), places.python.parent)
    return cli, known


def main(arguments: list[str]) -> int:
    """Install and say in one line which way it went."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--uv", help="the uv that fetches Go when there is none on PATH")
    uv = parser.parse_args(arguments).uv or shutil.which("uv")
    forced = os.environ.get(WAY_VARIABLE) or None
    if forced not in (None, *WAYS):
        print(f'{WAY_VARIABLE} is "{forced}", must be one of: {", ".join(WAYS)}', file=sys.stderr)
        return 1
    # A CI job that is canceled sends SIGTERM; as an exception it ends the build, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        cli, known = install(default_places(), forced, uv)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except WayNotOpen as reasons:
        print(f"there is no Pulumi CLI: {reasons}", file=sys.stderr)
        print("    fix: install it (https://www.pulumi.com/docs/install/) and run script/setup again", file=sys.stderr)
        return 1
    print(f"{cli.sentence(why=not known)}{', already there' if known else ''}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
