"""Known workflows and flows come back as the automations that compile to them."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac.model import Model
from revops_iac.provider.lifting import NotLifted, Proposal
from revops_iac.source.load import load_model
from revops_iac.systems import system_named
from tests.providers.contract import stack_config
from tests.providers.round_trip import Compiled, compiled
from tests.pulumi_project import CHECKOUT
from tests.sessions import new_session

KINDS = {"hubspot": "Workflow", "salesforce": "Flow"}


@cache
def reference(system: str) -> dict[str, Any]:
    """The reference model, all of it run by one CRM."""
    plain = load_model(CHECKOUT / "stacks", "prod").model_dump(mode="json", by_alias=True, exclude_defaults=True)
    plain["context"]["systems"] = {"managed": [system], "source_of_truth": system}
    for workflow in plain["automation"]["workflows"].values():
        workflow |= {"runs_on": system, "enabled": False}
    return plain


def flows(system: str, plain: dict[str, Any]) -> Compiled:
    return {key: one for key, one in compiled(system, plain).items() if key[0] == KINDS[system]}


def found(accounts: RunningSimulators, system: str, raw: dict[str, Any], *gone: str) -> list[Proposal | NotLifted]:
    """What is reported about workflows in the raw section of the reference model, which has no automations."""
    plain = {key: value for key, value in reference(system).items() if key not in ("automation", *gone)}
    model = Model.model_validate({**plain, "raw_sections": {system: {KINDS[system]: raw}}})
    session = new_session(system, stack_config(accounts).get)
    told = system_named(system).lift(session, model)  # type: ignore[misc]
    return [one for one in told if isinstance(one, Proposal | NotLifted) and one.topic == "automation"]


@pytest.mark.parametrize("system", KINDS)
def test_all_six_automations_come_back(accounts: RunningSimulators, system: str):
    plain = reference(system)
    made = flows(system, plain)
    told = found(accounts, system, {name: inputs for (_, name), inputs in made.items()})
    entries = {one.key: one.entry for one in told if isinstance(one, Proposal)}
    written = plain["automation"]["workflows"].values()
    assert sorted(one["does"] for one in entries.values()) == sorted(one["does"] for one in written)
    assert flows(system, {**plain, "automation": {"workflows": entries}}) == made


def test_workflow_that_somebody_changed_stays_raw(accounts: RunningSimulators):
    name = "deals.Stale deal: moved on"
    made = flows("hubspot", reference("hubspot"))
    raw = {one: deepcopy(inputs) for (_, one), inputs in made.items() if "Stale deal" in one}
    raw[name]["steps"].append({"delay": "3 days"})
    told = found(accounts, "hubspot", raw, "lifecycle", "scoring", "routing", "deal_desk")
    assert {(one.subject, one.reason) for one in told if isinstance(one, NotLifted)} == {
        (
            "Workflow deals.Stale deal: New business, deals.Stale deal: Renewal",
            "it is a part of the automation stale deal, of which the account lacks another part",
        ),
        ("Workflow deals.Stale deal: moved on", "no automation of the model compiles to it"),
    }
