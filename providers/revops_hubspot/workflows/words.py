"""Turns the words of a workflow (`enroll`, `steps`, `goal`, `suppress`) into HubSpot's JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from revops_hubspot.filters.branches import compile_filter, readable
from revops_hubspot.workflows import enrollment, fetched_objects, flow_body, to_actions
from revops_hubspot.workflows.from_actions import NoSteps, steps_of
from revops_hubspot.workflows.secrets import naming_secrets, without_names
from revops_iac.provider.kind import Definition
from revops_iac.provider.remembered import by_content

Json = dict[str, Any]
REPLACES: Mapping[str, tuple[str, ...]] = {
    "enroll": ("enrollment_criteria", "enrollment_schedule"),
    "steps": ("actions", "start_action_id"),
    "goal": ("goal_filter_branch",),
    "suppress": ("suppression_list_ids", "suppression_filter_branch"),
    "fetched_objects": ("data_sources",),
}
"""Inputs in words, and the inputs in HubSpot's JSON that say the same."""


@by_content
def vendor_inputs(inputs: Definition) -> Definition:
    """The inputs with all words turned into HubSpot's JSON; what they leave open is None."""
    found: Definition = {key: value for key, value in inputs.items() if key not in REPLACES}
    for key in REPLACES:
        if key in inputs:
            found |= _vendor(key, inputs[key], inputs["object"])
    return naming_secrets(found)


def _vendor(key: str, message: Any, object_: str) -> Definition:
    empty = dict.fromkeys(REPLACES[key])
    if not _in_words(key, message):
        return {**empty, **(message or {})}
    match key:
        case "enroll":
            criteria, schedule = enrollment.criteria(message, object_), enrollment.schedule_of(message)
            return {"enrollment_criteria": criteria, "enrollment_schedule": schedule}
        case "steps":
            return {**empty, "actions": to_actions.actions(message, object_)}
        case "goal":
            return {"goal_filter_branch": compile_filter(message, object_)}
        case "fetched_objects":
            return {"data_sources": fetched_objects.to_json(message, object_)}
    lists = [{"list": name} for name in message["lists"]] if "lists" in message else None
    when = compile_filter(message["when"], object_) if "when" in message else None
    return {"suppression_list_ids": lists, "suppression_filter_branch": when}


def _in_words(key: str, message: Any) -> bool:
    """Whether it is; what has no words stands under the same key in HubSpot's JSON."""
    return message is not None and not (isinstance(message, Mapping) and set(message) & set(REPLACES[key]))


def alone(definition: Definition) -> Definition:
    """The words of a definition that has both forms, and HubSpot's JSON where there are no words."""
    worded = [key for key in REPLACES if _in_words(key, definition.get(key))]
    left_out = {name for key in worded for name in REPLACES[key]} | (REPLACES.keys() - {*worded})
    return {key: value for key, value in definition.items() if key not in left_out}


def canonical(definition: Definition) -> Definition:
    """One spelling of every input, in words or not."""
    plain = {key: value for key, value in definition.items() if key not in REPLACES}
    found = flow_body.canonical(naming_secrets(plain))
    for key in REPLACES:
        if key in definition:
            vendor = naming_secrets(_vendor(key, definition[key], definition["object"]))
            whole = flow_body.canonical({"object": definition["object"], **vendor})
            found[key] = without_names({name: whole[name] for name in REPLACES[key]})
    found["actions"] = without_names(found["actions"])
    return found


def with_words(definition: Definition) -> Definition:
    """What HubSpot holds, in its JSON and in words, where there are any."""
    object_ = str(definition["object"])
    return {**definition, **{key: _words(key, definition, object_) for key in REPLACES}}


def _words(key: str, definition: Definition, object_: str) -> Any:
    vendor = {name: definition.get(name) for name in REPLACES[key] if definition.get(name)}
    if not vendor:
        return None
    message: Any = None
    match key:
        case "enroll":
            criteria, schedule = definition.get("enrollment_criteria"), definition.get("enrollment_schedule")
            message = enrollment.enroll_of(criteria, schedule, object_)
        case "steps":
            message = _steps(definition, object_)
        case "goal":
            message = readable(definition["goal_filter_branch"], object_)
        case "suppress":
            message = _suppress(definition, object_)
        case "fetched_objects":
            message = fetched_objects.from_json(definition["data_sources"], object_)
    return vendor if message is None else message


def _suppress(definition: Definition, object_: str) -> Json | None:
    if branch := definition.get("suppression_filter_branch"):
        text = readable(branch, object_)
        return None if text is None else {"when": text}
    lists = definition["suppression_list_ids"]
    named = all(isinstance(live, Mapping) and "list" in live for live in lists)
    return {"lists": [live["list"] for live in lists]} if named else None


def _steps(definition: Definition, object_: str) -> list[Json] | None:
    """The steps of the actions, when they compile to the same actions but for their numbers."""
    live = flow_body.canonical(
        {"object": object_, "actions": definition.get("actions"), "start_action_id": definition["start_action_id"]}
    )
    try:
        steps, numbers = steps_of(definition["actions"], live["start_action_id"], object_)
    except NoSteps:
        return None
    again = flow_body.canonical({"object": object_, "actions": to_actions.actions(steps, object_)})["actions"]
    same = flow_body.canonical({"object": object_, "actions": _renumbered(live["actions"], numbers)})["actions"]
    return steps if again == same else None


def _renumbered(value: Any, numbers: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_renumbered(inner, numbers) for inner in value]
    if not isinstance(value, Mapping):
        return value
    ids = ("actionId", "nextActionId")
    return {key: numbers[inner] if key in ids else _renumbered(inner, numbers) for key, inner in value.items()}
