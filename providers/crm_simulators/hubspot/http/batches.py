"""Requests for many objects at once, some of which may fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import HubSpotError, JsonObject, validation_error
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.calls import Reply
from crm_simulators.hubspot.portal.portal import Portal

T = TypeVar("T")


def batch_inputs(
    body: JsonObject, required: dict[str, str], limit: int, optional: dict[str, str] | None = None
) -> list[JsonObject]:
    """The inputs of a batch request."""
    check_body("BatchInput", body, {"inputs": "list", **required}, optional or {})
    inputs: list[Any] = body["inputs"]
    if len(inputs) > limit:
        raise validation_error(f"The batch has {len(inputs)} inputs; the limit is {limit}")
    if not all(isinstance(item, dict) for item in inputs):
        raise errors.invalid_json(1, 1, "inputs must be objects")
    return inputs


def batch_reply(portal: Portal, success: int, inputs: list[T], step: Callable[[T], JsonObject]) -> Reply:
    """Take the step for every input; `success`, or 207 with the errors of those that failed [S]."""
    started = portal.now()
    results: list[JsonObject] = []
    problems: list[JsonObject] = []
    for item in inputs:
        try:
            results.append(step(item))
        except HubSpotError as problem:
            document = {"context": {}, "links": {}, "errors": [], **problem.body()}
            del document["correlationId"]
            problems.append(document)
    body: JsonObject = {
        "status": "COMPLETE",
        "results": results,
        "requestedAt": started,
        "startedAt": started,
        "completedAt": portal.now(),
    }
    if not problems:
        return Reply(success, body)
    return Reply(207, {**body, "numErrors": len(problems), "errors": problems})
