"""The duplicate rules of the plan compare every match key of the model."""

from __future__ import annotations

from collections.abc import Iterator

from revops_policies.fields import model_fields
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds match keys that no active matching rule of Salesforce compares, in a stack that holds its resources."""
    if not any(item.system == "salesforce" for item in subject.resources):
        return
    fields = model_fields(subject)
    compared: dict[str | None, set[tuple[str, str]]] = {}
    for rule in subject.of_kind("salesforce", "MatchingRule"):
        for item in rule.inputs["items"] if rule.inputs.get("active", True) else ():
            reference = fields.get(("salesforce", f"{rule.inputs['object']}.{item['field']}"))
            compared.setdefault(reference, set()).add((rule.inputs["object"], rule.inputs["name"]))
    asked = set(_asked(subject))
    for key, field in subject.model.data_hygiene.match_keys.items():
        where, rules = f"data_hygiene.match_keys.{key}", compared.get(str(field), set())
        if not rules:
            message = f"no active matching rule compares {field}"
            yield broken(where, message, "add it to a matching rule, or remove the match key")
        elif not rules & asked:
            names = " and ".join(f'"{name}"' for _, name in sorted(rules))
            message = f"no active duplicate rule asks {names}, which compares {field}"
            yield broken(where, message, "activate a duplicate rule that names it under matches")


def _asked(subject: Subject) -> Iterator[tuple[str, str]]:
    """Object and name of the matching rules that active duplicate rules ask."""
    for rule in subject.of_kind("salesforce", "DuplicateRule"):
        for match in rule.inputs["matches"] if rule.inputs.get("active", True) else ():
            yield match["object"], match["matching_rule"]


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
    applies_to="data_hygiene.match_keys, Salesforce matching and duplicate rules",
    check=check,
    passing=_MODEL % "phone",
    failing=_MODEL % "opted_in",
)
