"""Who enters a workflow: `enroll` as people write it, and HubSpot's enrollment criteria [S]."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import model_validator

from revops_hubspot.filters.branches import (
    EventText,
    FilterText,
    TriggerText,
    compile_event,
    compile_filter,
    compile_triggers,
    readable,
    readable_event,
    readable_trigger,
    refused,
)
from revops_hubspot.filters.canonical import canonical_filters, canonical_root
from revops_hubspot.workflows.schedule import Schedule, from_json, to_json
from revops_hubspot.workflows.steps import exactly_one
from revops_iac.provider.inputs import Part

Json = dict[str, Any]


class Enroll(Part):
    """Exactly one of `when`, `events` and `manual`. Records that were in it before come again only with `re_enroll`."""

    when: FilterText | None = None
    events: list[EventText] | None = None
    """Records for which one of these happens: `has completed event form_submission where (…)`, `email changed`,
    `amount changed and now > 100`, or `in list "Hot leads"` when they enter the segment.
    """
    only_if: FilterText | None = None
    """With `events`: records that pass this too."""
    manual: Literal[True] | None = None
    re_enroll: bool = False
    re_enroll_on: list[TriggerText] | None = None
    """With `when`: what enrolls again, such as `dealstage changed and now is any of [contractsent]`; the filters of
    `when` themselves when it is absent.
    """
    leave_when_not_met: bool | None = None
    """With `when`: records that no longer pass leave the workflow."""
    schedule: Schedule | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        exactly_one(self, ("when", "events", "manual"))
        for name, needed in (("only_if", "events"), ("re_enroll_on", "when"), ("leave_when_not_met", "when")):
            if getattr(self, name) is not None and getattr(self, needed) is None:
                raise refused(f"{name} goes with {needed} only", f"remove {name}")
        return self


def schedule_of(enroll: Json) -> Json | None:
    """The enrollment schedule, None without one."""
    return to_json(enroll["schedule"]) if "schedule" in enroll else None


def criteria(enroll: Json, object_: str) -> Json:
    """The enrollment criteria. Raises FilterError."""
    again = bool(enroll.get("re_enroll"))
    if "manual" in enroll:
        return {"type": "MANUAL", "shouldReEnroll": again}
    if "events" in enroll:
        only_if = {"refinementCriteria": compile_filter(enroll["only_if"], object_)} if "only_if" in enroll else {}
        starts = [compile_event(text, object_) for text in enroll["events"]]
        return {
            "type": "EVENT_BASED",
            "shouldReEnroll": again,
            "eventFilterBranches": [one for one in starts if one["filterBranchType"] == "UNIFIED_EVENTS"],
            "listMembershipFilterBranches": [one for one in starts if one["filterBranchType"] == "AND"],
            **only_if,
        }
    filters = compile_filter(enroll["when"], object_)
    return {
        "type": "LIST_BASED",
        "shouldReEnroll": again,
        "unEnrollObjectsNotMeetingCriteria": bool(enroll.get("leave_when_not_met")),
        "listFilterBranch": filters,
        "reEnrollmentTriggersFilterBranches": _triggers(enroll, filters, object_) if again else [],
    }


def _triggers(enroll: Json, filters: Json, object_: str) -> list[Json]:
    """AND branches and events; a text of several alternatives is several triggers."""
    if "re_enroll_on" not in enroll:
        return list(filters["filterBranches"])
    return [trigger for text in enroll["re_enroll_on"] for trigger in compile_triggers(text, object_)]


def enroll_of(criteria_: Json | None, schedule_: Json | None, object_: str) -> Json | None:
    """The words for criteria and schedule as HubSpot keeps them; None where there are none."""
    try:
        message = _enroll(dict(criteria_ or {}), object_)
        if schedule_:
            message["schedule"] = from_json(schedule_)
        same = canonical_filters(criteria(message, object_)) == canonical_filters(_whole(criteria_ or {}))
    except (KeyError, ValueError, TypeError, AttributeError):
        return None
    return message if same and schedule_of(message) == (schedule_ or None) else None


def _whole(criteria_: Json) -> Json:
    """With what HubSpot may leave out."""
    empty: Json = {"EVENT_BASED": {"listMembershipFilterBranches": []}}.get(criteria_["type"], {})
    if criteria_["type"] == "LIST_BASED":
        empty = {"unEnrollObjectsNotMeetingCriteria": False, "reEnrollmentTriggersFilterBranches": []}
    return {**empty, **criteria_}


def _enroll(message: Json, object_: str) -> Json:
    again: Json = {"re_enroll": bool(message.get("shouldReEnroll"))}
    if message["type"] == "MANUAL":
        return {"manual": True, **again}
    if message["type"] == "EVENT_BASED":
        starts = [*message["eventFilterBranches"], *(message.get("listMembershipFilterBranches") or ())]
        events = [_words(readable_event(branch, object_)) for branch in starts]
        refined = message.get("refinementCriteria")
        return {"events": events, **again} | ({"only_if": _words(readable(refined, object_))} if refined else {})
    when = _words(readable(message["listFilterBranch"], object_))
    leaves = {"leave_when_not_met": True} if message.get("unEnrollObjectsNotMeetingCriteria") else {}
    return {"when": when, **again, **leaves, **_re_enroll_on(message, object_)}


def _re_enroll_on(message: Json, object_: str) -> Json:
    triggers = message.get("reEnrollmentTriggersFilterBranches") or []
    if not message.get("shouldReEnroll"):
        return {}
    whole = canonical_root(message["listFilterBranch"])["filterBranches"]
    if canonical_filters({"filterBranches": triggers})["filterBranches"] == whole:
        return {}
    return {"re_enroll_on": [_words(readable_trigger(branch, object_)) for branch in triggers]}


def _words(text: str | None) -> str:
    if text is None:
        raise ValueError("a filter has no words")
    return text
