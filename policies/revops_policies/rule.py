"""What a rule is: one file in `rules/`, whose name is the rule's id, holding one `Rule` called `RULE`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from revops_policies.subject import Subject

Severity = Literal["low", "medium", "high", "critical"]
Level = Literal["advisory", "mandatory", "disabled"]
Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """A breach: where (a dotted model path, or the URN of a resource), what was said, and what mends it."""

    where: str
    sentence: str
    fix: str


Check = Callable[[Subject, Parameters], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    """A rule of the revenue process.

    `why` is the reason in one sentence; `applies_to` what it looks at, for people; `passing` and `failing` are models
    as YAML that load, so that whoever reads the rule sees it hold and break. `parameters` are defaults that the pack's
    configuration may override.
    """

    title: str
    why: str
    applies_to: str
    check: Check
    passing: str
    failing: str
    severity: Severity = "high"
    level: Level = "mandatory"
    parameters: Parameters = field(default_factory=dict)
