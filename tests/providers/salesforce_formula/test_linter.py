"""What the linter says about a formula, where, and what it lets pass."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from salesforce_formula.checker import Checker
from salesforce_formula.functions import BY_ARGUMENTS, FUNCTIONS, is_allowed, known_functions
from salesforce_formula.kinds import BOOLEAN, DATE, DATETIME, NUMBER, TIME, Context
from salesforce_formula.linter import EVIDENCE, FIXES, WARNINGS, Finding, lint
from salesforce_formula.size import expanded_size
from salesforce_formula.tokens import FormulaError

TYPES = {
    "Amount": "Number", "LeadSource": "Picklist", "Name": "Text", "Notes__c": "LongTextArea", "StageName": "Picklist",
    "CloseDate": "Date", "Tools__c": "MultiselectPicklist", "Won__c": "Boolean", "Score__c": "Number",
    "CreatedDate": "DateTime", "Unsure__c": "Null", "myVariable_current.Amount": "Any", "$record.Amount": "Number",
    "$Permission.Bypass": "Boolean", "$ObjectType.Zip__c.Fields.Name": "Any", "Account.Owner.Name": "Text",
}  # fmt: skip


SOURCES = {"LeadSource": frozenset({"Web", "Phone"})}


class Deals:
    """The fields of a deal."""

    def type_of(self, name: str) -> str:
        if name not in TYPES:
            raise FormulaError(f"Field {name} does not exist. Check spelling.")
        return TYPES[name]

    def values_of(self, name: str) -> frozenset[str] | None:
        return {"StageName": frozenset({"Open", "Won"}), "Tools__c": frozenset({"crm", "bi"}), **SOURCES}.get(name)

    def may_hold_others(self, name: str) -> bool:
        return name == "LeadSource"

    def formula_of(self, name: str) -> str | None:
        return "+".join(["Amount"] * 500) if name == "Score__c" else None

    def names(self) -> Iterable[str]:
        return TYPES


def linted(text: str, context: Context = Context.VALIDATION_RULE, expected: str | None = None) -> list[Finding]:
    return lint(text, Deals(), expected=expected, context=context)


def message(text: str, context: Context = Context.VALIDATION_RULE, expected: str | None = None) -> list[str]:
    return [f"{finding} | {finding.fix}" for finding in linted(text, context, expected)]


PICK = 'ISPICKVAL(field, "value"), CASE or TEXT; for a multi-select picklist INCLUDES(field, "value")'
SAVING = "remove it: it works only while a record is saved"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("AND(", "column 5: Syntax error. Found 'EOF' | correct it, or the place just before it"),
        (
            'StageName = "Won"',
            "column 1: Field StageName is a picklist field. Picklist fields are only supported in certain functions. | "
            + PICK,
        ),
        (
            'ISPICKVAL(StageName, "Wn")',
            'column 22: "Wn" is not a value of StageName, so the comparison would never be true | '
            'use "Won", or add the value',
        ),
        (
            'CASE(PRIORVALUE(StageName), "Open", 1, "Lost", 2, 0) > 1',
            'column 40: "Lost" is not a value of StageName, so the comparison would never be true | '
            'use "Open", "Won", or add the value',
        ),
        (
            'TEXT(StageName) = "won"',
            'column 19: "won" is not a value of StageName, so the comparison would never be true | '
            'use "Won", or add the value',
        ),
        (
            'INCLUDES(Tools__c, "CRM")',
            'column 20: "CRM" is not a value of Tools__c, so the comparison would never be true | '
            'use "bi", "crm", or add the value',
        ),
        (
            'ISPICKVAL(LeadSource, "Wb")',
            'column 23: "Wb" is not a value of LeadSource, though records may hold it all the same | '
            'use "Web", or add the value',
        ),
        ("Amout > 1", "column 1: Field Amout does not exist. Check spelling. | Amount, or declare the field"),
        ("ISBLNK(Name)", "column 1: Unknown function ISBLNK. Check spelling. | use ISBLANK"),
        (
            "Amount > 2 * 3 ^ 2",
            "column 16: Salesforce's grammars disagree on the operands of ^ here | "
            "put the power and its operands in parentheses",
        ),
        (
            "Amount > 2 ^ 3 ^ 2",
            "column 16: Salesforce's grammars disagree on the operands of ^ here | "
            "put the power and its operands in parentheses",
        ),
        ("ISNULL(Name)", "column 1: ISNULL is never true for a text such as Name | ISBLANK"),
        (
            "ISCHANGED(Account.Owner.Name)",
            "column 11: The ISCHANGED function cannot reference the Account.Owner.Name field. | "
            "name a field of the record itself",
        ),
        (
            'Name = "a\\d"',
            "column 8: Syntax error. Found '\"' | "
            "end the text with the same quote, and write a line break in it as \\n, a backslash as \\\\",
        ),
        (
            "Amount > Name",
            "column 10: Incorrect parameter type for operator '>'. Expected Number, received Text | "
            "convert it, for example with TEXT, VALUE or DATEVALUE",
        ),
        (
            "A__r.B__r.C__r.D__r.E__r.F__r.G__r.H__r.I__r.J__r.K__r.Name > 1",
            "column 1: A__r.B__r.C__r.D__r.E__r.F__r.G__r.H__r.I__r.J__r.K__r.Name spans 11 relationships; "
            "the limit is 10 | copy the value to a nearer record with a formula field",
        ),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_place_and_fix(text: str, found: str) -> None:
    assert found in message(text)


@pytest.mark.parametrize(
    "text", ["ISCHANGED(Amount)", "ISNEW()", "PRIORVALUE(Won__c)", "ISCLONE()", 'REGEX(Name, "a")']
)
@pytest.mark.parametrize("context", list(Context))
def test_what_a_save_changed_is_known_while_saving_only(text: str, context: Context) -> None:
    function = text.partition("(")[0]
    refused = [f"column 1: Function {function} may not be used in this type of formula | {SAVING}"]
    assert message(text, context) == ([] if context.saving else refused)


def test_vlookup_stands_in_validation_rules_only() -> None:
    text = "VLOOKUP($ObjectType.Zip__c.Fields.Name, $ObjectType.Zip__c.Fields.Name, Name) = Name"
    assert message(text) == []
    assert message(text, Context.ASSIGNMENT_CRITERIA) == [
        "column 1: Function VLOOKUP may not be used in this type of formula | "
        "look the value up in a validation rule, or through a relationship"
    ]


def test_long_text_is_refused_in_formula_fields() -> None:
    assert message("LEN(Notes__c) > 1") == []
    assert message("LEN(Notes__c) > 1", Context.FORMULA_FIELD) == [
        'column 5: You referenced an unsupported field type called "Long Text Area" using the following field: Notes__c'
        " | use a shorter field; long text can be read by validation rules and flows only"
    ]


def test_the_whole_must_have_the_expected_type() -> None:
    assert message("Amount", expected=BOOLEAN) == [
        "column 1: Formula result is data type (Number), incompatible with expected data type (true or false). | "
        "make the formula return that type, or change the type of the field"
    ]


@pytest.mark.parametrize(("expected", "refused"), [(DATE, False), (DATETIME, False), (NUMBER, True), (TIME, True)])
def test_date_field_takes_a_date_and_time(expected: str, refused: bool) -> None:
    for context in (Context.FORMULA_FIELD, Context.DEFAULT_VALUE):
        assert bool(message("NOW()", context, expected)) is refused
    assert bool(message("TODAY()", Context.FORMULA_FIELD, expected)) is (expected != DATE)


@pytest.mark.parametrize(
    "text", ["ISNULL(StageName)", "LEN(StageName) > 1", 'Tools__c = "crm"', "NULLVALUE(StageName, 1)"]
)
def test_picklists_are_refused_where_salesforce_knows_no_use_for_them(text: str) -> None:
    assert "bare-picklist" in {finding.rule for finding in linted(text)}


@pytest.mark.parametrize(
    "text",
    ["ISBLANK(Won__c)", "ISNULL(Won__c)", "BLANKVALUE(Won__c, TRUE)", "CASE(Amount, 1, TRUE, FALSE)",
     'CASE(Won__c, TRUE, "a", "b")'],
)  # fmt: skip
def test_checkboxes_are_neither_blank_nor_cases_but_in_flows(text: str) -> None:
    function = text.partition("(")[0]
    assert f"Incorrect argument type for function '{function}()'." in {finding.message for finding in linted(text)}
    assert linted(text, Context.FLOW) == []


def test_only_what_salesforce_refuses_is_an_error() -> None:
    opinions = [
        'ISPICKVAL(StageName, "Wn")', 'INCLUDES(Tools__c, "CRM")', 'ISPICKVAL(LeadSource, "Wb")', "ISNULL(Name)",
        "Amount > 2 * 3 ^ 2",
    ]  # fmt: skip
    found = [finding for text in opinions for finding in linted(text)]
    assert [(finding.rule, finding.is_error, finding.is_hint) for finding in found] == [
        ("unknown-value", False, False),
        ("unknown-value", False, False),
        ("unlisted-value", False, True),
        ("isnull-on-text", False, True),
        ("exponent", False, False),
    ]


def test_everything_is_told_at_once_and_once() -> None:
    text = 'AND(\n  Amout > 5,\n  StageName = "Won",\n  NOPE(Name + 1)\n)'
    assert [(finding.rule, finding.line, finding.column) for finding in linted(text)] == [
        ("unknown-field", 2, 3),
        ("bare-picklist", 3, 3),
        ("unknown-function", 4, 3),
        ("type", 4, 15),
    ]


@pytest.mark.parametrize(
    "text",
    [
        'AND(ISCHANGED(StageName), ISPICKVAL(StageName, "Won"), NOT($Permission.Bypass), Account.Owner.Name <> "Jo")',
        'CASE(StageName, "Open", 1, "Won", 2, 0) - CASE(PRIORVALUE(StageName), "Open", 1, 0) > 1',
        "ISBLANK(StageName) || ISBLANK(Tools__c) || ISBLANK(Notes__c)",
        "BLANKVALUE(Amount, 0) * (0.9 ^ (FLOOR((TODAY() - CloseDate) / 7) + 1)) < 5",
        'IF(Won__c, "a", NULL) = "a" && CreatedDate < NOW() - 1',
        'PRIORVALUE(StageName) <> "" && PRIORVALUE(StageName) <> NULL && "Won" = PRIORVALUE(StageName)',
        "ISNULL(Tools__c) || PICKLISTCOUNT(Tools__c) > 1",
        'CASE(NULL, "a", 1, "b", 2, 3) > 1',
        'ISPICKVAL(Unsure__c, "a") || INCLUDES(Unsure__c, "a") || Unsure__c > 5 || TEXT(Unsure__c) = "a"',
        'Name > "M" && Amount + NULL > 1',
        "ISCHANGED({!myVariable_current.Amount}) || ISCHANGED({!$record.Amount})",
        "HOUR(TIMEVALUE(CreatedDate)) > 8 && TIMENOW() - TIMEVALUE(CreatedDate) > 1000",
        "HOUR(TIMEVALUE(TIMENOW())) > 8",
    ],
)
def test_sound_formulas_pass(text: str) -> None:
    assert message(text) == []


def test_long_formulas_warn_and_too_long_ones_are_refused() -> None:
    (near,) = linted("TRUE /*" + "x" * 3200 + "*/")
    assert (near.rule, near.is_error) == ("length", False)
    (over,) = linted("TRUE /*" + "x" * 3900 + "*/")
    assert (over.rule, over.is_error, over.message) == (
        "syntax", True, "Formula is too long (3,909 characters). Maximum length is 3,900 characters.",
    )  # fmt: skip


def test_size_counts_the_formula_fields_inside() -> None:
    (near,) = linted("Score__c + Score__c + Score__c + Score__c > 1")
    assert (near.rule, near.is_error) == ("size", False)
    (over,) = linted(" + ".join(["Score__c"] * 5) + " > 1")
    assert (over.rule, over.is_error) == ("too-large", True)
    assert over.message == "with the formula fields that it names it has at least 17,551 bytes; the limit is 15,000"


def test_size_of_a_circle_of_fields_is_finite() -> None:
    assert expanded_size("A", {"A": "B + 1", "B": "A + 1"}.get) == 11


SIGNATURES = {
    "ADDMONTHS": ("Date, Number", "DateTime, Number"),
    "BLANKVALUE": ("Text, Text", "Number, Number", "Date, Null"),
    "CASE": ("Text, Text, Number, Number", "Picklist, 'a', Text, 'b', Null, Text", "Number, Number, Date, Date"),
    "DATETIMEVALUE": ("Text", "Date", "DateTime"),
    "DATEVALUE": ("Text", "DateTime"),
    "IF": ("Boolean, Number, Number", "Boolean, Text, Null", "Boolean, Null, Date"),
    "INCLUDES": ("MultiselectPicklist, Text",),
    "ISBLANK": ("Text", "Number", "Date", "Picklist", "MultiselectPicklist", "Location"),
    "ISCHANGED": ("Text", "Picklist", "MultiselectPicklist"),
    "ISNULL": ("Number", "Date", "Text", "MultiselectPicklist"),
    "ISPICKVAL": ("Picklist, 'a'",),
    "NULLVALUE": ("Number, Number", "Text, Null"),
    "PRIORVALUE": ("Text", "Picklist", "Number"),
    "TEXT": ("Number", "Date", "DateTime", "Time", "Picklist"),
    "TIMEVALUE": ("Text", "DateTime", "Time"),
}
"""The documented uses of the functions whose types depend on their arguments; each word is a field of that type."""


class Typed(Deals):
    """Fields that are called as their type is, `Number` for instance."""

    def type_of(self, name: str) -> str:
        return name


def uses(function: str) -> list[str]:
    """Every documented way to call a function, with the fields of `Typed`."""
    if function in SIGNATURES:
        return [f"{function}({arguments})" for arguments in SIGNATURES[function]]
    known = FUNCTIONS[function]
    kinds = [part.removeprefix("?").split("|") for part in known.parameters if part != "*"]
    counts = {known.required, len(kinds), *([len(kinds) + 2] if known.most is None else [])}
    most = max((len(one) for one in kinds), default=1)
    return [
        f"{function}({', '.join(one[choice % len(one)] for one in [*kinds, *kinds[-1:] * 2][:count])})"
        for count in counts
        for choice in range(most)
    ]


@pytest.mark.parametrize("function", known_functions())
def test_every_function_takes_what_it_is_documented_to_take(function: str) -> None:
    context = next(one for one in Context if is_allowed(function, one))
    for use in uses(function):
        found = lint(use, Typed(), expected=None, context=context)
        assert [str(finding) for finding in found if finding.is_error] == []


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_every_function_refuses_what_no_signature_has(function: str) -> None:
    known = FUNCTIONS[function]
    context = next(one for one in Context if is_allowed(function, one))
    many = ", ".join(["Null"] * ((known.most or 0) + 1))
    if known.most is not None:
        assert [one.rule for one in lint(f"{function}({many})", Typed(), expected=None, context=context)] == [
            "argument-count"
        ]
    if known.parameters and known.parameters[0] not in {"Any", "Location"}:
        rest = ", ".join(["Null"] * (known.required - 1))
        use = f"{function}({', '.join(filter(None, ['Location', rest]))})"
        assert [one.rule for one in lint(use, Typed(), expected=None, context=context)] == ["type"]


def test_every_rule_has_its_evidence_and_every_function_its_types() -> None:
    assert EVIDENCE.keys() >= {*FIXES, *WARNINGS}
    assert {name for name in BY_ARGUMENTS if not hasattr(Checker, f"call_{name.lower()}")} == set()
    assert not BY_ARGUMENTS & FUNCTIONS.keys()
    assert SIGNATURES.keys() == BY_ARGUMENTS
