"""Everything that an account lets one list, in the vendor's own form: what a backup stores and a twin holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Document:
    """One vendor object as the vendor holds it, without secrets.

    `type` says what it is, as a path (`properties/contacts`, `CustomField`); `name` is unique in it. `content` is the
    XML of a Salesforce component as a text, else plain JSON values.
    """

    type: str
    name: str
    content: Any

    @property
    def is_xml(self) -> bool:
        """Whether the vendor's form is XML."""
        return isinstance(self.content, str)


@dataclass(frozen=True)
class Area:
    """A part of an account that is read in one go: `read` raises AccountError where the account does not show it."""

    name: str
    read: Callable[[], Iterable[Document]]


class Inventory(Protocol):
    """How one CRM lists all that it holds."""

    def areas(self, client: Any) -> Iterable[Area]:
        """The areas of the account. Raises AccountError where even these cannot be told."""
