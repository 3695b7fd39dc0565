"""Standard value sets: twelve stages of others stay as they are."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_salesforce.kinds.standard_value_set import StandardValueSet

from revops_iac.compile import validated
from revops_iac.errors import AuthorError
from tests.providers.revops_salesforce.conftest import OpenSession

KIND = StandardValueSet()


def stage(name: str, **more: Any) -> dict[str, Any]:
    fixed = {"closed": False, "won": False, "probability": 20, "forecast_category": "Pipeline", "is_active": True}
    return {"name": name, "label": name, **fixed, **more}


def live_stages(open_session: OpenSession) -> list[dict[str, Any]]:
    live = open_session().find(KIND, "OpportunityStage")
    assert live is not None
    return [entry for entry in live.definition["values"] if entry["is_active"]]


def test_stages_of_others_are_untouched_and_ours_leave_on_destroy(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    before = live_stages(open_session)
    session, inputs = open_session(), {"name": "OpportunityStage", "values": [stage("Discovery"), stage("Demo")]}
    live = session.find(KIND, "OpportunityStage")
    assert live is not None
    assert KIND.conflicts(inputs, live) == []

    updated = KIND.update(session, live, KIND.parse(inputs))

    assert [entry for entry in live_stages(open_session) if entry["name"] not in {"Discovery", "Demo"}] == before
    assert KIND.output_facts(inputs, updated) == {"unmanaged": [entry["name"] for entry in live.definition["values"]]}
    KIND.restore_original(session, updated, KIND.state({**inputs, "earlier": live.definition}))
    assert live_stages(open_session) == before


def test_stage_of_others_with_another_probability_is_a_collision(open_session: OpenSession) -> None:
    theirs = live_stages(open_session)[0]
    live = open_session().find(KIND, "OpportunityStage")
    assert live is not None
    desired = {"name": "OpportunityStage", "values": [{**theirs, "probability": theirs["probability"] + 1}]}
    assert KIND.conflicts(desired, live) == ["values"]


def test_unknown_set_cannot_be_created(open_session: OpenSession) -> None:
    session = open_session()
    assert session.find(KIND, "DealStage") is None
    with pytest.raises(AuthorError) as refused:
        KIND.create(session, KIND.parse({"name": "DealStage", "values": []}))
    assert str(refused.value) == (
        'Salesforce: standard value set "DealStage" does not exist\n'
        "    fix: use a standard name such as LeadStatus or OpportunityStage, or declare a GlobalValueSet"
    )


def test_deactivated_status_counts_the_leads_in_it(accounts: RunningSimulators, open_session: OpenSession) -> None:
    session = open_session(writes=False)
    live = session.find(KIND, "LeadStatus")
    assert live is not None
    status = live.definition["values"][0]["name"]
    leads = [{"LastName": "L", "Company": "N", "Status": status} for _ in range(2)]
    accounts.seed("salesforce", {"records": {"Lead": leads}})

    (impact,) = KIND.update_impact(
        session, KIND.parse({"name": "LeadStatus", "values": [], "deactivate": [status]}), live
    )
    assert impact.records == 2
    assert impact.sentence.startswith(f'2 Lead records have a value in Status that would be inactive ("{status}")')


def test_value_that_customers_see_can_be_declared() -> None:
    value = {"name": "Installation", "label": "Installation", "css_exposed": True}
    inputs = KIND.parse(validated(KIND, {"name": "CaseReason", "values": [value]}))
    live = {"fullName": "Installation", "default": False, "label": "Installation", "cssExposed": False}
    assert KIND.changes({"standardValue": [live]}, inputs)["standardValue"] == [{**live, "cssExposed": True}]


def renamed(open_session: OpenSession) -> list[tuple[str, str]]:
    """What a plan says to a stage that has another name."""
    before = KIND.parse({"name": "OpportunityStage", "values": [stage("Pilot"), stage("Demo")]})
    after = KIND.parse({"name": "OpportunityStage", "values": [stage("Paid pilot"), stage("Demo")]})
    return reported(open_session, before, after)


def reported(open_session: OpenSession, before: Any, after: Any) -> list[tuple[str, str]]:
    return [(one.severity.value, one.message) for one in KIND.step_errors(open_session(), before, after)]


def test_stage_with_deals_that_would_stay_behind_is_refused(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    session = open_session()
    live = session.find(KIND, "OpportunityStage")
    assert live is not None
    KIND.update(session, live, KIND.parse({"name": "OpportunityStage", "values": [stage("Pilot")]}))
    assert renamed(open_session) == [("error", '"Paid pilot" would be a second value beside "Pilot"')]
    deal = {"Name": "One", "StageName": "Pilot", "CloseDate": "2027-01-31"}
    accounts.seed("salesforce", {"records": {"Opportunity": [deal]}})
    assert renamed(open_session) == [
        ("error", '"Paid pilot" would be a second value, and 1 record would stay in "Pilot"')
    ]


def test_renamed_stage_is_told_by_its_place_and_gets_the_line_to_write(open_session: OpenSession) -> None:
    """Beside a stage that is really new, and one that is gone."""
    names = (["New", "Demo", "Pilot", "Won"], ["New", "Call", "Demo", "Paid / pilot", "Won"])
    before, after = (
        KIND.parse({"name": "OpportunityStage", "values": [stage(name) for name in given]}) for given in names
    )
    (found,) = KIND.step_errors(open_session(), before, after)
    assert found.message == '"Paid / pilot" would be a second value beside "Pilot"'
    assert 'write beside label: "Paid / pilot": vendor_name: {salesforce: "Pilot"}' in found.fix


def test_renamed_lead_status_gets_the_line_of_its_own(open_session: OpenSession) -> None:
    before, after = (
        KIND.parse({"name": "LeadStatus", "values": [{"name": one, "label": one, "converted": False}]})
        for one in ("Working", "In work")
    )
    (found,) = KIND.step_errors(open_session(), before, after)
    assert 'write in lifecycle.lead_status_values, under the key of "In work": {salesforce: "Working"}' in found.fix


def test_label_of_a_stage_changes_in_place_and_its_deals_stay(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    for label in ("Pilot", "Paid pilot"):
        session = open_session()
        live = session.find(KIND, "OpportunityStage")
        assert live is not None
        KIND.update(session, live, KIND.parse({"name": "OpportunityStage", "values": [stage("Pilot", label=label)]}))
        deal = {"Name": "One", "StageName": "Pilot", "CloseDate": "2027-01-31"}
        accounts.seed("salesforce", {"records": {"Opportunity": [deal]}})
    shown = [(one["name"], one["label"]) for one in live_stages(open_session) if "ilot" in one["label"]]
    assert shown == [("Pilot", "Paid pilot")]
    stages = {one["StageName"] for one in accounts.dump("salesforce")["records"]["Opportunity"].values()}
    assert stages == {"Pilot"}


def test_stage_that_replaces_another_elsewhere_warns_while_no_deal_is_in_it(open_session: OpenSession) -> None:
    before = KIND.parse({"name": "OpportunityStage", "values": [stage("Pilot"), stage("Won")]})
    after = KIND.parse({"name": "OpportunityStage", "values": [stage("Won"), stage("Handover")]})
    assert reported(open_session, before, after) == [("warning", '"Handover" would be a second value beside "Pilot"')]


def test_new_label_of_a_stage_is_no_second_value(open_session: OpenSession) -> None:
    before = KIND.parse({"name": "OpportunityStage", "values": [stage("Pilot")]})
    after = KIND.parse({"name": "OpportunityStage", "values": [stage("Pilot", label="Paid pilot")]})
    assert list(KIND.step_errors(open_session(), before, after)) == []
