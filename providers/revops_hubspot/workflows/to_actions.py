"""Turns steps into connected actions: a step leads to the next, the last one to nothing [D][T]."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from revops_hubspot.filters.branches import compile_filter
from revops_hubspot.workflows.actions import to_action

Json = dict[str, Any]


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
            message = to_action(step, self._object) | _edge("connection", connection)
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
        if not ways:
            return {"type": "STATIC_BRANCH"} | self._default(branch)
        value = {"type": "OBJECT_PROPERTY", "propertyName": branch["property"]}
        return {"type": "STATIC_BRANCH", "inputValue": value, "staticBranches": ways} | self._default(branch)

    def _default(self, branch: Json) -> Json:
        otherwise = branch.get("otherwise") or {}
        named = {"defaultBranchName": otherwise["name"]} if otherwise.get("name") else {}
        return named | _edge("defaultBranch", self.sequence(otherwise.get("steps", ())))


def _edge(key: str, connection: Json) -> Json:
    return {key: connection} if connection else {}
