"""Everything that an account lets one list, in the vendor's own form: what a backup stores and a twin holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from revops_iac.provider.live_object import LiveObject


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


@dataclass(frozen=True)
class Authorship:
    """Who changed an object last and when (ISO 8601), as far as the platform tells; an empty text where it does not."""

    who: str = ""
    at: str = ""


@dataclass(frozen=True)
class Asked:
    """An object whose last change is asked for; `live` is None for one that is gone."""

    kind: str
    name: str
    id: str
    live: LiveObject | None


class Inventory(Protocol):
    """How one CRM lists all that it holds, and says who changed it."""

    def authors(self, client: Any, asked: Sequence[Asked]) -> Mapping[tuple[str, str], Authorship]:
        """Who changed each of these last, by kind and name; what the account does not tell is left out."""

    def areas(self, client: Any) -> Iterable[Area]:
        """The areas of the account to read. Raises AccountError when they cannot be listed."""

    def left_out(self, client: Any) -> Mapping[str, str]:
        """What such an account may hold and no area reads, with the reason."""
