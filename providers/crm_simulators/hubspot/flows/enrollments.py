"""Which records are enrolled in which workflows, and the queue of pending work in order of due time."""

from __future__ import annotations

import heapq
from datetime import datetime
from typing import Any

from crm_simulators.hubspot.errors import JsonObject
from crm_simulators.hubspot.portal.portal import Portal, timestamp


class Enrollments:
    """The enrollments of a portal. `FlowRun` sets `running` and `depth` while it processes the queue."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.depth = 0
        self.running = False

    @property
    def queue(self) -> list[list[Any]]:
        """`[due, number, what, flow id, record id, more]`, a heap."""
        queue: list[list[Any]] = self.portal.area("automation").setdefault("queue", [])
        return queue

    @property
    def active(self) -> dict[str, JsonObject]:
        """Active enrollments by id."""
        return self.portal.area("automation", "active")

    def push(self, due: datetime, what: str, flow_id: str, record_id: str, **more: Any) -> str:
        """Add work to the queue; returns its due time as text."""
        moment = timestamp(due)
        heapq.heappush(self.queue, [moment, int(self.portal.next_id("job")), what, flow_id, record_id, more])
        return moment

    def moment(self) -> datetime:
        """When the effects of a change are due: now, even when a record is seeded into the past."""
        return self.portal.moment() if self.running else self.portal.control.clock.now()

    def following_depth(self) -> int:
        """One more than the depth of the enrollment whose action caused the change."""
        return self.depth + 1 if self.running else 0

    def start(self, flow: JsonObject, record_id: str) -> None:
        """Start an enrollment; its first action is due now."""
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
        """End an enrollment and count the reason."""
        enrollment = self.active.pop(enrollment_id, None)
        if enrollment is None:
            return
        here = self.portal.area("automation", "here", enrollment["flowId"])
        here[enrollment["recordId"]].remove(enrollment_id)
        if not here[enrollment["recordId"]]:
            del here[enrollment["recordId"]]
        ended = self.portal.area("automation", "ended", enrollment["flowId"])
        ended[why] = ended.get(why, 0) + 1

    def of(self, flow_id: str, record_id: str) -> list[str]:
        """Ids of the active enrollments of a record in a flow."""
        return list(self.portal.area("automation", "here", flow_id).get(record_id, []))

    def fail(self, flow_id: str, record_id: str, message: str) -> None:
        """Record an error for `flow-runs`."""
        problem = {"flowId": flow_id, "recordId": record_id, "at": self.portal.now(), "message": message}
        self.portal.area("automation").setdefault("errors", []).append(problem)
