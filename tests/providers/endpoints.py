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
from revops_iac.provider.api.calls import FILE
from revops_iac.provider.kind import Definition, Kind
from revops_iac.systems import installed_systems
from tests.providers.contract import Contract, example, forms, later, renamed
from tests.providers.creation_groups import group_of

ROOT = Path(__file__).resolve().parents[2]
DOCTOR = "revops doctor"
OTHERS: Mapping[str, Definition] = {"Property": {"name": "discount_granted"}}
"""What makes another object of the example of a kind whose objects are created in one call when they come together."""


def record(sims: RunningSimulators, system: str) -> dict[str, list[str]]:
    """The operations of every kind of a system, and of the doctor on the reference model."""
    kinds = installed_systems()[system].kinds.values()
    login = _login(sims, system, next(iter(kinds)))
    calls = {
        kind.name: sorted(login.union(*(_operations(sims, system, form) for form in forms(kind)))) for kind in kinds
    }
    sims.reset()
    examine_stack(ROOT / "stacks", "dev", system)
    return {**calls, DOCTOR: _logged(sims, system)}


def _login(sims: RunningSimulators, system: str, kind: Kind[Any, Any]) -> set[str]:
    """What every process calls first, whatever it manages. Kinds share one login here: it takes the most time."""
    sims.reset()
    Contract(sims, system, kind).run().open()
    return set(_logged(sims, system))


def _operations(sims: RunningSimulators, system: str, kind: Kind[Any, Any]) -> list[str]:
    """What the example calls while it is created, read, adopted, counted, changed, renamed and deleted."""
    sims.reset()
    contract = Contract(sims, system, kind, logs_in_once=True)
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
    properties = contract.run().client.properties
    with group_of(2, properties._creations), ThreadPoolExecutor(2) as pool:
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
