"""Calls through HubSpot's own client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from hubspot import HubSpot

Api = Callable[..., tuple[int, Any]]


@contextmanager
def calling(client: HubSpot) -> Iterator[Api]:
    """`api(method, path, body=None, **query)` through the client's `api_request`: status and JSON (or text)."""
    responses = []

    def call(method: str, path: str, body: Any = None, **query: Any) -> tuple[int, Any]:
        request: dict[str, Any] = {"method": method, "path": path, "qs": query}
        if body is not None:
            request["body"] = body
        response = client.api_request(request)
        responses.append(response)
        json_answer = "json" in response.headers.get("content-type", "")
        return response.status_code, response.json() if json_answer else response.text

    yield call
    for response in responses:
        response.close()
