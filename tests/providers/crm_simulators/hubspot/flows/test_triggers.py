"""Who enrolls in a workflow: by filters, time, events, schedules, people; once or again; and who has to leave."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

from tests.providers.crm_simulators.hubspot.workflows import (
    Json,
    Portal,
    action,
    both,
    either,
    equals,
    known,
    put,
    wait,
    when,
    whenever,
    where,
)

FORM, PAGE, PROPERTY, CREATED = "4-1639801", "4-96000", "4-655002", "4-1463224"
NINE = {"hour": 9, "minute": 0}
SEVEN_DAYS = {"numberOfDays": 7, "requiresTimeZoneConversion": False}


@pytest.fixture
def portal(api: Any, sims: RunningSimulators) -> Portal:
    """A portal at noon UTC on Tuesday 1 December 2026, whose account is in UTC."""
    portal = Portal(api, sims)
    sims.seed("hubspot", {"account": {"timeZone": "UTC"}})
    portal.done("POST", "/_sim/clock", {"set": "2026-12-01T12:00:00Z"})
    return portal


def touched(portal: Portal, **changes: Any) -> str:
    """A workflow that marks whom it takes up."""
    return portal.flow(put("jobtitle", "Taken"), **changes)


def is_taken(portal: Portal, record_id: str) -> bool:
    taken: bool = portal.get(record_id, "jobtitle") == "Taken"
    return taken


def test_record_enrolls_when_a_write_makes_it_meet_the_criteria(portal: Portal) -> None:
    touched(portal, enrollmentCriteria=when(equals("city", "Oslo")))
    made = portal.contact(email="a@x.io")
    assert not is_taken(portal, made)
    portal.set(made, city="Oslo")
    assert is_taken(portal, made)


def test_record_does_not_enroll_again_by_default(portal: Portal) -> None:
    flow = touched(portal, enrollmentCriteria=when(equals("city", "Oslo")))
    made = portal.contact(email="a@x.io", city="Oslo")
    portal.set(made, city="Rome")
    portal.set(made, city="Oslo")
    assert portal.times(flow) == 1


def test_record_enrolls_again_each_time_it_meets_a_trigger_anew(portal: Portal) -> None:
    flow = touched(portal, enrollmentCriteria=when(equals("city", "Oslo"), again=True))
    made = portal.contact(email="a@x.io", city="Oslo")
    portal.set(made, phone="1")
    assert portal.times(flow) == 1
    portal.set(made, city="Rome")
    portal.set(made, city="Oslo")
    assert portal.times(flow) == 2


def test_record_that_is_still_in_the_flow_does_not_enroll_again(portal: Portal) -> None:
    flow = portal.flow(wait(1), enrollmentCriteria=when(equals("city", "Oslo"), again=True))
    made = portal.contact(email="a@x.io", city="Oslo")
    portal.set(made, city="Rome")
    portal.set(made, city="Oslo")
    assert portal.times(flow) == 1
    portal.sims.control.switches.set("hubspot.active_records_reenroll", True)
    portal.set(made, city="Rome")
    portal.set(made, city="Oslo")
    assert portal.times(flow) == 2


@pytest.mark.parametrize(("existing", "count"), [(True, 2), (False, 0)])
def test_enabling_takes_up_who_meets_the_criteria_already_by_switch(portal: Portal, existing: bool, count: int) -> None:
    portal.sims.control.switches.set("hubspot.flows_enroll_existing", existing)
    portal.sims.seed("hubspot", {"records": {"contacts": [{"email": "a@x.io"}, {"email": "b@x.io"}, {"city": "Oslo"}]}})
    flow = touched(portal, isEnabled=False)
    assert portal.times(flow) == 0
    portal.enable(flow)
    assert portal.times(flow) == count
    portal.contact(email="new@x.io")
    assert portal.times(flow) == count + 1


def test_enabling_a_second_time_takes_up_the_new_ones_only(portal: Portal) -> None:
    flow = touched(portal, enrollmentCriteria=when(known("email"), again=True))
    portal.contact(email="a@x.io")
    portal.enable(flow, False)
    portal.contact(email="b@x.io")
    assert portal.times(flow) == 1
    portal.enable(flow)
    assert portal.times(flow) == 2


def test_seeded_records_enroll_like_others(portal: Portal) -> None:
    flow = touched(portal)
    portal.sims.seed("hubspot", {"records": {"contacts": [{"email": "a@x.io"}]}})
    assert portal.times(flow) == 1


def test_date_filter_enrolls_when_its_time_has_come(portal: Portal) -> None:
    old = where("closedate", "ROLLING_DATE_RANGE", "IS_MORE_THAN_X_DAYS_AGO", **SEVEN_DAYS)
    touched(portal, enrollmentCriteria=when(old))
    made = portal.contact(email="a@x.io", closedate="2026-12-01T12:00:00Z")
    portal.after(days=6.9)
    assert not is_taken(portal, made)
    portal.after(days=0.2)
    assert is_taken(portal, made)


def test_date_filter_of_a_list_enrolls_at_the_very_moment_in_a_long_move_of_the_clock(portal: Portal) -> None:
    old = where("closedate", "ROLLING_DATE_RANGE", "IS_MORE_THAN_X_DAYS_AGO", **SEVEN_DAYS)
    body = {"name": "Old", "objectTypeId": "0-1", "processingType": "DYNAMIC", "filterBranch": either(both(old))}
    listed = portal.done("POST", "/crm/v3/lists", body)["list"]["listId"]
    group = {"type": "datetime", "fieldType": "date", "groupName": "contactinformation"}
    portal.done("POST", "/crm/v3/properties/contacts", {"name": "then", "label": "Then", **group})
    member = {"filterType": "IN_LIST", "listId": listed, "operator": "IN_LIST"}
    stamp = put("then", type="TIMESTAMP", timestampType="EXECUTION_TIME")
    portal.flow(stamp, enrollmentCriteria=when(member))
    made = portal.contact(email="a@x.io", closedate="2026-12-01T12:00:00Z")
    portal.after(days=60)
    assert datetime.fromisoformat(portal.get(made, "then")) == datetime.fromisoformat("2026-12-08T12:00:00.001Z")


def test_association_filter_looks_at_the_other_record(portal: Portal) -> None:
    branch = {
        **both(equals("name", "Acme")),
        "filterBranchType": "ASSOCIATION",
        "objectTypeId": "0-2",
        "associationTypeId": 279,
        "associationCategory": "HUBSPOT_DEFINED",
        "operator": "IN_LIST",
    }
    criteria = {**when(), "listFilterBranch": either({**both(), "filterBranches": [branch]})}
    touched(portal, enrollmentCriteria=criteria)
    made = portal.contact(email="a@x.io")
    company = portal.done("POST", "/crm/v3/objects/companies", {"properties": {"name": "Other"}})["id"]
    portal.done("PUT", f"/crm/v4/objects/contacts/{made}/associations/default/companies/{company}")
    assert not is_taken(portal, made)
    portal.done("PATCH", f"/crm/v3/objects/companies/{company}", {"properties": {"name": "Acme"}})
    assert is_taken(portal, made)


def test_events_enroll_each_time_and_only_from_now_on(portal: Portal) -> None:
    made = portal.contact(email="a@x.io")
    past = {"objectType": "contacts", "id": made, "eventTypeId": PAGE, "properties": {"hs_url": "/pricing"}}
    portal.sims.seed("hubspot", {"events": [past]})
    page = where("hs_url", "MULTISTRING", "CONTAINS", values=["/pricing"])
    flow = touched(portal, enrollmentCriteria=whenever(PAGE, page))
    once = touched(portal, enrollmentCriteria=whenever(PAGE, page, again=False))
    portal.happens(made, PAGE, hs_url="https://x.io/about")
    assert portal.times(flow) == 0
    portal.happens(made, PAGE, hs_url="https://x.io/pricing")
    portal.happens(made, PAGE, hs_url="https://x.io/pricing")
    assert (portal.times(flow), portal.times(once)) == (2, 1)


def test_form_submission_changes_the_recent_conversion_even_to_the_same_form(portal: Portal) -> None:
    name = equals("hs_name", "recent_conversion_event_name")
    form = where("hs_value", "MULTISTRING", "CONTAINS", values=["Request a demo"])
    flow = touched(portal, enrollmentCriteria=whenever(PROPERTY, name, form))
    by_event = touched(portal, enrollmentCriteria=whenever(FORM))
    made = portal.contact(email="a@x.io")
    for _ in range(2):
        portal.happens(made, FORM, hs_page_title="Demo", hs_form_name="Request a demo")
    assert (portal.times(flow), portal.times(by_event)) == (2, 2)
    assert portal.get(made, "recent_conversion_event_name") == "Demo: Request a demo"


def test_property_changes_and_creation_are_events(portal: Portal) -> None:
    changed = touched(portal, enrollmentCriteria=whenever(PROPERTY, equals("hs_name", "city")))
    created = touched(portal, enrollmentCriteria=whenever(CREATED))
    made = portal.contact(email="a@x.io")
    portal.set(made, city="Oslo")
    portal.set(made, city="Oslo")
    portal.set(made, phone="1")
    assert (portal.times(changed), portal.times(created)) == (1, 1)


def test_event_enrolls_only_who_meets_the_refinement(portal: Portal) -> None:
    refined = whenever(PAGE, refinementCriteria=either(both(equals("city", "Oslo"))))
    flow = touched(portal, enrollmentCriteria=refined)
    for city in ("Oslo", "Rome"):
        portal.happens(portal.contact(email=f"{city}@x.io", city=city), PAGE)
    assert portal.times(flow) == 1


def test_people_enroll_manually(portal: Portal) -> None:
    flow = touched(portal, enrollmentCriteria={"type": "MANUAL", "shouldReEnroll": False})
    made, other = portal.contact(email="a@x.io"), portal.contact(email="b@x.io")
    portal.done("POST", "/_sim/enroll", {"flowId": flow, "ids": [made]})
    portal.done("POST", "/_sim/enroll", {"flowId": flow, "ids": [made]})
    assert (is_taken(portal, made), is_taken(portal, other), portal.times(flow)) == (True, False, 1)


@pytest.mark.parametrize(
    ("schedule", "days"),
    [
        ({"type": "DAILY"}, [2, 3, 4, 5, 6, 7, 8]),
        ({"type": "WEEKLY", "daysOfWeek": ["MONDAY", "FRIDAY"]}, [4, 7]),
        ({"type": "MONTHLY_SPECIFIC_DAYS", "daysOfMonth": [3, 31]}, [3, 31]),
        ({"type": "MONTHLY_RELATIVE_DAYS", "monthlyRelativeDays": "FIRST_MONDAY_OF_MONTH"}, [7]),
        ({"type": "MONTHLY_RELATIVE_DAYS", "monthlyRelativeDays": "LAST_DAY_OF_MONTH"}, [31]),
        ({"type": "YEARLY", "month": "DECEMBER", "dayOfMonth": 5}, [5]),
    ],
)
def test_schedule_takes_up_who_meets_the_criteria_on_its_days(portal: Portal, schedule: Json, days: list[int]) -> None:
    made = portal.contact(email="a@x.io")
    flow = touched(
        portal,
        enrollmentCriteria=when(known("email"), again=True),
        enrollmentSchedule={**schedule, "timeOfDay": NINE},
    )
    assert portal.times(flow) == 0
    times = []
    for day in range(2, max(days) + 1):
        before = portal.times(flow)
        portal.after(days=1)
        times += [day] * (portal.times(flow) - before)
    assert times == days
    assert is_taken(portal, made)


def test_schedule_by_a_date_of_the_record(portal: Portal) -> None:
    schedule = {"type": "PROPERTY_BASED", "dateProperty": "closedate", "daysDelta": 2, "yearly": False}
    criteria = when(known("email"), again=True)
    touched(portal, enrollmentCriteria=criteria, enrollmentSchedule={**schedule, "timeOfDay": NINE})
    made = portal.contact(email="a@x.io", closedate="2026-12-05T00:00:00Z")
    portal.after(days=5)
    assert not is_taken(portal, made)
    portal.after(days=1)
    assert is_taken(portal, made)


def test_goal_ends_enrollments_and_keeps_others_out(portal: Portal) -> None:
    goal = either(both(known("city")))
    flow = portal.flow(wait(1), put("jobtitle", "Taken"), goalFilterBranch=goal)
    portal.contact(email="b@x.io", city="Oslo")
    made = portal.contact(email="a@x.io")
    portal.set(made, city="Oslo")
    portal.after(days=2)
    assert not is_taken(portal, made)
    assert portal.runs(flow)["flows"][flow]["ended"] == {"goal is met": 1}


def test_who_no_longer_meets_the_criteria_leaves_where_the_flow_says_so(portal: Portal) -> None:
    criteria = when(equals("city", "Oslo"))
    stays = portal.flow(wait(1), put("jobtitle", "Taken"), enrollmentCriteria=criteria)
    leaves = portal.flow(wait(1), enrollmentCriteria={**criteria, "unEnrollObjectsNotMeetingCriteria": True})
    made = portal.contact(email="a@x.io", city="Oslo")
    portal.set(made, city="Rome")
    portal.after(days=2)
    runs = portal.runs()["flows"]
    assert runs[stays]["ended"] == {"completed": 1}
    assert runs[leaves]["ended"] == {"criteria are no longer met": 1}


def test_suppression_list_keeps_out(portal: Portal) -> None:
    branch = either(both(equals("city", "Oslo")))
    body = {"name": "Kept out", "objectTypeId": "0-1", "processingType": "DYNAMIC", "filterBranch": branch}
    listed = int(portal.done("POST", "/crm/v3/lists", body)["list"]["listId"])
    flow = touched(portal, suppressionListIds=[listed])
    portal.contact(email="a@x.io", city="Oslo")
    assert portal.times(flow) == 0


def test_enrolling_here_ends_the_enrollment_elsewhere(portal: Portal) -> None:
    first = portal.flow(wait(5), enrollmentCriteria=when(known("email")))
    setting = {"type": "SELECTIVE", "flowIds": [first]}
    portal.flow(put("phone", "1"), enrollmentCriteria=when(known("city")), unEnrollmentSetting=setting)
    portal.set(portal.contact(email="a@x.io"), city="Oslo")
    assert portal.runs(first)["flows"][first]["ended"] == {"enrolled elsewhere": 1}


def test_flows_of_other_objects_run_on_their_records(portal: Portal) -> None:
    won = where("dealstage", "ENUMERATION", "IS_ANY_OF", values=["closedwon"])
    portal.flow(
        action("0-3", subject="Kick off"), type="PLATFORM_FLOW", objectTypeId="0-3", enrollmentCriteria=when(won)
    )
    deals = "/crm/v3/objects/deals"
    deal = portal.done("POST", deals, {"properties": {"dealname": "D", "dealstage": "qualifiedtobuy"}})
    portal.done("PATCH", f"{deals}/{deal['id']}", {"properties": {"dealstage": "closedwon"}})
    assert [one["hs_task_subject"] for one in portal.tasks()] == ["Kick off"]


def test_event_of_an_unknown_kind_or_that_follows_from_a_write_is_refused(portal: Portal) -> None:
    made = portal.contact(email="a@x.io")
    for kind, message in (
        ("9-9", "event type 9-9 is not known"),
        (PROPERTY, f"event: {PROPERTY} is raised only by writing a record"),
    ):
        status, answer = portal.api("POST", "/_sim/event", {"objectType": "0-1", "id": made, "eventTypeId": kind})
        assert (status, answer) == (400, {"error": message})


def test_the_same_history_gives_the_same_state(portal: Portal) -> None:
    def history() -> Any:
        portal.sims.reset()
        portal.done("POST", "/_sim/clock", {"set": "2026-12-01T12:00:00Z"})
        portal.flow(wait(1, "HOURS"), put("city", "A"))
        portal.flow(wait(1, "HOURS"), put("city", "B"))
        made = [portal.contact(email=f"{n}@x.io") for n in range(5)]
        portal.after(hours=2)
        return [portal.get(one, "city") for one in made], [portal.times(flow) for flow in portal.runs()["flows"]]

    assert history() == history() == (["B"] * 5, [5, 5])


def test_a_reset_portal_forgets_the_filters_of_earlier_flows(portal: Portal) -> None:
    old = where("closedate", "ROLLING_DATE_RANGE", "IS_MORE_THAN_X_DAYS_AGO", **SEVEN_DAYS)
    for filters in ([known("email")], [old]):
        portal.sims.reset()
        live = portal.sims.simulators["hubspot"]
        touched(portal, enrollmentCriteria=when(*filters))
        for flow in live.flows.live.values():  # type: ignore[attr-defined]
            flow["updatedAt"] = "2026-12-01T12:00:00.000Z"
        made = portal.contact(email="a@x.io", closedate=portal.done("GET", "/_sim/clock")["now"])
    portal.after(days=8)
    assert is_taken(portal, made)


def test_record_enrolls_again_when_the_property_of_a_trigger_changes(portal: Portal) -> None:
    change = both(
        {"filterType": "PROPERTY", "property": "hs_name"}
        | {"operation": {"operationType": "STRING", "operator": "IS_EQUAL_TO", "value": "phone"}},
        {"filterType": "PROPERTY", "property": "hs_value"}
        | {"operation": {"operationType": "ALL_PROPERTY", "operator": "IS_KNOWN"}},
    )
    criteria = when(equals("city", "Oslo"), again=True) | {"reEnrollmentTriggersFilterBranches": [change]}
    flow = touched(portal, enrollmentCriteria=criteria)
    made = portal.contact(email="a@x.io", city="Oslo")
    portal.set(made, email="b@x.io")
    assert portal.times(flow) == 1
    portal.set(made, phone="1")
    assert portal.times(flow) == 2
    portal.set(made, phone="")
    assert portal.times(flow) == 2
    portal.set(made, city="Rome", phone="2")
    assert portal.times(flow) == 2
