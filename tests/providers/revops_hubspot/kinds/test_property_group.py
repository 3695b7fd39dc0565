"""Property groups."""

from __future__ import annotations

import pytest
from revops_hubspot.api.errors import HubSpotRefusal
from revops_hubspot.kinds.property import Property
from revops_hubspot.kinds.property_group import PropertyGroup

from tests.providers.contract import example
from tests.providers.revops_hubspot.conftest import OpenSession


def test_group_with_an_active_property_is_not_deleted(open_session: OpenSession) -> None:
    session = open_session()
    group = PropertyGroup().create(session, PropertyGroup().parse(example(PropertyGroup())))
    Property().create(session, Property().parse(example(Property())))
    with pytest.raises(HubSpotRefusal) as refused:
        PropertyGroup().delete(session, group, PropertyGroup().state({}))
    assert refused.value.sub_category == "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES"


def test_group_of_a_kept_property_is_kept(open_session: OpenSession, capfd: pytest.CaptureFixture[str]) -> None:
    session = open_session()
    group = PropertyGroup().create(session, PropertyGroup().parse(example(PropertyGroup())))
    made = Property().create(session, Property().parse(example(Property())))
    session.report.keep([("Property", made.name)])
    PropertyGroup().delete(session, group, PropertyGroup().state({}))
    assert capfd.readouterr().err == (
        "HubSpot: PropertyGroup deals.revenue_process is kept because it contains a property that is kept\n"
    )
