"""The lifecycle: lead statuses, and rules against skipped stages, missing fields and rejections without a reason."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model.condition import FieldRef
from revops_iac.model.lifecycle import Lifecycle
from revops_iac.provider.declaration import Declaration
from revops_salesforce.compiler.terms.compilation import Compilation, derived, derived_name, first_key
from revops_salesforce.compiler.terms.conditions import one_of, quoted
from revops_salesforce.compiler.terms.names import VENDOR_OBJECTS, field_path, stage_value, standard_field, value
from revops_salesforce.compiler.validation_rules import any_blank, enters, labels, position, reachable, rule, skips


def lead_statuses(compilation: Compilation) -> Iterator[Declaration]:
    """The lead statuses in the organization's own list, beside those that are there."""
    lifecycle = compilation.model.lifecycle
    if lifecycle is None or not lifecycle.lead_statuses or not lifecycle.status_field:
        return
    if standard_field(compilation.model, FieldRef(lifecycle.status_field), "Lead") != "Status":
        return
    values = [{"name": label, "label": label, "converted": False} for label in lifecycle.lead_statuses.values()]
    yield derived(
        "StandardValueSet",
        "LeadStatus",
        ("lifecycle", "lead_statuses"),
        {"name": "LeadStatus", "values": values},
        adopt=_adopts(compilation, lifecycle.status_field),
    )


def _adopts(compilation: Compilation, reference: str) -> bool:
    field = compilation.model.field(reference)
    return bool(field and field.adopt)


def validation_rules(compilation: Compilation) -> Iterator[Declaration]:
    """Per object of the person: no skipping of stages, required fields per stage, a reason for every rejection."""
    lifecycle = compilation.model.lifecycle
    if lifecycle is None:
        return
    for vendor_object in VENDOR_OBJECTS["contact"]:
        if lifecycle.field and len(lifecycle.stages) > 1:
            yield from _no_skipping(compilation, lifecycle, vendor_object)
            yield from _required_fields(compilation, lifecycle, vendor_object)
        yield from _rejection_reason(compilation, lifecycle, vendor_object)


def _no_skipping(compilation: Compilation, lifecycle: Lifecycle, vendor_object: str) -> Iterator[Declaration]:
    origin = ("lifecycle", "stages")
    with compilation.collecting(origin):
        path = compilation.saving(vendor_object).path(FieldRef(lifecycle.field or ""))
        values = [stage_value(compilation.model, key) for key in lifecycle.stages]
        yield rule(
            compilation,
            vendor_object,
            "lifecycle_no_skipping",
            f"{compilation.prefix}Lifecycle_No_Skipping",
            origin,
            skips(path, values),
            f"Stages follow each other: {', '.join(stage.label for stage in lifecycle.stages.values())}.",
            beside=path,
            adopt=_adopts(compilation, lifecycle.field or ""),
        )


def _required_fields(compilation: Compilation, lifecycle: Lifecycle, vendor_object: str) -> Iterator[Declaration]:
    """The required fields that the record itself has; those of a deal are asked of the deal."""
    model, scope = compilation.model, compilation.saving(vendor_object)
    values = [stage_value(model, key) for key in lifecycle.stages]
    for place, (key, stage) in enumerate(lifecycle.stages.items(), 1):
        origin = ("lifecycle", "stages", key)
        needed = reachable(scope, model.required_fields(key))
        if not needed:
            continue
        with compilation.collecting(origin):
            path = scope.path(FieldRef(lifecycle.field or ""))
            yield rule(
                compilation,
                vendor_object,
                f"lifecycle_{key}",
                derived_name(f"{model.context.name_prefix}lifecycle", first_key(key, stage)),
                origin,
                [enters(path), f"{position(path, values)}>={place}", any_blank(scope, needed)],
                f"{stage.label} needs: {labels(scope, needed)}.",
                beside=path,
                was=[f"lifecycle_{old}" for old in stage.was],
                adopt=stage.adopt,
            )


def _rejection_reason(compilation: Compilation, lifecycle: Lifecycle, vendor_object: str) -> Iterator[Declaration]:
    recycle, status = lifecycle.recycle, lifecycle.status_field
    if recycle is None or recycle.reason_field is None or status is None:
        return
    model, scope = compilation.model, compilation.saving(vendor_object)
    reason, reference = FieldRef(recycle.reason_field), FieldRef(status)
    if field_path(model, reason, vendor_object) is None or field_path(model, reference, vendor_object) is None:
        return
    path = scope.path(reference)
    statuses = [value(model, reference, key) for key in _rejections(lifecycle)]
    refused = one_of(path, statuses) if len(statuses) > 1 else f"ISPICKVAL({path},{quoted(statuses[0])})"
    yield rule(
        compilation,
        vendor_object,
        "rejection_needs_reason",
        f"{compilation.prefix}Rejection_Needs_Reason",
        ("lifecycle", "recycle"),
        [enters(path), refused, any_blank(scope, [reason])],
        f"{' or '.join(statuses)} needs: {labels(scope, [reason])}.",
        beside=scope.path(reason),
        adopt=_adopts(compilation, recycle.reason_field),
    )


def _rejections(lifecycle: Lifecycle) -> list[str]:
    """The statuses that say no: the recycled one, and `rejected` where the model has it."""
    recycled = lifecycle.recycle.status if lifecycle.recycle else ""
    return [key for key in lifecycle.lead_statuses if key in (recycled, "rejected")] or [recycled]
