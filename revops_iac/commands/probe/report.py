"""What a run of probes shows: a line per probe, what is left behind, how many were decided, and the exit code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from revops_iac.commands.probe.run import STOPPED, Outcome, Probed


def left_behind(probed: Sequence[Probed]) -> list[str]:
    """What could not be taken away, with the reason."""
    return [f"{one.label}: {what}" for one in probed for result in one.results for what in result.left]


def table(probed: Sequence[Probed], file: Path | None = None) -> str:
    """A line per probe and account, what is left behind, and how many were decided."""
    lines = [line for one in probed for line in _lines(one)]
    left = left_behind(probed)
    others = [result.probe for one in probed for result in one.results if result.contradicts]
    lines += [f"the simulator behaves differently ({_shown(p.simulated)}): {p.id}; please report it" for p in others]
    lines += [f"still there, delete it manually: {what}" for what in left]
    results = [result for one in probed for result in one.results]
    counts = ", ".join(f"{sum(r.outcome is outcome for r in results)} {outcome}" for outcome in Outcome)
    where = f"; {file} sets {sum(r.sets for r in results)} switches" if file else ""
    clean = f"{len(left)} left behind" if left else "nothing was left behind"
    return "\n".join([*lines, f"{counts}; {clean}{where}."])


def _lines(probed: Probed) -> Iterator[str]:
    yield f"{probed.label}  {probed.account_type}".rstrip()
    width = max((len(result.probe.id) for result in probed.results), default=0)
    for result in probed.results:
        value = f"{_shown(result.value)}: " if result.outcome is Outcome.DECIDED else ""
        yield f"  {result.outcome:<11}  {result.probe.id:<{width}}  {value}{result.observed}"
    for name, reason in probed.unprobed.items():
        yield f"  {'no probe':<11}  {name:<{width}}  {reason}"
    yield ""


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def exit_code(probed: Sequence[Probed]) -> int:
    """3 when a probe has a bug, 2 when an account keeps something or stopped answering, 1 when the run was stopped."""
    results = [result for one in probed for result in one.results]
    if any(result.outcome is Outcome.FAILED for result in results):
        return 3
    if any(result.left for result in results):
        return 2
    if any(result.observed == STOPPED for result in results):
        return 1
    return 2 if any(result.outcome is Outcome.NOT_RUN for result in results) else 0
