"""What one model becomes in each environment of this company, compiled without Pulumi."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from revops_iac.compile import Planned, compile_model
from revops_iac.config.settings import read_settings
from revops_iac.config.stack_config import read_stack_config
from revops_iac.source.load import load

STACKS = Path(__file__).resolve().parents[2] / "stacks"


@cache
def planned(stack: str) -> list[Planned]:
    """Everything that a stack declares."""
    settings = read_settings(read_stack_config(STACKS, stack).get, stack)
    return compile_model(load(STACKS, settings.environment), settings)


@pytest.mark.parametrize(
    ("stack", "enabled"),
    [
        ("dev", {"Stale_Deal"}),
        ("staging", {"Sla_Breach", "Closed_Won_Handoff", "Stale_Deal"}),
        ("prod", {"Sla_Breach"}),
    ],
)
def test_environments_enable_other_automations(stack: str, enabled: set[str]) -> None:
    assert {one.name for one in planned(stack) if one.declaration.kind == "FlowActivation"} == enabled


@pytest.mark.parametrize(
    ("stack", "members"),
    [
        ("dev", {"revops@northwind.example.dev"}),
        ("prod", {"maya.chen@northwind.example", "tom.reyes@northwind.example", "nina.kaur@northwind.example"}),
    ],
)
def test_people_are_themselves_in_production_and_stand_ins_elsewhere(stack: str, members: set[str]) -> None:
    """Who is in the fallback queue."""
    (queue,) = [one for one in planned(stack) if (one.declaration.kind, one.name) == ("Queue", "Unassigned_Leads")]
    assert set(queue.declaration.inputs["members"]) == members
