"""Adoption from a folder of a vendor's source: what its components become, and how they stand to the account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from revops_iac.adoption.choice import Choice
from revops_iac.adoption.reading import AccountReader, Candidate, KindReading, Tell, leave_out_refused
from revops_iac.errors import AccountError, AuthorError, SessionError
from revops_iac.provider.session import Session
from revops_iac.provider.session.account import SourceAccount
from revops_iac.stack_context import StackContext
from revops_iac.state.stores import stores_in_files
from revops_iac.systems import System


def system_of(context: StackContext, only: str | None) -> System:
    """The system of the stack that has source in folders. Raises AuthorError where none has."""
    found = [system for system in context.chosen_systems(only) if system.source is not None]
    if not found:
        raise AuthorError(f'stack "{context.stack}" manages no CRM whose source lies in folders', "leave out --source")
    return found[0]


def open_source(system: System, folder: Path) -> SourceAccount:
    """The folder as an account of the system. Raises AuthorError where it holds no component."""
    assert system.source is not None, "system_of chose it"
    account: SourceAccount = system.source(folder)
    return account


def read_source(
    context: StackContext, system: System, account: SourceAccount, managed: set[Any], choice: Choice, tell: Tell
) -> list[KindReading]:
    """What the components of a folder become. Nothing outside it is asked."""

    def config(key: str) -> Any:
        return account.id_name if key == account.id_key else None

    of_folder = replace(system, account=account)
    session: Session[Any] = Session(of_folder, config, context.settings, stores_in_files(of_folder, context.folder))
    reader = AccountReader(session, context.desired(system.name), managed, choice, tell, judges=False)
    return reader.readings()


def compare_with_account(session: Session[Any], context: StackContext, readings: Sequence[KindReading]) -> None:
    """Takes what the account has in the same form as live there; leaves out what differs, and what it would refuse.

    Raises SessionError where the account does not answer.
    """
    session.open()
    for reading in readings:
        candidates, reading.adopted = reading.adopted, []
        for one in candidates:
            _compare(session, reading, one)
    leave_out_refused(session, context.desired(session.system.name), readings)


def _compare(session: Session[Any], reading: KindReading, one: Candidate) -> None:
    try:
        live = session.find(one.kind, one.name)
    except SessionError:
        raise
    except (AccountError, AuthorError) as error:
        reading.leave_out(one.name, error.diagnostic.sentence)
        return
    if live is None:
        reading.new.add(one.name)
        reading.adopted.append(one)
    elif differing := one.kind.differences(one.inputs, one.kind.managed_view(one.inputs, live)):
        reading.leave_out(one.name, f"the account has another {', '.join(differing)}")
    else:
        reading.adopted.append(replace(one, live=live))
