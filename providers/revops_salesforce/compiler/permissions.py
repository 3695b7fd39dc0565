"""Who sees the fields that the model makes, and who passes the blocking rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from revops_iac.diagnostics import Diagnostic, model_error
from revops_iac.provider.declaration import Declaration
from revops_iac.provider.kind import Definition, Reference
from revops_salesforce.compiler.fields import calculated, made
from revops_salesforce.compiler.metrics import summed_fields
from revops_salesforce.compiler.record_types import visible
from revops_salesforce.compiler.routing import TURN_FIELD, turns
from revops_salesforce.compiler.signal_moments import remembered_fields
from revops_salesforce.compiler.terms.compilation import Compilation, derived
from revops_salesforce.compiler.terms.names import SYSTEM, VENDOR_OBJECTS, custom_field_name
from revops_salesforce.inputs import (
    CustomPermissionInputs,
    FieldPermission,
    PermissionSetAssignmentInputs,
    PermissionSetInputs,
)

ORIGIN = ("data_hygiene", "access")


def bypass(compilation: Compilation) -> Iterator[Declaration]:
    """The permission that every blocking rule lets pass, and a set that gives it, assigned to no user."""
    name, adopt = compilation.bypass, _adopts(compilation)
    text = "Its holders may save what a rule of the revenue process blocks: integration users and data loads."
    yield derived(
        "CustomPermission",
        "revops_bypass",
        ORIGIN,
        CustomPermissionInputs(name=name, label="Pass the revenue rules", description=text),
        adopt=adopt,
    )
    yield derived(
        "PermissionSet",
        "revops_bypass",
        ORIGIN,
        PermissionSetInputs(name=name, label="Pass the revenue rules", description=text, custom_permissions=[name]),
        adopt=adopt,
    )


def field_access(compilation: Compilation) -> Iterator[Declaration]:
    """One set for every field and record type that is made, and its assignment to everybody whom the model names.

    A field that is created through the API is invisible until a permission set names it [K]. A raw set of the same name
    stands for it.
    """
    permissions = [*_fields(compilation), *_turn_fields(compilation), *_remembered(compilation)]
    permissions += [_permission(name, False) for name in summed_fields(compilation)]
    types = visible(compilation)
    if not permissions and not types:
        return
    name = f"{compilation.prefix}RevOps_Fields"
    declared = compilation.model.raw(SYSTEM).get("PermissionSet", {}).get(name)
    if declared is not None:
        compilation.diagnostics.extend(_lacking(name, declared, permissions, types))
        return
    yield derived(
        "PermissionSet",
        "revops_fields",
        ORIGIN,
        PermissionSetInputs(
            name=name,
            label="Fields of the revenue process",
            description="Sees and edits every field that the revenue model makes.",
            field_permissions=permissions,
            record_types=types or None,
        ),
        adopt=_adopts(compilation),
    )
    people, given = compilation.model.people, set[str]()
    for person in people.persons:
        username = people.identity(person, SYSTEM)
        if username in given:
            continue
        given.add(username)
        yield derived(
            "PermissionSetAssignment",
            f"revops_fields.{username}",
            ("people", "persons", person),
            PermissionSetAssignmentInputs(permission_set=name, username=username),
        )


def _lacking(
    name: str, declared: Definition, permissions: Sequence[FieldPermission], types: Sequence[str]
) -> Iterator[Diagnostic]:
    """What the model makes and the raw set of its name does not grant."""
    shown = [one for one in declared.get("field_permissions") or () if one.get("readable", True)]
    edited = {one["field"] for one in shown if one.get("editable")}
    granted = {one["field"] for one in shown} | set(declared.get("record_types") or ())
    needed = {one["field"]: one["editable"] for one in permissions} | dict.fromkeys(types, False)
    lacking = [name for name, is_edited in needed.items() if name not in (edited if is_edited else granted)]
    if lacking:
        message = f"does not grant {', '.join(lacking)}, which the model makes"
        fix = "add them to its field_permissions and record_types, or remove the entry: the model makes such a set"
        yield model_error((SYSTEM, "PermissionSet", name), message, fix)


def _adopts(compilation: Compilation) -> bool:
    return compilation.model.data_hygiene.access.adopt


def before_rules(declared: Sequence[Declaration]) -> Iterator[Declaration]:
    """The declarations, every blocking rule after the access to fields: users can edit what a rule requires."""
    access = tuple(
        Reference(one.kind, f"{one.inputs['permission_set']}.{one.inputs['username']}")
        for one in declared
        if one.kind == "PermissionSetAssignment"
    )
    for one in declared:
        yield replace(one, depends_on=(*one.depends_on, *access)) if one.kind == "ValidationRule" else one


def _fields(compilation: Compilation) -> list[FieldPermission]:
    formulas, permissions = calculated(compilation), list[FieldPermission]()
    for reference, field, vendor_object in made(compilation):
        if not field.access:
            continue
        name = custom_field_name(compilation.model, reference.key, field)
        permissions.append(_permission(f"{vendor_object}.{name}", reference not in formulas))
    return permissions


def _turn_fields(compilation: Compilation) -> list[FieldPermission]:
    return [_permission(f"Lead.{compilation.prefix}{TURN_FIELD}", False)] if turns(compilation) else []


def _remembered(compilation: Compilation) -> list[FieldPermission]:
    kept = [name for names in remembered_fields(compilation).values() for name in names]
    return [_permission(f"{one}.{name}", False) for name in kept for one in VENDOR_OBJECTS["contact"]]


def _permission(field: str, editable: bool) -> FieldPermission:
    return {"field": field, "readable": True, "editable": editable}
