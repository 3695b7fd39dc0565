"""Imports run one way: between packages as ARROWS allows, inside a package from a line of LAYERS to lines below it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.imports import imports

ROOT = Path(__file__).resolve().parents[1]
SOURCE_ROOTS = {
    "revops_iac": ROOT,
    "revops_hubspot": ROOT / "providers",
    "revops_salesforce": ROOT / "providers",
    "salesforce_formula": ROOT / "providers",
    "vendor_facts": ROOT / "providers",
    "crm_simulators": ROOT / "providers",
    "revops_policies": ROOT / "policies",
}
ARROWS = {
    "revops_iac": "pulumi",
    "revops_iac.commands": "pulumi revops_policies crm_simulators",
    "revops_hubspot": "revops_iac vendor_facts hubspot",
    "revops_salesforce": "revops_iac vendor_facts salesforce_formula simple_salesforce",
    "salesforce_formula": "vendor_facts",
    "vendor_facts": "",
    "crm_simulators": "vendor_facts salesforce_formula",
    "revops_policies": "revops_iac pulumi pulumi_policy",
}
"""Which of our packages and of the vendors' clients a package may import. A CRM is found through an entry point only,
the engine knows no vendor, and the simulators share no types with the code that they check."""
WITH_PULUMI = {"account", "adoption.state_entries", "dynamic", "program", "commands.automation", "commands.rebind"}
"""The modules of the engine that Pulumi runs, or that speak to it: nothing else imports it."""
LAYERS = {
    "revops_iac": """
        commands
        adoption
        program
        account
        plan
        analysis
        documents dynamic
        whole_model
        stack_context
        compile
        systems
        state
        provider
        source
        config engine git model progress
        errors
        diagnostics
        redaction
    """,
    "revops_iac.provider": """
        inspection lifting changes discovery limits
        kind
        session
        resource_state
        inputs declaration remembered
        live_object
        api effects coverage
    """,
    "revops_iac.model": """
        automation data_hygiene deal_desk lifecycle metrics pipelines routing scoring
        context people references
        entry
        condition duration subject
    """,
    "revops_hubspot": """
        lifting
        adoption dynamic probing account guide person
        compiler
        probes kinds doctor
        lists properties pipelines
        objects workflows
        filters
        formulas api inputs
    """,
    "revops_hubspot.compiler": """
        validations warnings lifecycle pipelines segments
        properties
        automations
        pipeline_rules
        approvals
        terms
    """,
    "revops_salesforce": """
        source
        lifting
        adoption dynamic probing account guide person
        compiler
        probes kinds
        deploy approvals field_history
        flows reports
        metadata
        formulas
        fields doctor
        api inputs
    """,
    "revops_salesforce.compiler": """
        permissions warnings paths approvals automation
        metrics
        record_types deal_desk lead_conversion lifecycle
        pipelines required_fields approval_tiers people fields routing signal_moments duplicates
        validation_rules
        terms
    """,
    "crm_simulators": """
        __main__
        server
        served
        hubspot salesforce control_plane state_files scratch_folder
        evidence
        control journal admission
        patterns backup_files asgi
    """,
    "crm_simulators.hubspot": """
        simulator
        unmodeled twin
        seeding served
        lists flows account forms
        filters
        records
        pipelines
        people properties
        http
        portal
        errors
    """,
    "crm_simulators.salesforce": """
        simulator
        served twin
        app setup
        rest
        reports records
        query automation metadata
        rows
        metadata_types
        http
        org
        xml
        errors
    """,
    "revops_policies": """
        pack
        analyzer
        judgment
        plan book
        rules
        automations
        rule examples fields clock
        subject
    """,
}
"""From top to bottom: what stands on a line imports only what stands on lines below it."""


@cache
def modules() -> dict[str, Path]:
    """Every module of ours by its dotted name; a package is named as its folder."""
    found = {}
    for package, root in SOURCE_ROOTS.items():
        for path in sorted((root / package).rglob("*.py")):
            found[".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")] = path
    return found


@cache
def imports_of(module: str) -> frozenset[str]:
    """What a module imports, down to the module where that is one of ours."""
    found = set()
    for node in imports(modules()[module]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        else:
            assert node.module, f"{module}: imports are absolute"
            assert not node.level, f"{module}: imports are absolute"
            parts = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {part if part in modules() else node.module for part in parts}
    return frozenset(found - {module})


def units(package: str) -> dict[str, set[str]]:
    """The modules of each folder and single module directly inside a package."""
    found: dict[str, set[str]] = {}
    for module in modules():
        if module.startswith(f"{package}."):
            found.setdefault(module.removeprefix(f"{package}.").partition(".")[0], set()).add(module)
    return found


def lines(package: str) -> list[set[str]]:
    return [set(line.split()) for line in LAYERS[package].strip().splitlines()]


def crossings(package: str, layers: list[set[str]]) -> Iterator[str]:
    depth = {unit: at for at, layer in enumerate(layers) for unit in layer}
    for unit, inside in units(package).items():
        for module in sorted(inside):
            for imported in sorted(imports_of(module)):
                other = imported.removeprefix(f"{package}.").partition(".")[0]
                if imported.startswith(f"{package}.") and other != unit and depth[other] <= depth[unit]:
                    yield f"{module} imports {imported}"


@pytest.mark.parametrize("package", list(LAYERS))
def test_imports_run_from_the_top_to_the_bottom(package: str) -> None:
    assert set().union(*lines(package)) == set(units(package)), "name every folder and module of the package in LAYERS"
    assert list(crossings(package, lines(package))) == []


@pytest.mark.parametrize("package", list(SOURCE_ROOTS))
def test_packages_import_only_what_their_arrows_allow(package: str) -> None:
    known = {*SOURCE_ROOTS, "pulumi", "pulumi_policy", "hubspot", "simple_salesforce"}
    wrong = []
    for module in modules():
        if module.partition(".")[0] == package:
            is_command = module.startswith("revops_iac.commands")
            allowed = {package, *ARROWS["revops_iac.commands" if is_command else package].split()}
            for imported in imports_of(module):
                if (target := imported.partition(".")[0]) in known - allowed:
                    wrong.append(f"{module} imports {target}")
    assert sorted(wrong) == []


def test_only_the_modules_at_the_engine_import_pulumi() -> None:
    found = {
        module.removeprefix("revops_iac.")
        for module in modules()
        if module.startswith("revops_iac.") and any(name.partition(".")[0] == "pulumi" for name in imports_of(module))
    }
    assert found <= WITH_PULUMI


def test_no_module_imports_itself_through_others() -> None:
    try:
        TopologicalSorter({module: imports_of(module) & modules().keys() for module in modules()}).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_no_package_is_empty() -> None:
    folders = {path.parent for path in modules().values() if path.name == "__init__.py"}
    empty = [folder for folder in folders if len(list(folder.iterdir())) == 1]
    assert empty == []
