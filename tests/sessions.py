"""A session as a provider process makes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from revops_iac.config.settings import read_settings
from revops_iac.provider.session import Session
from revops_iac.state.stores import stores_in_files
from revops_iac.systems import system_named


def new_session(system: str, config: Callable[[str], Any], stack: str = "test") -> Session[Any]:
    """A session of a system with a stack's configuration; makes no call."""
    crm = system_named(system)
    return Session(crm, config, read_settings(config, stack), stores_in_files(crm))
