"""Workflows in words: what each step becomes, and that HubSpot's actions become words again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from revops_hubspot.kinds.workflow import Workflow, WorkflowInputs
from revops_hubspot.workflows import enrollment as workflow_enrollment
from revops_hubspot.workflows import to_actions, words
from revops_hubspot.workflows.flow_body import canonical
from revops_hubspot.workflows.from_actions import NoSteps, steps_of

from revops_iac.compile import validated

KIND = Workflow()
Json = dict[str, Any]


def dumped(steps: list[Json]) -> list[Json]:
    """The steps as inputs pass them on, defaults stated."""
    made: list[Json] = validated(KIND, {"object": "contacts", "name": "x", "steps": steps})["steps"]
    return made


def single(type_: str, fields: Json, version: int = 0) -> Json:
    return {"type": "SINGLE_CONNECTION", "actionTypeId": type_, "actionTypeVersion": version, "fields": fields}


def value(message: Json, name: str = "x") -> Json:
    return {"property_name": name, "value": message}


def typed_as(type_: int) -> Json:
    return {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_}


def associated(type_: int) -> Json:
    """With the record in the workflow, as live portals hold it."""
    listed = [{"target": typed_as(type_), "value": {"type": "ENROLLED_OBJECT"}}]
    return {"associations": listed, "use_explicit_associations": "true"}


def assigned(value: Json) -> Json:
    return {"type": "CUSTOM", "value": value}


STEPS: list[tuple[Json, Json]] = [
    ({"delay": "3 days"}, single("0-1", {"delta": "3", "time_unit": "DAYS"})),
    (
        {"set": {"property": "x", "to": "a"}},
        single("0-5", value({"type": "STATIC_VALUE", "staticValue": "a"})),
    ),
    (
        {"set": {"property": "hubspot_owner_id", "to": {"owner": "maya@example.com"}}},
        single(
            "0-5", value({"type": "STATIC_VALUE", "staticValue": {"owner": "maya@example.com"}}, "hubspot_owner_id")
        ),
    ),
    (
        {"set": {"property": "x", "to_now": True}},
        single("0-5", value({"type": "TIMESTAMP", "timestampType": "EXECUTION_TIME"})),
    ),
    (
        {"set": {"property": "x", "to_later": "2 hours"}},
        single(
            "0-5",
            value({"type": "RELATIVE_DATETIME", "timeDelay": {"delta": 2, "timeUnit": "HOURS", "daysOfWeek": []}}),
        ),
    ),
    (
        {"copy": {"from": "y", "to": "x"}},
        single("0-5", value({"type": "OBJECT_PROPERTY", "propertyName": "y"})),
    ),
    (
        {"set": {"property": "x", "to": "a", "on": "companies"}},
        single("0-5", {**value({"type": "STATIC_VALUE", "staticValue": "a"}), "association": typed_as(279)}),
    ),
    (
        {"copy": {"from": "y", "to": "x", "on": "deals"}},
        single("0-5", {**value({"type": "OBJECT_PROPERTY", "propertyName": "y"}), "association": typed_as(4)}),
    ),
    ({"clear": "x"}, single("0-5", value({"type": "STATIC_VALUE", "staticValue": ""}))),
    (
        {"increment": {"property": "x", "by": 2.5}},
        single("0-5", value({"type": "INCREMENT", "incrementAmount": 2.5})),
    ),
    (
        {"rotate_owner": {"teams": ["SDR"], "property": "hubspot_owner_id", "overwrite": False}},
        single(
            "0-11",
            {"team_ids": [{"team": "SDR"}], "target_property": "hubspot_owner_id", "overwrite_current_owner": "false"},
        ),
    ),
    (
        {
            "create_task": {
                "subject": "Call",
                "type": "CALL",
                "priority": "HIGH",
                "body": "<p>Now</p>",
                "due": "1 hour",
                "owner": "maya@example.com",
            }
        },
        single(
            "0-3",
            {
                "task_type": "CALL",
                "subject": "Call",
                "body": "<p>Now</p>",
                "priority": "HIGH",
                "due_time": {"delta": 1, "timeUnit": "HOURS", "daysOfWeek": []},
                "owner_assignment": assigned({"type": "STATIC_VALUE", "staticValue": {"owner": "maya@example.com"}}),
                **associated(204),
            },
        ),
    ),
    (
        {
            "create_task": {
                "subject": "Call",
                "type": "TODO",
                "priority": "NONE",
                "due": "2 days at 09:00 on weekdays",
                "owner": "the owner of the record",
                "associate": ["record", "companies"],
            }
        },
        single(
            "0-3",
            {
                "task_type": "TODO",
                "subject": "Call",
                "priority": "NONE",
                "due_time": {
                    "delta": 2,
                    "timeUnit": "DAYS",
                    "timeOfDay": {"hour": 9, "minute": 0},
                    "daysOfWeek": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"],
                },
                "owner_assignment": assigned({"type": "OBJECT_PROPERTY", "propertyName": "hubspot_owner_id"}),
                "associations": [
                    {"target": typed_as(204), "value": {"type": "ENROLLED_OBJECT"}},
                    {"target": typed_as(192), "value": {"type": "COPY_ASSOCIATION", "sourceSpec": typed_as(279)}},
                ],
                "use_explicit_associations": "true",
            },
        ),
    ),
    (
        {
            "create_task": {
                "subject": "Call",
                "type": "TODO",
                "priority": "NONE",
                "due": "1 week on monday, friday",
                "owner": {"property": "csm_owner"},
                "associate": [],
            }
        },
        single(
            "0-3",
            {
                "task_type": "TODO",
                "subject": "Call",
                "priority": "NONE",
                "due_time": {"delta": 1, "timeUnit": "WEEKS", "daysOfWeek": ["MONDAY", "FRIDAY"]},
                "owner_assignment": assigned({"type": "OBJECT_PROPERTY", "propertyName": "csm_owner"}),
                "associations": [],
                "use_explicit_associations": "true",
            },
        ),
    ),
    (
        {
            "create_record": {
                "object": "deals",
                "properties": {
                    "amount": {"from": "budget"},
                    "closedate": {"later": "30 days"},
                    "dealname": {"fetched": "company.name"},
                    "started": {"now": True},
                },
            }
        },
        single(
            "0-14",
            {
                "object_type_id": "0-3",
                "properties": [
                    {"targetProperty": "amount", "value": {"type": "OBJECT_PROPERTY", "propertyName": "budget"}},
                    {
                        "targetProperty": "closedate",
                        "value": {
                            "type": "RELATIVE_DATETIME",
                            "timeDelay": {"delta": 30, "timeUnit": "DAYS", "daysOfWeek": []},
                        },
                    },
                    {
                        "targetProperty": "dealname",
                        "value": {
                            "type": "FETCHED_OBJECT_PROPERTY",
                            "propertyToken": "{{ fetched_objects.company.name }}",
                        },
                    },
                    {
                        "targetProperty": "started",
                        "value": {"type": "TIMESTAMP", "timestampType": "EXECUTION_TIME"},
                    },
                ],
                **associated(3),
            },
        ),
    ),
    (
        {"copy": {"fetched": "company.domain", "to": "x"}},
        single(
            "0-5",
            value({"type": "FETCHED_OBJECT_PROPERTY", "propertyToken": "{{ fetched_objects.company.domain }}"}),
        ),
    ),
    (
        {"create_record": {"object": "deals", "properties": {"amount": "5", "dealname": "New"}}},
        single(
            "0-14",
            {
                "object_type_id": "0-3",
                "properties": [
                    {"targetProperty": "amount", "value": {"type": "STATIC_VALUE", "staticValue": "5"}},
                    {"targetProperty": "dealname", "value": {"type": "STATIC_VALUE", "staticValue": "New"}},
                ],
                **associated(3),
            },
        ),
    ),
    (
        {"notify": {"subject": "Late", "body": "Look", "users": ["maya@example.com"], "owners": ["hubspot_owner_id"]}},
        single(
            "0-8",
            {
                "user_ids": [{"user": "maya@example.com"}],
                "owner_properties": ["hubspot_owner_id"],
                "subject": "Late",
                "body": "Look",
            },
        ),
    ),
    (
        {"webhook": {"url": {"secret": "HOOK"}, "method": "GET"}},
        {"type": "WEBHOOK", "method": "GET", "webhookUrl": {"secret": "HOOK"}, "queryParams": []},
    ),
    (
        {"custom_code": {"runtime": "NODE20X", "code": "exports.main = 1", "secrets": ["KEY"]}},
        {
            "type": "CUSTOM_CODE",
            "runtime": "NODE20X",
            "sourceCode": "exports.main = 1",
            "secretNames": ["KEY"],
            "inputFields": [],
            "outputFields": [],
        },
    ),
    (
        {"action": {"id": "0-31", "version": 13, "fields": {"marketableType": "true"}}},
        single("0-31", {"marketableType": "true"}, 13),
    ),
]
BY_VERB = pytest.mark.parametrize(("step", "action"), STEPS, ids=[next(iter(step)) for step, _ in STEPS])


@BY_VERB
def test_step_is_one_action(step: Json, action: Json) -> None:
    assert to_actions.actions(dumped([step]), "contacts") == [{**action, "actionId": "1"}]


@BY_VERB
def test_action_is_read_back_as_its_step(step: Json, action: Json) -> None:
    assert steps_of([{**action, "actionId": "7"}], "7", "contacts") == ([step], {"7": "1"})


LEAVES = st.sampled_from([step for step, _ in STEPS])
BRANCH = "branch"


def sequences(inner: st.SearchStrategy[list[Json]]) -> st.SearchStrategy[list[Json]]:
    filters = st.sampled_from(["x is known", "y >= 40 or x is unknown", 'x contains "a"'])
    cases = st.lists(
        st.fixed_dictionaries({"name": st.just("A"), "when": filters, "steps": inner}), min_size=1, max_size=2
    )
    otherwise = st.fixed_dictionaries({"steps": inner})
    branch = st.fixed_dictionaries({BRANCH: st.fixed_dictionaries({"cases": cases}, optional={"otherwise": otherwise})})
    values = st.lists(st.fixed_dictionaries({"value": st.just("a"), "steps": inner}), min_size=1, max_size=2)
    by_value = st.fixed_dictionaries(
        {
            "branch_on": st.fixed_dictionaries(
                {"property": st.just("x"), "cases": values}, optional={"otherwise": otherwise}
            )
        }
    )
    before = st.lists(LEAVES, max_size=2)
    return st.tuples(before, branch | by_value).map(lambda pair: [*pair[0], pair[1]])


SEQUENCES = st.recursive(st.lists(LEAVES, max_size=3), sequences, max_leaves=6)


@given(SEQUENCES)
def test_actions_of_any_steps_are_read_back_and_compile_to_the_same(steps: list[Json]) -> None:
    made = to_actions.actions(dumped(steps), "contacts")
    read, numbers = steps_of(made, "1" if made else None, "contacts")
    assert all(old == new for old, new in numbers.items())
    again = to_actions.actions(read, "contacts")
    assert canonical({"object": "contacts", "actions": again}) == canonical({"object": "contacts", "actions": made})


def test_way_back_is_a_label() -> None:
    steps: list[Json] = [{"label": "again", "delay": "1 day"}, {"clear": "x"}, {"go_to": "again"}]
    made = to_actions.actions(dumped(steps), "contacts")
    assert made[1]["connection"] == {"edgeType": "GOTO", "nextActionId": "1"}
    assert steps_of(made, "1", "contacts")[0] == [
        {"delay": "1 day", "label": "step 1"},
        {"clear": "x"},
        {"go_to": "step 1"},
    ]


EARLIER: list[Json] = [
    {"due_time": {"delta": "1", "time_unit": "HOURS"}},
    {"owner_assignment": {"type": "CUSTOM", "value": {"owner": "maya@example.com"}}},
    {"associations": None, "use_explicit_associations": None},
    {"associations": [], "use_explicit_associations": "false"},
]
"""Fields of a task as this tool wrote them before, or as older portals hold them."""


@pytest.mark.parametrize("earlier", EARLIER)
def test_task_of_an_earlier_version_is_the_same_task(earlier: Json) -> None:
    (step, action) = next(pair for pair in STEPS if "create_task" in pair[0])
    old = {**action, "actionId": "1", "fields": {**action["fields"], **earlier}}
    assert steps_of([old], "1", "contacts")[0] == [step]
    now = to_actions.actions(dumped([step]), "contacts")
    assert canonical({"object": "contacts", "actions": [old]}) == canonical({"object": "contacts", "actions": now})


def test_task_without_an_association_is_not_the_task_of_the_record() -> None:
    alone = {"create_task": {"subject": "Call", "associate": []}}
    one, other = (
        to_actions.actions(dumped([step]), "contacts") for step in (alone, {"create_task": {"subject": "Call"}})
    )
    assert canonical({"object": "contacts", "actions": one}) != canonical({"object": "contacts", "actions": other})


def test_association_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValidationError, match='the association of tasks with "products" of contacts is not known'):
        dumped([{"create_task": {"subject": "Call", "associate": ["products"]}}])


def test_branch_without_cases_leads_on() -> None:
    passing: Json = {"branch_on": {"cases": [], "otherwise": {"steps": [{"clear": "x"}]}}}
    made = to_actions.actions(dumped([passing]), "contacts")
    assert made[0] == {
        "type": "STATIC_BRANCH",
        "actionId": "1",
        "defaultBranch": {"edgeType": "STANDARD", "nextActionId": "2"},
    }
    assert steps_of(made, "1", "contacts")[0] == [passing]


def test_action_that_is_never_reached_is_left_in_hubspots_form() -> None:
    made = to_actions.actions(dumped([{"clear": "x"}, {"clear": "y"}]), "contacts")
    with pytest.raises(NoSteps, match="some actions are never reached"):
        steps_of(made, "2", "contacts")
    definition = words.with_words({"object": "contacts", "actions": made, "start_action_id": "2"})
    assert definition["steps"] == {"actions": made, "start_action_id": "2"}


ENROLLMENTS: list[Json] = [
    {"when": "x is known", "re_enroll": False},
    {"when": "x is known or y >= 40", "re_enroll": True},
    {"when": "x is known", "re_enroll": True, "re_enroll_on": ["y is known", "has completed event form_submission"]},
    {"when": "x is known", "re_enroll": False, "leave_when_not_met": True},
    {"events": ["has completed event form_submission"], "re_enroll": True, "only_if": "x is known"},
    {"when": "x is known", "re_enroll": True, "re_enroll_on": ["email changed and now is known", "x changed"]},
    {"events": ["email changed and now > 5", 'in list "Hot"'], "re_enroll": True},
    {"manual": True, "re_enroll": False},
    {"when": "x is known", "re_enroll": False, "schedule": {"at": "09:05"}},
    {"when": "x is known", "re_enroll": False, "schedule": {"at": "09:05", "weekdays": ["monday", "friday"]}},
    {"when": "x is known", "re_enroll": False, "schedule": {"at": "09:05", "month_days": [1, 15]}},
    {"when": "x is known", "re_enroll": False, "schedule": {"at": "09:05", "relative": "FIRST_MONDAY_OF_MONTH"}},
    {"when": "x is known", "re_enroll": False, "schedule": {"at": "09:05", "yearly": "december 31"}},
    {
        "when": "x is known",
        "re_enroll": False,
        "schedule": {"at": "09:05", "date_property": "closedate", "days_after": -7, "every_year": True},
    },
]


@pytest.mark.parametrize("enroll", ENROLLMENTS)
def test_enrollment_is_read_back_as_it_was_written(enroll: Json) -> None:
    validated(KIND, {"object": "contacts", "name": "x", "enroll": enroll})
    criteria, schedule = workflow_enrollment.criteria(enroll, "contacts"), workflow_enrollment.schedule_of(enroll)
    assert workflow_enrollment.enroll_of(criteria, schedule, "contacts") == enroll


def test_records_come_again_when_they_meet_the_filters_anew() -> None:
    criteria = workflow_enrollment.criteria({"when": "x is known or y >= 40", "re_enroll": True}, "contacts")
    assert criteria["reEnrollmentTriggersFilterBranches"] == criteria["listFilterBranch"]["filterBranches"]


def test_typed_and_vendor_form_of_one_workflow_are_the_same() -> None:
    typed = validated(
        KIND,
        {
            "object": "contacts",
            "name": "x",
            "enroll": {"when": "x is known"},
            "steps": [{"clear": "x"}],
            "goal": "y is known",
            "suppress": {"lists": ["Customers"]},
        },
    )
    vendor = words.with_words(words.vendor_inputs(typed))
    assert KIND.differences(typed, vendor) == []
    assert WorkflowInputs.model_validate({key: value for key, value in typed.items() if key != "adopt"})
    assert vendor["suppress"] == {"lists": ["Customers"]}
    assert KIND.differences({**typed, "goal": "x is known"}, vendor) == ["goal"]
