"""The example in plain Python: type checkers know its inputs, and the real CLI applies it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from crm_simulators.server import RunningSimulators

from tests.pulumi_project import CHECKOUT, PulumiProject
from tools.stubs import stale

EXAMPLE = CHECKOUT / "examples" / "python_program"
WRONG = """\
import revops_hubspot as hubspot

hubspot.PropertyGroup(object="companies", name="partner_program", lable="Partner program")
hubspot.Property(
    object="companies",
    name="partner_tier",
    label="Partner tier",
    type="enumeratoin",
    field_type="select",
    group_name="partner_program",
    options=[{"label": "Gold", "name": "gold"}],
)
"""


def test_no_stub_is_stale() -> None:
    assert [path.name for path in stale()] == [], "run script/docs"


def checked(file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", str(CHECKOUT / "pyproject.toml"), str(file)]
    return subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT)


def test_type_checker_finds_wrong_inputs(tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text(WRONG, encoding="utf-8")
    found = checked(tmp_path / "wrong.py").stdout
    assert 'Unexpected keyword argument "lable" for "PropertyGroup"' in found
    assert 'Argument "type" to "Property" has incompatible type "Literal[\'enumeratoin\']"' in found
    assert 'Extra key "name" for TypedDict "Option"' in found


def test_program_applies_and_previews_clean(tmp_path: Path, pulumi_cli: Path, crms: RunningSimulators) -> None:
    project = PulumiProject(tmp_path / "project", pulumi_cli)
    shutil.copytree(EXAMPLE, project.root, symlinks=True, ignore=shutil.ignore_patterns(".revops", "__pycache__"))
    (project.root / ".venv").symlink_to(CHECKOUT / ".venv")
    project.environment.update(crms.env())
    project.init()
    project.up().succeeded()
    project.preview("--expect-no-changes").succeeded()
    portal, org = crms.dump("hubspot"), crms.dump("salesforce")
    assert [one["value"] for one in portal["properties"]["0-2"]["partner_tier"]["options"]] == [
        "silver",
        "gold",
        "platinum",
    ]
    assert "Account.Partner_Tier__c" in org["components"]["CustomField"]
