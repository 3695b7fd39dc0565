"""The CRMs that are installed: each is a package with an object in the entry point group `revops.providers`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Protocol

from revops_iac.errors import AuthorError
from revops_iac.kind import Kind, Lookup

if TYPE_CHECKING:
    from revops_iac.compile import Declaration
    from revops_iac.coverage import Row
    from revops_iac.model import Model
    from revops_iac.settings import Settings

GROUP = "revops.providers"


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

    def connect(self, config: Callable[[str], Any]) -> Any:
        """A client from environment variables first, then `config("hubspot:accessToken")`. Makes no call.

        Raises SessionError when a credential is missing.
        """

    def identify(self, client: Any) -> Identity:
        """One call that proves the credentials. Raises SessionError."""

    def same(self, one: str, other: str) -> bool:
        """Whether two spellings name the same account (15 and 18 characters, for instance)."""

    def resolve(self, client: Any, lookup: Lookup) -> str | None:
        """The id of a person, team or queue by name; None when the account has none. Cached by the caller."""


@dataclass(frozen=True)
class System:
    """One CRM: its name as in `context.systems`, kinds and resource classes by name, compiler, account, coverage."""

    name: str
    label: str
    kinds: Mapping[str, Kind[Any]]
    resources: Mapping[str, Callable[..., Any]]
    compile: Callable[[Model, Settings], Iterable[Declaration]]
    account: Account
    coverage: Callable[[], Iterable[Row]]


@cache
def installed_systems() -> Mapping[str, System]:
    """All installed systems by name, found through the entry point group."""
    return {point.name: point.load() for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)}


def system_named(name: str) -> System:
    """The installed system of that name. Raises AuthorError naming those that are installed."""
    systems = installed_systems()
    if name not in systems:
        raise AuthorError(f'context.systems: "{name}" is not an installed system, it must be one of {sorted(systems)}')
    return systems[name]
