"""The repository that `revops init` writes, as if it were installed from an index."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from revops_iac.commands.init import Company, company_of, write_company
from revops_iac.commands.init.answers import Answers
from revops_iac.commands.init.installation import Installation

TODAY = date(2026, 12, 1)
EMAIL = "rita@acme.example"


def starter_company(folder: Path, given: Answers) -> Company:
    """A company as the command makes it from its options."""
    return replace(company_of(folder, given), installation=Installation("revops-iac>=0.1.0"))


def write_starter(folder: Path, *systems: str, name: str = "Acme", **answers: str) -> Path:
    """Writes the repository and returns its folder; all systems when none is named."""
    given = Answers(company=name, systems=",".join(systems), email=EMAIL, **answers)
    write_company(folder, starter_company(folder, given), TODAY)
    return folder
