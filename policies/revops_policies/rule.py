"""What a rule is: one file in `rules/`, whose name is the rule's id, holding one `Rule` called `RULE`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from revops_iac.diagnostics import Diagnostic, InputPath, ModelPath
from revops_policies.subject import Resource, Subject

RuleSeverity = Literal["low", "medium", "high", "critical"]
Level = Literal["advisory", "mandatory", "disabled"]
Parameters = Mapping[str, Any]
Violations = Iterator[Diagnostic]
"""What a check finds: `broken` and `broken_by` make them."""
Check = Callable[[Subject, Parameters], Iterable[Diagnostic]]


def broken(where: str, message: str, fix: str) -> Diagnostic:
    """A violation at a dotted path of the model, which is also its subject."""
    return Diagnostic("", message, fix, location=ModelPath(tuple(where.split("."))))


def broken_by(resource: Resource, message: str, fix: str) -> Diagnostic:
    """A violation by a vendor resource."""
    return Diagnostic(str(resource), message, fix, location=resource.position or InputPath(resource=resource.urn))


@dataclass(frozen=True)
class Rule:
    """A rule of the revenue process.

    `why` is the reason in one sentence; `applies_to` what it looks at, for people; `passing` and `failing` are models
    as YAML that load, so that a reader of the rule sees it hold and break. `parameters` are defaults that the pack's
    configuration may override.
    """

    title: str
    why: str
    applies_to: str
    check: Check
    passing: str
    failing: str
    severity: RuleSeverity = "high"
    level: Level = "mandatory"
    mandatory_when_changed: str = ""
    """A topic: a plan that changes it must satisfy the rule, whatever the level."""
    failing_overlay: str = ""
    """The overlay of the failing example."""
    parameters: Parameters = field(default_factory=dict)

    @property
    def description(self) -> str:
        """What holds and why, in one sentence."""
        return f"{self.title}: {self.why}."
