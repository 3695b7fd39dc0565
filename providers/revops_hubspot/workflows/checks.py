"""What HubSpot would refuse in a workflow written in its own words: its form, and what is named in it by id or name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from revops_hubspot.api import directory
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.filters.form import misformed
from revops_hubspot.filters.property_types import Use, unfit, unfit_uses
from revops_hubspot.workflows.action_form import misformed_actions, misformed_criteria, misformed_schedule
from revops_hubspot.workflows.step_actions import CREATE_RECORD
from revops_iac.provider.kind import Definition, DesiredResource
from revops_iac.provider.session import Session

FILTERED = ("goal_filter_branch", "suppression_filter_branch")
IDS: Mapping[str, str] = {
    "listId": "list",
    "list_id": "list",
    "suppression_list_ids": "list",
    "user_ids": "user",
    "team_ids": "team",
}
"""Keys whose value, or whose values, are ids of one type [S][T]."""


def misformed_parts(inputs: Definition) -> list[str]:
    """What is wrong with the inputs in HubSpot's own form, each with the input in which it stands."""
    found = [
        ("actions", message)
        for message in misformed_actions(inputs.get("actions") or (), inputs.get("start_action_id"))
    ]
    found += [("enrollment_criteria", message) for message in misformed_criteria(inputs.get("enrollment_criteria"))]
    found += [("enrollment_schedule", message) for message in misformed_schedule(inputs.get("enrollment_schedule"))]
    for name in FILTERED:
        if inputs.get(name) is not None:
            found += [(name, message) for message in misformed(inputs[name])]
    return [f"{name}: {message}" for name, message in found]


def unknown_parts(session: Session[HubSpotClient], desired: DesiredResource) -> Iterator[tuple[str, str]]:
    """Properties, lists, users and teams that inputs in HubSpot's own form name and that are not there, with a fix."""
    inputs, object_ = desired.inputs, desired.inputs["object"]
    for name in ("enrollment_criteria", *FILTERED):
        for message, fix in unfit(session, inputs.get(name), object_):
            yield f"{name}: {message}", fix
    actions = inputs.get("actions") or []
    for message, fix in unfit(session, [action.get("listBranches") for action in actions], object_):
        yield f"actions: {message}", fix
    for message, fix in unfit_uses(session, _properties(actions, object_)):
        yield f"actions: {message}", fix
    for type_, identifier in dict.fromkeys(ids_in(inputs)):
        if identifier not in directory.names(session.client, type_):
            yield f'there is no {type_} with the id "{identifier}"', f"write {{{type_}: NAME}}, which is looked up"


def _properties(actions: list[Any], object_: str) -> Iterator[Use]:
    """The properties that actions set or read on the enrolled record; those of other records are left out."""
    for action in actions:
        fields = action.get("fields") or {}
        if "association" in fields or action.get("actionTypeId") == CREATE_RECORD:
            continue
        named = [fields.get("property_name"), fields.get("target_property")]
        named += [_named(fields.get("value")), _named(action.get("inputValue"))]
        yield from (Use(object_, name, "any") for name in named if isinstance(name, str))


def _named(value: Any) -> Any:
    is_property = isinstance(value, Mapping) and value.get("type") == "OBJECT_PROPERTY"
    return value.get("propertyName") if is_property else None


def ids_in(value: Any, type_: str | None = None) -> Iterator[tuple[str, str]]:
    """Ids that are written as such, each with what it is an id of; names in tokens are looked up elsewhere."""
    if isinstance(value, Mapping):
        if type_ is not None and set(value) in ({"list"}, {"user"}, {"team"}, {"owner"}):
            return
        for key, inner in value.items():
            inside = type_ if key in ("value", "values", "staticValue", "staticValues") else None
            yield from ids_in(inner, IDS.get(key) or inside)
    elif isinstance(value, list):
        for inner in value:
            yield from ids_in(inner, type_)
    elif type_ is not None and isinstance(value, str | int) and not isinstance(value, bool):
        yield from ((type_, part) for part in str(value).split(";") if part)
