"""Runs enabled workflows from one queue, in order of due time.

HubSpot's own delays of a few seconds are not simulated: work runs at the end of the request, or of the move of the
clock, that made it due. The state is kept in the portal under `automation`.
"""

from __future__ import annotations

import heapq
from datetime import datetime

from crm_simulators.hubspot.errors import HubSpotError, JsonObject
from crm_simulators.hubspot.flows.actions import BRANCHES
from crm_simulators.hubspot.flows.enrollments import Enrollments
from crm_simulators.hubspot.flows.flows import Flows
from crm_simulators.hubspot.flows.steps import FlowSteps, Step
from crm_simulators.hubspot.flows.triggers import FlowTriggers
from crm_simulators.hubspot.portal.portal import WORKFLOW, Happening, timestamp
from crm_simulators.hubspot.records.associations import Associations
from crm_simulators.hubspot.records.records import Records

MAX_ACTIONS = 500  # of one record without a delay between them: a loop that never ends is reported


class FlowRun:
    """Runs the workflows of a portal."""

    def __init__(self, records: Records, associations: Associations, flows: Flows) -> None:
        self.portal = records.portal
        self.records = records
        self.flows = flows
        self.enrollments = Enrollments(self.portal)
        self.steps = FlowSteps(records, associations, flows.filters, self._enroll_in)
        self.triggers = FlowTriggers(self.enrollments, records, associations, flows)
        self.portal.listeners.append(self._heard)

    def settle(self) -> None:
        """Run everything that is due by now, including what that starts."""
        if not self.portal.state.get("automation") or not self.portal.switch("flows_run"):
            return
        now, queue = timestamp(self.portal.control.clock.now()), self.enrollments.queue
        self.enrollments.running = True
        self.triggers.waiting.clear()
        try:
            while queue and queue[0][0] <= now:
                due, _, what, flow_id, record_id, more = heapq.heappop(queue)
                self.portal.at = datetime.fromisoformat(due)
                self.enrollments.depth = more.get("depth", 0)
                with self.portal.changed_by(WORKFLOW):
                    self._do(due, what, flow_id, record_id, more)
        finally:
            self.portal.at = None
            self.enrollments.running = False
            self.enrollments.depth = 0

    def _do(self, due: str, what: str, flow_id: str, record_id: str, more: JsonObject) -> None:
        flow = self.flows.live.get(flow_id)
        if flow is None or not flow["isEnabled"]:  # [?] who waits in a flow that is turned off does not go on
            if what == "step":
                self.enrollments.end(more["enrollment"], "flow is off")
            return
        if what == "step":
            self._walk(flow, more["enrollment"], more["action"])
        else:
            self.triggers.take(flow, what, due, record_id, more)

    def _heard(self, happening: Happening) -> None:
        if self.portal.switch("flows_run"):
            self.triggers.hear(happening)

    def _enroll_in(self, flow_id: str, record_id: str) -> None:
        """Perform the action "Enroll in another workflow"."""
        self.enrollments.push(self.portal.moment(), "enroll", flow_id, record_id, depth=self.enrollments.depth + 1)

    # --- actions ------------------------------------------------------------------------------------------------

    def _walk(self, flow: JsonObject, enrollment_id: str, action_id: str | None) -> None:
        """Perform actions until a delay or the end."""
        enrollment = self.enrollments.active.get(enrollment_id)
        if enrollment is None:  # it has ended, because of a goal or a suppression
            return
        actions = {action["actionId"]: action for action in flow["actions"]}
        for _ in range(MAX_ACTIONS):
            record = self.records.of(flow["objectTypeId"]).get(enrollment["recordId"])
            if record is None or record["archived"]:
                self.enrollments.end(enrollment_id, "record is gone")
                return
            if action_id is None or action_id not in actions:
                self.enrollments.end(enrollment_id, "completed")
                return
            step = Step(flow, record, actions[action_id])
            due = self.steps.due(step)
            action_id = self._performed(step) if due is None else self.steps.following(step)
            if due is not None:
                self.enrollments.push(due, "step", flow["id"], record["id"], enrollment=enrollment_id, action=action_id)
                return
        self.enrollments.fail(
            flow["id"], enrollment["recordId"], f"More than {MAX_ACTIONS} actions without a delay between them"
        )
        self.enrollments.end(enrollment_id, "loop")

    def _performed(self, step: Step) -> str | None:
        """Perform an action; a refusal is recorded as an error, and the record continues [K]."""
        try:
            if step.action["type"] not in BRANCHES:
                self.steps.perform(step)
            return self.steps.following(step)
        except HubSpotError as problem:
            self.enrollments.fail(
                step.flow["id"], step.record["id"], f"action {step.action['actionId']}: {problem.message}"
            )
            connection = step.action.get("connection") or step.action.get("defaultBranch")
            return str(connection["nextActionId"]) if connection else None
