"""A field with personal data says why it is kept and for how long."""

from __future__ import annotations

from revops_policies.fields import KINDS, full_name, model_fields
from revops_policies.rule import Parameters, Rule, Violations, broken, broken_by
from revops_policies.subject import Subject

PEOPLE = ("contact", "lead")
REACHES = ("email", "phone")
"""Types of fields by which a person is reached."""
NOUNS = dict.fromkeys(("phone", "Phone", "phone_number", "phonenumber"), "phone number")
NOUNS |= dict.fromkeys(("email", "Email"), "e-mail address")
OUTSIDE = {
    ("hubspot", ("contacts", "leads")): frozenset({"phonenumber", "phone_number"}),
    ("salesforce", ("Lead", "Contact")): frozenset({"Email", "Phone"}),
}
"""The same on the CRMs: system and its objects of people -> types."""


def check(subject: Subject, parameters: Parameters) -> Violations:
    """Finds personal fields without purpose or retention, and ways to reach a person that are not marked personal."""
    for reference, field in subject.model.fields():
        if reference.object in PEOPLE and field.type in REACHES and not field.personal:
            fix = "add personal: true, purpose and retention"
            yield broken(
                f"data_hygiene.fields.{reference}", f"the {NOUNS[field.type]} of a person is personal data", fix
            )
        missing = [name for name in ("purpose", "retention") if field.personal and not getattr(field, name)]
        if missing:
            yield broken(
                f"data_hygiene.fields.{reference}",
                f"it holds personal data without {' and '.join(missing)}",
                "add purpose and retention, or personal: false if it is not about a person",
            )
    declared = model_fields(subject)
    for (system, objects), types in OUTSIDE.items():
        for item in subject.of_kind(system, *KINDS[system]):
            reaches = sorted(types & {item.inputs.get("field_type"), item.inputs.get("type")})
            if reaches and item.inputs["object"] in objects and (system, full_name(item)) not in declared:
                message = f"the {NOUNS[reaches[0]]} of a person is personal data, which the model does not declare"
                bound = f"standard: {{{system}: {item.inputs['name']}}}"
                fix = (
                    f"declare it under data_hygiene.fields.contact with personal: true, purpose, retention and {bound}"
                )
                yield broken_by(item, message, fix)


_FIELD = "data_hygiene: {fields: {contact: {phone: {label: Phone, type: phone, personal: true%s}}}}"
RULE = Rule(
    title="Personal fields have a purpose",
    why="data kept without a reason cannot be defended to the person it is about",
    applies_to="data_hygiene.fields, properties and fields outside the model",
    check=check,
    passing=_FIELD % ", purpose: sales calls, retention: 24 months",
    failing=_FIELD % "",
)
