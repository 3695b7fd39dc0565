"""Composite requests: several calls, several records, or several plain requests in one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from crm_simulators.salesforce.errors import RestError, SaveError, not_found
from crm_simulators.salesforce.http.calls import Call, Reply, allow, need_texts
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.rest.composite_tree import CompositeTree
from crm_simulators.salesforce.rest.sobjects import SObjects, known_object

MAX_SUBREQUESTS = 25  # [D: composite]
MAX_RECORDS = 200  # [D: sobject collections]
REFERENCE = re.compile(r"@\{([^}]+)\}")
DATA_URL = re.compile(r"^/services/data/v(?P<version>\d+\.\d)/(?P<rest>.*)$")
ROLLED_BACK = "The transaction was rolled back since another operation in the same transaction failed."
Answer = Callable[[Call], Reply]


class Composite:
    """Answers everything below `composite`; ``answer`` runs one plain call."""

    def __init__(self, org: Org, sobjects: SObjects, answer: Answer) -> None:
        self.org = org
        self.sobjects = sobjects
        self.tree = CompositeTree(org, sobjects)
        self._answer = answer

    def answer(self, call: Call, path: list[str]) -> Reply:
        if not path:
            allow(call, "POST")
            return self.composite(call)
        if path == ["batch"]:
            allow(call, "POST")
            return self.batch(call)
        if path[0] == "sobjects":
            return self.collections(call, path[1:])
        if path[0] == "tree" and len(path) == 2:
            return self.tree.answer(call, path[1])
        raise not_found()

    # --- composite ----------------------------------------------------------------------------------------------

    def composite(self, call: Call) -> Reply:
        body = call.json_object()
        parts = call.objects("compositeRequest")
        if not parts or len(parts) > MAX_SUBREQUESTS:
            text = f"Composite requests take 1 to {MAX_SUBREQUESTS} subrequests"
            raise RestError(400, "INVALID_INPUT", text)
        for part in parts:
            need_texts(part, "method", "url", "referenceId")
        with self.org.undo_unless_kept() as keep:
            answers = self._run(call, parts)
            failed = any(answer["httpStatusCode"] >= 400 for answer in answers)
            if not (failed and body.get("allOrNone")):
                keep()
        if failed and body.get("allOrNone"):
            for answer in answers:
                if answer["httpStatusCode"] < 400:
                    answer["body"] = [{"errorCode": "PROCESSING_HALTED", "message": ROLLED_BACK}]
                    answer["httpStatusCode"] = 400
        return Reply(200, {"compositeResponse": answers}, wrote=any(part["method"] != "GET" for part in parts))

    def _run(self, call: Call, parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        results: dict[str, Any] = {}
        answers = []
        for part in parts:
            reply = self._subrequest(call, part, results)
            results[part["referenceId"]] = reply.body
            answers.append(
                {
                    "body": reply.body,
                    "httpHeaders": {},
                    "httpStatusCode": reply.status,
                    "referenceId": part["referenceId"],
                }
            )
        return answers

    def _subrequest(self, call: Call, part: dict[str, Any], results: dict[str, Any]) -> Reply:
        url = str(_resolved(part["url"], results))
        content = json.dumps(_resolved(part.get("body"), results)).encode() if "body" in part else b""
        headers = {name.lower(): str(value) for name, value in _map(part.get("httpHeaders")).items()}
        return self._plain(call, part["method"], url, content, headers)

    def _plain(self, call: Call, method: str, url: str, content: bytes, headers: dict[str, str]) -> Reply:
        split = urlsplit(url)
        match = DATA_URL.match(split.path)
        if match is None:
            return Reply(404, not_found().body())
        path = [unquote(part) for part in match["rest"].split("/") if part]
        inner = replace(
            call,
            method=method,
            path=path,
            query=split.query,
            content=content,
            headers=headers,
            version=match["version"],
        )
        try:
            return self._answer(inner)
        except RestError as error:
            return Reply(error.status, error.body())

    def batch(self, call: Call) -> Reply:
        results = []
        for part in call.objects("batchRequests"):
            need_texts(part, "method", "url")
            url = "/services/data/" + part["url"].lstrip("/")
            content = json.dumps(part["richInput"]).encode() if "richInput" in part else b""
            reply = self._plain(call, part["method"], url, content, {})
            results.append({"statusCode": reply.status, "result": reply.body})
        failed = any(result["statusCode"] >= 400 for result in results)
        return Reply(200, {"hasErrors": failed, "results": results}, wrote=True)

    # --- collections --------------------------------------------------------------------------------------------

    def collections(self, call: Call, path: list[str]) -> Reply:
        if call.method == "DELETE":
            ids = [part for part in call.arguments.get("ids", "").split(",") if part]
            steps = [partial(self._delete, call, record_id) for record_id in ids]
            return self._all(steps, call.arguments.get("allOrNone") == "true")
        allow(call, "POST", "PATCH")
        body = call.json_object()
        records = call.objects("records")
        if len(records) > MAX_RECORDS:
            text = f"The max batch size for this type of operation is {MAX_RECORDS}"
            raise RestError(400, "EXCEEDED_MAX_ALLOWED_RECORDS", text)
        steps = [partial(self._save, call, record, path) for record in records]
        return self._all(steps, bool(body.get("allOrNone")))

    def _all(self, steps: Sequence[Callable[[], dict[str, Any]]], all_or_none: bool) -> Reply:
        with self.org.undo_saves_unless_kept() as keep:
            results = [_tried(step) for step in steps]
            failed = any(not result["success"] for result in results)
            if not (failed and all_or_none):
                keep()
        if failed and all_or_none:
            text = "Record rolled back because not all records were valid and the request was using AllOrNone header"
            error = {"statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK", "message": text, "fields": []}
            results = [{"success": False, "errors": [error]} if r["success"] else r for r in results]
        return Reply(200, results, wrote=True)

    def _save(self, call: Call, record: dict[str, Any], path: list[str]) -> dict[str, Any]:
        name = known_object(self.org, path[0] if path else str(_map(record.get("attributes")).get("type")))
        values = {key: value for key, value in record.items() if key not in {"attributes", "id", "Id"}}
        records = self.sobjects.records(call)
        if len(path) == 2:
            field = self.sobjects.external_id(name, path[1])
            value = str(values.pop(field.name, record.get("id", record.get("Id", ""))))
            body: dict[str, Any] = self.sobjects.upsert(call, name, field, value, values).body
            return body
        if call.method == "POST":
            return {"id": records.create(name, values), "success": True, "errors": []}
        record_id = str(record.get("id", record.get("Id", "")))
        records.update(name, record_id, values)
        return {"id": record_id, "success": True, "errors": []}

    def _delete(self, call: Call, record_id: str) -> dict[str, Any]:
        name = next((name for name, rows in self.org.records.items() if record_id in rows), None)
        if name is None:
            raise RestError(404, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ())
        self.sobjects.records(call).delete(name, record_id)
        return {"id": record_id, "success": True, "errors": []}


def _map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _tried(step: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return step()
    except (SaveError, RestError) as error:
        return {"success": False, "errors": [each.result() for each in error.errors]}


def _resolved(value: Any, results: dict[str, Any]) -> Any:
    """Values with ``@{reference.path}`` replaced by what an earlier subrequest answered."""
    if isinstance(value, dict):
        return {key: _resolved(inner, results) for key, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, results) for inner in value]
    if isinstance(value, str):
        return REFERENCE.sub(lambda match: str(_reference(match.group(1), results)), value)
    return value


def _reference(path: str, results: dict[str, Any]) -> Any:
    current: Any = results
    for step in re.findall(r"[^.\[\]]+", path):
        try:
            current = current[int(step)] if isinstance(current, list) else current[step]
        except (KeyError, IndexError, TypeError, ValueError):
            raise RestError(
                400, "PROCESSING_HALTED", f"Invalid reference specified. No value for {path} found"
            ) from None
    return current
