"""Enabled workflows run: one queue of what falls due, worked off in the order of time (hubspot.md section 6).

Nothing is guessed about HubSpot's own delays of some seconds: what is due runs at the end of the request, or of the
move of the clock, that made it due. All of it lives in the portal's state under `automation`.
"""

from __future__ import annotations

import heapq
from datetime import datetime
from typing import Any

from crm_simulators.hubspot.errors import HubSpotError, JsonObject
from crm_simulators.hubspot.flows.actions import BRANCHES
from crm_simulators.hubspot.flows.flows import Flows
from crm_simulators.hubspot.flows.steps import FlowSteps, Step
from crm_simulators.hubspot.flows.triggers import FlowTriggers
from crm_simulators.hubspot.portal.portal import Happening, timestamp
from crm_simulators.hubspot.records.associations import Associations
from crm_simulators.hubspot.records.records import Records

MAX_ACTIONS = 500  # of one record without a delay between them: a loop that never ends is reported


class FlowRun:
    """Runs the workflows of a portal."""

    def __init__(self, records: Records, associations: Associations, flows: Flows) -> None:
        self.portal = records.portal
        self.records = records
        self.flows = flows
        self.depth = 0
        self.running = False
        self.steps = FlowSteps(records, associations, flows.filters, self._enroll_in)
        self.triggers = FlowTriggers(self, associations)
        self.portal.listeners.append(self._heard)

    @property
    def queue(self) -> list[list[Any]]:
        """`[due, number, what, flow id, record id, more]`, a heap."""
        queue: list[list[Any]] = self.portal.area("automation").setdefault("queue", [])
        return queue

    @property
    def active(self) -> dict[str, JsonObject]:
        """Enrollments that are under way, by id."""
        return self.portal.area("automation", "active")

    def push(self, due: datetime, what: str, flow_id: str, record_id: str, **more: Any) -> str:
        """Put something on the queue; answers when it is due, as text."""
        moment = timestamp(due)
        heapq.heappush(self.queue, [moment, int(self.portal.next_id("job")), what, flow_id, record_id, more])
        return moment

    def moment(self) -> datetime:
        """When what follows from a happening is due: now, also when a record is seeded into the past."""
        return self.portal.moment() if self.running else self.portal.control.clock.now()

    def following_depth(self) -> int:
        """One more than that of the enrollment under way, whose action a happening follows from."""
        return self.depth + 1 if self.running else 0

    def settle(self) -> None:
        """Do all that is due by now. What it starts runs too, when it is due by now."""
        if not self.portal.state.get("automation") or not self.portal.switch("flows_run"):
            return
        now, queue = timestamp(self.portal.control.clock.now()), self.queue
        self.running = True
        self.triggers.waiting.clear()
        try:
            while queue and queue[0][0] <= now:
                due, _, what, flow_id, record_id, more = heapq.heappop(queue)
                self.portal.at = datetime.fromisoformat(due)
                self.depth = more.get("depth", 0)
                self._do(due, what, flow_id, record_id, more)
        finally:
            self.portal.at = None
            self.running = False
            self.depth = 0

    def _do(self, due: str, what: str, flow_id: str, record_id: str, more: JsonObject) -> None:
        flow = self.flows.live.get(flow_id)
        if flow is None or not flow["isEnabled"]:  # [?] who waits in a flow that is turned off does not go on
            if what == "step":
                self.end(more["enrollment"], "flow is off")
            return
        if what == "step":
            self._walk(flow, more["enrollment"], more["action"])
        else:
            self.triggers.take(flow, what, due, record_id, more)

    def _heard(self, happening: Happening) -> None:
        if self.portal.switch("flows_run"):
            self.triggers.hear(happening)

    # --- enrollments ---------------------------------------------------------------------------------------------

    def start(self, flow: JsonObject, record_id: str) -> None:
        """A new enrollment, whose first action is due now."""
        enrollment_id = self.portal.next_id("enrollment")
        now = self.portal.now()
        self.active[enrollment_id] = {"flowId": flow["id"], "recordId": record_id, "at": now}
        self.portal.area("automation", "here", flow["id"]).setdefault(record_id, []).append(enrollment_id)
        seen = self.portal.area("automation", "enrolled", flow["id"]).setdefault(record_id, {"times": 0})
        seen |= {"times": seen["times"] + 1, "last": now}
        first = flow.get("startActionId") or (flow["actions"][0]["actionId"] if flow["actions"] else None)
        if first is None:
            self.end(enrollment_id, "completed")
            return
        self.push(
            self.portal.moment(),
            "step",
            flow["id"],
            record_id,
            enrollment=enrollment_id,
            action=first,
            depth=self.depth,
        )

    def end(self, enrollment_id: str, why: str) -> None:
        """An enrollment is over; `why` is counted."""
        enrollment = self.active.pop(enrollment_id, None)
        if enrollment is None:
            return
        here = self.portal.area("automation", "here", enrollment["flowId"])
        here[enrollment["recordId"]].remove(enrollment_id)
        if not here[enrollment["recordId"]]:
            del here[enrollment["recordId"]]
        ended = self.portal.area("automation", "ended", enrollment["flowId"])
        ended[why] = ended.get(why, 0) + 1

    def enrollments(self, flow_id: str, record_id: str) -> list[str]:
        """The enrollments of a record in a flow that are under way."""
        return list(self.portal.area("automation", "here", flow_id).get(record_id, []))

    def fail(self, flow_id: str, record_id: str, message: str) -> None:
        """Keep what went wrong, for whoever looks."""
        problem = {"flowId": flow_id, "recordId": record_id, "at": self.portal.now(), "message": message}
        self.portal.area("automation").setdefault("errors", []).append(problem)

    def _enroll_in(self, flow_id: str, record_id: str) -> None:
        """The action "Enroll in another workflow"."""
        self.push(self.portal.moment(), "enroll", flow_id, record_id, depth=self.depth + 1)

    # --- actions ------------------------------------------------------------------------------------------------

    def _walk(self, flow: JsonObject, enrollment_id: str, action_id: str | None) -> None:
        """Perform actions until a delay or the end."""
        enrollment = self.active.get(enrollment_id)
        if enrollment is None:  # it has ended, because of a goal or a suppression
            return
        actions = {action["actionId"]: action for action in flow["actions"]}
        for _ in range(MAX_ACTIONS):
            record = self.records.of(flow["objectTypeId"]).get(enrollment["recordId"])
            if record is None or record["archived"]:
                self.end(enrollment_id, "record is gone")
                return
            if action_id is None or action_id not in actions:
                self.end(enrollment_id, "completed")
                return
            step = Step(flow, record, actions[action_id])
            due = self.steps.due(step)
            action_id = self._performed(step) if due is None else self.steps.following(step)
            if due is not None:
                self.push(due, "step", flow["id"], record["id"], enrollment=enrollment_id, action=action_id)
                return
        self.fail(flow["id"], enrollment["recordId"], f"More than {MAX_ACTIONS} actions without a delay between them")
        self.end(enrollment_id, "loop")

    def _performed(self, step: Step) -> str | None:
        """Perform an action; one that HubSpot refuses is kept as an error, and the record goes on [K]."""
        try:
            if step.action["type"] not in BRANCHES:
                self.steps.perform(step)
            return self.steps.following(step)
        except HubSpotError as problem:
            self.fail(step.flow["id"], step.record["id"], f"action {step.action['actionId']}: {problem.message}")
            connection = step.action.get("connection") or step.action.get("defaultBranch")
            return str(connection["nextActionId"]) if connection else None
