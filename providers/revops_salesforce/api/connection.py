"""One login, and a simple-salesforce client of its own for every thread.

Neither a requests session nor zeep's client promises to serve several threads at once, and a client caches its session
id in several places [S: simple_salesforce/api.py]; so each thread has its own, made anew after every login.
"""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import as_file, files
from typing import Any

import requests
from simple_salesforce.api import Salesforce
from zeep import Client, Settings, Transport
from zeep.wsdl import Document

from revops_iac.errors import SessionError
from revops_iac.redaction import protect
from revops_salesforce.api.components import element
from revops_salesforce.api.credentials import Credentials
from revops_salesforce.api.transport import TIMEOUT_S, BoundedSession
from revops_salesforce.api.versions import API_VERSION

JWT_BEGINS = "eyJ"  # answered with INVALID_SESSION_ID on SOAP [S: jsforce soap.ts]
SOAP = Settings(strict=False, xsd_ignore_sequence_order=True)
BINDING = "{http://soap.sforce.com/2006/04/metadata}MetadataBinding"


@cache
def metadata_contract() -> Document:
    """The WSDL that simple-salesforce ships, parsed once per process: half a second [V]. Only read afterward."""
    path = files("simple_salesforce").joinpath("metadata.wsdl")
    with as_file(path) as file, closing(BoundedSession()) as session:
        transport: Any = Transport(session=session)  # type: ignore[no-untyped-call]
        return Document(file.as_uri(), transport, settings=SOAP)


class MetadataLine:
    """The Metadata API over one session: what simple-salesforce's `mdapi` sets up, with our timeouts and headers.

    `mdapi` itself parses the WSDL for every client, talks through a session of its own and answers neither results nor
    status codes [S: simple_salesforce/metadata.py].
    """

    def __init__(self, rest: Salesforce) -> None:
        transport = Transport(session=rest.session, operation_timeout=TIMEOUT_S)  # type: ignore[no-untyped-call]
        self.client = Client(metadata_contract(), transport=transport, settings=SOAP)  # type: ignore[no-untyped-call]
        self.service: Any = self.client.create_service(BINDING, rest.metadata_url)  # type: ignore[no-untyped-call]
        session = element(self.client, "SessionHeader")(sessionId=rest.session_id)
        self.headers = [session, element(self.client, "AllOrNoneHeader")(allOrNone=True)]
        self.partial_headers = [session, element(self.client, "AllOrNoneHeader")(allOrNone=False)]


@dataclass
class Line:
    """What one thread talks through: REST and Tooling by `rest`, the Metadata API by `metadata`."""

    login: int
    rest: Salesforce

    @cached_property
    def metadata(self) -> MetadataLine:
        """The Metadata API, set up when it is asked for."""
        return MetadataLine(self.rest)


class Connection:
    """Logs in on first use and again when asked; `line()` is this thread's way to the org."""

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self._lock = threading.Lock()
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._login = 0
        self._session_id = self._instance = ""

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
        with BoundedSession() as session:
            self._session_id, self._instance = self.credentials.log_in(session)
        protect(self._session_id)
        if self._session_id.startswith(JWT_BEGINS):
            raise SessionError(
                "Salesforce: the login gave a JWT-based access token, which the Metadata API does not take",
                'switch off "Issue JSON Web Token (JWT)-based access tokens" in the connected app',
            )
        self._login += 1

    def _new_line(self, live: Line | None) -> Line:
        session = live.rest.session if live is not None else BoundedSession()
        if live is None:
            self._sessions.append(session)
        rest = Salesforce(
            session_id=self._session_id, instance_url=f"https://{self._instance}", version=API_VERSION, session=session
        )
        return Line(self._login, rest)
