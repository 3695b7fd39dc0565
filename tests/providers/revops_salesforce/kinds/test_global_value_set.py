"""Global value sets: a suffix that comes and goes, and values of others."""

from __future__ import annotations

from crm_simulators.server import RunningSimulators
from revops_salesforce.kinds.global_value_set import GlobalValueSet

from tests.providers.contract import example, later
from tests.providers.revops_salesforce.conftest import OpenSession

KIND = GlobalValueSet()
NAME = "Lifecycle_Stage"


def test_suffix_on_read_is_no_difference(accounts: RunningSimulators, open_session: OpenSession) -> None:
    accounts.control.switches.set("salesforce.gvs_suffix_on_read", True)
    session = open_session()
    KIND.create(session, KIND.parse(example(KIND)))

    live = open_session().find(KIND, NAME)
    assert live is not None
    assert KIND.differences(example(KIND), KIND.managed_view(example(KIND), live)) == []
    changed = later(KIND)
    assert changed is not None
    KIND.update(session, live, KIND.parse(changed))
    again = open_session().find(KIND, NAME)
    assert again is not None
    assert KIND.differences(changed, KIND.managed_view(changed, again)) == []


def test_values_of_others_are_kept_and_shown(accounts: RunningSimulators, open_session: OpenSession) -> None:
    theirs = [{"fullName": name, "label": name, "default": False} for name in ("lead", "theirs")]
    body = {"masterLabel": "Lifecycle stage", "sorted": False, "customValue": theirs}
    accounts.seed("salesforce", {"components": {"GlobalValueSet": {NAME: body}}})
    session, inputs = open_session(), {**example(KIND), "adopt": True}
    live = session.find(KIND, NAME)
    assert live is not None

    updated = KIND.update(session, live, KIND.parse(inputs))

    assert KIND.output_facts(inputs, updated) == {"unmanaged": ["theirs"]}
    assert [value["name"] for value in updated.definition["values"]] == ["lead", "mql", "theirs"]


def test_deactivated_value_counts_the_records_of_every_field_that_uses_the_set(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    values = [{"fullName": name, "label": name, "default": False} for name in ("lead", "mql", "sql")]
    field = {"label": "Stage", "type": "Picklist", "valueSet": {"restricted": True, "valueSetName": NAME}}
    permissions = [{"field": f"{name}.Stage__c", "readable": True, "editable": True} for name in ("Lead", "Contact")]
    components = {
        "GlobalValueSet": {NAME: {"masterLabel": "Stage", "sorted": False, "customValue": values}},
        "CustomField": {"Lead.Stage__c": field, "Contact.Stage__c": field},
        "PermissionSet": {"See": {"label": "See", "fieldPermissions": permissions}},
    }
    assert accounts.salesforce is not None
    assignment = {"PermissionSet": "See", "Username": accounts.salesforce.username}
    records = {
        "Lead": [{"LastName": "L", "Company": "N", "Stage__c": stage} for stage in ("sql", "sql", "lead")],
        "Contact": [{"LastName": "C", "Stage__c": "sql"}],
    }
    accounts.seed("salesforce", {"components": components, "assignments": [assignment], "records": records})
    session = open_session(writes=False)
    live = session.find(KIND, NAME)
    assert live is not None

    (impact,) = KIND.update_impact(session, KIND.parse({**example(KIND), "deactivate": ["sql"]}), live)
    assert (impact.records, impact.sentence) == (
        3,
        "1 Contact records have a value in Stage__c; 2 Lead records have a value in Stage__c that would be inactive "
        '("sql"): they keep the value, but users can no longer choose it',
    )
    assert list(KIND.update_impact(session, KIND.parse(example(KIND)), live)) == []
