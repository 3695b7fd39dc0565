"""The CRMs that are installed: each is a package with an object in the entry point group `revops.providers`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from revops_iac.errors import AuthorError

if TYPE_CHECKING:  # a provider process reads no model, and needs few of these
    from revops_iac.config.settings import Settings
    from revops_iac.diagnostics import Diagnostic
    from revops_iac.model import Model
    from revops_iac.provider.api.calls import Api
    from revops_iac.provider.coverage import Answers, ManualStep
    from revops_iac.provider.declaration import Declaration
    from revops_iac.provider.inspection.inventory import Inventory
    from revops_iac.provider.inspection.ownership import Ownership
    from revops_iac.provider.inspection.probe import Probes
    from revops_iac.provider.inspection.records import RecordReader
    from revops_iac.provider.kind import Kind
    from revops_iac.provider.lifting import Lift
    from revops_iac.provider.limits import Limits
    from revops_iac.provider.session.account import Account, SourceAccount

GROUP = "revops.providers"


@dataclass(frozen=True)
class System:
    """One CRM: its name as in `context.systems`, kinds and resource classes by name, compiler, account, coverage, and
    the probes of what no source settles, warnings about what an author may not expect, the calls of its API, what it
    allows at most, how it lists all that it holds, how a folder of its source is read as an account, and whose
    records they are."""

    name: str
    label: str
    kinds: Mapping[str, Kind[Any, Any]]
    resources: Mapping[str, Callable[..., Any]]
    compile: Callable[[Model, Settings], Iterable[Declaration]]
    account: Account
    coverage: Callable[[], Answers]
    probes: Callable[[], Probes[Any]] | None = None
    warnings: Callable[[Model], Iterable[Diagnostic]] | None = None
    api: Callable[[], Api] | None = None
    limits: Callable[[], Limits] | None = None
    guide: Callable[[Model], Iterable[ManualStep]] | None = None
    source: Callable[[Path], SourceAccount] | None = None
    read_record: RecordReader | None = None
    lift: Lift | None = None
    ownership: Callable[[], Ownership] | None = None
    inventory: Callable[[], Inventory] | None = None


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
