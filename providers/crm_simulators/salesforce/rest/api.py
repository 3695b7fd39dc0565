"""The REST API below ``/services/data/vXX.0/``: which resource answers."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, parse_form

from crm_simulators.salesforce.errors import RestError, SaveError, SoapFault, not_found
from crm_simulators.salesforce.http.calls import Call, Reply, allow
from crm_simulators.salesforce.metadata.deploy import Deploy, DeployApi, rest_options, result
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.query.data_tables import DataTable
from crm_simulators.salesforce.reports import analytics
from crm_simulators.salesforce.rest import process_approvals
from crm_simulators.salesforce.rest.composite import Composite
from crm_simulators.salesforce.rest.queries import Queries
from crm_simulators.salesforce.rest.sobjects import SObjects
from crm_simulators.salesforce.rest.tooling import Tooling

DAILY_REQUESTS = 15000
RESOURCES = ("sobjects", "query", "queryAll", "limits", "composite", "tooling", "metadata", "process", "analytics")


class RestApi:
    """Answers REST calls; ``used`` is the number of API requests so far."""

    def __init__(self, org: Org, deploys: DeployApi, used: Callable[[], int]) -> None:
        self.org = org
        self.deploys = deploys
        self.used = used
        self.queries = Queries(org)
        self.sobjects = SObjects(org)
        self.composite = Composite(org, self.sobjects, self.answer)
        self.tooling = Tooling(org, self.queries)

    def answer(self, call: Call) -> Reply:
        """The reply to a call; raises RestError."""
        if not call.path:
            allow(call, "GET")
            return Reply(200, {name: call.url(name) for name in RESOURCES})
        head, rest = call.path[0], call.path[1:]
        if head in {"query", "queryAll"}:
            return self.query(call, rest, deleted=head == "queryAll")
        if head == "limits" and not rest:
            allow(call, "GET")
            return Reply(200, self.limits())
        if head == "tooling":
            return self.tooling.answer(call, rest)
        if head == "metadata":
            return self.metadata(call, rest)
        if head == "analytics":
            return analytics.answer(self.org, call, rest)
        if head == "process":
            return process_approvals.answer(self.org, call, rest)
        try:
            if head == "sobjects":
                return self.sobjects.answer(call, rest)
            if head == "composite":
                return self.composite.answer(call, rest)
        except SaveError as error:
            return Reply(400, error.body())
        raise not_found()

    def query(self, call: Call, rest: list[str], *, deleted: bool) -> Reply:
        allow(call, "GET")
        if rest:
            return self.queries.more(call, rest[0])

        def table(name: str) -> DataTable:
            return DataTable(self.org, call.user, name, call.version, deleted=deleted)

        return self.queries.answer(call, call.arguments.get("q", ""), table)

    def limits(self) -> dict[str, Any]:
        return {
            "DailyApiRequests": {"Max": DAILY_REQUESTS, "Remaining": max(0, DAILY_REQUESTS - self.used())},
            "DataStorageMB": {"Max": 5, "Remaining": 5},
            "FileStorageMB": {"Max": 20, "Remaining": 20},
            "SingleEmail": {"Max": 15, "Remaining": 15},
        }

    # --- deployments --------------------------------------------------------------------------------------------

    def metadata(self, call: Call, path: list[str]) -> Reply:
        """The REST twin of deploy [S: jsforce metadata.ts; V: sf CLI]."""
        if path[:1] != ["deployRequest"] or len(path) > 2:
            raise not_found()
        try:
            if len(path) == 1:
                allow(call, "POST")
                return self._started(call)
            allow(call, "GET", "PATCH")
            return self._status(call, path[1])
        except SoapFault as fault:
            code = fault.code.removeprefix("sf:")
            raise RestError(400, code, fault.message.removeprefix(f"{code}: ")) from None

    def _started(self, call: Call) -> Reply:
        kind = call.headers.get("content-type", "")
        if kind.startswith("application/json"):
            deploy = self.deploys.validated(str(call.json_object().get("validatedDeployRequestId", "")))
        else:
            parts = form_parts(call.headers, call.content)
            if "json" not in parts and "entity_content" not in parts:
                raise RestError(400, "INVALID_MULTIPART_REQUEST", "The part entity_content is missing")
            entity = replace(call, content=parts.get("entity_content") or parts["json"]).json_object()
            options = entity.get("deployOptions", {})
            if not isinstance(options, dict):
                raise RestError(400, "JSON_PARSER_ERROR", "deployOptions must be an object")
            deploy = self.deploys.start(parts.get("file", b""), rest_options(options))
        body = self._shown(deploy, with_details=True)
        self.deploys.advance()
        return Reply(201, body, wrote=not deploy["options"]["checkOnly"])

    def _status(self, call: Call, deploy_id: str) -> Reply:
        if call.method == "PATCH":
            asked = call.json_object().get("deployResult")
            desired = asked.get("status") if isinstance(asked, dict) else asked
            if desired != "Canceling":
                raise RestError(400, "INVALID_INPUT", f"deployResult.status must be Canceling, not {desired}")
            return Reply(202, self._shown(self.deploys.canceled(deploy_id), with_details=False), wrote=True)
        deploy = self.deploys.polled(deploy_id)
        return Reply(200, self._shown(deploy, with_details=call.arguments.get("includeDetails") == "true"))

    def _shown(self, deploy: Deploy, *, with_details: bool) -> dict[str, Any]:
        shown = result(self.org, deploy, with_details=with_details)
        if not with_details:
            shown["details"] = None
        return {"id": deploy["id"], "deployResult": shown, "deployOptions": deploy["options"]}


def form_parts(headers: Any, content: bytes) -> dict[str, bytes]:
    """The parts of a multipart body by name."""
    kind = headers.get("content-type", "")
    if not kind.startswith("multipart/form-data") or "boundary=" not in kind:
        raise RestError(415, "UNSUPPORTED_MEDIA_TYPE", "multipart/form-data is required")
    parts: dict[str, bytes] = {}

    def keep_text(field: Field) -> None:
        parts[(field.field_name or b"").decode()] = field.value or b""

    def keep_file(file: File) -> None:
        file.file_object.seek(0)
        parts[(file.field_name or b"").decode()] = file.file_object.read()
        file.close()

    try:
        parse_form({"Content-Type": kind.encode()}, io.BytesIO(content), keep_text, keep_file)
    except (FormParserError, ValueError) as error:
        raise RestError(400, "INVALID_MULTIPART_REQUEST", f"The multipart body cannot be read: {error}") from None
    return parts
