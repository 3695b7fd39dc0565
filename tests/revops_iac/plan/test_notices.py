"""What one change of the model enables is named before it happens."""

from __future__ import annotations

from typing import Any

from revops_iac.plan.notices import enabled, touched
from revops_iac.state.source_map import lines
from revops_iac.systems import system_named
from tests.providers.typed_inputs import desired_resource
from tests.sessions import new_session

KIND = system_named("salesforce").kinds["FlowActivation"]
NO_CONFIG: dict[str, Any] = {}


def test_flows_that_were_not_enabled_before_are_named() -> None:
    session = new_session("salesforce", NO_CONFIG.get)
    session.declared = [desired_resource(KIND, {"name": name}) for name in ("One", "Two", "Three")]
    assert list(enabled(session, lines(session.declared[:1]))) == [("flow", ["Two", "Three"])]
    assert list(enabled(session, lines(session.declared))) == []


def test_what_a_plan_touches_is_counted_by_kind() -> None:
    session = new_session("salesforce", NO_CONFIG.get)
    session.report.differs = {("CustomField", "Lead.A__c"), ("CustomField", "Lead.New__c")}
    session.report.lacks = {("CustomField", "Lead.New__c"), ("Flow", "Gone")}
    before = "CustomField Lead.A__c\nCustomField Lead.Old__c\nFlow Gone\nFlow Same"
    declared = "CustomField Lead.A__c\nCustomField Lead.New__c\nFlow Gone\nFlow Same\nQueue Taken"
    assert touched(session, before, declared) == (
        "adopts 1 queue; creates 1 field and 1 flow; changes 1 field; removes 1 field"
    )
    assert touched(new_session("salesforce", NO_CONFIG.get), before, before) == ""
