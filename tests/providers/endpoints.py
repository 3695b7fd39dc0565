"""Records which calls each kind makes, from the request log of the simulators, into the providers' `endpoints.json`.

`script/docs` runs `python -m tests.providers.endpoints`; a test fails when a file is stale.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from crm_simulators.server import RunningSimulators, running

from revops_iac.commands.doctor import examine_stack
from revops_iac.provider.api import creations
from revops_iac.provider.api.calls import FILE
from revops_iac.provider.kind import Definition, Kind
from revops_iac.systems import installed_systems
from tests.providers.contract import Contract, example, forms, later, renamed

ROOT = Path(__file__).resolve().parents[2]
DOCTOR = "revops doctor"
OTHERS: Mapping[str, Definition] = {"Property": {"name": "discount_granted"}}
"""What makes another object of the example of a kind whose objects are created in one call when they come together."""
WINDOW_S = 0.3
"""Time enough for two threads to meet, also on a busy machine."""


def record(sims: RunningSimulators, system: str) -> dict[str, list[str]]:
    """The operations of every kind of a system, and of the doctor on the reference model."""
    calls = {
        kind.name: sorted(set().union(*(_operations(sims, system, form) for form in forms(kind))))
        for kind in installed_systems()[system].kinds.values()
    }
    sims.reset()
    examine_stack(ROOT / "stacks", "dev", system)
    return {**calls, DOCTOR: _logged(sims, system)}


def _operations(sims: RunningSimulators, system: str, kind: Kind[Any, Any]) -> list[str]:
    """What the example calls while it is created, read, adopted, counted, changed, renamed and deleted."""
    sims.reset()
    contract = Contract(sims, system, kind)
    with TemporaryDirectory() as folder, chdir(folder):  # runs keep journals in the working directory
        return _one_life(contract)


def _one_life(contract: Contract) -> list[str]:
    contract.prepare()
    contract.forget_log()
    made = contract.create()
    contract.create()
    live = contract.live()
    assert live is not None
    contract.kind.delete_impact(contract.run(), live)
    for change in (later(contract.kind), renamed(contract.kind)):
        if change is not None:
            made = contract.update(made, change)
    contract.delete(made)
    if other := OTHERS.get(contract.kind.name):
        _create_together(contract, {**example(contract.kind), **other})
    return _logged(contract.sims, contract.system)


def _create_together(contract: Contract, other: Definition) -> None:
    """Creates the example and another object at the same moment, as one run does."""
    contract.run()
    with patch.object(creations, "WINDOW_S", WINDOW_S), ThreadPoolExecutor(2) as pool:
        list(pool.map(contract.create_here, (example(contract.kind), other)))


def _logged(sims: RunningSimulators, system: str) -> list[str]:
    found = {request.operation for request in sims.control.log.select(system=system) if request.operation}
    return sorted(found)


def committed(system: str) -> Path:
    """The file of a provider."""
    api = installed_systems()[system].api
    assert api is not None
    return Path(str(files(api().package) / FILE))


def main() -> None:
    """Writes the file of every system, from simulators of its own; nobody waits."""
    with running() as sims, patch.dict(os.environ, sims.env()), patch.object(time, "sleep", lambda seconds: None):
        for system in installed_systems():
            path = committed(system)
            path.write_text(json.dumps(record(sims, system), indent=2) + "\n", encoding="utf-8")
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
