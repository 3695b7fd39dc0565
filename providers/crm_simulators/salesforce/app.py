"""The HTTP interface: routes requests to the APIs, authenticates users and renders errors."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from crm_simulators.asgi import Receive, Scope, Send
from crm_simulators.salesforce.automation.flow_triggers import run_due
from crm_simulators.salesforce.errors import RestError, SoapFault, not_found
from crm_simulators.salesforce.http import login, soap
from crm_simulators.salesforce.http.calls import OLDEST, Call, HttpRequest, Reply
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
LAST_WITH_LOGIN = 64.0  # [D: api_eol_soap]
DAILY_REQUESTS = 15000  # Developer Edition
XML = "text/xml;charset=UTF-8"
NO_CONTENT = 204
NOT_ALLOWED = Reply(405, content=b"Method Not Allowed", media="text/plain", headers={"Allow": ", ".join(METHODS)})


class SalesforceApp:
    """Serves one org, and counts its API usage for Sforce-Limit-Info."""

    def __init__(self, org: Org) -> None:
        self.org = org
        self.used = 0
        self.metadata = MetadataApi(org)
        self.deploys = DeployApi(org)
        self.rest = RestApi(org, self.deploys, lambda: self.used)

    async def asgi(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, and tell the request log what it did."""
        received = read_request(scope, (await receive())["body"])
        reply = self.reply(received) if received.method in METHODS else NOT_ALLOWED
        if "sim" in scope:
            scope["sim"].update(write=reply.wrote, operation=reply.operation)
        headers = {**reply.headers, "Content-Type": reply.media}
        if received.address.startswith("services/data"):
            headers["Sforce-Limit-Info"] = self.limit_info()
        body = b"" if received.method == "HEAD" else reply.render()
        if reply.status != NO_CONTENT:
            headers["Content-Length"] = str(len(body))
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    def catch_up(self) -> None:
        """Run what is due: deployments, scheduled paths and scheduled flows."""
        self.deploys.advance()
        if self.org.interviews or self.org.of_type("Flow"):
            user = next(iter(self.org.table("User").values()))
            run_due(self.org, user, Records(self.org, user).for_flows())

    def limit_info(self) -> str:
        """The Sforce-Limit-Info header, the usage of the daily limit [V: simple-salesforce reads it]."""
        return f"api-usage={self.used}/{DAILY_REQUESTS}"

    def reply(self, request: HttpRequest) -> Reply:
        """The response to a request, errors included."""
        soap_path = SOAP_PATH.match(request.address)
        if soap_path:
            return self._soap(soap_path["api"], soap_path["version"], request)
        data = DATA_PATH.match(request.address)
        parts = [unquote(part) for part in (data["rest"] or "").split("/") if part] if data else [request.address]
        answer = self._answered(request, data["version"] if data else None, parts)
        answer.operation = rest_operation(request.method, parts, request.query)
        return answer

    def _answered(self, request: HttpRequest, version: str | None, parts: list[str]) -> Reply:
        try:
            return self._other(request) if version is None else self._data(request, version, parts)
        except login.OAuthError as error:
            return Reply(400, error.body())
        except RestError as error:
            return Reply(error.status, error.body())

    def _newest(self) -> int:
        return int(self.org.switch("newest_version"))

    def _require_version(self, version: str, error: Exception) -> None:
        if not OLDEST <= float(version) <= self._newest() or not version.endswith(".0"):
            raise error

    # --- SOAP ---------------------------------------------------------------------------------------------------

    def _soap(self, api: str, version: str, request: HttpRequest) -> Reply:
        self.used += 1
        operation: str | None = None
        try:
            self._require_version(version, unsupported(version))
            called = soap.parse_envelope(request.content, float(version))
            operation = soap_operation(called)
            results, wrote = self._metadata(called) if api == "m" else self._partner(called, request.base_url, version)
            answer = soap.render_response(called.operation, results, MD_NS if api == "m" else login.LOGIN_NS)
            return Reply(200, content=answer, media=XML, wrote=wrote, operation=operation)
        except login.LoginFault as fault:
            content = soap.render_fault(fault, login.FAULT_NS, fault.detail())
        except SoapFault as fault:
            content = soap.render_fault(fault)
        return Reply(500, content=content, media=XML, operation=operation)

    def _partner(self, called: soap.Request, base_url: str, version: str) -> tuple[str, bool]:
        """The results of a call of the partner or enterprise API, and whether it wrote."""
        if called.operation == "login":
            if called.version > LAST_WITH_LOGIN:
                raise unsupported(version)
            return login.soap_login(self.org, called, base_url, version), False
        if called.operation == "convertLead":
            return convert_leads(self.org, self._soap_user(called), called), True
        raise SoapFault("soapenv:Client", f"No operation available for request {called.operation}")

    def _metadata(self, called: soap.Request) -> tuple[str, bool]:
        """The results of a call of the Metadata API, and whether it wrote."""
        user = self._soap_user(called)
        if not may_modify_metadata(self.org, user["Id"]):
            raise SoapFault(
                "sf:INSUFFICIENT_ACCESS",
                "INSUFFICIENT_ACCESS: use of the Metadata API requires a user with the ModifyAllData or "
                "ModifyMetadata permissions",
            )
        name = called.operation
        operation = self.metadata.operations.get(name) or self.deploys.operations.get(name)
        if operation is None:
            raise SoapFault("soapenv:Client", f"No operation available for request {{{MD_NS}}}{name}")
        return operation(called), name not in READS and not self.deploys.is_read(name)

    def _soap_user(self, request: soap.Request) -> Record:
        user = login.session_user(self.org, request.header_value("SessionHeader", "sessionId"))
        if user is None:
            raise login.illegal_session()
        self.catch_up()
        return user

    # --- everything else ----------------------------------------------------------------------------------------

    def _other(self, request: HttpRequest) -> Reply:
        called = request.method, request.address.rstrip("/")
        if called == ("GET", "services/data"):
            return Reply(200, [version_entry(number) for number in range(OLDEST, self._newest() + 1)])
        if called == ("POST", "services/oauth2/token"):
            return Reply(200, login.token_grant(self.org, request))
        if called == ("POST", "services/oauth2/revoke"):
            self.org.sessions.pop(request.form.get("token", ""), None)
            return Reply(200)
        if called[1] == "services/oauth2/userinfo" or called[1].startswith("id/"):
            return Reply(200, login.user_info(self.org, self._user(request), request.base_url))
        raise not_found()

    def _user(self, request: HttpRequest) -> Record:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        user = login.session_user(self.org, token.strip()) if scheme in {"Bearer", "OAuth"} else None
        if user is None:
            raise login.invalid_session()
        return user

    def _data(self, request: HttpRequest, version: str, path: list[str]) -> Reply:
        self.used += 1
        self._require_version(version, not_found())
        self.catch_up()
        return self.rest.answer(Call(**vars(request), path=path, version=version, user=self._user(request)))


def read_request(scope: Scope, body: bytes) -> HttpRequest:
    """A request as an ASGI scope describes it; of headers that repeat, the first."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}
    return HttpRequest(
        method=scope["method"],
        address=stripped(scope["path"]),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        content=body,
        base_url=f"{scope['scheme']}://{headers.get('host', '')}",
    )


def stripped(path: str) -> str:
    """The path from ``services/`` or ``id/`` on, without any prefix and without a leading slash."""
    anchor = ANCHOR.search(path)
    return path[anchor.end() :] if anchor else path.lstrip("/")


def unsupported(version: str) -> SoapFault:
    """[K: text]"""
    text = f"UNSUPPORTED_API_VERSION: Invalid Api version specified on URL: {version}"
    return SoapFault("sf:UNSUPPORTED_API_VERSION", text)


def version_entry(number: int) -> dict[str, Any]:
    season = ("Spring", "Summer", "Winter")[(number - 63) % 3]
    year = 25 + (number - 63) // 3 + (1 if season == "Winter" else 0)
    return {"label": f"{season} '{year}", "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
