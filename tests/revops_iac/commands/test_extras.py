"""A missing extra is the author's to install; any other missing module is a bug of ours."""

from __future__ import annotations

import doctest

import pytest

from revops_iac.commands import extras
from revops_iac.commands.extras import extra
from revops_iac.errors import AuthorError


def test_a_missing_package_of_the_extra_is_named_with_the_command_that_installs_it() -> None:
    with pytest.raises(AuthorError) as refused, extra("simulate", "revops simulate"):
        raise ModuleNotFoundError("No module named 'uvicorn.protocols'", name="uvicorn.protocols")
    assert str(refused.value) == (
        'revops simulate needs the package "uvicorn", which is not installed\n'
        '    fix: pip install "revops-iac[simulate]"'
    )


def test_another_missing_module_is_not_blamed_on_the_extra() -> None:
    with pytest.raises(ModuleNotFoundError), extra("simulate", "revops simulate"):
        raise ModuleNotFoundError("No module named 'crm_simulators.portal'", name="crm_simulators.portal")


def test_examples_in_docstrings_hold() -> None:
    assert doctest.testmod(extras) == (0, 1)
