"""Folders of Salesforce source deployed to simulated orgs: how many components of each type are taken, and what is not.

`python -m bench.deployments DIR ...`, one folder such as `force-app` each, every one to an empty org of its own.
`--per-type 60` judges so many components of each type only, drawn by `--seed` from as many folders as possible; each
is deployed beside all that its folder holds. Users whom the source names exist first, since no deployment makes them.

A component lacks something when it names what its folder does not hold, or what was refused for such a reason: a field
that was left behind, values of a standard picklist. Its own org would take it, any other refuses it.
"""

from __future__ import annotations

import argparse
import random
import re
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
EDITION = "Unlimited Edition"
TAKEN, LACKS, REFUSED = "taken", "lack something", "refused"
MISSING = re.compile(
    r"no (?P<kind>\w+) named (?P<name>.+) found|Field (?P<field>\S+) does not exist"
    r"|no Flow version \d+ (?P<version>found)"
    r'|[Tt]he field "(?P<flow_field>[^"]+)"|[Tt]he object "(?P<object>\w+)" can\'t|alert (?P<alert>\S+) doesn\'t'
    r"|invalid report type: (?P<report_type>\S+?)(?:__c)?$|Invalid value specified: (?P<column>\S+)"
    r"|Picklist value: (?P<value>.+?)(?: in picklist: \S+)? not found|Cannot find folder:(?P<folder>\S+)"
)
"""What a refusal says that is not there [K: texts of the simulated org]."""
FIELDS = frozenset({"field", "flow_field", "object"})
PLATFORM = frozenset({"CustomObject", "CustomField", "ObjectRelationship", "StandardValueSet"})
"""Types of which the platform has components of its own, which every org has: their names carry no suffix."""


class Outcome(NamedTuple):
    """One component of a folder, and the answer of the org that refused it, or None."""

    folder: Path
    type_name: str
    full_name: str
    problem: str | None
    cause: str


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
        print(f"{folder}: {_counts(found)}", flush=True)
    judged = outcomes if options.per_type is None else list(_drawn(outcomes, options.per_type, options.seed))
    print("\n".join(_report(judged)))


def deployed(folder: Path) -> Iterator[Outcome]:
    """Deploys all that lies below a folder to an empty org."""
    control = Control()
    simulator = create_simulator(control)
    control.switches.set("salesforce.newest_version", NEWEST)
    simulator.org.organization["OrganizationType"] = EDITION
    try:
        package = read_source(folder)
    except PackageError as error:
        yield Outcome(folder, "Package", folder.name, str(error), REFUSED)
        return
    for username in usernames(package):
        simulator.add_user(username)
    messages = deployment.run(simulator.org, package, {**DEFAULTS, "rollbackOnError": False})
    taken = {name.lower() for each in messages if each["success"] for name in _names(each["fullName"])}
    for each in messages:
        if each["componentType"]:
            problem = each.get("problem")
            yield Outcome(folder, each["componentType"], each["fullName"], problem, _cause(problem, taken))


def _names(full_name: str) -> tuple[str, str]:
    """A component's full name, and its own without its object or folder."""
    return full_name, re.split(r"[./]", full_name)[-1]


def _cause(problem: str | None, taken: set[str]) -> str:
    if problem is None:
        return TAKEN
    match = MISSING.search(problem)
    if match is None:
        return REFUSED
    if match["value"] is not None or match["version"] is not None:
        return LACKS  # no value is in the list of its picklist [K: the org compares them]
    group, name = next((group, text) for group, text in match.groupdict().items() if text and group != "kind")
    own = re.sub(r"__r$", "__c", _names(name)[1]).lower()
    of_platform = group in FIELDS if match["kind"] is None else match["kind"] in PLATFORM
    custom = "__" in own or name.count(".") > 1 or not of_platform
    known = name.lower() in taken or (match["field"] is not None and own in taken)
    return LACKS if custom and not known else REFUSED


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
    by_type: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        by_type[one.type_name].append(one)
        if one.problem is not None:
            yield f"{one.cause}: {one.folder} {one.type_name} {one.full_name}: {one.problem}"
    for name, found in sorted(by_type.items()):
        yield f"{name}: {_counts(found)}"
    yield f"all: {_counts([one for found in by_type.values() for one in found])}"


def _counts(outcomes: Sequence[Outcome]) -> str:
    counted = Counter(one.cause for one in outcomes)
    return f"{counted[TAKEN]:,} of {len(outcomes):,} taken, {counted[LACKS]:,} {LACKS}, {counted[REFUSED]:,} {REFUSED}"


if __name__ == "__main__":
    main()
