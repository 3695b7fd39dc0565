"""Scores come back from the formulas that they compile to."""

from __future__ import annotations

from functools import partial, reduce
from typing import Any

from crm_simulators.server import RunningSimulators
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from revops_hubspot.lifting import lift as lift_hubspot
from revops_salesforce.lifting import lift
from salesforce_formula.parser import parse
from salesforce_formula.printer import render
from salesforce_formula.tree import Binary, Call, Literal, Node, Unary

from tests.providers.contract import stack_config
from tests.providers.round_trip import adopted, compiled, lifted
from tests.sessions import new_session

FIELDS: dict[str, dict[str, Any]] = {
    "size": {"label": "Size", "type": "number"},
    "sector": {
        "label": "Industry",
        "type": "picklist",
        "options": {"it": "IT", "health": "Health", "other": "Other"},
    },
    "line": {"label": "Line", "type": "picklist", "options": {"big": "Big", "small": "Small"}},
    "email_domain": {"label": "Email domain", "type": "text"},
    "opted_in": {"label": "Opted in", "type": "checkbox"},
    "founded": {"label": "Founded", "type": "date"},
    "grade": {"label": "Grade", "type": "number", "decimals": 1},
    "engagement": {"label": "Engagement", "type": "number"},
    "total": {"label": "Total", "type": "number", "decimals": 1},
    "ready": {"label": "Ready", "type": "checkbox"},
    "intent": {"label": "Intent", "type": "checkbox"},
    "engaged_at": {"label": "Engaged", "type": "datetime"},
}
SCORES = {"fit": "grade", "engagement": "engagement", "total": "total", "ready": "ready", "last_engaged": "engaged_at"}
CONDITIONS = (
    "contact.size >= 50",
    "contact.size is between 5 and 9",
    "contact.size < 2.5",
    "contact.sector = it",
    "contact.sector is any of [health, other]",
    "contact.sector is none of [other]",
    "contact.sector is known",
    "contact.email_domain ends with any of [.edu, .org]",
    "contact.email_domain contains any of [mail]",
    'contact.email_domain = "firm.example"',
    "contact.opted_in is true",
    "contact.opted_in is false",
    "contact.founded before 2020-01-31",
    "contact.size >= 50 and contact.opted_in is true",
    "contact.size >= 900 or (contact.sector = it and contact.founded is unknown)",
    "not contact.email_domain starts with any of [test]",
)
CALCULATED = (
    *(one for one in CONDITIONS if "founded" not in one and "email_domain" not in one),
    "contact.email ends with any of [.edu, .org]",
    "contact.email contains any of [test]",
    "not contact.email starts with any of [test]",
    "contact.email is unknown",
)
"""What HubSpot can calculate: no dates, and texts only where case cannot matter."""
EMAIL = {"label": "Email", "type": "email", "standard": {"hubspot": "email"}}
POINTS = st.sampled_from([5, 10, 12.5, 30])


@st.composite
def scorings(draw: st.DrawFn, conditions: tuple[str, ...] = CONDITIONS) -> dict[str, Any]:
    band = st.fixed_dictionaries({"when": st.sampled_from(conditions), "points": POINTS})
    bands = st.lists(band, min_size=1, max_size=3)
    signals = {f"fit_{letter}": {"bands": draw(bands)} for letter in "abc"[: draw(st.integers(1, 3))]}
    lost = {f"no_{letter}": {"when": draw(st.sampled_from(conditions)), "points": -20} for letter in "ab"}
    intent = draw(st.booleans())
    fields = {**SCORES, **({"high_intent": "intent"} if intent else {})}
    thresholds = {
        "fit": draw(st.sampled_from([40, 42.5])),
        "engagement": 30,
        **({"high_intent_fit": 20} if intent else {}),
    }
    decay = {"after_days": 30, "percent": draw(st.sampled_from([25, 12.5])), "every_days": 7}
    return {
        "fields": {role: f"contact.{key}" for role, key in fields.items()},
        "fit": signals,
        "negative": lost if draw(st.booleans()) else {},
        "limits": {"fit": draw(st.sampled_from([[0, 100], [-10, 60]]))},
        "thresholds": thresholds,
        **({"decay": decay} if draw(st.booleans()) else {}),
    }


def company(first: dict[str, Any], rest: dict[str, Any] | None, system: str = "salesforce") -> dict[str, Any]:
    """One entry for all, or one for the big ones before that for the rest."""
    covers = {"applies_to": {"line": ["big"]}}
    shared = {**first, "fields": rest["fields"]} if rest else first
    entries = {"first": {**covers, **shared}, "rest": rest} if rest else {"first": first}
    return {
        "context": {
            "systems": {"managed": [system], "source_of_truth": system},
            "dimensions": {"line": {"values": ["big", "small"], "contact": "contact.line"}},
        },
        "data_hygiene": {"fields": {"contact": {**FIELDS, **({"email": EMAIL} if system == "hubspot" else {})}}},
        "scoring": entries,
    }


def test_any_scoring_is_lifted_to_what_computes_the_same_formulas(accounts: RunningSimulators):
    session = new_session("salesforce", stack_config(accounts).get)

    @settings(max_examples=6, phases=[Phase.generate])
    @given(scorings(), st.none() | scorings())
    def holds(first: dict[str, Any], rest: dict[str, Any] | None) -> None:
        before = company(first, rest)
        after, stays = lifted(adopted("salesforce", before, "CustomField", "GlobalValueSet"), session, lift)
        assert [one.reason for one in stays] == []
        made, expected = compiled("salesforce", after), compiled("salesforce", before)
        assert {name for kind, name in made if kind == "CustomField"} == {
            f"{one}.{name}__c" for one in ("Lead", "Contact") for name in ("Grade", "Total", "Ready")
        }
        assert {key: expected.get(key) for key in made} == made

    holds()


def foreign(node: Node) -> Node:
    """A formula as people write it: signs for AND, OR and NOT, TEXT for ISPICKVAL, limits the other way around."""
    match node:
        case Call("MAX", (low, Call("MIN", (high, points)))):
            return Call("MIN", (Call("MAX", (foreign(points), low)), high))
        case Call("ISPICKVAL", (name, Literal(str(value)))) if value:
            return Binary("=", Call("TEXT", (name,)), Literal(value))
        case Call("AND" | "OR" as function, args):
            return reduce(partial(Binary, {"AND": "&&", "OR": "||"}[function]), map(foreign, args))
        case Call("NOT", (part,)):
            return Unary("!", foreign(part))
        case Call("IF", (Call("ISPICKVAL", (name, value)), points, Literal() as rest)):
            return Call("CASE", (name, value, points, rest))
        case Call(function, args):
            return Call(function, tuple(map(foreign, args)))
        case Binary(sign, left, right):
            return Binary(sign, foreign(left), foreign(right))
    return node


def test_any_scoring_in_a_foreign_spelling_is_lifted_to_what_means_the_same(accounts: RunningSimulators):
    session = new_session("salesforce", stack_config(accounts).get)
    kind = session.system.kinds["CustomField"]

    @settings(max_examples=4, phases=[Phase.generate])
    @given(scorings())
    def holds(first: dict[str, Any]) -> None:
        plain = adopted("salesforce", company(first, None), "CustomField", "GlobalValueSet")
        fields = plain["raw_sections"]["salesforce"]["CustomField"]
        for inputs in fields.values():
            if inputs.get("formula"):
                inputs["formula"] = render(foreign(parse(inputs["formula"])))
        after, stays = lifted(plain, session, lift)
        assert [one.reason for one in stays] == []
        made = {name: inputs for (one, name), inputs in compiled("salesforce", after).items() if one == kind.name}
        assert len(made) == 6
        assert [one for name, inputs in made.items() for one in kind.differences(inputs, fields[name])] == []

    holds()


def test_any_scoring_of_hubspot_is_lifted_to_the_same_calculations(accounts: RunningSimulators):
    session = new_session("hubspot", stack_config(accounts).get)

    @settings(max_examples=5, phases=[Phase.generate])
    @given(scorings(CALCULATED), st.none() | scorings(CALCULATED))
    def holds(first: dict[str, Any], rest: dict[str, Any] | None) -> None:
        before = company(first, rest, "hubspot")
        after, stays = lifted(adopted("hubspot", before, "Property"), session, lift_hubspot)
        assert [one.reason for one in stays] == []
        made, expected = compiled("hubspot", after), compiled("hubspot", before)
        assert {name for _, name in made} == {f"contacts.{name}" for name in ("grade", "total", "ready")}
        assert {key: expected.get(key) for key in made} == made

    holds()
