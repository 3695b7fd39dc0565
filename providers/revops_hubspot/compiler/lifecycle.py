"""The lifecycle: its stages are monitored, and lead statuses are options beside those of others."""

from __future__ import annotations

from collections.abc import Iterator

from vendor_facts import table

from revops_hubspot.compiler.terms.compilation import Compilation
from revops_hubspot.compiler.terms.names import LIFECYCLE_PROPERTY
from revops_hubspot.inputs import LifecycleStage, LifecycleStagesInputs, PropertyOptionsInputs
from revops_iac.model.condition import FieldRef
from revops_iac.provider.declaration import Declaration

OWN_STAGES = frozenset(
    row["value"] for row in table("hubspot/default_options") if row["property"] == LIFECYCLE_PROPERTY
)
"""The stages that every portal begins with [D]."""


def lifecycle(compilation: Compilation) -> Iterator[Declaration]:
    """The stages that a portal must have, in order, and the lead statuses."""
    yield from _stages(compilation)
    yield from _lead_statuses(compilation)


def _stages(compilation: Compilation) -> Iterator[Declaration]:
    """Read and compared, and written only on request: HubSpot documents no way to. What people call HubSpot's own
    stages there is theirs; a stage of our own is told by its label, for a person must add it."""
    model = compilation.model.lifecycle
    if model is None or not model.stages:
        return
    stages: list[LifecycleStage] = []
    for key, stage in model.stages.items():
        value = compilation.names.lifecycle_stage(key)
        named = model.write_hubspot_stages or value not in OWN_STAGES or not stage.hubspot_value
        stages.append({"value": value, "label": stage.label} if named else {"value": value})
    inputs: LifecycleStagesInputs = {"object": "contacts", "stages": stages}
    if model.write_hubspot_stages:
        inputs["write_undocumented"] = True
        inputs["adopt"] = any(stage.adopt for stage in model.stages.values())
    yield Declaration("LifecycleStages", f"contacts.{LIFECYCLE_PROPERTY}", {**inputs}, ("lifecycle", "stages"))


def _lead_statuses(compilation: Compilation) -> Iterator[Declaration]:
    """Where the status is a property that every portal has; a property of our own is made with its options."""
    model, names = compilation.model.lifecycle, compilation.names
    if model is None or model.status_field is None or not model.lead_statuses:
        return
    reference = FieldRef(model.status_field)
    if not names.is_standard(reference):
        return
    statuses = [names.lead_status(key) for key in model.lead_statuses]
    object_type, name = names.object_type(reference), names.property(reference)
    inputs: PropertyOptionsInputs = {
        "object": object_type,
        "name": name,
        "options": [{"label": label, "value": value} for value, label in statuses],
    }
    origin = ("data_hygiene", "fields", reference.object, reference.key)  # `adopt: true` stands there
    yield Declaration("PropertyOptions", f"{object_type}.{name}", {**inputs}, origin)
