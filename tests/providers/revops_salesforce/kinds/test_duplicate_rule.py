"""Duplicate rules beside those of others, and the matching rules under them."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from pydantic import ValidationError
from revops_salesforce.api.components import without_nil
from revops_salesforce.kinds.custom_object import CustomObject
from revops_salesforce.kinds.duplicate_rule import DuplicateRule, DuplicateRuleInputs
from revops_salesforce.kinds.matching_rule import MatchingRule

from revops_iac.compile import validated
from revops_iac.errors import AccountError
from tests.providers.contract import Contract, example
from tests.providers.revops_salesforce.conftest import OpenSession

KIND, MATCHING = DuplicateRule(), MatchingRule()
OURS, SAME = example(KIND), example(MATCHING)
UNFILTERED = {**OURS, "filter": {"items": []}}


def orders(open_session: OpenSession) -> dict[str, int]:
    client = open_session().client
    bodies = client.read_components("DuplicateRule", client.list_components("DuplicateRule"))
    return {name: body["sortOrder"] for name, body in bodies.items()}


def named(name: str) -> dict[str, Any]:
    return {**OURS, "name": name}


@pytest.mark.parametrize("closes", [False, True])
def test_rules_of_others_move_only_to_close_a_gap(
    accounts: RunningSimulators, open_session: OpenSession, closes: bool
) -> None:
    accounts.control.switches.set("salesforce.duplicate_rules_close_gaps", closes)
    session = open_session()
    MATCHING.create(session, MATCHING.parse(SAME))
    KIND.create(session, KIND.parse(named("First")))
    ours = KIND.create(session, KIND.parse(OURS))
    KIND.create(session, KIND.parse(named("Last")))
    KIND.create(session, KIND.parse(named("Very_Last")))
    assert orders(open_session) == {"Lead.First": 1, "Lead.Same_Person": 2, "Lead.Last": 3, "Lead.Very_Last": 4}

    KIND.update(session, ours, KIND.parse({**OURS, "label": "Other"}))
    assert orders(open_session)["Lead.Same_Person"] == 2

    KIND.delete(session, ours, KIND.state(OURS))
    assert orders(open_session) == {"Lead.First": 1, "Lead.Last": 2, "Lead.Very_Last": 3}


def test_rules_of_another_object_have_numbers_of_their_own(open_session: OpenSession) -> None:
    session = open_session()
    MATCHING.create(session, MATCHING.parse(SAME))
    MATCHING.create(session, MATCHING.parse({**SAME, "object": "Account", "items": [{"field": "Name"}]}))
    KIND.create(session, KIND.parse(OURS))
    matches = [{"object": "Account", "matching_rule": "Same_Person"}]
    KIND.create(session, KIND.parse({**UNFILTERED, "object": "Account", "matches": matches}))
    assert orders(open_session) == {"Account.Same_Person": 1, "Lead.Same_Person": 1}


def test_a_matching_rule_changes_under_an_active_duplicate_rule(open_session: OpenSession) -> None:
    session = open_session()
    made = MATCHING.create(session, MATCHING.parse(SAME))
    KIND.create(session, KIND.parse(OURS))

    MATCHING.update(session, made, MATCHING.parse({**SAME, "label": "Other"}))

    live, rule = open_session().find(MATCHING, "Lead.Same_Person"), open_session().find(KIND, "Lead.Same_Person")
    assert live is not None
    assert rule is not None
    assert (live.definition["label"], live.definition["active"]) == ("Other", True)
    assert rule.definition["active"] is True


def test_a_rule_that_never_becomes_active_is_an_error(
    accounts: RunningSimulators, open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("revops_salesforce.kinds.matching_rule.GIVE_UP_S", 0)
    accounts.control.switches.set("salesforce.matching_rule_polls", 5)
    with pytest.raises(AccountError, match=r'MatchingRule "Lead\.Same_Person": .*the rule is still Activating after 0'):
        MATCHING.create(open_session(), MATCHING.parse(SAME))


def is_active(open_session: OpenSession) -> tuple[Any, Any]:
    """Whether the matching rule and the duplicate rule on it are active."""
    live, rule = open_session().find(MATCHING, "Lead.Same_Person"), open_session().find(KIND, "Lead.Same_Person")
    assert live is not None
    assert rule is not None
    return live.definition["active"], rule.definition["active"]


def test_change_that_is_refused_leaves_no_rule_switched_off(open_session: OpenSession) -> None:
    session = open_session()
    made = MATCHING.create(session, MATCHING.parse(SAME))
    KIND.create(session, KIND.parse(OURS))
    with pytest.raises(AccountError, match="Nowhere__c"):
        MATCHING.update(session, made, MATCHING.parse({**SAME, "items": [{"field": "Nowhere__c"}]}))
    assert is_active(open_session) == (True, True)


def test_rules_that_cannot_be_switched_on_again_are_named(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    session = open_session()
    made = MATCHING.create(session, MATCHING.parse(SAME))
    KIND.create(session, KIND.parse(OURS))
    accounts.control.faults.add("rate_limit", system="salesforce", policy="DAILY", path="/Soap/m/", after=6)
    with pytest.raises(AccountError) as refused:
        MATCHING.update(session, made, MATCHING.parse({**SAME, "label": "Other"}))
    assert "TotalRequests Limit exceeded; some rules may still be inactive" in str(refused.value)
    assert str(refused.value).endswith(
        "fix: check in Setup that they are active: matching rule Lead.Same_Person, duplicate rule Lead.Same_Person"
    )


BY_HAND = {"items": [{"table": "Lead", "field": "Country", "operation": "equals", "value": "France"}]}


def set_by_a_person(open_session: OpenSession) -> None:
    """Somebody narrows the rule in Setup and writes down why."""
    client = open_session().client
    body = client.read_components("DuplicateRule", ["Lead.Same_Person"])["Lead.Same_Person"]
    item = {"table": "Lead", "field": "Country", "operation": "equals", "value": "France", "sortOrder": 1}
    narrowed = {"duplicateRuleFilter": {"duplicateRuleFilterItems": [item]}, "description": "France only"}
    client.update_component("DuplicateRule", {**body, "fullName": "Lead.Same_Person", **narrowed})


def test_filter_that_somebody_set_is_drift_and_goes_only_by_an_update_that_shows_it(open_session: OpenSession) -> None:
    session = open_session()
    MATCHING.create(session, MATCHING.parse(SAME))
    KIND.create(session, KIND.parse(UNFILTERED))
    set_by_a_person(open_session)

    session = open_session()
    live = session.find(KIND, "Lead.Same_Person")
    assert live is not None
    assert KIND.differences(UNFILTERED, KIND.managed_view(UNFILTERED, live)) == ["filter"]
    assert KIND.managed_view(UNFILTERED, live)["filter"] == BY_HAND

    KIND.update(session, live, KIND.parse(UNFILTERED))
    live = open_session().find(KIND, "Lead.Same_Person")
    assert live is not None
    assert KIND.differences(UNFILTERED, live.definition) == []
    assert live.definition["description"] == "France only"


def test_filter_that_the_program_names_survives_an_update_of_something_else(open_session: OpenSession) -> None:
    session = open_session()
    MATCHING.create(session, MATCHING.parse(SAME))
    KIND.create(session, KIND.parse(UNFILTERED))
    set_by_a_person(open_session)
    session = open_session()
    live = session.find(KIND, "Lead.Same_Person")
    assert live is not None
    KIND.update(session, live, KIND.parse({**OURS, "filter": BY_HAND, "label": "Other"}))
    live = open_session().find(KIND, "Lead.Same_Person")
    assert live is not None
    assert (live.definition["filter"], live.definition["label"]) == (BY_HAND, "Other")


def test_filter_asks_the_record_or_the_user_only() -> None:
    filter_ = {"items": [{"table": "Account", "field": "Name", "operation": "equals", "value": "x"}]}
    with pytest.raises(ValidationError, match='filter: its tables are "Lead" and "User", not "Account"'):
        DuplicateRuleInputs.model_validate({**OURS, "filter": filter_})


def test_custom_object_has_rules_of_both_kinds(accounts: RunningSimulators, waits: list[float]) -> None:
    rules = Contract(accounts, "salesforce", MATCHING)
    rules.prepare()
    session = rules.run()
    session.allow_writes()
    machine = CustomObject()
    machine.create(session, machine.parse(example(machine)))
    matching = rules.create(validated(MATCHING, {**SAME, "object": "Machine__c", "items": [{"field": "Name"}]}))
    assert matching.outputs["object"] == "Machine__c"

    duplicates = Contract(accounts, "salesforce", KIND)
    matches = [{"object": "Machine__c", "matching_rule": "Same_Person"}]
    inputs = validated(KIND, {**UNFILTERED, "object": "Machine__c", "matches": matches})
    made = duplicates.create(inputs)
    again = duplicates.refresh(made)
    assert again is not None
    assert not duplicates.changes(again, inputs)


def test_order_of_operations_stays_where_it_is_only_spelled_otherwise() -> None:
    live = {"operationsOnInsert": ["Report", "Alert"]}
    inputs = KIND.parse({"object": "Lead", "name": "X", "operations_on_insert": ["Alert", "Report"]})
    assert KIND.changes(live, inputs) == {}


def test_field_that_the_other_object_does_not_have_survives_the_way_there_and_back() -> None:
    pairs = [{"other_field": "Email"}, {"field": "City", "other_field": "MailingCity"}]
    matches = [{"object": "Contact", "matching_rule": "Same_Person", "mapping": pairs}]
    inputs = KIND.parse(validated(KIND, {**UNFILTERED, "matches": matches}))
    assert KIND.definition("Lead.X", without_nil(KIND.new_body(inputs)))["matches"] == matches


def test_status_in_the_orgs_own_words_is_not_written() -> None:
    inputs = MATCHING.parse({"object": "Lead", "name": "Same_Person", "label": "Same", "active": False})
    assert MATCHING.changes({"ruleStatus": "DeactivationFailed"}, inputs) == {"label": "Same"}
    assert MATCHING.changes({"ruleStatus": "Active"}, inputs) == {"label": "Same", "ruleStatus": "Inactive"}
