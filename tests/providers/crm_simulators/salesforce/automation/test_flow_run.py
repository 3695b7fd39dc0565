"""Active flows run: before and after saves, on scheduled paths and on their own schedule."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.providers.crm_simulators.salesforce.conftest import Client

MORNING = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)


def node(name: str, then: str | None = None, **content: Any) -> dict[str, Any]:
    connector = {} if then is None else {"connector": {"targetReference": then}}
    return {"name": name, "label": name, "locationX": 0, "locationY": 0, **connector, **content}


def assign(field: str, **given: Any) -> dict[str, Any]:
    return {"field": field, "value": given}


def start(then: str | None, when: str = "RecordAfterSave", **content: Any) -> dict[str, Any]:
    connector = {} if then is None else {"connector": {"targetReference": then}}
    common = {"object": "Lead", "triggerType": when, "recordTriggerType": "CreateAndUpdate"}
    return {"locationX": 0, "locationY": 0, **common, **connector, **content}


def activate(simulators: RunningSimulators, name: str = "F", **content: Any) -> None:
    flow = {"label": name, "apiVersion": 63.0, "processType": "AutoLaunchedFlow", "status": "Active", **content}
    simulators.seed("salesforce", {"components": {"Flow": {name: flow}}})


def set_record(name: str, field: str, then: str | None = None, **given: Any) -> dict[str, Any]:
    return node(name, then, inputReference="$Record", inputAssignments=[assign(field, **given)])


def task(subject: str, then: str | None = None) -> dict[str, Any]:
    inputs = [assign("Subject", stringValue=subject), assign("WhoId", elementReference="$Record.Id")]
    return node("Make_Task", then, object="Task", inputAssignments=inputs)


def lead(client: Client, **values: Any) -> str:
    return str(client.sf.Lead.create({"LastName": "Doe", "Company": "Acme", **values})["id"])


def subjects(client: Client) -> list[str]:
    return [row["Subject"] for row in client.sf.query("SELECT Subject FROM Task ORDER BY Subject")["records"]]


def test_before_save_flow_changes_the_record_itself(client: Client, simulators: RunningSimulators) -> None:
    filters = [{"field": "Country", "operator": "EqualTo", "value": {"stringValue": "US"}}]
    begin = start("Set", "RecordBeforeSave", filters=filters, filterLogic="and")
    activate(simulators, start=begin, recordUpdates=[set_record("Set", "Rating", stringValue="Hot")])
    assert client.sf.Lead.get(lead(client, Country="US"))["Rating"] == "Hot"
    assert client.sf.Lead.get(lead(client, Country="DE"))["Rating"] is None


def test_after_save_flow_makes_a_task_with_merge_fields(client: Client, simulators: RunningSimulators) -> None:
    activate(simulators, start=start("Make_Task"), recordCreates=[task("Call {!$Record.Name}")])
    made = lead(client)
    assert client.sf.query("SELECT Subject, WhoId FROM Task")["records"][0]["WhoId"] == made
    assert subjects(client) == ["Call Doe"]


def test_inactive_flow_and_switched_off_flows_do_not_run(client: Client, simulators: RunningSimulators) -> None:
    activate(simulators, start=start("Make_Task"), recordCreates=[task("Call")], status="Draft")
    lead(client)
    activate(simulators, start=start("Make_Task"), recordCreates=[task("Call")], status="Active")
    simulators.control.switches.set("salesforce.flows_run", False)
    lead(client)
    assert subjects(client) == []


def test_flow_runs_only_when_the_record_comes_to_meet_its_criteria(
    client: Client, simulators: RunningSimulators
) -> None:
    filters = [{"field": "Rating", "operator": "EqualTo", "value": {"stringValue": "Hot"}}]
    begin = start("Make_Task", filters=filters, doesRequireRecordChangedToMeetCriteria=True)
    activate(simulators, start=begin, recordCreates=[task("Call")])
    made = lead(client)
    client.sf.Lead.update(made, {"Rating": "Hot"})
    client.sf.Lead.update(made, {"Rating": "Hot", "City": "Oslo"})
    assert subjects(client) == ["Call"]


def test_decisions_formulas_variables_and_lookups_find_the_owner(client: Client, simulators: RunningSimulators) -> None:
    made = simulators.seed("salesforce", {"users": [{"Username": "maya@example.com"}]})
    condition = {"leftValueReference": "Is_Big", "operator": "EqualTo", "rightValue": {"booleanValue": True}}
    rule: dict[str, Any] = {"name": "Big", "label": "Big", "conditionLogic": "and", "conditions": [condition]}
    rule["connector"] = {"targetReference": "Name_Maya"}
    item = {"assignToReference": "Username", "operator": "Assign", "value": {"stringValue": "maya@example.com"}}
    named = [{"field": "Username", "operator": "EqualTo", "value": {"elementReference": "Username"}}]
    activate(
        simulators,
        start=start("Size", doesRequireRecordChangedToMeetCriteria=True, recordTriggerType="Create"),
        decisions=[node("Size", rules=[rule], defaultConnectorLabel="Small")],
        formulas=[{"name": "Is_Big", "dataType": "Boolean", "expression": "{!$Record.NumberOfEmployees} >= 1000"}],
        variables=[{"name": "Username", "dataType": "String"}],
        assignments=[node("Name_Maya", "Find", assignmentItems=[item])],
        recordLookups=[node("Find", "Give", object="User", filters=named, getFirstRecordOnly=True)],
        recordUpdates=[set_record("Give", "OwnerId", elementReference="Find.Id")],
    )
    assert client.sf.Lead.get(lead(client, NumberOfEmployees=5000))["OwnerId"] == made["users"]["maya@example.com"]
    assert client.sf.Lead.get(lead(client, NumberOfEmployees=5))["OwnerId"] != made["users"]["maya@example.com"]


def test_flow_sees_the_record_of_its_own_save(client: Client, simulators: RunningSimulators) -> None:
    activate(
        simulators,
        "A",
        start=start("Set", recordTriggerType="Create"),
        recordUpdates=[set_record("Set", "City", stringValue="Oslo")],
    )
    filters = [{"field": "City", "operator": "EqualTo", "value": {"stringValue": "Oslo"}}]
    begin = start("Make_Task", filters=filters, doesRequireRecordChangedToMeetCriteria=True)
    activate(simulators, "B", start=begin, recordCreates=[task("Call")])
    lead(client)
    assert subjects(client) == ["Call"], "once, for the update that A made, not again for the save that started A"


def test_failing_flow_fails_the_save_and_leaves_nothing(client: Client, simulators: RunningSimulators) -> None:
    activate(simulators, start=start("Set"), recordUpdates=[set_record("Set", "OwnerId", stringValue="")])
    with pytest.raises(SalesforceMalformedRequest) as error:
        lead(client)
    assert error.value.content[0]["errorCode"] == "CANNOT_EXECUTE_FLOW_TRIGGER"
    assert error.value.content[0]["message"] == (
        "We can't save this record because the “F” process failed. Give your Salesforce admin these details. "
        "Set: Required fields are missing: [OwnerId]"
    )
    assert client.sf.query("SELECT COUNT() FROM Lead")["totalSize"] == 0


def test_fault_path_catches_the_failure(client: Client, simulators: RunningSimulators) -> None:
    failing = set_record("Set", "OwnerId", stringValue="")
    failing["faultConnector"] = {"targetReference": "Make_Task"}
    activate(simulators, start=start("Set"), recordUpdates=[failing], recordCreates=[task("Failed")])
    lead(client)
    assert subjects(client) == ["Failed"]


def test_flows_that_start_each_other_on_and_on_are_stopped(client: Client, simulators: RunningSimulators) -> None:
    longer = {"name": "Longer", "dataType": "String", "expression": '{!$Record.City} & "x"'}
    activate(
        simulators,
        start=start("Set"),
        formulas=[longer],
        recordUpdates=[set_record("Set", "City", elementReference="Longer")],
    )
    with pytest.raises(SalesforceMalformedRequest, match="Maximum depth of flow recursion reached"):
        lead(client)


def scheduled_task(simulators: RunningSimulators) -> None:
    path = {"name": "Later", "label": "Later", "offsetNumber": 4, "offsetUnit": "Hours"}
    path |= {"timeSource": "RecordTriggerEvent", "connector": {"targetReference": "Make_Task"}}
    filters = [{"field": "Rating", "operator": "EqualTo", "value": {"stringValue": "Hot"}}]
    activate(simulators, start=start(None, filters=filters, scheduledPaths=[path]), recordCreates=[task("Late")])


def test_scheduled_path_runs_when_its_time_has_come(client: Client, simulators: RunningSimulators) -> None:
    scheduled_task(simulators)
    lead(client, Rating="Hot")
    simulators.control.clock.advance(3 * 3600)
    assert subjects(client) == []
    simulators.control.clock.advance(2 * 3600)
    assert subjects(client) == ["Late"]


def test_record_that_stops_meeting_the_criteria_loses_its_path(client: Client, simulators: RunningSimulators) -> None:
    scheduled_task(simulators)
    client.sf.Lead.update(lead(client, Rating="Hot"), {"Rating": "Cold"})
    simulators.control.clock.advance(5 * 3600)
    assert subjects(client) == []


def test_path_that_another_flows_update_started_is_kept(client: Client, simulators: RunningSimulators) -> None:
    begin = start("Set", recordTriggerType="Create")
    activate(simulators, "A", start=begin, recordUpdates=[set_record("Set", "Rating", stringValue="Hot")])
    scheduled_task(simulators)
    lead(client)
    simulators.control.clock.advance(5 * 3600)
    assert subjects(client) == ["Late"]


def test_paths_that_one_jump_of_the_clock_passes_run_all(client: Client, simulators: RunningSimulators) -> None:
    paths = [
        {
            "name": f"After_{hours}",
            "label": f"After {hours}",
            "offsetNumber": hours,
            "offsetUnit": "Hours",
            "timeSource": "RecordTriggerEvent",
            "connector": {"targetReference": "Mark"},
        }
        for hours in (4, 48)
    ]
    begin = start(None, scheduledPaths=paths, doesRequireRecordChangedToMeetCriteria=True)
    mark = set_record("Mark", "Rating", "Make_Task", stringValue="Hot")
    activate(simulators, start=begin, recordUpdates=[mark], recordCreates=[task("Late")])
    lead(client)
    simulators.control.clock.advance(72 * 3600)
    assert subjects(client) == ["Late", "Late"]


def test_scheduled_flow_runs_once_per_record_and_occurrence(client: Client, simulators: RunningSimulators) -> None:
    simulators.control.clock.set(MORNING)
    schedule = {"frequency": "Daily", "startDate": "2027-03-01", "startTime": "06:00:00.000Z"}
    begin = start("Make_Task", "Scheduled", schedule=schedule)
    begin.pop("recordTriggerType")
    lead(client)
    lead(client)
    activate(simulators, start=begin, recordCreates=[task("Stale")])
    assert subjects(client) == [], "the run of this morning was before the activation"
    simulators.control.clock.advance(23 * 3600)
    assert subjects(client) == ["Stale", "Stale"]
    simulators.control.clock.advance(3600)
    assert len(subjects(client)) == 2


def test_scheduled_flows_stop_at_the_daily_limit(client: Client, simulators: RunningSimulators) -> None:
    simulators.control.switches.set("salesforce.scheduled_interviews_per_day", 1)
    simulators.control.clock.set(MORNING)
    schedule = {"frequency": "Daily", "startDate": "2027-03-01", "startTime": "06:00:00.000Z"}
    begin = start("Make_Task", "Scheduled", schedule=schedule)
    begin.pop("recordTriggerType")
    lead(client)
    lead(client)
    activate(simulators, start=begin, recordCreates=[task("Stale")])
    simulators.control.clock.advance(23 * 3600)
    assert subjects(client) == ["Stale"]
    (error,) = simulators.dump("salesforce")["flow_errors"]
    assert error["message"] == "The number of schedule-triggered flow interviews exceeds the limit of 24 hours."
    simulators.control.clock.advance(24 * 3600)
    assert subjects(client) == ["Stale", "Stale"], "the next day has its own"


def test_mail_is_kept_to_be_looked_at(client: Client, simulators: RunningSimulators) -> None:
    parameters = [
        {"name": "emailAddresses", "value": {"stringValue": "maya@example.com"}},
        {"name": "emailSubject", "value": {"stringValue": "Missed: {!$Record.Company}"}},
    ]
    mail = node("Mail", actionName="emailSimple", actionType="emailSimple", inputParameters=parameters)
    activate(simulators, start=start("Mail"), actionCalls=[mail])
    lead(client)
    (sent,) = simulators.dump("salesforce")["actions"]
    assert sent["parameters"] == {"emailAddresses": "maya@example.com", "emailSubject": "Missed: Acme"}


def test_flow_writes_fields_that_the_user_cannot_see(client: Client, simulators: RunningSimulators) -> None:
    client.create(client.text_field())
    activate(
        simulators,
        start=start("Set", "RecordBeforeSave"),
        recordUpdates=[set_record("Set", "Tier__c", stringValue="gold")],
    )
    made = lead(client)
    assert simulators.dump("salesforce")["records"]["Lead"][made]["Tier__c"] == "gold"


def test_flow_with_an_element_that_does_not_run_here_is_kept_and_never_runs(
    client: Client, simulators: RunningSimulators
) -> None:
    client.create(client.text_field())
    loop = {"name": "Each", "label": "Each", "collectionReference": "$Record", "iterationOrder": "Asc"}
    activate(
        simulators,
        start=start("Set", "RecordBeforeSave"),
        recordUpdates=[set_record("Set", "Tier__c", stringValue="gold")],
        loops=[{**loop, "locationX": 0, "locationY": 0}],
    )
    made = lead(client)
    assert "Tier__c" not in simulators.dump("salesforce")["records"]["Lead"][made]
    found = simulators.simulators["salesforce"].views()["unmodeled"]()["unmodeled"]
    assert [(each["type"], each["parts"]) for each in found] == [("Flow", ["loops"])]
