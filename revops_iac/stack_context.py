"""One stack: its configuration, settings, model, planned resources and systems, each read when first asked for."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from revops_iac.compile import Planned, compile_model, systems_of
from revops_iac.config.settings import Settings
from revops_iac.config.stack_config import StackConfig, read_stack_config
from revops_iac.errors import AuthorError
from revops_iac.model import Model
from revops_iac.provider.live_object import Definition, DesiredResource
from revops_iac.provider.session import Session
from revops_iac.source.load import Loaded, load
from revops_iac.state.stores import stores_in_files
from revops_iac.systems import System, installed_systems, system_named


@dataclass(frozen=True)
class StackContext:
    """What `check`, `doctor`, `validate`, `probe`, `rebind` and the Pulumi program know of a stack.

    `folder` holds `model/` and `overlays/`. The properties raise AuthorError and DiagnosticsError.
    """

    folder: Path
    config: StackConfig
    settings: Settings

    @classmethod
    def load(cls, folder: Path, stack: str) -> StackContext:
        """The stack of a `Pulumi.<stack>.yaml`. Raises AuthorError when that is missing or wrong."""
        return cls.of(folder, read_stack_config(folder, stack))

    @classmethod
    def of(cls, folder: Path, config: StackConfig) -> StackContext:
        """The stack of a configuration; the ids of accounts in it are checked. Raises AuthorError."""
        for system in installed_systems().values():
            key = system.account.id_key
            if text := str(config.get(key) or ""):
                with config.placed(key):
                    system.account.parse_id(text)
        return cls(folder, config, config.settings())

    @property
    def stack(self) -> str:
        """Its name."""
        return self.config.stack

    @cached_property
    def loaded(self) -> Loaded:
        """The model as the stack's environment sees it, with its places."""
        return load(self.folder, self.settings.environment)

    @property
    def model(self) -> Model:
        """The model alone."""
        return self.loaded.model

    @cached_property
    def planned(self) -> Sequence[Planned]:
        """All resources of all managed systems, each after what it refers to."""
        return compile_model(self.loaded, self.settings)

    def with_raw(self, entries: Mapping[tuple[str, str], Mapping[str, Definition]]) -> StackContext:
        """The stack with more entries in its raw sections, by system and kind, as if they stood in its files."""
        sections = copy.deepcopy(self.model.raw_sections)
        for (system, kind), more in entries.items():
            if more:
                sections.setdefault(system, {}).setdefault(kind, {}).update(more)
        grown = replace(self)
        model = self.model.model_copy(update={"raw_sections": sections})
        grown.__dict__["loaded"] = replace(self.loaded, model=model)
        return grown

    @cached_property
    def systems(self) -> Mapping[str, System]:
        """The systems that the stack manages, by name."""
        return {name: system_named(name) for name in systems_of(self.model, self.settings)}

    def chosen_systems(self, only: str | None) -> list[System]:
        """All of them, or the `only` one. Raises AuthorError when the stack does not manage it."""
        if only is not None and only not in self.systems:
            known = ", ".join(self.systems) or "none"
            raise AuthorError(f'stack "{self.stack}" does not manage "{only}"', f"one of {known}")
        return [system for name, system in self.systems.items() if only in (None, name)]

    def desired(self, system: str) -> list[DesiredResource]:
        """The planned resources of one system, as its account resource sees them."""
        return [item.desired for item in self.planned if item.system == system]

    def account_id(self, system: System) -> str:
        """The account's id as stack config spells it, empty without one."""
        return str(self.config.get(system.account.id_key) or "")

    def bound_to(self, system: System, account_id: str) -> StackContext:
        """The stack as if its configuration named another account."""
        values = {**self.config.values, system.account.id_key: account_id}
        return replace(self, config=replace(self.config, values=values))

    def session(self, system: System) -> Session[Any]:
        """A session with the account; makes no call."""
        return Session(system, self.config.get, self.settings, stores_in_files(system, self.folder))

    @contextmanager
    def all_connected(self, systems: Iterable[System]) -> Iterator[dict[str, Session[Any]]]:
        """A session with each of some accounts, by system. Raises SessionError without credentials."""
        with ExitStack() as open_:
            yield {system.name: open_.enter_context(self.connected(system)) for system in systems}

    @contextmanager
    def connected(self, system: System) -> Iterator[Session[Any]]:
        """A session whose connections are closed at the end. Raises SessionError without credentials."""
        session = self.session(system)
        with closing(session.client) if hasattr(session.client, "close") else nullcontext():
            yield session
