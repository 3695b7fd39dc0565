"""Rules of pipelines: replaced as a whole, people by name, stages checked at preview."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_hubspot.api.errors import HubSpotRefusal
from revops_hubspot.kinds.pipeline_rules import PipelineRules

from revops_iac.provider.kind import DesiredResource, Lookup
from tests.diagnostics import refusals
from tests.providers.contract import Contract, example
from tests.providers.revops_hubspot.conftest import OpenSession
from tests.providers.typed_inputs import desired_resource

KIND = PipelineRules()
APPROVAL = {"stage": "contractsent", "approvers": ["Maya@example.com", "admin@portal.example"], "mode": "ALL"}


def on_default(**inputs: Any) -> dict[str, Any]:
    return {"object": "deals", "pipeline": "default", **inputs}


def preflight_errors(open_session: OpenSession, inputs: dict[str, Any], *declared: DesiredResource) -> list[str]:
    session = open_session(writes=False)
    session.declared = list(declared)
    return refusals(KIND, session, desired_resource(KIND, inputs), None)


def live(accounts: RunningSimulators, pipeline: str = "default") -> dict[str, Any]:
    found: dict[str, Any] = accounts.dump("hubspot")["pipeline_rules"]["0-3"][pipeline]
    return found


def test_approvers_are_users_by_e_mail(accounts: RunningSimulators, waits: list[float]) -> None:
    accounts.seed("hubspot", {"users": [{"email": "maya@example.com"}]})
    contract = Contract(accounts, "hubspot", KIND)
    inputs = on_default(approvals=[APPROVAL])
    again = contract.refresh(contract.create(inputs))
    assert again is not None
    assert not contract.changes(again, inputs)
    assert live(accounts)["approvalStageRules"] == [
        {"pipelineStageId": "contractsent", "approverUserIds": ["61000002", "61000001"], "approvalMode": "ALL"}
    ]
    assert list(KIND.lookups(KIND.parse(inputs))) == [
        Lookup("user", "Maya@example.com"),
        Lookup("user", "admin@portal.example"),
    ]


def over(amount: int, property_: str = "amount") -> dict[str, Any]:
    operation = {"operationType": "NUMBER", "operator": "IS_GREATER_THAN", "value": amount}
    filters = [{"filterType": "PROPERTY", "property": property_, "operation": operation}]
    return {"filterBranchType": "OR", "filterBranches": [{"filterBranchType": "AND", "filters": filters}]}


def test_several_approvals_of_a_stage_are_told_apart_by_their_filters(
    accounts: RunningSimulators, waits: list[float], open_session: OpenSession
) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    one = {"stage": "contractsent", "approvers": ["admin@portal.example"], "filter_branch": over(1000)}
    two = {**one, "comment": "Large", "filter_branch": over(50000)}
    inputs = on_default(approvals=[one, two])
    again = contract.refresh(contract.create(inputs))
    assert again is not None
    assert not contract.changes(again, inputs)
    assert not contract.changes(again, on_default(approvals=[two, one]))
    assert contract.changes(again, on_default(approvals=[one, {**two, "filter_branch": over(60000)}]))
    assert "deals.amount" in [reference.name for reference in KIND.references(KIND.parse(inputs))]
    (message,) = preflight_errors(open_session, on_default(approvals=[{**one, "filter_branch": over(1, "nope")}]))
    assert 'approval of "contractsent": filter_branch: property "nope" of deals is neither declared nor' in message


def test_rules_that_are_not_managed_are_sent_along(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    approvals = [{"stage": "contractsent", "approvers": ["admin@portal.example"]}]
    contract.create(on_default(no_skipping="all", approvals=approvals))
    contract.reads_catch_up()
    session = contract.run()
    session.allow_writes()
    found = session.find(KIND, "deals.default")
    assert found is not None

    KIND.update(session, found, KIND.parse(on_default(no_backwards=["closedwon"])))

    rules = live(accounts)
    assert rules["governanceValidationRules"]["noSkippingStagesRule"]["enabledForAllStages"] is True
    assert rules["governanceValidationRules"]["noBackwardsMovementRule"]["pipelineStageIds"] == ["closedwon"]
    assert len(rules["approvalStageRules"]) == 1


def test_pipeline_whose_rules_are_all_off_is_still_managed(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    off = on_default(no_backwards=[])
    again = contract.refresh(contract.create(off))
    assert again is not None
    assert not contract.changes(again, off)


def test_empty_rules_that_hubspot_shows_stand_in_nobodys_way(accounts: RunningSimulators, waits: list[float]) -> None:
    accounts.control.switches.set("hubspot.pipeline_without_rules", 200)
    contract = Contract(accounts, "hubspot", KIND)
    contract.prepare()
    made = contract.create()
    assert live(accounts, "new_business")["governanceValidationRules"]["noBackwardsMovementRule"] == {
        "enabledForAllStages": True,
        "pipelineStageIds": [],
    }
    contract.delete(made)
    assert live(accounts, "new_business")["governanceValidationRules"]["noBackwardsMovementRule"] == {
        "enabledForAllStages": False,
        "pipelineStageIds": [],
    }


def test_unknown_stages_and_pipelines_are_refused_at_preview(open_session: OpenSession) -> None:
    approvals = [{"stage": "signing", "approvers": ["a@example.com"]}]
    assert preflight_errors(open_session, on_default(no_backwards=["closedwon", "lost"], approvals=approvals)) == [
        f'HubSpot PipelineRules "deals.default": its pipeline has no stage "{stage}"\n'
        "    fix: use one of appointmentscheduled, qualifiedtobuy, presentationscheduled, decisionmakerboughtin, "
        "contractsent, closedwon, closedlost"
        for stage in ("lost", "signing")
    ]
    assert preflight_errors(open_session, {**on_default(), "pipeline": "nope"}) == [
        'HubSpot PipelineRules "deals.nope": the pipeline does not exist\n'
        "    fix: correct its id, or declare it as a Pipeline"
    ]


def test_stages_of_a_pipeline_of_the_program_are_known_before_it_exists(open_session: OpenSession) -> None:
    pipeline = {"object": "deals", "name": "new_business", "stages": [{"id": "new_business_proposal"}]}
    declared = DesiredResource("Pipeline", "deals.new_business", "deals.new_business", pipeline)
    inputs = {**example(KIND), "no_skipping": ["new_business_proposal", "gone"]}
    assert preflight_errors(open_session, inputs, declared) == [
        'HubSpot PipelineRules "deals.new_business": its pipeline has no stage "gone"\n'
        "    fix: use one of new_business_proposal"
    ]


def test_tier_without_rules_is_named(accounts: RunningSimulators, open_session: OpenSession) -> None:
    accounts.seed("hubspot", {"account": {"tier": "starter"}})
    with pytest.raises(HubSpotRefusal) as refused:
        open_session(writes=False).find(KIND, "deals.default")
    sentence, fix = str(refused.value).split("\n")
    assert sentence.startswith(
        "HubSpot GET /crm/pipelines-rules/2026-09/0-3/default: 403, "
        "Pipeline rules need Professional or higher; this account is starter"
    )
    assert fix == (
        "    fix: add the scope of this area to the app or service key, and check that the subscription has the feature"
    )
