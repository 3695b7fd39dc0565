"""What the engine needs to know of a CRM and of one account of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from revops_iac.provider.live_object import Lookup


@dataclass(frozen=True)
class Identity:
    """Who the account says it is: its id, as in stack config, and a label for people ("production, EU")."""

    id: str
    label: str = ""


class Account(Protocol):
    """How to reach one account of a system. Stateless; the client it makes is shared by all kinds."""

    id_key: str
    """The stack config key that must hold the account's id, `hubspot:portalId` for instance."""
    id_name: str
    """What people call it: `portal id`."""
    read_lag_s: float
    """For how long a read may not show a write yet; 0 where reads are always current."""
    at_once: int
    """How many resources may be worked on at the same time."""

    def connect(self, config: Callable[[str], Any]) -> Any:
        """A client from environment variables first, then `config("hubspot:accessToken")`. Makes no call.

        Raises SessionError when a credential is missing.
        """

    def identify(self, client: Any) -> Identity:
        """One call that proves the credentials. Raises SessionError."""

    def forget_reads(self, client: Any) -> None:
        """Drops what the client remembers of its reads, so that the next question asks the account."""

    def parse_id(self, text: str) -> str:
        """The canonical form of an account's id in stack config. Raises AuthorError with a fix."""

    def resolve(self, client: Any, lookup: Lookup) -> str | None:
        """The id of a person, team or queue by name; None when the account has none. Cached by the caller."""


class SourceAccount(Account, Protocol):
    """A folder of a vendor's source in the place of an account."""

    @property
    def left_over(self) -> Mapping[str, str]:
        """What in the folder is no component of a resource type, with the reason."""


class Crm(Protocol):
    """What a session needs to know of its system."""

    @property
    def name(self) -> str:
        """As in `context.systems`."""

    @property
    def label(self) -> str:
        """What people call it."""

    @property
    def account(self) -> Account:
        """How to reach an account of it."""

    @property
    def kinds(self) -> Mapping[str, Any]:
        """Its kinds by name."""

    @property
    def limits(self) -> Any:
        """What it allows at most, None where nothing is known."""
