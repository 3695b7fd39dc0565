"""Turns connected actions back into steps, wherever the steps have words for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from revops_hubspot.filters.branches import readable
from revops_hubspot.workflows.actions import from_action
from revops_hubspot.workflows.values import typed

Json = dict[str, Any]


class NoSteps(ValueError):
    """The actions cannot be written as steps; HubSpot's JSON must be used."""


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
        return from_action(action, self._object)

    def _case(self, branch: Json) -> Json:
        text = readable(branch["filterBranch"], self._object)
        if text is None:
            raise NoSteps("a filter has no words")
        return {"name": branch["branchName"], "when": text, "steps": self._way(branch.get("connection"))}

    def _value_branch(self, action: Json) -> Json:
        value, ways = typed(action.get("inputValue")), action.get("staticBranches") or ()
        if value is None and not ways:
            return {"cases": [], **self._otherwise(action)}
        if value["type"] != "OBJECT_PROPERTY":
            raise NoSteps("it branches by another value than a property")
        cases = [{"value": way["branchValue"], "steps": self._way(way.get("connection"))} for way in ways]
        return {"property": value["propertyName"], "cases": cases, **self._otherwise(action)}

    def _otherwise(self, action: Json) -> Json:
        named = {"name": action["defaultBranchName"]} if action.get("defaultBranchName") else {}
        steps = self._way(action.get("defaultBranch"))
        return {"otherwise": {**named, "steps": steps}} if named or steps else {}
