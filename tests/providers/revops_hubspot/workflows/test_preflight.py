"""What a workflow names is looked up, in words and in HubSpot's JSON alike."""

from __future__ import annotations

from typing import Any

import pytest
from revops_hubspot.workflows.preflight import unknown_parts
from revops_hubspot.workflows.words import vendor_inputs

from tests.providers.revops_hubspot.conftest import OpenSession

FLOW: dict[str, Any] = {"object": "contacts", "name": "W"}
NOPE = 'property "nope" of contacts is neither declared nor in the account'


@pytest.mark.parametrize(
    ("words", "place", "own_place"),
    [
        ({"enroll": {"when": "nope is known"}}, "enroll", "enrollment_criteria"),
        ({"steps": [{"clear": "nope"}]}, "steps", "actions"),
        (
            {"steps": [{"branch": {"cases": [{"name": "A", "when": "nope > 1", "steps": []}]}}]},
            'steps: "A"',
            'actions: "A"',
        ),
        ({"goal": "nope is known"}, "goal", "goal_filter_branch"),
    ],
)
def test_an_unknown_property_is_refused_in_either_form(
    open_session: OpenSession, words: dict[str, Any], place: str, own_place: str
) -> None:
    session = open_session(writes=False)
    assert [one.message for one in unknown_parts(session, {**FLOW, **words})] == [f"{place}: {NOPE}"]
    own = vendor_inputs({**FLOW, **words})
    assert [one.message for one in unknown_parts(session, own)] == [f"{own_place}: {NOPE}"]


def test_a_changed_property_that_enrolls_again_is_no_unknown_property(open_session: OpenSession) -> None:
    again = 'hs_name equals any of ["email"] and hs_value is known'
    inputs = {**FLOW, "enroll": {"when": "email is known", "re_enroll": True, "re_enroll_on": [again]}}
    session = open_session(writes=False)
    assert list(unknown_parts(session, inputs)) == []
    assert list(unknown_parts(session, vendor_inputs(inputs))) == []


def test_a_record_that_is_made_may_name_what_its_object_has_only(open_session: OpenSession) -> None:
    inputs = {**FLOW, "steps": [{"create_record": {"object": "deals", "properties": {"dealname": "x", "nope": "y"}}}]}
    found = list(unknown_parts(open_session(writes=False), inputs))
    assert [one.message for one in found] == [f"steps: {NOPE.replace('contacts', 'deals')}"]
