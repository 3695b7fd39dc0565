"""GROUP BY and aggregates of SOQL."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol

from crm_simulators.salesforce.org.org import Record
from crm_simulators.salesforce.query.parser import AGGREGATES, Column, Query, malformed

AGGREGATE = re.compile(r"(\w+)\(([\w.]*)\)")


class Columns(Protocol):
    """What groups need of a table."""

    def type_of(self, path: str) -> str:
        """Describe type of a column; raises INVALID_FIELD."""

    def value(self, row: Record, path: str) -> Any:
        """The value of a column."""


class Group:
    """Rows that agree in the columns of GROUP BY."""

    def __init__(self, table: Columns, query: Query, key: tuple[Any, ...], rows: list[Record]) -> None:
        self.table = table
        self.query = query
        self.key = key
        self.rows = rows

    def value(self, path: str) -> Any:
        """The value of a grouped column, of an aggregate such as `COUNT(Id)`, or of an alias."""
        aliased = next((column for column in self.query.columns if column.alias == path), None)
        if aliased is not None:
            return self.aggregate(aliased) if aliased.function else self.value(aliased.field)
        found = AGGREGATE.fullmatch(path)
        if found is not None:
            return self.aggregate(Column(found[2], found[1]))
        if path not in self.query.group_by:
            raise malformed(f"Field must be grouped or aggregated: {path}")
        return self.key[self.query.group_by.index(path)]

    def entry(self) -> dict[str, Any]:
        """The group as the response shows it."""
        entry: dict[str, Any] = {"attributes": {"type": "AggregateResult"}}
        unnamed = 0
        for column in self.query.columns:
            if column.function is None:
                entry[column.alias or column.field.rpartition(".")[2]] = self.value(column.field)
                continue
            entry[column.alias or f"expr{unnamed}"] = self.aggregate(column)
            unnamed += not column.alias
        return entry

    def aggregate(self, column: Column) -> Any:
        if not column.field:
            return len(self.rows)
        self.table.type_of(column.field)
        values = [value for row in self.rows if (value := self.table.value(row, column.field)) is not None]
        if column.function == "COUNT":
            return len(values)
        if column.function == "COUNT_DISTINCT":
            return len({value.lower() if isinstance(value, str) else value for value in values})
        if not values:
            return None
        if column.function in {"MIN", "MAX"}:
            return min(values) if column.function == "MIN" else max(values)
        return sum(values) / (len(values) if column.function == "AVG" else 1)


def grouped(table: Columns, query: Query, rows: list[Record]) -> list[Group]:
    """The groups of rows; all rows are one group where the query names no column to group by."""
    groups: dict[tuple[Any, ...], list[Record]] = {}
    for row in rows:
        groups.setdefault(tuple(table.value(row, path) for path in query.group_by), []).append(row)
    if not query.group_by:
        groups = {(): rows}
    return [Group(table, query, key, members) for key, members in groups.items()]


def group_type(table: Columns) -> Callable[[str], str]:
    """Describe type of what HAVING names."""

    def kind(path: str) -> str:
        found = AGGREGATE.fullmatch(path)
        if found is None:
            return table.type_of(path)
        if found[1] not in AGGREGATES:
            raise malformed(f"unexpected token: '{found[1]}'")
        return table.type_of(found[2]) if found[1] in {"MIN", "MAX"} else "double"

    return kind
