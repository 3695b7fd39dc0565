"""No arrow points back: the engine knows no vendor, policies call no API, simulators share nothing with us."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = {
    "revops_iac": {"revops_hubspot", "revops_salesforce", "hubspot", "simple_salesforce"},
    "revops_iac/model": {"pulumi", "crm_simulators", "revops_policies", "revops_iac.compile", "revops_iac.program"},
    "revops_iac/documents": {"pulumi"},
    "revops_iac/analysis": {"pulumi"},
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
    "policies": {"revops_hubspot", "revops_salesforce", "crm_simulators", "requests", "hubspot", "simple_salesforce"},
}
ENGINE_MODULES_WITHOUT_PULUMI = (
    "load",
    "compile",
    "check",
    "stack_config",
    "kind",
    "source_map",
    "settings",
    "coverage",
    "examination",
    "doctor",
    "probe",
    "probe_run",
    "probe_report",
    "evidence",
    "api_rows",
)


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


@pytest.mark.parametrize("module", ENGINE_MODULES_WITHOUT_PULUMI)
def test_module_before_the_engine_does_not_import_pulumi(module: str) -> None:
    names = list(imported(ROOT / "revops_iac" / f"{module}.py"))
    assert not [name for name in names if name.split(".")[0] == "pulumi"]
