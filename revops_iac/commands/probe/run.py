"""`revops probe`: puts the unverified facts to the developer accounts of a stack, one after the other.

Never in production. What it makes carries the prefix of probes and is taken away again, also after a failure or Ctrl+C.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from revops_iac.errors import AccountError, AuthorError, SessionError
from revops_iac.provider.inspection.probe import PREFIX, Answer, Lab, Probe, Probes, Undecided, stoppable, unstoppable
from revops_iac.provider.session import Session
from revops_iac.stack_context import StackContext
from revops_iac.systems import System

Tell = Callable[[str], None]
STOPPED = "the run was stopped"


class Outcome(StrEnum):
    """How a probe ended."""

    DECIDED = "decided"
    NOT_DECIDED = "not decided"
    NOT_RUN = "not run"
    FAILED = "failed"


@dataclass(frozen=True)
class Result:
    """One probe, how it ended, what it found, and what it could not take away."""

    probe: Probe[Any]
    outcome: Outcome
    observed: str
    value: bool | str | int | None = None
    left: tuple[str, ...] = ()

    @property
    def sets(self) -> bool:
        """Whether it sets its switch."""
        return self.outcome is Outcome.DECIDED and self.probe.sets_switch

    @property
    def contradicts(self) -> bool:
        """Whether the account behaves as the simulator cannot be switched to."""
        return self.outcome is Outcome.DECIDED and not self.probe.sets_switch and self.value != self.probe.simulated


@dataclass(frozen=True)
class Probed:
    """The probes of one account; `mark` tells two accounts apart without telling which they are."""

    system: str
    label: str
    mark: str
    account_type: str
    results: tuple[Result, ...]
    unprobed: Mapping[str, str]


@dataclass(frozen=True)
class Bench:
    """An account that may be probed: its session is open and it is no production account."""

    system: System
    probes: Probes[Any]
    session: Session[Any]
    account: str

    @property
    def mark(self) -> str:
        """Four digits of a hash of the account's id: they tell two accounts apart and are too few to find one."""
        return hashlib.sha256(f"revops probe {self.system.name} {self.account}".encode()).hexdigest()[:4]


def benches(folder: Path, stack: str, only: str | None = None) -> list[Bench]:
    """The accounts of a stack, each proven to be the one of stack config and no production account.

    Raises AuthorError in production, SessionError when an account does not answer.
    """
    context = StackContext.load(folder, stack)
    if context.settings.production:
        raise AuthorError(
            f'stack "{stack}" is production (revops:production); probes create and delete objects, so none was run',
            "choose a stack of a developer account or sandbox",
        )
    found: list[Bench] = []
    try:
        for system in context.chosen_systems(only):
            if system.probes is not None:
                found.append(Bench(system, system.probes(), context.session(system), ""))
                found[-1] = replace(found[-1], account=found[-1].session.open().id)
                _refuse_production(found[-1])
    except BaseException:
        close(found)
        raise
    return found


def close(found: list[Bench]) -> None:
    """Closes the clients of the accounts, where they were opened."""
    for bench in found:
        if bench.account and (end := getattr(bench.session.client, "close", None)) is not None:
            end()


def _refuse_production(bench: Bench) -> None:
    reason = bench.probes.production(bench.session.client)
    if reason is not None:
        raise AuthorError(
            f"{bench.system.label}: {reason}; probes create and delete objects, so none was run",
            "use the credentials and id of a developer account or sandbox",
        )


def announcement(found: list[Bench], chosen: Callable[[Probe[Any]], bool] = lambda probe: True) -> str:
    """What a run will make, account by account, for a person to agree to."""
    lines = []
    for bench in found:
        lines.append(f"{bench.system.label} ({bench.probes.account_type(bench.session.client)}): probes will create")
        made = [(probe, what) for probe in bench.probes.probes if chosen(probe) for what in probe.makes]
        lines += [f"  {what}  ({probe.id})" for probe, what in made]
        lines.append(f"  {bench.probes.kept}")
    return "\n".join([*lines, f"Every name begins with {PREFIX}; everything is deleted at the end."])


def run_probes(
    found: list[Bench],
    *,
    chosen: Callable[[Probe[Any]], bool] = lambda probe: True,
    tell: Tell = lambda text: None,
    sleep: Callable[[float], None] = time.sleep,
    run: str | None = None,
) -> list[Probed]:
    """Runs the chosen probes of every account; a run that is stopped answers what it found until then."""
    run = run or secrets.token_hex(3)
    stopped = False
    probed = []
    with stoppable():
        for bench in found:
            bench.session.allow_writes()
            results: list[Result] = []
            for result in _results(bench, chosen, run, tell, sleep, stopped):
                results.append(result)
                stopped = stopped or result.observed == STOPPED
            account_type = bench.probes.account_type(bench.session.client) if not stopped else ""
            system = bench.system
            probed.append(
                Probed(system.name, system.label, bench.mark, account_type, tuple(results), bench.probes.unprobed)
            )
    return probed


def _results(
    bench: Bench,
    chosen: Callable[[Probe[Any]], bool],
    run: str,
    tell: Tell,
    sleep: Callable[[float], None],
    stopped: bool,
) -> Iterator[Result]:
    reason = STOPPED if stopped else None
    probes = [probe for probe in bench.probes.probes if chosen(probe)]
    for number, probe in enumerate(probes, 1):
        if reason is not None:
            yield Result(probe, Outcome.NOT_RUN, reason)
            continue
        tell(f"{bench.system.label} {number}/{len(probes)}: {probe.fact}")
        # Each probe has names of its own: an archived name may behave differently when it is made again.
        lab = bench.probes.lab(bench.session.client, f"{run}_{number}", sleep)
        result = _asked(bench.probes, probe, lab)
        with unstoppable(tell):
            left = tuple(lab.clean())
        if result.outcome is Outcome.NOT_RUN:
            reason = result.observed
        yield replace(result, left=left)


def _asked(probes: Probes[Any], probe: Probe[Any], lab: Lab[Any]) -> Result:
    try:
        answer = probe.ask(lab)
    except Undecided as error:
        return Result(probe, Outcome.NOT_DECIDED, str(error))
    except KeyboardInterrupt:
        return Result(probe, Outcome.NOT_RUN, STOPPED)
    except SessionError as error:
        return Result(probe, Outcome.NOT_RUN, f"the account stopped answering ({probes.brief(error)})")
    except AccountError as error:
        return Result(probe, Outcome.NOT_DECIDED, f"refused: {probes.brief(error)}")
    except Exception as error:  # noqa: BLE001 - an unforeseen answer: what was created must still be deleted
        return Result(probe, Outcome.FAILED, f"a bug of the probe: {type(error).__name__}, please report it")
    return _result(probe, answer)


def _result(probe: Probe[Any], answer: Answer) -> Result:
    known = any(answer.value == value and type(answer.value) is type(value) for value in probe.answers)
    if answer.value is None or not known:
        return Result(probe, Outcome.NOT_DECIDED, f"none of the answers expected: {answer.observed}")
    return Result(probe, Outcome.DECIDED, answer.observed, answer.value)
