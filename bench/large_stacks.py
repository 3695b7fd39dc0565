"""How long Pulumi takes for many HubSpot properties, beside as many dynamic resources that do nothing.

`script/bench --count 200 --count 1000`. Both run on the same engine, with refresh as this project's Pulumi.yaml says,
so the ratio is what this project adds: imports, calls, checks. CPU is that of the CLI and all that it starts.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crm_simulators.server import running

from tests.end_to_end.small_stack import SmallStack, empty_project, properties
from tests.pulumi_project import Outcome, PulumiProject
from tests.real_cli import CLI

IDLE_PROVIDER = """\
from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, Resource, ResourceProvider


class Idle(ResourceProvider):
    serialize_as_secret_always = False

    def check(self, olds, news):
        return CheckResult(news, [])

    def diff(self, id, olds, news):
        return DiffResult(changes=False)

    def create(self, props):
        return CreateResult(props["name"], props)

    def read(self, id, props):
        return ReadResult(id, props)


class Property(Resource):
    def __init__(self, name, props):
        super().__init__(Idle(), name, props)
"""
IDLE_PROGRAM = """\
from idle import Property

for number in range({count}):
    name = f"field_{{number:04}}"
    label = name.replace("_", " ").capitalize()
    Property(f"contacts.{{name}}", {{"object": "contacts", "name": name, "label": label, "type": "number",
                                     "field_type": "number", "group_name": "revenue"}})
"""


@dataclass(frozen=True)
class Spent:
    """Seconds of one run, by the clock and by the processor."""

    wall_s: float
    cpu_s: float


def main() -> None:
    """Prints a table per count: ours, the same without doing anything, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, action="append", help="how many properties (default: 200 and 1,000)")
    with running() as crms, tempfile.TemporaryDirectory() as folder:
        template = empty_project(Path(folder, "template"), CLI)
        for count in parser.parse_args().count or (200, 1000):
            crms.reset()
            ours = SmallStack.made(template, Path(folder, f"ours_{count}"), crms)
            ours.hubspot(properties(count))
            idle = idle_project(Path(folder, f"idle_{count}"), count)
            print(f"\n{count:,} properties      ours: wall   cpu   idle: wall   cpu   ratio: wall   cpu")
            for name, one, two in zip(STEPS, spent(ours.project), spent(idle), strict=True):
                print(
                    f"{name:24}{one.wall_s:10.1f} {one.cpu_s:5.1f} {two.wall_s:12.1f} {two.cpu_s:5.1f}"
                    f" {one.wall_s / two.wall_s:13.2f} {one.cpu_s / two.cpu_s:5.2f}",
                    flush=True,
                )


def idle_project(folder: Path, count: int) -> PulumiProject:
    """A stack of as many resources with the same inputs, whose provider does nothing."""
    project = PulumiProject.of_program(folder, CLI, IDLE_PROGRAM.format(count=count))
    (project.stacks / "idle.py").write_text(IDLE_PROVIDER, encoding="utf-8")
    return project.init()


STEPS: dict[str, Callable[[PulumiProject], Outcome]] = {
    "preview": PulumiProject.preview,
    "up": PulumiProject.up,
    "second preview": lambda project: project.preview("--expect-no-changes"),
    "refresh": PulumiProject.refresh,
}


def spent(project: PulumiProject) -> Iterator[Spent]:
    """What each step takes. Raises AssertionError with all output when one fails."""
    for step in STEPS.values():
        wall, cpu = time.monotonic(), children_cpu_s()
        step(project).succeeded()
        yield Spent(time.monotonic() - wall, children_cpu_s() - cpu)


def children_cpu_s() -> float:
    """The processor's seconds of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
