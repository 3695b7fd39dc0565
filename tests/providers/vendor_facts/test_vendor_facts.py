"""The tables of vendor facts: every file can be read, says its evidence, and says nothing twice."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import get_args

import pytest
import vendor_facts
from revops_salesforce.kinds.custom_field import FieldType
from vendor_facts import table

from revops_iac.provider.limits import Unit
from revops_iac.systems import system_named

FOLDER = Path(vendor_facts.__file__).parent
NAMES = sorted(str(path.relative_to(FOLDER).with_suffix("")) for path in FOLDER.rglob("*.csv"))
EVIDENCE = re.compile(r"\[[SVWDOTCIK?][^\]]*\]")


@pytest.mark.parametrize("name", NAMES)
def test_every_row_has_every_column_and_stands_there_once(name: str) -> None:
    rows = table(name)
    assert rows
    assert [row for row in rows if None in row or None in row.values()] == []
    assert [row for row in rows if any(cell != cell.strip() for cell in row.values())] == []
    assert len({tuple(row.values()) for row in rows}) == len(rows)


@pytest.mark.parametrize("name", NAMES)
def test_every_file_says_its_evidence(name: str) -> None:
    lines = (FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    assert EVIDENCE.search(" ".join(line for line in lines if line.startswith("#")))


def test_examples_in_docstrings_hold() -> None:
    assert doctest.testmod(vendor_facts) == (0, 3)


def test_inputs_of_a_custom_field_offer_every_type() -> None:
    assert list(get_args(FieldType)) == [row["type"] for row in table("salesforce/field_types")]


@pytest.mark.parametrize("name", ["hubspot", "salesforce"])
def test_limits_are_about_kinds_and_inputs_that_exist(name: str) -> None:
    system = system_named(name)
    assert system.limits is not None
    for row in system.limits().rows:
        inputs = system.kinds[row.kind].inputs.model_fields
        assert row.fix
        assert row.unit is Unit.REPORTED or {row.input.split(".")[0] or "adopt", *row.only} <= inputs.keys()


def test_what_no_source_states_is_a_warning() -> None:
    assert [row for row in table("hubspot/limits") if row["evidence"] == "[K]" and row["refused"] == "yes"] == []


@pytest.mark.parametrize("name", ["hubspot", "salesforce"])
def test_every_limit_says_its_evidence(name: str) -> None:
    assert [row for row in table(f"{name}/limits") if not EVIDENCE.match(row["evidence"])] == []
