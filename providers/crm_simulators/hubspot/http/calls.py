"""Requests as the handlers see them, and their replies."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import JsonObject
from crm_simulators.hubspot.portal.object_types import ObjectType, find_object_type


@dataclass
class Call:
    """One request: path parameters decoded, query as sent, body parsed on demand."""

    method: str
    path: dict[str, str]
    query: dict[str, list[str]]
    raw_body: bytes
    scopes: frozenset[str]
    version: str | None = None
    find_type: Callable[[str], ObjectType] = find_object_type

    def object_type(self, parameter: str = "objectType") -> ObjectType:
        """The object type that a path parameter names; 400 for one that the portal does not have [O]."""
        return self.find_type(self.path[parameter])

    def path_number(self, parameter: str) -> int:
        """A path parameter that must be a whole number."""
        if not self.path[parameter].isdigit():
            raise errors.unparsable_path(parameter)
        return int(self.path[parameter])

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean of the query, in any case: Python sends `True`, Node `true` [tested]."""
        values = self.query.get(name)
        if not values:
            return default
        if values[-1].lower() not in ("true", "false"):
            raise errors.unparsable_query(name)
        return values[-1].lower() == "true"

    def text(self, name: str) -> str | None:
        """A string of the query."""
        values = self.query.get(name)
        return values[-1] if values else None

    def texts(self, name: str) -> list[str]:
        """All values of a query parameter, repeated or separated by commas."""
        return [part for value in self.query.get(name, []) for part in value.split(",") if part]

    def number(self, name: str, default: int) -> int:
        """A whole number of the query."""
        text = self.text(name)
        if text is None:
            return default
        if not text.isdigit():
            raise errors.unparsable_query(name)
        return int(text)

    def body(self) -> JsonObject:
        """The JSON object of the body."""
        document = self._json()
        if not isinstance(document, dict):
            raise errors.invalid_json(1, 1, "an object is expected")
        return document

    def any_list_body(self) -> list[Any]:
        """The JSON list of the body."""
        document = self._json()
        if not isinstance(document, list):
            raise errors.invalid_json(1, 1, "a list is expected")
        return document

    def list_body(self) -> list[JsonObject]:
        """The JSON list of objects of the body."""
        document = self.any_list_body()
        if not all(isinstance(item, dict) for item in document):
            raise errors.invalid_json(1, 1, "a list of objects is expected")
        return document

    def _json(self) -> Any:
        try:
            return json.loads(self.raw_body or b"")
        except json.JSONDecodeError as problem:
            raise errors.invalid_json(problem.lineno, problem.colno, problem.msg) from problem
        except UnicodeDecodeError as problem:
            raise errors.invalid_json(1, 1, "Invalid UTF-8") from problem
        except RecursionError as problem:
            raise errors.invalid_json(1, 1, "too many nested objects or lists") from problem


@dataclass
class Reply:
    """A success response: status, JSON body (None for no body) and extra headers."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
