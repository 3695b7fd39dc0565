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
    KIND.create(session, example(KIND))

    held = open_session().find(KIND, NAME)
    assert held is not None
    assert KIND.differences(example(KIND), KIND.view(example(KIND), held)) == []
    changed = later(KIND)
    assert changed is not None
    KIND.update(session, held, changed)
    again = open_session().find(KIND, NAME)
    assert again is not None
    assert KIND.differences(changed, KIND.view(changed, again)) == []


def test_values_of_others_are_kept_and_shown(accounts: RunningSimulators, open_session: OpenSession) -> None:
    theirs = [{"fullName": name, "label": name, "default": False} for name in ("lead", "theirs")]
    body = {"masterLabel": "Lifecycle stage", "sorted": False, "customValue": theirs}
    accounts.seed("salesforce", {"components": {"GlobalValueSet": {NAME: body}}})
    session, inputs = open_session(), {**example(KIND), "adopt": True}
    held = session.find(KIND, NAME)
    assert held is not None

    updated = KIND.update(session, held, inputs)

    assert KIND.shown(inputs, updated) == {"unmanaged": ["theirs"]}
    assert [value["name"] for value in updated.definition["values"]] == ["lead", "mql", "theirs"]
