"""Whatever the portal would refuse in a create or update is refused at preview, with the place; none is forgotten."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from crm_simulators.server import RunningSimulators
from pydantic import ValidationError
from revops_hubspot.api.client import HubSpotClient

from revops_iac.compile import validated
from revops_iac.diagnostics import Position
from revops_iac.errors import AccountError
from revops_iac.plan import preflight as preflight_module
from revops_iac.plan.preflight import preflight
from revops_iac.provider.kind import DesiredResource
from revops_iac.provider.session import Session
from revops_iac.source.input_errors import input_diagnostic
from revops_iac.state.source_map import lines
from revops_iac.systems import system_named
from tests.diagnostics import texts
from tests.providers.revops_hubspot.conftest import OpenSession
from tests.providers.revops_hubspot.preflight_errors.case import Case
from tests.providers.revops_hubspot.preflight_errors.cases import CASES, NOT_OURS
from tests.providers.revops_hubspot.preflight_errors.collected import (
    AREAS,
    MAKERS,
    OTHERS,
    makers,
    pattern,
    preflight_errors,
    refusing,
)
from tests.providers.typed_inputs import desired_resource

KINDS = system_named("hubspot").kinds
Ready = Callable[[Case], Session[HubSpotClient]]
AT, OTHER = Position("stacks/model/m.yaml", 1, 1), Position("m", 2, 1)
NAMED = {
    "unknown_object_type": r"Unable to infer object type from",
    "unparsable_path": r"Unable to parse value for path parameter",
    "missing_attributes": r"some of required attributes are not set",
    "_invalid_metadata": r"probability",
}
"""What the refusals say that stand in the source as a call of their own."""


def test_every_refusal_of_the_portal_has_a_case_or_a_reason() -> None:
    known = {case.refusal for case in CASES} | set(NOT_OURS)
    assert sorted(set(preflight_errors()) - known) == []
    assert sorted(known - set(preflight_errors())) == []


def test_refusals_are_made_in_the_ways_that_are_collected() -> None:
    assert {maker for area in AREAS for maker in makers(area)} <= MAKERS


def test_every_file_that_refuses_is_about_definitions_or_says_what_else() -> None:
    assert sorted(refusing() ^ {*AREAS, *OTHERS}) == []


@pytest.fixture
def ready(accounts: RunningSimulators, open_session: OpenSession) -> Ready:
    """Brings the portal to where a case begins; answers a session that may write."""

    def prepared(case: Case) -> Session[HubSpotClient]:
        session = open_session()
        for kind, inputs in case.there:
            made = KINDS[kind].create(session, KINDS[kind].parse(inputs))
            session.remember(KINDS[kind], made)
        if case.seed:
            accounts.seed("hubspot", dict(case.seed))
        accounts.control.log.clear()
        return session

    return prepared


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.refusal[:80])
def test_portal_refuses_it_and_the_preview_did_before(
    case: Case, ready: Ready, open_session: OpenSession, accounts: RunningSimulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = ready(case)
    answer = provoked(session, case)
    kept = NAMED.get(case.refusal.partition(": ")[2])
    assert pattern(f": {kept}" if kept else case.refusal).search(answer) or (
        kept and any(k in answer for k in kept.split("|"))
    )
    accounts.control.log.clear()

    message = previewed(open_session(writes=False), case, monkeypatch)

    assert case.message in message
    assert accounts.control.log.select(system="hubspot", writes_only=True) == []


def provoked(session: Session[HubSpotClient], case: Case) -> str:
    """What the portal answers to the write of a case, made past every check of ours."""
    kind = KINDS[case.kind]
    try:
        if case.raw is not None:
            method, area, path, body = case.raw
            session.client.write(method, area, path, body)
        elif (live := session.find(kind, kind.vendor_name(kind.parse(case.inputs)))) is None:
            kind.create(session, kind.parse(case.inputs))
        else:
            kind.update(session, live, kind.parse(case.inputs))
    except AccountError as refused:
        return refused.diagnostic.sentence
    raise AssertionError("nothing was refused")


def previewed(session: Session[HubSpotClient], case: Case, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the preview says of the inputs: when the model is read, else from the account resource with its place."""
    kind = KINDS[case.kind]
    try:
        inputs = validated(kind, case.inputs)
    except ValidationError as error:
        found = [input_diagnostic(kind.inputs, details) for details in error.errors(include_url=False)]
        return "; ".join(f"{one.message}, fix: {one.fix}" for one in found)
    items = [desired_resource(kind, inputs, AT)]
    items += [desired_resource(KINDS[other], theirs, OTHER) for other, theirs in case.also]
    monkeypatch.setattr(preflight_module, "trusted_desired", lambda *_: items)
    before = lines([item for item in items if KINDS[item.kind].name_is_immutable and _is_there(session, item)])
    shown = texts(preflight(session, "test", "" if "already exists with" in case.message else before, lines(items)))
    assert shown, "nothing was refused"
    about_the_account = "HubSpot GET "
    assert all(one.startswith((f"{AT}  ", about_the_account, f"{OTHER}  ")) for one in shown)
    return "\n".join(shown)


def _is_there(session: Session[HubSpotClient], item: DesiredResource) -> bool:
    try:
        return session.find(KINDS[item.kind], item.name) is not None
    except AccountError:
        return False
