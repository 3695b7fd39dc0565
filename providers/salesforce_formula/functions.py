"""The functions of the formula language: what they take, what they give, where they may stand."""

from __future__ import annotations

from dataclasses import dataclass

from vendor_facts import table

from salesforce_formula.kinds import Context


@dataclass(frozen=True)
class Function:
    """A function whose types do not depend on its arguments.

    A parameter in front of `*` repeats; one that begins with `?` is optional; `|` stands between alternatives.
    """

    parameters: tuple[str, ...]
    result: str
    evidence: str

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


FUNCTIONS = {
    row["function"]: Function(tuple(row["parameters"].split()), row["result"], row["evidence"] or "[S: formula-engine]")
    for row in table("salesforce/formula_functions")
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
