"""How long Pulumi takes for many HubSpot properties, beside as many dynamic resources that do nothing.

`script/bench --count 200 --count 1000`. Both run on the same engine, with refresh as this project's Pulumi.yaml says,
so the ratio is what this project adds: imports, calls, checks. CPU is that of the CLI and all that it starts; the
simulators run in this process and are not counted. Then `revops apply` beside our plain `up`, and a preview with the
rules beside one with a pack whose one rule does nothing. With `--rounds 3` what can be repeated is run three times,
ours and the other in turn, and the least of each counts: what other work on the machine adds is not ours.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from crm_simulators.server import RunningSimulators, running

from tests.end_to_end.revops_command import revops
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
EMPTY_PACK = """\
from pulumi_policy import PolicyPack, ResourceValidationPolicy

PolicyPack("empty", policies=[ResourceValidationPolicy("nothing", "Nothing.", lambda args, report: None)])
"""
TIMEOUT_S = 1800


@dataclass(frozen=True)
class Spent:
    """Seconds of one run, by the clock and by the processor."""

    wall_s: float
    cpu_s: float

    def beside(self, other: Spent) -> str:
        """Both, and the ratios."""
        return (
            f"{self.wall_s:10.1f} {self.cpu_s:5.1f} {other.wall_s:12.1f} {other.cpu_s:5.1f}"
            f" {self.wall_s / other.wall_s:13.2f} {self.cpu_s / other.cpu_s:5.2f}"
        )


def main() -> None:
    """Prints a table per count: ours, the same without doing anything, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, action="append", help="how many properties (default: 200 and 1,000)")
    parser.add_argument("--rounds", type=int, default=1, help="how often each step is run that can be repeated")
    chosen = parser.parse_args()
    with running() as crms, tempfile.TemporaryDirectory() as folder:
        template = empty_project(Path(folder, "template"), CLI)
        for count in chosen.count or (200, 1000):
            crms.reset()
            ours = small_stack(template, Path(folder, f"ours_{count}"), crms, count)
            idle = idle_project(Path(folder, f"idle_{count}"), count)
            print(f"\n{count:,} properties      ours: wall   cpu   idle: wall   cpu   ratio: wall   cpu")
            plain = Spent(1, 1)
            for name, step in STEPS.items():
                rounds = 1 if name == "up" else chosen.rounds
                one, two = compared(partial(_succeeded, step, ours.project), partial(_succeeded, step, idle), rounds)
                print(f"{name:24}{one.beside(two)}", flush=True)
                plain = one if name == "up" else plain
            with_rules, with_none = partial(with_pack, ours, None), partial(with_pack, ours, EMPTY_PACK)
            rules, none = compared(with_rules, with_none, chosen.rounds)
            print(f"{'rules, one idle rule':24}{rules.beside(none)}", flush=True)
            crms.reset()
            applied = small_stack(template, Path(folder, f"applied_{count}"), crms, count)
            shutil.rmtree(applied.project.policies)
            print(f"{'revops apply, up':24}{measured(planned(applied)).beside(plain)}", flush=True)


def small_stack(template: PulumiProject, folder: Path, crms: RunningSimulators, count: int) -> SmallStack:
    """Our own project with as many properties, with nothing applied yet."""
    stack = SmallStack.made(template, folder, crms)
    stack.project.timeout_s = TIMEOUT_S
    stack.hubspot(properties(count))
    return stack


def with_pack(stack: SmallStack, text: str | None) -> None:
    """A preview with the stack's own pack, or with the one whose program is `text`."""
    program = stack.project.policies / "__main__.py"
    own = program.read_text()
    program.write_text(text or own)
    stack.project.preview("--policy-pack", str(stack.project.policies)).succeeded()
    program.write_text(own)


def planned(stack: SmallStack) -> Callable[[], None]:
    """Plans, and returns what applies the plan."""
    plan = json.loads(revops(stack, "plan", "--json", timeout_s=TIMEOUT_S).stdout)

    def apply() -> None:
        arguments = ("apply", plan["folder"], "--checksum", plan["checksum"])
        done = revops(stack, *arguments, timeout_s=TIMEOUT_S)
        assert done.returncode == 0, done.stdout + done.stderr

    return apply


def idle_project(folder: Path, count: int) -> PulumiProject:
    """A stack of as many resources with the same inputs, whose provider does nothing."""
    project = PulumiProject.of_program(folder, CLI, IDLE_PROGRAM.format(count=count))
    (project.stacks / "idle.py").write_text(IDLE_PROVIDER, encoding="utf-8")
    project.timeout_s = TIMEOUT_S
    return project.init()


STEPS: dict[str, Callable[[PulumiProject], Outcome]] = {
    "preview": PulumiProject.preview,
    "up": PulumiProject.up,
    "second preview": lambda project: project.preview("--expect-no-changes"),
    "refresh": PulumiProject.refresh,
}


def compared(one: Callable[[], object], two: Callable[[], object], rounds: int) -> tuple[Spent, Spent]:
    """The least that each takes of so many runs, in turn."""
    pairs = [(measured(one), measured(two)) for _ in range(rounds)]
    return least(pair[0] for pair in pairs), least(pair[1] for pair in pairs)


def least(runs: Iterable[Spent]) -> Spent:
    """The least by the clock and by the processor, be it of different runs."""
    found = list(runs)
    return Spent(min(one.wall_s for one in found), min(one.cpu_s for one in found))


def _succeeded(step: Callable[[PulumiProject], Outcome], project: PulumiProject) -> None:
    step(project).succeeded()


def measured(run: Callable[[], object]) -> Spent:
    """What a run takes."""
    wall, cpu = time.monotonic(), children_cpu_s()
    run()
    return Spent(time.monotonic() - wall, children_cpu_s() - cpu)


def children_cpu_s() -> float:
    """The processor's seconds of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
