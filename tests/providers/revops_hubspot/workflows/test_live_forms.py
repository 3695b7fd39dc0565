"""Workflows as live portals hold them: read as words, equal to what the words compile to, and kept by an update."""

from __future__ import annotations

import copy
import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from pydantic import ValidationError
from revops_hubspot.api import directory
from revops_hubspot.kinds.list import List
from revops_hubspot.kinds.workflow import Workflow
from revops_hubspot.workflows import fetched_objects
from revops_hubspot.workflows.preflight import unknown_parts

from revops_iac.compile import validated
from revops_iac.provider.kind import Reference
from revops_iac.provider.session import Session
from tests.providers.contract import Contract
from tests.providers.revops_hubspot.conftest import OpenSession
from tests.providers.typed_inputs import parsed

KIND, SEGMENT = Workflow(), List()
Json = dict[str, Any]


def known(name: str) -> Json:
    operation = {"operator": "IS_KNOWN", "includeObjectsWithNoValueSet": False, "operationType": "ALL_PROPERTY"}
    return {"property": name, "operation": operation, "filterType": "PROPERTY"}


def changed(name: str) -> list[Json]:
    operation = {"operator": "IS_EQUAL_TO", "value": name, "operationType": "STRING"}
    part = {"property": "hs_name", "operation": {**operation, "includeObjectsWithNoValueSet": False}}
    return [{**part, "filterType": "PROPERTY"}, known("hs_value")]


def both(*filters: Json) -> Json:
    return {"filterBranches": [], "filters": list(filters), "filterBranchType": "AND", "filterBranchOperator": "AND"}


TASK: Json = {
    "actionId": "1",
    "actionTypeVersion": 0,
    "actionTypeId": "0-3",
    "type": "SINGLE_CONNECTION",
    "connection": {"edgeType": "STANDARD", "nextActionId": "2"},
    "fields": {
        "task_type": "TODO",
        "subject": "Call {{ enrolled_object.firstname }}",
        "body": "<p>Today</p>",
        "associations": [
            {
                "target": {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 204},
                "value": {"type": "ENROLLED_OBJECT"},
            }
        ],
        "use_explicit_associations": "true",
        "owner_assignment": {
            "value": {"propertyName": "hubspot_owner_id", "type": "OBJECT_PROPERTY"},
            "type": "CUSTOM",
        },
        "priority": "HIGH",
        "due_time": {"delta": 2, "timeUnit": "DAYS", "timeOfDay": {"hour": 8, "minute": 30}, "daysOfWeek": []},
    },
}
COPY: Json = {
    "actionId": "2",
    "actionTypeVersion": 0,
    "actionTypeId": "0-5",
    "type": "SINGLE_CONNECTION",
    "fields": {
        "property_name": "company",
        "value": {"type": "FETCHED_OBJECT_PROPERTY", "propertyToken": "{{ fetched_objects.company.name }}"},
    },
}
FLOW: Json = {
    "name": "Made by people",
    "type": "CONTACT_FLOW",
    "flowType": "WORKFLOW",
    "objectTypeId": "0-1",
    "isEnabled": False,
    "startActionId": "1",
    "actions": [TASK, COPY],
    "enrollmentCriteria": {
        "shouldReEnroll": True,
        "type": "LIST_BASED",
        "listFilterBranch": both(known("email")),
        "unEnrollObjectsNotMeetingCriteria": False,
        "reEnrollmentTriggersFilterBranches": [both(*changed("email"))],
    },
    "dataSources": [
        {
            "name": "company",
            "objectTypeId": "0-2",
            "associationTypeId": 279,
            "associationCategory": "HUBSPOT_DEFINED",
            "sortBy": {"property": "hs_lastmodifieddate", "missing": None, "order": "DESC"},
            "type": "ASSOCIATION",
        }
    ],
    "timeWindows": [],
    "blockedDates": [],
    "customProperties": {},
    "suppressionListIds": [],
    "canEnrollFromSalesforce": False,
}
WORDS: Json = {
    "object": "contacts",
    "name": "Made by people",
    "enroll": {"when": "email is known", "re_enroll": True, "re_enroll_on": ["email changed and now is known"]},
    "fetched_objects": {"company": {"object": "companies"}},
    "steps": [
        {
            "create_task": {
                "subject": "Call {{ enrolled_object.firstname }}",
                "body": "<p>Today</p>",
                "priority": "HIGH",
                "due": "2 days at 08:30",
                "owner": "the owner of the record",
            }
        },
        {"copy": {"fetched": "company.name", "to": "company"}},
    ],
}


@pytest.fixture
def made(accounts: RunningSimulators) -> Json:
    """A workflow that people made in the portal."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {accounts.hubspot.token}"}
    body = json.dumps(FLOW).encode()
    request = urllib.request.Request(f"{accounts.hubspot.url}/automation/v4/flows", body, headers, method="POST")
    with urllib.request.urlopen(request) as answer:
        found: Json = json.load(answer)
    return found


def stored(accounts: RunningSimulators) -> Json:
    (only,) = accounts.dump("hubspot")["flows"].values()
    found: Json = copy.deepcopy(only)
    return found


def test_flow_of_a_portal_is_the_words_for_it(made: Json, open_session: OpenSession) -> None:
    live = open_session(writes=False).find(KIND, "contacts.Made by people")
    assert live is not None
    inputs = parsed(KIND, WORDS).managed()
    assert KIND.differences(inputs, KIND.managed_view(inputs, live)) == []
    shown = {key: live.definition[key] for key in ("enroll", "steps", "fetched_objects")}
    assert shown["enroll"] == WORDS["enroll"]
    assert parsed(KIND, {**WORDS, **shown}) == parsed(KIND, WORDS)


def test_change_of_one_step_leaves_everything_else_as_the_portal_held_it(
    made: Json, accounts: RunningSimulators, open_session: OpenSession
) -> None:
    session = open_session()
    before = stored(accounts)
    steps = [WORDS["steps"][0], {"copy": {"fetched": "company.domain", "to": "company"}}]
    update(session, {**WORDS, "steps": steps})

    after, mine = stored(accounts), copy.deepcopy(before)
    mine["actions"][1]["fields"]["value"]["propertyToken"] = "{{ fetched_objects.company.domain }}"
    for volatile in ("revisionId", "updatedAt"):
        after.pop(volatile), mine.pop(volatile)
    assert after == mine


FETCHED: list[Json] = [
    {"company": {"object": "companies"}},
    {"deal": {"object": "deals", "sort_by": "closedate", "order": "ASC"}, "buyer": {"object": "companies", "type": 1}},
    {"machine": {"object": "2-4100", "type": 45, "own": True}},
]


@pytest.mark.parametrize("words", FETCHED)
def test_fetched_objects_read_back_as_they_were_written(words: Json) -> None:
    assert fetched_objects.from_json(fetched_objects.to_json(words, "contacts"), "contacts") == words


def test_fetched_objects_cannot_change() -> None:
    assert {"fetched_objects", "data_sources"} <= KIND.immutable


def test_a_data_source_of_another_kind_is_left_in_hubspots_form() -> None:
    (source,) = FLOW["dataSources"]
    assert fetched_objects.from_json([{**source, "type": "ASSOCIATION_TIMESTAMP"}], "contacts") is None


def update(session: Session[Any], inputs: Json) -> None:
    live = session.find(KIND, "contacts.Made by people")
    assert live is not None
    KIND.update(session, live, parsed(KIND, inputs))


def test_ids_that_the_program_writes_are_no_difference(open_session: OpenSession, accounts: RunningSimulators) -> None:
    session = open_session()
    segment = {"object": "contacts", "name": "Hot", "processing_type": "DYNAMIC", "filter": "email is known"}
    identifier = SEGMENT.create(session, parsed(SEGMENT, segment)).id
    owner = next(iter(directory.owner_ids(session.client).values()))
    task = {**TASK, "fields": {**TASK["fields"], "owner_assignment": {"type": "CUSTOM", "value": static(owner)}}}
    del task["connection"]
    inputs = {
        "object": "contacts",
        "name": "By id",
        "enroll": {"when": f"in list {identifier}", "re_enroll": False},
        "actions": [task],
        "suppression_list_ids": [int(identifier)],
    }
    live = KIND.create(session, parsed(KIND, inputs))
    declared = parsed(KIND, inputs).managed()
    assert KIND.differences(declared, KIND.managed_view(declared, live)) == []
    named = {
        **inputs,
        "enroll": {"when": 'in list "Hot"', "re_enroll": False},
        "suppression_list_ids": [{"list": "Hot"}],
    }
    del named["actions"]
    declared = parsed(KIND, named).managed()
    assert KIND.differences(declared, KIND.managed_view(declared, live)) == []


def static(value: str) -> Json:
    return {"type": "STATIC_VALUE", "staticValue": value}


def test_a_property_of_associated_records_is_created_before_the_workflow_that_writes_it() -> None:
    steps = [{"set": {"property": "tier", "to": "a", "on": "companies"}}]
    inputs = parsed(KIND, {"object": "contacts", "name": "W", "steps": steps})
    assert Reference("Property", "companies.tier") in set(KIND.references(inputs))


ODD: tuple[Any, ...] = (None, "", [], {}, 0, [None], [{}], {"a": 1}, True, [[]])
RAW: Json = {
    "object": "contacts",
    "name": "W",
    "actions": [
        TASK,
        COPY,
        {"type": "LIST_BRANCH", "actionId": "3", "listBranches": [{"filterBranch": both(known("email"))}]},
        {
            "type": "STATIC_BRANCH",
            "actionId": "4",
            "inputValue": {"propertyName": "email"},
            "staticBranches": [{"branchValue": "x"}],
        },
        {
            "type": "SINGLE_CONNECTION",
            "actionId": "5",
            "actionTypeId": "0-14",
            "fields": {"object_type_id": "0-3", "properties": [{"targetProperty": "x", "value": {"staticValue": "x"}}]},
        },
    ],
    "enrollment_criteria": FLOW["enrollmentCriteria"],
    "data_sources": FLOW["dataSources"],
}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from places(one, (*path, key))


def with_odd(path: tuple[Any, ...], odd: Any) -> Json:
    changed_ = copy.deepcopy(RAW)
    inside: Any = changed_
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = odd
    return changed_


def test_json_of_any_form_is_taken_or_refused_and_never_a_crash(open_session: OpenSession) -> None:
    session, taken = open_session(writes=False), 0
    for at, path in enumerate(places(RAW)):
        try:
            inputs = validated(KIND, with_odd(path, ODD[at % len(ODD)]))
        except ValidationError:
            continue
        taken += 1
        list(unknown_parts(session, inputs))
        KIND.normalize(inputs)
        list(KIND.references(KIND.parse(inputs)))
    assert taken > 50


def test_adopting_it_in_words_writes_nothing(made: Json, accounts: RunningSimulators, waits: list[float]) -> None:
    before, contract, inputs = stored(accounts), Contract(accounts, "hubspot", KIND), validated(KIND, WORDS)
    adopted = contract.create({**inputs, "adopt": True})
    assert not contract.changes(adopted, inputs)
    assert stored(accounts) == before
