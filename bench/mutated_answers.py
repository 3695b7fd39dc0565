"""Reads every kind from answers changed at random until the time is over; prints each seed that ends in a bug.

`python -m bench.mutated_answers --minutes 10`, from the root of a checkout.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from crm_simulators.server import running

from revops_iac.provider.session import connection
from revops_iac.systems import system_named
from tests.providers.contract import Contract
from tests.providers.test_mutated_answers import try_answers

PER_KIND_S = 5.0


def seeds(until: float) -> Iterator[int]:
    """Seeds that no run has tried, for a few seconds."""
    while time.monotonic() < until:
        yield random.getrandbits(64)


def main() -> int:
    """The exit code: 1 when a bug was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--kind", action="append", help="only these kinds (repeatable)")
    chosen = parser.parse_args()
    end, bugs = time.monotonic() + chosen.minutes * 60, 0
    every = [(system, name) for system in ("hubspot", "salesforce") for name in system_named(system).kinds]
    kinds = [(system, name) for system, name in every if not chosen.kind or name in chosen.kind]
    with running() as sims, pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.chdir(folder)
        patch.setattr(connection, "BINDING_WAIT_S", 0.0)
        while time.monotonic() < end:
            system, name = random.choice(kinds)
            sims.reset()
            os.environ.update(sims.env())
            sleep, until = time.sleep, time.monotonic() + PER_KIND_S
            patch.setattr(time, "sleep", lambda seconds: None)
            try:
                contract = Contract(sims, system, system_named(system).kinds[name])
                try_answers(contract, patch, Path(folder), lambda until=until: seeds(until))  # type: ignore[misc]
            except AssertionError as error:
                bugs += 1
                print(error, flush=True)
            finally:
                patch.setattr(time, "sleep", sleep)
    print(f"{bugs} bugs")
    return 1 if bugs else 0


if __name__ == "__main__":
    raise SystemExit(main())
