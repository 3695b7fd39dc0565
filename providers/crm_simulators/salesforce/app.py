"""The HTTP surface: which address leads to which API, who is logged in, and how errors leave."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from crm_simulators.salesforce.automation.flow_triggers import run_due
from crm_simulators.salesforce.errors import RestError, SoapFault, not_found
from crm_simulators.salesforce.http import login, soap
from crm_simulators.salesforce.http.calls import NEWEST, OLDEST, Call, Reply
from crm_simulators.salesforce.http.operations import rest_operation, soap_operation
from crm_simulators.salesforce.metadata.deploy import DeployApi
from crm_simulators.salesforce.metadata.metadata_api import READS, MetadataApi
from crm_simulators.salesforce.org.access import may_modify_metadata
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.records.lead_conversion import convert_leads
from crm_simulators.salesforce.records.records import Records
from crm_simulators.salesforce.rest.api import RestApi
from crm_simulators.salesforce.xml.component_xml import MD_NS

METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD"]
# Anything before /services/ or /id/ is ignored: simple-salesforce can only be pointed with a path prefix [V].
ANCHOR = re.compile(r"/(?=services/|id/)|/(?=services$)")
SOAP_PATH = re.compile(r"^services/Soap/(?P<api>[cum])/(?P<version>\d+\.\d)(?:/.*)?$")
DATA_PATH = re.compile(r"^services/data/v(?P<version>\d+\.\d)(?:/(?P<rest>.*))?$")
DAILY_REQUESTS = 15000  # Developer Edition
XML = "text/xml;charset=UTF-8"


class SalesforceApp:
    """Serves one org. The API usage it counts is shown in Sforce-Limit-Info."""

    def __init__(self, org: Org) -> None:
        self.org = org
        self.used = 0
        self.metadata = MetadataApi(org)
        self.deploys = DeployApi(org)
        self.rest = RestApi(org, self.deploys, lambda: self.used)
        self.asgi = Starlette(routes=[Route("/{path:path}", self.serve, methods=METHODS)])

    async def serve(self, request: HttpRequest) -> Response:
        content = await request.body()
        if request.headers.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        path = stripped(request.url.path)
        base_url = f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}"
        reply = self.reply(request.method, path, request.url.query, request.headers, content, base_url)
        scope = request.scope
        if "sim" in scope:
            scope["sim"]["write"] = reply.wrote
            scope["sim"]["operation"] = reply.operation
        headers = {**reply.headers}
        if path.startswith("services/data"):
            headers["Sforce-Limit-Info"] = self.limit_info()
        body = reply.render()
        return Response(b"" if request.method == "HEAD" else body, reply.status, headers, media_type=reply.media)

    def catch_up(self) -> None:
        """Do what has fallen due: deployments, scheduled paths and scheduled flows."""
        self.deploys.advance()
        if self.org.interviews or self.org.of_type("Flow"):
            user = next(iter(self.org.table("User").values()))
            run_due(self.org, user, Records(self.org, user).for_flows())

    def limit_info(self) -> str:
        """What every REST answer says about the daily limit [V: simple-salesforce reads it]."""
        return f"api-usage={self.used}/{DAILY_REQUESTS}"

    def reply(
        self, method: str, path: str, query: str, headers: Mapping[str, str], content: bytes, base_url: str
    ) -> Reply:
        """The answer to a request, errors included."""
        soap_path = SOAP_PATH.match(path)
        if soap_path:
            return self._soap(soap_path["api"], soap_path["version"], content, base_url)
        data = DATA_PATH.match(path)
        parts = [unquote(part) for part in (data["rest"] or "").split("/") if part] if data else [path]
        answer = self._answered(data, parts, method, query, headers, content, base_url)
        answer.operation = rest_operation(method, parts, query)
        return answer

    def _answered(
        self,
        data: re.Match[str] | None,
        parts: list[str],
        method: str,
        query: str,
        headers: Mapping[str, str],
        content: bytes,
        base_url: str,
    ) -> Reply:
        try:
            if data:
                return self._data(data["version"], parts, method, query, headers, content, base_url)
            return self._other(method, "/".join(parts), headers, content, base_url)
        except login.OAuthError as error:
            return Reply(400, error.body())
        except RestError as error:
            return Reply(error.status, error.body())

    # --- SOAP ---------------------------------------------------------------------------------------------------

    def _soap(self, api: str, version: str, content: bytes, base_url: str) -> Reply:
        self.used += 1
        namespace = MD_NS if api == "m" else login.LOGIN_NS
        operation: str | None = None
        try:
            with_version(version, SoapFault("sf:UNSUPPORTED_API_VERSION", "UNSUPPORTED_API_VERSION: " + bad(version)))
            request = soap.parse_envelope(content)
            operation = soap_operation(request)
            wrote = request.operation not in READS and api == "m"
            if api == "m":
                results = self._metadata(request)
                wrote = wrote and not self.deploys.is_read(request.operation)
            elif request.operation == "login":
                results = login.soap_login(self.org, request, base_url, version)
            elif request.operation == "convertLead":
                results, wrote = convert_leads(self.org, self._soap_user(request), request), True
            else:
                raise SoapFault("soapenv:Client", f"No operation available for request {request.operation}")
            answer = soap.render_response(request.operation, results, namespace)
            return Reply(200, content=answer, media=XML, wrote=wrote, operation=operation)
        except login.LoginFault as fault:
            return Reply(
                500, content=soap.render_fault(fault, login.FAULT_NS, fault.detail()), media=XML, operation=operation
            )
        except SoapFault as fault:
            return Reply(500, content=soap.render_fault(fault), media=XML, operation=operation)

    def _metadata(self, request: soap.Request) -> str:
        user = self._soap_user(request)
        if not may_modify_metadata(self.org, user["Id"]):
            raise SoapFault(
                "sf:INSUFFICIENT_ACCESS",
                "INSUFFICIENT_ACCESS: use of the Metadata API requires a user with the ModifyAllData or "
                "ModifyMetadata permissions",
            )
        operation = self.metadata.operations.get(request.operation) or self.deploys.operations.get(request.operation)
        if operation is None:
            raise SoapFault("soapenv:Client", f"No operation available for request {{{MD_NS}}}{request.operation}")
        return operation(request)

    def _soap_user(self, request: soap.Request) -> Record:
        user = login.session_user(self.org, request.header_value("SessionHeader", "sessionId"))
        if user is None:
            raise login.illegal_session()
        self.catch_up()
        return user

    # --- everything else ----------------------------------------------------------------------------------------

    def _other(self, method: str, path: str, headers: Mapping[str, str], content: bytes, base_url: str) -> Reply:
        path = path.rstrip("/")
        if path == "services/data" and method == "GET":
            return Reply(200, [version_entry(number) for number in range(OLDEST, NEWEST + 1)])
        if path == "services/oauth2/token" and method == "POST":
            form = dict(parse_qsl(content.decode(), keep_blank_values=True))
            return Reply(200, login.token_grant(self.org, form, headers.get("authorization"), base_url))
        if path == "services/oauth2/revoke" and method == "POST":
            self.org.sessions.pop(dict(parse_qsl(content.decode())).get("token", ""), None)
            return Reply(200)
        if path == "services/oauth2/userinfo" or path.startswith("id/"):
            return Reply(200, login.user_info(self.org, self._user(headers), base_url))
        raise not_found()

    def _user(self, headers: Mapping[str, str]) -> Record:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        user = login.session_user(self.org, token.strip()) if scheme in {"Bearer", "OAuth"} else None
        if user is None:
            raise login.invalid_session()
        return user

    def _data(
        self,
        version: str,
        path: list[str],
        method: str,
        query: str,
        headers: Mapping[str, str],
        content: bytes,
        base_url: str,
    ) -> Reply:
        self.used += 1
        with_version(version, not_found())
        self.catch_up()
        call = Call(
            method=method,
            path=path,
            query=query,
            headers=headers,
            content=content,
            base_url=base_url,
            version=version,
            user=self._user(headers),
        )
        return self.rest.answer(call)


def stripped(path: str) -> str:
    """The path from ``services/`` or ``id/`` on, without any prefix and without a leading slash."""
    anchor = ANCHOR.search(path)
    return path[anchor.end() :] if anchor else path.lstrip("/")


def with_version(version: str, error: Exception) -> None:
    if not OLDEST <= float(version) <= NEWEST or not version.endswith(".0"):
        raise error


def bad(version: str) -> str:
    return f"Invalid Api version specified on URL: {version}"


def version_entry(number: int) -> dict[str, Any]:
    season = ("Spring", "Summer", "Winter")[(number - 63) % 3]
    year = 25 + (number - 63) // 3 + (1 if season == "Winter" else 0)
    return {"label": f"{season} '{year}", "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
