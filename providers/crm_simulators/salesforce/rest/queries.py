"""Running queries and paging through their results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from typing import Any

from crm_simulators.salesforce.errors import RestError
from crm_simulators.salesforce.http.calls import Call, Reply
from crm_simulators.salesforce.org.child_relationships import child_relationships, no_such_children
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.query.parser import Condition, Query, malformed, parse
from crm_simulators.salesforce.query.soql import Evaluator, Table

DEFAULT_BATCH = 2000
MIN_BATCH = 200
Tables = Callable[[str], Table]


class Queries:
    """Query results, kept by cursor until they are read."""

    def __init__(self, org: Org) -> None:
        self.org = org
        self._cursors: dict[str, list[dict[str, Any]]] = {}

    def answer(self, call: Call, text: str, tables: Tables, root: str = "query") -> Reply:
        """The first page of a query."""
        parsed = parse(text)
        if call.arguments.get("columns") == "true":
            return Reply(200, self._columns(parsed, tables))
        total, records = self.evaluate(parsed, tables)
        return Reply(200, self._page(call, root, total, records, 0, ""))

    def evaluate(self, query: Query, tables: Tables) -> tuple[int, list[dict[str, Any]]]:
        def semi_join(inner: Query) -> set[Any]:
            _, found = self.evaluate(inner, tables)
            column = inner.columns[0].field
            return {value for record in found for key, value in record.items() if key.lower() == column.lower()}

        def children(inner: Query, parent: Record) -> tuple[int, list[dict[str, Any]]]:
            found = child_relationships(self.org, query.sobject).get(inner.sobject.lower())
            if found is None:
                raise malformed(no_such_children(inner.sobject))
            mine = Condition("=", found.field, parent["Id"])
            where = mine if inner.where is None else Condition("and", parts=(mine, inner.where))
            return self.evaluate(replace(inner, sobject=found.sobject, where=where), tables)

        today = self.org.now().astimezone(UTC).date()
        return Evaluator(tables(query.sobject), today, semi_join, children).run(query)

    def more(self, call: Call, locator: str, root: str = "query") -> Reply:
        """The next page; the locator is cursor and offset."""
        cursor, _, offset = locator.rpartition("-")
        records = self._cursors.get(cursor)
        if records is None or not offset.isdigit():
            raise RestError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return Reply(200, self._page(call, root, len(records), records, int(offset), cursor))

    def _page(
        self, call: Call, root: str, total: int, records: list[dict[str, Any]], offset: int, cursor: str
    ) -> dict[str, Any]:
        size = _batch_size(call.headers.get("sforce-query-options", ""))
        end = offset + size
        page: dict[str, Any] = {"totalSize": total, "done": end >= len(records), "records": records[offset:end]}
        if not page["done"]:
            cursor = cursor or f"01g{len(self._cursors):012d}AAA"
            self._cursors[cursor] = records
            page["nextRecordsUrl"] = call.url(f"{root}/{cursor}-{end}")
        return page

    def _columns(self, query: Query, tables: Tables) -> dict[str, Any]:
        """``columns=true`` asks for the columns only; the sf CLI needs them [V]."""
        table = tables(query.sobject)
        metadata: list[dict[str, Any]] = [
            {
                "aggregate": column.function is not None,
                "apexType": "String",
                "booleanType": table.type_of(column.field) == "boolean" if column.field else False,
                "columnName": column.field.rpartition(".")[2] or "count",
                "custom": column.field.endswith("__c"),
                "displayName": column.field or "count",
                "foreignKeyName": None,
                "insertable": False,
                "joinColumns": [],
                "numberType": False,
                "textType": True,
                "updatable": False,
            }
            for column in query.columns
        ]
        return {"columnMetadata": metadata, "entityName": query.sobject, "groupBy": False, "idSelected": False}


def _batch_size(header: str) -> int:
    """``Sforce-Query-Options: batchSize=200``."""
    name, _, value = header.partition("=")
    if name.strip().lower() != "batchsize" or not value.strip().isdigit():
        return DEFAULT_BATCH
    return min(DEFAULT_BATCH, max(MIN_BATCH, int(value)))
