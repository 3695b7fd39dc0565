"""Labels of associations: both directions, renamed in place, limited."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_hubspot.kinds.association_label import AssociationLabel
from revops_hubspot.kinds.custom_object_schema import CustomObjectSchema

from revops_iac.adoption.choice import Choice
from revops_iac.adoption.reading import AccountReader
from revops_iac.errors import AuthorError
from tests.diagnostics import refusals
from tests.providers.contract import Contract, example
from tests.providers.revops_hubspot.conftest import OpenSession
from tests.providers.typed_inputs import desired_resource

KIND = AssociationLabel()


def shown(accounts: RunningSimulators) -> list[tuple[str, str]]:
    return [(label["name"], label["label"]) for label in accounts.dump("hubspot")["association_labels"].values()]


def test_type_ids_of_both_directions_are_in_outputs(accounts: RunningSimulators, waits: list[float]) -> None:
    made = Contract(accounts, "hubspot", KIND).create()
    assert made.id == "contacts.companies.101"
    assert made.outputs["facts"] == {"type_id": 101, "inverse_type_id": 102}


def test_label_is_renamed_in_place(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    made = contract.create()
    renamed = {**example(KIND), "label": "Decider", "inverse_label": "Decision of"}
    again = contract.refresh(contract.update(made, renamed))
    assert again is not None
    assert again.id == made.id
    assert not contract.changes(again, renamed)
    assert shown(accounts) == [("decision_maker", "Decider"), ("decision_maker", "Decision of")]


def test_label_renamed_by_a_person_is_found_by_its_id_and_renamed_back(
    accounts: RunningSimulators, waits: list[float]
) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    made = contract.create()
    session = contract.run()
    session.allow_writes()
    body = {"associationTypeId": 101, "label": "Boss", "inverseLabel": "Bossed by"}
    session.client.write("PUT", "associations", "/contacts/companies/labels", body)
    contract.reads_catch_up()
    drifted = contract.refresh(made)
    assert drifted is not None
    assert (drifted.outputs["label"], drifted.outputs["inverse_label"]) == ("Boss", "Bossed by")
    contract.update(drifted, example(KIND))
    assert shown(accounts) == [("decision_maker", "Decision maker"), ("decision_maker", "Decided by")]


def test_limits_of_both_directions_are_written(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    inputs = {**example(KIND), "inverse_max_to": 7}
    again = contract.refresh(contract.create(inputs))
    assert again is not None
    assert not contract.changes(again, inputs)
    assert accounts.dump("hubspot")["association_limits"] == {
        "0-1 0-2": {"USER_DEFINED 101": 3},
        "0-2 0-1": {"USER_DEFINED 102": 7},
    }


def test_limit_that_was_not_there_goes_when_the_label_is_given_back(
    accounts: RunningSimulators, waits: list[float]
) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    theirs: dict[str, Any] = {key: value for key, value in example(KIND).items() if key != "max_to"}
    session = contract.run()
    session.allow_writes()
    KIND.create(session, KIND.parse(theirs))
    contract.delete(contract.create({**example(KIND), "adopt": True}))
    assert accounts.dump("hubspot")["association_limits"]["0-1 0-2"] == {}
    assert len(shown(accounts)) == 2


def test_label_between_records_of_one_object(open_session: OpenSession) -> None:
    session = open_session()
    ends = {"from_object": "contacts", "to_object": "contacts"}
    both = {**ends, "name": "boss", "label": "Boss", "inverse_label": "Report"}
    same = {**both, "name": "peer", "label": "Peer", "inverse_label": "Peer"}
    for inputs in (both, same):
        made = KIND.create(session, KIND.parse(inputs))
        assert KIND.differences(inputs, KIND.managed_view(inputs, made)) == []


def test_custom_object_is_named_without_its_portal(open_session: OpenSession) -> None:
    session = open_session()
    CustomObjectSchema().create(session, CustomObjectSchema().parse(example(CustomObjectSchema())))
    inputs = {**example(KIND), "to_object": "machine"}
    made = KIND.create(session, KIND.parse(inputs))
    assert made.name == "contacts.machine.Decision maker"
    assert [(r.kind, r.name) for r in KIND.references(KIND.parse(inputs))] == [("CustomObjectSchema", "machine")]


def test_fifty_first_label_is_refused_at_preview(open_session: OpenSession) -> None:
    theirs = open_session().client
    for at in range(49):
        body = {"name": f"n{at}", "label": f"L{at}", "inverseLabel": f"I{at}"}
        theirs.write("POST", "associations", "/contacts/companies/labels", body)
    session = open_session(writes=False)
    inputs = [{**example(KIND), "name": name, "label": name} for name in ("a", "b")]
    desired = [desired_resource(KIND, one) for one in inputs]
    session.declared = desired
    assert refusals(KIND, session, desired[0], None) == [
        'HubSpot AssociationLabel "contacts.companies.a": there would be 51 labels between contacts and companies; '
        "HubSpot allows 50\n    fix: remove an unused label"
    ]


def test_labels_that_the_account_has_are_adopted_with_their_inverse_and_changed_later(
    accounts: RunningSimulators, waits: list[float]
) -> None:
    """HubSpot tells neither internal names nor, between records of one object, which two labels belong together."""
    contract = Contract(accounts, "hubspot", KIND)
    contract.create()
    contract.create({**example(KIND), "name": "user", "label": "User", "inverse_label": "Used by"})
    peers = {"from_object": "contacts", "to_object": "contacts", "name": "boss", "label": "Boss"}
    contract.create({**peers, "inverse_label": "Report"})
    contract.reads_catch_up()
    session = contract.run()
    session.declared = []
    found = AccountReader(session, [], set(), Choice(kinds=("AssociationLabel",)), lambda text: None).readings()[0]
    entries = {one.live.definition["label"]: one.entry for one in found.adopted}
    assert found.left_out == {}
    assert {label: entry.get("inverse_label") for label, entry in entries.items()} == {
        "Decision maker": "Decided by",
        "User": "Used by",
        "Boss": None,
        "Report": None,
    }
    made = contract.create({**entries["User"]})
    assert (made.outputs["adopted"], contract.changes(made, {**entries["User"], "name": "user"})) == (True, False)
    contract.update(made, {**entries["User"], "label": "Power user"})
    assert ("user", "Power user") in shown(accounts)
    with pytest.raises(AuthorError, match="changes together with its inverse_label"):
        contract.update(contract.create(entries["Boss"]), {**entries["Boss"], "label": "Manager"})


def test_new_label_without_a_name_is_refused(accounts: RunningSimulators) -> None:
    nameless = {key: value for key, value in example(KIND).items() if key != "name"}
    (refused,) = refusals(KIND, Contract(accounts, "hubspot", KIND).run(), desired_resource(KIND, nameless), None)
    assert "a new label must have a name and an inverse_label\n" in refused
