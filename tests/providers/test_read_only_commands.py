"""Commands that only look: with read scopes and `automation` they see everything, and none of them writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from crm_simulators.hubspot.portal.scopes import ALL_SCOPES
from crm_simulators.server import RunningSimulators

from revops_iac.adoption.choice import Choice
from revops_iac.adoption.reading import AccountReader
from revops_iac.commands.backup import back_up
from revops_iac.commands.compare import compare_environments
from revops_iac.commands.drift import drift_from
from revops_iac.commands.parity import parity_of
from revops_iac.commands.promote import promotion
from revops_iac.commands.uses import uses_of
from revops_iac.stack_context import StackContext
from tests.applied import AppliedStack, adopted_stack
from tests.providers.out_of_band import TEXT, fill

READ_SCOPES = [one for one in ALL_SCOPES if one.endswith(".read") or one in ("automation", "forms", "tickets")]
"""What the guide asks for: read scopes, and `automation`, which reading workflows needs; `tickets` is all of them."""


def quiet(_text: str) -> None:
    """Shows no progress."""


def drift(stack: AppliedStack) -> dict[str, str]:
    return {
        key: why for one in drift_from(stack.folder, "dev", stack.state).readings for key, why in one.not_read.items()
    }


def adopt(stack: AppliedStack) -> dict[str, str]:
    context, found = StackContext.load(stack.folder, "dev"), dict[str, str]()
    for system in context.systems.values():
        for one in AccountReader(context.session(system), [], set(), Choice(), quiet).readings():
            found |= {f"{one.kind}: {why}": why for why in one.not_read if ": 40" in why}
    return found


def backup(stack: AppliedStack) -> dict[str, str]:
    report = back_up(stack.folder, "dev", stack.folder.parent / "backup", tell=quiet)
    return {key: why for account in report.backup.values() for key, why in account.not_read.items()}


def uses(stack: AppliedStack) -> dict[str, str]:
    context = StackContext.load(stack.folder, "dev")
    found = uses_of(context, "contacts.p0", account=True, tell=quiet)
    assert found.usages
    return dict(found.not_read)


def parity(stack: AppliedStack) -> dict[str, str]:
    return dict(parity_of(stack.folder, "dev", tell=quiet).not_read)


def compare(stack: AppliedStack) -> dict[str, str]:
    compare_environments(stack.folder, "dev", "dev", accounts=True)
    promotion(stack.folder, "dev", "dev", {"dev": stack.state})
    return {}


def test_commands_that_look_see_everything_with_read_scopes_and_write_nothing(
    accounts: RunningSimulators, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
):
    """Half of the commands; all of them with `--thorough`, for each reads both accounts."""
    fill(accounts, 2)
    accounts.seed("hubspot", {"tokens": [{"token": "pat-na1-reader", "scopes": READ_SCOPES}]})
    stack = adopted_stack(tmp_path, accounts, Choice())
    accounts.seed("hubspot", {"properties": {"contacts": [{"name": "late", "label": "Late", **TEXT}]}})
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-na1-reader")
    commands: list[Callable[[AppliedStack], dict[str, str]]] = [drift, parity, uses, adopt, backup, compare]
    commands = commands if request.config.getoption("--thorough") else commands[:3]
    for command in commands:
        accounts.control.log.clear()
        assert (command.__name__, command(stack)) == (command.__name__, {})
        log = accounts.control.log.select()
        assert log
        assert [one for one in log if one.write or one.status in (401, 403)] == []
