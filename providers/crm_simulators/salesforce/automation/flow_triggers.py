"""When flows run: before and after saves, on scheduled paths, and on their own schedule."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from salesforce_formula.values import EvaluationError

from crm_simulators.salesforce.automation.flow_run import Interview, Saves, meets
from crm_simulators.salesforce.automation.flow_values import FlowError, Values
from crm_simulators.salesforce.errors import RestError
from crm_simulators.salesforce.org.org import Component, Org, Record
from crm_simulators.salesforce.rows.record_values import Viewer
from crm_simulators.salesforce.rows.tables import find_row, rows
from crm_simulators.salesforce.xml.component_xml import Body

OFFSETS = {
    "Minutes": timedelta(minutes=1),
    "Hours": timedelta(hours=1),
    "Days": timedelta(days=1),
    "Weeks": timedelta(weeks=1),
}
# [K: text]
TOO_MANY_INTERVIEWS = "The number of schedule-triggered flow interviews exceeds the limit of 24 hours."
PERIODS = {"Daily": timedelta(days=1), "Weekly": timedelta(weeks=1)}


@dataclass
class Trigger:
    """What started flows: a save of one record, by one user."""

    org: Org
    user: Record
    sobject: str
    row: Record
    old: Record | None

    def active(self, kind: str) -> Iterator[tuple[str, Body]]:
        """The active flows of a trigger type on this object that run on this kind of save."""
        for name, flow in active_flows(self.org, self.sobject, kind):
            desired = flow["start"]["recordTriggerType"]
            happened = "Create" if self.old is None else "Update"
            if desired in {happened, "CreateAndUpdate"}:
                yield name, flow

    def values(self, flow: Body, now: datetime | None = None) -> Values:
        viewer = Viewer(self.org, self.user)
        return Values(viewer, flow, self.sobject, self.row, self.old, now or viewer.now)


def active_flows(org: Org, sobject: str, kind: str) -> Iterator[tuple[str, Body]]:
    """Active versions with a trigger type on an object, in triggerOrder and then by name [K]."""
    if not org.switch("flows_run"):
        return
    found: list[tuple[int, str, Body]] = []
    for name, component in org.of_type("Flow").items():
        version = _active_version(component)
        if version is None or version["object"] != sobject:
            continue
        body: Body = version["body"]
        if body.get("start", {}).get("triggerType") == kind:
            found.append((body.get("triggerOrder", 1000), name, body))
    for _, name, body in sorted(found, key=lambda each: each[:2]):
        yield name, body


def _active_version(component: Component) -> dict[str, Any] | None:
    """The active version, unless it is stored without rules, so never run."""
    version: dict[str, Any] | None = component["versions"].get(str(component["active"]))
    return None if version is None or version.get("unmodeled") else version


def has_flows(org: Org, sobject: str) -> bool:
    """Whether a save of the object could start a flow."""
    return any(next(active_flows(org, sobject, kind), None) for kind in ("RecordBeforeSave", "RecordAfterSave"))


def starts(values: Values, flow: Body) -> bool:
    """Whether the record meets the start conditions, and did not before where the flow asks for that [D]."""
    start = flow["start"]
    if not _meets_start(values, start, values.row):
        return False
    if not start.get("doesRequireRecordChangedToMeetCriteria") or values.old is None:
        return True
    before = copy.copy(values)
    before.row = values.old
    return not _meets_start(before, start, values.old)


def _meets_start(values: Values, start: Body, row: Record) -> bool:
    if "filterFormula" in start:
        return values.formula(str(start["filterFormula"])) is True
    return meets(values, values.sobject, row, start)


def before_save(trigger: Trigger, saves: Saves) -> None:
    """Run the before-save flows, which change the row in place."""
    for name, flow in trigger.active("RecordBeforeSave"):
        values = trigger.values(flow)
        _guarded(name, lambda flow=flow, values=values: _run(values, flow, saves, before_save=True))


def after_save(trigger: Trigger, saves: Saves) -> None:
    """Run the after-save flows, and schedule their scheduled paths."""
    for name, flow in trigger.active("RecordAfterSave"):
        # Each flow sees the record as this save left it, whatever flows before it have updated since [K].
        values = replace(trigger, row=dict(trigger.row)).values(flow)
        _guarded(name, lambda name=name, flow=flow, values=values: _after(name, values, flow, saves))


def _after(name: str, values: Values, flow: Body, saves: Saves) -> None:
    met = starts(values, flow)
    if met:
        _run(values, flow, saves)
    current = copy.copy(values)
    current.row = find_row(values.viewer.org, values.sobject, values.row["Id"]) or values.row
    _schedule(name, current, flow, met)


def _run(values: Values, flow: Body, saves: Saves, *, before_save: bool = False) -> None:
    if before_save and not starts(values, flow):
        return
    connector = flow["start"].get("connector")
    if connector is not None:
        Interview(values, saves, before_save=before_save).run(connector["targetReference"])


def _guarded(name: str, step: Any) -> None:
    """A flow that fails without a fault path fails the save [D; text K]."""
    try:
        step()
    except (FlowError, EvaluationError) as error:
        text = (
            f"We can't save this record because the “{name}” process failed. "
            f"Give your Salesforce admin these details. {error}"
        )
        raise RestError(400, "CANNOT_EXECUTE_FLOW_TRIGGER", text, ()) from None


# --- scheduled paths --------------------------------------------------------------------------------------------


def _schedule(name: str, values: Values, flow: Body, met: bool) -> None:
    """Paths of a record that starts the flow; one that no longer meets the conditions loses its pending ones [D]."""
    record_id, paths = values.row["Id"], flow["start"].get("scheduledPaths", [])
    still = bool(paths) and _meets_start(values, flow["start"], values.row)
    for path in paths:
        key = f"{name}|{path.get('name', path.get('pathType'))}|{record_id}"
        pending = values.viewer.org.interviews.pop(key, None)
        if not still or not (met or pending):
            continue
        due = _due(values, path)
        if due is not None and (due > values.now or met or pending):
            values.viewer.org.interviews[key] = {
                "flow": name,
                "sobject": values.sobject,
                "record": record_id,
                "target": path["connector"]["targetReference"],
                "due": due.isoformat(),
            }


def _due(values: Values, path: Body) -> datetime | None:
    if path.get("pathType") == "AsyncAfterCommit":
        return values.now
    base = values.now
    if path.get("timeSource") == "RecordField":
        found = values.reference(f"$Record.{path['recordField']}")
        if found is None:
            return None
        base = found if isinstance(found, datetime) else datetime(found.year, found.month, found.day, tzinfo=UTC)
    return base + OFFSETS[path.get("offsetUnit", "Hours")] * int(path.get("offsetNumber", 0))


def run_due(org: Org, user: Record, saves: Saves) -> None:
    """Run scheduled paths and scheduled flows that are due; failures are recorded and fail no save."""
    now = org.now().astimezone(UTC)
    due = sorted((each["due"], key) for key, each in org.interviews.items())
    for moment, key in due:
        if datetime.fromisoformat(moment) <= now:
            pending = org.interviews.pop(key, None)  # an earlier one may have canceled it
            if pending is not None:
                _resume(org, user, saves, pending)
    for name, component in list(org.of_type("Flow").items()):
        version = _active_version(component)
        if version is not None and version["body"].get("start", {}).get("triggerType") == "Scheduled":
            _run_scheduled(org, user, saves, name, version)


def _resume(org: Org, user: Record, saves: Saves, pending: dict[str, Any]) -> None:
    row = find_row(org, pending["sobject"], pending["record"])
    component = org.of_type("Flow").get(pending["flow"])
    version = None if component is None else _active_version(component)
    if row is None or version is None:
        return
    trigger = Trigger(org, user, pending["sobject"], dict(row), dict(row))
    values = trigger.values(version["body"], datetime.fromisoformat(pending["due"]))
    _kept(org, pending["flow"], lambda: Interview(values, saves).run(pending["target"]))


def _run_scheduled(org: Org, user: Record, saves: Saves, name: str, version: dict[str, Any]) -> None:
    """A scheduled flow starts one interview per record; one run makes up for all missed ones."""
    flow: Body = version["body"]
    occurrence = _last_occurrence(flow["start"]["schedule"], org.now().astimezone(UTC))
    activated = str(version["activatedDate"]).replace(".000Z", "+00:00")
    if occurrence is None or occurrence.isoformat() <= max(activated, org.scheduled_runs.get(name, "")):
        return
    org.scheduled_runs[name] = occurrence.isoformat()
    sobject = version["object"]
    connector = flow["start"].get("connector")
    for row in rows(org, sobject) if sobject else []:
        values = Trigger(org, user, sobject, dict(row), dict(row)).values(flow, occurrence)
        if connector is not None and meets(values, sobject, row, flow["start"]):
            if not _may_start(org, occurrence):
                org.flow_errors.append({"flow": name, "at": org.timestamp(), "message": TOO_MANY_INTERVIEWS})
                return
            run = Interview(values, saves)
            _kept(org, name, lambda run=run, connector=connector: run.run(connector["targetReference"]))


def _may_start(org: Org, occurrence: datetime) -> bool:
    """Counts the interviews of scheduled flows by day; the org's limit is for any 24 hours [K]."""
    key = f"scheduled_interviews.{occurrence.date()}"
    if org.counters.get(key, 0) >= int(org.switch("scheduled_interviews_per_day")):
        return False
    org.count(key)
    return True


def _last_occurrence(schedule: Body, now: datetime) -> datetime | None:
    clock = str(schedule["startTime"])[:8]
    first = datetime.fromisoformat(f"{str(schedule['startDate'])[:10]}T{clock}+00:00")
    if now < first:
        return None
    period = PERIODS.get(schedule["frequency"])
    return first if period is None else first + period * ((now - first) // period)


def _kept(org: Org, name: str, step: Any) -> None:
    try:
        step()
    except (FlowError, EvaluationError, RestError) as error:
        text = error.message if isinstance(error, RestError) else str(error)
        org.flow_errors.append({"flow": name, "at": org.timestamp(), "message": text})
