"""What the portal has no room for is reported at preview, from the table of HubSpot's limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_hubspot.api.account_limits import LIMITS

from revops_iac.diagnostics import Position
from revops_iac.plan import preflight as preflight_module
from revops_iac.plan.preflight import preflight
from revops_iac.provider.limits import Limit
from revops_iac.state.source_map import lines
from revops_iac.systems import system_named
from tests.diagnostics import texts
from tests.providers.revops_hubspot.conftest import OpenSession
from tests.providers.typed_inputs import desired_resource

KINDS = system_named("hubspot").kinds
TEXT = {"object": "contacts", "name": "x", "type": "string", "field_type": "text", "group_name": "contactinformation"}
CHOICE = {**TEXT, "label": "X", "type": "enumeration", "field_type": "select"}
Previewed = Callable[..., list[str]]


@pytest.fixture
def previewed(open_session: OpenSession, monkeypatch: pytest.MonkeyPatch) -> Previewed:
    """What the preview refuses of resources, given as a kind and its inputs."""

    def preview(*resources: tuple[str, dict[str, Any]]) -> list[str]:
        at = Position("m.yaml", 1, 1)
        items = [desired_resource(KINDS[kind], inputs, at) for kind, inputs in resources]
        monkeypatch.setattr(preflight_module, "trusted_desired", lambda *_: items)
        return texts(preflight(open_session(writes=False), "test", "", lines(items)))

    return preview


def test_length_that_no_source_states_is_a_warning(
    previewed: Previewed, accounts: RunningSimulators, capfd: pytest.CaptureFixture[str]
) -> None:
    assert previewed(("Property", {**TEXT, "label": "L" * 150})) == []
    assert (
        'm.yaml:1:1  warning: HubSpot Property "contacts.x": label has 150 characters; HubSpot allows 100\n'
        "    fix: shorten the label to 100 characters and keep the rest in description"
    ) in capfd.readouterr().err


def test_options_have_one_length_for_all_their_texts(previewed: Previewed, accounts: RunningSimulators) -> None:
    long = {"label": "A", "value": "a", "description": "d" * 2999}
    (found,) = previewed(("Property", {**CHOICE, "options": [{"label": "B", "value": "b"}, long]}))
    assert "options[1] has 3,001 characters; HubSpot allows 3,000" in found


def test_what_the_account_has_already_is_not_refused(previewed: Previewed, accounts: RunningSimulators) -> None:
    """HubSpot may hold more than it takes from others: only a change is a write."""
    long = {"label": "A", "value": "a", "description": "d" * 2999}
    shape = {"name": "x", "type": "enumeration", "fieldType": "select", "groupName": "contactinformation"}
    theirs = {"label": "X", "hubspotDefined": True, "modificationMetadata": {"readOnlyDefinition": False}}
    accounts.seed("hubspot", {"properties": {"contacts": [{**shape, **theirs, "options": [long]}]}})
    held = {**CHOICE, "adopt": True, "options": [long]}
    assert previewed(("Property", {**held, "label": "Y"})) == []
    (found,) = previewed(("Property", {**held, "options": [{**long, "label": "AB"}]}))
    assert "options[0] has 3,002 characters" in found


def segments(count: int) -> list[tuple[str, dict[str, Any]]]:
    contacts = {"object": "contacts", "processing_type": "MANUAL"}
    return [("List", {**contacts, "name": f"Segment {at}"}) for at in range(count)]


def lists(*most: tuple[str, int], refused: str = "yes") -> list[dict[str, str]]:
    row = {"kind": "List", "input": "", "unit": "objects", "per": "", "only": "", "refused": refused, "fix": "fewer"}
    return [{**row, "tier": tier, "most": str(number)} for tier, number in most]


@pytest.fixture
def allow(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts other rows in place of HubSpot's, and what is known of the tier."""

    def put(rows: list[dict[str, str]], *tiers: str) -> None:
        limits = [Limit.parse(row) for row in rows]
        monkeypatch.setattr(LIMITS, "of", lambda kind: [limit for limit in limits if limit.kind == kind])
        monkeypatch.setattr(LIMITS, "_tiers", lambda _: tiers)

    return put


def test_first_object_without_room_is_refused(
    previewed: Previewed, allow: Callable[..., None], accounts: RunningSimulators
) -> None:
    allow(lists(("", 2)))
    assert previewed(*segments(4)) == [
        'm.yaml:1:1  HubSpot List "Segment 2": there would be 4 objects of type List; HubSpot allows 2\n    fix: fewer'
    ]


def test_unknown_tier_warns_up_to_what_the_highest_allows(
    previewed: Previewed, allow: Callable[..., None], accounts: RunningSimulators, capfd: pytest.CaptureFixture[str]
) -> None:
    allow(lists(("Professional", 2), ("Enterprise", 3)))
    assert previewed(*segments(3)) == []
    assert "there would be 3 objects of type List; HubSpot allows 2 (Professional 2, Enterprise 3)" in (
        capfd.readouterr().err
    )
    (found,) = previewed(*segments(4))
    assert "there would be 4 objects of type List; HubSpot allows 3" in found


def test_known_tier_is_the_limit(previewed: Previewed, allow: Callable[..., None], accounts: RunningSimulators) -> None:
    allow(lists(("Professional", 2), ("Enterprise", 3)), "Professional")
    (found,) = previewed(*segments(3))
    assert "there would be 3 objects of type List; HubSpot allows 2\n" in found
