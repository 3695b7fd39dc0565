"""Property validation rules: routes, arguments, and enforcement on record writes."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

ROOT = "/crm/v3/property-validations/0-1"
RULE = f"{ROOT}/jobtitle/rule-type/MAX_LENGTH"
NEW = {
    "contacts": [
        {"name": n, "label": n, "groupName": "contactinformation", **t}
        for n, t in {
            "text": {"type": "string", "fieldType": "text"},
            "amount": {"type": "number", "fieldType": "number"},
            "day": {"type": "date", "fieldType": "date"},
            "moment": {"type": "datetime", "fieldType": "date"},
            "telephone": {"type": "string", "fieldType": "phonenumber"},
        }.items()
    ]
}
VALUES = [
    ("text", "ALPHANUMERIC", ["ALPHANUMERIC"], "abc 12", "a-1"),
    ("text", "FORMAT", ["CAPITALIZATION"], "New York", "new York"),
    ("text", "FORMAT", ["UPPER"], "USA", "Usa"),
    ("text", "SPECIAL_CHARACTERS", ["NOT_ALLOWED"], "abc", "a$c"),
    ("text", "REGEX", ["[A-Z]{2}[0-9]+", "Two letters and digits"], "AB12", "12"),
    ("text", "MIN_LENGTH", ["3"], "abc", "ab"),
    ("text", "MAX_LENGTH", ["3"], "abc", "abcd"),
    ("text", "WHITESPACE", [], "abc", "a c"),
    ("text", "WHITESPACE", ["TRIM"], "a c", " ac"),
    ("text", "URL", [], "https://example.com/x", "not a url"),
    ("text", "EMAIL", [], "a@example.com", "a.example.com"),
    ("text", "DOMAIN", [], "example.com", "https://example.com"),
    ("text", "URL_ALLOWED_DOMAINS", ["example.com"], "https://www.example.com/x", "https://example.org"),
    ("text", "URL_BLOCKED_DOMAINS", ["example.com"], "https://example.org", "http://example.com"),
    ("text", "EMAIL_ALLOWED_DOMAINS", ["example.com"], "a@example.com", "a@example.org"),
    ("text", "EMAIL_BLOCKED_DOMAINS", ["example.com"], "a@example.org", "a@mail.example.com"),
    ("telephone", "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE", [], "+1 555 0100 200", "555 0100"),
    ("amount", "MIN_NUMBER", ["10"], "10", "9.5"),
    ("amount", "MAX_NUMBER", ["10.5"], "10.5", "11"),
    ("amount", "DECIMAL", ["1"], "1.5", "1.55"),
    ("day", "START_DATE", ["1767225600000"], "2026-01-01", "2025-12-31"),
    ("day", "END_DATE", ["1767225600000"], "2026-01-01", "2026-01-02"),
    ("moment", "START_DATETIME", ["1767225600000"], "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z"),
    ("moment", "END_DATETIME", ["1767225600000"], "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"),
    ("day", "DAYS_OF_WEEK", ["MONDAY"], "2026-01-05", "2026-01-06"),
]
"""Property, rule, arguments, a value that passes and one that does not."""


def test_rule_is_set_read_and_overwritten(api: Any) -> None:
    assert api("PUT", RULE, {"ruleArguments": ["80"]}) == (204, "")
    assert api("PUT", RULE, {"ruleArguments": ["90"], "shouldApplyNormalization": False}) == (204, "")
    assert api("PUT", f"{ROOT}/jobtitle/rule-type/MIN_LENGTH", {"ruleArguments": ["2"]}) == (204, "")
    live = {"ruleType": "MAX_LENGTH", "ruleArguments": ["90"], "shouldApplyNormalization": False}
    other = {"ruleType": "MIN_LENGTH", "ruleArguments": ["2"]}
    assert api("GET", RULE) == (200, live)
    assert api("GET", f"{ROOT}/jobtitle") == (200, {"results": [live, other]})
    both = {"propertyName": "jobtitle", "propertyValidationRules": [live, other]}
    assert api("GET", "/crm/property-validations/2026-09/0-1") == (200, {"results": [both]})
    assert api("GET", "/crm/property-validations/2026-03/contacts") == (200, {"results": [both]})


def test_there_is_no_delete(api: Any) -> None:
    api("PUT", RULE, {"ruleArguments": ["80"]})
    assert api("DELETE", RULE)[0] == 405


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        (f"{ROOT}/nope/rule-type/MAX_LENGTH", {"ruleArguments": ["8"]}, 404, "Property nope does not exist"),
        (
            f"{ROOT}/jobtitle/rule-type/NICE",
            {"ruleArguments": []},
            400,
            "Unable to parse value for path parameter: ruleType",
        ),
        (
            RULE,
            {},
            400,
            "Cannot build PropertyValidationRule, some of required attributes are not set [ruleArguments]",
        ),
        (RULE, {"ruleArguments": ["0"]}, 400, "Rule arguments ['0'] are invalid for rule type MAX_LENGTH"),
        (RULE, {"ruleArguments": [8]}, 400, "Rule arguments [8] are invalid for rule type MAX_LENGTH"),
        (
            f"{ROOT}/lifecyclestage/rule-type/MAX_LENGTH",
            {"ruleArguments": ["8"]},
            400,
            'Rule type MAX_LENGTH cannot be set on property "lifecyclestage" of type enumeration and field type radio',
        ),
    ],
)
def test_what_cannot_be_set_is_refused(api: Any, path: str, body: Any, status: int, message: str) -> None:
    answered, answer = api("PUT", path, body)
    assert (answered, answer["message"]) == (status, message)
    assert api("GET", ROOT)[1] == {"results": []}


@pytest.mark.parametrize(("name", "rule", "arguments", "good", "bad"), VALUES)
def test_rule_judges_values_of_dated_record_writes(
    sims: RunningSimulators, api: Any, name: str, rule: str, arguments: list[str], good: str, bad: str
) -> None:
    sims.seed("hubspot", {"properties": NEW})
    assert api("PUT", f"{ROOT}/{name}/rule-type/{rule}", {"ruleArguments": arguments})[0] == 204
    dated = "/crm/objects/2026-09/contacts"
    status, made = api("POST", dated, {"properties": {name: good}})
    assert status == 201
    status, answer = api("PATCH", f"{dated}/{made['id']}", {"properties": {name: bad}})
    assert (status, answer["errors"][0]["code"]) == (400, "PROPERTY_VALIDATION_RULE")
    assert api("PATCH", f"{dated}/{made['id']}", {"properties": {name: ""}})[0] == 200


@pytest.mark.parametrize(
    ("enforced", "v3", "dated"), [("2026-09", 201, 400), ("always", 400, 400), ("never", 201, 201)]
)
def test_switch_says_where_rules_are_enforced(
    sims: RunningSimulators, api: Any, enforced: str, v3: int, dated: int
) -> None:
    api("PUT", RULE, {"ruleArguments": ["3"]})
    sims.control.switches.set("hubspot.property_validations_enforced", enforced)
    body = {"properties": {"jobtitle": "Head of everything"}}
    assert api("POST", "/crm/v3/objects/contacts", body)[0] == v3
    assert api("POST", "/crm/objects/2026-09/contacts", body)[0] == dated


def test_rules_go_with_their_property(sims: RunningSimulators, api: Any) -> None:
    sims.seed("hubspot", {"properties": NEW})
    api("PUT", f"{ROOT}/text/rule-type/MAX_LENGTH", {"ruleArguments": ["3"]})
    api("DELETE", "/crm/v3/properties/contacts/text")
    assert api("GET", ROOT)[1] == {"results": []}
    api("POST", "/crm/v3/properties/contacts", NEW["contacts"][0])
    assert api("GET", f"{ROOT}/text")[1] == {"results": []}
