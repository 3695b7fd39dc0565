"""Fields that keep when a signal of the score happened before, for signals that count only several times."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.provider.declaration import Declaration
from revops_salesforce.compiler.terms.compilation import Compilation, derived, derived_name
from revops_salesforce.compiler.terms.names import SYSTEM, VENDOR_OBJECTS
from revops_salesforce.compiler.terms.scoring import runs_here
from revops_salesforce.inputs import CustomFieldInputs

SUFFIX = "__c"
LABEL_LENGTH = 29
"""What of a signal's label fits into 40 characters beside ` before (1)`; no signal remembers more than nine times."""


def remembered_fields(compilation: Compilation) -> dict[str, list[str]]:
    """Signal -> the fields that keep its earlier moments, the latest first; for signals that Salesforce counts."""
    found: dict[str, list[str]] = {}
    for entry in compilation.model.scoring.values():
        if runs_here(compilation.model, entry.runs_on):
            for key, signal in entry.engagement.items():
                count = signal.remembered if SYSTEM in signal.sources else 0
                if count > len(found.get(key, [])):
                    found[key] = [_field(compilation, key, place) for place in range(1, count + 1)]
    return found


def _field(compilation: Compilation, key: str, place: int) -> str:
    name = derived_name(f"{compilation.model.context.name_prefix}{key}", "before", str(place), spare=len(SUFFIX))
    return f"{name}{SUFFIX}"


def custom_fields(compilation: Compilation) -> Iterator[Declaration]:
    """The fields that keep the earlier moments, on both objects of the person."""
    for key, names in remembered_fields(compilation).items():
        for place, name in enumerate(names, 1):
            for vendor_object in VENDOR_OBJECTS["contact"]:
                inputs: CustomFieldInputs = {
                    "object": vendor_object,
                    "name": name,
                    "label": f"{_label(compilation, key)[:LABEL_LENGTH].rstrip()} before ({place})",
                    "type": "DateTime",
                    "description": "Keeps when a signal of the score happened, to count how often it does.",
                }
                yield derived("CustomField", f"{vendor_object}.{key}_before_{place}", ("scoring",), inputs)


def _label(compilation: Compilation, key: str) -> str:
    labels = [entry.engagement[key].label for entry in compilation.model.scoring.values() if key in entry.engagement]
    return next((label for label in labels if label), key.replace("_", " ").capitalize())
