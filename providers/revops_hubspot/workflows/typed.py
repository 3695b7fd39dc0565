"""The typed form of a workflow (`enroll`, `steps`, `goal`, `suppress`) beside HubSpot's own, in both directions.

Addresses of webhooks, what authenticates them and the values of their query may be secrets. What is read from HubSpot
holds `{secret: redacted 1}` in their place, so none of them gets into a plan or into state; one that the program itself
writes in plain text is shown. The secrets of custom code stay in HubSpot, its actions name them only [S].

Two secrets always count as equal: neither their values nor hashes of them are kept anywhere, so a changed secret is no
difference. For the same reason an adopted workflow that gets its earlier definition back keeps the secrets of by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from revops_hubspot.api.object_types import object_name
from revops_hubspot.filters.branches import compile_filter, readable
from revops_hubspot.filters.property_types import Use
from revops_hubspot.workflows import enrollment as workflow_enrollment
from revops_hubspot.workflows import flow_form, step_actions
from revops_hubspot.workflows.step_reading import NoSteps, steps_of
from revops_iac.errors import AuthorError
from revops_iac.provider.kind import Definition

Json = dict[str, Any]
REPLACES: Mapping[str, tuple[str, ...]] = {
    "enroll": ("enrollment_criteria", "enrollment_schedule"),
    "steps": ("actions", "start_action_id"),
    "goal": ("goal_filter_branch",),
    "suppress": ("suppression_list_ids", "suppression_filter_branch"),
}
"""Typed inputs, and the inputs in HubSpot's own form that say the same."""
REDACTED = "redacted"


def vendor_inputs(inputs: Definition) -> Definition:
    """The inputs with each typed one in HubSpot's own form; what that leaves open is None."""
    found: Definition = {key: value for key, value in inputs.items() if key not in REPLACES}
    for key in REPLACES:
        if key in inputs:
            found |= _vendor(key, inputs[key], inputs["object"])
    return _naming_all(found)


def _naming_all(inputs: Definition) -> Definition:
    if not inputs.get("actions"):
        return inputs
    return {**inputs, "actions": [_naming_secrets(action) for action in inputs["actions"]]}


def _naming_secrets(action: Json) -> Json:
    """`{secret: NAME}` among the secrets of custom code is a name: the value is HubSpot's."""
    named = action.get("secretNames")
    if not isinstance(named, list):
        return action
    return {**action, "secretNames": [one["secret"] if _is_secret(one) else one for one in named]}


def _vendor(key: str, message: Any, object_: str) -> Definition:
    empty = dict.fromkeys(REPLACES[key])
    if not _is_typed(key, message):
        return {**empty, **(message or {})}
    match key:
        case "enroll":
            criteria, schedule = workflow_enrollment.criteria(message, object_), workflow_enrollment.schedule(message)
            return {"enrollment_criteria": criteria, "enrollment_schedule": schedule}
        case "steps":
            return {**empty, "actions": step_actions.actions(message, object_)}
        case "goal":
            return {"goal_filter_branch": compile_filter(message, object_)}
    lists = [{"list": name} for name in message["lists"]] if "lists" in message else None
    when = compile_filter(message["when"], object_) if "when" in message else None
    return {"suppression_list_ids": lists, "suppression_filter_branch": when}


def _is_typed(key: str, message: Any) -> bool:
    """What has no words stands under the typed key in HubSpot's own form."""
    return message is not None and not (isinstance(message, Mapping) and set(message) & set(REPLACES[key]))


def filters_in(inputs: Definition) -> Iterator[tuple[str, Json]]:
    """The filters that are written as text, compiled, each with the input in which it stands."""
    typed = vendor_inputs({key: inputs[key] for key in ("object", *REPLACES) if key in inputs})
    criteria = typed.get("enrollment_criteria") or {}
    for name in ("listFilterBranch", "refinementCriteria"):
        if name in criteria:
            yield "enroll", criteria[name]
    for trigger in criteria.get("reEnrollmentTriggersFilterBranches") or ():
        yield "enroll", trigger
    for key, name in (("goal", "goal_filter_branch"), ("suppress", "suppression_filter_branch")):
        if typed.get(name):
            yield key, typed[name]
    for action in typed.get("actions") or ():
        for way in action.get("listBranches") or ():
            yield f'steps: "{way["branchName"]}"', way["filterBranch"]


def properties_of_steps(inputs: Definition) -> Iterator[Use]:
    """The properties that typed steps read and set; those of associated records are left out."""
    object_ = inputs["object"]
    for action in _vendor("steps", inputs.get("steps") or [], object_)["actions"]:
        fields = action.get("fields") or {}
        if "association" in fields:
            continue
        named = [fields.get("property_name"), fields.get("target_property")]
        named += [_named(fields.get("value")), _named(action.get("inputValue"))]
        yield from (Use(object_, name, "any") for name in named if isinstance(name, str))
        if action.get("actionTypeId") == step_actions.CREATE_RECORD:
            other = object_name(str(fields["object_type_id"]))
            yield from (Use(other, str(each["targetProperty"]), "any") for each in fields["properties"])


def _named(value: Any) -> Any:
    return value.get("propertyName") if isinstance(value, Mapping) else None


def canonical(definition: Definition) -> Definition:
    """One spelling of every input, typed or not."""
    plain = {key: value for key, value in definition.items() if key not in REPLACES}
    found = flow_form.canonical(_naming_all(plain))
    for key in REPLACES:
        if key in definition:
            vendor = _naming_all(_vendor(key, definition[key], definition["object"]))
            whole = flow_form.canonical({"object": definition["object"], **vendor})
            found[key] = _without_names({name: whole[name] for name in REPLACES[key]})
    found["actions"] = _without_names(found["actions"])
    return found


def _without_names(value: Any) -> Any:
    """Two secrets are equal, whatever their names."""
    if isinstance(value, Mapping):
        return {key: {"secret": ""} if _is_secret(inner) else _without_names(inner) for key, inner in value.items()}
    return [_without_names(inner) for inner in value] if isinstance(value, list) else value


def _is_secret(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {"secret"}


def with_typed(definition: Definition) -> Definition:
    """What HubSpot holds, in its own form and in the typed one where that has words for it."""
    object_ = str(definition["object"])
    return {**definition, **{key: _typed(key, definition, object_) for key in REPLACES}}


def _typed(key: str, definition: Definition, object_: str) -> Any:
    vendor = {name: definition.get(name) for name in REPLACES[key] if definition.get(name)}
    if not vendor:
        return None
    message: Any = None
    match key:
        case "enroll":
            criteria, schedule = definition.get("enrollment_criteria"), definition.get("enrollment_schedule")
            message = workflow_enrollment.enroll_of(criteria, schedule, object_)
        case "steps":
            message = _steps(definition, object_)
        case "goal":
            message = readable(definition["goal_filter_branch"], object_)
        case "suppress":
            message = _suppress(definition, object_)
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
    live = flow_form.canonical({"actions": definition.get("actions"), "start_action_id": definition["start_action_id"]})
    try:
        steps, numbers = steps_of(definition["actions"], live["start_action_id"], object_)
    except NoSteps:
        return None
    again = flow_form.canonical({"actions": step_actions.actions(steps, object_)})["actions"]
    return (
        steps if again == flow_form.canonical({"actions": _renumbered(live["actions"], numbers)})["actions"] else None
    )


def _renumbered(value: Any, numbers: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_renumbered(inner, numbers) for inner in value]
    if not isinstance(value, Mapping):
        return value
    ids = ("actionId", "nextActionId")
    return {key: numbers[inner] if key in ids else _renumbered(inner, numbers) for key, inner in value.items()}


# --- secrets ----------------------------------------------------------------------------------------------------------


def redacted(flow: Mapping[str, Any]) -> Json:
    """The flow with a mark in the place of each text that may be a secret."""
    marks = iter(f"{REDACTED} {at}" for at, _ in enumerate(addresses(flow), 1))

    def marked(_text: str) -> Json:
        return {"secret": next(marks)}

    return {**flow, "actions": [_with_texts(action, marked) for action in flow.get("actions") or ()]}


def addresses(flow: Mapping[str, Any]) -> tuple[str, ...]:
    """The texts of a flow that may be secrets, in the order of its actions: addresses of webhooks first among them."""
    found: list[str] = []
    for action in flow.get("actions") or ():
        _with_texts(action, found.append)
    return tuple(found)


def _with_texts(action: Mapping[str, Any], by: Callable[[str], Any]) -> Json:
    """The action with each text that may be a secret replaced: all of the authentication but its type [?]."""
    changed = dict(action)
    if isinstance(action.get("webhookUrl"), str):
        changed["webhookUrl"] = by(action["webhookUrl"])
    if "authSettings" in action:
        changed["authSettings"] = _leaves(action["authSettings"], by, lambda key: key != "type")
    if "webhookUrl" in action and "queryParams" in action:
        changed["queryParams"] = _leaves(action["queryParams"], by, lambda key: key == "value")
    return changed


def _leaves(value: Any, by: Callable[[str], Any], covers: Callable[[str], bool]) -> Any:
    """The value with the texts under the keys that are covered replaced; what is a secret already stays."""
    if isinstance(value, list):
        return [_leaves(inner, by, covers) for inner in value]
    if not isinstance(value, Mapping) or _is_secret(value):
        return value
    return {
        key: by(inner) if isinstance(inner, str) and covers(key) else _leaves(inner, by, covers)
        for key, inner in value.items()
    }


def revealed(definition: Definition, live: Sequence[str], declared: Definition) -> Definition:
    """What HubSpot holds, with those texts shown that the program writes in plain text."""
    message = addresses(vendor_inputs(declared))
    shown = {f"{REDACTED} {at}": url for at, url in enumerate(live, 1) if url in message}
    found: Definition = _replaced(definition, lambda name: shown.get(name, {"secret": name}))
    return found


def secret_names(inputs: Definition) -> list[str]:
    """The secrets that a workflow names, each once."""
    found: list[str] = []

    def note(name: str) -> str:
        found.append(name)
        return ""

    _replaced(vendor_inputs(inputs).get("actions"), note)
    return [name for name in dict.fromkeys(found) if not name.startswith(f"{REDACTED} ")]


def with_secrets(fields: Json, value_of: Callable[[str], str | None], live: Sequence[str]) -> Json:
    """The fields of a flow with the values of secrets; `live` are the addresses that it has now. Raises AuthorError."""
    present = {f"{REDACTED} {at}": url for at, url in enumerate(live, 1)}

    def value(name: str) -> str:
        found = present.get(name) or value_of(name)
        if found is None:
            raise AuthorError(*missing_secret(name))
        return found

    return {key: _replaced(inner, value) if key == "actions" else inner for key, inner in fields.items()}


def missing_secret(name: str) -> tuple[str, str]:
    """The sentence and fix for a secret that is not there."""
    if name.startswith(f"{REDACTED} "):
        return "HubSpot: what a webhook is called with was not kept, it may be a secret", "write it again in HubSpot"
    message = f'HubSpot: there is no secret "{name}" in the environment or in stack config'
    return message, f"export {name}=…, or pulumi config set --secret hubspot:{name}"


def _replaced(value: Any, by: Callable[[str], Any]) -> Any:
    if _is_secret(value):
        return by(str(value["secret"]))
    if isinstance(value, Mapping):
        return {key: _replaced(inner, by) for key, inner in value.items()}
    return [_replaced(inner, by) for inner in value] if isinstance(value, list) else value
