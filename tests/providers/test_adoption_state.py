"""The entries of state that an adoption adds, for a stack that was never applied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac.adoption.choice import Choice
from revops_iac.adoption.reading import AccountReader
from revops_iac.adoption.state_entries import Adopted, StackState
from revops_iac.config.stack_config import StackConfig
from revops_iac.stack_context import StackContext
from revops_iac.systems import system_named
from tests.providers.contract import stack_config

NUMBER = {"type": "number", "fieldType": "number"}
MODEL = "context:\n  systems: {managed: [hubspot], source_of_truth: hubspot}\n"


def resources(sims: RunningSimulators, folder: Path, **revops: Any) -> list[dict[str, Any]]:
    """The state after the adoption of two properties, one of which the other names in its formula."""
    for name in ("model", "overlays"):
        (folder / name).mkdir()
    (folder / "overlays" / "prod.yaml").write_text("{}", encoding="utf-8")
    (folder / "model" / "context.yaml").write_text(MODEL, encoding="utf-8")
    base = {"name": "base", "label": "Base", "groupName": "dealinformation", **NUMBER}
    double = {**base, "name": "a_double", "calculationFormula": "base * 2", "fieldType": "calculation_equation"}
    sims.seed("hubspot", {"properties": {"deals": [base, double]}})
    values = {**stack_config(sims), **{f"revops:{key}": value for key, value in revops.items()}}
    context = StackContext.of(folder, StackConfig("prod", values))
    session = context.session(system_named("hubspot"))
    choice = Choice(kinds=("Property",), names=("deals.base", "deals.a_double"))
    reading = AccountReader(session, [], set(), choice, lambda text: None).readings()[0]
    live = {one.name: one.live for one in reading.adopted}
    grown = context.with_raw({("hubspot", "Property"): {one.name: one.entry for one in reading.adopted}})
    adopted = [Adopted(one, live[one.name], session) for one in grown.planned]
    state = StackState("revops", grown, {"version": 3, "deployment": {}})
    found: list[dict[str, Any]] = state.with_adopted(adopted, {"hubspot": "48210773"}).state["deployment"]["resources"]
    assert state.state == {"version": 3, "deployment": {}}
    return found


def test_each_resource_stands_after_what_it_needs(accounts: RunningSimulators, tmp_path: Path):
    found = resources(accounts, tmp_path)
    assert [one["urn"].rpartition("::")[2] for one in found] == [
        *("revops-prod", "context", "default", "hubspot", "salesforce", "deals.base", "deals.a_double")
    ]
    assert found[-1]["dependencies"] == [found[-2]["urn"]]
    assert (found[-1]["parent"], found[3]["id"], found[4]["id"]) == (
        found[3]["urn"],
        "48210773",
        "salesforce-unmanaged",
    )
    assert found[3]["outputs"]["declared"] == "Property deals.a_double\nProperty deals.base"


def test_entry_says_that_it_was_adopted_and_what_it_was_before(accounts: RunningSimulators, tmp_path: Path):
    outputs = resources(accounts, tmp_path)[-2]["outputs"]
    assert outputs["adopted"] is True
    assert outputs["earlier"]["label"] == "Base"


@pytest.mark.parametrize(("allowed", "protected"), [([], [True, True]), (["deals.base"], [None, True])])
def test_production_protects_what_is_adopted(
    accounts: RunningSimulators, tmp_path: Path, allowed: list[str], protected: list[bool | None]
):
    found = resources(accounts, tmp_path, production="true", allowDataLoss=allowed)
    assert [one.get("protect") for one in found[-2:]] == protected
