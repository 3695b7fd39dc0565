"""A company's folder with one stack `dev`, whose accounts the doctor examines."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from revops_iac.commands.doctor import Report, examine_stack
from revops_iac.diagnostics import Diagnostic

TODAY = date(2026, 9, 1)
"""Long before the end of any interface."""


@dataclass
class Company:
    """`model` is written as one file; `config` is the whole stack config."""

    folder: Path
    model: dict[str, Any]
    config: dict[str, Any] = field(default_factory=dict)

    def report(self, today: date = TODAY, behind_s: float = 0) -> Report:
        """An examination on that day; this machine's clock is `behind_s` seconds behind."""
        (self.folder / "model").mkdir(exist_ok=True)
        (self.folder / "overlays").mkdir(exist_ok=True)
        (self.folder / "model" / "model.yaml").write_text(yaml.safe_dump(self.model, sort_keys=False))
        (self.folder / "overlays" / "dev.yaml").write_text("{}\n")
        (self.folder / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": self.config}))
        moved = datetime.fromtimestamp(datetime.now(UTC).timestamp() - behind_s, UTC)
        return examine_stack(self.folder, "dev", today=today, clock=lambda: moved)

    def checks(self, name: str, **moved: Any) -> list[Diagnostic]:
        """The checks of one name."""
        return [check for check in self.report(**moved).checks if check.subject == name]

    def check(self, name: str, **moved: Any) -> Diagnostic:
        """The only check of a name."""
        (check,) = self.checks(name, **moved)
        return check
