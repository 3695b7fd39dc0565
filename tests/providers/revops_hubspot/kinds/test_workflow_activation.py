"""Going live: who would enroll, and what enabling leaves behind."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.kinds.workflow import Workflow
from revops_hubspot.kinds.workflow_activation import WorkflowActivation

from revops_iac.errors import AuthorError
from revops_iac.provider.kind import DesiredResource
from revops_iac.provider.session import Session
from tests.diagnostics import refusals
from tests.providers.contract import Contract, example
from tests.providers.revops_hubspot.conftest import OpenSession

KIND = WorkflowActivation()
NAME = "contacts.Note the first job title"
INPUTS = {"object": "contacts", "name": "Note the first job title"}
WANTED = DesiredResource("WorkflowActivation", NAME, NAME, INPUTS)


def seed(accounts: RunningSimulators, count: int, **properties: str) -> None:
    people = [{"email": f"{at}@northwind.example", **properties} for at in range(count)]
    accounts.seed("hubspot", {"records": {"contacts": people}})


def preflight_errors(session: Session[HubSpotClient], **criteria: Any) -> list[str]:
    """What the preview says of enabling the example workflow, with other criteria when given."""
    workflow = example(Workflow())
    if criteria:
        workflow["enrollment_criteria"] = criteria
    session.declared = [DesiredResource("Workflow", NAME, NAME, workflow), WANTED]
    return refusals(KIND, session, WANTED, session.find(KIND, NAME))


def test_enabling_that_would_flood_is_refused_with_the_count(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    seed(accounts, 3, jobtitle="Buyer")
    assert preflight_errors(open_session(writes=False)) == [
        f'HubSpot WorkflowActivation "{NAME}": enabling it would enroll 3 contacts today, '
        "but revops:maxEnroll allows 0\n"
        "    fix: limit its criteria to records since revops:goLive, or allow them: "
        "pulumi config set revops:maxEnroll 3"
    ]


def test_allowed_number_may_enroll_and_is_said(
    accounts: RunningSimulators, open_session: OpenSession, capfd: pytest.CaptureFixture[str]
) -> None:
    seed(accounts, 3, jobtitle="Buyer")
    assert preflight_errors(open_session(writes=False, **{"revops:maxEnroll": "3"})) == []
    assert f'HubSpot: workflow "{NAME}": enabling it would enroll 3 contacts today\n' in capfd.readouterr().err


def test_nobody_enrolls_at_once_on_an_event(accounts: RunningSimulators, open_session: OpenSession) -> None:
    seed(accounts, 3, jobtitle="Buyer")
    session = open_session(writes=False)
    assert preflight_errors(session, type="EVENT_BASED", shouldReEnroll=False, eventFilterBranches=[]) == []
    assert preflight_errors(session, type="MANUAL", shouldReEnroll=False) == []


def test_preview_writes_nothing(accounts: RunningSimulators, open_session: OpenSession) -> None:
    seed(accounts, 1, jobtitle="Buyer")
    accounts.control.log.clear()
    preflight_errors(open_session(writes=False))
    assert accounts.control.log.select(system="hubspot", writes_only=True) == []


def test_criteria_that_cannot_be_counted_are_refused_in_production_only(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    seed(accounts, 2)
    page_view = {"filterType": "PAGE_VIEW", "operator": "HAS_PAGEVIEW_EQ", "pageUrl": "/pricing"}
    branch = {"filterBranchType": "AND", "filterBranchOperator": "AND", "filterBranches": [], "filters": [page_view]}
    criteria = {"type": "LIST_BASED", "listFilterBranch": branch}
    assert preflight_errors(open_session(writes=False), **criteria) == []
    (problem,) = preflight_errors(open_session(writes=False, **{"revops:production": "true"}), **criteria)
    assert problem.startswith(
        f'HubSpot WorkflowActivation "{NAME}": enabling it would enroll up to 2 contacts today, '
        "but revops:maxEnroll allows 0; the exact number cannot be counted because of a PAGE_VIEW filter\n"
    )


def test_workflow_that_already_runs_is_not_counted(accounts: RunningSimulators, open_session: OpenSession) -> None:
    session = open_session()
    Workflow().create(session, Workflow().parse(example(Workflow())))
    KIND.create(session, KIND.parse(INPUTS))
    seed(accounts, 3, jobtitle="Buyer")
    assert preflight_errors(open_session(writes=False)) == []


def test_enabling_leaves_the_proof_that_it_ran(accounts: RunningSimulators, open_session: OpenSession) -> None:
    session = open_session()
    Workflow().create(session, Workflow().parse(example(Workflow())))
    made = KIND.create(session, KIND.parse(INPUTS))
    (flow,) = accounts.dump("hubspot")["flows"].values()
    assert flow["isEnabled"] is True
    assert flow["description"].startswith("Keeps the job title that a contact came with.\n\n[revops: enabled ")

    KIND.delete(session, made, KIND.state({}))
    (flow,) = accounts.dump("hubspot")["flows"].values()
    assert flow["isEnabled"] is False
    assert "[revops: enabled " in flow["description"]


def test_activation_without_its_workflow_says_so(open_session: OpenSession) -> None:
    with pytest.raises(AuthorError, match=r'workflow "contacts.Note the first job title" does not exist'):
        KIND.create(open_session(), KIND.parse(INPUTS))


def test_renamed_workflow_takes_its_activation_along(accounts: RunningSimulators, waits: list[float]) -> None:
    workflow, activation = Contract(accounts, "hubspot", Workflow()), Contract(accounts, "hubspot", KIND)
    made, enabled = workflow.create(), activation.create()
    session = activation.run()
    session.open()
    assert session.find(KIND, NAME) is not None  # the preflight has read it under its old name

    renamed = workflow.update_here(made, {**example(Workflow()), "name": "Job titles"})
    moved = activation.update_here(enabled, {**INPUTS, "name": "Job titles"})

    (flow,) = accounts.dump("hubspot")["flows"].values()
    assert (flow["name"], flow["isEnabled"]) == ("Job titles", True)
    assert (renamed.id, moved.id) == (made.id, enabled.id)
    again = activation.refresh(moved)
    assert again is not None
    assert not activation.changes(again, {**INPUTS, "name": "Job titles"})


def test_activation_cannot_move_to_another_workflow(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    contract.prepare()
    made = contract.create()
    session = contract.run()
    session.allow_writes()
    Workflow().create(session, Workflow().parse({**example(Workflow()), "name": "Other"}))
    with pytest.raises(AuthorError, match=r"cannot switch to the workflow"):
        contract.update_here(made, {**INPUTS, "name": "Other"})
