"""The formula engine, through the control plane's evaluate-formula."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from crm_simulators.server import RunningSimulators

RECORD = {
    "Company": "Acme Inc",
    "NumberOfEmployees": 250,
    "Status": "Open",
    "Email": "jo@acme.test",
    "AnnualRevenue": None,
    "CreatedDate": "2026-01-31T10:30:00.000Z",
    "DoNotCall": True,
}


def evaluate(simulators: RunningSimulators, formula: str, **more: Any) -> Any:
    assert simulators.salesforce is not None
    body = {"object": "Lead", "formula": formula, "record": RECORD, **more}
    answer = requests.post(f"{simulators.salesforce.http_url}/_sim/evaluate-formula", json=body, timeout=10).json()
    return answer.get("value", answer.get("error"))


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("1 + 2 * 3", 7),
        ("-(2 - 5)", 3),
        ("2 * 3 ^ 2", 36),  # ^ binds looser than * in Salesforce's own grammar
        ("7 / 2", 3.5),
        ("MOD(7, 3) + ABS(-1) + MAX(1, 2, 3) + MIN(4, 5)", 9),
        ("FLOOR(2.7) + CEILING(2.1) + ROUND(2.345, 2)", 7.35),
        ("FLOOR(-2.7)", -2),
        ('Company & " x"', "Acme Inc x"),
        ("LEN(Company)", 8),
        ("LEFT(Company, 4) + RIGHT(Company, 3)", "AcmeInc"),
        ('LOWER("AbC") + UPPER("d")', "abcD"),
        ('BEGINS(Company, "Acme")', True),
        ('CONTAINS(Company, "acme")', False),
        ("VALUE('12.5')", 12.5),
        ("TEXT(NumberOfEmployees)", "250"),
        ('TEXT(Status) = "Open"', True),
        ('ISPICKVAL(Status, "Open")', True),
        ('CASE(Status, "New", 1, "Open", 2, 3)', 2),
        ("IF(DoNotCall, 'yes', 'no')", "yes"),
        ("IF(AnnualRevenue > 5, 1, 2)", 2),
        ("NOT(AnnualRevenue > 5)", None),  # null stays null
        ("AND(TRUE, NOT(AnnualRevenue > 5))", False),
        ("AnnualRevenue + 1", None),
        ("BLANKVALUE(AnnualRevenue, 9)", 9),
        ("ISBLANK(Website) && Website = ''", True),
        ("AnnualRevenue = 0", None),
        ("MAX(AnnualRevenue, 1)", None),
        ("YEAR(DATEVALUE(CreatedDate)) * 100 + MONTH(DATEVALUE(CreatedDate))", 202601),
        ("HOUR(TIMEVALUE(CreatedDate))", 10),
        ("DATEVALUE(CreatedDate) + 1", "2026-02-01"),
        ("DATE(2026, 3, 1) - DATE(2026, 2, 1)", 28),
        ("ADDMONTHS(DATE(2026, 1, 31), 1)", "2026-02-28"),
        ("WEEKDAY(DATE(2026, 1, 4))", 1),
        ("/* why */ TRUE || FALSE && FALSE", True),
        ("Email <> NULL && \"a\" != 'b'", True),
        ("PRIORVALUE(Status) = 'Open' && PRIORVALUE(Status) <> ''", True),
        ("Company > 'Acme' && 'a' < 'b'", True),
        ("$user.Username = $User.Username && $User.IsActive && $USER.Manager.Name = ''", True),
        ("ISPICKVAL($Profile.UserType, 'Standard') || ISPICKVAL($User.UserType, 'Standard')", True),
        ("ISBLANK(Owner:User.Email) && ISBLANK(Owner:Queue.QueueName) && ISBLANK(00N5e00000XyzAb)", True),
        ("BLANKVALUE($System.OriginDateTime, NOW()) = NOW() && $User.UIThemeDisplayed = ''", True),
        ("ISBLANK($Api.Session_ID) && ISBLANK(Campaign.Name) && ISBLANK(TEXT(CountryCode))", True),
    ],
)
def test_formulas_evaluate(simulators: RunningSimulators, formula: str, value: Any) -> None:
    assert evaluate(simulators, formula) == value


def test_exponent_binds_tighter_by_switch(simulators: RunningSimulators) -> None:
    simulators.control.switches.set("salesforce.exponent_binds", "tighter")
    assert evaluate(simulators, "2 * 3 ^ 2") == 18


def test_change_functions_compare_with_the_record_before(simulators: RunningSimulators) -> None:
    prior = {**RECORD, "NumberOfEmployees": 10}
    formula = "ISCHANGED(NumberOfEmployees) && PRIORVALUE(NumberOfEmployees) < NumberOfEmployees && NOT(ISNEW())"
    assert evaluate(simulators, formula, prior=prior) is True
    assert evaluate(simulators, "ISNEW() && NOT(ISCHANGED(NumberOfEmployees))") is True


@pytest.mark.parametrize(
    ("formula", "problem"),
    [
        ("1 / 0", "division by zero"),
        ("", "Syntax error. Found 'EOF'"),
        ("1 +", "Syntax error. Found 'EOF'"),
        ("(1", "Syntax error. Missing ')'"),
        ("1)", "Syntax error. Extra ')'"),
        ("1 2", "Syntax error. Extra 2"),
        ("#", "Syntax error. Found '#'"),
        (
            "TRUE + 1",
            "Incorrect parameter type for operator '+'. Expected Number, Date, DateTime, Text, Time, received Boolean",
        ),
        ('"a" + 1', "Incorrect parameter type for operator '+'. Expected Text, received Number"),
        (
            "INCLUDES(Status, 'x')",
            "Incorrect parameter type for function 'INCLUDES()'. Expected MultiselectPicklist, received Picklist",
        ),
        (
            "TEXT(Company)",
            "Incorrect parameter type for function 'TEXT()'. Expected Number, Date, DateTime, Picklist, received Text",
        ),
        ("ISCHANGED(1)", "Incorrect parameter type for function 'ISCHANGED()'. Expected Field Reference"),
        ("VLOOKUPS(Name)", "Unknown function VLOOKUPS. Check spelling."),
        (
            "VLOOKUP($ObjectType.X__c.Fields.A__c, $ObjectType.X__c.Fields.Name, Name)",
            "Field $ObjectType.X__c.Fields.A__c does not exist. Check spelling.",
        ),
        ("ISBLANK(Owner.Email)", "Field Owner.Email does not exist. Check spelling."),
        (
            "ISNULL(Status)",
            "Field Status is a picklist field. Picklist fields are only supported in certain functions.",
        ),
        ("$Usr.Name", "Field $Usr.Name does not exist. Check spelling."),
        ("$User.Shoe_Size", "Field $User.Shoe_Size does not exist. Check spelling."),
        ("$Setup.X__c.Y__c", "Field $Setup.X__c.Y__c does not exist. Check spelling."),
        ('"' + "x" * 3900 + '"', "Formula is too long (3,902 characters). Maximum length is 3,900 characters."),
    ],
)
def test_bad_formulas_are_told_why(simulators: RunningSimulators, formula: str, problem: str) -> None:
    assert evaluate(simulators, formula) == f"evaluate-formula: {problem}"
