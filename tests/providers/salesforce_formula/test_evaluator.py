"""What formulas come to: blanks, dates, texts, and what has no value."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from salesforce_formula.evaluator import Scope, evaluate, evaluated_functions
from salesforce_formula.functions import known_functions
from salesforce_formula.parser import parse
from salesforce_formula.values import EvaluationError

from tests.providers.salesforce_formula.trees import NOW, scope


def value(text: str, **fields: Any) -> Any:
    return evaluate(parse(text), scope(**fields))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Discount__c + 1", None),
        ("Discount__c > 5", None),
        ("NOT(Discount__c > 5)", None),
        ("AND(TRUE, NOT(Discount__c > 5))", False),
        ("IF(Discount__c > 5, 1, 2)", 2),
        ("Discount__c = 0", None),
        ("BLANKVALUE(Discount__c, 9)", 9),
        ("Website = ''", True),
        ("ISBLANK(Website) && ISBLANK(Discount__c)", True),
        ("ISNULL(Website & '')", False),
        ("LEN(Website)", 0),
        ("Company & Website", "Acme Inc"),
        ("MAX(Discount__c, 1)", None),
        ("CASE(Website, NULL, 'none', 'some')", "none"),
        ("CONTAINS(Website, 'x')", None),
        ("LEFT(Website, 2)", None),
    ],
)
def test_blanks(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Signed__c + 1", date(2026, 2, 1)),
        ("Signed__c + 1.9", date(2026, 2, 1)),
        ("ADDMONTHS(Signed__c, 1)", date(2026, 2, 28)),
        ("ADDMONTHS(DATE(2026, 2, 28), 1)", date(2026, 3, 31)),
        ("ADDMONTHS(DATE(2026, 1, 30), -2)", date(2025, 11, 30)),
        ("TODAY() - Signed__c", 293),
        ("NOW() - DATETIMEVALUE('2026-11-19 21:30:00')", Decimal("0.5")),
        ("DATEVALUE(NOW()) = TODAY()", True),
        ("WEEKDAY(DATE(2026, 11, 22))", 1),
        ("DAYOFYEAR(DATE(2026, 2, 1))", 32),
        ("ISOWEEK(DATE(2027, 1, 3)) * 10000 + ISOYEAR(DATE(2027, 1, 3))", 532026),
        ("TIMEVALUE('08:30:00') + 1800000", time(9)),
        ("TIMEVALUE('00:00:00') - TIMEVALUE('23:00:00')", 3_600_000),
        ("HOUR(TIMENOW()) * 100 + MINUTE(TIMENOW())", 930),
        ("UNIXTIMESTAMP(DATE(1970, 1, 2))", 86400),
        ("TIMEVALUE(TIMEVALUE(FROMUNIXTIME(3600)))", time(1)),
        ("FROMUNIXTIME(86400)", datetime(1970, 1, 2, tzinfo=UTC)),
        ("FORMATDURATION(3661)", "01:01:01"),
        ("FORMATDURATION(90061, TRUE)", "1:01:01:01"),
    ],
)
def test_dates(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CEILING(-2.1) + FLOOR(-2.1)", -5),  # away from zero, and toward it
        ("MCEILING(-2.1) + MFLOOR(-2.1)", -5),
        ("CEILING(2.1)", 3),
        ("MCEILING(-2.1)", -2),
        ("ROUND(2.345, 2) * 100", Decimal("235")),
        ("ROUND(-2.5, 0)", -3),
        ("ROUND(1250, -2)", 1300),
        ("TRUNC(2.789, 1)", Decimal("2.7")),
        ("MOD(-7, 3)", -1),
        ("1.10 + 2.20 = 3.30", True),  # money is decimal, never binary
        ("ROUND(EXP(LN(5)), 10)", 5),
        ("LOG(1000)", 3),
        ("SQRT(9) + ABS(-1)", 4),
        ("LPAD('7', 3, '0') & RPAD('a', 3, 'xy') & LPAD('long', 2)", "007axylo"),
        ("INITCAP('hello WORLD') & REVERSE('ab')", "Hello Worldba"),
        ("MID('abcdef', 3, 2) & RIGHT('abc', 0)", "cd"),
        ("FIND('b', 'abcb', 3)", 4),
        ("FIND('', Website)", 0),
        ("SUBSTITUTE('a.b.c', '.', '')", "abc"),
        ("REGEX('2026-11', '[0-9]{4}-[0-9]{2}')", True),
        ("REGEX('x2026-11', '[0-9]{4}-[0-9]{2}')", False),
        ("INCLUDES(Website, 'a')", False),
        ("TEXT(12.50)", "12.5"),
        ("VALUE(' 12.5 ')", Decimal("12.5")),
        ("ASCII('A') + LEN(CHR(66))", 66),
        ("CASESAFEID('001A0000006Vm9u')", "001A0000006Vm9uIAC"),
        ("PICKLISTCOUNT('a;b')", 2),
        ("'abc' < 'abd' && 'b' >= 'a' && NOT('b' <= 'a')", True),
        ("Website < 'a'", None),
    ],
)
def test_numbers_and_texts(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    ["1 / 0", "MOD(1, 0)", "VALUE('x')", "DATE(2026, 2, 30)", "SQRT(-1)", "LN(0)", "REGEX('a', '(')",
     "ADDMONTHS(Signed__c, 120000)", "DATEVALUE('soon')", "HYPERLINK('/a', 'b')", "0 ^ -1", "Signed__c + 9999999999"],
)  # fmt: skip
def test_what_has_no_value_says_so(text: str) -> None:
    with pytest.raises(EvaluationError):
        value(text)


def test_changes_are_seen_against_the_record_before() -> None:
    before: dict[str, Any] = {"Amount": Decimal(1)}
    now: dict[str, Any] = {"Amount": Decimal(2)}
    saving = Scope(now.get, before.get, is_new=False, now=NOW)
    assert evaluate(parse("ISCHANGED(Amount) && PRIORVALUE(Amount) < Amount && NOT(ISNEW())"), saving) is True
    new = Scope(now.get, before.get, is_new=True, now=NOW)
    assert evaluate(parse("ISNEW() && NOT(ISCHANGED(Amount)) && PRIORVALUE(Amount) = 2"), new) is True


def test_which_functions_are_read_only() -> None:
    assert sorted(set(known_functions()) - evaluated_functions()) == [
        "ACOS", "ASIN", "ATAN", "ATAN2", "COS", "CURRENCYRATE", "DISTANCE", "GEOLOCATION", "GETSESSIONID",
        "HTMLENCODE", "HYPERLINK", "IMAGE", "IMAGEPROXYURL", "JSENCODE", "JSINHTMLENCODE", "PREDICT", "SIN", "TAN",
        "URLENCODE", "VLOOKUP",
    ]  # fmt: skip
