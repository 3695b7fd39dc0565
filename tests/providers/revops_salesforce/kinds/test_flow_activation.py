"""Going live: how many records a scheduled flow would take."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_salesforce.flows.enrollment_count import where
from revops_salesforce.kinds.flow import Flow
from revops_salesforce.kinds.flow_activation import FlowActivation

from revops_iac.errors import AuthorError
from revops_iac.provider.kind import DesiredResource
from tests.diagnostics import refusals
from tests.providers.contract import example
from tests.providers.revops_salesforce.conftest import OpenSession

KIND = FlowActivation()
NAME = "Decay"


def filter_(field: str, operator: str = "EqualTo", **value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def flow(*filters: dict[str, Any], trigger: str = "Scheduled", logic: str = "and") -> dict[str, Any]:
    start = {"object": "Lead", "triggerType": trigger, "filters": list(filters), "filterLogic": logic}
    return {"name": NAME, "label": "Decay", "definition": {"start": start}}


def preflight_errors(open_session: OpenSession, inputs: dict[str, Any], **config: Any) -> list[str]:
    session = open_session(writes=False, **config)
    desired = DesiredResource("FlowActivation", NAME, NAME, {"name": NAME})
    session.declared = [DesiredResource("Flow", NAME, NAME, inputs), desired]
    return refusals(KIND, session, desired, session.find(KIND, NAME))


@pytest.fixture
def old_leads(accounts: RunningSimulators) -> RunningSimulators:
    """An org with three leads of Northwind and one of another company."""
    companies = ("Northwind", "Northwind", "Northwind", "Other")
    accounts.seed("salesforce", {"records": {"Lead": [{"LastName": "L", "Company": name} for name in companies]}})
    return accounts


def test_scheduled_flow_that_would_flood_is_refused_with_the_count(
    old_leads: RunningSimulators, open_session: OpenSession
) -> None:
    assert preflight_errors(open_session, flow(filter_("Company", stringValue="Northwind"))) == [
        f'Salesforce FlowActivation "{NAME}": enabling it would enroll 3 Lead records today, '
        "but revops:maxEnroll allows 0\n"
        "    fix: limit its filters to records since revops:goLive, or allow them: pulumi config set revops:maxEnroll 3"
    ]


def test_allowed_number_may_be_taken(old_leads: RunningSimulators, open_session: OpenSession) -> None:
    assert (
        preflight_errors(open_session, flow(filter_("Company", stringValue="Northwind")), **{"revops:maxEnroll": "3"})
        == []
    )


def test_go_live_date_takes_nothing_old(old_leads: RunningSimulators, open_session: OpenSession) -> None:
    later = filter_("CreatedDate", "GreaterThanOrEqualTo", dateTimeValue="2999-01-01T00:00:00.000Z")
    assert preflight_errors(open_session, flow(filter_("Company", stringValue="Northwind"), later)) == []


def test_flow_that_runs_after_a_save_takes_nothing_by_being_enabled(
    old_leads: RunningSimulators, open_session: OpenSession
) -> None:
    assert preflight_errors(open_session, flow(trigger="RecordAfterSave")) == []


def test_field_that_does_not_exist_yet_is_blank_everywhere(
    old_leads: RunningSimulators, open_session: OpenSession
) -> None:
    assert preflight_errors(open_session, flow(filter_("Score__c", "GreaterThan", numberValue=5))) == []
    found = preflight_errors(open_session, flow(filter_("Score__c", "IsNull", booleanValue=True)))
    assert found[0].startswith(
        f'Salesforce FlowActivation "{NAME}": enabling it would enroll up to 4 Lead records today'
    )


def test_flow_that_runs_already_is_not_counted(accounts: RunningSimulators, open_session: OpenSession) -> None:
    session = open_session()
    Flow().create(session, Flow().parse(example(Flow())))
    name = example(Flow())["name"]
    made = KIND.create(session, KIND.parse({"name": name}))
    desired = DesiredResource("FlowActivation", name, name, {"name": name})
    assert refusals(KIND, open_session(writes=False), desired, made) == []


def test_enabling_a_flow_that_is_not_there_is_refused(open_session: OpenSession) -> None:
    with pytest.raises(AuthorError) as refused:
        KIND.create(open_session(), KIND.parse({"name": "Nothing"}))
    assert str(refused.value) == (
        'Salesforce: flow "Nothing" does not exist in the org\n    fix: declare a Flow with this name'
    )


@pytest.mark.parametrize(
    ("item", "condition"),
    [
        (filter_("A", "EqualTo", stringValue="O'Neil"), "A = 'O\\'Neil'"),
        (filter_("A", "NotEqualTo", booleanValue=True), "A != true"),
        (filter_("A", "LessThanOrEqualTo", numberValue=2.5), "A <= 2.5"),
        (filter_("A", "GreaterThan", dateValue="2027-01-15"), "A > 2027-01-15"),
        (filter_("A", "GreaterThan", dateTimeValue="2027-01-15T00:00:00.000Z"), "A > 2027-01-15T00:00:00Z"),
        (filter_("A", "IsNull", booleanValue=False), "A != null"),
        (filter_("A", "StartsWith", stringValue="x"), "A LIKE 'x%'"),
    ],
)
def test_filters_read_as_soql(item: dict[str, Any], condition: str) -> None:
    assert where([item], "and") == condition


def test_filter_logic_reads_as_soql() -> None:
    items = [filter_(name, numberValue=1) for name in "ABC"]
    assert where(items, "1 AND (2 OR 3)") == "A = 1 AND ( B = 1 OR C = 1 )"
    assert where(items, "or") == "A = 1 OR B = 1 OR C = 1"
