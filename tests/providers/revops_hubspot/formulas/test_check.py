"""Formulas that HubSpot would refuse are refused first, with the place in the text; the portal agrees each time."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from crm_simulators.hubspot.properties import formulas as simulated
from crm_simulators.server import RunningSimulators
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from revops_hubspot.formulas.canonical import canonical_formula
from revops_hubspot.formulas.check import MOST_CHARACTERS, formula_errors, offset, place
from revops_hubspot.formulas.parser import Unreadable, parse, references

from revops_iac.compile import compile_model
from revops_iac.config.settings import Settings
from revops_iac.errors import DiagnosticsError
from revops_iac.provider.kind import DesiredResource
from revops_iac.source.load import load
from revops_iac.systems import system_named
from tests.diagnostics import refusals
from tests.providers.revops_hubspot.conftest import OpenSession

HELD = {"seats": "number", "price": "number", "name": "string", "tier": "enumeration", "vip": "bool", "day": "datetime"}
VALUE = "a value: a number, a text in quotes, a property or a function"
CASES = [
    ("seats +", "number", "character 8", "the formula ends too early", VALUE),
    ("[seats]", "number", "character 1", '"[" is not understood', "write the bare name, or string(name)"),
    ("if(vip, 1, 2)", "number", "character 3", "HubSpot has no if(…) with commas", "if … then … else … endif"),
    ("if bool(vip) then 1", "number", "character 20", 'expected "endif", found the end', 'write "endif" here'),
    ("'open", "string", "character 1", "the text is not closed", "close it with '"),
    ("seats seats", "number", "character 7", '"seats" is not expected here', "an operator, or the end of the formula"),
    ("string(3)", "string", "character 8", "string(…) takes the name of a property", "write the name only"),
    ("seats + 'x'", "string", "character 7", '"+" needs a number on both sides', "convert the number"),
    ("seats and bool(vip)", "bool", "character 1", '"and" needs true or false, but this is a number', "use an"),
    ("not seats", "bool", "character 5", '"not" needs true or false, but this is a number', "use an expression"),
    ("-string(name)", "number", "character 2", '"-" needs a number, but this is a text', "string_to_number(…)"),
    ("string(name) > 3", "bool", "character 1", '">" needs a number, but this is a text', "string_to_number(…)"),
    ("seats equals 'x'", "bool", "character 14", '"equals" compares with a number', "string_to_number(…)"),
    ("seats * 'x'", "number", "character 9", '"*" needs a number, but this is a text', "string_to_number(…)"),
    ("max(seats)", "number", "character 1", "max takes 2 to 100 arguments, not 1", "max(a, b)"),
    ("concatenate('a')", "string", "character 1", "concatenate takes 2 arguments, not 1", "nest it"),
    (
        "contains(string(name), 3)",
        "bool",
        "character 24",
        "contains needs a text, but this is a number",
        "number_to_string",
    ),
    ("round(seats)", "number", "character 1", 'function "round" does not exist', "use one of bool, concatenate"),
    ("if seats then 1 endif", "number", "character 4", '"if" needs true or false, but this is a number', "use an"),
    ("if bool(vip) then 1 else 'x' endif", "number", "character 26", "every branch gives a number", "string_to_number"),
    ("nope + 1", "number", "character 1", 'property "nope" does not exist', "declare it, or correct its name"),
    (
        "tier + 1",
        "number",
        "character 1",
        'property "tier" is of type enumeration',
        "write string(tier), which returns a text",
    ),
    ("day + 1", "number", "character 1", 'property "day" is of type datetime', "only is_present(day)"),
    ("bool(seats)", "bool", "character 6", 'property "seats" is of type number', "write seats"),
    ("seats", "bool", "character 1", "it returns a number, but the property is of type bool", "change its type"),
    ("1 +\n  nope", "number", "line 2, character 3", 'property "nope" does not exist', "declare it"),
]


@pytest.mark.parametrize(("text", "result", "where", "message", "fix"), CASES)
def test_error_is_told_with_place_and_fix_and_hubspot_refuses_it(
    text: str, result: str, where: str, message: str, fix: str
) -> None:
    found = formula_errors(text, result, HELD.get)
    assert [place(text, offset(error)) for error in found][-1] == where or place(text, offset(found[0])) == where
    error = next(error for error in found if place(text, offset(error)) == where)
    assert message in error.message
    assert fix in error.fix
    assert not accepted(text, result)


def accepted(text: str, result: str) -> bool:
    """What the simulated portal says of the formula of a property."""

    def type_of(name: str) -> Any:
        kind = HELD.get(name)
        return {"enumeration": "string", "datetime": "other"}.get(kind, kind) if kind else None

    try:
        tree = simulated.parse(text, type_of)
    except (simulated.FormulaProblem, simulated.UnknownFormulaProperty):
        return False
    return tree.type in ("any", {"enumeration": "string"}.get(result, result))


def test_all_errors_of_a_formula_are_found_at_once() -> None:
    text = "if nope > 1 then max(1) else day endif"
    assert [error.message.partition(" ")[0] for error in formula_errors(text, "number", HELD.get)] == [
        "property",
        "max",
        "property",
    ]


def test_references_are_what_is_read_and_neither_texts_nor_functions() -> None:
    text = "if string(tier) equals 'seats' then max(price, 2vip) else 0 endif"
    assert references(text) == ["tier", "price", "vip"]
    assert references("seats + price )") == ["seats", "price"]


LEAVES = {
    "number": ["seats", "price", "2.50", "7", ".5", "10seats", "string_to_number(string(name))"],
    "string": ["string(name)", "string(tier)", '"Up"', '"it\'s"', "number_to_string(seats)"],
    "bool": ["bool(vip)", "TRUE", "false", "is_present(day)", "contains(string(name), 'a')"],
}
JOINED = {
    "number": [("number", sign, "number") for sign in "+-*/"],
    "string": [("string", "+", "string")],
    "bool": [("number", sign, "number") for sign in ("<", ">", "<=", ">=", "=", "!=", "equals")]
    + [("string", sign, "string") for sign in ("=", "!=", "EQUALS")]
    + [("bool", sign, "bool") for sign in ("and", "OR")],
}


def a_formula(random: Random, kind: str, depth: int, slip: float = 0) -> str:
    """A formula of this type; with `slip` it is now and then one of another type."""
    kind = random.choice(list(LEAVES)) if random.random() < slip else kind

    def part(desired: str) -> str:
        return a_formula(random, desired, depth - 1, slip)

    shape = random.choice(["leaf", "join", "join", "if", "call"]) if depth else "leaf"
    if shape == "join":
        left, sign, right = random.choice(JOINED[kind])
        return f"({part(left)} {sign} {part(right)})"
    if shape == "if":
        more = f"elseif {part('bool')} then {part(kind)} " if random.random() < 0.5 else ""
        return f"IF {part('bool')} then {part(kind)} {more}Else {part(kind)} ENDIF"
    if shape == "call":
        calls = {"number": "Max({}, {})", "string": "concatenate({}, {})", "bool": "(not ({} and {}))"}
        return calls[kind].format(part(kind), part(kind))
    return random.choice(LEAVES[kind])


@given(st.integers(0, 2**32), st.sampled_from(list(LEAVES)))
def test_form_that_hubspot_stores_is_never_a_difference(seed: int, kind: str) -> None:
    formula = a_formula(Random(seed), kind, 4)
    tree = simulated.parse(formula, lambda name: "any")
    for stored in (simulated.canonical(tree), simulated.canonical(tree, reprint_numbers=False)):
        assert canonical_formula(stored) == canonical_formula(formula)


@given(st.integers(0, 2**32), st.sampled_from(list(LEAVES)), st.sampled_from([0, 0.1]))
def test_check_and_portal_agree_on_every_formula(seed: int, kind: str, slip: float) -> None:
    formula = a_formula(Random(seed), kind, 3, slip)
    for result in LEAVES:
        assert (formula_errors(formula, result, HELD.get) == []) == accepted(formula, result)


def desired(name: str, formula: str, **more: Any) -> DesiredResource:
    inputs = {
        "object": "contacts",
        "name": name,
        "label": name,
        "type": "number",
        "field_type": "calculation_equation",
        "group_name": "contactinformation",
        "calculation_formula": formula,
        **more,
    }
    return DesiredResource("Property", f"contacts.{name}", f"contacts.{name}", inputs)


def test_preflight_knows_the_types_of_the_portal_and_of_the_program(open_session: OpenSession) -> None:
    session, kind = open_session(writes=False), system_named("hubspot").kinds["Property"]
    seats = desired("seats", "", type="string", field_type="text")
    total = desired("total", "seats + createdate + nope")
    session.declared = [seats, total]
    assert refusals(kind, session, total, None) == [
        'HubSpot Property "contacts.total": calculation_formula, character 1: property "seats" is of type string, '
        "not a number\n    fix: write string(seats), which returns a text",
        'HubSpot Property "contacts.total": calculation_formula, character 9: property "createdate" is of type '
        "datetime, not a number\n    fix: formulas read numbers, texts, options and checkboxes; use only "
        "is_present(createdate) on this property",
        'HubSpot Property "contacts.total": calculation_formula, character 22: property "nope" does not exist\n'
        "    fix: declare it, or correct its name",
    ]


def test_circle_of_calculations_is_named(open_session: OpenSession) -> None:
    session, kind = open_session(writes=False), system_named("hubspot").kinds["Property"]
    one, two = desired("one", "two + 1"), desired("two", "one + 1")
    session.declared = [one, two]
    assert refusals(kind, session, one, None) == [
        'HubSpot Property "contacts.one": calculation_formula depends on itself through one, two\n'
        "    fix: remove the cycle"
    ]


def test_formula_that_is_nearly_too_long_is_told(open_session: OpenSession, capfd: pytest.CaptureFixture[str]) -> None:
    session, kind = open_session(writes=False), system_named("hubspot").kinds["Property"]
    long = desired("long", " + ".join(["1"] * (MOST_CHARACTERS // 4 - 100)))
    session.declared = [long]
    assert refusals(kind, session, long, None) == []
    assert 'HubSpot Property "contacts.long": its formula has 65,133 of 65,536 characters' in capfd.readouterr().err


def test_calculation_beyond_the_subscription_is_refused(accounts: RunningSimulators, open_session: OpenSession) -> None:
    accounts.seed("hubspot", {"account": {"tier": "starter"}})
    session, kind = open_session(writes=False), system_named("hubspot").kinds["Property"]
    session.declared = [desired(f"sum_{at}", "1 + 1") for at in range(6)]
    message = [refusals(kind, session, one, None) for one in session.declared]
    assert message == [[]] * 5 + [
        [
            'HubSpot Property "contacts.sum_5": the subscription allows 5 calculated properties; 0 exist and 6 '
            "are new\n    fix: archive unused ones, or raise the limit with the subscription"
        ]
    ]


MODEL = """\
context:
  systems: {managed: [hubspot], source_of_truth: hubspot}
hubspot:
  Property:
    contacts.total:
      object: contacts
      name: total
      label: Total
      type: number
      field_type: calculation_equation
      group_name: contactinformation
      calculation_formula: "doubled + 'x'"
    contacts.doubled:
      object: contacts
      name: doubled
      label: Doubled
      type: number
      field_type: calculation_equation
      group_name: contactinformation
      calculation_formula: 2 * seats
"""


def test_error_is_reported_by_file_and_line_and_order_follows_from_the_formula(tmp_path: Any) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "overlays").mkdir()
    (tmp_path / "overlays" / "dev.yaml").write_text("{}\n")
    file = tmp_path / "model" / "model.yaml"
    file.write_text(MODEL)
    dev = Settings(environment="dev")
    with pytest.raises(DiagnosticsError) as refused:
        compile_model(load(tmp_path, "dev"), dev)
    assert str(refused.value) == (
        f'{tmp_path.name}/model/model.yaml:12:28  HubSpot Property "contacts.total": calculation_formula: character 9: '
        '"+" needs a number on both sides, or a text on both\n'
        "    fix: convert the number with number_to_string(…)\n1 problem in 1 file; nothing was changed."
    )
    file.write_text(MODEL.replace("doubled + 'x'", "doubled + 1"))
    planned = compile_model(load(tmp_path, "dev"), dev)
    assert [item.name for item in planned] == ["contacts.doubled", "contacts.total"]


def test_too_long_formula_is_refused_when_the_model_is_read() -> None:
    inputs = desired("long", " + ".join(["1"] * (MOST_CHARACTERS // 4 + 10))).inputs
    with pytest.raises(ValidationError, match="it has 65,573 characters; HubSpot allows 65,536"):
        system_named("hubspot").kinds["Property"].inputs.model_validate(inputs)


def test_group_that_does_not_exist_is_refused_with_the_nearest_or_how_to_make_it(open_session: OpenSession) -> None:
    session, kind = open_session(writes=False), system_named("hubspot").kinds["Property"]
    message = 'HubSpot Property "contacts.total": property group "{}" of contacts does not exist\n    fix: {}'
    for group, fix in (
        ("nothing_like_it", "declare it as a PropertyGroup"),
        ("contactinformatio", "contactinformation, or declare it as a PropertyGroup"),
    ):
        total = desired("total", "1 + 1", group_name=group)
        session.declared = [total]
        assert refusals(kind, session, total, None) == [message.format(group, fix)]


@pytest.mark.parametrize(
    ("opening", "closing"), [("(", ")"), ("not ", ""), ("-", ""), ("abs(", ")"), ("if a > 1 then 1 else ", "")]
)
def test_nesting_without_end_is_refused(opening: str, closing: str) -> None:
    assert parse(f"{opening * 20}price{closing * 20}")
    with pytest.raises(Unreadable, match="the formula is nested too deeply"):
        parse(f"{opening * 5_000}price{closing * 5_000}")
