"""A Pulumi plan as data, read from the events of a preview: steps, what the policies reported, and diagnostics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from revops_iac.diagnostics import Diagnostic, Position
from revops_iac.plan.counts import touched_in_words
from revops_iac.plan.model_changes import ModelChange, model_changes
from revops_iac.provider.live_object import Definition
from revops_iac.provider.resource_state import inputs_of
from revops_iac.systems import system_named

DYNAMIC = "pulumi-python:dynamic/"
TOPIC = "revops:model:"
ACCOUNT_MODULE = "revops"
OF_THE_RUN = ("preview failed", "update failed", "resource registration failed")
"""What Pulumi says of a whole run, beside the errors themselves."""
OF_PULUMI = re.compile(r"^(Preview failed: |pulumi-python:dynamic/\S+ resource '[^']*' has a problem: )+")
"""What Pulumi puts before an error."""
PROTECTED = re.compile(r'resource "(urn:[^"]+)" cannot be deleted\s+because it is protected.*', re.DOTALL)
"""Pulumi's refusal to remove what `protect` is set on."""
OF_A_REPORT = re.compile(r": the account does not allow this plan\.$|^\d+ problems?\b.*; nothing was changed\.$")
"""The first and the last line of a report, which say nothing about one error."""
SAID_ALREADY = "the first error of this run says why"
UNCHANGED = frozenset({"same", "refresh", "read", "read-discard", "discard-replaced", "remove-pending-replace"})
"""The operations of steps that change nothing."""

DONE = {"create": "creates", "update": "changes", "delete": "removes"}


@dataclass(frozen=True)
class Step:
    """One step of a plan. `before` and `after` are inputs, None where the resource did not or will not exist.

    `outputs` is what state holds of it before the step.
    """

    op: str
    urn: str
    before: Definition | None
    after: Definition | None
    outputs: Mapping[str, Any] = field(default_factory=dict)
    protected: bool = False

    @property
    def type(self) -> str:
        """The type token of the resource itself."""
        return self.urn.split("::")[2].rpartition("$")[2]

    @property
    def key(self) -> str:
        """The Pulumi name."""
        return self.urn.split("::", 3)[3]

    @property
    def topic_type(self) -> str:
        """`revops:model:Scoring` of a topic, else empty."""
        return self.type if self.type.startswith(TOPIC) else ""

    @property
    def system(self) -> str:
        """The CRM of a vendor resource, else empty."""
        system = self.type.removeprefix(DYNAMIC).partition(":")[0] if self.type.startswith(DYNAMIC) else ""
        return "" if system == ACCOUNT_MODULE else system

    @property
    def kind(self) -> str:
        """The kind of a vendor resource."""
        return self.type.rpartition(":")[2]

    @property
    def verb(self) -> str:
        """`create`, `update` or `delete`; a replacement is both, which this tool never plans for its own kinds."""
        return "delete" if self.op.startswith("delete") else "create" if "create" in self.op else "update"

    @property
    def changes(self) -> bool:
        """Whether anything happens."""
        return self.op not in UNCHANGED


@dataclass(frozen=True)
class Violation:
    """A violation of one policy rule; `level` is Pulumi's, `mandatory` or `advisory`."""

    rule: str
    level: str
    message: str
    urn: str = ""

    @property
    def stops(self) -> bool:
        """Whether it stops the plan."""
        return self.level == "mandatory"


@dataclass
class PlanReading:
    """Everything that a preview reported; `earlier` are the topics in state, `topics` those of the program."""

    steps: list[Step] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    earlier: dict[str, Definition] = field(default_factory=dict)
    topics: dict[str, Definition] = field(default_factory=dict)

    @property
    def vendor_steps(self) -> list[Step]:
        """The steps that change something in a CRM."""
        return [step for step in self.steps if step.changes and step.system]

    @property
    def touched(self) -> Mapping[str, str]:
        """By CRM, what the plan touches as counts: `creates 2 properties; changes 1 workflow`."""
        found: dict[str, list[tuple[str, str]]] = {}
        for step in sorted(self.vendor_steps, key=lambda step: step.system):
            found.setdefault(step.system, []).append((DONE[step.verb], step.kind))
        return {system: touched_in_words(system_named(system).kinds, steps) for system, steps in found.items()}

    @property
    def has_changes(self) -> bool:
        """Whether an `up` would do anything, a change of the model alone included."""
        return any(step.changes for step in self.steps)

    @cached_property
    def model(self) -> list[ModelChange]:
        """What changes in the model."""
        return model_changes(self.earlier, self.topics)

    def existing(self) -> Iterator[Step]:
        """The vendor resources that state holds."""
        yield from (step for step in self.steps if step.system and step.before is not None)


def read_events(events: Iterable[Any], topic_names: Mapping[str, str]) -> PlanReading:
    """Reads engine events, as the Automation API gives them. `topic_names`: type of the component -> topic."""
    reading, steps = PlanReading(), dict[str, Step]()
    for event in events:
        if (before_step := event.resource_pre_event) is not None:
            step = _step(before_step.metadata)
            if step.op not in ("refresh", "read"):
                steps[step.urn] = step
        elif (violated := event.policy_event) is not None:
            reading.violations.append(_violation(violated))
        elif (diagnostic := event.diagnostic_event) is not None:
            _note(reading, diagnostic)
    reading.steps = list(steps.values())
    own = [error for error in reading.errors if not error.startswith(OF_THE_RUN) and SAID_ALREADY not in error]
    reading.errors = own if own or any(one.stops for one in reading.violations) else reading.errors
    for step in reading.steps:
        if name := topic_names.get(step.topic_type):
            if step.before is not None:
                reading.earlier[name] = step.before
            if step.after is not None:
                reading.topics[name] = step.after
    return reading


def read_back(text: str) -> Iterator[Diagnostic]:
    """Parses an error that Pulumi passed on as text back into diagnostics; other lines become messages as they are.

    >>> (found,) = read_back("a.yaml:3:1  team sdr: is empty\\n    fix: add one\\n1 problem; nothing was changed.")
    >>> str(found.position), found.sentence, found.fix
    ('a.yaml:3:1', 'team sdr: is empty', 'add one')
    """
    found: list[Diagnostic] = []
    for line in text.splitlines():
        if found and line.startswith("    fix: "):
            found[-1] = replace(found[-1], fix=line.removeprefix("    fix: "))
        elif line.strip() and not OF_A_REPORT.search(line):
            place = re.match(r"(\S+:\d+:\d+)  ", line)
            position = Position.parse(place[1]) if place else None
            found.append(Diagnostic("", line[place.end() :] if place else line, location=position))
    yield from found


def _step(metadata: Any) -> Step:
    old, new = metadata.old, metadata.new
    op = str(getattr(metadata.op, "value", metadata.op))
    before = _inputs(old) if old is not None and not op.startswith("create") else None
    after = _inputs(new) if new is not None and not op.startswith("delete") else None
    outputs = dict(old.outputs or {}) if old is not None else {}
    return Step(op, metadata.urn, before, after, outputs, bool(old is not None and old.protect))


def _inputs(state: Any) -> Definition:
    return inputs_of(dict(state.inputs or {})) if state.custom else dict(state.inputs or {})


def _violation(event: Any) -> Violation:
    return Violation(event.policy_name, event.enforcement_level, event.message.strip(), event.resource_urn or "")


def _protected(found: re.Match[str]) -> str:
    """What Pulumi says of a protected resource, with what lifts the protection here."""
    step = Step("delete", found[1], None, None)
    about = f'{system_named(step.system).label} {step.kind} "{step.key}"' if step.system else f'"{step.key}"'
    fix = f"add {step.key} to revops:allowDataLoss, pulumi up, then remove it"
    return f"{about}: cannot be removed, because revops:production protects it\n    fix: {fix}"


def _note(reading: PlanReading, event: Any) -> None:
    message = PROTECTED.sub(_protected, OF_PULUMI.sub("", event.message.strip()))
    if event.severity == "error" and message:
        reading.errors.append(message)
    elif event.severity in ("info", "info#err", "warning") and message:
        reading.notices.append(message)
