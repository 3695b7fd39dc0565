"""Rules that new values must satisfy, as far as the model says them: e-mail, web address, length, decimals.

HubSpot's API can set a rule and change it, and never take it away [S]; it goes with its property.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from revops_hubspot.compiler.properties import TYPES
from revops_hubspot.compiler.terms.compilation import Compilation
from revops_hubspot.compiler.terms.names import OBJECT_TYPES
from revops_hubspot.inputs import PropertyValidationInputs
from revops_hubspot.properties.validation_rules import fits
from revops_iac.model.data_hygiene import Field
from revops_iac.provider.declaration import Declaration

RuleType = Literal["DECIMAL", "EMAIL", "MAX_LENGTH", "URL"]
OF_TYPES: Mapping[str, RuleType] = {"email": "EMAIL", "url": "URL"}
NUMBERS = frozenset({"number", "currency", "percent"})
MOST_CHARACTERS = 10_000
"""The most that MAX_LENGTH takes [D]."""


def validations(compilation: Compilation) -> Iterator[Declaration]:
    """One rule per property and rule type, on the properties that the model makes; computed ones need none."""
    computed = _computed(compilation)
    for reference, field in compilation.model.fields():
        if reference.object not in OBJECT_TYPES or compilation.names.is_standard(reference) or reference in computed:
            continue
        object_type, name = OBJECT_TYPES[reference.object], compilation.names.property(reference)
        for rule, arguments in _rules(field):
            inputs = PropertyValidationInputs(object=object_type, property=name, rule_type=rule, arguments=arguments)
            origin = ("data_hygiene", "fields", reference.object, reference.key)
            was = tuple(f"{object_type}.{old}.{rule}" for old in field.was)
            key = f"{object_type}.{reference.key}.{rule}"
            yield Declaration("PropertyValidation", key, {**inputs}, origin, was, True)


def _rules(field: Field) -> Iterator[tuple[RuleType, list[str]]]:
    live = TYPES[field.type]
    if field.type in OF_TYPES:
        yield OF_TYPES[field.type], []
    if field.decimals is not None and field.type in NUMBERS:
        yield "DECIMAL", [str(field.decimals)]
    has_length = field.length is not None and field.length <= MOST_CHARACTERS
    if has_length and fits("MAX_LENGTH", live.type, live.field_type):
        yield "MAX_LENGTH", [str(field.length)]


def _computed(compilation: Compilation) -> set[str]:
    """The fields that calculations and workflows fill: decay leaves fractions, and a rule would stop it."""
    found: set[str] = set()
    for entry in compilation.model.scoring.values():
        found |= {reference for reference in entry.fields.model_dump().values() if isinstance(reference, str)}
        found |= {entry.company.field} if entry.company else set()
    return found
