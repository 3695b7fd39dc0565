"""No arrow points back: the engine knows no vendor, policies call no API, simulators share nothing with us."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = {
    "revops_iac": {"revops_hubspot", "revops_salesforce", "hubspot", "simple_salesforce"},
    "revops_iac/model": {
        "pulumi",
        "crm_simulators",
        "revops_policies",
        "revops_iac.compile",
        "revops_iac.program",
        "revops_iac.source",
    },
    "revops_iac/documents": {"pulumi"},
    "providers/revops_hubspot": {"revops_salesforce", "revops_policies", "crm_simulators", "simple_salesforce"},
    "providers/revops_salesforce": {"revops_hubspot", "revops_policies", "crm_simulators", "hubspot"},
    "providers/crm_simulators": {
        "revops_iac",
        "revops_hubspot",
        "revops_salesforce",
        "revops_policies",
        "pulumi",
        "simple_salesforce",
        "hubspot",
    },
    "providers/salesforce_formula": {
        "revops_iac",
        "revops_salesforce",
        "crm_simulators",
        "pulumi",
        "simple_salesforce",
    },
    "providers/vendor_facts": {
        "revops_iac",
        "revops_hubspot",
        "revops_salesforce",
        "salesforce_formula",
        "crm_simulators",
        "revops_policies",
        "pulumi",
    },
    "policies": {"revops_hubspot", "revops_salesforce", "crm_simulators", "requests", "hubspot", "simple_salesforce"},
}
WITH_PULUMI = {"account.py", "dynamic.py", "program.py", "plan/preflight.py", "commands/rebind.py"}
"""The modules of the engine that Pulumi runs, or that speak to it."""


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("folder", sorted(FORBIDDEN))
def test_folder_imports_nothing_from_behind_it(folder: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name in imported(path)
        if any(name == bad or name.startswith(f"{bad}.") for bad in FORBIDDEN[folder])
    ]
    assert wrong == []


def test_only_the_modules_at_the_engine_import_pulumi() -> None:
    engine = ROOT / "revops_iac"
    found = {
        str(path.relative_to(engine))
        for path in engine.rglob("*.py")
        if any(name.split(".")[0] == "pulumi" for name in imported(path))
    }
    assert found <= WITH_PULUMI
