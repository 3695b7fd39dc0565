"""What enrolls records in workflows: filters that start to match, events, schedules and users."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from crm_simulators.hubspot.errors import JsonObject
from crm_simulators.hubspot.filters.evaluation import OBJECT_CREATED, PROPERTY_CHANGED, event_passes, read_moment_of
from crm_simulators.hubspot.filters.moments import next_change, timed_filters
from crm_simulators.hubspot.filters.rules import is_change
from crm_simulators.hubspot.flows.enrollments import Enrollments
from crm_simulators.hubspot.flows.flows import Flows
from crm_simulators.hubspot.flows.schedule import is_due, next_run
from crm_simulators.hubspot.flows.values import account_zone
from crm_simulators.hubspot.portal.portal import Happening
from crm_simulators.hubspot.records.associations import Associations
from crm_simulators.hubspot.records.records import Records

MAX_DEPTH = 20  # enrollments that follow from each other without a delay; our bound, HubSpot's is not known [?]
NO_RECORD = ""


class FlowTriggers:
    """Decides which records enroll."""

    def __init__(self, enrollments: Enrollments, records: Records, associations: Associations, flows: Flows) -> None:
        self.enrollments = enrollments
        self.portal = records.portal
        self.records = records
        self.associations = associations
        self.flows = flows
        self.filters = flows.filters
        self.waiting: set[tuple[str, str]] = set()  # checks on the queue, while it is worked off
        self._read: dict[str, tuple[JsonObject, list[int], list[JsonObject], set[str]]] = {}

    # --- what happens -------------------------------------------------------------------------------------------

    def hear(self, happening: Happening) -> None:
        """Queue what a change may start."""
        if happening.what == "flow":
            self._flow_changed(happening)
            return
        enabled = [flow for flow in self.flows.live.values() if flow["isEnabled"]]
        for flow in enabled:
            if flow["objectTypeId"] == happening.object_type:
                if self._is_watching(flow, happening.id):
                    self._push_check(flow, happening.id)
                for event in events_of(happening):
                    self._push_event(flow, happening.id, event)
            elif happening.object_type in self._reads(flow)[1]:
                for link in self.associations.of((happening.object_type, happening.id), flow["objectTypeId"]):
                    self._push_check(flow, str(link["toObjectId"]))

    def hear_event(self, object_type: str, record_id: str, event: JsonObject) -> None:
        """Queue what an event may start that is not a write of the record."""
        if self.portal.switch("flows_run"):
            for flow in self.flows.live.values():
                if flow["isEnabled"] and flow["objectTypeId"] == object_type:
                    self._push_event(flow, record_id, event)

    def _is_watching(self, flow: JsonObject, record_id: str) -> bool:
        """Whether a flow could enroll a record by its filters, or let it go."""
        by_filters = (flow.get("enrollmentCriteria") or {}).get("type") == "LIST_BASED"
        return by_filters or bool(self.enrollments.of(flow["id"], record_id))

    def _push(self, flow: JsonObject, what: str, record_id: str) -> None:
        self.enrollments.push(
            self.enrollments.moment(), what, flow["id"], record_id, depth=self.enrollments.following_depth()
        )

    def _push_check(self, flow: JsonObject, record_id: str) -> None:
        """Several writes of one action, or of one record at once, need one check."""
        desired = (flow["id"], record_id)
        if self.enrollments.running and desired in self.waiting:
            return
        if self.enrollments.running:
            self.waiting.add(desired)
        self._push(flow, "check", record_id)

    def _push_event(self, flow: JsonObject, record_id: str, event: JsonObject) -> None:
        criteria = flow.get("enrollmentCriteria") or {}
        if any(_happened(branch, event) for branch in criteria.get("eventFilterBranches", [])):
            self._push(flow, "event", record_id)
        again = criteria.get("reEnrollmentTriggersFilterBranches") or []
        if criteria.get("shouldReEnroll") and any(_changed(branch, event) for branch in again):
            self._push(flow, "changed", record_id)

    def _flow_changed(self, happening: Happening) -> None:
        """Turning a flow on checks every record; turning it off or deleting it drops what is known of them."""
        flow = self.flows.live.get(happening.id)
        if flow is None or not flow["isEnabled"]:
            for area in ("met", "checks"):
                self.portal.area("automation", area).pop(happening.id, None)
            return
        turned_on = bool(happening.changed.get("isEnabled"))
        for record in self.records.active(flow["objectTypeId"]):
            self.enrollments.push(self.enrollments.moment(), "check", flow["id"], record["id"], turned_on=turned_on)
        if flow.get("enrollmentSchedule"):
            self._push_schedule(flow)

    # --- what is due --------------------------------------------------------------------------------------------

    def take(self, flow: JsonObject, what: str, due: str, record_id: str, more: JsonObject) -> None:
        """Process an entry of the queue."""
        if what == "check":
            self.waiting.discard((flow["id"], record_id))
        if what == "schedule":
            if self.portal.area("automation", "checks", flow["id"]).get(NO_RECORD) == due:
                self._scheduled(flow)
            return
        record = self.records.of(flow["objectTypeId"]).get(record_id)
        if record is None or record["archived"]:
            return
        if what == "later":
            if self.portal.area("automation", "checks", flow["id"]).get(record_id) == due:
                self._check(flow, record, False)
        elif what == "check":
            self._check(flow, record, more.get("turned_on", False))
        elif what == "changed":
            if self._times(flow, record) and self._matches(
                flow, record, flow["enrollmentCriteria"]["listFilterBranch"]
            ):
                self._enroll(flow, record)
        elif (what == "event" and self._refined(flow, record)) or what == "enroll":
            self._enroll_again(flow, record)

    def _check(self, flow: JsonObject, record: JsonObject, turned_on: bool) -> None:
        """Whether the record meets the criteria, and did not before; and whether it may stay."""
        if self.enrollments.of(flow["id"], record["id"]):
            self._leave(flow, record)
        criteria = flow.get("enrollmentCriteria") or {}
        if criteria.get("type") != "LIST_BASED" or flow.get("enrollmentSchedule"):
            return
        if self._came_to_meet(flow, criteria, record, turned_on):
            self._enroll(flow, record)
        self._look_again(flow, record)

    def _came_to_meet(self, flow: JsonObject, criteria: JsonObject, record: JsonObject, turned_on: bool) -> bool:
        """The first time by the criteria, later by one of the re-enrollment triggers [D: re-enroll records]."""
        live = self.portal.area("automation", "met", flow["id"])
        before: list[bool] = live.get(record["id"], [])
        meets = self._matches(flow, record, criteria["listFilterBranch"])
        again = criteria.get("reEnrollmentTriggersFilterBranches") or [criteria["listFilterBranch"]]  # [?] without any
        again = [branch for branch in again if not is_change(branch)]
        known = self._times(flow, record) > 0
        now = [meets]
        if criteria["shouldReEnroll"] and (known or meets):
            now += [self._matches(flow, record, branch) for branch in again]
        if any(now):
            live[record["id"]] = now
        else:
            live.pop(record["id"], None)
        if not meets:
            return False
        if turned_on and (known or not self.portal.switch("flows_enroll_existing")):
            return False
        if not known:
            return not (before and before[0])
        was = [*before, *[False] * len(now)]
        return any(is_now and not was[n] for n, is_now in enumerate(now) if n)

    def _leave(self, flow: JsonObject, record: JsonObject) -> None:
        """A record that meets the goal, is suppressed, or no longer meets the criteria where the flow says so [D]."""
        criteria = flow.get("enrollmentCriteria") or {}
        why = self._kept_out(flow, record)
        if why is None and criteria.get("unEnrollObjectsNotMeetingCriteria"):
            why = None if self._matches(flow, record, criteria["listFilterBranch"]) else "criteria are no longer met"
        if why is not None:
            for enrollment_id in self.enrollments.of(flow["id"], record["id"]):
                self.enrollments.end(enrollment_id, why)

    def _look_again(self, flow: JsonObject, record: JsonObject) -> None:
        """Come back when time alone may change the answer of a filter."""
        timed = self._reads(flow)[0]
        if not timed:
            return
        values = self.records.lazy_values(flow["objectTypeId"], record)
        zone = account_zone(self.portal.state["account"])
        read = partial(read_moment_of, record, values.get)
        moment = next_change(timed, read, self.portal.moment(), zone)
        checks = self.portal.area("automation", "checks", flow["id"])
        if moment is None:
            checks.pop(record["id"], None)
        else:
            checks[record["id"]] = self.enrollments.push(moment, "later", flow["id"], record["id"])

    def _reads(self, flow: JsonObject) -> tuple[list[JsonObject], set[str]]:
        """The filters of a flow that depend on the time, and the object types of associated records that it reads."""
        lists = self.portal.area("lists")
        versions = [live["listVersion"] for live in lists.values()]
        kept = self._read.get(flow["id"])
        if kept is None or kept[0] is not flow or kept[1] != versions:
            branches = _branches(flow)
            timed = [part for branch in branches for part in timed_filters(branch, lists)]
            kept = (flow, versions, timed, {kind for branch in branches for kind in _associated(branch, lists)})
            self._read[flow["id"]] = kept
        return kept[2], kept[3]

    # --- enrolling ----------------------------------------------------------------------------------------------

    def _enroll_again(self, flow: JsonObject, record: JsonObject) -> None:
        """By an event, a schedule, a person or another flow: again only when the flow allows it."""
        again = (flow.get("enrollmentCriteria") or {}).get("shouldReEnroll", False)
        if again or not self._times(flow, record):
            self._enroll(flow, record)

    def _enroll(self, flow: JsonObject, record: JsonObject) -> None:
        inside = self.enrollments.of(flow["id"], record["id"])
        if (inside and not self.portal.switch("active_records_reenroll")) or self._kept_out(flow, record):
            return
        if self.enrollments.depth > MAX_DEPTH:
            self.enrollments.fail(
                flow["id"], record["id"], f"More than {MAX_DEPTH} enrollments that follow from each other"
            )
            return
        setting = flow.get("unEnrollmentSetting") or {}
        for other in list(self.portal.area("automation", "here")):
            if other != flow["id"] and (setting.get("type") == "ALL" or other in setting.get("flowIds", [])):
                for enrollment_id in self.enrollments.of(other, record["id"]):
                    self.enrollments.end(enrollment_id, "enrolled elsewhere")
        self.enrollments.start(flow, record["id"])

    def _kept_out(self, flow: JsonObject, record: JsonObject) -> str | None:
        """Why a record may not be in a flow."""
        goal, suppressed = flow.get("goalFilterBranch"), flow.get("suppressionFilterBranch")
        if goal and self._matches(flow, record, goal):
            return "goal is met"
        if suppressed and self._matches(flow, record, suppressed):
            return "suppressed"
        if any(self.filters.in_list(str(one), record["id"]) for one in flow.get("suppressionListIds", [])):
            return "suppressed"
        return None

    def _refined(self, flow: JsonObject, record: JsonObject) -> bool:
        criteria = flow["enrollmentCriteria"]
        desired = [criteria["refinementCriteria"]] if "refinementCriteria" in criteria else []
        return all(self._matches(flow, record, branch) for branch in desired)

    def _matches(self, flow: JsonObject, record: JsonObject, branch: JsonObject) -> bool:
        return self.filters.matches(flow["objectTypeId"], record, branch)

    def _times(self, flow: JsonObject, record: JsonObject) -> int:
        seen = self.portal.area("automation", "enrolled", flow["id"]).get(record["id"])
        return int(seen["times"]) if seen else 0

    # --- schedules ----------------------------------------------------------------------------------------------

    def _push_schedule(self, flow: JsonObject) -> None:
        run = next_run(flow["enrollmentSchedule"], self.portal.moment(), account_zone(self.portal.state["account"]))
        if run is not None:
            due = self.enrollments.push(run, "schedule", flow["id"], NO_RECORD)
            self.portal.area("automation", "checks", flow["id"])[NO_RECORD] = due

    def _scheduled(self, flow: JsonObject) -> None:
        """Every record that meets the criteria at this moment."""
        schedule, object_type = flow["enrollmentSchedule"], flow["objectTypeId"]
        branch = (flow.get("enrollmentCriteria") or {}).get("listFilterBranch")
        today = self.portal.moment().astimezone(account_zone(self.portal.state["account"])).date()
        for record in self.records.active(object_type):
            live = self.records.lazy_values(object_type, record).get(str(schedule.get("dateProperty")))
            if is_due(schedule, live, today) and (branch is None or self._matches(flow, record, branch)):
                self._enroll_again(flow, record)
        self._push_schedule(flow)


def _happened(branch: JsonObject, event: JsonObject) -> bool:
    """Whether an event is the one that a branch waits for."""
    same = branch["eventTypeId"] == event["eventTypeId"] and branch["operator"] == "HAS_COMPLETED"
    return same and all(event_passes(event["properties"], part) for part in branch["filters"])


def _changed(branch: JsonObject, event: JsonObject) -> bool:
    """Whether an event is the changed property that enrolls again [T]."""
    is_event = is_change(branch) and event["eventTypeId"] == PROPERTY_CHANGED
    return is_event and all(event_passes(event["properties"], part) for part in branch["filters"])


def events_of(happening: Happening) -> Iterator[JsonObject]:
    """The events that follow from a write of a record."""
    if happening.what == "created":
        yield {"eventTypeId": OBJECT_CREATED, "properties": {}}
    for name, text in happening.changed.items():
        yield {"eventTypeId": PROPERTY_CHANGED, "properties": {"hs_name": name, "hs_value": text}}


def _branches(flow: JsonObject) -> list[JsonObject]:
    criteria = flow.get("enrollmentCriteria") or {}
    named = [criteria.get("listFilterBranch"), flow.get("goalFilterBranch"), flow.get("suppressionFilterBranch")]
    again = [branch for branch in criteria.get("reEnrollmentTriggersFilterBranches") or () if not is_change(branch)]
    return [branch for branch in [*named, *again] if branch]


def _associated(branch: JsonObject, lists: JsonObject, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """The object types of the ASSOCIATION branches in a branch, and in the lists that it names."""
    if branch["filterBranchType"] == "ASSOCIATION":
        yield branch["objectTypeId"]
    for part in branch["filters"]:
        live = lists.get(part.get("listId")) if part.get("listId") not in seen else None
        if live and live.get("filterBranch"):
            yield from _associated(live["filterBranch"], lists, seen | {part["listId"]})
    for child in branch["filterBranches"]:
        yield from _associated(child, lists, seen)
