"""How HubSpot meets each requirement of the revenue process: the rows of `coverage.yaml`."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

import yaml

from revops_iac.provider.coverage import Row


def coverage() -> Iterable[Row]:
    """One row per requirement of the revenue process."""
    text = (files("revops_hubspot") / "coverage.yaml").read_text(encoding="utf-8")
    for row, met in yaml.safe_load(text).items():
        for status, how in met.items():
            yield Row(row, "hubspot", status, how)
