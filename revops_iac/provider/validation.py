"""How an account judges a plan without keeping it: what the engine hands over, and what the account answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from revops_iac.provider.kind import DesiredResource, Kind, LiveObject
from revops_iac.provider.live_object import C
from revops_iac.provider.session import Session

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Bundle:
    """One package of changes: `content` in the vendor's form, its hash, a digest per component by label, and the
    resources that have no place in it, each with the reason."""

    content: Any
    hash: str
    components: Mapping[str, str]
    left_out: tuple[tuple[DesiredResource, str], ...] = field(default=())


@dataclass(frozen=True)
class Change:
    """A resource that the plan would create (`live` is None) or change."""

    kind: Kind[Any, Any]
    desired: DesiredResource
    live: LiveObject | None


@dataclass(frozen=True)
class Finding:
    """What the account says of one component: `resource` is None where it says it of the whole package."""

    message: str
    file: str
    line: int | None
    resource: DesiredResource | None = None
    warning: bool = False

    def render(self) -> str:
        """`file:line:column  Kind "name": what the account says`, and the place in the package."""
        subject = f'{self.resource.kind} "{self.resource.name}": ' if self.resource else ""
        place = f"{self.resource.place}  " if self.resource and self.resource.place else ""
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}{'warning: ' if self.warning else ''}{subject}{self.message} ({where})"


@dataclass(frozen=True)
class Trial:
    """How the account judged a package: its id there, and its findings."""

    id: str
    findings: tuple[Finding, ...]
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
