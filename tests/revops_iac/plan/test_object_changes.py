"""What a plan does to one vendor object reads as words: entries by name, formulas by what differs in them."""

from __future__ import annotations

from typing import Any

import pytest

from revops_iac.plan.object_changes import object_change
from revops_iac.plan.reading import Step

URN = "urn:pulumi:dev::acme::pulumi-python:dynamic/hubspot:Property::contacts.tier"
TIER = {"object": "contacts", "name": "tier", "label": "Tier"}
EMEA = {"name": "EMEA", "when": "region is any of [emea]", "steps": [{"rotate_owner": {"users": ["ann"]}}]}
APAC = {"name": "APAC", "when": "region is any of [apac]", "steps": []}
REST = {"name": "Rest", "when": "region is known", "steps": [{"set": {"property": "tier", "to": "gold"}}]}
FORMULA = "if is_present(employees) and employees >= {} then 20 else if employees >= 50 then {} else 0 endif endif"


def branch(*cases: dict[str, Any]) -> dict[str, Any]:
    return {"steps": [{"branch": {"cases": list(cases)}}]}


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (
            branch(EMEA, REST),
            branch({**EMEA, "when": "region is any of [emea, uk]"}, APAC, REST),
            [
                'step 1, branch, case "EMEA", when: "region is any of [emea]" -> "region is any of [emea, uk]"',
                'step 1, branch, case "APAC" is new: when "region is any of [apac]"',
            ],
        ),
        (branch(EMEA, REST), branch(REST), ['step 1, branch, case "EMEA" is removed: when "region is any of [emea]"']),
        (
            {"options": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]},
            {"options": [{"value": "b", "label": "Bee"}, {"value": "a", "label": "A"}]},
            ['option "Bee", label: "B" -> "Bee"', "order of options: A, B -> Bee, A"],
        ),
        (
            {"entries": [{"formula": "A"}, {"formula": "B", "assignedTo": "q"}]},
            {"entries": [{"formula": "N", "assignedTo": "p"}, {"formula": "A"}, {"formula": "B", "assignedTo": "q"}]},
            ['entry 1 is new: formula "N", assigned to "p"'],
        ),
        (
            {"formula": FORMULA.format(200, 10)},
            {"formula": FORMULA.format(250.5, 10)},
            ["formula: 200 -> 250.5 in …t(employees) and employees >= 250.5 then 20 else if employees >=…"],
        ),
        ({"active": True}, {"active": False}, ["active: yes -> no"]),
        ({}, {"description": "Why"}, ['description is new: "Why"']),
        ({"users": ["ann", "bob"]}, {"users": ["bob", "eve"]}, ['user "ann" is removed', 'user "eve" is new']),
    ],
)
def test_changes_read_as_words(before: dict[str, Any], after: dict[str, Any], lines: list[str]) -> None:
    change = object_change(Step("update", URN, {**TIER, **before}, {**TIER, **after}))
    assert list(change.lines) == lines
    assert change.label == 'property "Tier" (contacts.tier)'


def test_of_very_many_changes_the_first_are_shown_and_the_rest_counted() -> None:
    before, after = ({"options": [{"value": str(n), "label": f"{n}{end}"} for n in range(40)]} for end in ("", "!"))
    change = object_change(Step("update", URN, {**TIER, **before}, {**TIER, **after}))
    assert change.lines[-1] == "28 more changes"
