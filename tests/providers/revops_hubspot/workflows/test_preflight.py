"""What a workflow names is looked up, in words and in HubSpot's JSON alike."""

from __future__ import annotations

from typing import Any

import pytest
from revops_hubspot.kinds.workflow import Workflow
from revops_hubspot.workflows.preflight import unknown_parts
from revops_hubspot.workflows.words import vendor_inputs

from revops_iac.compile import validated
from revops_iac.diagnostics import Severity
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


LABEL = '"Lead" is the label of an option of lifecyclestage, whose value is "lead"; it matches no record'
LABELED: list[tuple[dict[str, Any], str]] = [
    ({"enroll": {"when": "lifecyclestage is any of [Lead]"}}, "enroll"),
    ({"enroll": {"when": "email is known and lifecyclestage has never been any of [customer, Lead]"}}, "enroll"),
    (
        {
            "enroll": {
                "when": "email is known",
                "re_enroll": True,
                "re_enroll_on": ["lifecyclestage changed and now is any of [Lead]"],
            }
        },
        "enroll",
    ),
    ({"goal": "lifecyclestage is none of [Lead]"}, "goal"),
    ({"steps": [{"set": {"property": "lifecyclestage", "to": "Lead"}}]}, "steps"),
    (
        {"steps": [{"create_record": {"object": "contacts", "properties": {"lifecyclestage": "Lead"}}}]},
        "steps",
    ),
    ({"steps": [{"branch_on": {"property": "lifecyclestage", "cases": [{"value": "Lead"}]}}]}, "steps"),
    (
        {"steps": [{"branch": {"cases": [{"name": "A", "when": "lifecyclestage is exactly [Lead]"}]}}]},
        'steps: "A"',
    ),
]


@pytest.mark.parametrize(("words", "place"), LABELED)
def test_a_label_in_the_place_of_a_value_is_refused_with_the_value(
    open_session: OpenSession, words: dict[str, Any], place: str
) -> None:
    session, whole = open_session(writes=False), validated(Workflow(), {**FLOW, **words})
    for inputs in (whole, vendor_inputs(whole)):
        (found,) = unknown_parts(session, inputs)
        assert found.message.endswith(f": {LABEL}")
        assert found.fix == "write lead"
    assert next(unknown_parts(session, whole)).message == f"{place}: {LABEL}"


def test_a_value_in_another_case_is_refused_with_the_value(open_session: OpenSession) -> None:
    inputs = {**FLOW, "goal": "hs_lead_status is any of [open_deal]"}
    (found,) = unknown_parts(open_session(writes=False), inputs)
    assert (found.message, found.fix) == (
        'goal: "open_deal" is another spelling of an option of hs_lead_status, whose value is "OPEN_DEAL"; '
        "it matches no record",
        "write OPEN_DEAL",
    )


def test_the_label_of_a_stage_is_refused_with_its_id(open_session: OpenSession) -> None:
    inputs = {"object": "deals", "name": "W", "enroll": {"when": 'dealstage is any of ["Closed Won"]'}}
    (found,) = unknown_parts(open_session(writes=False), inputs)
    assert found.fix == "write closedwon"


def test_a_value_of_which_nothing_is_known_passes(open_session: OpenSession) -> None:
    inputs = {**FLOW, "goal": "lifecyclestage is any of [lead, 4711, {owner: maya@example.com}]"}
    assert list(unknown_parts(open_session(writes=False), inputs)) == []


def test_an_action_that_hubspot_does_not_run_any_more_is_refused_with_the_one_to_use(
    open_session: OpenSession,
) -> None:
    steps = [{"action": {"id": "0-13", "version": 0, "fields": {"operation": "ADD"}}}]
    (found,) = unknown_parts(open_session(writes=False), {**FLOW, "steps": steps})
    assert (found.message, found.fix, found.severity) == (
        "steps: HubSpot does not run action 0-13 any more: it answers 500",
        "use 0-63809083 to add records to a static list, 0-63863438 to remove them",
        Severity.ERROR,
    )


@pytest.mark.parametrize(
    ("type_", "severity"), [("0-99999999", Severity.WARNING), ("add_to_list", Severity.ERROR), ("1-4711", None)]
)
def test_an_action_that_is_not_known_is_told(open_session: OpenSession, type_: str, severity: Severity | None) -> None:
    steps = [{"action": {"id": type_, "version": 0, "fields": {}}}]
    found = list(unknown_parts(open_session(writes=False), {**FLOW, "steps": steps}))
    assert [one.severity for one in found] == ([] if severity is None else [severity])


def test_a_known_action_without_a_field_that_it_needs_is_refused(open_session: OpenSession) -> None:
    steps = [{"action": {"id": "0-8", "fields": {"body": "x"}}}, {"action": {"id": "0-8", "fields": {"body": "y"}}}]
    found = unknown_parts(open_session(writes=False), validated(Workflow(), {**FLOW, "steps": steps}))
    assert [(one.message, one.fix) for one in found] == [
        ("steps: action 0-8 needs the field subject", "add it under fields")
    ]
