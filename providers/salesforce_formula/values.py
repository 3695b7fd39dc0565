"""The functions of values: texts, numbers, dates. Blank handling as in salesforce/formula-engine's commands [S]."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

SECONDS_PER_DAY = Decimal(86400)
MS_PER_DAY = 86_400_000
PI = Decimal("3.14159265358979323846264338327950288")


class EvaluationError(Exception):
    """A formula that has no value: a division by zero or a text that is no number (shown as #Error!)."""


def is_blank(value: Any) -> bool:
    """Whether a value is null or an empty text."""
    return value is None or value == ""


def milliseconds(moment: time) -> int:
    """Milliseconds since midnight."""
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1000 + moment.microsecond // 1000


# 15-character ids get three more: one letter per five characters, by which of them are capitals [D: object reference].
_CHECK_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def case_safe_id(identifier: str) -> str:
    """The 18-character form of a record id.

    >>> case_safe_id("001A0000006Vm9u")
    '001A0000006Vm9uIAC'
    """
    if len(identifier) != 15:
        return identifier
    chunks = (identifier[start : start + 5] for start in (0, 5, 10))
    return identifier + "".join(
        _CHECK_LETTERS[sum(1 << place for place, char in enumerate(chunk) if "A" <= char <= "Z")] for chunk in chunks
    )


def _contains(text: str | None, part: str | None) -> bool | None:
    if is_blank(part):
        return True
    return None if is_blank(text) else (part or "") in (text or "")  # [S: FunctionContains]


def _begins(text: str | None, part: str | None) -> bool | None:
    if is_blank(part):
        return True
    return None if is_blank(text) else (text or "").startswith(part or "")


def _find(part: str | None, text: str | None, start: Decimal = Decimal(1)) -> Decimal:
    """The place counted from 1, 0 where there is none or nothing is looked for or in [S: FunctionFind]."""
    if part is None or text is None:
        return Decimal(0)
    return Decimal(text.find(part, max(0, int(start) - 1)) + 1)


def _includes(values: str | None, part: str | None) -> bool:
    return (part or "") in (values or "").split(";")


def plain_number(value: Decimal) -> str:
    """A number as text, without zeros that say nothing.

    >>> plain_number(Decimal("12.50"))
    '12.5'
    """
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _value(text: str) -> Decimal | None:
    if text == "":
        return None
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        raise EvaluationError(f"'{text}' is not a number") from None


def _is_number(text: str | None) -> bool:
    return re.fullmatch(r"\s*[-+]?(\d+\.?\d*|\.\d+)\s*", text or "") is not None


def _regex(text: str | None, pattern: str | None) -> bool:
    try:
        return re.fullmatch(pattern or "", text or "") is not None
    except re.error:
        raise EvaluationError(f"'{pattern}' is not a regular expression") from None


def _padded(text: str, length: Decimal, padding: str) -> tuple[str, str] | None:
    """The text, cut to the length, and what is missing of it; None where nothing is left [S: FunctionLpad]."""
    count = int(length)
    if text == "" or count <= 0:
        return None
    missing = max(0, count - len(text))
    return text[:count], (padding * missing)[:missing] if padding else ""


def _left_padded(text: str, length: Decimal, padding: str = " ") -> str | None:
    found = _padded(text, length, padding)
    return None if found is None else found[1] + found[0]


def _right_padded(text: str, length: Decimal, padding: str = " ") -> str | None:
    found = _padded(text, length, padding)
    return None if found is None else found[0] + found[1]


def _initial_capitals(text: str) -> str:
    return re.sub(r"[^\W_]+", lambda word: word.group()[0].upper() + word.group()[1:].lower(), text)


def _date_value(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise EvaluationError(f"'{value}' is not a date") from None


def _datetime_value(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time(), tzinfo=UTC)
    try:
        return datetime.fromisoformat(value.strip().replace(" ", "T", 1)).replace(tzinfo=UTC)
    except ValueError:
        raise EvaluationError(f"'{value}' is not a date-time") from None


def _time_value(value: Any) -> time:
    if isinstance(value, datetime | time):
        return value if isinstance(value, time) else value.time()
    try:
        return time.fromisoformat(value.strip())
    except ValueError:
        raise EvaluationError(f"'{value}' is not a time") from None


def _round(value: Decimal, places: Decimal, how: str) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-int(places)), rounding=how)


def _add_months(moment: Any, months: Decimal) -> Any:
    """The last day of a month stays a last day [S: FunctionAddMonths]."""
    last_day = moment.day == calendar.monthrange(moment.year, moment.month)[1]
    year, month = divmod(moment.year * 12 + moment.month - 1 + int(months), 12)
    if not date.min.year <= year <= date.max.year:
        raise EvaluationError(f"{year} is not a year")
    end = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=end if last_day else min(moment.day, end))


def _date(year: Decimal, month: Decimal, day: Decimal) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise EvaluationError(str(error)) from None


def _unix_timestamp(value: Any) -> Decimal:
    if isinstance(value, time):
        return Decimal(milliseconds(value) // 1000)
    return Decimal(calendar.timegm(_datetime_value(value).timetuple()))


def _duration(first: Any, second: Any = None) -> str:
    """Days only where asked for, or between two moments [S: FunctionFormatDuration]."""
    days = second is True or isinstance(first, datetime)
    if isinstance(first, datetime):
        seconds = int((second - first).total_seconds())
    elif isinstance(first, time):
        seconds = (milliseconds(second) - milliseconds(first)) // 1000
    else:
        seconds = int(first)
    seconds = abs(seconds)
    rest = f"{seconds // 60 % 60:02}:{seconds % 60:02}"
    hours = seconds // 3600
    return f"{hours // 24}:{hours % 24:02}:{rest}" if days else f"{hours:02}:{rest}"


def _modulo(value: Decimal, by: Decimal) -> Decimal:
    """The remainder has the sign of the number [S: FunctionMod, BigDecimal.remainder]."""
    if by == 0:
        raise EvaluationError("division by zero")
    return value % by


def _positive(function: Callable[[Decimal], Decimal]) -> Callable[[Decimal], Decimal]:
    def checked(value: Decimal) -> Decimal:
        if value < 0 or (value == 0 and function is not Decimal.sqrt):
            raise EvaluationError(f"{plain_number(value)} is too small")
        return function(value)

    return checked


EAGER: dict[str, Callable[..., Any]] = {
    "NOT": lambda value: not value,
    "ISBLANK": is_blank,
    # A text field is never null, only empty [D: ISNULL].
    "ISNULL": lambda value: value is None,
    "BLANKVALUE": lambda value, other: other if is_blank(value) else value,
    "NULLVALUE": lambda value, other: other if value is None else value,
    "ISPICKVAL": lambda value, literal: (value or "") == (literal or ""),
    "INCLUDES": _includes,
    "PICKLISTCOUNT": lambda values: Decimal(len(values.split(";")) if values else 0),
    "BEGINS": _begins,
    "CONTAINS": _contains,
    "FIND": _find,
    "LEN": lambda text: Decimal(len(text or "")),
    "LEFT": lambda text, count: text[: max(0, int(count))],
    "RIGHT": lambda text, count: text[-int(count) :] if count > 0 else "",
    "MID": lambda text, start, count: text[max(0, int(start) - 1) :][: max(0, int(count))],
    "LOWER": lambda text, _=None: (text or "").lower(),
    "UPPER": lambda text, _=None: (text or "").upper(),
    "INITCAP": _initial_capitals,
    "TRIM": lambda text: (text or "").strip(),
    "LPAD": _left_padded,
    "RPAD": _right_padded,
    "REVERSE": lambda text: text[::-1],
    "SUBSTITUTE": lambda text, old, new: (text or "").replace(old, new or "") if old else text,
    "REGEX": _regex,
    "ASCII": lambda text: Decimal(ord(text[0])) if text else None,
    "CHR": lambda code: chr(int(code)),
    "CASESAFEID": case_safe_id,
    "TEXT": _text,
    "VALUE": _value,
    "ISNUMBER": _is_number,
    "BR": lambda: "\n",
    "DATE": _date,
    "DATEVALUE": _date_value,
    "DATETIMEVALUE": _datetime_value,
    "TIMEVALUE": _time_value,
    "ADDMONTHS": _add_months,
    "YEAR": lambda day: Decimal(day.year),
    "MONTH": lambda day: Decimal(day.month),
    "DAY": lambda day: Decimal(day.day),
    "WEEKDAY": lambda day: Decimal(day.isoweekday() % 7 + 1),  # Sunday is 1 [D]
    "DAYOFYEAR": lambda day: Decimal(day.timetuple().tm_yday),
    "ISOWEEK": lambda day: Decimal(day.isocalendar().week),
    "ISOYEAR": lambda day: Decimal(day.isocalendar().year),
    "HOUR": lambda moment: Decimal(moment.hour),
    "MINUTE": lambda moment: Decimal(moment.minute),
    "SECOND": lambda moment: Decimal(moment.second),
    "MILLISECOND": lambda moment: Decimal(moment.microsecond // 1000),
    "UNIXTIMESTAMP": _unix_timestamp,
    "FROMUNIXTIME": lambda seconds: datetime.fromtimestamp(float(seconds), UTC),
    "FORMATDURATION": _duration,
    "ABS": abs,
    # Away from zero for negative numbers; MCEILING and MFLOOR are the mathematical ones [D].
    "CEILING": lambda value: _round(value, Decimal(0), ROUND_CEILING if value > 0 else ROUND_FLOOR),
    "FLOOR": lambda value: _round(value, Decimal(0), ROUND_DOWN),
    "MCEILING": lambda value: _round(value, Decimal(0), ROUND_CEILING),
    "MFLOOR": lambda value: _round(value, Decimal(0), ROUND_FLOOR),
    "ROUND": lambda value, places: _round(value, places, ROUND_HALF_UP),
    "TRUNC": lambda value, places=Decimal(0): _round(value, places, ROUND_DOWN),
    "MOD": _modulo,
    "SQRT": _positive(Decimal.sqrt),
    "EXP": Decimal.exp,
    "LN": _positive(Decimal.ln),
    "LOG": _positive(Decimal.log10),
    "PI": lambda: PI,
    "MAX": max,
    "MIN": min,
}

BLANK_SAFE = frozenset(
    {
        "BEGINS", "BLANKVALUE", "CONTAINS", "FIND", "INCLUDES", "ISBLANK", "ISNULL", "ISNUMBER", "ISPICKVAL", "LEN",
        "LOWER", "NULLVALUE", "PICKLISTCOUNT", "REGEX", "SUBSTITUTE", "TRIM", "UPPER",
    }
)  # fmt: skip
"""Functions that have a value for blanks too; all others are null as soon as one argument is."""
