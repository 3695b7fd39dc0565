"""The API coverage table: which calls each kind makes, and what the simulators answer to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from revops_iac.commands.extras import extra
from revops_iac.provider.api.calls import Api

with extra("simulate", "revops coverage --api"):
    from crm_simulators.served import served

OTHERS = "{any other type}"
NO_ANSWER = {"area": "", "simulator": "not simulated", "evidence": "", "sources": [], "code": []}


def api_table(systems: Iterable[Any]) -> list[dict[str, Any]]:
    """A row per operation of the given systems, as plain values: the call, who makes it, what answers, the evidence.

    An operation on a type that has no row of its own is answered as on `{any other type}`; one that a kind needs and no
    simulator knows is `not simulated`.
    """
    rows: list[dict[str, Any]] = []
    known = served()
    for system in systems:
        if system.api is not None:
            rows += _rows(system.name, system.api(), [entry for entry in known if entry.system == system.name])
    return rows


def _rows(name: str, api: Api, known: list[Any]) -> Iterable[dict[str, Any]]:
    users: dict[str, list[str]] = {}
    for kind, operations in api.calls().items():
        for operation in dict.fromkeys(api.general(one) for one in operations):
            users.setdefault(operation, []).append(kind)
    answers = {entry.operation: _answer(entry) for entry in known}
    for operation in dict.fromkeys((*answers, *sorted(users))):
        of_any_type = answers.get(f"{operation.partition(' ')[0]} {OTHERS}", NO_ANSWER)
        call = {"call": operation, "alias": api.alias(operation), "kinds": users.get(operation, [])}
        yield {"system": name, **answers.get(operation, of_any_type), **call}


def _answer(entry: Any) -> dict[str, Any]:
    return {
        "area": entry.area,
        "simulator": entry.answer,
        "evidence": entry.tags,
        "sources": list(entry.sources),
        "code": list(entry.modules),
    }


COLUMNS = ("system", "area", "call", "simulator", "evidence", "used by")


def render(rows: Iterable[Mapping[str, Any]]) -> str:
    """The table as aligned text, complete at any width; what grows long comes last."""
    lines = [COLUMNS, *((*(str(row[name]) for name in COLUMNS[:-1]), ", ".join(row["kinds"])) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(COLUMNS) - 1)]
    return "\n".join(
        "  ".join([*(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=False)), line[-1]]).rstrip()
        for line in lines
    )
