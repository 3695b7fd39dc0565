"""Cursor paging: `limit` and `after`, answered with `paging.next.after` [S]."""

from __future__ import annotations

from typing import Any

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import JsonObject, validation_error
from crm_simulators.hubspot.http.calls import Call


def page(call: Call, items: list[Any], default_limit: int, max_limit: int) -> JsonObject:
    """`{results, paging?}` for the page that the query asks for."""
    limit = call.number("limit", default_limit)
    if not 1 <= limit <= max_limit:
        raise validation_error(f"limit was {limit}; it must be from 1 to {max_limit}")
    after = call.text("after") or "0"
    if not after.isdigit():
        raise errors.unparsable_query("after")
    start = int(after)
    document: JsonObject = {"results": items[start : start + limit]}
    if start + limit < len(items):
        document["paging"] = {"next": {"after": str(start + limit), "link": f"?after={start + limit}"}}
    return document
