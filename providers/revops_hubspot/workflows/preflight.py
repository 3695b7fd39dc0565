"""What HubSpot would refuse in a workflow: names and ids of what neither the account nor the program has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from revops_hubspot.api.client import PortalSession
from revops_hubspot.api.object_types import object_name, type_id
from revops_hubspot.filters.branches import ASSOCIATIONS
from revops_hubspot.filters.property_types import Use, unfit, unfit_uses
from revops_hubspot.workflows.actions import CREATE_RECORD
from revops_hubspot.workflows.json_form import FIELDS
from revops_hubspot.workflows.values import typed
from revops_hubspot.workflows.words import vendor_inputs
from revops_iac.diagnostics import Diagnostic, Severity, input_error
from revops_iac.provider.kind import Definition

RETIRED: Mapping[str, str] = {
    "0-13": "use 0-63809083 to add records to a static list, 0-63863438 to remove them",  # [T nodejs#695]
}
_ACTION = re.compile(r"\d+-\d+")
_WARN = Severity.WARNING


def unknown_parts(session: PortalSession, inputs: Definition) -> Iterator[Diagnostic]:
    """Properties that do not exist or do not fit, each named by its input."""
    whole, object_ = vendor_inputs(inputs), inputs["object"]
    for place, branch in filters_of(inputs, whole):
        for found in unfit(session, branch, object_):
            yield found.under(place)
    place = "steps" if "steps" in inputs else "actions"
    for found in unfit_uses(session, properties_of(whole.get("actions") or (), object_)):
        yield found.under(place)
    for found in unknown_actions(whole.get("actions") or ()):
        yield found.under(place)


def unknown_actions(actions: Iterable[Any]) -> Iterator[Diagnostic]:
    """Actions that HubSpot no longer runs, known ones without a field that they need, and ids that are not known here;
    apps bring their own.
    """
    given = {str(one["actionTypeId"]): one for one in actions if one.get("actionTypeId") is not None}
    yield from dict.fromkeys(missing for one in actions for missing in _missing_fields(one))
    for type_ in given:
        if type_ in RETIRED:
            yield input_error((), f"HubSpot does not run action {type_} any more: it answers 500", RETIRED[type_])
        elif not _ACTION.fullmatch(type_):
            yield input_error((), f'"{type_}" is not the id of an action', "write a type id such as 0-5")
        elif type_.startswith("0-") and type_ not in FIELDS:
            message = f"action {type_} is not among the actions that are known here, so its fields are not checked"
            yield replace(input_error((), message, "compare it with an action of this id in HubSpot"), severity=_WARN)


def _missing_fields(action: Mapping[str, Any]) -> Iterator[Diagnostic]:
    type_, fields = str(action.get("actionTypeId")), action.get("fields")
    given = fields if isinstance(fields, Mapping) else {}
    if missing := [name for name in FIELDS.get(type_, ()) if given.get(name) is None]:
        yield input_error((), f"action {type_} needs the field {', '.join(missing)}", "add it under fields")


def filters_of(inputs: Definition, whole: Definition) -> Iterator[tuple[str, Any]]:
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


def properties_of(actions: Iterable[Any], object_: str) -> Iterator[Use]:
    """The properties that actions read and set, with the options that they are set to or compared with."""
    for action in actions:
        fields = action["fields"] if isinstance(action.get("fields"), Mapping) else {}
        yield from _sources(action, fields, object_)
        if action.get("actionTypeId") == CREATE_RECORD:
            new = object_name(str(fields.get("object_type_id")))
            for each in _maps(fields.get("properties")):
                yield from _set(new, each.get("targetProperty"), each.get("value"))
        elif isinstance(name := fields.get("property_name"), str):
            asked = fields.get("association")
            other = _associated(asked, object_) if isinstance(asked, Mapping) and asked else object_
            yield from _set(other, name, fields.get("value")) if other else ()
        if isinstance(name := fields.get("target_property"), str):
            yield Use(object_, name, "any", writes=True)


def _sources(action: Any, fields: Any, object_: str) -> Iterator[Use]:
    """What is read from the record in the workflow."""
    values = [fields.get("value"), *(each.get("value") for each in _maps(fields.get("properties")))]
    yield from (Use(object_, name, "any") for name in map(_named, values) if name is not None)
    if (source := _named(action.get("inputValue"))) is not None:
        ways = _maps(action.get("staticBranches"))
        yield Use(object_, source, "any", tuple(str(way.get("branchValue")) for way in ways))


def _maps(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _set(object_: str, name: Any, value: Any) -> Iterator[Use]:
    if isinstance(name, str):
        fixed = typed(value)
        static = fixed.get("staticValue") if isinstance(fixed, Mapping) else None
        yield Use(object_, name, "any", (static,) if isinstance(static, str) else (), writes=True)


def _associated(association: Mapping[str, Any], object_: str) -> str | None:
    """The object of the records that an action writes, None where the association is not known here."""
    asked = (type_id(object_), str(association.get("associationTypeId")))
    known = ((ends, str(type_)) for ends, type_ in ASSOCIATIONS.items())
    found = (other for (start, other), type_ in known if (start, type_) == asked)
    return next(map(object_name, found), None) if association.get("associationCategory") == "HUBSPOT_DEFINED" else None


def _named(value: Any) -> str | None:
    whole = typed(value)
    is_property = isinstance(whole, Mapping) and whole.get("type") == "OBJECT_PROPERTY"
    return str(whole["propertyName"]) if is_property and "propertyName" in whole else None
