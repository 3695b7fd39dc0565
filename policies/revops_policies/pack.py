"""The rules as a Pulumi policy pack, one stack policy per rule; levels and parameters come from the pack's config."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    PolicyPack,
    ReportViolation,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pydantic import ValidationError

from revops_iac.diagnostics import Diagnostic, InputPath, ModelPath, Position, render
from revops_iac.errors import AuthorError
from revops_iac.state.source_map import SourceMap, read_source_map
from revops_policies.book import Setting, evaluate, rule_book, settings
from revops_policies.rule import Rule
from revops_policies.subject import from_plan

NAME = "revops"
CONFIG_FILE = "config.json"
SHAPE = 'write it as {"all": "mandatory", "engagement-decays": {"level": "advisory"}}'
_LEVELS = {
    "advisory": EnforcementLevel.ADVISORY,
    "mandatory": EnforcementLevel.MANDATORY,
    "disabled": EnforcementLevel.DISABLED,
}


def run(folder: Path) -> None:
    """Serves the pack. `config.json` in `folder`, the pack's own, sets levels; `--policy-pack-config` wins over it."""
    try:
        chosen = settings(read_config(folder / CONFIG_FILE))
    except AuthorError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    PolicyPack(NAME, [_policy(name, rule, chosen[name]) for name, rule in rule_book().items()])


def read_config(path: Path) -> Mapping[str, Any]:
    """The pack's configuration, empty when the file is absent. Raises AuthorError when it is not a JSON object."""
    if not path.exists():
        return {}
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        fix = "check the path and its permissions"
        raise AuthorError(Diagnostic(str(path), f"cannot be read: {error.strerror}", fix)) from None
    except json.JSONDecodeError as error:
        invalid = Diagnostic(path.name, "is not valid JSON", SHAPE)
        raise AuthorError(invalid.at(Position(str(path), error.lineno, error.colno))) from None
    except (ValueError, RecursionError):
        raise AuthorError(Diagnostic(str(path), "is not valid JSON", SHAPE)) from None
    if not isinstance(config, dict):
        raise AuthorError(Diagnostic(str(path), "must be a JSON object", SHAPE))
    return config


def _policy(name: str, rule: Rule, setting: Setting) -> Policy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        parameters = {**setting.parameters, **(args.get_config() or {})}
        source_map = _source_map(args)
        for diagnostic in _diagnostics(rule, args, parameters):
            at = diagnostic.location
            urn = at.resource if isinstance(at, InputPath) else None
            report(message(diagnostic, source_map), urn)

    return StackValidationPolicy(
        name=name,
        description=f"{rule.title}: {rule.why}.",
        validate=validate,
        enforcement_level=_LEVELS[setting.level],
        severity=Severity(rule.severity),
        config_schema=_schema(rule),
    )


def _diagnostics(rule: Rule, args: StackValidationArgs, parameters: Mapping[str, Any]) -> list[Diagnostic]:
    try:
        subject = from_plan(args.resources)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        message = f"cannot be read as the plan has it: {where}: {first['msg']}"
        return [Diagnostic("model", message, "run revops check", location=ModelPath(first["loc"]))]
    return evaluate(rule, subject, parameters)


def _schema(rule: Rule) -> PolicyConfigSchema | None:
    if not rule.parameters:
        return None
    return PolicyConfigSchema(
        properties={name: {"type": _json_type(value), "default": value} for name, value in rule.parameters.items()}
    )


def _json_type(value: Any) -> str:
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array"}
    return names[type(value)]


def _source_map(args: StackValidationArgs) -> SourceMap | None:
    urn = next((item.urn for item in args.resources if item.urn), "")
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
