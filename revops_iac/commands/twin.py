"""A backup read through the kinds: simulators in this process serve its accounts, read like real ones."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from revops_iac.commands.extras import extra
from revops_iac.errors import AuthorError, noting_refusals
from revops_iac.provider.kind import Existence, Kind, LiveObject
from revops_iac.provider.session import Session
from revops_iac.stack_context import StackContext
from revops_iac.state.stores import stores_in_files
from revops_iac.systems import System

if TYPE_CHECKING:
    from crm_simulators.server import RunningSimulators

ObjectKey = tuple[str, str]
"""A kind's name and a vendor name."""
Tell = Callable[[str], None]
CREDENTIALS = ("HUBSPOT_", "SALESFORCE_")
"""How the environment variables begin that say where accounts are and how to log in."""


@dataclass(frozen=True)
class StoredObject:
    """An object of a twin or an account."""

    kind: Kind[Any, Any]
    live: LiveObject

    @property
    def is_ours(self) -> bool:
        """Whether a person made it, and not the vendor or a package."""
        return not self.kind.made_by(self.live.name, self.live)


@contextmanager
def twin_of(folder: Path) -> Iterator[RunningSimulators]:
    """The twin of a backup; within the block, sessions that are opened ask it. Raises AuthorError for no backup."""
    with extra("simulate", "reading a backup"):
        from crm_simulators.server import CannotServe, RunningSimulators
    try:
        simulators = RunningSimulators(backup=folder)
    except CannotServe as problem:
        raise AuthorError(str(problem), "pass the folder of a backup, as revops backup writes it") from None
    before = dict(os.environ)
    simulators.start()
    for name in [name for name in before if name.startswith(CREDENTIALS)]:
        del os.environ[name]
    os.environ.update(simulators.env())
    try:
        yield simulators
    finally:
        os.environ.clear()
        os.environ.update(before)
        simulators.stop()


@contextmanager
def accounts_of(backup: Path | None) -> Iterator[None]:
    """Within the block, accounts are asked as they are in a backup; without one, as they are."""
    if backup is None:
        yield
        return
    with twin_of(backup):
        yield


@contextmanager
def session_of_twin(context: StackContext, system: System, simulators: RunningSimulators) -> Iterator[Session[Any]]:
    """A session with the twin of one account, whose connections are closed at the end."""
    ids = {"hubspot": str(simulators.hubspot.portal_id), "salesforce": simulators.salesforce.organization_id}
    twin = context.bound_to(system, ids[system.name])
    own = stores_in_files(system, Path(simulators.salesforce.ca_bundle).parent)  # what was written is not written there
    session: Session[Any] = Session(system, twin.config.get, twin.settings, own)
    with closing(session.client) if hasattr(session.client, "close") else nullcontext():
        yield session


@dataclass
class Stored:
    """The objects of a twin or an account; `not_read` is what it did not show, by kind, with its answer."""

    objects: dict[ObjectKey, StoredObject] = field(default_factory=dict)
    not_read: dict[str, str] = field(default_factory=dict)


def read_all(session: Session[Any], tell: Tell, names: Callable[[str, str], bool]) -> Stored:
    """The objects of all kinds whose kind and name `names` accepts, with their definitions. Raises SessionError."""
    found = Stored()
    session.open()
    for kind in session.system.kinds.values():
        if kind.existence is Existence.MONITORED:
            continue
        tell(f"{session.system.label} for {kind.name}")
        with noting_refusals(found.not_read, kind.name):
            for name in sorted(set(kind.all_names(session))):
                if names(kind.name, name):
                    _read(session, kind, name, found)
    return found


def _read(session: Session[Any], kind: Kind[Any, Any], name: str, found: Stored) -> None:
    with noting_refusals(found.not_read, f"{kind.name} {name}", AuthorError):
        if (live := session.find(kind, name)) is not None:
            found.objects[kind.name, name] = StoredObject(kind, live)
