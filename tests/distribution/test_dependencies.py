"""pyproject declares what the code imports, with a reason for each."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from tests.imports import imports, imports_in

CHECKOUT = Path(__file__).resolve().parents[2]
TEXT = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
PYPROJECT: dict[str, Any] = tomllib.loads(TEXT)
NAME = re.compile(r"[A-Za-z0-9._-]+")
OWN = {Path(package).name for package in PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]}
LOADED_BY_UVICORN = {"httptools"}
CHECKOUT_ONLY = {"bench", "tests", "tools"}
DISTRIBUTIONS = packages_distributions()


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    """The distributions that requirements name, without the project itself."""
    found = {normalized(match[0]) for requirement in requirements if (match := NAME.match(requirement))}
    return found - {"revops-iac"}


BASE = names(PYPROJECT["project"]["dependencies"])
EXTRAS = {extra: names(lines) for extra, lines in PYPROJECT["project"]["optional-dependencies"].items()}
DEVELOPMENT = BASE.union(*EXTRAS.values(), names(PYPROJECT["dependency-groups"]["dev"]))
ALLOWED = {
    "revops_iac": BASE | EXTRAS["documents"] | EXTRAS["mcp"],
    "providers/revops_hubspot": BASE,
    "providers/revops_salesforce": BASE,
    "providers/salesforce_formula": BASE,
    "providers/vendor_facts": BASE,
    "providers/crm_simulators": BASE | EXTRAS["simulate"],
    "policies": BASE,
    "stacks": BASE,
    "examples": DEVELOPMENT,
    "script": DEVELOPMENT,
    "tests": DEVELOPMENT,
    "tools": DEVELOPMENT,
}


@cache
def imported(path: Path) -> frozenset[str]:
    """The top-level names that a module imports, from the standard library and from us left out."""
    return frozenset(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in imports(path):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif node.module and not node.level:
            modules = [node.module]
        for module in modules:
            top = module.partition(".")[0]
            if top not in sys.stdlib_module_names and top not in OWN | CHECKOUT_ONLY:
                yield top


def undeclared(folder: str, declared: set[str]) -> list[str]:
    """One line for each import below the folder that no declared distribution provides."""
    return [
        f"{path.relative_to(CHECKOUT)} imports {name}"
        for path in sorted((CHECKOUT / folder).rglob("*.py"))
        if ".venv" not in path.parts
        for name in sorted(imported(path))
        if declared.isdisjoint(map(normalized, DISTRIBUTIONS.get(name, ())))
    ]


def test_each_folder_of_the_wheel_is_checked() -> None:
    packages = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert [package for package in packages if package not in ALLOWED and package.split("/")[0] not in ALLOWED] == []


@pytest.mark.parametrize("folder", sorted(ALLOWED))
def test_what_is_imported_is_declared(folder: str) -> None:
    assert undeclared(folder, ALLOWED[folder]) == []


def test_an_undeclared_import_is_found_with_its_file() -> None:
    lines = undeclared("providers/revops_salesforce", BASE - {"zeep"})
    assert lines
    assert {line.partition(" imports ")[2] for line in lines} == {"zeep"}


def test_imports_are_found_wherever_they_stand_and_never_in_a_text() -> None:
    text = """
"text 'of one line" + '"'  # " import a
import b  # import c
TEXT = \'\'\'
import d
\'\'\'
import e, f as g
if e:
    from h.i import (  # j
        k,
        l as m,
    )
"""
    assert [ast.unparse(found) for found in imports_in(text)] == [
        "import b",
        "import e, f as g",
        "from h.i import k, l as m",
    ]


def test_what_is_declared_is_imported() -> None:
    """A dependency that nothing imports is either dead or another distribution's business."""
    used = {
        normalized(distribution)
        for folder in ("revops_iac", "providers", "policies")
        for path in (CHECKOUT / folder).rglob("*.py")
        for name in imported(path)
        for distribution in DISTRIBUTIONS.get(name, ())
    }
    assert BASE.union(*EXTRAS.values()) - used == LOADED_BY_UVICORN


def test_every_dependency_says_why_it_is_here() -> None:
    requirements = [
        *PYPROJECT["project"]["dependencies"],
        *(line for lines in PYPROJECT["project"]["optional-dependencies"].values() for line in lines),
        *PYPROJECT["dependency-groups"]["dev"],
    ]
    silent = [text for text in requirements if not re.search(rf'^ +"{re.escape(text)}",  # \S', TEXT, re.MULTILINE)]
    assert silent == []


def test_tests_have_every_extra() -> None:
    dev = next(line for line in PYPROJECT["dependency-groups"]["dev"] if line.startswith("revops-iac["))
    assert set(dev.removeprefix("revops-iac[").removesuffix("]").split(",")) == set(EXTRAS)
