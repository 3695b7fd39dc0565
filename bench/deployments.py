"""Folders of Salesforce source deployed to simulated orgs: how many components of each type are taken, and what is not.

`python -m bench.deployments DIR ...`, one folder such as `force-app` each, every one to an empty org of its own.
`--per-type 60` judges so many components of each type only, drawn by `--seed` from as many folders as possible; each
is deployed beside all that its folder holds. Users whom the source names exist first, since no deployment makes them.

A component lacks something when it names what its folder does not hold, or what was refused for such a reason: a field
that was left behind, values of a standard picklist. Its own org would take it, any other refuses it, so it counts for
nothing: the draw goes on until so many components have all that they name, or the folders hold no more.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from crm_simulators.control import Control
from crm_simulators.salesforce.metadata import deployment
from crm_simulators.salesforce.metadata.deploy import DEFAULTS
from crm_simulators.salesforce.metadata.package import Package, PackageError
from crm_simulators.salesforce.simulator import create_simulator
from vendor_facts import table

from bench.source_packages import read_source, usernames

NEWEST = 67
EDITION = "Unlimited Edition"
TAKEN, LACKS, REFUSED = "taken", "lack something", "refused"
MISSING = (
    (r"no (?P<type>\w+) named (?P<name>.+) found", ""),
    (r"Field (?P<name>\S+) does not exist", "path"),
    (r'[Tt]he field "(?P<field>[^"]+)" for the object "(?P<object>[^"]+)"', "CustomField"),
    (r'[Tt]he object "(?P<name>[^"]+)" can\'t', "CustomObject"),
    (r"alert (?P<name>\S+) doesn't", "WorkflowAlert"),
    (r"invalid report type: (?P<name>\S+?)(?:__c)?$", "ReportType"),
    (r"Invalid value specified: (?P<name>\S+)", "column"),
    (r"Cannot find folder:(?P<name>.+)$", "folder"),
    (r"Invalid sortOrder", "order"),
    (r"Picklist value: (?P<value>.+?)(?: in picklist: (?P<list>\S+))? not found", "value"),
    (r"no (?P<value>Flow version \d+) found", "value"),
)
"""What a refusal says that is not there, and its type [K: texts of the simulated org]."""
PLATFORM = frozenset({"CustomObject", "CustomField", "ObjectRelationship", "StandardValueSet"})
"""Types of which the platform has components of its own, which every org has: their names carry no suffix."""
LEADS_TO = {"Owner": "User", "CreatedBy": "User", "LastModifiedBy": "User", "Manager": "User", "ReportsTo": "Contact"}
"""Objects that standard relationships of another name lead to."""
NAMED_BY = {"Label": "CustomLabel", "Permission": "CustomPermission"}
"""Components that formulas name by a global variable."""
VALUE_SETS = {
    (row["object"], row["name"]): row["value_set"]
    for name in ("standard_fields", "more_standard_fields")
    for row in table(f"salesforce/{name}")
    if row["value_set"]
}
"""The standard list of values of each standard field."""
OF_PERSONS = re.compile(r"^PersonAccount\.")
"""Person accounts have the fields of accounts."""


class Outcome(NamedTuple):
    """One component of a folder, the answer of the org where it was refused, and what it names and does not find."""

    folder: Path
    type_name: str
    full_name: str
    problem: str | None
    lacks: str | None = None

    @property
    def cause(self) -> str:
        """Why it is there or not."""
        if self.problem is None:
            return TAKEN
        return REFUSED if self.lacks is None else LACKS


class Source:
    """What a folder holds, and what became of each: problems by type and full name, in lower case."""

    def __init__(self, package: Package, problems: Mapping[tuple[str, str], str | None]) -> None:
        self.problems = problems
        self.own = {(kind, _own(name)) for kind, name in problems}
        self.bodies = {(one.type_name, one.full_name.lower()): one.body or {} for one in package.saves}

    def lacks(self, type_name: str, full_name: str, problem: str, seen: frozenset[Any] = frozenset()) -> str | None:
        """What the component, or what it names and was refused too, does not find; None where all of it is there."""
        found = next((each for each in self._missing(type_name, full_name, problem)), None)
        if found is None or found in seen:
            return None
        kind, name = found
        if kind == "FlowDefinition" and found == (type_name, full_name):
            kind = "Flow"
        if kind == "value":
            return self._value(type_name, full_name, name)
        key = (kind, OF_PERSONS.sub("Account.", name).lower())
        if self._holds(key):
            answer = self.problems.get(key)
            return self.lacks(kind, name, answer, seen | {found}) if answer else None
        is_platforms = kind in PLATFORM and "__" not in _own(name)
        return None if is_platforms else f"{kind} {name}"

    def _value(self, type_name: str, full_name: str, said: str) -> str | None:
        """A value of a list that the folder holds is there if the list has it."""
        value, _, of = said.rpartition(" of ")
        owner = full_name.partition(".")[0]
        named = VALUE_SETS.get((owner, of)) or of
        keys = (("StandardValueSet", named.lower()), ("CustomField", f"{owner}.{of}".lower()))
        lists = [self.bodies[key] for key in keys if key in self.bodies]
        return None if any(value in _full_names(one) for one in lists) else f"value {said}"

    def _holds(self, key: tuple[str, str]) -> bool:
        kind, name = key
        return key in self.problems or (kind in {"EmailTemplate", "column"} and (kind, _own(name)) in self.own)

    def _missing(self, type_name: str, full_name: str, problem: str) -> Iterator[tuple[str, str]]:
        owner = re.split(r"[.-]", full_name)[0]
        for pattern, kind in MISSING:
            match = re.search(pattern, problem)
            if match is None:
                continue
            said = match.groupdict()
            if kind == "value":
                yield kind, f"{said['value']} of {said.get('list')}"
            elif "field" in said:
                yield self._at(str(said["object"]), said["field"])
            elif kind == "path":
                yield self._at(owner, said["name"])
            elif kind == "column":
                yield from (("CustomField", one) for one in self._columns(said["name"]))
            elif kind == "folder":
                yield f"{type_name.removesuffix('Folder')}Folder", said["name"]
            elif kind == "order":  # the rule before it was refused
                yield from (one for one in self._refused(type_name, owner) if one[1] != full_name.lower())
            elif said.get("type") == "Picklist":
                yield self._picklist(owner, said["name"])
            else:
                yield said.get("type") or kind, re.sub("__r$", "__c", said["name"])

    def _refused(self, type_name: str, owner: str) -> Iterator[tuple[str, str]]:
        found = ((kind, name) for (kind, name), problem in self.problems.items() if problem and kind == type_name)
        return ((kind, name) for kind, name in found if name.startswith(f"{owner.lower()}."))

    def _picklist(self, owner: str, name: str) -> tuple[str, str]:
        is_field = "__" in name or ("CustomField", f"{owner}.{name}".lower()) in self.problems
        return ("CustomField", f"{owner}.{name}") if is_field else ("GlobalValueSet", name)

    def _columns(self, name: str) -> Iterator[str]:
        """A report names a field by its path from the report type; its own name is all that is sure."""
        own = name.rpartition(".")[2].rpartition("$")[2]
        holders = [full for kind, full in self.problems if kind == "CustomField" and _own(full) == own.lower()]
        yield next((one for one in holders if self.problems["CustomField", one]), f"{name.partition('$')[0]}.{own}")

    def _at(self, sobject: str, path: str) -> tuple[str, str]:
        """The field at the end of a path of relationships, or the lookup on it that is not there."""
        *relationships, last = path.lstrip("$").split(".")
        if path.startswith("$") and relationships[0] in NAMED_BY:
            return NAMED_BY[relationships[0]], last
        for one in relationships:
            before, _, named = one.partition(":")
            lookup = f"{sobject}.{re.sub('__r$', '__c', before)}"
            if named or not before.endswith("__r"):
                sobject = named or LEADS_TO.get(before, sobject if before == "Parent" else before)
                continue
            body = self.bodies.get(("CustomField", lookup.lower()), {})
            if self.problems.get(("CustomField", lookup.lower()), "none") or "referenceTo" not in body:
                return "CustomField", lookup
            sobject = str(body["referenceTo"])
        return "CustomField", f"{sobject}.{re.sub('__r$', '__c', last)}"


def _own(full_name: str) -> str:
    """The name of a component without its object or folder, in lower case."""
    return re.split(r"[./]", full_name)[-1].lower()


def _full_names(body: Any) -> Iterator[str]:
    """The values of a list."""
    for key, part in body.items() if isinstance(body, dict) else enumerate(body):
        if key == "fullName":
            yield str(part)
        elif isinstance(part, dict | list):
            yield from _full_names(part)


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
    judged = outcomes if options.per_type is None else list(drawn(outcomes, options.per_type, options.seed))
    print("\n".join(report(judged)))


def deployed(folder: Path) -> Iterator[Outcome]:
    """Deploys all that lies below a folder to an empty org."""
    control = Control()
    simulator = create_simulator(control)
    control.switches.set("salesforce.newest_version", NEWEST)
    simulator.org.organization["OrganizationType"] = EDITION
    try:
        package = read_source(folder)
    except PackageError as error:
        yield Outcome(folder, "Package", folder.name, str(error))
        return
    for username in usernames(package):
        simulator.add_user(username)
    messages = deployment.run(simulator.org, package, {**DEFAULTS, "rollbackOnError": False})
    messages = [each for each in messages if each["componentType"]]
    problems = {(each["componentType"], each["fullName"].lower()): each.get("problem") for each in messages}
    source = Source(package, problems)
    for each in messages:
        type_name, full_name, problem = each["componentType"], each["fullName"], each.get("problem")
        lacks = source.lacks(type_name, full_name, problem) if problem else None
        yield Outcome(folder, type_name, full_name, problem, lacks)


def drawn(outcomes: Sequence[Outcome], number: int, seed: int) -> Iterator[Outcome]:
    """Components of each type, of each folder in turn, until so many have all that they name."""
    draw = random.Random(seed)
    by_type: dict[str, dict[Path, list[Outcome]]] = defaultdict(lambda: defaultdict(list))
    for one in outcomes:
        by_type[one.type_name][one.folder].append(one)
    for folders in by_type.values():
        for found in folders.values():
            draw.shuffle(found)
        left, judged = [*folders.values()], 0
        while left and judged < number:
            for found in left:
                if judged < number:
                    one = found.pop()
                    judged += one.cause != LACKS
                    yield one
            left = [found for found in left if found]


def report(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Each refusal, and the counts of each type."""
    by_type: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        by_type[one.type_name].append(one)
        if one.problem is not None:
            lacks = f" ({one.lacks})" if one.lacks else ""
            yield f"{one.cause}: {one.folder} {one.type_name} {one.full_name}: {one.problem}{lacks}"
    for name, found in sorted(by_type.items()):
        yield f"{name}: {_counts(found)}"
    yield f"all: {_counts([one for found in by_type.values() for one in found])}"


def _counts(outcomes: Sequence[Outcome]) -> str:
    counted = Counter(one.cause for one in outcomes)
    judged = counted[TAKEN] + counted[REFUSED]
    return f"{counted[TAKEN]:,} of {judged:,} taken, {counted[REFUSED]:,} {REFUSED}; {counted[LACKS]:,} more {LACKS}"


if __name__ == "__main__":
    main()
