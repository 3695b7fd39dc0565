"""Evaluates SOQL on tables: the data API's objects and the Tooling API's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Protocol

from .ids import to18
from .org import Record
from .soql_dates import bounds
from .soql_parser import Column, Condition, DateLiteral, Moment, Query, malformed


class Table(Protocol):
    """One object as a query sees it."""

    name: str

    def type_of(self, path: str) -> str:
        """Describe type of a column, dotted through parents; raises INVALID_FIELD."""

    def rows(self) -> Iterable[Record]:
        """The rows."""

    def value(self, row: Record, path: str) -> Any:
        """The value of a column."""

    def entry(self, row: Record, columns: list[Column]) -> dict[str, Any]:
        """A row as the answer shows it."""


class Evaluator:
    """Runs one query. ``semi_join`` answers the values of an inner SELECT."""

    def __init__(self, table: Table, today: date, semi_join: Callable[[Query], set[Any]]) -> None:
        self.table = table
        self.today = today
        self.semi_join = semi_join

    def run(self, query: Query) -> tuple[int, list[dict[str, Any]]]:
        """Total size and records; a bare COUNT() has a size and no records."""
        for column in query.columns:
            if column.field:
                self.table.type_of(column.field)
        for path in query.group_by:
            self.table.type_of(path)
        keep = self.predicate(query.where) if query.where else lambda row: True
        rows = [row for row in self.table.rows() if keep(row)]
        if query.is_bare_count:
            return len(rows), []
        if query.is_aggregate:
            entries = self.aggregates(query, rows)
            return len(entries), entries
        rows = self.ordered(query, rows)[query.offset :]
        rows = rows[: query.limit] if query.limit is not None else rows
        return len(rows), [self.table.entry(row, query.columns) for row in rows]

    # --- conditions ---------------------------------------------------------------------------------------------

    def predicate(self, condition: Condition) -> Callable[[Record], bool]:
        if condition.operator == "not":
            inner = self.predicate(condition.parts[0])
            return lambda row: not inner(row)
        if condition.operator in {"and", "or"}:
            parts = [self.predicate(part) for part in condition.parts]
            combine = all if condition.operator == "and" else any
            return lambda row: combine(part(row) for part in parts)
        return self.comparison(condition)

    def comparison(self, condition: Condition) -> Callable[[Record], bool]:
        path, kind = condition.field, self.table.type_of(condition.field)
        test = self.test(condition, kind)
        return lambda row: test(self.table.value(row, path))

    def test(self, condition: Condition, kind: str) -> Callable[[Any], bool]:
        operator, value = condition.operator, condition.value
        if operator in {"in", "not in"}:
            members = self.members(condition, kind)
            return lambda found: (_folded(found) in members) == (operator == "in")
        if operator in {"includes", "excludes"}:
            wanted = [set(str(each).lower().split(";")) for each in value]
            return lambda found: _includes(found, wanted) == (operator == "includes")
        if operator == "like":
            pattern = _like(str(value))
            return lambda found: found is not None and pattern.fullmatch(str(found)) is not None
        if isinstance(value, DateLiteral | Moment):
            return self.dated(operator, value, kind)
        _check_type(condition, kind)
        if operator in {"=", "!="}:
            wanted_value = _folded(to18(value) if kind in {"id", "reference"} and value else value)
            return lambda found: (_folded(found) == wanted_value) == (operator == "=")
        return lambda found: _ordered(found, operator, value)

    def members(self, condition: Condition, kind: str) -> set[Any]:
        if condition.value and isinstance(condition.value[0], Query):
            return {_folded(value) for value in self.semi_join(condition.value[0])}
        for value in condition.value:
            _check_type(Condition(condition.operator, condition.field, value), kind)
        is_id = kind in {"id", "reference"}
        return {_folded(to18(value) if is_id and value else value) for value in condition.value}

    def dated(self, operator: str, value: DateLiteral | Moment, kind: str) -> Callable[[Any], bool]:
        if kind not in {"date", "datetime"}:
            raise malformed(f"value of filter criterion is a date, the field is of type {kind}")
        first, after = bounds(value, self.today, whole_days=kind == "date")
        return lambda found: (
            found is not None
            and {
                "=": first <= found < after,
                "!=": not first <= found < after,
                "<": found < first,
                "<=": found < after,
                ">": found >= after,
                ">=": found >= first,
            }[operator]
        )

    # --- order and aggregates -----------------------------------------------------------------------------------

    def ordered(self, query: Query, rows: list[Record]) -> list[Record]:
        """Rows by the ORDER BY fields; nulls come first unless the query says last [D]."""
        for path, descending, last in reversed(query.order_by):
            self.table.type_of(path)
            nulls = [row for row in rows if self.table.value(row, path) is None]
            rest = [row for row in rows if self.table.value(row, path) is not None]
            rest.sort(key=lambda row: _sortable(self.table.value(row, path)), reverse=descending)
            rows = rest + nulls if last else nulls + rest
        return rows

    def aggregates(self, query: Query, rows: list[Record]) -> list[dict[str, Any]]:
        groups: dict[tuple[Any, ...], list[Record]] = {}
        for row in rows:
            groups.setdefault(tuple(self.table.value(row, path) for path in query.group_by), []).append(row)
        if not query.group_by:
            groups = {(): rows}
        entries = [self._group(query, key, members) for key, members in groups.items()]
        return entries if query.limit is None else entries[: query.limit]

    def _group(self, query: Query, key: tuple[Any, ...], rows: list[Record]) -> dict[str, Any]:
        entry: dict[str, Any] = {"attributes": {"type": "AggregateResult"}}
        unnamed = 0
        for column in query.columns:
            if column.function is None:
                if column.field not in query.group_by:
                    raise malformed(f"Field must be grouped or aggregated: {column.field}")
                entry[column.alias or column.field.rpartition(".")[2]] = key[query.group_by.index(column.field)]
                continue
            entry[column.alias or f"expr{unnamed}"] = self._aggregate(column, rows)
            unnamed += not column.alias
        return entry

    def _aggregate(self, column: Column, rows: list[Record]) -> Any:
        if not column.field:
            return len(rows)
        values = [value for row in rows if (value := self.table.value(row, column.field)) is not None]
        if column.function == "COUNT":
            return len(values)
        if column.function == "COUNT_DISTINCT":
            return len({_folded(value) for value in values})
        if not values:
            return None
        if column.function in {"MIN", "MAX"}:
            return min(values) if column.function == "MIN" else max(values)
        return sum(values) / (len(values) if column.function == "AVG" else 1)


def _check_type(condition: Condition, kind: str) -> None:
    """Texts must be quoted and numbers must not [K: text]."""
    value = condition.value
    if value is None:
        return
    numeric = kind in {"double", "currency", "percent", "int"}
    if numeric and (isinstance(value, str | bool)):
        raise malformed(
            f"value of filter criterion for field '{condition.field}' must be of type {kind} "
            "and should not be enclosed in quotes"
        )
    if kind == "boolean" and not isinstance(value, bool):
        raise malformed(f"value of filter criterion for field '{condition.field}' must be of type boolean")
    if not numeric and kind != "boolean" and not isinstance(value, str):
        raise malformed(
            f"value of filter criterion for field '{condition.field}' must be of type {kind} "
            "and should be enclosed in quotes"
        )


def _folded(value: Any) -> Any:
    """Text compares without regard to case; ids, which differ by case, are 18 characters long and safe."""
    return value.lower() if isinstance(value, str) else value


def _sortable(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _ordered(found: Any, operator: str, value: Any) -> bool:
    if found is None or value is None:
        return False
    left, right = _sortable(found), _sortable(value)
    if operator == "<":
        return bool(left < right)
    if operator == ">":
        return bool(left > right)
    return bool(left <= right) if operator == "<=" else bool(left >= right)


def _includes(found: Any, wanted: list[set[str]]) -> bool:
    present = set(str(found or "").lower().split(";"))
    return any(each <= present for each in wanted)


def _like(text: str) -> re.Pattern[str]:
    parts = (".*" if letter == "%" else "." if letter == "_" else re.escape(letter) for letter in text)
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
