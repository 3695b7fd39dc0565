"""Business hours and holidays of the model, and what an org does with them."""

from __future__ import annotations

from typing import Any

from crm_simulators.server import RunningSimulators
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.kinds.business_hours import BusinessHours
from revops_salesforce.kinds.group import Group
from revops_salesforce.kinds.holiday import Holiday

from revops_iac.compile import validated
from revops_iac.model import Model
from tests.providers.contract import example
from tests.providers.revops_salesforce.compiled_model import by_key, compiled, reference_model
from tests.providers.revops_salesforce.conftest import OpenSession

HOURS, DAY, GROUP = BusinessHours(), Holiday(), Group()
OURS = example(HOURS)
DEFAULT = "Default"


def active(client: SalesforceClient) -> dict[str, bool]:
    rows = client.query("SELECT Name, IsActive FROM BusinessHours")
    return {row["Name"]: row["IsActive"] for row in rows}


def test_hours_and_holidays_of_the_model_bear_names_of_their_own() -> None:
    made = compiled(reference_model())
    hours, holidays = by_key(made, "BusinessHours"), by_key(made, "Holiday")
    assert hours["default"].inputs["name"] == "RevOps Default"
    assert hours["default"].inputs["days"]["friday"] == "09:00-17:00"
    assert holidays["new_year"].inputs == {
        "name": "RevOps New Year",
        "date": "2027-01-01",
        "business_hours": ["RevOps Default"],
        "description": "New Year",
    }


def test_a_holiday_of_one_calendar_interrupts_that_one_only() -> None:
    people = reference_model().topic("people")
    people["business_hours"]["gulf"] = {"time_zone": "Asia/Dubai", "days": {"sunday": "09:00-17:00"}}
    people["holidays"]["new_year"]["business_hours"] = ["gulf"]
    holidays = by_key(compiled(Model.model_validate({"people": people})), "Holiday")
    assert holidays["new_year"].inputs["business_hours"] == ["RevOps Gulf"]
    assert holidays["christmas"].inputs["business_hours"] == ["RevOps Default", "RevOps Gulf"]


def test_hours_of_others_stay_when_ours_are_written_and_retired(
    open_session: OpenSession, client: SalesforceClient
) -> None:
    session = open_session()
    made = HOURS.create(session, HOURS.parse(OURS))
    assert active(client) == {DEFAULT: True, OURS["name"]: True}

    HOURS.delete(session, made, HOURS.state(OURS))
    assert active(client) == {DEFAULT: True, OURS["name"]: False}


def test_a_day_that_is_closed_now_has_no_times_any_more(open_session: OpenSession, client: SalesforceClient) -> None:
    session = open_session()
    made = HOURS.create(session, HOURS.parse(OURS))
    HOURS.update(session, made, HOURS.parse({**OURS, "days": {"tuesday": "09:00-17:00"}}))
    (row,) = client.query(f"SELECT MondayStartTime, TuesdayStartTime FROM BusinessHours WHERE Name = '{OURS['name']}'")
    assert (row["MondayStartTime"], row["TuesdayStartTime"]) == (None, "09:00:00.000Z")


def test_the_default_is_adopted_and_never_switched_off(
    open_session: OpenSession, client: SalesforceClient, capfd: Any
) -> None:
    session = open_session()
    made = HOURS.create(session, HOURS.parse({**OURS, "default": True}))
    rows = client.query("SELECT Name FROM BusinessHours WHERE IsDefault = true")
    assert [row["Name"] for row in rows] == [OURS["name"]]

    HOURS.delete(session, made, HOURS.state(OURS))
    assert active(client)[OURS["name"]] is True
    assert "stays, as the default of the org" in capfd.readouterr().err


def test_holidays_are_tied_to_hours_and_those_of_others_stay(
    accounts: RunningSimulators, open_session: OpenSession, client: SalesforceClient
) -> None:
    client.send("POST", "sobjects/Holiday", {"Name": "Theirs", "ActivityDate": "2026-12-25"})
    session = open_session()
    HOURS.create(session, HOURS.parse(OURS))
    made = DAY.create(session, DAY.parse(example(DAY)))
    live = {row["Name"] for row in client.query("SELECT Name FROM Holiday")}
    assert live == {"Theirs", "Founders' day"}
    found = open_session().find(DAY, "Founders' day")
    assert found is not None
    assert found.definition["business_hours"] == [OURS["name"]]

    DAY.delete(session, made, DAY.state({}))
    assert [row["Name"] for row in client.query("SELECT Name FROM Holiday")] == ["Theirs"]


def test_people_of_a_group_come_and_go_and_its_groups_stay(
    accounts: RunningSimulators, open_session: OpenSession, client: SalesforceClient
) -> None:
    accounts.seed("salesforce", {"users": [{"Username": "ann@acme.example"}]})
    session = open_session()
    made = GROUP.create(session, GROUP.parse(example(GROUP)))
    inner = GROUP.create(session, GROUP.parse(validated(GROUP, {"name": "Inner", "label": "Inner"})))
    ids = {row["DeveloperName"]: row["Id"] for row in client.query("SELECT Id, DeveloperName FROM Group")}
    client.send("POST", "sobjects/GroupMember", {"GroupId": ids[made.name], "UserOrGroupId": ids[inner.name]})

    GROUP.update(session, made, GROUP.parse({**example(GROUP), "members": ["ann@acme.example"]}))

    live = open_session().find(GROUP, made.name)
    assert live is not None
    assert live.definition["members"] == ["ann@acme.example"]
    assert client.count(f"SELECT COUNT() FROM GroupMember WHERE GroupId = '{ids[made.name]}'") == 2
