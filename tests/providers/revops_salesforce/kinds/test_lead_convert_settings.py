"""The lead-convert mapping, owned pair by pair."""

from __future__ import annotations

from typing import Any

from crm_simulators.server import RunningSimulators
from revops_salesforce.kinds.lead_convert_settings import NAME, LeadConvertSettings

from revops_iac.provider.kind import Definition
from tests.providers.revops_salesforce.conftest import OpenSession

KIND = LeadConvertSettings()
OURS: Definition = {"mappings": [{"field": "Lead.Tier__c", "to": "Contact.Tier__c"}]}
THEIRS = {"field": "Lead.Size__c", "to": "Contact.Size__c"}
TEXT = {"label": "Text", "type": "Text", "length": 80}


def seeded(accounts: RunningSimulators, *pairs: tuple[str, str]) -> None:
    """Fields on both objects, and a mapping that others made."""
    fields = {f"{sobject}.{name}__c": TEXT for sobject in ("Lead", "Contact") for name in ("Tier", "Size")}
    accounts.seed("salesforce", {"components": {"CustomField": fields}})
    listed = [{"inputField": mine, "outputField": other} for mine, other in pairs]
    mapping = {"inputObject": "Lead", "outputObject": "Contact", "mappingFields": listed}
    accounts.seed("salesforce", {"components": {NAME: {NAME: {"objectMapping": [mapping]}}}})


def pairs(open_session: OpenSession) -> Any:
    live = open_session().find(KIND, NAME)
    assert live is not None
    return live.definition["mappings"]


def test_pairs_of_others_are_kept_and_shown(accounts: RunningSimulators, open_session: OpenSession) -> None:
    seeded(accounts, ("Size__c", "Size__c"))
    session = open_session()
    live = session.find(KIND, NAME)
    assert live is not None
    assert KIND.conflicts(OURS, live) == []
    made = KIND.update(session, live, KIND.parse(OURS))
    assert pairs(open_session) == [THEIRS, OURS["mappings"][0]]
    assert KIND.output_facts(OURS, made) == {"unmanaged": ["Lead.Size__c -> Contact.Size__c"]}

    KIND.delete(session, made, KIND.state(OURS))
    assert pairs(open_session) == [THEIRS]


def test_a_pair_that_goes_elsewhere_contradicts_and_comes_back(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    seeded(accounts, ("Tier__c", "Size__c"))
    session = open_session()
    live = session.find(KIND, NAME)
    assert live is not None
    assert KIND.conflicts(OURS, live) == ["mappings"]
    earlier = live.definition
    made = KIND.update(session, live, KIND.parse(OURS))
    assert pairs(open_session) == OURS["mappings"]

    KIND.delete(session, made, KIND.state({**OURS, "earlier": earlier}))
    assert pairs(open_session) == [{"field": "Lead.Tier__c", "to": "Contact.Size__c"}]


def test_a_target_that_takes_another_field_contradicts(accounts: RunningSimulators, open_session: OpenSession) -> None:
    seeded(accounts, ("Size__c", "Tier__c"))
    session = open_session()
    live = session.find(KIND, NAME)
    assert live is not None
    assert KIND.conflicts(OURS, live) == ["mappings"]
    KIND.update(session, live, KIND.parse(OURS))
    assert pairs(open_session) == OURS["mappings"]
