"""The rows of a report: its records, seen by one user, filtered as the report says [K]."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from vendor_facts import vocabulary

from crm_simulators.salesforce.errors import RestError
from crm_simulators.salesforce.metadata_types.analytics.columns import SUFFIX, Column, columns_of
from crm_simulators.salesforce.org.access import visible_fields
from crm_simulators.salesforce.org.fields import NUMERIC, by_relationship
from crm_simulators.salesforce.org.ids import to18
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.query.dates import bounds
from crm_simulators.salesforce.query.parser import DateLiteral, Moment
from crm_simulators.salesforce.rows.filter_logic import combined
from crm_simulators.salesforce.rows.record_values import Viewer
from crm_simulators.salesforce.rows.tables import find_row, rows
from crm_simulators.salesforce.xml.component_xml import Body

TRUE = frozenset({"true", "1"})
INTERVALS = vocabulary("salesforce", "report intervals")
SINCE_EVER = "INTERVAL_CUSTOM"
Test = Callable[[Any], bool]


class ReportRows:
    """Reads the columns of one report's records; a field that the user may not see is empty."""

    def __init__(self, org: Org, user: Record, body: Body) -> None:
        self.org, self.user, self.body = org, user, body
        self.viewer = Viewer(org, user)
        self.columns = columns_of(org, body["reportType"])
        report_type = org.body("ReportType", str(body["reportType"]).removesuffix(SUFFIX)) or {}
        if "join" in report_type:
            raise RestError(501, "NOT_IMPLEMENTED", "Running a report on joined objects is not enabled")
        self.sobject: str = report_type["baseObject"]
        self.visible = visible_fields(org, user["Id"], self.sobject)
        self.zone = ZoneInfo(user.get("TimeZoneSidKey") or "UTC")

    def selected(self) -> list[Record]:
        """The records that pass the filters and lie in the period."""
        keep = self._filter()
        return [row for row in rows(self.org, self.sobject) if keep(row)]

    def value(self, row: Record, name: str) -> Any:
        """A column of a record in JSON terms; dates and moments as the day in the user's time zone."""
        column = self.columns.get(name)
        if column is None or (column.table == self.sobject and not self._sees(column)):
            return None
        *steps, own = column.path.split(".")
        sobject, found = self.sobject, row
        for step in steps:
            parent = self.viewer.parent(sobject, found, step)
            if parent is None:
                return None
            sobject, found = parent
        field = self.viewer.fields(sobject).get(own) or by_relationship(self.viewer.fields(sobject), own)
        return None if field is None else self.viewer.value(sobject, found, field.name)

    def _sees(self, column: Column) -> bool:
        return "." in column.path or column.field.name in self.visible

    def label(self, name: str, value: Any) -> str:
        """The displayed value: the name behind a lookup, a dash for no value."""
        if value in (None, ""):
            return "-"
        field = self.columns[name].field
        if field.type == "reference":
            found = next((row for one in field.reference_to if (row := find_row(self.org, one, value))), {})
            return str(found.get("Name", value))
        return str(value).lower() if isinstance(value, bool) else str(value)

    def day(self, value: str) -> datetime:
        """The day of a date or moment, in the user's time zone."""
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=self.zone) if len(value) == 10 else moment.astimezone(self.zone)

    # --- filters ------------------------------------------------------------------------------------------------

    def _filter(self) -> Callable[[Record], bool]:
        chosen = self.body.get("filter") or {}
        tests = [(item["column"], self._test(item)) for item in chosen.get("criteriaItems", [])]
        logic = chosen.get("booleanFilter") or "AND"
        period = self._period()

        def keep(row: Record) -> bool:
            if not period(row):
                return False
            return not tests or combined(logic, [test(self.value(row, name)) for name, test in tests])

        return keep

    def _period(self) -> Callable[[Record], bool]:
        given = self.body.get("timeFrameFilter") or {}
        interval = given.get("interval", SINCE_EVER)
        name = given.get("dateColumn", "")
        start, end = given.get("startDate"), given.get("endDate")
        if interval != SINCE_EVER:
            start, end = self._range(INTERVALS[interval], whole_days=True)
        elif end is not None:
            end = bounds(Moment(end), self.org.now().date(), whole_days=True)[1]

        def within(row: Record) -> bool:
            if start is None and end is None:
                return True
            value = self.value(row, name)
            day = None if value is None else self.day(value).date().isoformat()
            return day is not None and (start is None or day >= start) and (end is None or day < end)

        return within

    def _range(self, literal: str, *, whole_days: bool) -> tuple[str, str]:
        name, _, count = literal.partition(":")
        today = self.org.now().astimezone(UTC).date()
        return bounds(DateLiteral(name, int(count) if count else None), today, whole_days=whole_days)

    def _test(self, item: Body) -> Test:
        column, operator, text = self.columns.get(item["column"]), item["operator"], str(item.get("value") or "")
        kind = "string" if column is None else column.field.type
        if text == "":
            return lambda value: (value in (None, "")) == (operator in {"equals", "notContain"})
        if kind == "boolean":
            return lambda value: (bool(value) == (text.lower() in TRUE)) == (operator == "equals")
        if kind in {"date", "datetime"}:
            return self._dated(operator, text, whole_days=kind == "date")
        parts = [part.strip().strip('"') for part in text.split(",")]
        if kind in NUMERIC:
            return _numeric(operator, [_number(part) for part in parts])
        if kind in {"reference", "id"}:
            parts = [to18(part) for part in parts]
        return _textual(operator, [part.lower() for part in parts])

    def _dated(self, operator: str, text: str, *, whole_days: bool) -> Test:
        if text[:1].isdigit():
            first, after = bounds(Moment(text), self.org.now().date(), whole_days=whole_days)
        else:
            first, after = self._range(text, whole_days=whole_days)

        def test(value: Any) -> bool:
            if value is None:
                return operator == "notEqual"
            outcomes: dict[str, bool] = {
                "equals": first <= value < after,
                "notEqual": not first <= value < after,
                "lessThan": value < first,
                "lessOrEqual": value < after,
                "greaterThan": value >= after,
                "greaterOrEqual": value >= first,
            }
            return outcomes[operator]

        return test


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise RestError(400, "BAD_REQUEST", f"The filter value {text} is no number") from None  # [K: text]


def _numeric(operator: str, desired: list[Decimal]) -> Test:
    def test(value: Any) -> bool:
        if operator in {"equals", "notEqual"}:
            return (value is not None and Decimal(str(value)) in desired) == (operator == "equals")
        if value is None:
            return False
        number, limit = Decimal(str(value)), desired[0]
        return {
            "lessThan": number < limit,
            "lessOrEqual": number <= limit,
            "greaterThan": number > limit,
            "greaterOrEqual": number >= limit,
        }[operator]

    return test


def _textual(operator: str, desired: list[str]) -> Test:
    """Several values are alternatives; a negated operator wants none of them."""
    plain = {"notEqual": "equals", "notContain": "contains", "excludes": "includes"}.get(operator, operator)

    def test(value: Any) -> bool:
        text = str(value or "").lower()
        parts = text.split(";")
        matches = {
            "equals": text in desired,
            "contains": any(one in text for one in desired),
            "startsWith": any(text.startswith(one) for one in desired),
            "includes": any(one in parts for one in desired),
        }
        return matches[plain] == (plain == operator)

    return test
