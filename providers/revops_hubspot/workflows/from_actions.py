"""Actions of automation v4 as typed steps, wherever the steps have words for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from revops_hubspot.api.object_types import object_name
from revops_hubspot.filters.branches import readable
from revops_hubspot.workflows import to_actions as made
from revops_hubspot.workflows.values import NOW, shown_delay, shown_static

Json = dict[str, Any]


class NoSteps(ValueError):
    """The actions cannot be said in steps; HubSpot's own form must be used."""


def steps_of(actions: Sequence[Json], start: str | None, object_: str) -> tuple[list[Json], dict[str, str]]:
    """The steps, and the numbers that their actions get when they are compiled, by action id. Raises NoSteps."""
    reader = _Reader(actions, object_)
    try:
        steps = reader.sequence(start)
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise NoSteps(str(error)) from error
    if len(reader.numbers) != len(actions):
        raise NoSteps("some actions are never reached")
    for target in reader.targets:
        reader.steps[target]["label"] = f"step {reader.numbers[target]}"
    return steps, reader.numbers


class _Reader:
    def __init__(self, actions: Sequence[Json], object_: str) -> None:
        self.numbers: dict[str, str] = {}
        self.steps: dict[str, Json] = {}
        self.targets: list[str] = []
        self._object = object_
        self._actions = {str(action["actionId"]): action for action in actions}
        self._jumps: list[tuple[Json, str]] = []

    def sequence(self, identifier: str | None) -> list[Json]:
        """The steps from an action on. Numbers are given as `to_actions` gives them: a step, then what is in it."""
        steps: list[Json] = []
        while identifier is not None:
            if identifier in self.numbers:
                return [*steps, self._go_to(identifier)]
            action = self._actions[identifier]
            self.numbers[identifier] = str(len(self.numbers) + 1)
            step = self._step(action)
            self.steps[identifier] = step
            steps.append(step)
            connection = action.get("connection") or {}
            if connection.get("edgeType") == "GOTO":
                return [*steps, self._go_to(str(connection["nextActionId"]))]
            identifier = str(connection["nextActionId"]) if connection else None
        return steps

    def _go_to(self, identifier: str) -> Json:
        """Only back, or to a step that was read before: what lies ahead has no number yet."""
        if identifier not in self.numbers:
            raise NoSteps(f"action {identifier} is jumped to before it is read")
        self.targets.append(identifier)
        return {"go_to": f"step {self.numbers[identifier]}"}

    def _way(self, connection: Json | None) -> list[Json]:
        if not connection:
            return []
        target = str(connection["nextActionId"])
        return [self._go_to(target)] if connection.get("edgeType") == "GOTO" else self.sequence(target)

    def _step(self, action: Json) -> Json:
        type_ = action.get("type", "SINGLE_CONNECTION")
        if type_ == "LIST_BRANCH":
            cases = [self._case(branch) for branch in action["listBranches"]]
            return {"branch": {"cases": cases, **self._otherwise(action)}}
        if type_ == "STATIC_BRANCH":
            return {"branch_on": self._value_branch(action)}
        if type_ == "WEBHOOK":
            return {"webhook": _webhook(action)}
        if type_ == "CUSTOM_CODE":
            return {"custom_code": _code(action)}
        if type_ != "SINGLE_CONNECTION":
            raise NoSteps(f"no step is a {type_}")
        return _single(action)

    def _case(self, branch: Json) -> Json:
        text = readable(branch["filterBranch"], self._object)
        if text is None:
            raise NoSteps("a filter has no words")
        return {"name": branch["branchName"], "when": text, "steps": self._way(branch.get("connection"))}

    def _value_branch(self, action: Json) -> Json:
        value = action["inputValue"]
        if value["type"] != "OBJECT_PROPERTY":
            raise NoSteps("it branches by another value than a property")
        cases = [
            {"value": branch["branchValue"], "steps": self._way(branch.get("connection"))}
            for branch in action["staticBranches"]
        ]
        return {"property": value["propertyName"], "cases": cases, **self._otherwise(action)}

    def _otherwise(self, action: Json) -> Json:
        named = {"name": action["defaultBranchName"]} if action.get("defaultBranchName") else {}
        steps = self._way(action.get("defaultBranch"))
        return {"otherwise": {**named, "steps": steps}} if named or steps else {}


def _webhook(action: Json) -> Json:
    message = {"url": action["webhookUrl"], "method": action["method"]}
    return message | _given(query=action.get("queryParams"), auth=action.get("authSettings"))


def _code(action: Json) -> Json:
    message = {"runtime": action["runtime"], "code": action["sourceCode"]}
    fields = {"secrets": "secretNames", "inputs": "inputFields", "outputs": "outputFields"}
    return message | _given(**{key: action.get(name) for key, name in fields.items()})


def _given(**fields: Any) -> Json:
    return {key: value for key, value in fields.items() if value}


def _single(action: Json) -> Json:
    """A typed step, or the action by its id where no step says the same."""
    type_, version, fields = action["actionTypeId"], int(action.get("actionTypeVersion") or 0), action.get("fields")
    read = _STEPS.get(type_) if version == 0 else None
    try:
        step = read(fields or {}) if read else None
    except (KeyError, ValueError, TypeError, AttributeError):
        step = None
    return step or {"action": {"id": type_, "version": version, "fields": fields or {}}}


def _only(fields: Json, *known: str) -> None:
    """Raises ValueError when a step would leave something out."""
    if more := {key for key, value in fields.items() if value} - set(known):
        raise ValueError(", ".join(more))


def _delay(fields: Json) -> Json:
    _only(fields, "delta", "time_unit")
    return {"delay": shown_delay(fields["delta"], fields["time_unit"])}


def _set(fields: Json) -> Json:
    _only(fields, "property_name", "value")
    name, value = fields["property_name"], fields["value"]
    match value["type"]:
        case "OBJECT_PROPERTY":
            return {"copy": {"from": value["propertyName"], "to": name}}
        case "INCREMENT":
            return {"increment": {"property": name, "by": _number(value["incrementAmount"])}}
        case "RELATIVE_DATETIME":
            delay = value["timeDelay"]
            _only(delay, "delta", "timeUnit")
            return {"set": {"property": name, "to_later": shown_delay(delay["delta"], delay["timeUnit"])}}
        case "TIMESTAMP" if value == NOW:
            return {"set": {"property": name, "to_now": True}}
    live = shown_static(value)
    return {"clear": name} if live == "" else {"set": {"property": name, "to": live}}


def _number(value: Any) -> int | float:
    number = float(value)
    return int(number) if number.is_integer() else number


def _names(type_: str, values: Any) -> list[str] | None:
    """The names of people; an id that the account does not know has none. Raises ValueError or KeyError."""
    return [value[type_] for value in values] if values else None


def _rotate(fields: Json) -> Json:
    _only(fields, "user_ids", "team_ids", "target_property", "overwrite_current_owner")
    overwrite = str(fields.get("overwrite_current_owner", "false")).lower() == "true"
    people = _given(users=_names("user", fields.get("user_ids")), teams=_names("team", fields.get("team_ids")))
    return {"rotate_owner": {**people, "property": fields["target_property"], "overwrite": overwrite}}


def _task(fields: Json) -> Json:
    _only(fields, "task_type", "subject", "body", "priority", "due_time", "owner_assignment")
    message = {"subject": fields["subject"], "type": fields["task_type"], "priority": fields["priority"]}
    if fields.get("body"):
        message["body"] = fields["body"]
    if due := fields.get("due_time"):
        _only(due, "delta", "time_unit")
        message["due"] = shown_delay(due["delta"], due["time_unit"])
    if owner := fields.get("owner_assignment"):
        message["owner"] = owner["value"]["owner"]
    return {"create_task": message}


def _record(fields: Json) -> Json:
    _only(fields, "object_type_id", "properties")
    properties = {each["targetProperty"]: shown_static(each["value"]) for each in fields["properties"]}
    return {"create_record": {"object": object_name(fields["object_type_id"]), "properties": properties}}


def _notify(fields: Json) -> Json:
    _only(fields, "subject", "body", "user_ids", "team_ids", "owner_properties")
    people = _given(
        users=_names("user", fields.get("user_ids")),
        teams=_names("team", fields.get("team_ids")),
        owners=fields.get("owner_properties"),
    )
    return {"notify": {"subject": fields["subject"], "body": fields["body"], **people}}


_STEPS: Mapping[str, Callable[[Json], Json]] = {
    made.DELAY: _delay,
    made.SET_PROPERTY: _set,
    made.ROTATE: _rotate,
    made.CREATE_TASK: _task,
    made.CREATE_RECORD: _record,
    made.NOTIFY: _notify,
}
