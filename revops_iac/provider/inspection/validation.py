"""How an account judges a plan without keeping it: what the engine hands over, and what the account answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from revops_iac.diagnostics import Diagnostic
from revops_iac.provider.kind import DesiredResource, Kind, LiveObject
from revops_iac.provider.live_object import C
from revops_iac.provider.session import Session

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Bundle:
    """One package of changes: `content` in the vendor's form, its hash, a digest per component by label, and why some
    resources have no place in it."""

    content: Any
    hash: str
    components: Mapping[str, str]
    left_out: tuple[Diagnostic, ...] = field(default=())


@dataclass(frozen=True)
class Change:
    """A resource that the plan would create (`live` is None) or change."""

    kind: Kind[Any, Any]
    desired: DesiredResource
    live: LiveObject | None


@dataclass(frozen=True)
class Trial:
    """How the account judged a package: its id there, and what it says of it."""

    id: str
    diagnostics: tuple[Diagnostic, ...]
    valid: bool


@runtime_checkable
class Validating(Protocol[C]):
    """An account that can judge a package of changes without making them."""

    def pack(self, session: Session[C], changes: Sequence[Change]) -> Bundle:
        """One package of all changes. Makes no write call."""

    def try_out(self, session: Session[C], bundle: Bundle, tell: Tell) -> Trial:
        """The account's own judgment of a package, which it does not keep. Raises AccountError."""


def changes(session: Session[Any]) -> Iterator[Change]:
    """The declared resources that the account does not hold as they are declared. Raises AccountError."""
    for item in session.declared:
        kind = session.system.kinds[item.kind]
        live = session.find(kind, item.name)
        if live is None or kind.differences(item.inputs, kind.managed_view(item.inputs, live)):
            yield Change(kind, item, live)
