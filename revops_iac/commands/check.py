"""`revops check`: the model and the rules of the policy pack, without Pulumi and without any account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from revops_iac.compile import compile_model, remarks
from revops_iac.config.settings import read_settings
from revops_iac.config.stack_config import read_stack_config
from revops_iac.source.load import Loaded, load

if TYPE_CHECKING:
    from revops_policies.book import Setting
    from revops_policies.rule import Rule
    from revops_policies.subject import Subject


@dataclass(frozen=True)
class Breach:
    """One rule that the model breaks: rule id, level, place when known, sentence, why and fix."""

    rule: str
    level: str
    place: str | None
    sentence: str
    why: str
    fix: str

    def render(self) -> str:
        """`file:line:column  sentence [rule, level]`, the reason, and the fix."""
        place = f"{self.place}  " if self.place else ""
        return f"{place}{self.sentence} [{self.rule}, {self.level}]\n    why: {self.why}\n    fix: {self.fix}"


@dataclass(frozen=True)
class Outcome:
    """What a check of one stack found: the breaches, and what was looked at."""

    stack: str
    breaches: tuple[Breach, ...]
    files: int
    resources: int
    rules: int
    filled: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def mandatory(self) -> int:
        """How many breaches stop a plan."""
        return sum(breach.level == "mandatory" for breach in self.breaches)

    def render(self) -> str:
        """Every breach and remark, then one line that says what was checked."""
        lines = [breach.render() for breach in self.breaches]
        lines += [f"warning: {remark}" for remark in self.remarks]
        lines += [f"{place} filled from the product marketing context" for place in self.filled]
        advisory = len(self.breaches) - self.mandatory
        lines.append(
            f"{self.stack}: {self.files} files, {self.resources} resources, {self.rules} rules; "
            f"{self.mandatory} breaches, {advisory} advisory; nothing was changed."
        )
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        return {**asdict(self), "mandatory": self.mandatory}


def check_stack(folder: Path, stack: str, policies: Path) -> Outcome:
    """Loads, compiles and judges the model as a stack sees it. Raises ModelProblems when it does not load."""
    from revops_policies.book import rule_book, settings
    from revops_policies.pack import CONFIG_FILE, read_config
    from revops_policies.subject import from_model

    config = read_stack_config(folder, stack)
    stack_settings = read_settings(config.get, stack)
    loaded = load(folder, stack_settings.environment)
    planned = compile_model(loaded, stack_settings)
    chosen = settings(read_config(policies / CONFIG_FILE))
    subject = from_model(loaded.model, planned)
    breaches = [
        breach
        for name, rule in rule_book().items()
        if chosen[name].level != "disabled"
        for breach in _breaches(name, chosen[name], rule, subject, loaded)
    ]
    filled = tuple(f"{place}  {key}" for key, place in loaded.filled.items())
    message = tuple(remark.render() for remark in remarks(loaded, stack_settings))
    return Outcome(stack, tuple(breaches), len(loaded.files), len(planned), len(chosen), filled, message)


def _breaches(name: str, setting: Setting, rule: Rule, subject: Subject, loaded: Loaded) -> Iterator[Breach]:
    from revops_policies.book import evaluate

    for finding in evaluate(rule, subject, setting.parameters):
        position = loaded.position_of(tuple(finding.where.split("."))) if finding.where else None
        place = str(position) if position is not None else None
        yield Breach(name, setting.level, place, finding.sentence, rule.why, finding.fix)
