"""The duplicate rules of the plan compare every match key of the model."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.diagnostics import Diagnostic
from revops_policies.fields import model_fields
from revops_policies.rule import Parameters, Rule, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Iterator[Diagnostic]:
    """Finds match keys that no active matching rule of Salesforce compares, in a stack that holds its resources."""
    if not any(item.system == "salesforce" for item in subject.resources):
        return
    fields = model_fields(subject)
    compared = {
        fields.get(("salesforce", f"{rule.inputs['object']}.{item['field']}"))
        for rule in subject.of_kind("salesforce", "MatchingRule")
        if rule.inputs.get("active", True)
        for item in rule.inputs["items"]
    }
    for key, reference in subject.model.data_hygiene.match_keys.items():
        if str(reference) not in compared:
            message = f"no active matching rule compares {reference}"
            yield broken(
                f"data_hygiene.match_keys.{key}", message, "add it to a matching rule, or remove the match key"
            )


_MODEL = """
context: {systems: {managed: [salesforce]}}
data_hygiene:
  fields:
    contact:
      phone: {label: Phone, type: phone, standard: {salesforce: Phone}}
      opted_in: {label: Opted in, type: checkbox}
  match_keys: {key: contact.%s}
"""
RULE = Rule(
    title="Duplicate rules cover the match keys",
    why="a duplicate that no rule looks for is found by the customer",
    applies_to="data_hygiene.match_keys, Salesforce matching rules",
    check=check,
    passing=_MODEL % "phone",
    failing=_MODEL % "opted_in",
)
