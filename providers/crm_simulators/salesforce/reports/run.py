"""Running a report: groups, summaries and summary formulas, as the Analytics REST API answers them.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_getreportrundata.htm
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from vendor_facts import vocabulary

from crm_simulators.salesforce.errors import RestError
from crm_simulators.salesforce.metadata_types.analytics.formula import computed
from crm_simulators.salesforce.org.org import Record
from crm_simulators.salesforce.reports.rows import INTERVALS, SINCE_EVER, ReportRows
from crm_simulators.salesforce.xml.component_xml import Body

ROWS = "RowCount"
PREFIXES = {"Sum": "s", "Average": "a", "Minimum": "m", "Maximum": "x", "Unique": "u"}
NOT_COMPUTED = vocabulary("salesforce", "reports not computed")
NAMES = {"SUM": "Sum", "AVG": "Average", "MIN": "Minimum", "MAX": "Maximum", "UNIQUE": "Unique"}
Group = tuple[Any, str]
"""What sorts a group, and its label."""


class ReportRun:
    """One run of a report on the records as they are now."""

    def __init__(self, found: ReportRows) -> None:
        self.found, self.body = found, found.body

    @property
    def aggregates(self) -> list[str]:
        """The identities of the summaries, such as `s!Opportunity$Amount`; formulas, then the row count at the end."""
        columns = [
            f"{PREFIXES[kind]}!{column['field']}"
            for column in self.body.get("columns", [])
            for kind in column.get("aggregateTypes", [])
            if kind in PREFIXES
        ]
        formulas = [one["developerName"] for one in self.body.get("aggregates", []) if one["isActive"]]
        return [*columns, *formulas, ROWS]

    def facts(self, *, details: bool) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The fact map, and the groupings down; raises RestError for what is not computed here."""
        for what in _not_computed(self.body):
            raise RestError(501, "NOT_IMPLEMENTED", f"Running a report {what} is not enabled")
        records = self.found.selected()
        fact_map: dict[str, Any] = {}
        groupings = self._groups(records, self.body.get("groupingsDown", []), "", fact_map, details)
        fact_map["T!T"] = self._fact(records, details=details and not groupings)
        return fact_map, groupings

    def _groups(
        self, records: Sequence[Record], groupings: Sequence[Body], above: str, fact_map: dict[str, Any], details: bool
    ) -> list[dict[str, Any]]:
        if not groupings:
            return []
        first, *rest = groupings
        made = []
        for number, ((value, label), members) in enumerate(self._split(records, first)):
            key = f"{above}_{number}" if above else str(number)
            inner = self._groups(members, rest, key, fact_map, details)
            fact_map[f"{key}!T"] = self._fact(members, details=details and not rest)
            made.append({"groupings": inner, "key": key, "label": label, "value": value})
        return made

    def _split(self, records: Sequence[Record], grouping: Body) -> Iterator[tuple[Group, list[Record]]]:
        members: dict[Group, list[Record]] = {}
        for row in records:
            members.setdefault(self._group(row, grouping), []).append(row)
        descending = grouping.get("sortOrder") == "Desc"
        yield from sorted(members.items(), key=lambda pair: _order(pair[0][0]), reverse=descending)

    def _group(self, row: Record, grouping: Body) -> Group:
        name = grouping["field"]
        value = self.found.value(row, name)
        if value is not None and self.found.columns[name].field.type in {"date", "datetime"}:
            return _period(self.found.day(value).date(), grouping.get("dateGranularity", "Day"))
        return value, self.found.label(name, value)

    def _fact(self, records: Sequence[Record], *, details: bool) -> dict[str, Any]:
        values = [self._aggregate(records, name) for name in self.aggregates]
        fact: dict[str, Any] = {"aggregates": [{"label": _shown(value), "value": _plain(value)} for value in values]}
        if details:
            fact["rows"] = [{"dataCells": [self._cell(row, one["field"]) for one in self._details]} for row in records]
        return fact

    @property
    def _details(self) -> list[Body]:
        grouped = {one["field"] for one in self.body.get("groupingsDown", [])}
        return [one for one in self.body.get("columns", []) if one["field"] not in grouped]

    def _cell(self, row: Record, name: str) -> dict[str, Any]:
        value = self.found.value(row, name)
        return {"label": self.found.label(name, value), "value": value}

    def _aggregate(self, records: Sequence[Record], name: str) -> Decimal | None:
        if name == ROWS:
            return Decimal(len(records))
        prefix, _, column = name.partition("!")
        if column:
            kind = next(kind for kind, short in PREFIXES.items() if short == prefix)
            return self._summary(records, column, kind)
        formula = next(one for one in self.body["aggregates"] if one["developerName"] == name)
        return computed(
            formula["calculatedFormula"],
            len(records),
            lambda column, kind: self._summary(records, column, NAMES[kind]),
        )

    def _summary(self, records: Sequence[Record], column: str, kind: str) -> Decimal | None:
        """Blank values are left out of averages and extremes [?]; a sum of none is 0."""
        values = [value for row in records if (value := self.found.value(row, column)) not in (None, "")]
        if kind == "Unique":
            return Decimal(len(set(values)))
        numbers = [Decimal(str(int(value) if isinstance(value, bool) else value)) for value in values]
        if kind == "Sum":
            return sum(numbers, Decimal(0))
        if not numbers:
            return None
        if kind == "Average":
            return sum(numbers, Decimal(0)) / len(numbers)
        return max(numbers) if kind == "Maximum" else min(numbers)


COMPUTED_COLUMNS = ("buckets", "customDetailFormulas")


def _not_computed(body: Body) -> Iterator[str]:
    """What of a report would make its figures wrong, since nothing here computes it."""
    if body["format"] in ("Matrix", "MultiBlock"):
        yield f"of the format {body['format']}"
    for key, what in NOT_COMPUTED.items():
        if body.get(key):
            yield what
    items = (body.get("filter") or {}).get("criteriaItems", [])
    if any(one.get("columnToColumn") or one["operator"] == "within" for one in items):
        yield "that compares columns"
    named = [one["field"] for one in body.get("groupingsDown", [])] + [one["column"] for one in items]
    computed = {one["developerName"] for key in COMPUTED_COLUMNS for one in body.get(key, [])}
    if any(name in computed for name in named):
        yield "that is grouped or filtered by a bucket or row formula"
    interval = (body.get("timeFrameFilter") or {}).get("interval", SINCE_EVER)
    if interval not in {SINCE_EVER, *INTERVALS}:
        yield f"of the interval {interval}"


def _order(value: Any) -> tuple[bool, str]:
    return value is not None, "" if value is None else str(value).lower()


def _period(day: date, granularity: str) -> Group:
    """The first day of the period, and how it is shown; fiscal periods are those of the calendar."""
    if granularity == "Week":
        first = day - timedelta(days=(day.weekday() + 1) % 7)
        return first.isoformat(), f"{_us(first)} - {_us(first + timedelta(days=6))}"
    if granularity == "Month":
        return day.replace(day=1).isoformat(), f"{day:%B} {day.year}"
    if granularity in {"Quarter", "FiscalQuarter"}:
        number = (day.month - 1) // 3
        kind = "CY" if granularity == "Quarter" else "FY"
        return date(day.year, number * 3 + 1, 1).isoformat(), f"Q{number + 1} {kind}{day.year}"
    if granularity in {"Year", "FiscalYear"}:
        return date(day.year, 1, 1).isoformat(), f"{'CY' if granularity == 'Year' else 'FY'}{day.year}"
    if granularity in {"Day", "None"}:
        return day.isoformat(), _us(day)
    raise RestError(501, "NOT_IMPLEMENTED", f"Grouping by {granularity} is not enabled")


def _us(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def _plain(value: Decimal | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _shown(value: Decimal | None) -> str:
    return "-" if value is None else str(_plain(value))
