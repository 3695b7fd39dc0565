"""Which calls of a vendor's API each kind makes, and what the simulators answer to them: the API coverage table.

The calls are recorded, not written by hand: a test runs every kind's example against the simulators and compares what
they log with the provider's `endpoints.json` (`script/docs` writes it).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

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


def api_table(systems: Iterable[Any]) -> list[dict[str, Any]]:
    """A row per operation of the given systems, as plain values: the call, who makes it, what answers, the evidence.

    An operation that a kind needs and no simulator knows is `not simulated`.
    """
    from crm_simulators.served import served

    rows: list[dict[str, Any]] = []
    known = served()
    for system in systems:
        if system.api is not None:
            rows += _rows(system.name, system.api, [entry for entry in known if entry.system == system.name])
    return rows


def _rows(name: str, api: Api, known: list[Any]) -> Iterable[dict[str, Any]]:
    users: dict[str, list[str]] = {}
    for kind, operations in api.calls().items():
        for operation in dict.fromkeys(api.general(one) for one in operations):
            users.setdefault(operation, []).append(kind)
    for entry in known:
        yield {
            "system": name,
            "area": entry.area,
            "call": entry.operation,
            "alias": api.alias(entry.operation),
            "kinds": users.pop(entry.operation, []),
            "simulator": entry.answer,
            "evidence": entry.tags,
            "sources": list(entry.sources),
            "code": list(entry.modules),
        }
    for operation, kinds in sorted(users.items()):
        row = {"system": name, "area": "", "call": operation, "alias": api.alias(operation), "kinds": kinds}
        yield {**row, "simulator": "not simulated", "evidence": "", "sources": [], "code": []}


COLUMNS = ("system", "area", "call", "simulator", "evidence", "used by")


def render(rows: Iterable[Mapping[str, Any]]) -> str:
    """The table as aligned text, complete at any width; what grows long comes last."""
    lines = [COLUMNS, *((*(str(row[name]) for name in COLUMNS[:-1]), ", ".join(row["kinds"])) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(COLUMNS) - 1)]
    return "\n".join(
        "  ".join([*(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=False)), line[-1]]).rstrip()
        for line in lines
    )
