"""Turns a single step into the action that it stands for, and back [D][T].

https://developers.hubspot.com/docs/api-reference/automation-automation-v4-v4/action-enrollment-reference
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from revops_hubspot.api.object_types import object_name, type_id
from revops_hubspot.workflows.links import links, read_associated, read_links, to_associated
from revops_hubspot.workflows.values import (
    NOW,
    delta,
    later,
    read_delta,
    read_later,
    read_static,
    read_time_delay,
    static,
    time_delay,
    typed,
)

Json = dict[str, Any]
DELAY, SET_PROPERTY, CREATE_RECORD = "0-1", "0-5", "0-14"


@dataclass(frozen=True)
class Field:
    """One field of an action: its key in a step and in the action, and how a value gets from one to the other."""

    words: str
    own: str
    write: Callable[[Any], Any] = lambda value: value
    read: Callable[[Any], Any] = lambda value: value
    optional: bool = False
    empty: Any = None
    """What is sent where the step says nothing."""
    absent: Any = None
    """What an action without the field means."""


def _tokens(words: str, own: str, type_: str) -> Field:
    """People or teams by name; an id that the account does not know has none, so it is not read."""

    def write(names: list[str]) -> list[Json]:
        return [{type_: name} for name in names]

    return Field(words, own, write, lambda tokens: [token[type_] for token in tokens], optional=True)


def _flag(value: Any) -> str:
    return str(value).lower()


def _record(properties: Mapping[str, Any]) -> list[Json]:
    return [{"targetProperty": name, "value": _new_value(value)} for name, value in sorted(properties.items())]


def _new_value(value: Any) -> Json:
    """The value of a property of a new record: fixed, of the record in the workflow, of this moment or a later one."""
    if isinstance(value, Mapping) and "from" in value:
        return {"type": "OBJECT_PROPERTY", "propertyName": value["from"]}
    if isinstance(value, Mapping) and "fetched" in value:
        return _fetched(value["fetched"])
    if isinstance(value, Mapping) and "later" in value:
        return later(value["later"])
    return dict(NOW) if isinstance(value, Mapping) and "now" in value else static(value)


def _read_record(properties: list[Json]) -> Json:
    return {each["targetProperty"]: _read_new_value(typed(each["value"])) for each in properties}


def _read_new_value(value: Json) -> Any:
    match value["type"]:
        case "OBJECT_PROPERTY":
            return {"from": value["propertyName"]}
        case "FETCHED_OBJECT_PROPERTY":
            return {"fetched": _read_fetched(value)}
        case "RELATIVE_DATETIME":
            return {"later": read_later(value)}
        case "TIMESTAMP" if value == NOW:
            return {"now": True}
    return read_static(value)


def _fetched(path: str) -> Json:
    return {"type": "FETCHED_OBJECT_PROPERTY", "propertyToken": f"{{{{ fetched_objects.{path} }}}}"}


def _read_fetched(value: Json) -> str:
    """`fetched_object_1.name`. Raises ValueError."""
    match = _TOKEN.fullmatch(value["propertyToken"])
    if match is None:
        raise ValueError(value["propertyToken"])
    return match[1]


OWNER_OF_RECORD = "the owner of the record"
_TOKEN = re.compile(r"\{\{ fetched_objects\.(\w+\.\w+) \}\}")


def _assigned(owner: Any) -> Json:
    if owner == OWNER_OF_RECORD:
        return {"type": "CUSTOM", "value": {"type": "OBJECT_PROPERTY", "propertyName": "hubspot_owner_id"}}
    if isinstance(owner, Mapping):
        return {"type": "CUSTOM", "value": {"type": "OBJECT_PROPERTY", "propertyName": owner["property"]}}
    return {"type": "CUSTOM", "value": static({"owner": owner})}


def _read_assigned(assignment: Json) -> Any:
    """Raises KeyError or ValueError."""
    if set(assignment) - {"type", "value"} or assignment["type"] != "CUSTOM":
        raise ValueError(assignment.get("type"))
    value = typed(assignment["value"])
    if value.get("type") == "OBJECT_PROPERTY":
        name = value["propertyName"]
        return OWNER_OF_RECORD if name == "hubspot_owner_id" else {"property": name}
    fixed = read_static(value) if "staticValue" in value else value  # this tool once wrote the owner alone
    return fixed["owner"]


USERS, TEAMS = _tokens("users", "user_ids", "user"), _tokens("teams", "team_ids", "team")
OWNERS = Field("owners", "owner_properties", optional=True)
SUBJECT, BODY = Field("subject", "subject"), Field("body", "body")
ACTIONS: Mapping[str, tuple[str, tuple[Field, ...]]] = {
    "rotate_owner": (
        "0-11",
        (
            USERS,
            TEAMS,
            Field("property", "target_property"),
            Field("overwrite", "overwrite_current_owner", _flag, lambda value: _flag(value) == "true", absent="false"),
        ),
    ),
    "create_task": (
        "0-3",
        (
            Field("type", "task_type"),
            SUBJECT,
            Field("body", "body", optional=True),
            Field("priority", "priority"),
            Field("due", "due_time", time_delay, read_time_delay, optional=True),
            Field("owner", "owner_assignment", _assigned, _read_assigned, optional=True),
        ),
    ),
    "create_record": (
        CREATE_RECORD,
        (
            Field("object", "object_type_id", type_id, object_name),
            Field("properties", "properties", _record, _read_record),
        ),
    ),
    "notify": ("0-8", (USERS, TEAMS, OWNERS, SUBJECT, BODY)),
    "webhook": (
        "WEBHOOK",
        (
            Field("url", "webhookUrl"),
            Field("method", "method"),
            Field("query", "queryParams", optional=True, empty=[]),
            Field("auth", "authSettings", optional=True),
        ),
    ),
    "custom_code": (
        "CUSTOM_CODE",
        (
            Field("runtime", "runtime"),
            Field("code", "sourceCode"),
            Field("secrets", "secretNames", optional=True, empty=[]),
            Field("inputs", "inputFields", optional=True, empty=[]),
            Field("outputs", "outputFields", optional=True, empty=[]),
        ),
    ),
}
"""Steps with fields: the type id of a built-in action or a type of its own, and the fields."""
_BY_TYPE = {type_: (verb, fields) for verb, (type_, fields) in ACTIONS.items()}
_NEW: Mapping[str, Callable[[Json], str]] = {
    "create_task": lambda message: "tasks",
    "create_record": lambda message: str(message["object"]),
}
"""Steps that create a record, and its object."""


def to_action(step: Json, object_: str) -> Json:
    """The action of a step that has passed `WorkflowInputs`, without its id and connection."""
    if verb := next((verb for verb in ACTIONS if verb in step), None):
        type_, fields = ACTIONS[verb]
        written = _written(fields, step[verb])
        if verb in _NEW:
            written |= links(step[verb].get("associate"), _NEW[verb](step[verb]), object_)
        return _single(type_, written) if type_[0].isdigit() else {"type": type_, **written}
    if "delay" in step:
        return _single(DELAY, delta(step["delay"]))
    if "action" in step:
        return _single(step["action"]["id"], step["action"]["fields"], step["action"]["version"])
    name, value = _value(step)
    other = (step.get("set") or step.get("copy") or {}).get("on")
    association = {} if other is None else {"association": to_associated(other, object_)}
    return _single(SET_PROPERTY, {"property_name": name, **association, "value": value})


def from_action(action: Json, object_: str) -> Json:
    """The step of an action that is no branch, by its id where no words say the same. Raises KeyError, ValueError."""
    type_ = action.get("type", "SINGLE_CONNECTION")
    if type_ != "SINGLE_CONNECTION":
        rest = {key: action[key] for key in action if key not in ("type", "actionId", "connection")}
        return _in_words(type_, rest, object_)
    version, own = int(action.get("actionTypeVersion") or 0), action.get("fields") or {}
    if version == 0:
        with suppress(KeyError, ValueError, TypeError, AttributeError):
            return _in_words(action["actionTypeId"], own, object_)
    return {"action": {"id": action["actionTypeId"], "version": version, "fields": own}}


def _in_words(type_: str, own: Json, object_: str) -> Json:
    if type_ == DELAY:
        return {"delay": read_delta(own)}
    if type_ == SET_PROPERTY:
        return _set(own, object_)
    verb, fields = _BY_TYPE[type_]
    if verb not in _NEW:
        return {verb: _read(fields, own)}
    rest = {key: value for key, value in own.items() if key not in ("associations", "use_explicit_associations")}
    message = _read(fields, rest)
    named = read_links(own, _NEW[verb](message), object_)
    return {verb: message | ({} if named is None else {"associate": named})}


def _set(own: Json, object_: str) -> Json:
    found = _read(_SET, own)
    association = found.pop("association", None)
    step = _setting(**found)
    if association is None:
        return step
    ((verb, message),) = step.items()
    if verb not in ("set", "copy"):
        raise ValueError(verb)
    return {verb: {**message, "on": read_associated(association, object_)}}


_SET = (
    Field("name", "property_name"),
    Field("value", "value", read=typed),
    Field("association", "association", optional=True),
)


def _written(fields: tuple[Field, ...], message: Json) -> Json:
    found = {}
    for each in fields:
        value = message.get(each.words)
        if value not in (None, []):
            found[each.own] = each.write(value)
        elif each.empty is not None:
            found[each.own] = each.empty
    return found


def _read(fields: tuple[Field, ...], own: Json) -> Json:
    """Raises KeyError or ValueError where the words would leave something out."""
    if more := {key for key, value in own.items() if value} - {each.own for each in fields}:
        raise ValueError(", ".join(more))
    whole = {**{each.own: each.absent for each in fields if each.absent is not None}, **own}
    return {each.words: each.read(whole[each.own]) for each in fields if not each.optional or whole.get(each.own)}


def _single(type_: str, fields: Json, version: int = 0) -> Json:
    return {"type": "SINGLE_CONNECTION", "actionTypeId": type_, "actionTypeVersion": version, "fields": fields}


def _value(step: Json) -> tuple[str, Json]:
    """The property that a step sets, and its value."""
    if "clear" in step:
        return step["clear"], static("")  # an empty text takes the value away [?]
    if "copy" in step:
        source = step["copy"]
        if "fetched" in source:
            return source["to"], _fetched(source["fetched"])
        return source["to"], {"type": "OBJECT_PROPERTY", "propertyName": source["from"]}
    if "increment" in step:
        return step["increment"]["property"], {"type": "INCREMENT", "incrementAmount": step["increment"]["by"]}
    message = step["set"]
    if "to_later" in message:
        return message["property"], later(message["to_later"])
    return message["property"], dict(NOW) if "to_now" in message else static(message["to"])


def _setting(name: str, value: Json) -> Json:
    """The step that gives a property this value."""
    match value["type"]:
        case "OBJECT_PROPERTY":
            return {"copy": {"from": value["propertyName"], "to": name}}
        case "FETCHED_OBJECT_PROPERTY":
            return {"copy": {"fetched": _read_fetched(value), "to": name}}
        case "INCREMENT":
            amount = float(value["incrementAmount"])
            return {"increment": {"property": name, "by": int(amount) if amount.is_integer() else amount}}
        case "RELATIVE_DATETIME":
            return {"set": {"property": name, "to_later": read_later(value)}}
        case "TIMESTAMP" if value == NOW:
            return {"set": {"property": name, "to_now": True}}
    fixed = read_static(value)
    return {"clear": name} if fixed == "" else {"set": {"property": name, "to": fixed}}
