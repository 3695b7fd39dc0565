"""One login, and a simple-salesforce client of its own for every thread.

Neither a requests session nor zeep's client promises to serve several threads at once, and a client caches its session
id in several places [S: simple_salesforce/api.py]; so each thread has its own, made anew after every login.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from io import BytesIO
from typing import Any

import requests
from lxml import etree
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed
from zeep import Client, Plugin, Settings, Transport
from zeep.exceptions import XMLSyntaxError
from zeep.loader import parse_xml
from zeep.wsdl import Document

from revops_iac.errors import SessionError
from revops_iac.provider.api.clock import FIX, ServerClock, skew
from revops_iac.redaction import protect
from revops_salesforce.api.components import NAMESPACE, Body, from_xml, to_message
from revops_salesforce.api.credentials import Credentials
from revops_salesforce.api.errors import Refusal, clean
from revops_salesforce.api.failures import MALFORMED
from revops_salesforce.api.transport import TIMEOUT_S, BoundedSession
from revops_salesforce.api.versions import SERVICE, WSDL_VERSION, newest_common

logger = logging.getLogger("revops.http")

JWT_BEGINS = "eyJ"  # answered with INVALID_SESSION_ID on SOAP [S: jsforce soap.ts]
SOAP = Settings(strict=False, xsd_ignore_sequence_order=True)
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
HTTP_HEADERS = {"SOAPAction": '""', "Content-Type": "text/xml; charset=utf-8"}
XSD = "{http://www.w3.org/2001/XMLSchema}"
BINDING = "{http://soap.sforce.com/2006/04/metadata}MetadataBinding"


@cache
def metadata_contract() -> Document:
    """The calls of the WSDL that simple-salesforce ships, parsed once per process. Only read afterward.

    The types of the components stay out: they are nine tenths of it, and `RawComponents` keeps components from zeep.
    """
    wsdl = etree.fromstring(files("simple_salesforce").joinpath("metadata.wsdl").read_bytes())
    (schema,) = wsdl.iter(f"{XSD}schema")
    types = {node.get("name"): node for node in schema if node.get("name") and node.tag != f"{XSD}element"}
    used = _used_types([node for node in schema if node.tag == f"{XSD}element"], types)
    for name, node in types.items():
        if name not in used:
            schema.remove(node)
    with closing(BoundedSession()) as session:
        transport: Any = Transport(session=session)  # type: ignore[no-untyped-call]
        return Document(BytesIO(etree.tostring(wsdl)), transport, settings=SOAP)


def _used_types(roots: Sequence[etree._Element], types: Mapping[str | None, etree._Element]) -> set[str]:
    """The names of the types that these elements consist of."""
    used: set[str] = set()
    waiting = list(roots)
    while waiting:
        for node in waiting.pop().iter():
            for reference in (node.get("type"), node.get("base")):
                name = str(reference or "").rpartition(":")[2]
                if name in types and name not in used:
                    used.add(name)
                    waiting.append(types[name])
    return used


@dataclass(frozen=True)
class Listed:
    """A component as listMetadata names it, who changed it last, and when: ISO 8601, as the org writes it."""

    type: str
    name: str
    changed_by: str
    changed_at: str


class RawComponents(Plugin):
    """Puts components into what zeep sends, as they are; zeep goes on with sessions, headers, faults and results."""

    def __init__(self) -> None:
        self.sent: Sequence[etree._Element] = ()

    def egress(self, envelope: Any, http_headers: Any, operation: Any, binding_options: Any) -> Any:
        """Adds the components to the message."""
        envelope.find("{*}Body")[0].extend(self.sent)
        return envelope, http_headers


def _listed(node: etree._Element) -> Listed:
    values = {etree.QName(child).localname: child.text or "" for child in node.iterchildren("*")}
    if not values.get("fullName"):
        raise Refusal(None, "UNREADABLE", "a component of the answer has no name")
    who, when = values.get("lastModifiedByName", ""), values.get("lastModifiedDate", "")
    return Listed(values.get("type", ""), values["fullName"], who, when)


def element(name: str, *inside: str | etree._Element) -> etree._Element:
    """An element of the Metadata API. Raises ValueError for a text that XML cannot hold."""
    made = etree.Element(f"{{{NAMESPACE}}}{name}", nsmap={"ns0": NAMESPACE})
    for one in inside:
        if isinstance(one, str):
            made.text = one
        else:
            made.append(one)
    return made


def _response(answer: requests.Response, operation: str) -> etree._Element | None:
    """The element that holds the results; None where the answer is a fault or anything else."""
    if answer.status_code != requests.codes.ok:
        return None
    try:
        envelope: Any = parse_xml(answer.content, None, settings=SOAP)  # type: ignore[arg-type]
    except XMLSyntaxError:
        return None
    if (
        envelope.tag != f"{{{ENVELOPE}}}Envelope"
        or envelope.find(f"{{{ENVELOPE}}}Body/{{{ENVELOPE}}}Fault") is not None
    ):
        return None
    found: etree._Element | None = envelope.find(f"{{{ENVELOPE}}}Body/{{{NAMESPACE}}}{operation}Response")
    return found


class MetadataLine:
    """The Metadata API over one session: what simple-salesforce's `mdapi` sets up, with our timeouts and headers.

    `mdapi` itself parses the WSDL for every client, talks through a session of its own and answers neither results nor
    status codes [S: simple_salesforce/metadata.py].
    """

    def __init__(self, rest: Salesforce) -> None:
        transport = Transport(session=rest.session, operation_timeout=TIMEOUT_S)  # type: ignore[no-untyped-call]
        self._raw = RawComponents()
        self.client = Client(  # type: ignore[no-untyped-call]
            metadata_contract(), transport=transport, settings=SOAP, plugins=[self._raw]
        )
        self._address = rest.metadata_url
        self.service: Any = self.client.create_service(BINDING, self._address)  # type: ignore[no-untyped-call]
        session = self._header("SessionHeader", sessionId=rest.session_id)
        self.headers = [session, self._header("AllOrNoneHeader", allOrNone=True)]
        self._shown_headers = b"".join(etree.tostring(header) for header in self.headers)
        self._partial_headers = [session, self._header("AllOrNoneHeader", allOrNone=False)]

    def _header(self, name: str, **values: Any) -> etree._Element:
        """A header as XML: zeep would copy and render its values again in every call."""
        element: Any = self.client.get_element(f"ns0:{name}")  # type: ignore[no-untyped-call]
        element.render(parent := etree.Element("headers"), element(**values))
        return parent[0]

    def listing(self, type_names: Sequence[str], folder: str | None, version: str) -> list[Listed]:
        """The components of these types, or of one folder of theirs."""
        within = () if folder is None else (element("folder", folder),)
        queries = [element("queries", *within, element("type", name)) for name in type_names]
        return [_listed(node) for node in self._results("listMetadata", *queries, element("asOfVersion", version))]

    def describe(self, version: str) -> frozenset[str]:
        """The names of all types, child types included."""
        results = self._results("describeMetadata", element("asOfVersion", version))
        objects = [node for result in results for node in result.iterfind(f"{{{NAMESPACE}}}metadataObjects")]
        names = (f"{{{NAMESPACE}}}{name}" for name in ("xmlName", "childXmlNames"))
        return frozenset(found.text for node in objects for found in node.iterchildren(*names) if found.text)

    def read(self, type_name: str, names: Sequence[str]) -> Sequence[Body]:
        """The components of these names, as they are; one without elements for a name that does not exist [V]."""
        asked = [element("type", type_name), *(element("fullNames", name) for name in names)]
        results = self._results("readMetadata", *asked)
        if not results:
            raise Refusal(None, "UNREADABLE", "the answer has no result")
        return [from_xml(node, type_name) for node in results[0].iterchildren("*")]

    def _results(self, operation: str, *arguments: etree._Element) -> list[etree._Element]:
        """The results of a call that can answer much, as they are: zeep would take longer with it than the call.

        What is no such answer is left to zeep, which raises what is wrong with it.
        """
        answer = self.client.transport.post(self._address, self.message(operation, *arguments), HTTP_HEADERS)
        found = _response(answer, operation)
        if found is None:
            binding: Any = self.client.wsdl.bindings[BINDING]
            binding.process_reply(self.client, binding.get(operation), answer)
        return [] if found is None else found.findall(f"{{{NAMESPACE}}}result")

    def message(self, operation: str, *arguments: etree._Element) -> bytes:
        """A call as it is sent."""
        body = etree.tostring(element(operation, *arguments))
        envelope = b'<e:Envelope xmlns:e="%b"><e:Header>%b</e:Header><e:Body>%b</e:Body></e:Envelope>'
        return envelope % (ENVELOPE.encode(), self._shown_headers, body)

    def retrieve(self, type_name: str, names: Sequence[str], version: str) -> Any:
        """Starts a retrieve of these components; its `AsyncResult`."""
        of_type: Any = self.client.get_type
        members = of_type("ns0:PackageTypeMembers")(name=type_name, members=list(names))
        package = of_type("ns0:Package")(types=[members], version=version)
        request = of_type("ns0:RetrieveRequest")(apiVersion=version, singlePackage=True, unpackaged=package)
        return self.service.retrieve(request, _soapheaders=self.headers)

    def retrieval(self, identifier: str) -> Any:
        """What became of a retrieve: its `RetrieveResult`, with the files once it is done."""
        return self.service.checkRetrieveStatus(identifier, True, _soapheaders=self.headers)

    def write(self, operation: str, type_name: str, bodies: Sequence[Body], *, all_or_none: bool = True) -> list[Any]:
        """createMetadata or updateMetadata: a SaveResult for each component.

        simple-salesforce's own create and update answer nothing and lose the status codes [S].
        """
        headers = self.headers if all_or_none else self._partial_headers
        self._raw.sent = [etree.fromstring(to_message(body, type_name)) for body in bodies]
        try:
            return list(getattr(self.service, operation)([], _soapheaders=headers) or ())
        finally:
            self._raw.sent = ()


@dataclass
class Line:
    """What one thread talks through: REST and Tooling by `rest`, the Metadata API by `metadata`."""

    login: int
    rest: Salesforce

    @property
    def version(self) -> str:
        """The API version in which it speaks."""
        return str(self.rest.sf_version)

    @cached_property
    def metadata(self) -> MetadataLine:
        """The Metadata API, set up when it is asked for."""
        return MetadataLine(self.rest)


class Connection:
    """Logs in on first use and again when asked; `line()` is this thread's way to the org."""

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self.clock = ServerClock()
        self._lock = threading.Lock()
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._login = 0
        self._session_id = self._instance = ""
        self._version: str | None = None

    @property
    def version(self) -> str:
        """The API version of every line, chosen at the first one."""
        return self._version or WSDL_VERSION

    def line(self) -> Line:
        """This thread's client. Raises what the login raises."""
        with self._lock:
            if not self._login:
                self._log_in()
            live: Line | None = getattr(self._local, "line", None)
            if live is None or live.login != self._login:
                live = self._local.line = self._new_line(live)
            return live

    def log_in_again(self, expired: Line) -> bool:
        """Replaces the login that `expired` was made with, once for all threads; False where only a person can."""
        if not self.credentials.can_log_in_again:
            return False
        with self._lock:
            if expired.login == self._login:
                self._log_in()
        return True

    def close(self) -> None:
        """Closes the connections of all threads."""
        with self._lock:
            for session in self._sessions:
                session.close()
            self._sessions.clear()
            self._local, self._login = threading.local(), 0

    def _log_in(self) -> None:
        with BoundedSession(self.clock) as session:
            try:
                self._session_id, self._instance = self.credentials.log_in(session)
            except SalesforceAuthenticationFailed as error:
                apart = skew(self.clock.ahead_s, "Salesforce") if self.credentials.is_signed else ""
                if not apart:
                    raise
                message = f"Salesforce: the login was refused ({clean(error.auth_message)}); {apart}, and it signs for"
                raise SessionError(f"{message} three minutes", FIX) from None
        protect(self._session_id)
        if self._session_id.startswith(JWT_BEGINS):
            raise SessionError(
                "Salesforce: the login gave a JWT-based access token, which the Metadata API does not take",
                'switch off "Issue JSON Web Token (JWT)-based access tokens" in the connected app',
            )
        self._login += 1

    def _new_line(self, live: Line | None) -> Line:
        session = live.rest.session if live is not None else BoundedSession(self.clock)
        if live is None:
            self._sessions.append(session)
        instance = f"https://{self._instance}"
        self._version = self._version or _chosen_version(session, instance)
        rest = Salesforce(session_id=self._session_id, instance_url=instance, version=self._version, session=session)
        return Line(self._login, rest)


def _chosen_version(session: requests.Session, instance: str) -> str:
    """The newest version that both sides know; an org that does not say what it serves is spoken to as in the WSDL."""
    try:
        answer = session.get(f"{instance}{SERVICE}")
        answer.raise_for_status()
        return newest_common(str(entry["version"]) for entry in answer.json())
    except (OSError, *MALFORMED) as error:
        logger.info("Salesforce GET %s: no list of versions (%s)", SERVICE, type(error).__name__)
        return WSDL_VERSION
