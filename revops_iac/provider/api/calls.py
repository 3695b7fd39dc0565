"""Which calls of a vendor's API each kind makes.

The calls are recorded: a test runs every kind's example against the simulators and compares what
they log with the provider's `endpoints.json` (`script/docs` writes it).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files

FILE = "endpoints.json"


@dataclass(frozen=True)
class Api:
    """What a provider calls: operations by kind, as the simulators' log names them.

    `alias` is the same call on the vendor's newer path, `general` the row of the table that a call belongs to.
    """

    package: str
    alias: Callable[[str], str | None] = field(default=lambda operation: None)
    general: Callable[[str], str] = field(default=lambda operation: operation)

    def calls(self) -> Mapping[str, list[str]]:
        """The recorded operations by kind."""
        recorded: dict[str, list[str]] = json.loads((files(self.package) / FILE).read_text(encoding="utf-8"))
        return recorded
