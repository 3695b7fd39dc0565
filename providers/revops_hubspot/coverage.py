"""How HubSpot can meet each kind of requirement of the revenue process: the answers of `coverage.yaml`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml

from revops_iac.provider.coverage import Answers, answers


@cache
def coverage() -> Answers:
    """The answers by kind of requirement, the strongest first."""
    return answers(yaml.safe_load((files("revops_hubspot") / "coverage.yaml").read_text(encoding="utf-8")))
