"""How Salesforce meets each requirement of the revenue process: the rows of coverage.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from revops_iac.provider.coverage import Row


def coverage() -> Iterator[Row]:
    """One row per requirement, in the order of the file."""
    rows = yaml.safe_load(Path(__file__).with_name("coverage.yaml").read_text(encoding="utf-8"))
    for row, met in rows.items():
        for status, how in met.items():
            yield Row(row, "salesforce", status, how)
