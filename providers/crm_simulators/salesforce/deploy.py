"""File-based deployments and retrieves."""

from __future__ import annotations

from collections.abc import Callable

from .org import Org
from .soap import Request


class DeployApi:
    """The asynchronous operations, by name."""

    def __init__(self, org: Org) -> None:
        self.org = org
        self.operations: dict[str, Callable[[Request], str]] = {}

    def is_read(self, operation: str) -> bool:
        return operation.startswith("check")
