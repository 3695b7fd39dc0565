"""Folders of Salesforce source deployed to simulated orgs: how many components of each type are taken, and what is not.

`python -m bench.deployments DIR ...`, one folder such as `force-app` each, every one to an empty org of its own.
`--per-type 60` judges so many components of each type only, drawn by `--seed` from as many folders as possible; each
is deployed beside all that its folder holds. Users whom the source names exist first, since no deployment makes them.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from crm_simulators.control import Control
from crm_simulators.salesforce.metadata import deployment
from crm_simulators.salesforce.metadata.deploy import DEFAULTS
from crm_simulators.salesforce.metadata.package import PackageError
from crm_simulators.salesforce.simulator import create_simulator

from bench.source_packages import read_source, usernames

NEWEST = 67


class Outcome(NamedTuple):
    """One component of a folder, and the answer of the org that refused it, or None."""

    folder: Path
    type_name: str
    full_name: str
    problem: str | None


def main() -> None:
    """Prints what each org refuses, and how many components of each type it takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--per-type", type=int, help="components of each type that are judged (default: all)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    outcomes: list[Outcome] = []
    for folder in options.folders:
        found = list(deployed(folder))
        outcomes += found
        refused = sum(one.problem is not None for one in found)
        print(f"{folder}: {len(found) - refused:,} of {len(found):,} taken, {refused:,} refused", flush=True)
    judged = outcomes if options.per_type is None else list(_drawn(outcomes, options.per_type, options.seed))
    print("\n".join(_report(judged)))


def deployed(folder: Path) -> Iterator[Outcome]:
    """Deploys all that lies below a folder to an empty org."""
    control = Control()
    simulator = create_simulator(control)
    control.switches.set("salesforce.newest_version", NEWEST)
    try:
        package = read_source(folder)
    except PackageError as error:
        yield Outcome(folder, "Package", folder.name, str(error))
        return
    for username in usernames(package):
        simulator.add_user(username)
    for message in deployment.run(simulator.org, package, {**DEFAULTS, "rollbackOnError": False}):
        if message["componentType"]:
            yield Outcome(folder, message["componentType"], message["fullName"], message.get("problem"))


def _drawn(outcomes: Sequence[Outcome], number: int, seed: int) -> Iterator[Outcome]:
    """Components of each type, of each folder in turn."""
    draw = random.Random(seed)
    by_type: dict[str, dict[Path, list[Outcome]]] = defaultdict(lambda: defaultdict(list))
    for one in outcomes:
        by_type[one.type_name][one.folder].append(one)
    for folders in by_type.values():
        for found in folders.values():
            draw.shuffle(found)
        left, drawn = [*folders.values()], 0
        while left and drawn < number:
            for found in left[: number - drawn]:
                yield found.pop()
                drawn += 1
            left = [found for found in left if found]


def _report(outcomes: Iterable[Outcome]) -> Iterator[str]:
    total, taken = Counter[str](), Counter[str]()
    for one in outcomes:
        total[one.type_name] += 1
        taken[one.type_name] += one.problem is None
        if one.problem is not None:
            yield f"refused: {one.folder} {one.type_name} {one.full_name}: {one.problem}"
    for name, number in sorted(total.items()):
        yield f"{name}: {taken[name]:,} of {number:,} taken ({taken[name] / number:.1%})"
    yield f"all: {taken.total():,} of {total.total():,} taken, {total.total() - taken.total():,} refused"


if __name__ == "__main__":
    main()
