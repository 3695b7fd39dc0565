"""Judges a plan by the rules, and says each violation with its resource, file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pydantic import ValidationError

from revops_iac.diagnostics import Diagnostic, InputPath, ModelPath, render
from revops_iac.state.source_map import SourceMap, read_source_map
from revops_policies.book import Setting, evaluate, level_of, rule_book
from revops_policies.plan import PlannedResource, from_plan
from revops_policies.rule import Level
from revops_policies.subject import Subject


@dataclass(frozen=True)
class Violation:
    """A rule that the plan breaks: its id, what people read, and the resource where there is one."""

    rule: str
    message: str
    urn: str = ""
    level: Level = "mandatory"


def violations(resources: Iterable[PlannedResource], settings: Mapping[str, Setting]) -> Iterator[Violation]:
    """Every violation of the rules that are not disabled."""
    listed = list(resources)
    source_map = _source_map(listed)
    subject = _subject(listed, source_map)
    for name, setting in settings.items():
        if setting.level != "disabled":
            broken = (
                [subject]
                if isinstance(subject, Diagnostic)
                else evaluate(rule_book()[name], subject, setting.parameters)
            )
            for one in broken:
                yield Violation(name, message(one, source_map), _urn(one), level_of(one, setting))


def _subject(resources: list[PlannedResource], source_map: SourceMap | None) -> Subject | Diagnostic:
    try:
        return replace(from_plan(resources), overlaid=source_map.overlaid if source_map is not None else None)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        text = f"cannot be read as the plan has it: {where}: {first['msg']}"
        return Diagnostic("model", text, "run revops check", location=ModelPath(first["loc"]))


def _urn(diagnostic: Diagnostic) -> str:
    at = diagnostic.location
    return at.resource if isinstance(at, InputPath) else ""


def _source_map(resources: list[PlannedResource]) -> SourceMap | None:
    urn = next((item.urn for item in resources if item.urn), "")
    stack = urn.split("::")[0].rpartition(":")[2]
    return read_source_map(stack) if stack else None


def message(diagnostic: Diagnostic, source_map: SourceMap | None) -> str:
    """What people see of a violation; without a source map only the place is left out."""
    at, position = diagnostic.location, None
    if source_map is not None and isinstance(at, InputPath):
        desired = source_map.resources.get(at.resource)
        position = desired.position if desired is not None else None
    elif source_map is not None and isinstance(at, ModelPath):
        position = source_map.position_of(".".join(map(str, at.keys)))
    return render(diagnostic.at(position))
