"""Evaluates SOQL on tables: the data API's objects and the Tooling API's."""

from __future__ import annotations

import operator as operators
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Protocol, TypeVar

from crm_simulators.salesforce.org.ids import to18
from crm_simulators.salesforce.org.org import Record
from crm_simulators.salesforce.query.dates import bounds
from crm_simulators.salesforce.query.groups import Group, group_type, grouped
from crm_simulators.salesforce.query.parser import Column, Condition, DateLiteral, Moment, Query, malformed

MAX_ALL_FIELDS = 200
T = TypeVar("T")


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
        """A row as the response shows it."""

    def names(self, which: str) -> list[str]:
        """What `FIELDS(ALL)`, `FIELDS(STANDARD)` or `FIELDS(CUSTOM)` stands for."""


class Evaluator:
    """Runs one query. ``semi_join`` answers the values of an inner SELECT, ``children`` the rows below a row."""

    def __init__(
        self,
        table: Table,
        today: date,
        semi_join: Callable[[Query], set[Any]],
        children: Callable[[Query, Record], tuple[int, list[dict[str, Any]]]],
    ) -> None:
        self.table = table
        self.today = today
        self.semi_join = semi_join
        self.children = children

    def run(self, query: Query) -> tuple[int, list[dict[str, Any]]]:
        """Total size and records; a bare COUNT() has a size and no records."""
        columns = list(self._columns(query))
        for column in columns:
            if column.field:
                self.table.type_of(column.field)
        for path in query.group_by:
            self.table.type_of(path)
        keep = self.predicate(query.where) if query.where else lambda row: True
        rows = [row for row in self.table.rows() if keep(row)]
        if query.is_bare_count:
            return len(rows), []
        if query.is_aggregate:
            entries = [group.entry() for group in cut(query, self._groups(query, rows))]
            return len(entries), entries
        rows = cut(query, self.ordered(query, rows))
        return len(rows), [self._entry(row, columns) for row in rows]

    def _columns(self, query: Query) -> Iterator[Column]:
        """The columns, `FIELDS(ALL)` and its like spelled out."""
        for column in query.columns:
            if not column.field.startswith("FIELDS("):
                yield column
                continue
            which = column.field[7:-1]
            if which != "STANDARD" and not 0 < (query.limit or 0) <= MAX_ALL_FIELDS:
                # [D: FIELDS(); text K]
                raise malformed(f"The SOQL FIELDS function must have a LIMIT of at most {MAX_ALL_FIELDS}")
            yield from (Column(name) for name in self.table.names(which))

    def _entry(self, row: Record, columns: list[Column]) -> dict[str, Any]:
        entry = self.table.entry(row, [column for column in columns if column.children is None])
        for column in columns:
            if column.children is not None:
                total, records = self.children(column.children, row)
                found = {"totalSize": total, "done": True, "records": records}
                entry[column.children.sobject] = found if records else None
        return entry

    def _groups(self, query: Query, rows: list[Record]) -> list[Group]:
        """The groups that HAVING keeps, in order; without ORDER BY in that of their first rows [K]."""
        groups = grouped(self.table, query, rows)
        if query.having is not None:
            keep = self._predicate(query.having, group_type(self.table), lambda group, path: group.value(path))
            groups = [group for group in groups if keep(group)]
        return in_order(query, groups, lambda group, path: group.value(path))

    # --- conditions ---------------------------------------------------------------------------------------------

    def predicate(self, condition: Condition) -> Callable[[Record], bool]:
        return self._predicate(condition, self.table.type_of, self.table.value)

    def _predicate(
        self, condition: Condition, type_of: Callable[[str], str], value: Callable[[Any, str], Any]
    ) -> Callable[[Any], bool]:
        """A condition on whatever `value` reads: a row, or a group of rows."""
        if condition.operator == "not":
            inner = self._predicate(condition.parts[0], type_of, value)
            return lambda row: not inner(row)
        if condition.operator in {"and", "or"}:
            parts = [self._predicate(part, type_of, value) for part in condition.parts]
            combine = all if condition.operator == "and" else any
            return lambda row: combine(part(row) for part in parts)
        path = condition.field
        test = self.test(condition, type_of(path))
        return lambda row: test(value(row, path))

    def test(self, condition: Condition, kind: str) -> Callable[[Any], bool]:
        operator, value = condition.operator, condition.value
        if operator in {"in", "not in"}:
            members = self.members(condition, kind)
            return lambda found: (_folded(found) in members) == (operator == "in")
        if operator in {"includes", "excludes"}:
            desired = [set(str(each).lower().split(";")) for each in value]
            return lambda found: _includes(found, desired) == (operator == "includes")
        if operator == "like":
            pattern = _like(str(value))
            return lambda found: found is not None and pattern.fullmatch(str(found)) is not None
        if isinstance(value, DateLiteral | Moment):
            return self.dated(operator, value, kind)
        _check_type(condition, kind)
        if operator in {"=", "!="}:
            desired_value = _folded(to18(value) if kind in {"id", "reference"} and value else value)
            return lambda found: (_folded(found) == desired_value) == (operator == "=")
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

    # --- order --------------------------------------------------------------------------------------------------

    def ordered(self, query: Query, rows: list[Record]) -> list[Record]:
        """Rows by the ORDER BY fields; nulls come first unless the query says last [D]."""
        for path, *_ in query.order_by:
            self.table.type_of(path)
        return in_order(query, rows, self.table.value)


def in_order(query: Query, found: list[T], value: Callable[[T, str], Any]) -> list[T]:
    """Rows or groups by ORDER BY."""
    for path, descending, last in reversed(query.order_by):
        nulls = [one for one in found if value(one, path) is None]
        rest = [one for one in found if value(one, path) is not None]
        rest.sort(key=lambda one, path=path: _folded(value(one, path)), reverse=descending)  # type: ignore[misc]
        found = rest + nulls if last else nulls + rest
    return found


def cut(query: Query, found: Sequence[T]) -> list[T]:
    """The rows that OFFSET and LIMIT select."""
    end = None if query.limit is None else query.offset + query.limit
    return list(found[query.offset : end])


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


def _ordered(found: Any, operator: str, value: Any) -> bool:
    if found is None or value is None:
        return False
    compared = {"<": operators.lt, "<=": operators.le, ">": operators.gt, ">=": operators.ge}
    return bool(compared[operator](_folded(found), _folded(value)))


def _includes(found: Any, desired: list[set[str]]) -> bool:
    present = set(str(found or "").lower().split(";"))
    return any(each <= present for each in desired)


def _like(text: str) -> re.Pattern[str]:
    parts = (".*" if letter == "%" else "." if letter == "_" else re.escape(letter) for letter in text)
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
