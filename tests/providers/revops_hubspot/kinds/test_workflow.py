"""Workflows: created disabled, replaced whole with care, kept when records have gone through them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.directory import latest_flow
from revops_hubspot.kinds.workflow import Workflow, replace
from revops_hubspot.kinds.workflow_activation import WorkflowActivation

from revops_iac.diagnostics import Severity
from revops_iac.errors import AuthorError
from revops_iac.provider.kind import DesiredResource, LiveObject, Lookup
from revops_iac.provider.session import Session
from tests.diagnostics import refusals
from tests.providers.contract import Contract, example, later
from tests.providers.revops_hubspot.conftest import OpenSession

KIND = Workflow()
NAME = "contacts.Note the first job title"


def flow(accounts: RunningSimulators) -> dict[str, Any]:
    (only,) = accounts.dump("hubspot")["flows"].values()
    found: dict[str, Any] = only
    return found


def live(session: Session[HubSpotClient]) -> LiveObject:
    found = session.find(KIND, NAME)
    assert found is not None
    return found


def activation(session: Session[HubSpotClient]) -> LiveObject:
    kind = WorkflowActivation()
    return kind.create(session, kind.parse({"object": "contacts", "name": "Note the first job title"}))


def test_workflow_is_created_disabled(accounts: RunningSimulators, open_session: OpenSession) -> None:
    KIND.create(open_session(), KIND.parse(example(KIND)))
    assert flow(accounts)["isEnabled"] is False


def test_update_of_a_running_workflow_keeps_it_running(accounts: RunningSimulators, open_session: OpenSession) -> None:
    session = open_session()
    KIND.create(session, KIND.parse(example(KIND)))
    activation(session)
    session = open_session()

    changed = KIND.update(session, live(session), KIND.parse(later(KIND) or {}))

    assert flow(accounts)["isEnabled"] is True
    assert KIND.managed_view(later(KIND) or {}, changed) == later(KIND)


def test_enabling_shows_no_difference_in_the_workflow(open_session: OpenSession) -> None:
    session = open_session()
    KIND.create(session, KIND.parse(example(KIND)))
    activation(session)
    managed = live(open_session())
    assert KIND.managed_view(example(KIND), managed) == example(KIND)
    assert KIND.output_facts(example(KIND), managed) == {}


def test_workflow_that_somebody_changed_during_the_run_is_not_overwritten(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    KIND.create(open_session(), KIND.parse(example(KIND)))
    ours, theirs = open_session(), open_session()
    before = live(ours)
    KIND.update(theirs, live(theirs), KIND.parse({**example(KIND), "description": "Theirs"}))
    with pytest.raises(AuthorError, match=r"was changed in the account during this run; it was not overwritten"):
        KIND.update(ours, before, KIND.parse(later(KIND) or {}))
    assert flow(accounts)["description"] == "Theirs"


def test_change_that_reads_do_not_show_yet_is_not_overwritten(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    KIND.create(open_session(), KIND.parse(example(KIND)))
    ours, theirs = open_session(), open_session()
    before = live(ours)
    accounts.control.faults.add("read_lag", system="hubspot", seconds=60)
    KIND.update(theirs, live(theirs), KIND.parse({**example(KIND), "description": "Theirs"}))
    with pytest.raises(AuthorError, match=r"was changed in the account during this run; it was not overwritten"):
        KIND.update(ours, before, KIND.parse(later(KIND) or {}))
    assert flow(accounts)["description"] == "Theirs"


@pytest.mark.parametrize("status", [409, 400])
def test_refused_revision_is_said_whatever_status_it_has(
    accounts: RunningSimulators, open_session: OpenSession, reads_catch_up: Callable[[], None], status: int
) -> None:
    accounts.control.switches.set("hubspot.stale_revision_status", status)
    made = KIND.create(open_session(), KIND.parse(example(KIND)))
    ours, theirs = open_session(), open_session()
    read = latest_flow(ours.client, made.id)
    KIND.update(theirs, live(theirs), KIND.parse({**example(KIND), "description": "Theirs"}))
    reads_catch_up()
    with pytest.raises(AuthorError, match=r"was changed in the account during this run; it was not overwritten"):
        replace(ours.client, read, {"description": "Ours"})
    assert flow(accounts)["description"] == "Theirs"


def test_workflow_changed_since_the_plan_is_not_overwritten(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    made = contract.create()
    contract.elsewhere({**example(KIND), "description": "Theirs"})
    with pytest.raises(AuthorError, match=r"was changed in the account since the plan; it was not overwritten"):
        contract.update(made, later(KIND) or {})


def test_people_in_actions_are_e_mail_addresses_in_inputs(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    accounts.seed("hubspot", {"users": [{"email": "maya.chen@northwind.example"}]})
    notify = {
        "type": "SINGLE_CONNECTION",
        "actionId": "1",
        "actionTypeId": "0-8",
        "actionTypeVersion": 0,
        "fields": {"subject": "Late", "body": "A lead waits.", "user_ids": [{"user": "maya.chen@northwind.example"}]},
    }
    desired = {**example(KIND), "actions": [notify]}
    session = open_session()

    made = KIND.create(session, KIND.parse(desired))

    assert flow(accounts)["actions"][0]["fields"]["user_ids"] == [
        session.resolve(Lookup("user", "maya.chen@northwind.example"))
    ]
    assert KIND.managed_view(desired, made) == desired
    assert list(KIND.lookups(KIND.parse(desired))) == [Lookup("user", "maya.chen@northwind.example")]


def test_id_of_a_person_who_has_left_is_a_warning_in_a_workflow_that_holds_it(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    fields = {"subject": "Late", "body": "A lead waits.", "user_ids": ["999"]}
    notify = {"type": "SINGLE_CONNECTION", "actionId": "1", "actionTypeId": "0-8", "actionTypeVersion": 0}
    desired = {**example(KIND), "actions": [{**notify, "fields": fields}]}
    session = open_session()
    made = KIND.create(session, KIND.parse(desired))
    item = DesiredResource("Workflow", made.name, "x", {**desired, "description": "changed"})
    found = [one for one in KIND.preflight_errors(session, item, made) if "user id" in one.message]
    assert [(one.severity, one.message) for one in found] == [
        (Severity.WARNING, 'user id "999" does not exist in the account')
    ]


def test_unknown_person_is_refused_before_the_write(accounts: RunningSimulators, open_session: OpenSession) -> None:
    desired = {**example(KIND), "suppression_list_ids": [{"list": "Nowhere"}]}
    with pytest.raises(AuthorError, match=r'HubSpot: list "Nowhere" does not exist in the account'):
        KIND.create(open_session(), KIND.parse(desired))
    assert accounts.dump("hubspot").get("flows", {}) == {}


def test_never_enabled_workflow_is_deleted(accounts: RunningSimulators, open_session: OpenSession) -> None:
    session = open_session()
    KIND.delete(session, KIND.create(session, KIND.parse(example(KIND))), KIND.state({}))
    assert accounts.dump("hubspot")["flows"] == {}


def test_workflow_that_was_enabled_once_is_disabled_and_kept(
    accounts: RunningSimulators, open_session: OpenSession, capfd: pytest.CaptureFixture[str]
) -> None:
    session = open_session()
    KIND.create(session, KIND.parse(example(KIND)))
    kind = WorkflowActivation()
    kind.delete(session, activation(session), kind.state({}))
    session = open_session()

    KIND.delete(session, live(session), KIND.state({}))

    assert flow(accounts)["isEnabled"] is False
    assert session.report.kept("Workflow") == {"Note the first job title"}
    assert capfd.readouterr().err == (
        'HubSpot Workflow "Note the first job title" was enabled before, so it is disabled and kept, with the fields '
        'it names; to delete it too: add "contacts.Note the first job title" to revops:allowDelete in stack config\n'
    )


def test_workflow_that_runs_is_disabled_when_it_is_kept(accounts: RunningSimulators, open_session: OpenSession) -> None:
    session = open_session()
    KIND.create(session, KIND.parse(example(KIND)))
    activation(session)
    session = open_session()
    KIND.delete(session, live(session), KIND.state({}))
    assert flow(accounts)["isEnabled"] is False


@pytest.mark.parametrize(
    "name", [NAME, "Note the first job title", "contacts.note_the_first_job_title", "contacts.title_note"]
)
def test_allowed_workflow_is_deleted_although_it_ran(
    accounts: RunningSimulators, open_session: OpenSession, name: str
) -> None:
    session = open_session()
    KIND.create(session, KIND.parse(example(KIND)))
    activation(session)
    session = open_session(**{"revops:allowDelete": name})
    session.declared = [DesiredResource("Workflow", NAME, "contacts.title_note", {})]
    KIND.delete(session, live(session), KIND.state({}))
    assert accounts.dump("hubspot")["flows"] == {}


def test_two_workflows_of_one_name_are_refused_at_preview(open_session: OpenSession) -> None:
    session = open_session()
    first = KIND.create(session, KIND.parse(example(KIND)))
    second = KIND.create(session, KIND.parse(example(KIND)))
    session = open_session(writes=False)
    desired = DesiredResource("Workflow", NAME, NAME, example(KIND))
    assert live(session).id == first.id
    fix = f"rename the others in HubSpot, flows {second.id}"
    assert refusals(KIND, session, desired, live(session)) == [
        f'HubSpot Workflow "{NAME}": 2 workflows have this name\n    fix: {fix}'
    ]
