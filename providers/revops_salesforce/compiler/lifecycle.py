"""The lifecycle: lead statuses, and rules against skipped stages, missing fields and rejections without a reason."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model.condition import FieldRef
from revops_iac.model.lifecycle import Lifecycle
from revops_iac.provider.declaration import Declaration
from revops_salesforce.compiler.terms.compilation import Compilation, derived, derived_name, first_key
from revops_salesforce.compiler.terms.conditions import both, either
from revops_salesforce.compiler.terms.names import (
    VENDOR_OBJECTS,
    field_path,
    lead_status,
    stage_value,
    standard_field,
    value,
)
from revops_salesforce.compiler.validation_rules import (
    any_blank,
    enters,
    is_one_of,
    labels,
    position,
    reachable,
    rule,
    skips,
)
from revops_salesforce.inputs import StandardValue, StandardValueSetInputs


def lead_statuses(compilation: Compilation) -> Iterator[Declaration]:
    """The lead statuses in the organization's own list, beside those that are there."""
    lifecycle = compilation.model.lifecycle
    if lifecycle is None or not lifecycle.lead_statuses or not lifecycle.status_field:
        return
    if standard_field(compilation.model, FieldRef(lifecycle.status_field), "Lead") != "Status":
        return
    named = {lead_status(lifecycle, key): label for key, label in lifecycle.lead_statuses.items()}
    values = [StandardValue(name=name, label=label, converted=False) for name, label in named.items()]
    yield derived(
        "StandardValueSet",
        "LeadStatus",
        ("lifecycle", "lead_statuses"),
        StandardValueSetInputs(name="LeadStatus", values=values),
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
            if lifecycle.no_skipping:
                yield from _no_skipping(compilation, lifecycle, vendor_object)
            yield from _required_fields(compilation, lifecycle, vendor_object)
        yield from _rejection_reason(compilation, lifecycle, vendor_object)


def _no_skipping(compilation: Compilation, lifecycle: Lifecycle, vendor_object: str) -> Iterator[Declaration]:
    origin = ("lifecycle", "stages")
    with compilation.collecting(origin):
        path = compilation.saving(vendor_object).path(FieldRef(lifecycle.field or ""))
        yield rule(
            compilation,
            vendor_object,
            "lifecycle_no_skipping",
            f"{compilation.prefix}Lifecycle_No_Skipping",
            origin,
            _skips(compilation, lifecycle, path),
            f"Stages follow each other: {_in_words(lifecycle)}.",
            beside=path,
            adopt=_adopts(compilation, lifecycle.field or ""),
        )


def _skips(compilation: Compilation, lifecycle: Lifecycle, path: str) -> list[str]:
    """The moves that pass a stage by: by their places in a line; else by name, those to one set of stages together."""
    values = {key: stage_value(compilation.model, key) for key in lifecycle.stages}
    if lifecycle.order.is_line:
        return skips(path, list(values.values()))
    moves: dict[tuple[str, ...], list[str]] = {}
    for to in values:
        if refused := tuple(one for one in values if not lifecycle.order.allows(one, to)):
            moves.setdefault(refused, []).append(to)
    parts = []
    for left, entered in moves.items():
        now = is_one_of(path, [values[one] for one in entered])
        parts.append(both([now, is_one_of(f"PRIORVALUE({path})", [values[one] for one in left])]))
    return [f"ISCHANGED({path})", either(parts)]


def _in_words(lifecycle: Lifecycle) -> str:
    """The stages in order; where they branch, what each one follows."""
    labels = {key: stage.label for key, stage in lifecycle.stages.items()}
    if lifecycle.order.is_line:
        return ", ".join(labels.values())
    follows = {labels[key]: [labels[one] for one in lifecycle.order.entered_from(key)] for key in labels}
    return "; ".join(f"{label} after {' or '.join(earlier)}" for label, earlier in follows.items() if earlier)


def _required_fields(compilation: Compilation, lifecycle: Lifecycle, vendor_object: str) -> Iterator[Declaration]:
    """The required fields that the record itself has; those of a deal are asked of the deal."""
    model, scope = compilation.model, compilation.saving(vendor_object)
    for key, stage in lifecycle.stages.items():
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
                [enters(path), _asks(compilation, lifecycle, path, key), any_blank(scope, needed)],
                f"{stage.label} needs: {labels(scope, needed)}.",
                beside=path,
                was=[f"lifecycle_{old}" for old in stage.was],
                adopt=stage.adopt,
            )


def _asks(compilation: Compilation, lifecycle: Lifecycle, path: str, key: str) -> str:
    """The record is in a stage that asks for what `key` requires: `key`, or one behind it for certain."""
    keys, asked = list(lifecycle.stages), lifecycle.order.asked_in(key)
    values = {one: stage_value(compilation.model, one) for one in keys}
    if asked == tuple(keys[keys.index(key) :]):
        return f"{position(path, list(values.values()))}>={keys.index(key) + 1}"
    return is_one_of(path, [values[one] for one in asked])


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
    yield rule(
        compilation,
        vendor_object,
        "rejection_needs_reason",
        f"{compilation.prefix}Rejection_Needs_Reason",
        ("lifecycle", "recycle"),
        [enters(path), is_one_of(path, statuses), any_blank(scope, [reason])],
        f"{' or '.join(statuses)} needs: {labels(scope, [reason])}.",
        beside=scope.path(reason),
        adopt=_adopts(compilation, recycle.reason_field),
    )


def _rejections(lifecycle: Lifecycle) -> list[str]:
    """The statuses that say no: the recycled one, and `rejected` where the model has it."""
    recycled = lifecycle.recycle.status if lifecycle.recycle else ""
    return [key for key in lifecycle.lead_statuses if key in (recycled, "rejected")] or [recycled]
