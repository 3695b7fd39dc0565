"""The wheel alone, in a fresh environment and outside the checkout, does what the checkout does."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hatchling.builders.sdist import SdistBuilder

from tests.pulumi_project import WITHOUT_CHECKPOINTS

CHECKOUT = Path(__file__).resolve().parents[2]
UV = CHECKOUT / ".tools" / "bin" / "uv"
PYTHON = CHECKOUT / ".venv" / "bin" / "python"
LEFT_OUT = ("VIRTUAL_ENV", "PYTHON", "UV_", "PULUMI_", "HUBSPOT_", "SALESFORCE_")
CACHES = ("UV_CACHE_DIR",)
PACKAGES = {
    "revops_iac",
    "revops_hubspot",
    "revops_salesforce",
    "crm_simulators",
    "salesforce_formula",
    "vendor_facts",
    "revops_policies",
}


def run(folder: Path, *command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command that knows nothing of the checkout, but where uv keeps what script/setup has downloaded."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(LEFT_OUT) or key in CACHES}
    environment.update(variables)
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def succeeded(ran: subprocess.CompletedProcess[str]) -> str:
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The wheel; with `--thorough` it is built from the source distribution, which takes long to compress."""
    folder = tmp_path_factory.mktemp("dist")
    targets = () if request.config.getoption("--thorough") else ("--wheel",)
    build = (UV, "build", *targets, "--offline", "--no-build-isolation", "--python", PYTHON, "--out-dir", folder)
    succeeded(run(folder, *build, CHECKOUT))
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    return next(dist.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of an environment that has the wheel and its dependencies as locked, but no extra."""
    environment = tmp_path_factory.mktemp("environment") / "env"
    succeeded(run(environment.parent, UV, "venv", "--quiet", "--python", PYTHON, environment))
    dependencies = ("sync", "--frozen", "--offline", "--no-dev", "--no-install-project", "--project", CHECKOUT)
    succeeded(run(environment.parent, UV, *dependencies, UV_PROJECT_ENVIRONMENT=str(environment)))
    python = environment / "bin" / "python"
    succeeded(
        run(
            environment.parent,
            UV,
            "pip",
            "install",
            "--offline",
            "--no-deps",
            "--python",
            python,
            wheel,
        )
    )
    return environment / "bin"


def test_wheel_holds_the_packages_and_their_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    tops = {name.split("/")[0] for name in names if not name.split("/")[0].endswith(".dist-info")}
    assert tops == PACKAGES
    assert {f"{package}/py.typed" for package in PACKAGES} <= names
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]
    assert data_files() - names == set()


def data_files() -> set[str]:
    """Everything in our packages that is not Python, as a path in the wheel."""
    return {
        str(path.relative_to(root))
        for root in (CHECKOUT, CHECKOUT / "providers", CHECKOUT / "policies")
        for package in PACKAGES
        for path in (root / package).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    }


def packed(source: Path | None) -> set[str]:
    """The files of a source distribution, or those that the build would take where none is built."""
    if source is None:
        return {file.distribution_path for file in SdistBuilder(str(CHECKOUT)).recurse_included_files()}
    with tarfile.open(source) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def test_source_distribution_holds_what_git_holds_and_nothing_of_this_machine(dist: Path) -> None:
    names = packed(next(dist.glob("*.tar.gz"), None))
    known = run(CHECKOUT, "git", "ls-files", "--cached", "--others", "--exclude-standard").stdout.splitlines()
    assert names - set(known) <= {"PKG-INFO"}
    assert {"LICENSE", "README.md", "uv.lock", "script/test", "tests/conftest.py"} <= names


def test_dependencies_meet_what_the_wheel_asks_for(installed: Path, tmp_path: Path) -> None:
    succeeded(run(tmp_path, UV, "pip", "check", "--python", installed / "python"))


def test_version_is_that_of_the_wheel(installed: Path, wheel: Path, tmp_path: Path) -> None:
    version = wheel.name.split("-")[1]
    assert succeeded(run(tmp_path, installed / "revops", "--version")) == f"revops-iac {version}\n"


def test_provider_classes_import_under_the_names_that_state_holds(installed: Path, tmp_path: Path) -> None:
    program = """
import revops_hubspot.dynamic, revops_iac.account, revops_iac.dynamic, revops_iac.program, revops_policies.pack
import revops_salesforce.dynamic
print(revops_hubspot.dynamic.PropertyProvider.__module__, revops_salesforce.dynamic.CustomFieldProvider.__module__)
print(revops_iac.account.AccountProvider.__module__, revops_iac.__file__)
"""
    first, second = succeeded(run(tmp_path, installed / "python", "-c", program)).splitlines()
    assert first == "revops_hubspot.dynamic revops_salesforce.dynamic"
    module, file = second.split()
    assert module == "revops_iac.account"
    assert installed.parent in Path(file).parents


def blocks(readme: Path) -> list[str]:
    """The commands that a README names, block by block."""
    return re.findall(r"^```\n(.*?)^```$", readme.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@contextmanager
def simulating(company: Path) -> Iterator[dict[str, Any]]:
    """`revops simulate` of the company's own environment, as its README names it."""
    command = (company / ".venv" / "bin" / "revops", "simulate", "--people", "stacks", "--json")
    with subprocess.Popen(command, cwd=company, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


@pytest.mark.pulumi
def test_a_new_company_ends_in_a_clean_preview_by_its_own_readme(
    installed: Path, tmp_path: Path, pulumi_cli: Path
) -> None:
    """The wheel is on no index: it lies in the repository, and what the README names is enough."""
    assert '"$defs"' in succeeded(run(tmp_path, installed / "revops", "schema"))
    succeeded(run(tmp_path, installed / "revops", "init", "acme", "--yes", "--email", "rita@acme.example"))
    company = tmp_path / "acme"
    setup, trial = blocks(company / "README.md")
    path = f"{UV.parent}:{pulumi_cli.parent}:/usr/bin:/bin"
    home = {"HOME": str(tmp_path), "UV_CACHE_DIR": uv_cache(), "UV_PYTHON": str(PYTHON), "PATH": path}
    offline = run(company, "bash", "-euc", setup, **home, UV_OFFLINE="1")
    if offline.returncode:  # nothing on this machine has asked the index before
        succeeded(run(company, "bash", "-euc", setup, **home, **index()))
    with simulating(company) as served:
        quick = {"PULUMI_SKIP_UPDATE_CHECK": "1", "GOGC": "400", **WITHOUT_CHECKPOINTS}
        environment = {**home, **credentials(served), **quick}
        steps = f'export PATH="$PWD/.venv/bin:$PATH"\n{trial}'
        printed = succeeded(run(company, "bash", "-euc", steps, **environment))
    assert re.search(r"Resources:\n    [0-9]+ unchanged\n*$", printed), printed[-2000:]


def uv_cache() -> str:
    return succeeded(run(CHECKOUT, UV, "cache", "dir")).strip()


def index() -> dict[str, str]:
    """Where this machine's packages come from."""
    return {key: value for key, value in os.environ.items() if key.startswith("UV_") and "INDEX" in key}


def credentials(served: dict[str, Any]) -> dict[str, str]:
    """What the `export` lines of `revops simulate` set."""
    hubspot, salesforce = served["hubspot"], served["salesforce"]
    return {
        "HUBSPOT_BASE_URL": hubspot["url"],
        "HUBSPOT_ACCESS_TOKEN": hubspot["token"],
        "HUBSPOT_PORTAL_ID": str(hubspot["portal_id"]),
        "SALESFORCE_INSTANCE_URL": salesforce["https_url"],
        "SALESFORCE_SESSION_ID": salesforce["access_token"],
        "SALESFORCE_ORGANIZATION_ID": salesforce["organization_id"],
        "REQUESTS_CA_BUNDLE": salesforce["ca_bundle"],
    }


@pytest.mark.parametrize("command", ["simulate", "coverage --api"])
def test_a_command_without_its_extra_says_which_one(installed: Path, tmp_path: Path, command: str) -> None:
    ran = run(tmp_path, installed / "revops", *command.split())
    assert (ran.returncode, ran.stdout) == (1, "")
    sentence, fix = ran.stderr.splitlines()
    assert re.fullmatch(rf'revops {command} needs the package "\w+", which is not installed', sentence)
    assert fix == '    fix: pip install "revops-iac[simulate]"'
