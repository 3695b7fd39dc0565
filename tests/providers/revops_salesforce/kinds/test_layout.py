"""Layouts are monitored: what is missing shows in every plan, and nothing is ever written."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_salesforce.kinds.layout import Layout

from revops_iac.errors import AccountError
from tests.providers.contract import example
from tests.providers.revops_salesforce.conftest import OpenSession

KIND = Layout()
OURS = example(KIND)
NAME = "Lead-Lead Layout"


def page(*items: dict[str, str]) -> dict[str, Any]:
    section = {"label": "Lead", "style": "OneColumn", "layoutColumns": [{"layoutItems": list(items)}]}
    return {"fullName": NAME, "layoutSections": [section]}


def rearranged(open_session: OpenSession, *items: dict[str, str]) -> None:
    """Somebody puts exactly these items on the page."""
    open_session().client.update_component("Layout", page(*items))


def drift(open_session: OpenSession, desired: dict[str, Any]) -> list[str]:
    live = open_session().find(KIND, NAME)
    assert live is not None
    return KIND.differences(desired, KIND.managed_view(desired, live))


def test_a_field_that_leaves_the_page_shows_until_it_is_back(open_session: OpenSession) -> None:
    assert drift(open_session, OURS) == []
    rearranged(open_session, {"field": "Company", "behavior": "Required"}, {"field": "LastName", "behavior": "Edit"})
    assert drift(open_session, OURS) == ["fields"]
    rearranged(open_session, {"field": "LeadSource", "behavior": "Edit"}, {"field": "Company", "behavior": "Required"})
    assert drift(open_session, OURS) == []


def test_a_behavior_is_compared_where_one_is_declared(open_session: OpenSession) -> None:
    rearranged(open_session, {"field": "Company", "behavior": "Edit"}, {"field": "LeadSource", "behavior": "Readonly"})
    assert drift(open_session, OURS) == ["fields"]
    assert drift(open_session, {**OURS, "fields": [{"field": "Company"}, {"field": "LeadSource"}]}) == []


def test_an_update_writes_nothing_and_what_differs_is_a_manual_step(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    rearranged(open_session, {"field": "Company", "behavior": "Edit"})
    session = open_session()
    live = session.find(KIND, NAME)
    assert live is not None
    accounts.control.log.clear()

    assert KIND.update(session, live, KIND.parse(OURS)) == live

    assert not accounts.control.log.select(system="salesforce", writes_only=True)
    where = "Layout Lead-Lead Layout: in Setup, Object Manager, Lead, Page Layouts"
    assert list(KIND.manual_steps(KIND.parse(OURS), live)) == [
        f"{where}: make Company Required, which is Edit",
        f"{where}: put LeadSource on the page",
    ]


def test_a_page_that_the_org_lacks_is_refused_by_name(open_session: OpenSession) -> None:
    desired = {**OURS, "name": "Partner Layout"}
    session = open_session()
    assert session.find(KIND, "Lead-Partner Layout") is None
    with pytest.raises(AccountError, match='Salesforce: Lead has no page layout "Partner Layout"'):
        KIND.create(session, KIND.parse(desired))
