"""The functions of the formula language: what they take, what they give, where they may stand.

Names and numbers of arguments as in salesforce/formula-engine [S]; those marked [D] come from "Formula Operators and
Functions" of Salesforce's help, since the engine has no class for them.
"""

from __future__ import annotations

from dataclasses import dataclass

from salesforce_formula.kinds import ANY, BOOLEAN, DATE, DATETIME, LOCATION, MULTI, NUMBER, TEXT, TIME, Context


@dataclass(frozen=True)
class Function:
    """A function whose types do not depend on its arguments.

    A parameter in front of `*` repeats; one that begins with `?` is optional; `|` stands between alternatives.
    """

    parameters: tuple[str, ...]
    result: str
    evidence: str = "[S: formula-engine]"

    @property
    def required(self) -> int:
        """How many arguments there must be at least."""
        return sum(not part.startswith("?") for part in self.parameters if part != "*")

    @property
    def most(self) -> int | None:
        """How many arguments there may be, None for any number."""
        return None if "*" in self.parameters else len(self.parameters)

    def desired(self, place: int) -> tuple[str, ...]:
        """The types that the argument at a place may have."""
        parameters = [part.removeprefix("?") for part in self.parameters if part != "*"]
        return tuple(parameters[min(place, len(parameters) - 1)].split("|"))


DOCUMENTED = "[D: formula operators and functions]"
WHEN = f"{DATE}|{DATETIME}"

FUNCTIONS: dict[str, Function] = {
    "AND": Function((BOOLEAN, "*"), BOOLEAN),
    "OR": Function((BOOLEAN, "*"), BOOLEAN),
    "NOT": Function((BOOLEAN,), BOOLEAN),
    "BEGINS": Function((TEXT, TEXT), BOOLEAN),
    "CONTAINS": Function((TEXT, TEXT), BOOLEAN),
    "FIND": Function((TEXT, TEXT, "?" + NUMBER), NUMBER),
    "LEN": Function((TEXT,), NUMBER),
    "LEFT": Function((TEXT, NUMBER), TEXT),
    "RIGHT": Function((TEXT, NUMBER), TEXT),
    "MID": Function((TEXT, NUMBER, NUMBER), TEXT),
    "LOWER": Function((TEXT, "?" + TEXT), TEXT),
    "UPPER": Function((TEXT, "?" + TEXT), TEXT),
    "INITCAP": Function((TEXT,), TEXT),
    "TRIM": Function((TEXT,), TEXT),
    "LPAD": Function((TEXT, NUMBER, "?" + TEXT), TEXT),
    "RPAD": Function((TEXT, NUMBER, "?" + TEXT), TEXT),
    "REVERSE": Function((TEXT,), TEXT),
    "SUBSTITUTE": Function((TEXT, TEXT, TEXT), TEXT),
    "REGEX": Function((TEXT, TEXT), BOOLEAN),
    "VALUE": Function((TEXT,), NUMBER),
    "ISNUMBER": Function((TEXT,), BOOLEAN),
    "ASCII": Function((TEXT,), NUMBER),
    "CHR": Function((NUMBER,), TEXT),
    "CASESAFEID": Function((TEXT,), TEXT, DOCUMENTED),
    "HTMLENCODE": Function((TEXT,), TEXT),
    "JSENCODE": Function((TEXT,), TEXT),
    "JSINHTMLENCODE": Function((TEXT,), TEXT, DOCUMENTED),
    "URLENCODE": Function((TEXT,), TEXT),
    "HYPERLINK": Function((TEXT, TEXT, "?" + TEXT), TEXT, DOCUMENTED),
    "IMAGE": Function((TEXT, TEXT, "?" + NUMBER, "?" + NUMBER), TEXT, DOCUMENTED),
    "IMAGEPROXYURL": Function((TEXT,), TEXT, DOCUMENTED),
    "GETSESSIONID": Function((), TEXT, DOCUMENTED),
    "PICKLISTCOUNT": Function((MULTI,), NUMBER, DOCUMENTED),
    "CURRENCYRATE": Function((TEXT,), NUMBER, DOCUMENTED),
    "BR": Function((), TEXT),
    "TODAY": Function((), DATE),
    "NOW": Function((), DATETIME),
    "TIMENOW": Function((), TIME),
    "DATE": Function((NUMBER, NUMBER, NUMBER), DATE),
    "YEAR": Function((DATE,), NUMBER),
    "MONTH": Function((DATE,), NUMBER),
    "DAY": Function((DATE,), NUMBER),
    "WEEKDAY": Function((DATE,), NUMBER),
    "DAYOFYEAR": Function((DATE,), NUMBER),
    "ISOWEEK": Function((DATE,), NUMBER),
    "ISOYEAR": Function((DATE,), NUMBER),
    "HOUR": Function((TIME,), NUMBER),
    "MINUTE": Function((TIME,), NUMBER),
    "SECOND": Function((TIME,), NUMBER),
    "MILLISECOND": Function((TIME,), NUMBER),
    "UNIXTIMESTAMP": Function((f"{WHEN}|{TIME}",), NUMBER),
    "FROMUNIXTIME": Function((NUMBER,), DATETIME),
    "FORMATDURATION": Function((f"{NUMBER}|{DATETIME}|{TIME}", f"?{BOOLEAN}|{DATETIME}|{TIME}"), TEXT),
    "ABS": Function((NUMBER,), NUMBER),
    "CEILING": Function((NUMBER,), NUMBER),
    "FLOOR": Function((NUMBER,), NUMBER),
    "MCEILING": Function((NUMBER,), NUMBER),
    "MFLOOR": Function((NUMBER,), NUMBER),
    "ROUND": Function((NUMBER, NUMBER), NUMBER),
    "TRUNC": Function((NUMBER, "?" + NUMBER), NUMBER),
    "MOD": Function((NUMBER, NUMBER), NUMBER),
    "SQRT": Function((NUMBER,), NUMBER),
    "EXP": Function((NUMBER,), NUMBER),
    "LN": Function((NUMBER,), NUMBER),
    "LOG": Function((NUMBER,), NUMBER),
    "PI": Function((), NUMBER),
    "SIN": Function((NUMBER,), NUMBER),
    "COS": Function((NUMBER,), NUMBER),
    "TAN": Function((NUMBER,), NUMBER),
    "ASIN": Function((NUMBER,), NUMBER),
    "ACOS": Function((NUMBER,), NUMBER),
    "ATAN": Function((NUMBER,), NUMBER),
    "ATAN2": Function((NUMBER, NUMBER), NUMBER),
    "MAX": Function((NUMBER, "*"), NUMBER),
    "MIN": Function((NUMBER, "*"), NUMBER),
    "GEOLOCATION": Function((NUMBER, NUMBER), LOCATION),
    "DISTANCE": Function((LOCATION, LOCATION, TEXT), NUMBER),
    "ISNEW": Function((), BOOLEAN),
    "ISCLONE": Function((), BOOLEAN),
    "PREDICT": Function((TEXT, ANY, "*"), ANY, "[D: PREDICT]"),
    "VLOOKUP": Function((ANY, ANY, TEXT), ANY, "[K]"),
}

BY_ARGUMENTS = frozenset(
    {
        "ADDMONTHS", "BLANKVALUE", "CASE", "DATETIMEVALUE", "DATEVALUE", "IF", "INCLUDES", "ISBLANK", "ISCHANGED",
        "ISNULL", "ISPICKVAL", "NULLVALUE", "PRIORVALUE", "TEXT", "TIMEVALUE",
    }
)  # fmt: skip
"""Functions whose types depend on their arguments; the checker knows them one by one."""

SAVE_ONLY = frozenset({"ISNEW", "ISCHANGED", "ISCLONE", "PRIORVALUE", "REGEX"})
"""Allowed while a record is saved, not in a formula field [S: AllowedContext(changeOnly=true)]."""

ONLY_IN: dict[str, frozenset[Context]] = {
    "VLOOKUP": frozenset({Context.VALIDATION_RULE}),  # [K], and there on custom objects only
    # What shows on a page has no meaning where a formula decides [D: HYPERLINK, IMAGE].
    "HYPERLINK": frozenset({Context.FORMULA_FIELD, Context.FLOW}),
    "IMAGE": frozenset({Context.FORMULA_FIELD, Context.FLOW}),
}


def known_functions() -> list[str]:
    """The names of all functions, in order."""
    return sorted({*FUNCTIONS, *BY_ARGUMENTS})


def is_allowed(function: str, context: Context) -> bool:
    """Whether a function may stand in a formula of this context."""
    if function in SAVE_ONLY and not context.saving:
        return False
    return context in ONLY_IN.get(function, (context,))
