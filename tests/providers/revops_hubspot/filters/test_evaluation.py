"""Filter texts mean what they say: random ones select on a simulated portal what a plain evaluation of them selects."""

from __future__ import annotations

import json
import random
import urllib.request
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from crm_simulators.server import RunningSimulators
from revops_hubspot.filters.branches import compile_filter
from revops_hubspot.filters.leaves import on_property, operation
from revops_hubspot.filters.printer import render
from revops_hubspot.filters.tree import And, Not, Or, Test, Tree

Record = dict[str, Any]
STAGES = ("subscriber", "lead", "opportunity", "customer")
TITLES = ("Buyer", "Head of Sales", "Intern", "buyer of things")
FIRST_DAY = date(2026, 1, 1)
RECORDS, TEXTS = 40, 80


def record(chance: random.Random) -> Record:
    values: Record = {
        "associatedcompanyid": chance.randint(0, 5),
        "lifecyclestage": chance.choice(STAGES),
        "jobtitle": chance.choice(TITLES),
        "closedate": (FIRST_DAY + timedelta(days=chance.randint(0, 9))).isoformat(),
    }
    return {name: value for name, value in values.items() if chance.random() > 0.3}


def leaf(chance: random.Random) -> Tree:
    name, message = chance.choice([_number, _option, _text, _day, _known])(chance)
    if message["operationType"] != "ALL_PROPERTY" and chance.random() < 0.3:
        message["includeObjectsWithNoValueSet"] = not message["includeObjectsWithNoValueSet"]
    return on_property(name, message)


def _number(chance: random.Random) -> tuple[str, Any]:
    if chance.random() < 0.3:
        operator, low = chance.choice(["IS_BETWEEN", "IS_NOT_BETWEEN"]), chance.randint(0, 5)
        return "associatedcompanyid", operation("NUMBER_RANGED", operator, lowerBound=low, upperBound=low + 2)
    return "associatedcompanyid", operation("NUMBER", chance.choice(list(NUMBERS)), value=chance.randint(0, 5))


def _option(chance: random.Random) -> tuple[str, Any]:
    values = chance.sample(STAGES, 2)
    return "lifecyclestage", operation("ENUMERATION", chance.choice(["IS_ANY_OF", "IS_NONE_OF"]), values=values)


def _text(chance: random.Random) -> tuple[str, Any]:
    operator = chance.choice(["IS_EQUAL_TO", "IS_NOT_EQUAL_TO", "CONTAINS", "DOES_NOT_CONTAIN"])
    return "jobtitle", operation("STRING", operator, value=chance.choice([*TITLES, "buy"]))


def _day(chance: random.Random) -> tuple[str, Any]:
    day = FIRST_DAY + timedelta(days=chance.randint(0, 9))
    operator = chance.choice(["IS_BEFORE", "IS_AFTER"])
    clock = (0, 0, 0, 0) if operator == "IS_BEFORE" else (23, 59, 59, 999)
    point = {"timeType": "DATE", "zoneId": "UTC", "year": day.year, "month": day.month, "day": day.day}
    point |= dict(zip(("hour", "minute", "second", "millisecond"), clock, strict=True))
    return "closedate", operation("TIME_POINT", operator, type="TIME_POINT", timePoint=point)


def _known(chance: random.Random) -> tuple[str, Any]:
    return "jobtitle", operation("ALL_PROPERTY", chance.choice(["IS_KNOWN", "IS_UNKNOWN"]))


def tree(chance: random.Random, depth: int = 3) -> Tree:
    shape = chance.random()
    if depth == 0 or shape < 0.3:
        return leaf(chance)
    if shape < 0.5:
        return Not(tree(chance, depth - 1))
    parts = tuple(tree(chance, depth - 1) for _ in range(2))
    return And(parts) if shape < 0.75 else Or(parts)


NUMBERS: dict[str, Callable[[float, float], bool]] = {
    "IS_EQUAL_TO": lambda live, asked: live == asked,
    "IS_NOT_EQUAL_TO": lambda live, asked: live != asked,
    "IS_LESS_THAN": lambda live, asked: live < asked,
    "IS_LESS_THAN_OR_EQUAL_TO": lambda live, asked: live <= asked,
    "IS_GREATER_THAN": lambda live, asked: live > asked,
    "IS_GREATER_THAN_OR_EQUAL_TO": lambda live, asked: live >= asked,
}


def passes(message: Tree, values: Record) -> bool:
    if isinstance(message, Not):
        return not passes(message.part, values)
    if isinstance(message, And | Or):
        answers = [passes(part, values) for part in message.parts]
        return all(answers) if isinstance(message, And) else any(answers)
    assert isinstance(message, Test)
    live, asked = values.get(message.property), message.operation
    if asked["operationType"] == "ALL_PROPERTY":
        return (live is None) is (asked["operator"] == "IS_UNKNOWN")
    if live is None:
        return bool(asked["includeObjectsWithNoValueSet"])
    return holds(live, asked)


def holds(live: Any, asked: Any) -> bool:
    operator = asked["operator"]
    match asked["operationType"]:
        case "NUMBER":
            return NUMBERS[operator](live, asked["value"])
        case "NUMBER_RANGED":
            return (asked["lowerBound"] <= live <= asked["upperBound"]) is (operator == "IS_BETWEEN")
        case "ENUMERATION":
            return (live in asked["values"]) is (operator == "IS_ANY_OF")
        case "STRING":
            one, other = live.lower(), asked["value"].lower()
            found = one == other if "EQUAL" in operator else other in one
            return found is not ("NOT" in operator)
    point = asked["timePoint"]
    day, live = date(point["year"], point["month"], point["day"]), date.fromisoformat(live)
    return bool(live < day if operator == "IS_BEFORE" else live > day)


def selected(accounts: RunningSimulators, text: str) -> set[str]:
    body = json.dumps({"objectType": "contacts", "filterBranch": compile_filter(text, "contacts")}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{accounts.hubspot.url}/_sim/evaluate-filter", body, headers)
    with urllib.request.urlopen(request) as answer:
        return set(json.load(answer)["ids"])


def test_random_texts_select_the_records_that_they_describe(accounts: RunningSimulators) -> None:
    chance = random.Random(20260115)
    records = [record(chance) for _ in range(RECORDS)]
    made = accounts.seed("hubspot", {"records": {"contacts": records}})["records"]["contacts"]
    both = dict(zip(made, records, strict=True))
    for _ in range(TEXTS):
        message = tree(chance)
        desired = {identifier for identifier, values in both.items() if passes(message, values)}
        assert selected(accounts, render(message)) == desired, render(message)
