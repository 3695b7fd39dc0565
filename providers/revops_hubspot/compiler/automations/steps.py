"""Steps of a workflow as a tree, and the flat list of connected actions that HubSpot wants (automation v4, beta) [D].

https://developers.hubspot.com/docs/api-reference/automation-automation-v4-v4/action-enrollment-reference
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from revops_hubspot.compiler.terms.conditions import Cases, branch
from revops_iac.model.duration import Duration

Json = dict[str, Any]
DELAY, CREATE_TASK, SET_PROPERTY, NOTIFY, ROTATE = "0-1", "0-3", "0-5", "0-8", "0-11"  # [D][T]
NOW: Json = {"type": "TIMESTAMP", "timestampType": "EXECUTION_TIME"}  # [S]


@dataclass(frozen=True)
class Action:
    """One built-in action."""

    type: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """A named way out of a branch."""

    name: str
    when: Cases
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Branch:
    """The first case that holds, else the default. Always the last step of a sequence: ways do not meet again."""

    cases: tuple[Case, ...]
    otherwise: tuple[Step, ...] = ()
    default_name: str = "Otherwise"


@dataclass(frozen=True)
class Again:
    """Back to the first step of the workflow."""


Step = Action | Branch | Again


def set_property(name: str, value: Any) -> Action:
    """Sets a property to a value of the catalog, or to a fixed one."""
    live = value if isinstance(value, dict) and "type" in value else {"type": "STATIC_VALUE", "staticValue": value}
    return Action(SET_PROPERTY, {"property_name": name, "value": live})


def stamp(name: str) -> Action:
    """Sets a date to the moment of the action."""
    return set_property(name, NOW)


def increment(name: str, amount: float) -> Action:
    """Adds to a number."""
    whole = int(amount) if float(amount).is_integer() else amount
    return set_property(name, {"type": "INCREMENT", "incrementAmount": whole})


def copy(name: str, source: str) -> Action:
    """Sets a property to what another property of the record holds."""
    return set_property(name, {"type": "OBJECT_PROPERTY", "propertyName": source})


def minutes_from_now(name: str, minutes: int) -> Action:
    """Sets a moment that lies ahead."""
    delay = {"delta": minutes, "timeUnit": "MINUTES", "daysOfWeek": []}
    return set_property(name, {"type": "RELATIVE_DATETIME", "timeDelay": delay})


def wait(minutes: int) -> Action:
    """Waits in calendar time."""
    return Action(DELAY, {"delta": str(minutes), "time_unit": "MINUTES"})


def task(subject: str, body: str, due: Duration | None = None, owner: Json | None = None, kind: str = "TODO") -> Action:
    """A task on the record, for its owner or for a person."""
    fields: Json = {"task_type": kind, "subject": subject, "body": f"<p>{body}</p>", "priority": "HIGH"}
    if due is not None:
        fields["due_time"] = {"delta": str(due.minutes), "time_unit": "MINUTES"}
    if owner is not None:
        fields["owner_assignment"] = {"type": "CUSTOM", "value": owner}
    return Action(CREATE_TASK, fields)


def notify(users: Sequence[Json], subject: str, body: str) -> Action:
    """An internal e-mail."""
    return Action(NOTIFY, {"user_ids": list(users), "subject": subject, "body": f"<p>{body}</p>"})


def rotate(users: Sequence[Json], target: str) -> Action:
    """The next of the users becomes owner; HubSpot promises equal counts, not an order [T]."""
    return Action(ROTATE, {"user_ids": list(users), "target_property": target, "overwrite_current_owner": "true"})


def actions(steps: Sequence[Step]) -> list[Json]:
    """The actions with ids, connected: a step leads to the next, the last one to nothing."""
    return _Numbering().sequence(steps)[1]


class _Numbering:
    def __init__(self) -> None:
        self._last = 0

    def sequence(self, steps: Sequence[Step]) -> tuple[Json | None, list[Json]]:
        """The connection to the first of the steps, and all their actions."""
        if not steps:
            return None, []
        first, rest = steps[0], steps[1:]
        if isinstance(first, Again):
            return {"edgeType": "GOTO", "nextActionId": "1"}, []
        self._last += 1
        connection: Json = {"edgeType": "STANDARD", "nextActionId": str(self._last)}
        if isinstance(first, Branch):
            return connection, self._branch(first, connection["nextActionId"])
        action: Json = {
            "type": "SINGLE_CONNECTION",
            "actionId": connection["nextActionId"],
            "actionTypeId": first.type,
            "actionTypeVersion": 0,
            "fields": dict(first.fields),
        }
        following, made = self.sequence(rest)
        return connection, [{**action, **({"connection": following} if following else {})}, *made]

    def _branch(self, step: Branch, identifier: str) -> list[Json]:
        ways, made = [], []
        for case in step.cases:
            connection, inside = self.sequence(case.steps)
            way: Json = {"branchName": case.name, "filterBranch": branch(case.when)}
            ways.append({**way, **({"connection": connection} if connection else {})})
            made += inside
        connection, inside = self.sequence(step.otherwise)
        action: Json = {
            "type": "LIST_BRANCH",
            "actionId": identifier,
            "listBranches": ways,
            "defaultBranchName": step.default_name,
            **({"defaultBranch": connection} if connection else {}),
        }
        return [action, *made, *inside]
