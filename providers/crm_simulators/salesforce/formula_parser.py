"""Reading of formulas, by the names that modules of this package know it by."""

from salesforce_formula.parser import parse
from salesforce_formula.tokens import FormulaError
from salesforce_formula.tree import Node

__all__ = ["FormulaError", "Node", "parse"]
