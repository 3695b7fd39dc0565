"""A blocking validation rule carries a bypass by custom permission, and a message for who meets it."""

from __future__ import annotations

from revops_policies.rule import Parameters, Rule, Violations, broken_by
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds active Salesforce validation rules whose formula names no custom permission."""
    for rule in subject.of_kind("salesforce", "ValidationRule"):
        if rule.inputs.get("active") and "$Permission." not in str(rule.inputs.get("error_condition_formula", "")):
            yield broken_by(
                rule,
                "it blocks everybody: its formula has no bypass by custom permission",
                "begin the formula with AND(NOT($Permission.RevOps_Bypass), …)",
            )


_RULE = """
context: {systems: {managed: [salesforce]}}
salesforce:
  ValidationRule:
    Lead.Needs_Country:
      {object: Lead, name: Needs_Country, active: true, error_message: No country, error_condition_formula: '%s'}
"""
RULE = Rule(
    title="Validation rules have a bypass",
    why="a rule without one stops imports, integrations and repairs",
    applies_to="Salesforce validation rules",
    check=check,
    severity="medium",
    passing=_RULE % "AND(NOT($Permission.RevOps_Bypass), ISBLANK(Country))",
    failing=_RULE % "ISBLANK(Country)",
)
