"""Types of formulas, by the names that modules of this package know them by."""

from salesforce_formula.kinds import BOOLEAN, DATE, DATETIME, NUMBER, TEXT, TIME
from salesforce_formula.tree import names_in

__all__ = ["BOOLEAN", "DATE", "DATETIME", "NUMBER", "TEXT", "TIME", "names_in"]
