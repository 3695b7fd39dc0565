"""Permissions of stages: owned per stage, restored, people by name."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from pydantic import ValidationError
from revops_hubspot.kinds.pipeline_stage_permissions import (
    PipelineStagePermissions,
    PipelineStagePermissionsInputs,
)

from revops_iac.provider.kind import DesiredResource
from tests.diagnostics import refusals
from tests.providers.contract import Contract
from tests.providers.revops_hubspot.conftest import OpenSession

KIND = PipelineStagePermissions()


def permissions(*stages: dict[str, Any]) -> dict[str, Any]:
    closed = [{"mode": "RESTRICTED", "users": [], "teams": [], "super_admin": True, **stage} for stage in stages]
    return {"object": "deals", "pipeline": "default", "stages": closed}


def restricted(accounts: RunningSimulators) -> dict[str, Any]:
    live = accounts.dump("hubspot")["stage_permissions"]["0-3"]["default"]
    return {key: one for key, one in live.items() if one["permissionMode"] == "RESTRICTED"}


def test_users_and_teams_are_named(accounts: RunningSimulators, waits: list[float]) -> None:
    accounts.seed("hubspot", {"teams": [{"name": "Deal desk"}]})
    contract = Contract(accounts, "hubspot", KIND)
    inputs = permissions({"stage": "closedwon", "users": ["admin@portal.example"], "teams": ["Deal desk"]})
    again = contract.refresh(contract.create(inputs))
    assert again is not None
    assert not contract.changes(again, inputs)
    won = restricted(accounts)["closedwon"]
    assert (won["userIds"], won["teamIds"]) == (["61000001"], ["5001"])


def test_stages_of_others_stay_and_ours_open_again(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    contract.create(permissions({"stage": "closedlost"}))
    made = contract.create(permissions({"stage": "closedwon"}))
    assert made.outputs["adopted"] is True
    assert set(restricted(accounts)) == {"closedlost", "closedwon"}
    contract.delete(made)
    assert set(restricted(accounts)) == {"closedlost"}


def test_unknown_stage_is_refused_at_preview(open_session: OpenSession) -> None:

    desired = DesiredResource("PipelineStagePermissions", "deals.default", "name", permissions({"stage": "gone"}))
    found = refusals(KIND, open_session(writes=False), desired, None)
    assert [line.split("\n")[0] for line in found] == [
        'HubSpot PipelineStagePermissions "deals.default": its pipeline has no stage "gone"'
    ]


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        (
            [{"stage": "a", "mode": "OPEN", "users": ["a@example.com"]}],
            'stage "a": mode OPEN allows every user, so users and teams must be empty',
        ),
        ([{"stage": "a", "mode": "OPEN"}, {"stage": "a", "mode": "OPEN"}], 'stages: "a" is used twice'),
    ],
)
def test_unfit_stages_are_refused_when_the_model_is_read(stages: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        PipelineStagePermissionsInputs.model_validate({"object": "deals", "pipeline": "p", "stages": stages})
    assert [error["msg"] for error in refused.value.errors()] == [f"Value error, {message}"]
