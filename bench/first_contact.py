"""First contact with a large foreign account, as one afternoon: adopt it, plan it, find what people edit.

`python -m bench.first_contact` seeds both simulators with the account of `bench.foreign_account` and runs the commands
that people run, with the real Pulumi CLI: `revops adopt --yes` within two minutes, `pulumi preview` without a change,
both without a write; then 200 random edits out of band, which `revops drift` must find, each in its class, and none
that nobody did. It exits with 1 where one of these does not hold. CPU is that of the commands and all that they start.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from crm_simulators.server import running

from bench.foreign_account import ORG_OBJECTS, PORTAL_OBJECTS, Size, fill
from bench.large_stacks import children_cpu_s
from revops_iac.adoption.drift import Change
from tests.end_to_end.revops_command import revops
from tests.end_to_end.small_stack import SmallStack, empty_project
from tests.providers.out_of_band import Editable, Expected, People, do_some
from tests.real_cli import CLI

T = TypeVar("T")
ADOPTED_WITHIN_S = 120.0
TIMEOUT_S = 900.0
MODEL = """
context:
  systems: {managed: [hubspot, salesforce], source_of_truth: salesforce}
"""


def main() -> None:
    """Prints what each step took and found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", type=float, default=1.0, help="how much of the account is seeded (default: all)")
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--seed", type=int, default=12)
    options = parser.parse_args()
    with running() as crms, tempfile.TemporaryDirectory() as folder:
        stack = SmallStack.made(empty_project(Path(folder, "template"), CLI), Path(folder, "stack"), crms)
        stack.configure("hubspot", "salesforce")
        stack.write(MODEL)
        size = Size().times(options.part)
        fill(crms, size)
        os.environ.update(crms.env())  # people edit both accounts from this process
        failed = [what for what in _steps(stack, size, options.edits, options.seed) if what]
    for what in failed:
        print(f"FAILED: {what}")
    sys.exit(1 if failed else 0)


def _steps(stack: SmallStack, size: Size, number: int, seed: int) -> Iterator[str]:
    """Runs the afternoon; yields what does not hold, and empty texts."""
    print(f"both accounts: {size.total:,} objects", flush=True)
    wall, (code, shown) = _timed("revops adopt --yes", lambda: _revops(stack, "adopt", "--yes"))
    print("  " + "\n  ".join(shown.splitlines()[-2:]), flush=True)
    yield f"adopt exits with {code}: {shown[-2000:]}" if code else ""
    yield f"adopt took {wall:.0f} s" if wall > ADOPTED_WITHIN_S else ""
    _, outcome = _timed("pulumi preview --expect-no-changes", lambda: stack.project.preview("--expect-no-changes"))
    print("  " + outcome.output.strip().splitlines()[-1].strip(), flush=True)
    yield "the preview is not empty" if outcome.exit_code else ""
    _, (code, _) = _timed("revops drift, nothing edited", lambda: _revops(stack, "drift", "--json"))
    yield f"drift exits with {code} before anything was edited" if code else ""
    yield f"{len(stack.writes())} write calls" if stack.writes() else ""
    expected = do_some(People(stack.crms), editable(size), number, seed)
    stack.crms.control.log.clear()
    _, (code, shown) = _timed(f"revops drift, {len(expected)} edits", lambda: _revops(stack, "drift", "--json"))
    yield from _compared(expected, shown)
    yield f"drift exits with {code}" if code != 4 else ""
    yield f"{len(stack.writes())} write calls of drift" if stack.writes() else ""


def editable(size: Size) -> Editable:
    """What nothing else of the account names."""
    properties = [f"{object_}.old_{at}" for at, object_ in _placed(8, size.properties, [*PORTAL_OBJECTS])]
    fields = [f"{object_}.Old_{at}__c" for at, object_ in _placed(len(ORG_OBJECTS), size.fields, [*ORG_OBJECTS])]
    rules = {f"{object_}.Old_Rule_{at}": at % 4 != 0 for at, object_ in _placed(0, size.validation_rules, ORG_OBJECTS)}
    flows = [f"Old_Flow_{at}" for at in range(size.flows) if at % 3]
    pipelines = [f"{object_}.pipeline_{at}" for at, object_ in _placed(0, size.pipelines, ("deals", "tickets"))]
    queues = [f"Old_Queue_{at}" for at in range(size.queues) if at % 3]
    return Editable(properties, fields, rules, flows, pipelines, queues, named_lists=("1",))


def _placed(first: int, end: int, objects: Sequence[str]) -> Iterator[tuple[int, str]]:
    yield from ((at, objects[at % len(objects)]) for at in range(first, end))


def _compared(expected: set[Expected], shown: str) -> Iterator[str]:
    accounts = json.loads(shown)["accounts"]
    found = {
        (one["kind"], one["name"], Change[one["change"].upper()])
        for account in accounts
        for one in account["findings"]
        if Change[one["change"].upper()].is_drift
    }
    print(f"  {len(found & expected)} of {len(expected)} found in their class, {len(found - expected)} invented")
    counts = Counter((kind, str(change)) for kind, _, change in found)
    print(
        "\n".join(f"    {number:4} {kind}: {change}" for (kind, change), number in sorted(counts.items())), flush=True
    )
    yield f"not found: {sorted(expected - found)}" if expected - found else ""
    yield f"invented: {sorted(found - expected)}" if found - expected else ""
    yield f"not read: {[one['not_read'] for one in accounts]}" if any(one["not_read"] for one in accounts) else ""


def _revops(stack: SmallStack, *arguments: str) -> tuple[int, str]:
    ended = revops(stack, *arguments, timeout_s=TIMEOUT_S)
    return ended.returncode, ended.stdout or ended.stderr


def _timed(what: str, run: Callable[[], T]) -> tuple[float, T]:
    wall, cpu = time.monotonic(), children_cpu_s()
    done = run()
    spent = time.monotonic() - wall
    print(f"{what}: {spent:.0f} s, {children_cpu_s() - cpu:.0f} s of CPU", flush=True)
    return spent, done


if __name__ == "__main__":
    main()
