"""Fields that a record must have under a condition, whatever its stage: a rule on each object that holds the field."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model.condition import FieldRef
from revops_iac.provider.declaration import Declaration
from revops_salesforce.compiler.terms.compilation import Compilation, derived_name
from revops_salesforce.compiler.terms.conditions import formula
from revops_salesforce.compiler.terms.names import VENDOR_OBJECTS
from revops_salesforce.compiler.validation_rules import any_blank, in_words, labels, rule


def validation_rules(compilation: Compilation) -> Iterator[Declaration]:
    """The rules of `data_hygiene.required_when`; they block a save, but for holders of the bypass permission."""
    model = compilation.model
    for text, when in model.data_hygiene.required_when.items():
        reference, origin = FieldRef(text), ("data_hygiene", "required_when", text)
        field = model.field(reference)
        earlier = field.was if field else []
        for vendor_object in VENDOR_OBJECTS[reference.object]:
            scope = compilation.saving(vendor_object)
            with compilation.collecting(origin):
                yield rule(
                    compilation,
                    vendor_object,
                    f"required_{reference.key}",
                    derived_name(f"{model.context.name_prefix}required", [*earlier, reference.key][0]),
                    origin,
                    [formula(when, scope), any_blank(scope, [reference])],
                    f"{labels(scope, [reference])} is required where {in_words(scope, when)}.",
                    beside=scope.path(reference),
                    was=[f"required_{old}" for old in earlier],
                )
