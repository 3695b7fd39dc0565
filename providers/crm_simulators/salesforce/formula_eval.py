"""Evaluation of formulas, by the names that modules of this package know it by."""

from salesforce_formula.evaluator import Scope, evaluate, is_true
from salesforce_formula.values import EvaluationError, plain_number

__all__ = ["EvaluationError", "Scope", "evaluate", "is_true", "plain_number"]
