"""The examples in the docstrings are true."""

from __future__ import annotations

import doctest
import importlib

import pytest


@pytest.mark.parametrize(
    "name",
    [
        "revops_iac.problems",
        "revops_iac.model.checks",
        "revops_iac.model.condition",
        "revops_iac.model.context",
        "revops_iac.model.duration",
        "revops_iac.model.subject",
    ],
)
def test_examples_run(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name))
    assert results.attempted > 0
    assert results.failed == 0
