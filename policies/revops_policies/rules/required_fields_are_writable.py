"""A field that a stage requires can be filled by the people who must fill it."""

from __future__ import annotations

from collections.abc import Iterator

from revops_policies.fields import full_name, resources_by_field
from revops_policies.rule import Parameters, Rule, Violations, broken
from revops_policies.subject import Subject


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds required fields that a deal does not have, that a formula computes, or that no permission set lets people
    edit."""
    yield from _of_other_objects(subject)
    editable, resources = set(_editable(subject)), resources_by_field(subject)
    for where, reference in _required(subject):
        for item in resources.get(reference, ()):
            if item.inputs.get("formula") or item.inputs.get("calculation_formula"):
                fix = f"require the fields that {reference} is computed from"
                yield broken(where, f"{reference} is computed on {item}, so nobody can fill it", fix)
            elif item.system == "salesforce" and full_name(item) not in editable:
                fix = f"let a permission set edit {full_name(item)}"
                yield broken(where, f"nobody can edit {full_name(item)}, which is required", fix)


def _of_other_objects(subject: Subject) -> Violations:
    for where, reference in _required(subject):
        object_name = reference.partition(".")[0]
        if where.startswith("pipelines.") and object_name != "deal":
            message = f"{reference} is a field of the {object_name}, which a deal does not have"
            yield broken(where, message, "require a field under data_hygiene.fields.deal")


def _required(subject: Subject) -> Iterator[tuple[str, str]]:
    for key, pipeline in subject.model.pipelines.items():
        for name, stage in pipeline.stages.items():
            yield from ((f"pipelines.{key}.stages.{name}.required_fields", str(one)) for one in stage.required_fields)
    lifecycle = subject.model.lifecycle
    for name in lifecycle.stages if lifecycle is not None else ():
        for one in subject.model.required_fields(name):
            yield f"lifecycle.stages.{name}", str(one)


def _editable(subject: Subject) -> Iterator[str]:
    for granted in subject.of_kind("salesforce", "PermissionSet"):
        for permission in granted.inputs.get("field_permissions") or ():
            if permission.get("editable"):
                yield permission["field"]


_LIFECYCLE = """
context: {systems: {managed: [salesforce]}}
data_hygiene:
  fields:
    contact:
      country: {label: Country, type: text}
      fit: {label: Fit, type: number}
      engagement: {label: Engagement, type: number}
      total: {label: Total, type: number}
      ready: {label: Ready, type: checkbox}
lifecycle:
  stages: {lead: {label: Lead, required_fields: [%s]}}
scoring:
  main:
    fields: {fit: contact.fit, engagement: contact.engagement, total: contact.total, ready: contact.ready}
    fit: {place: {bands: [{when: contact.country is known, points: 10}]}}
"""
RULE = Rule(
    title="Required fields are writable",
    why="no record can enter a stage that requires a field that nobody can fill",
    applies_to="pipelines.*.stages.*.required_fields, required fields of lifecycle stages",
    check=check,
    passing=_LIFECYCLE % "contact.country",
    failing=_LIFECYCLE % "contact.fit",
)
