"""Record types and their business processes: kept for good, the choices of others with them."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_salesforce.kinds.business_process import BusinessProcess
from revops_salesforce.kinds.record_type import RecordType
from revops_salesforce.kinds.standard_value_set import StandardValueSet

from tests.providers.revops_salesforce.conftest import OpenSession
from tests.providers.typed_inputs import desired_resource

KIND, PROCESS = RecordType(), BusinessProcess()
STAGES: dict[str, Any] = {"object": "Opportunity", "name": "Short", "values": ["Closed Won", "Proposal/Price Quote"]}
OURS: dict[str, Any] = {
    "object": "Opportunity",
    "name": "Short",
    "label": "Short",
    "active": True,
    "business_process": "Short",
    "picklist_values": [{"picklist": "LeadSource", "values": ["Web"]}],
}


def test_order_and_encoding_of_values_are_no_difference(open_session: OpenSession) -> None:
    PROCESS.create(open_session(), PROCESS.parse(STAGES))
    live = open_session().find(PROCESS, "Opportunity.Short")
    assert live is not None
    assert live.definition["values"] == ["Closed Won", "Proposal/Price Quote"]
    assert PROCESS.differences({**STAGES, "values": STAGES["values"][::-1]}, live.definition) == []


def test_the_default_of_others_survives_an_update(open_session: OpenSession) -> None:
    session = open_session()
    made = PROCESS.create(session, PROCESS.parse({**STAGES, "default": "Closed Won"}))
    updated = PROCESS.update(session, made, PROCESS.parse({**STAGES, "description": "Short"}))
    assert updated.definition["default"] == "Closed Won"


def test_choices_of_others_survive_an_update(accounts: RunningSimulators, open_session: OpenSession) -> None:
    session = open_session()
    PROCESS.create(session, PROCESS.parse(STAGES))
    theirs = {"picklist": "Type", "values": ["New Customer"], "default": "New Customer"}
    made = KIND.create(session, KIND.parse({**OURS, "picklist_values": [theirs]}))
    KIND.update(session, made, KIND.parse(OURS))

    live = open_session().find(KIND, "Opportunity.Short")
    assert live is not None
    assert {choice["picklist"]: choice["values"] for choice in live.definition["picklist_values"]} == {
        "LeadSource": ["Web"],
        "Type": ["New Customer"],
    }
    assert KIND.differences(OURS, KIND.managed_view(OURS, live)) == []


def test_a_process_that_a_record_type_names_stays_and_says_so(
    open_session: OpenSession, capfd: pytest.CaptureFixture[str]
) -> None:
    session = open_session()
    process = PROCESS.create(session, PROCESS.parse(STAGES))
    KIND.create(session, KIND.parse(OURS))

    PROCESS.delete(session, process, PROCESS.state(STAGES))

    assert open_session().find(PROCESS, "Opportunity.Short") is not None
    assert capfd.readouterr().err == (
        "Salesforce: BusinessProcess Opportunity.Short stays: record type Opportunity.Short names it, and record types "
        "cannot be deleted through the API\n"
    )


def test_a_record_type_that_is_off_contradicts_nothing(open_session: OpenSession) -> None:
    session = open_session()
    PROCESS.create(session, PROCESS.parse(STAGES))
    made = KIND.create(session, KIND.parse({**OURS, "active": False, "label": "Earlier"}))
    assert KIND.conflicts(OURS, made) == []
    on = KIND.update(session, made, KIND.parse({**OURS, "label": "Earlier"}))
    assert KIND.conflicts(OURS, on) == ["label"]


def test_stage_that_another_pipeline_keeps_is_not_left_with_deals_in_it(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    """A label that two pipelines share is one value: under a new label in one of them, its deals would stay behind."""
    session = open_session()
    PROCESS.create(session, PROCESS.parse(STAGES))
    KIND.create(session, KIND.parse(OURS))
    (record_type,) = session.client.query("SELECT Id FROM RecordType WHERE DeveloperName = 'Short'")
    before, after = PROCESS.parse(STAGES), PROCESS.parse({**STAGES, "values": ["Closed Won", "Needs Analysis"]})
    values = [
        {"name": one, "label": one, "closed": False, "won": False, "probability": 10, "forecast_category": "Pipeline"}
        for one in ("Proposal/Price Quote", "Needs Analysis")
    ]
    stages = {"name": "OpportunityStage", "values": values}

    def reported() -> list[tuple[str, str]]:
        session = open_session()
        session.declared = [desired_resource(StandardValueSet(), stages), desired_resource(KIND, OURS)]
        return [(one.severity.value, one.message) for one in PROCESS.step_errors(session, before, after)]

    beside = '"Needs Analysis" would stand beside "Proposal/Price Quote", which another process keeps'
    assert reported() == [("warning", beside)]
    deal = {"Name": "One", "StageName": "Proposal/Price Quote", "CloseDate": "2027-01-31"}
    theirs = {**deal, "RecordTypeId": record_type["Id"]}
    accounts.seed("salesforce", {"records": {"Opportunity": [deal, theirs]}})
    assert reported() == [("error", f'{beside}, and 1 record would stay in "Proposal/Price Quote"')]
