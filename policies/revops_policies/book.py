"""All rules, found in the `rules` folder: the file name is the id. Evaluates them, with levels and parameters."""

from __future__ import annotations

import importlib
import pkgutil
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from revops_iac.diagnostics import Diagnostic, ModelPath, Severity, suggest
from revops_iac.errors import AuthorError
from revops_iac.model.subject import subject as words
from revops_policies import rules
from revops_policies.rule import Level, Rule
from revops_policies.subject import Subject, UnknownInput

SEVERITIES = {"mandatory": Severity.ERROR, "advisory": Severity.WARNING}
LEVELS = ("advisory", "mandatory", "disabled")


@dataclass(frozen=True)
class Setting:
    """How one rule runs: its level and its parameters."""

    level: Level
    parameters: Mapping[str, Any]


class Crash(Diagnostic):
    """A rule that tripped over the plan in place of judging it."""


@cache
def rule_book() -> Mapping[str, Rule]:
    """Every rule by its id in kebab case, in alphabetical order."""
    return {
        info.name.replace("_", "-"): importlib.import_module(f"{rules.__name__}.{info.name}").RULE
        for info in sorted(pkgutil.iter_modules(rules.__path__), key=lambda info: info.name)
    }


def settings(config: Mapping[str, Any] | None = None) -> dict[str, Setting]:
    """The setting of every rule under a configuration such as `{"all": "mandatory", "rule-id": {"level": "advisory"}}`.

    `all: mandatory` leaves a rule alone that is mandatory where its topic changes; its own name makes it mandatory.

    Raises AuthorError on an unknown rule, level or parameter.
    """
    config = dict(config or {})
    book = rule_book()
    if unknown := sorted(set(config) - set(book) - {"all"}):
        raise AuthorError(f'policies: there is no rule "{unknown[0]}"', suggest(unknown[0], ["all", *book]))
    return {name: _setting(name, rule, config.get("all"), config.get(name)) for name, rule in book.items()}


def _setting(name: str, rule: Rule, everywhere: Any, own: Any) -> Setting:
    chosen = dict(own) if isinstance(own, Mapping) else {} if own is None else {"level": own}
    if everywhere == "mandatory" and rule.mandatory_when_changed:
        everywhere = rule.level  # a date that passes must not block changes of other topics
    level = chosen.pop("level", None) or (everywhere if everywhere is not None else rule.level)
    if level not in LEVELS:
        raise AuthorError(f'policies: the level of {name} is "{level}"', suggest(str(level), LEVELS))
    if unknown := sorted(set(chosen) - set(rule.parameters)):
        fix = suggest(unknown[0], ["level", *rule.parameters])
        raise AuthorError(f'policies: {name} has no parameter "{unknown[0]}"', fix)
    return Setting(level, {**rule.parameters, **chosen})


def evaluate(rule: Rule, subject: Subject, parameters: Mapping[str, Any]) -> list[Diagnostic]:
    """How the subject breaks a rule. A rule that cannot be evaluated is broken; it never passes for that."""
    try:
        return [_with_subject(one) for one in rule.check(subject, parameters)]
    except UnknownInput as error:
        message = f'cannot be evaluated: input "{error}" is not known before pulumi up'
        return [Diagnostic(f'rule "{rule.title}"', message, "write the input as a plain value, not as an output")]
    except Exception as error:  # noqa: BLE001 - whatever a rule trips over, the plan must not pass because of it
        fix = "report it with the model; until then disable the rule knowingly"
        return [Crash(f'rule "{rule.title}"', f"cannot be evaluated: {cause_of(error)}", fix)]


def cause_of(error: Exception) -> str:
    """What a rule tripped over, on one line, and where in its code.

    >>> cause_of(ValueError("first\\nsecond"))
    'ValueError: first; second'
    """
    if isinstance(error, ValidationError):
        lines = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False)]
    else:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    frames = traceback.extract_tb(error.__traceback__, limit=-1)  # whatever `sys.tracebacklimit` says
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}{': ' if lines else ''}{'; '.join(lines)}{where}"


def judge(name: str, setting: Setting, subject: Subject) -> list[Diagnostic]:
    """The violations of a rule by a subject, each with the level, id and reason of the rule."""
    rule = rule_book()[name]
    found = evaluate(rule, subject, setting.parameters)
    return [replace(one, severity=SEVERITIES[level_of(one, setting)], code=name, why=rule.why) for one in found]


def level_of(found: Diagnostic, setting: Setting) -> Level:
    """How much a violation counts; a rule that crashed stops the plan, whatever its level, for nobody knows of it."""
    return "mandatory" if isinstance(found, Crash) else setting.level


def _with_subject(diagnostic: Diagnostic) -> Diagnostic:
    at = diagnostic.location
    return diagnostic.about(words(at.keys)) if isinstance(at, ModelPath) else diagnostic
