"""The simulated Salesforce organization as the server and the control plane use it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping

from crm_simulators.asgi import ASGIApp
from crm_simulators.backup_files import BackupDocument
from crm_simulators.control import Answer, Control, Fault, JsonObject, switches_of
from crm_simulators.salesforce import twin
from crm_simulators.salesforce.app import SalesforceApp, stripped
from crm_simulators.salesforce.errors import RestError, SoapFault
from crm_simulators.salesforce.http import login, soap
from crm_simulators.salesforce.metadata.registry import unmodeled
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.served import Entry, entries
from crm_simulators.salesforce.setup import factory, sandbox, seeding

TOO_MANY = "TotalRequests Limit exceeded."
TOO_MANY_AT_ONCE = "ConcurrentRequests (Concurrent API Requests) Limit exceeded."


class SalesforceSimulator:
    """One org, furnished as a new Developer Edition with an administrator."""

    name = "salesforce"

    def __init__(self, control: Control) -> None:
        control.switches.declare(*switches_of(self.name))
        self.org = Org(control.clock.now, control.switches.__getitem__)
        self.org.deploy_seconds = lambda: control.faults.seconds("slow_deploy", self.name)
        self._app = SalesforceApp(self.org)
        control.clock.on_move(self._app.catch_up)
        self.app: ASGIApp = self._app.asgi
        self.reset()

    def access(self) -> JsonObject:
        """User name, password, a session that never expires, and the org's id."""
        organization_id = self.org.organization_id
        return {
            "username": login.ADMIN_USERNAME,
            "password": login.PASSWORD,
            "access_token": login.first_token(organization_id),
            "organization_id": organization_id,
        }

    def served(self) -> Iterator[Entry]:
        """What it serves and refuses: area, operation, answer and the modules behind it."""
        return entries(self._app)

    def reset(self) -> None:
        """Back to a fresh org."""
        self.org.clear()
        self._app.used = 0
        self._held: list[JsonObject] = []
        factory.furnish(self.org)

    def dump(self) -> JsonObject:
        """Records, components, deleted fields and deployments."""
        return self.org.dump()

    def snapshot(self) -> JsonObject:
        """A dump and the open sessions."""
        sessions = {"sessions": dict(self.org.sessions), "sessions_opened": self.org.sessions_opened}
        return {**self.dump(), **sessions}

    def load(self, state: JsonObject) -> None:
        """Replace the org with what `dump` or `snapshot` returned."""
        self.org.load(state)
        if "sessions" in state:
            self.org.sessions, self.org.sessions_opened = dict(state["sessions"]), int(state["sessions_opened"])
        administrator = self.org.select("User", Username=login.ADMIN_USERNAME)[0]
        self.org.sessions[login.first_token(self.org.organization_id)] = administrator["Id"]

    def exchange(self, state: JsonObject) -> JsonObject:
        """Serve this org, and answer the one that was served; the sessions stay."""
        return self.org.exchange(state)

    def seed(self, document: JsonObject) -> JsonObject:
        """Add users, queues, components and records; see `seeding`."""
        return seeding.seed(self.org, document)

    def hold(self, documents: Iterable[BackupDocument]) -> None:
        """Become the twin of the org in a backup."""
        self._held = twin.hold(self.org, documents)

    def add_user(self, login: str) -> None:
        """Add a standard user, unless there is one with this username."""
        if not any(user["Username"].lower() == login.lower() for user in self.org.table("User").values()):
            seeding.seed(self.org, {"users": [{"Username": login}]})

    def controls(self) -> Mapping[str, Callable[[JsonObject], JsonObject]]:
        """`POST /_sim/evaluate-formula` computes a formula on a record that need not exist; `POST /_sim/outbox` shows
        the e-mails, posts and notices that left the org, oldest first; `POST /_sim/refresh-sandbox` makes it another
        org, see `sandbox`."""
        return {
            "refresh-sandbox": lambda body: sandbox.refresh(self.org, body),
            "evaluate-formula": lambda body: seeding.evaluate_formula(self.org, body),
            "outbox": lambda body: {"messages": list(self.org.actions)},
        }

    def views(self) -> Mapping[str, Callable[[], JsonObject]]:
        """`GET /_sim/unmodeled` lists what is stored without rules: whole components, `*`, or their elements."""
        return {"unmodeled": self._unmodeled}

    def _unmodeled(self) -> JsonObject:
        refused = {(one["type"], one["name"]): one for one in self._held}
        known = [one for one in unmodeled(self.org)["unmodeled"] if (one["type"], one["name"]) not in refused]
        found = [*known, *refused.values()]
        return {"total": len(found), "unmodeled": found}

    def fault_answer(self, fault: Fault) -> Answer:
        """The vendor's own error, as a SOAP fault on SOAP addresses and as the REST array elsewhere."""
        status, code, message = fault_content(fault)
        if stripped(fault.struck_path).startswith("services/Soap/"):
            content = soap.render_fault(SoapFault(f"sf:{code}", f"{code}: {message}"))
            return Answer(500, content, {"content-type": "text/xml;charset=UTF-8"})
        body = RestError(status, code, message).body()
        headers = {"content-type": "application/json;charset=UTF-8", "Sforce-Limit-Info": self._app.limit_info()}
        return Answer(status, json.dumps(body).encode(), headers)


CODES = {
    400: ("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record"),
    413: ("EXCEEDED_MAX_SIZE_REQUEST", "The size of the message sent to the API exceeds the limit"),  # [K]
    401: ("INVALID_SESSION_ID", "Session expired or invalid"),
    403: ("REQUEST_LIMIT_EXCEEDED", TOO_MANY),
    500: ("UNKNOWN_EXCEPTION", "An unexpected error occurred. Please include this ErrorId if you contact support"),
    503: ("SERVER_UNAVAILABLE", "The server is currently unavailable. Please try again later."),
}


def fault_content(fault: Fault) -> tuple[int, str, str]:
    """HTTP status, error code and text of a fault; a message `CODE: text` chooses both [reference 6]."""
    fixed = {"expired_session": 401, "rate_limit": 403}.get(fault.action)
    status = fixed or fault.status or 503
    code, message = CODES.get(status, ("UNKNOWN_EXCEPTION", "An unexpected error occurred"))
    if fault.action == "rate_limit" and fault.policy != "DAILY":
        message = TOO_MANY_AT_ONCE  # the same code as the daily limit [reference 6]
    if fault.message:
        head, colon, tail = fault.message.partition(": ")
        named = bool(colon) and head.isupper() and " " not in head
        code, message = (head, tail) if named else (code, fault.message)
    return status, code, message


def create_simulator(control: Control) -> SalesforceSimulator:
    """A fresh Salesforce simulator that uses the run's clock, faults and switches."""
    return SalesforceSimulator(control)
