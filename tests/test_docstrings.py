"""The examples in docstrings are true, in every module that has one."""

from __future__ import annotations

import doctest
import importlib
import linecache
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
SOURCE_ROOTS = {
    "revops_iac": "",
    "revops_hubspot": "providers",
    "revops_salesforce": "providers",
    "salesforce_formula": "providers",
    "crm_simulators": "providers",
    "revops_policies": "policies",
}


def modules_with_examples() -> Iterator[str]:
    for package, root in SOURCE_ROOTS.items():
        for path in sorted((CHECKOUT / root / package).rglob("*.py")):
            if ">>> " in path.read_text(encoding="utf-8"):
                yield ".".join(path.relative_to(CHECKOUT / root).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("module", list(modules_with_examples()))
def test_examples_in_docstrings_hold(module: str) -> None:
    linecache.clearcache()  # doctest looks anew at every file in it, for each docstring
    results = doctest.testmod(importlib.import_module(module))
    assert results.attempted > 0
    assert results.failed == 0
