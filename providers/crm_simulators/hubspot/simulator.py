"""The HubSpot simulator: its ASGI app, and the interface for the control plane."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping

from crm_simulators.asgi import ASGIApp, Receive, Scope, Send
from crm_simulators.backup_files import BackupDocument
from crm_simulators.control import Answer, Control, ControlProblem, Fault, switches_of
from crm_simulators.hubspot import errors
from crm_simulators.hubspot.account.account import Account
from crm_simulators.hubspot.account.usage_limits import UsageLimits
from crm_simulators.hubspot.errors import HubSpotError, JsonObject, WebServerNotFound
from crm_simulators.hubspot.filters.rules import FilterRules
from crm_simulators.hubspot.flows.controls import FlowControls
from crm_simulators.hubspot.flows.flows import Flows
from crm_simulators.hubspot.flows.run import FlowRun
from crm_simulators.hubspot.forms import FormRoutes
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.calls import Call, Reply
from crm_simulators.hubspot.http.limits import Limiter
from crm_simulators.hubspot.http.routing import Route, Router, canonical_path, parse_query
from crm_simulators.hubspot.lists.conversions import ListConversions
from crm_simulators.hubspot.lists.folders import ListFolderRoutes
from crm_simulators.hubspot.lists.lists import Lists
from crm_simulators.hubspot.lists.memberships import ListMembershipRoutes
from crm_simulators.hubspot.people import People
from crm_simulators.hubspot.pipelines.pipelines import Pipelines
from crm_simulators.hubspot.pipelines.rules import PipelineRules
from crm_simulators.hubspot.portal.defaults import TOKEN
from crm_simulators.hubspot.portal.portal import Portal
from crm_simulators.hubspot.portal.scopes import needed_scopes
from crm_simulators.hubspot.properties.properties import Properties
from crm_simulators.hubspot.records.association_batches import AssociationBatchRoutes
from crm_simulators.hubspot.records.association_labels import AssociationLabels
from crm_simulators.hubspot.records.associations import Associations
from crm_simulators.hubspot.records.associations_v3 import AssociationV3Routes
from crm_simulators.hubspot.records.merges import RecordMergeRoutes
from crm_simulators.hubspot.records.records import Records
from crm_simulators.hubspot.records.routes import RecordRoutes
from crm_simulators.hubspot.records.schemas import Schemas
from crm_simulators.hubspot.seeding import seed_portal
from crm_simulators.hubspot.served import Entry, entries
from crm_simulators.hubspot.twin import hold
from crm_simulators.hubspot.unmodeled import unmodeled

JSON_TYPE = "application/json;charset=utf-8"
HTML_TYPE = "text/html;charset=utf-8"


class HubSpotSimulator:
    """HubSpot's public API over one portal (a `crm_simulators.control.Simulator`)."""

    name = "hubspot"

    def __init__(self, control: Control) -> None:
        control.switches.declare(*switches_of(self.name))
        self.portal = Portal(control)
        self.limiter = Limiter(self.portal)
        self._held: list[JsonObject] = []
        self.properties = Properties(self.portal)
        self.schemas = Schemas(self.properties)
        self.pipelines = Pipelines(self.portal)
        self.people = People(self.portal)
        self.records = Records(self.portal, self.properties, self.people)
        self.associations = Associations(self.portal)
        self.lists = Lists(self.portal, self.records, self.associations)
        self.flows = Flows(self.portal, self.lists.filters)
        self.flow_run = FlowRun(self.records, self.associations, self.flows)
        self.conversions = ListConversions(self.lists)
        control.clock.on_move(self.flow_run.settle)
        control.clock.on_move(self.conversions.settle)
        self.router = Router(self._areas())
        self.app: ASGIApp = self._serve

    def _areas(self) -> tuple[object, ...]:
        return (
            Account(self.portal, self.limiter),
            self.properties,
            self.records.validations,
            self.schemas,
            self.pipelines,
            PipelineRules(self.pipelines, self.people),
            self.people,
            RecordRoutes(self.records, self.associations),
            RecordMergeRoutes(self.records, self.associations),
            AssociationBatchRoutes(self.records, self.associations),
            AssociationV3Routes(self.records, self.associations),
            AssociationLabels(self.portal),
            self.lists,
            ListMembershipRoutes(self.lists),
            ListFolderRoutes(self.lists),
            self.conversions,
            self.flows,
            FormRoutes(self.portal),
            UsageLimits(self.records, self.pipelines, self.schemas, self.people),
        )

    def access(self) -> JsonObject:
        """The default token, with every scope, and the portal's id."""
        return {"token": TOKEN, "portal_id": self.portal.state["account"]["portalId"]}

    def served(self) -> Iterator[Entry]:
        """What it serves: area, operation, answer and the modules behind it."""
        return entries(self.router.routes())

    def reset(self) -> None:
        """A fresh portal."""
        self.portal.reset()
        self.limiter.forget()
        self._held = []

    def dump(self) -> JsonObject:
        """The whole portal as JSON."""
        return self.portal.dump()

    def snapshot(self) -> JsonObject:
        """A dump: tokens are part of the portal."""
        return self.dump()

    def load(self, state: JsonObject) -> None:
        """Replace the portal with a dump."""
        self.portal.load(state)

    def exchange(self, state: JsonObject) -> JsonObject:
        """Serve this portal, and answer the one that was served."""
        return self.portal.exchange(state)

    def seed(self, document: JsonObject) -> JsonObject:
        """Add to the portal, see `seeding.py` for the keys."""
        made = seed_portal(self.portal, document)
        self.flow_run.settle()
        return made

    def hold(self, documents: Iterable[BackupDocument]) -> None:
        """Become the twin of the portal in a backup."""
        self._held = hold(self.portal, documents)
        self.flow_run.settle()

    def add_user(self, login: str) -> None:
        """Add a user, who is an owner too, unless there is one with this e-mail address."""
        if not any(user["email"].lower() == login.lower() for user in People(self.portal).users.values()):
            People(self.portal).add_user({"email": login})

    def controls(self) -> Mapping[str, Callable[[JsonObject], JsonObject]]:
        """`evaluate-filter` and `enrollments` list the records that would match or enroll now; `event`, `enroll` and
        `flow-runs` are described in `flows.controls`."""
        flows = FlowControls(self.flow_run)
        return {
            "evaluate-filter": self._evaluate_filter,
            "enrollments": self._enrollments,
            "event": _as_control_route(flows.event),
            "enroll": _as_control_route(flows.enroll),
            "flow-runs": _as_control_route(flows.runs),
        }

    def views(self) -> Mapping[str, Callable[[], JsonObject]]:
        """`GET /_sim/unmodeled` lists what is stored without rules."""
        return {"unmodeled": self._unmodeled}

    def _unmodeled(self) -> JsonObject:
        found = [*unmodeled(self.portal)["unmodeled"], *self._held]
        return {"total": len(found), "unmodeled": found}

    def _evaluate_filter(self, document: JsonObject) -> JsonObject:
        """`{objectType, filterBranch}` -> `{total, ids}`: the records that the branch matches."""
        with _control_problems():
            check_body("evaluate-filter", document, {"objectType": "text", "filterBranch": "object"}, {})
            object_type = self.portal.object_type(document["objectType"]).id
            FilterRules(self.portal, object_type).check(document["filterBranch"])
            found = self.lists.filters.select(object_type, document["filterBranch"])
        return {"total": len(found), "ids": [record["id"] for record in found]}

    def _enrollments(self, document: JsonObject) -> JsonObject:
        """`{flowId}` -> `{total, ids}`: the records that would enroll if the flow were enabled now."""
        with _control_problems():
            check_body("enrollments", document, {"flowId": "text"}, {})
            ids = self.flows.enrollable(self.flows.find(document["flowId"]))
        return {"total": len(ids), "ids": ids}

    def fault_answer(self, fault: Fault) -> Answer:
        """HubSpot's own error for a fault."""
        if fault.action == "rate_limit":
            headers = {"retry-after": f"{fault.retry_after:g}"} if fault.retry_after is not None else {}
            return _json_answer(429, errors.rate_limit_body(fault.policy), headers)
        if fault.action == "expired_session":
            problem = errors.expired_authentication()
        elif fault.status == 401:
            problem = errors.invalid_authentication()
        else:
            status = fault.status or 503
            category = {404: "OBJECT_NOT_FOUND", 403: "MISSING_SCOPES", 409: "CONFLICT"}.get(status)
            text = fault.message or ("There was a problem with the request." if status < 500 else "internal error")
            problem = HubSpotError(status, text, category or ("VALIDATION_ERROR" if status < 500 else None))
        return _json_answer(problem.status, problem.body(), {})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        answer = self._answer(scope, message.get("body", b""))
        headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in answer.headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    def _answer(self, scope: Scope, raw_body: bytes) -> Answer:
        correlation = {"x-hubspot-correlation-id": str(uuid.uuid4())}
        raw_path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").split("?")[0]
        path, version = canonical_path(raw_path)
        token = _bearer(scope)
        is_search = path.startswith("/crm/v3/objects/") and path.endswith("/search")
        rate_headers: dict[str, str] = {}
        try:
            route, values = self.router.find(scope["method"], path)
            scope["sim"]["operation"] = f"{route.method} {route.template}"
            if route.write is not None:
                scope["sim"]["write"] = route.write
            granted = self._granted(token)
            policy = self.limiter.count(token, is_search)
            rate_headers = self.limiter.headers(token, is_search)
            if policy:
                return _json_answer(429, errors.rate_limit_body(policy), {**correlation, **rate_headers})
            query = parse_query(scope["query_string"].decode("latin-1"))
            find_type = self.portal.object_type
            call = Call(scope["method"], values, query, raw_body, granted, version, find_type=find_type)
            self._check_scopes(route, call)
            self.flow_run.settle()
            reply = route.answer(call)
            self.flow_run.settle()
        except HubSpotError as problem:
            document = problem.body()
            correlation = {"x-hubspot-correlation-id": document["correlationId"]}
            return _json_answer(problem.status, document, {**correlation, **rate_headers})
        except WebServerNotFound as problem:
            page = problem.page().encode()
            return Answer(problem.status, page, {"content-type": HTML_TYPE, "content-length": str(len(page))})
        return _reply_answer(reply, {**correlation, **rate_headers})

    def _granted(self, token: str) -> frozenset[str]:
        known = self.portal.state["tokens"].get(token)
        if known is None:
            raise errors.invalid_authentication()
        if known.get("expired"):
            raise errors.expired_authentication()
        return frozenset(known["scopes"])

    def _check_scopes(self, route: Route, call: Call) -> None:
        """One of the route's scopes must be granted."""
        if not route.scopes:
            return
        name = call.path.get("objectType")
        scopes = needed_scopes(route.scopes, self.portal.object_type(name).scope if name else None)
        if not call.scopes.intersection(scopes):
            raise errors.missing_scopes(scopes)


def _as_control_route(function: Callable[[JsonObject], JsonObject]) -> Callable[[JsonObject], JsonObject]:
    """A function whose HubSpot errors become errors of the control plane."""

    def answer(document: JsonObject) -> JsonObject:
        with _control_problems():
            return function(document)

    return answer


@contextlib.contextmanager
def _control_problems() -> Iterator[None]:
    """Turn HubSpot's errors into errors of the control plane."""
    try:
        yield
    except HubSpotError as problem:
        raise ControlProblem(problem.message) from problem


def _bearer(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"authorization" and value.lower().startswith(b"bearer "):
            return str(value[7:].decode("latin-1").strip())
    return ""


def _json_answer(status: int, document: object, headers: Mapping[str, str]) -> Answer:
    body = json.dumps(document).encode()
    return Answer(status, body, {"content-type": JSON_TYPE, "content-length": str(len(body)), **headers})


def _reply_answer(reply: Reply, headers: Mapping[str, str]) -> Answer:
    if reply.body is None:
        return Answer(reply.status, b"", {**reply.headers, **headers})
    return _json_answer(reply.status, reply.body, {**reply.headers, **headers})


def create_simulator(control: Control) -> HubSpotSimulator:
    """The simulator of one run."""
    return HubSpotSimulator(control)
