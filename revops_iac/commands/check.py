"""`revops check`: the model and the rules of the policy pack, without Pulumi and without any account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from revops_iac.compile import Planned, input_warnings, warnings
from revops_iac.diagnostics import Diagnostic, ModelPath, Severity, ordered, plural, render, to_json
from revops_iac.model import TOPICS, Model
from revops_iac.source.load import Loaded
from revops_iac.stack_context import StackContext
from revops_iac.whole_model import read_whole


@dataclass(frozen=True)
class Outcome:
    """What a check of one stack found: violations of rules, other notes, and what was looked at."""

    stack: str
    violations: tuple[Diagnostic, ...]
    files: int
    resources: int
    rules: int
    notes: tuple[Diagnostic, ...] = ()

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything to say."""
        return (*self.violations, *self.notes)

    @property
    def mandatory(self) -> int:
        """How many violations stop a plan."""
        return sum(one.severity is Severity.ERROR for one in self.violations)

    @property
    def advisory(self) -> int:
        """How many violations only warn."""
        return len(self.violations) - self.mandatory

    def render(self) -> str:
        """Every diagnostic, then one line that says what was checked."""
        looked_at = (plural(self.files, "file"), plural(self.resources, "resource"), plural(self.rules, "rule"))
        found = f"{plural(self.mandatory, 'violation')}, {self.advisory} advisory"
        checked = f"{self.stack}: {', '.join(looked_at)}; {found}; nothing was changed."
        return "\n".join([*(render(one) for one in self.diagnostics), checked])

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        counts = {"files": self.files, "resources": self.resources, "rules": self.rules}
        broken = {"mandatory": self.mandatory, "advisory": self.advisory}
        return {"stack": self.stack, **counts, **broken, "diagnostics": to_json(self.diagnostics)}


def check_stack(folder: Path, stack: str, policies: Path) -> Outcome:
    """Loads, compiles and judges the model as a stack sees it. Raises DiagnosticsError when it does not load."""
    from revops_policies.book import judge, settings
    from revops_policies.pack import CONFIG_FILE, read_config
    from revops_policies.subject import from_model

    context = StackContext.load(folder, stack)
    chosen = settings(read_config(policies / CONFIG_FILE))

    def judged(loaded: Loaded, planned: Sequence[Planned]) -> Iterator[tuple[Diagnostic, set[str]]]:
        for name, setting in chosen.items():
            if setting.level != "disabled":
                model = _ReadTopics(loaded.model)
                subject = replace(from_model(loaded, planned), model=cast(Any, model))
                yield from ((one, model.topics) for one in judge(name, setting, subject))

    loaded, planned = read_whole(context, judged)
    broken = [one for one, _ in judged(loaded, planned)]
    filled = [
        Diagnostic(key, "is filled from the product marketing context", severity=Severity.NOTE, location=position)
        for key, position in loaded.filled.items()
    ]
    violations = ordered(_placed(one, loaded) for one in broken)
    notes = (*warnings(loaded, context.settings), *input_warnings(planned, loaded), *filled)
    return Outcome(stack, tuple(violations), len(loaded.files), len(planned), len(chosen), notes)


class _ReadTopics:
    """A model that notes which of its topics are read."""

    def __init__(self, model: Model) -> None:
        self.model, self.topics = model, set[str]()

    def __getattr__(self, name: str) -> Any:
        if name in TOPICS:
            self.topics.add(name)
        return getattr(self.model, name)


def _placed(diagnostic: Diagnostic, loaded: Loaded) -> Diagnostic:
    at = diagnostic.location
    return diagnostic.at(loaded.position_of(at.keys)) if isinstance(at, ModelPath) else diagnostic
