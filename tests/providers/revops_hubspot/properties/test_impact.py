"""What a change would lose is counted in the portal and refused at preview, each with its place, all at once."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.dynamic import PROVIDERS

from revops_iac import dynamic
from revops_iac.diagnostics import Position
from revops_iac.errors import AuthorError
from revops_iac.plan import preflight as preflight_module
from revops_iac.plan.preflight import preflight
from revops_iac.provider.kind import DesiredResource
from revops_iac.provider.session import Session
from revops_iac.state.source_map import lines
from revops_iac.systems import system_named
from tests.diagnostics import texts
from tests.providers.revops_hubspot.conftest import OpenSession

KINDS = system_named("hubspot").kinds
TEXT = {"object": "contacts", "type": "string", "field_type": "text", "group_name": "contactinformation"}


def an_option(value: str) -> dict[str, Any]:
    return {"label": value.capitalize(), "value": value}


SIZE: dict[str, Any] = {
    **TEXT,
    "name": "size",
    "label": "Size",
    "type": "enumeration",
    "field_type": "checkbox",
    "options": [an_option("small"), an_option("middle"), an_option("large")],
}
SEATS = {**TEXT, "name": "seats", "label": "Seats", "type": "number", "field_type": "number"}
NOTE = {**TEXT, "name": "note", "label": "Note"}
PIPELINE: dict[str, Any] = {
    "object": "deals",
    "name": "renewals",
    "label": "Renewals",
    "stages": [
        {"id": "renewals_open", "label": "Open", "probability": 0.2},
        {"id": "renewals_won", "label": "Won", "probability": 1.0},
    ],
}


@pytest.fixture
def used(accounts: RunningSimulators, open_session: OpenSession) -> OpenSession:
    """A portal with three properties and a pipeline, all of them in use."""
    session = open_session()
    for kind, inputs in (("Property", SIZE), ("Property", SEATS), ("Property", NOTE), ("Pipeline", PIPELINE)):
        KINDS[kind].create(session, KINDS[kind].parse(inputs))
    people = [
        {"email": "a@northwind.example", "size": "small", "seats": "3", "note": "x"},
        {"email": "b@northwind.example", "size": "small;large", "note": "y"},
        {"email": "c@northwind.example", "size": "middle"},
    ]
    deals = [{"dealname": f"D{at}", "pipeline": "renewals", "dealstage": "renewals_open"} for at in range(4)]
    accounts.seed("hubspot", {"records": {"contacts": people, "deals": deals}})
    accounts.control.log.clear()
    return open_session


def problems(
    session: Session[HubSpotClient], monkeypatch: pytest.MonkeyPatch, *declared: tuple[str, dict[str, Any]]
) -> list[str]:
    """What the preflight says of changed definitions that the stack holds already."""
    items = []
    for at, (kind, inputs) in enumerate(declared, 1):
        name = KINDS[kind].vendor_name(KINDS[kind].parse(inputs))
        items.append(DesiredResource(kind, name, name, inputs, Position("stacks/model/m.yaml", at, 1)))
    monkeypatch.setattr(preflight_module, "trusted_desired", lambda *_: items)
    return texts(preflight(session, "test", lines(items), lines(items)))


NARROWED: dict[str, Any] = {**SIZE, "options": [an_option("middle")]}
CALCULATED: dict[str, Any] = {**SEATS, "field_type": "calculation_equation", "calculation_formula": "2 * 3"}
RETYPED: dict[str, Any] = {**NOTE, "type": "number", "field_type": "number"}
REFORMED = {**NOTE, "field_type": "html"}
SHORTER: dict[str, Any] = {**PIPELINE, "stages": PIPELINE["stages"][1:]}
GIVE_UP = 'fix: change these records first, or give their values up: add "{}" to revops:allowDataLoss in stack config'


def test_every_change_that_loses_values_is_refused_at_once_with_counts_and_places(
    used: OpenSession, accounts: RunningSimulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = [("Property", NARROWED), ("Property", CALCULATED), ("Property", RETYPED), ("Pipeline", SHORTER)]
    assert problems(used(writes=False), monkeypatch, *changes) == [
        'stacks/model/m.yaml:1:1  HubSpot Property "contacts.size": changing it would lose data: 2 contacts have '
        "a value "
        f'in "size" that would no longer be an option ("small" 2, "large" 1)\n    {GIVE_UP.format("contacts.size")}',
        'stacks/model/m.yaml:2:1  HubSpot Property "contacts.seats": changing it would lose data: 1 contact has '
        "a value "
        f'in "seats", which the calculation would replace\n    {GIVE_UP.format("contacts.seats")}',
        'stacks/model/m.yaml:3:1  HubSpot Property "contacts.note": type cannot change after creation, and '
        "nothing that holds "
        'records is replaced (2 contacts have a value in "note")\n'
        "    fix: declare a new key beside it, copy the values, switch what uses it, then remove the old one",
        'stacks/model/m.yaml:4:1  HubSpot Pipeline "deals.renewals": changing it would lose data: stage '
        '"Open" '
        "would be removed, but 4 deals are in it\n    fix: move them to another stage first, or keep the stage",
    ]
    assert accounts.control.log.select(system="hubspot", writes_only=True) == []


def test_other_field_type_is_refused_only_where_values_may_not_fit(
    used: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    (message,) = problems(used(writes=False), monkeypatch, ("Property", REFORMED))
    assert '2 contacts have a value in "note", whose field type would change from text to html' in message
    longer = {**NOTE, "field_type": "textarea"}
    assert problems(used(writes=False), monkeypatch, ("Property", longer)) == []


def test_named_property_may_lose_its_values_and_a_stage_never_its_deals(
    used: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = used(writes=False, **{"revops:allowDataLoss": ["contacts.size", "contacts.seats", "deals.renewals"]})
    changes = [("Property", NARROWED), ("Property", CALCULATED), ("Pipeline", SHORTER)]
    (message,) = problems(session, monkeypatch, *changes)
    assert 'stage "Open" would be removed, but 4 deals are in it' in message


def test_options_that_nobody_chose_may_go(used: OpenSession, monkeypatch: pytest.MonkeyPatch) -> None:
    added = {**SIZE, "options": [*SIZE["options"], an_option("huge")]}
    session, kind = used(), KINDS["Property"]
    live = session.find(kind, "contacts.size")
    assert live is not None
    kind.update(session, live, kind.parse(added))
    assert problems(used(writes=False), monkeypatch, ("Property", SIZE)) == []


def test_values_that_came_after_the_preview_stop_the_write(used: OpenSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(dynamic._sessions, "hubspot", used())
    with pytest.raises(AuthorError, match='2 contacts have a value in "size" that would no longer be an option'):
        PROVIDERS["PropertyProvider"]().update("contacts.size", dict(SIZE), dict(NARROWED))
