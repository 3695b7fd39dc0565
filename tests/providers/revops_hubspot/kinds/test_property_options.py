"""Options in a property of others: merged, never replaced, and restored."""

from __future__ import annotations

from typing import Any

from crm_simulators.server import RunningSimulators
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.kinds.property_options import PropertyOptions

from revops_iac.provider.kind import DesiredResource, LiveObject
from revops_iac.provider.session import Session
from tests.diagnostics import refusals
from tests.providers.contract import Contract, example
from tests.providers.revops_hubspot.conftest import OpenSession

KIND = PropertyOptions()


def live(session: Session[HubSpotClient]) -> LiveObject:
    found = session.find(KIND, "contacts.hs_lead_status")
    assert found is not None
    return found


def options(accounts: RunningSimulators) -> list[dict[str, Any]]:
    found = accounts.dump("hubspot")["properties"]["0-1"]["hs_lead_status"]["options"]
    return sorted(found, key=lambda option: int(option["displayOrder"]))


def test_missing_options_are_added_and_those_of_others_stay(accounts: RunningSimulators, waits: list[float]) -> None:
    before = [option["value"] for option in options(accounts)]
    made = Contract(accounts, "hubspot", KIND).create()
    assert [o["value"] for o in options(accounts) if o["value"] in before] == before
    assert {"RECYCLED", "WAITING_FOR_SALES"} <= {o["value"] for o in options(accounts)}
    assert len(made.outputs["facts"]["unmanaged_options"]) == len(before)


def test_removal_puts_the_list_back(accounts: RunningSimulators, waits: list[float]) -> None:
    before = [{**option, "displayOrder": at} for at, option in enumerate(options(accounts))]
    contract = Contract(accounts, "hubspot", KIND)
    contract.delete(contract.create())
    assert options(accounts) == before


def test_added_option_that_a_record_has_is_hidden_instead(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    made = contract.create()
    person = {"email": "a@northwind.example", "hs_lead_status": "RECYCLED"}
    accounts.seed("hubspot", {"records": {"contacts": [person]}})
    contract.delete(made)
    left = {option["value"]: option["hidden"] for option in options(accounts)}
    assert left["RECYCLED"] is True
    assert "WAITING_FOR_SALES" not in left


def test_option_of_others_is_hidden_by_name_only(accounts: RunningSimulators, open_session: OpenSession) -> None:
    session = open_session()
    first = options(accounts)[0]["value"]
    desired = {**example(KIND), "deactivate": [first]}
    assert "deactivate" in KIND.differences(desired, KIND.managed_view(desired, live(session)))

    changed = KIND.update(session, live(session), KIND.parse(desired))

    assert KIND.managed_view(desired, changed) == desired
    assert {option["value"] for option in options(accounts) if option["hidden"]} == {first}


def test_locked_options_are_refused_at_preview(open_session: OpenSession) -> None:
    session = open_session(writes=False)
    name = "contacts.lifecyclestage"
    inputs = {"object": "contacts", "name": "lifecyclestage", "options": [{"label": "Fan", "value": "fan"}]}
    assert refusals(
        KIND, session, DesiredResource("PropertyOptions", name, name, inputs), session.find(KIND, name)
    ) == [
        f'HubSpot PropertyOptions "{name}": HubSpot\'s API cannot change these options\n'
        "    fix: change them manually in HubSpot's settings, and remove the entry"
    ]


def test_unknown_property_is_refused_at_preview(open_session: OpenSession) -> None:
    session = open_session(writes=False)
    desired = DesiredResource("PropertyOptions", "contacts.nope", "contacts.nope", {**example(KIND), "name": "nope"})
    assert refusals(KIND, session, desired, None) == [
        'HubSpot PropertyOptions "contacts.nope": the enumeration property does not exist in the account\n'
        "    fix: correct its name, or declare it as a Property"
    ]


def test_option_of_another_value_in_the_place_of_one_is_refused_with_the_line_that_keeps_it(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    """HubSpot's own option of that label had its value; under a new label it would be an option of ours."""
    person = {"email": "a@northwind.example", "hs_lead_status": "OPEN"}
    accounts.seed("hubspot", {"records": {"contacts": [person]}})
    recycled = {"label": "Recycled", "value": "recycled"}
    before, after, kept = (
        KIND.parse({"object": "contacts", "name": "hs_lead_status", "options": [one, recycled]})
        for one in (
            {"label": "Open", "value": "OPEN"},
            {"label": "Fresh", "value": "open"},
            {"label": "Fresh", "value": "OPEN"},
        )
    )
    (found,) = KIND.step_errors(open_session(), before, after)
    assert found.message == '"open" would be a second option, and 1 record would stay in "OPEN"'
    assert 'keep its value: {hubspot: OPEN} in lifecycle.lead_status_values, under the key of "Fresh"' in found.fix
    assert list(KIND.step_errors(open_session(), before, kept)) == []
