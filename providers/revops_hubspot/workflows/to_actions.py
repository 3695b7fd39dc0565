"""Typed steps as actions of automation v4, connected: a step leads to the next, the last one to nothing [D][T].

https://developers.hubspot.com/docs/api-reference/automation-automation-v4-v4/action-enrollment-reference
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from revops_hubspot.api.object_types import type_id
from revops_hubspot.filters.branches import compile_filter
from revops_hubspot.workflows.values import NOW, delta, later, static

Json = dict[str, Any]
DELAY, CREATE_TASK, SET_PROPERTY, NOTIFY, ROTATE, CREATE_RECORD = "0-1", "0-3", "0-5", "0-8", "0-11", "0-14"
"""Types of built-in actions [D][T]."""


def actions(steps: Sequence[Json], object_: str) -> list[Json]:
    """The actions of steps that have passed `WorkflowInputs`; numbered in the order in which they are written."""
    compiler = _Compiler(object_)
    compiler.number(steps)
    compiler.sequence(steps)
    return sorted(compiler.made, key=lambda action: int(action["actionId"]))


class _Compiler:
    def __init__(self, object_: str) -> None:
        self.made: list[Json] = []
        self._object = object_
        self._ids: dict[int, str] = {}
        """By identity of the step: two equal steps are two actions."""
        self._labels: dict[str, str] = {}

    def number(self, steps: Sequence[Json]) -> None:
        for step in steps:
            if "go_to" not in step:
                self._ids[id(step)] = str(len(self._ids) + 1)
                if "label" in step:
                    self._labels[step["label"]] = self._ids[id(step)]
            branch = step.get("branch") or step.get("branch_on") or {}
            for way in [*branch.get("cases", ()), branch.get("otherwise") or {}]:
                self.number(way.get("steps", ()))

    def sequence(self, steps: Sequence[Json]) -> Json:
        """Makes the actions of some steps, and answers the connection to the first: {} when there is none."""
        for at, step in enumerate(steps):
            if "go_to" not in step:
                self._make(step, self._connection(steps[at + 1 :]))
        return self._connection(steps)

    def _connection(self, following: Sequence[Json]) -> Json:
        if not following:
            return {}
        first = following[0]
        goes = "go_to" in first
        target = self._labels[first["go_to"]] if goes else self._ids[id(first)]
        return {"edgeType": "GOTO" if goes else "STANDARD", "nextActionId": target}

    def _make(self, step: Json, connection: Json) -> None:
        identifier = self._ids[id(step)]
        if branch := step.get("branch"):
            message = self._filter_branch(branch)
        elif branch := step.get("branch_on"):
            message = self._value_branch(branch)
        else:
            verb = next(verb for verb in _ACTIONS if verb in step)
            message = _ACTIONS[verb](step[verb]) | _edge("connection", connection)
        self.made.append({**message, "actionId": identifier})

    def _filter_branch(self, branch: Json) -> Json:
        ways = [
            {"branchName": case["name"], "filterBranch": compile_filter(case["when"], self._object)}
            | _edge("connection", self.sequence(case["steps"]))
            for case in branch["cases"]
        ]
        return {"type": "LIST_BRANCH", "listBranches": ways} | self._default(branch)

    def _value_branch(self, branch: Json) -> Json:
        ways = [
            {"branchValue": case["value"]} | _edge("connection", self.sequence(case["steps"]))
            for case in branch["cases"]
        ]
        value = {"type": "OBJECT_PROPERTY", "propertyName": branch["property"]}
        return {"type": "STATIC_BRANCH", "inputValue": value, "staticBranches": ways} | self._default(branch)

    def _default(self, branch: Json) -> Json:
        otherwise = branch.get("otherwise") or {}
        named = {"defaultBranchName": otherwise["name"]} if otherwise.get("name") else {}
        return named | _edge("defaultBranch", self.sequence(otherwise.get("steps", ())))


def _edge(key: str, connection: Json) -> Json:
    return {key: connection} if connection else {}


def _single(type_: str, fields: Json, version: int = 0) -> Json:
    return {"type": "SINGLE_CONNECTION", "actionTypeId": type_, "actionTypeVersion": version, "fields": fields}


def _given(**fields: Any) -> Json:
    return {key: value for key, value in fields.items() if value is not None}


def _set(message: Json) -> Json:
    if "to_later" in message:
        value = later(message["to_later"])
    else:
        value = dict(NOW) if "to_now" in message else static(message["to"])
    return _single(SET_PROPERTY, {"property_name": message["property"], "value": value})


def _copy(message: Json) -> Json:
    value = {"type": "OBJECT_PROPERTY", "propertyName": message["from"]}
    return _single(SET_PROPERTY, {"property_name": message["to"], "value": value})


def _clear(name: str) -> Json:
    """An empty text takes the value away [?]."""
    return _single(SET_PROPERTY, {"property_name": name, "value": static("")})


def _increment(message: Json) -> Json:
    value = {"type": "INCREMENT", "incrementAmount": message["by"]}
    return _single(SET_PROPERTY, {"property_name": message["property"], "value": value})


def _tokens(type_: str, names: Sequence[str] | None) -> list[Json] | None:
    return [{type_: name} for name in names] if names else None


def _rotate(message: Json) -> Json:
    people = _given(user_ids=_tokens("user", message.get("users")), team_ids=_tokens("team", message.get("teams")))
    overwrite = "true" if message["overwrite"] else "false"
    return _single(ROTATE, {**people, "target_property": message["property"], "overwrite_current_owner": overwrite})


def _task(message: Json) -> Json:
    fields = _given(
        task_type=message["type"],
        subject=message["subject"],
        body=message.get("body"),
        priority=message["priority"],
        due_time=delta(message["due"]) if "due" in message else None,
        owner_assignment={"type": "CUSTOM", "value": {"owner": message["owner"]}} if "owner" in message else None,
    )
    return _single(CREATE_TASK, fields)


def _record(message: Json) -> Json:
    given = [{"targetProperty": name, "value": static(value)} for name, value in sorted(message["properties"].items())]
    return _single(CREATE_RECORD, {"object_type_id": type_id(message["object"]), "properties": given})


def _notify(message: Json) -> Json:
    people = _given(
        user_ids=_tokens("user", message.get("users")),
        team_ids=_tokens("team", message.get("teams")),
        owner_properties=message.get("owners"),
    )
    return _single(NOTIFY, {**people, "subject": message["subject"], "body": message["body"]})


def _webhook(message: Json) -> Json:
    auth = _given(authSettings=message.get("auth"))
    query = message.get("query") or []
    return {"type": "WEBHOOK", "method": message["method"], "webhookUrl": message["url"], "queryParams": query, **auth}


def _code(message: Json) -> Json:
    return {
        "type": "CUSTOM_CODE",
        "runtime": message["runtime"],
        "sourceCode": message["code"],
        "secretNames": message.get("secrets") or [],
        "inputFields": message.get("inputs") or [],
        "outputFields": message.get("outputs") or [],
    }


_ACTIONS: Mapping[str, Callable[[Any], Json]] = {
    "delay": lambda text: _single(DELAY, delta(text)),
    "set": _set,
    "copy": _copy,
    "clear": _clear,
    "increment": _increment,
    "rotate_owner": _rotate,
    "create_task": _task,
    "create_record": _record,
    "notify": _notify,
    "webhook": _webhook,
    "custom_code": _code,
    "action": lambda message: _single(message["id"], message["fields"], message["version"]),
}
