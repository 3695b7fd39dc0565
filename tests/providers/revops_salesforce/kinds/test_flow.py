"""Flows: versions only for another content, drafts that never ran, and those that did."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_salesforce.flows.versions import activate, flow_state
from revops_salesforce.kinds.custom_field import CustomField
from revops_salesforce.kinds.flow import Flow, FlowInputs

from revops_iac.errors import AccountError
from revops_iac.provider.kind import Kind, LiveObject
from tests.providers.contract import example
from tests.providers.revops_salesforce.conftest import OpenSession
from tests.providers.typed_inputs import desired_resource

KIND = Flow()
INPUTS = example(KIND)
NAME = INPUTS["name"]


def made(open_session: OpenSession, active: bool = False, **config: Any) -> Any:
    session = open_session(**config)
    KIND.create(session, KIND.parse(INPUTS))
    if active:
        state = flow_state(session.client, NAME)
        assert state is not None
        activate(session.client, state, 1)
    return session


def versions(open_session: OpenSession) -> tuple[int, int] | None:
    state = flow_state(open_session().client, NAME)
    return None if state is None else (state.active, state.newest)


def test_flow_is_deployed_inactive(open_session: OpenSession) -> None:
    made(open_session)
    assert versions(open_session) == (0, 1)


def test_flow_that_runs_goes_on_with_its_new_version(open_session: OpenSession) -> None:
    session = made(open_session, active=True)
    live = session.find(KIND, NAME)
    KIND.update(session, live, KIND.parse({**INPUTS, "label": "Another"}))
    assert versions(open_session) == (2, 2)


def test_draft_stays_a_draft_when_it_changes(open_session: OpenSession) -> None:
    session = made(open_session)
    KIND.update(session, session.find(KIND, NAME), KIND.parse({**INPUTS, "label": "Another"}))
    assert versions(open_session) == (0, 2)


def test_elements_that_the_definition_drops_go_and_those_of_others_stay(open_session: OpenSession) -> None:
    session, definition = made(open_session), INPUTS["definition"]
    live = session.find(KIND, NAME)
    assert live is not None
    constant = {"name": "Theirs", "dataType": "String", "value": {"stringValue": "x"}}
    start = {
        **definition["start"],
        "filters": [{"field": "Company", "operator": "IsNull", "value": {"booleanValue": False}}],
    }
    filtered = {
        **INPUTS,
        "definition": {**definition, "start": {**start, "filterLogic": "and"}, "constants": [constant]},
    }
    KIND.update(session, live, KIND.parse(filtered))

    session = open_session()
    state = {
        **filtered,
        "definition": {key: part for key, part in filtered["definition"].items() if key != "constants"},
    }
    session.states["Flow", NAME] = KIND.state(state)
    live = session.find(KIND, NAME)
    assert live is not None
    KIND.update(session, live, KIND.parse(INPUTS))

    now = open_session().client.read_components("Flow", [NAME])[NAME]
    assert now["start"].keys() == definition["start"].keys()
    assert [one["name"] for one in now["constants"]] == ["Theirs"]


def test_flow_without_room_for_another_version_is_refused_at_preview(open_session: OpenSession) -> None:
    session = made(open_session)
    for number in range(2, 51):
        live = session.find(KIND, NAME)
        assert live is not None
        session.remember(KIND, KIND.update(session, live, KIND.parse({**INPUTS, "label": f"Version {number}"})))
    live = session.find(KIND, NAME)

    def found(**changed: Any) -> list[tuple[str, str | None]]:
        desired = desired_resource(KIND, {**INPUTS, **changed})
        return [(one.message, one.fix) for one in KIND.preflight_errors(session, desired, live)]

    assert found(label="Version 50") == []
    assert found(label="Another") == [
        (
            "it already has 50 versions, and this change would add one; Salesforce allows 50",
            "delete inactive versions in Setup, Flows, View Details and Versions, "
            "or declare the flow under another name",
        )
    ]


def live_object(open_session: OpenSession, kind: Kind[Any, Any], name: str) -> LiveObject:
    found = open_session().find(kind, name)
    assert found is not None
    return found


def test_flow_that_never_ran_is_deleted_with_all_versions(open_session: OpenSession) -> None:
    session = made(open_session)
    KIND.update(session, session.find(KIND, NAME), KIND.parse({**INPUTS, "label": "Another"}))
    KIND.delete(session, live_object(open_session, KIND, NAME), KIND.state({}))
    assert versions(open_session) is None


def test_flow_that_ran_is_kept_inactive_and_says_so(
    open_session: OpenSession, capsys: pytest.CaptureFixture[str]
) -> None:
    session = made(open_session, active=True)
    KIND.delete(session, live_object(open_session, KIND, NAME), KIND.state({}))
    assert versions(open_session) == (0, 1)
    assert capsys.readouterr().err == (
        f'Salesforce Flow "{NAME}" was enabled before, so it is deactivated and kept, with the fields it uses; '
        f'to delete it as well: add "{NAME}" to revops:allowDelete in stack config\n'
    )


def test_flow_that_ran_is_deleted_when_it_is_named(open_session: OpenSession) -> None:
    session = made(open_session, active=True, **{"revops:allowDelete": [NAME]})
    KIND.delete(session, live_object(open_session, KIND, NAME), KIND.state({}))
    assert versions(open_session) is None


def test_field_that_a_kept_flow_names_is_kept(open_session: OpenSession, capsys: pytest.CaptureFixture[str]) -> None:
    session, field = open_session(), CustomField()
    session.remember(field, field.create(session, field.parse(example(field))))
    inputs = {**INPUTS, "definition": {**INPUTS["definition"], "assignments": [_assigns("Rejection_Reason__c")]}}
    KIND.create(session, KIND.parse(inputs))
    state = flow_state(session.client, NAME)
    assert state is not None
    activate(session.client, state, 1)

    KIND.delete(session, live_object(open_session, KIND, NAME), KIND.state({}))
    field.delete(session, live_object(open_session, field, "Lead.Rejection_Reason__c"), field.state({}))

    assert open_session().find(field, "Lead.Rejection_Reason__c") is not None
    assert capsys.readouterr().err.splitlines()[-1] == (
        'Salesforce CustomField "Lead.Rejection_Reason__c" is kept, because a kept flow uses it'
    )


def test_flow_that_cannot_run_is_refused_with_the_orgs_finding(open_session: OpenSession) -> None:
    inputs = {**INPUTS, "definition": {**INPUTS["definition"], "assignments": [_assigns("Nowhere__c")]}}
    with pytest.raises(AccountError) as refused:
        KIND.create(open_session(), KIND.parse(inputs))
    assert str(refused.value).startswith(f'Salesforce deploy Flow "{NAME}": Failed, ')
    assert "Nowhere__c" in str(refused.value)


def test_slow_deployment_is_waited_for(
    accounts: RunningSimulators, open_session: OpenSession, waits: list[float]
) -> None:
    accounts.control.switches.set("salesforce.deploy_polls", 3)
    made(open_session)
    assert versions(open_session) == (0, 1)
    assert waits == [0.5, 0.75, 1.125]


def test_label_belongs_beside_the_definition() -> None:
    with pytest.raises(ValueError, match='"label" must be set beside the definition, not in it'):
        FlowInputs.model_validate({"name": "A", "label": "A", "definition": {"label": "A"}})


def _assigns(field: str) -> dict[str, Any]:
    item = {"assignToReference": f"$Record.{field}", "operator": "Assign", "value": {"stringValue": "x"}}
    node = INPUTS["definition"]["assignments"][0]
    return {**node, "assignmentItems": [item]}
