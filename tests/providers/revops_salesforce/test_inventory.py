"""What a backup reads of an org, and what it leaves out with the reason."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from revops_salesforce.adoption.inventory import OrgInventory


@pytest.fixture
def client() -> Any:
    """An org that offers its types as orgs do: all settings under one name."""
    offered = frozenset({"Settings", "CustomField", "ApexClass", "BrandNewThing", "AccountIntelligenceSettings"})
    return SimpleNamespace(describe_types=lambda: offered)


def test_settings_of_the_process_are_read_where_the_org_names_settings_as_a_whole(client: Any) -> None:
    areas = {area.name for area in OrgInventory().areas(client)}
    assert areas >= {"LeadConvertSettings", "OpportunitySettings", "CustomField", "ApexClass"}


def test_every_type_that_is_offered_is_read_or_left_out_with_a_reason(client: Any) -> None:
    left_out = OrgInventory().left_out(client)
    assert left_out["BrandNewThing"] == "this release does not know the type"
    assert left_out["AccountIntelligenceSettings"] == "settings of features that shape no revenue process"
    areas = {area.name for area in OrgInventory().areas(client)}
    assert client.describe_types() <= areas | left_out.keys()
    assert not areas & left_out.keys()
