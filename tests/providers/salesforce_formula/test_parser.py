"""What is read, where it stands, and what is refused at which place."""

from __future__ import annotations

from decimal import Decimal

import pytest
from salesforce_formula.parser import MAX_LENGTH, MAX_NESTING, parse
from salesforce_formula.tokens import FormulaError, place
from salesforce_formula.tree import Binary, Call, Literal, Name, names_in, walk


def test_nodes_know_where_they_stand() -> None:
    text = 'AND(\n  Amount >= 5,\n  Account.Owner.Name = "Jo"\n)'
    found = {type(node).__name__ + str(getattr(node, "text", "")): place(text, node.at) for node in walk(parse(text))}
    assert found["Call"] == (1, 1)
    assert found["NameAmount"] == (2, 3)
    assert found["NameAccount.Owner.Name"] == (3, 3)


def test_equal_trees_may_stand_at_other_places() -> None:
    assert parse("1+A") == parse("1 /* one */ +\n A") == Binary("+", Literal(Decimal(1)), Name("A"))


def test_names_are_dotted_and_may_be_globals() -> None:
    text = "$Setup.Limits__c.Max__c + Owner:User.Age__c + $CustomMetadata.T__mdt.R.F__c + {!$Record__Prior.Amount}"
    assert list(names_in(parse(text))) == [
        "$Setup.Limits__c.Max__c", "Owner:User.Age__c", "$CustomMetadata.T__mdt.R.F__c", "$Record__Prior.Amount",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "Parent__r.Owner:User.Email",  # a colon after a later part
        "Lead.Owner:User.UserRole.Id",
        "Case.Owner:User.Id",
        "Owner:Queue.QueueName",
        "00N5e00000XyzAb",  # a custom field by its id, of 15 or 18 characters
        "Account.00N5e00000XyzAbEAK",
        "Call_Out.400Exc.status",  # parts that begin with a digit
        "$Record.Owner:User.Email",
    ],
)
def test_every_form_of_a_name_is_one_name(name: str) -> None:
    assert parse(name) == Name(name)
    assert parse(f"{{! {name} }} = 1") == Binary("=", Name(name, merge=True), Literal(Decimal(1)))


def test_expression_inside_a_merge_field_is_read_as_one() -> None:
    tree = parse("IF({!$Record.IsPersonAccount==TRUE}, {!$Record.LastName}, 'x')")
    assert tree == parse("IF({!$Record.IsPersonAccount} = TRUE, {!$Record.LastName}, 'x')")
    assert parse("IF(a, b, {!TEXT(Found.Stage__c}))") == parse("IF(a, b, TEXT({!Found.Stage__c}))")


def test_function_names_are_read_without_case() -> None:
    assert parse("today( )") == Call("TODAY", ())


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("", "Syntax error. Found 'EOF'", 0),
        ("1 +", "Syntax error. Found 'EOF'", 3),
        ("(1", "Syntax error. Missing ')'", 2),
        ("IF(a b)", "Syntax error. Missing ')'", 5),
        ("1)", "Syntax error. Extra ')'", 1),
        ("1 2", "Syntax error. Extra 2", 2),
        ("1 + # 2", "Syntax error. Found '#'", 4),
        ('a = "open', "Syntax error. Found '\"'", 4),
        ("a > * b", "Syntax error. Found '*'", 4),
        ("{!a + 1", "Syntax error. Missing '}'", 7),
        ("{!{!a}}", "Syntax error. Found '{!'", 2),
        ("a OR b", "Syntax error. Extra OR", 2),  # || and OR(…) alone
        (".5 + 1", "Syntax error. Found '.'", 0),
        ("5. + 1", "Syntax error. Found '.'", 1),
        ("_a > 1", "Syntax error. Found '_'", 0),
        ('a = "1\n2"', "Syntax error. Found '\"'", 4),
        ('a = "\\d"', "Syntax error. Found '\"'", 4),
        ('a = "\\\\d" b', "Syntax error. Extra b", 10),
        ("a }", "Syntax error. Found '}'", 2),
        ("/* open", "Syntax error. Found '/'", 0),
    ],
)
def test_syntax_errors_say_where(text: str, message: str, at: int) -> None:
    with pytest.raises(FormulaError) as refused:
        parse(text)
    assert (str(refused.value), refused.value.at) == (message, at)


@pytest.mark.parametrize("text", ["(" * 101 + "1" + ")" * 101, "-" * 101 + "1", "ABS(" * 101 + "1" + ")" * 101])
def test_what_is_nested_too_deep_is_refused(text: str) -> None:
    with pytest.raises(FormulaError, match=f"nested more than {MAX_NESTING} deep"):
        parse(text)


def test_braces_of_flows_count_no_characters() -> None:
    parse("{!a} + " * 300 + "b" * (MAX_LENGTH - 300 * len("a + ")))
    with pytest.raises(FormulaError, match="3,901 characters"):
        parse("{!a} + " * 300 + "b" * (MAX_LENGTH + 1 - 300 * len("a + ")))


def test_texts_of_a_string_are_unescaped() -> None:
    assert parse(r'"a\"b\\c\n"') == Literal('a"b\\c\n')
