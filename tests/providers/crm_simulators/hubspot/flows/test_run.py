"""Enabled workflows run: what their actions do, delays, branches, cascades, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

from tests.providers.crm_simulators.hubspot.workflows import (
    FLOWS,
    Portal,
    action,
    body,
    both,
    either,
    equals,
    known,
    put,
    to,
    wait,
    when,
)

NINE = {"hour": 9, "minute": 0}


@pytest.fixture
def portal(api: Any, sims: RunningSimulators) -> Portal:
    return Portal(api, sims)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def people(portal: Portal, *names: str) -> dict[str, dict[str, str]]:
    """Users by first name, with user id and owner id."""
    portal.sims.seed("hubspot", {"users": [{"email": f"{name}@x.io", "firstName": name} for name in names]})
    owners = portal.done("GET", "/crm/v3/owners", limit=100)["results"]
    return {o["firstName"]: {"user": str(o["userId"]), "owner": o["id"]} for o in owners if o["firstName"] in names}


def test_a_new_record_enrolls_and_actions_set_copy_clear_and_append(portal: Portal) -> None:
    portal.flow(
        put("jobtitle", "CEO"),
        put("city", type="OBJECT_PROPERTY", propertyName="firstname"),
        put("phone", ""),
        put("company", type="STATIC_APPEND_VALUE", staticAppendValue=" Ltd"),
    )
    made = portal.contact(email="a@x.io", firstname="Ada", phone="1", company="Acme")
    found = {name: portal.get(made, name) for name in ("jobtitle", "city", "phone", "company")}
    assert found == {"jobtitle": "CEO", "city": "Ada", "phone": None, "company": "Acme Ltd"}


def number(portal: Portal, name: str = "points") -> None:
    group = {"type": "number", "fieldType": "number", "groupName": "contactinformation"}
    portal.done("POST", "/crm/v3/properties/contacts", {"name": name, "label": name, **group})


def date_property(portal: Portal, name: str, kind: str = "datetime") -> None:
    group = {"type": kind, "fieldType": "date", "groupName": "contactinformation"}
    portal.done("POST", "/crm/v3/properties/contacts", {"name": name, "label": name, **group})


def test_increment_counts_from_nothing(portal: Portal) -> None:
    number(portal)
    portal.flow(put("points", type="INCREMENT", incrementAmount=3), put("points", type="INCREMENT", incrementAmount=-1))
    assert portal.get(portal.contact(email="a@x.io"), "points") == "2"


def test_calculation_property_follows_what_a_flow_sets(portal: Portal) -> None:
    number(portal)
    formula = {"name": "twice", "label": "Twice", "type": "number", "fieldType": "calculation_equation"}
    formula |= {"groupName": "contactinformation", "calculationFormula": "points * 2"}
    portal.done("POST", "/crm/v3/properties/contacts", formula)
    portal.flow(put("points", "4"))
    portal.flow(put("jobtitle", "Eight"), enrollmentCriteria=when(twice_is_eight()))
    made = portal.contact(email="a@x.io")
    assert (portal.get(made, "twice"), portal.get(made, "jobtitle")) == ("8", "Eight")


def twice_is_eight() -> dict[str, Any]:
    number_is = {"operationType": "NUMBER", "operator": "IS_EQUAL_TO", "value": 8}
    return {
        "filterType": "PROPERTY",
        "property": "twice",
        "operation": {**number_is, "includeObjectsWithNoValueSet": False},
    }


def test_timestamps_and_relative_dates_are_those_of_the_moment_the_action_was_due(portal: Portal) -> None:
    date_property(portal, "then")
    date_property(portal, "soon")
    delay = {"delta": 90, "timeUnit": "MINUTES", "daysOfWeek": []}
    portal.flow(
        wait(2),
        put("then", type="TIMESTAMP", timestampType="EXECUTION_TIME"),
        put("soon", type="RELATIVE_DATETIME", timeDelay=delay),
    )
    made = portal.contact(email="a@x.io")
    created = moment(portal.done("GET", f"/crm/v3/objects/contacts/{made}")["createdAt"])
    portal.after(days=30)
    then = moment(portal.get(made, "then"))
    assert timedelta(days=2) <= then - created < timedelta(days=2, seconds=5)
    assert moment(portal.get(made, "soon")) - then == timedelta(minutes=90)


def test_delay_holds_a_record_until_its_time(portal: Portal) -> None:
    portal.flow(wait(3, "HOURS"), put("jobtitle", "Late"))
    made = portal.contact(email="a@x.io")
    portal.after(hours=2.9)
    assert portal.get(made, "jobtitle") is None
    portal.after(hours=0.2)
    assert portal.get(made, "jobtitle") == "Late"


def test_delay_until_a_date_of_the_record(portal: Portal) -> None:
    date_property(portal, "starts", "date")
    date = {"type": "OBJECT_PROPERTY", "propertyName": "starts"}
    portal.flow(action("0-35", date=date, delta="1", time_unit="DAYS", time_of_day=NINE), put("jobtitle", "Started"))
    ahead = moment(portal.done("GET", "/_sim/clock")["now"]).date() + timedelta(days=5)
    waits, none = portal.contact(email="a@x.io", starts=ahead.isoformat()), portal.contact(email="b@x.io")
    assert portal.get(none, "jobtitle") == "Started"
    portal.after(days=4)
    assert portal.get(waits, "jobtitle") is None
    portal.after(days=3)
    assert portal.get(waits, "jobtitle") == "Started"


def test_rotation_gives_everybody_the_same_number(portal: Portal) -> None:
    who = people(portal, "ann", "bob", "cy")
    ids = [person["user"] for person in who.values()]
    portal.flow(action("0-11", user_ids=ids, target_property="hubspot_owner_id", overwrite_current_owner="true"))
    made = [portal.contact(email=f"c{n}@x.io") for n in range(6)]
    owners = [portal.get(one, "hubspot_owner_id") for one in made]
    assert {name: owners.count(person["owner"]) for name, person in who.items()} == {"ann": 2, "bob": 2, "cy": 2}


def test_rotation_keeps_an_owner_unless_it_may_overwrite(portal: Portal) -> None:
    who = people(portal, "ann", "bob")
    rotate = action("0-11", user_ids=[who["ann"]["user"]], target_property="hubspot_owner_id")
    portal.flow({**rotate, "fields": {**rotate["fields"], "overwrite_current_owner": "false"}})
    made = portal.contact(email="a@x.io", hubspot_owner_id=who["bob"]["owner"])
    assert portal.get(made, "hubspot_owner_id") == who["bob"]["owner"]


def test_task_has_an_owner_a_due_time_and_the_record(portal: Portal) -> None:
    who = people(portal, "ann", "bob")
    due = {"delta": "240", "time_unit": "MINUTES"}
    assigned = {"type": "CUSTOM", "value": who["bob"]["owner"]}
    portal.flow(
        action("0-3", subject="Call", task_type="CALL", priority="HIGH", due_time=due),
        action("0-3", subject="Watch", owner_assignment=assigned),
    )
    made = portal.contact(email="a@x.io", hubspot_owner_id=who["ann"]["owner"])
    call, watch = portal.tasks()
    assert (call["hs_task_subject"], call["hs_task_type"]) == ("Call", "CALL")
    assert (call["hubspot_owner_id"], watch["hubspot_owner_id"]) == (who["ann"]["owner"], who["bob"]["owner"])
    assert moment(call["hs_timestamp"]) - moment(watch["hs_timestamp"]) == timedelta(hours=4)
    linked = portal.done("GET", f"/crm/v4/objects/contacts/{made}/associations/tasks")["results"]
    assert len(linked) == 2


def test_notices_webhooks_and_code_are_kept_and_never_sent(portal: Portal) -> None:
    who = people(portal, "ann")
    url, auth = "https://hook.example/x", {"type": "AUTH_KEY", "secretName": "KEY"}
    hook = {"type": "WEBHOOK", "method": "POST", "webhookUrl": url, "queryParams": [], "authSettings": auth}
    code = {"type": "CUSTOM_CODE", "runtime": "PYTHON39", "sourceCode": "1 / 0"}
    told = {"subject": "Hello", "body": "<p>Hi</p>", "user_ids": [who["ann"]["user"]]}
    made = portal.contact(email="a@x.io")
    flow = portal.flow(action("0-8", **told), action("0-9", **told), hook, code)
    log = portal.runs(flow)["log"]
    assert [(entry["type"], entry["recordId"]) for entry in log] == [
        ("0-8", made),
        ("0-9", made),
        ("WEBHOOK", made),
        ("CUSTOM_CODE", made),
    ]
    assert (log[0]["userIds"], log[0]["subject"]) == ([who["ann"]["user"]], "Hello")
    assert (log[2]["method"], log[2]["webhookUrl"], "KEY" in str(log[2])) == ("POST", url, False)


def test_list_branch_takes_the_first_way_that_fits_and_else_the_default(portal: Portal) -> None:
    ways = [
        {"branchName": "Bosses", "filterBranch": either(both(equals("jobtitle", "CEO"))), "connection": to(2)},
        {"branchName": "Titled", "filterBranch": either(both(known("jobtitle"))), "connection": to(3)},
    ]
    split = {"type": "LIST_BRANCH", "listBranches": ways, "defaultBranch": to(4), "defaultBranchName": "Rest"}
    ends = [{**put("city", name), "connection": {}} for name in ("first", "second", "default")]
    portal.flow(split, *ends)
    made = [portal.contact(email=f"{n}@x.io", jobtitle=title) for n, title in enumerate(["CEO", "CTO", ""])]
    assert [portal.get(one, "city") for one in made] == ["first", "second", "default"]


def test_static_branch_compares_a_value(portal: Portal) -> None:
    desired = {"type": "OBJECT_PROPERTY", "propertyName": "jobtitle"}
    ways = [{"branchValue": "CEO", "connection": to(2)}]
    split = {"type": "STATIC_BRANCH", "inputValue": desired, "staticBranches": ways, "defaultBranch": to(3)}
    portal.flow(split, {**put("city", "boss"), "connection": {}}, put("city", "other"))
    made = [portal.contact(email=f"{title}@x.io", jobtitle=title) for title in ("CEO", "CTO")]
    assert [portal.get(one, "city") for one in made] == ["boss", "other"]


def test_test_branch_splits_by_its_shares(portal: Portal) -> None:
    ways = [{"percentage": 75, "connection": to(2)}, {"percentage": 25, "connection": to(3)}]
    portal.flow(
        {"type": "AB_TEST_BRANCH", "testBranches": ways}, {**put("city", "A"), "connection": {}}, put("city", "B")
    )
    cities = [portal.get(portal.contact(email=f"{n}@x.io"), "city") for n in range(8)]
    assert (cities.count("A"), cities.count("B")) == (6, 2)


def test_flow_makes_records_fills_lists_and_enrolls_elsewhere(portal: Portal) -> None:
    made_list = portal.done(
        "POST", "/crm/v3/lists", {"name": "Static", "objectTypeId": "0-1", "processingType": "MANUAL"}
    )["list"]["listId"]
    other = portal.flow(put("city", "Elsewhere"), enrollmentCriteria={"type": "MANUAL", "shouldReEnroll": False})
    listed = portal.flow(put("state", "Listed"), enrollmentCriteria=when(in_list(made_list)))
    value = {"type": "OBJECT_PROPERTY", "propertyName": "company"}
    portal.flow(
        action("0-14", object_type_id="0-2", properties=[{"targetProperty": "name", "value": value}]),
        action("0-63809083", listId=made_list),
        action("0-15", flow_id=other),
    )
    made = portal.contact(email="a@x.io", company="Acme")
    companies = portal.done("GET", "/crm/v3/objects/companies")["results"]
    assert [company["properties"]["name"] for company in companies] == ["Acme"]
    assert portal.done("GET", f"/crm/v3/lists/{made_list}/memberships")["results"][0]["recordId"] == made
    assert (portal.get(made, "city"), portal.get(made, "state"), portal.times(listed)) == ("Elsewhere", "Listed", 1)


def in_list(list_id: str) -> dict[str, str]:
    return {"filterType": "IN_LIST", "listId": list_id, "operator": "IN_LIST"}


def test_flows_that_follow_from_flows_run_in_the_same_moment(portal: Portal) -> None:
    portal.flow(put("city", "One"))
    portal.flow(put("state", "Two"), enrollmentCriteria=when(equals("city", "One")))
    portal.flow(put("zip", "Three"), enrollmentCriteria=when(equals("state", "Two")))
    assert portal.get(portal.contact(email="a@x.io"), "zip") == "Three"


def test_flows_that_start_each_other_on_and_on_are_stopped_and_reported(portal: Portal) -> None:
    one = portal.flow(put("city", "B"), enrollmentCriteria=when(equals("city", "A"), again=True))
    two = portal.flow(put("city", "A"), enrollmentCriteria=when(equals("city", "B"), again=True))
    portal.contact(email="a@x.io", city="A")
    (error,) = portal.runs()["errors"]
    assert error["message"] == "More than 20 enrollments that follow from each other"
    assert portal.times(one) + portal.times(two) == 21


def test_loop_without_a_delay_is_stopped_and_reported(portal: Portal) -> None:
    flow = portal.flow(put("city", "A"), {**put("state", "B"), "connection": to(1, "GOTO")})
    portal.contact(email="a@x.io")
    run = portal.runs(flow)
    assert run["errors"][0]["message"] == "More than 500 actions without a delay between them"
    assert run["flows"][flow]["ended"] == {"loop": 1}


def test_loop_with_a_delay_goes_round(portal: Portal) -> None:
    number(portal)
    again = {**wait(10), "connection": to(1, "GOTO")}
    portal.flow(put("points", type="INCREMENT", incrementAmount=1), again)
    made = portal.contact(email="a@x.io")
    portal.after(days=35)
    assert portal.get(made, "points") == "4"


def test_turning_a_flow_off_stops_who_waits_in_it(portal: Portal) -> None:
    flow = portal.flow(wait(1), put("jobtitle", "Late"))
    made = portal.contact(email="a@x.io")
    portal.enable(flow, False)
    portal.after(days=2)
    assert portal.get(made, "jobtitle") is None
    assert portal.runs(flow)["flows"][flow]["ended"] == {"flow is off": 1}
    assert portal.get(portal.contact(email="b@x.io"), "jobtitle") is None


def test_value_that_a_record_refuses_is_an_error_and_the_record_goes_on(portal: Portal) -> None:
    flow = portal.flow(put("hubspot_owner_id", "12"), put("city", "On"))
    made = portal.contact(email="a@x.io")
    (error,) = portal.runs(flow)["errors"]
    assert error["message"].startswith("action 1: Property values were not valid")
    assert portal.get(made, "city") == "On"


def test_deleted_record_leaves_its_flows(portal: Portal) -> None:
    flow = portal.flow(wait(1), action("0-18224765"))
    made = portal.contact(email="a@x.io")
    portal.done("DELETE", f"/crm/v3/objects/contacts/{made}")
    portal.after(days=2)
    assert portal.runs(flow)["flows"][flow]["ended"] == {"record is gone": 1}


def test_flows_do_not_run_when_switched_off(portal: Portal) -> None:
    portal.sims.control.switches.set("hubspot.flows_run", False)
    portal.flow(put("jobtitle", "CEO"))
    assert portal.get(portal.contact(email="a@x.io"), "jobtitle") is None


def test_what_waits_survives_a_dump_and_load(portal: Portal) -> None:
    portal.flow(wait(1), put("jobtitle", "Late"))
    made = portal.contact(email="a@x.io")
    simulator = portal.sims.simulators["hubspot"]
    simulator.load(simulator.dump())
    portal.after(days=2)
    assert portal.get(made, "jobtitle") == "Late"


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (
            action("0-46510720", sequenceId="1", senderType="OWNER"),
            "the simulator does not run action 1 (Enroll in sequence)",
        ),
        (
            put("city", type="FETCHED_OBJECT_PROPERTY", propertyToken="x"),
            "the simulator does not run action 1 with a value of type FETCHED_OBJECT_PROPERTY",
        ),
    ],
)
def test_what_is_not_modeled_is_refused_when_the_flow_is_enabled(
    portal: Portal, step: dict[str, Any], message: str
) -> None:
    status, answer = portal.api("POST", FLOWS, body(step))
    assert (status, answer["message"]) == (400, f"Invalid flow: {message}, so it is not enabled")
    assert portal.api("POST", FLOWS, body(step, isEnabled=False))[0] == 201


def test_what_is_not_modeled_is_reported_when_its_turn_comes_by_switch(portal: Portal) -> None:
    portal.sims.control.switches.set("hubspot.unmodeled_flow_parts", "report")
    flow = portal.flow(action("0-46510720", sequenceId="1", senderType="OWNER"), put("city", "On"))
    made = portal.contact(email="a@x.io")
    assert portal.runs(flow)["errors"][0]["message"] == "action 1: the simulator does not run 0-46510720"
    assert portal.get(made, "city") == "On"
