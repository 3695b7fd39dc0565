"""What HubSpot would refuse in a workflow: names and ids of what neither the account nor the program has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from revops_hubspot.api import directory
from revops_hubspot.api.client import PortalSession
from revops_hubspot.api.object_types import object_name
from revops_hubspot.filters.property_types import Use, unfit, unfit_uses
from revops_hubspot.filters.references import ids_in
from revops_hubspot.workflows.actions import CREATE_RECORD
from revops_hubspot.workflows.words import vendor_inputs
from revops_iac.diagnostics import Diagnostic, input_error
from revops_iac.provider.kind import Definition


def unknown_parts(session: PortalSession, inputs: Definition) -> Iterator[Diagnostic]:
    """Properties that do not exist or do not fit, and ids of nothing, each named by its input."""
    whole, object_ = vendor_inputs(inputs), inputs["object"]
    for place, branch in _filters(inputs, whole):
        for found in unfit(session, branch, object_):
            yield found.under(place)
    place = "steps" if "steps" in inputs else "actions"
    for found in unfit_uses(session, _properties(whole.get("actions") or (), object_)):
        yield found.under(place)
    for type_, identifier in dict.fromkeys(ids_in(inputs)):
        if identifier not in directory.names(session.client, type_):
            fix = f"write {{{type_}: NAME}} to look it up by name"
            yield input_error((), f'{type_} id "{identifier}" does not exist in the account', fix)


def _filters(inputs: Definition, whole: Definition) -> Iterator[tuple[str, Any]]:
    """The filters in HubSpot's JSON, each with the input in which it stands."""
    criteria = whole.get("enrollment_criteria") or {}
    place = "enroll" if "enroll" in inputs else "enrollment_criteria"
    yield from ((place, criteria.get(name)) for name in ("listFilterBranch", "refinementCriteria"))
    triggers = ("reEnrollmentTriggersFilterBranches", "eventFilterBranches", "listMembershipFilterBranches")
    yield from ((place, list(criteria.get(name) or ())) for name in triggers)
    for words, name in (("goal", "goal_filter_branch"), ("suppress", "suppression_filter_branch")):
        yield words if words in inputs else name, whole.get(name)
    place = "steps" if "steps" in inputs else "actions"
    for action in whole.get("actions") or ():
        for way in action.get("listBranches") or ():
            yield f'{place}: "{way.get("branchName")}"', way.get("filterBranch")


def _properties(actions: Iterable[Any], object_: str) -> Iterator[Use]:
    """The properties that actions read and set; those of associated records are left out."""
    for action in actions:
        fields = action.get("fields") or {}
        if "association" in fields:
            continue
        if action.get("actionTypeId") == CREATE_RECORD:
            other = object_name(str(fields.get("object_type_id")))
            named = [each.get("targetProperty") for each in fields.get("properties") or ()]
        else:
            other, named = object_, [fields.get("property_name"), fields.get("target_property")]
            named += [_named(fields.get("value")), _named(action.get("inputValue"))]
        yield from (Use(other, name, "any") for name in named if isinstance(name, str))


def _named(value: Any) -> Any:
    is_property = isinstance(value, Mapping) and value.get("type") == "OBJECT_PROPERTY"
    return value.get("propertyName") if is_property else None
