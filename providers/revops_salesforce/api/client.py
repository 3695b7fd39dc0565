"""The client of one org: REST, Tooling and Metadata API through simple-salesforce, with retries and limits."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from revops_iac.errors import Bug
from revops_iac.provider.api.answers import MOST_PAGES, Answer, UnreadableAnswer, described
from revops_iac.provider.api.clock import ServerClock
from revops_iac.provider.api.creations import Creations
from revops_iac.provider.api.landing import note_landed
from revops_iac.provider.session import Session
from revops_salesforce.api.components import Body
from revops_salesforce.api.credentials import Credentials
from revops_salesforce.api.delivery import Delivery, Landed, Operation
from revops_salesforce.api.errors import Refusal, account_error, refusal_of_errors
from revops_salesforce.api.limits import Limits
from revops_salesforce.api.versions import QUERY, SERVICE, TOOLING_QUERY, data_path

if TYPE_CHECKING:
    from revops_salesforce.api.connection import Line, Listed

T = TypeVar("T")
Outcomes = list[Refusal | None]
"""Per component: None if it was written, else the org's refusal."""

READ_LIMIT = 10  # [D: meta_readMetadata] more than ten names are a fault
CREATE_LIMIT = 10  # [D: meta_createMetadata]


@dataclass(frozen=True)
class Service:
    """The API versions that an org serves, oldest first, and its time (a `Date` header)."""

    versions: tuple[str, ...]
    date: str | None


# REST runs the active assignment rule unless told otherwise [D: headers_autoassign]; what we save keeps its owner.
NO_ASSIGNMENT = {"Sforce-Auto-Assign": "FALSE"}


class SalesforceClient:
    """Thread-safe; every method raises AccountError in one sentence, SessionError where nothing else can work either.

    With `writes_allowed` False (preview, plan, drift) every write is refused before it leaves this process.
    """

    def __init__(self, credentials: Credentials) -> None:
        # Only here: simple-salesforce and zeep take long to import, and most processes of a run make no call.
        from revops_salesforce.api.connection import Connection

        self.writes_allowed = True
        self.limits = Limits()
        self.changing_containers = threading.RLock()
        """Held from the read to the write of a component whose parts are resources of their own."""
        self._creations = Creations(CREATE_LIMIT, self._create_together)
        self._connection = Connection(credentials)

    def close(self) -> None:
        """Closes all connections."""
        self._connection.close()

    @property
    def clock(self) -> ServerClock:
        """The org's time."""
        return self._connection.clock

    @property
    def login_way(self) -> tuple[str, ...]:
        """The names of the credentials that the login uses, never their values."""
        return self._connection.credentials.way

    @property
    def version(self) -> str:
        """The API version in which the org is spoken to."""
        return self._connection.version

    def service(self) -> Service:
        """The service that the org reports without a login."""

        def ask(line: Line) -> Service:
            answer = line.rest.session.get(f"https://{line.rest.sf_instance}{SERVICE}")
            answer.raise_for_status()
            return Service(tuple(str(entry["version"]) for entry in answer.json()), answer.headers.get("Date"))

        return self._perform(Operation(f"GET {SERVICE}", ask))

    # --- records ----------------------------------------------------------------------------------------------

    def query(self, soql: str, *, tooling: bool = False) -> list[dict[str, Any]]:
        """All records of a SOQL query, page by page."""
        path = TOOLING_QUERY if tooling else QUERY
        return [record for page in self._pages(path, soql) for record in _records(page)]

    def _pages(self, path: str, soql: str) -> Iterator[Answer]:
        page, here = self.get(path, {"q": soql}), ""
        for _ in range(MOST_PAGES):
            yield page
            if page.get("done", True):
                return
            there = str(page["nextRecordsUrl"]).partition(f"{SERVICE}/")[2].partition("/")[2]
            if there == here:
                break
            page, here = self.get(there), there
        raise UnreadableAnswer(page.call, "the pages of the answer never end")

    def count(self, soql: str) -> int:
        """The number that a `SELECT COUNT()` query answers."""
        answer = self.get(QUERY, {"q": soql})
        total = answer["totalSize"]
        if not isinstance(total, int):
            raise UnreadableAnswer(answer.call, f'its totalSize is "{total}"')
        return total

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """GET on a path below `/services/data/v67.0/`."""
        return self._perform(Operation("GET", lambda line: self._rest(line, "GET", path, params=params), path=path))

    def send(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        landed: Landed[Any] | None = None,
        changes: bool = True,
        **files: Any,
    ) -> Any:
        """A REST write below `/services/data/v67.0/`; an empty answer is None.

        `changes=False` is for what is posted and changes nothing, a check-only deployment: any run may send it.
        """
        operation: Operation[Any] = Operation(
            method,
            lambda line: self._rest(line, method, path, json=json, **files),
            is_write=changes,
            landed=landed,
            repeatable=not changes or method != "POST",
            path=path,
        )
        return self._perform(operation)

    def _rest(self, line: Line, method: str, path: str, **arguments: Any) -> Any:
        given = {key: value for key, value in arguments.items() if value is not None}
        if method in {"POST", "PATCH"} and path.startswith("sobjects/"):
            given["headers"] = {**NO_ASSIGNMENT, **given.get("headers", {})}
        answer = line.rest.restful(path, method=method, **given)
        self.limits.note(line.rest.api_usage)
        call = f"Salesforce {method} {data_path(path, line.version)}"
        if answer is None and method in {"GET", "POST"}:
            raise UnreadableAnswer(call, "the answer is empty")
        if answer is None or (isinstance(answer, list) and method != "GET"):
            return answer
        return described(answer, call)

    # --- metadata ---------------------------------------------------------------------------------------------

    def list_components(self, type_name: str, folder: str | None = None) -> list[str]:
        """The full names of all components of a type, or of one folder of it: the org's and those of packages."""
        return [listed.name for listed in self.list_files([type_name], folder)]

    def list_files(self, type_names: Sequence[str], folder: str | None = None) -> list[Listed]:
        """All components of up to three types: name, who changed it last and when."""
        name = f"SOAP listMetadata {', '.join(type_names)}"
        return self._perform(Operation(name, lambda line: line.metadata.listing(type_names, folder, line.version)))

    def describe_types(self) -> frozenset[str]:
        """The metadata types that the org offers to this user, child types included."""
        return self._perform(Operation("SOAP describeMetadata", lambda line: line.metadata.describe(line.version)))

    def retrieve(self, type_name: str, names: Sequence[str]) -> str:
        """Asks for the files of some components; the id under which `retrieval` has them."""
        name = f'SOAP retrieve {type_name} "{_some(names)}"'
        started = self._perform(Operation(name, lambda line: line.metadata.retrieve(type_name, names, line.version)))
        return str(started.id)

    def retrieval(self, identifier: str) -> Any:
        """The `RetrieveResult` of what `retrieve` asked for: not `done` yet, or with a `zipFile`."""
        return self._perform(Operation("SOAP checkRetrieveStatus", lambda line: line.metadata.retrieval(identifier)))

    def read_components(self, type_name: str, names: Sequence[str]) -> dict[str, Body]:
        """The components of these names, by name; names that do not exist are left out. Ten names a call."""
        found: dict[str, Body] = {}
        for start in range(0, len(names), READ_LIMIT):
            found |= self._read_chunk(type_name, names[start : start + READ_LIMIT])
        return found

    def _read_chunk(self, type_name: str, names: Sequence[str]) -> dict[str, Body]:
        asked = {name.lower(): name for name in names}
        name = f'SOAP readMetadata {type_name} "{_some(names)}"'
        bodies = self._perform(Operation(name, lambda line: line.metadata.read(type_name, names)))
        found = {str(body["fullName"]): body for body in bodies if "fullName" in body}
        return {asked.get(name.lower(), name): body for name, body in found.items()}

    def create_component(self, type_name: str, body: Body) -> None:
        """Creates one component, together with others of its type that are created at the same moment. A creation that
        was not answered counts as done when the component is there now."""
        refusal = self._creations.create(type_name, body)
        if refusal is None or refusal.is_lost:
            note_landed()
        if refusal is None:
            return
        if not refusal.is_transient:
            raise account_error(refusal, f'SOAP createMetadata {type_name} "{body["fullName"]}"')
        # Others of its group may have been created: what is left goes on alone, as patiently as any other write.
        self.limits.back_off(0)
        if not self._exists(type_name, body["fullName"]):
            self._create_alone(type_name, body)

    def _create_alone(self, type_name: str, body: Body) -> None:
        self._save("createMetadata", type_name, body, lambda: self._exists(type_name, body["fullName"]) or None)

    def _create_together(self, type_name: str, bodies: list[Body]) -> Outcomes:
        """One call. Per component: None if it was created, else the error. A failure rolls back no other component."""
        if len(bodies) == 1:
            self._create_alone(type_name, bodies[0])
            return [None]

        def ask(line: Line) -> Outcomes:
            results = line.metadata.write("createMetadata", type_name, bodies, all_or_none=False)
            return [None if result.success else refusal_of_errors(list(result.errors or [])) for result in results]

        names = [str(body["fullName"]) for body in bodies]
        name = f'SOAP createMetadata {type_name} "{_some(names)}"'
        return self._perform(Operation(name, ask, is_write=True, landed=lambda: self._landed_of(type_name, names)))

    def _landed_of(self, type_name: str, names: Sequence[str]) -> Outcomes | None:
        """What became of a group whose answer was lost; None when none of it is there."""
        live = self.read_components(type_name, names)
        lost = Refusal(None, "UNREACHABLE", "no answer")
        return [None if name in live else lost for name in names] if live else None

    def update_component(self, type_name: str, body: Body) -> None:
        """Replaces one component; elements that are left out are reset [K], so send what was read, with changes."""
        name = body["fullName"]
        self._save("updateMetadata", type_name, body, lambda: self._holds(type_name, name, body) or None)

    def delete_component(self, type_name: str, name: str) -> None:
        """Deletes one component; one that is gone already is no error."""

        def ask(line: Line) -> bool:
            results = line.metadata.service.deleteMetadata(type_name, [name], _soapheaders=line.metadata.headers)
            try:
                return _require_success(results)
            except Refusal as refusal:
                if not is_gone(refusal):
                    raise
            return True

        def landed() -> bool | None:
            return None if self._exists(type_name, name) else True

        self._perform(Operation(f'SOAP deleteMetadata {type_name} "{name}"', ask, is_write=True, landed=landed))

    def _save(self, operation: str, type_name: str, body: Body, landed: Landed[bool]) -> None:
        def ask(line: Line) -> bool:
            return _require_success(line.metadata.write(operation, type_name, [body]))

        name = f'SOAP {operation} {type_name} "{body["fullName"]}"'
        self._perform(Operation(name, ask, is_write=True, landed=landed))

    def _exists(self, type_name: str, name: str) -> bool:
        return bool(self.read_components(type_name, [name]))

    def _holds(self, type_name: str, name: str, body: Body) -> bool:
        live = self.read_components(type_name, [name]).get(name, {})
        return all(live.get(key) == value for key, value in body.items() if value not in (None, []))

    # --- one call ---------------------------------------------------------------------------------------------

    def _perform(self, operation: Operation[T]) -> T:
        """The org's answer, with retries. Raises AccountError, and Bug for a write in a read-only run."""
        if operation.is_write and not self.writes_allowed:
            raise Bug(f"Salesforce {operation.title(self.version)}: a write in a read-only run; please report it")
        return Delivery(operation, self._connection, self.limits).answer()


def _require_success(results: Sequence[Any] | None) -> Literal[True]:
    if not results:
        raise Refusal(None, "UNREADABLE", "the answer has no result")
    for result in results:
        if not result.success:
            raise refusal_of_errors(list(result.errors or []))
    return True


def _records(page: Answer) -> Iterator[dict[str, Any]]:
    records = page["records"]
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise UnreadableAnswer(page.call, "its records are not a list of objects")
    for record in records:
        record.pop("attributes", None)
        yield record


def is_gone(refusal: Refusal) -> bool:
    """Whether a deletion found nothing to delete [S: salto client.ts isAlreadyDeletedError]."""
    text = refusal.message.lower()
    return refusal.code == "INVALID_CROSS_REFERENCE_KEY" and "no " in text and "named" in text and "found" in text


def _some(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]}, and {len(names) - 1} more"


def quoted(text: str) -> str:
    """A text as a SOQL literal.

    >>> quoted("O'Neil")
    "'O\\\\'Neil'"
    """
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


OrgSession = Session[SalesforceClient]
