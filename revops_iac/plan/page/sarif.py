"""Findings of a plan as SARIF 2.1.0, which code hosts show as annotations on the lines of a pull request.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from revops_iac.diagnostics import Diagnostic, Position, Severity, escaped

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note", Severity.NOT_CHECKED: "note"}
UNNAMED = "plan"
"""The rule of findings that no rule of a pack makes."""


def sarif(findings: Sequence[Diagnostic], version: str, elsewhere: str) -> dict[str, Any]:
    """One run with all findings; `elsewhere` is the file to show those at that have no place."""
    driver = {
        "name": "revops",
        "version": version,
        "informationUri": "https://github.com/revops-iac/revops-iac",
        "rules": list(_rules(findings)),
    }
    results = [_result(one, elsewhere) for one in dict.fromkeys(findings)]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _rules(findings: Iterable[Diagnostic]) -> Iterable[dict[str, Any]]:
    described = {one.code or UNNAMED: one.why or one.subject for one in findings}
    for rule, why in described.items():
        yield {"id": rule, "shortDescription": {"text": escaped(why) or rule}}


def _result(finding: Diagnostic, elsewhere: str) -> dict[str, Any]:
    fix = f" Fix: {escaped(finding.fix)}" if finding.fix else ""
    return {
        "ruleId": finding.code or UNNAMED,
        "level": LEVELS[finding.severity],
        "message": {"text": f"{escaped(finding.sentence)}.{fix}"},
        "locations": [_location(finding.position or Position(elsewhere, 1, 1))],
    }


def _location(position: Position) -> dict[str, Any]:
    region = {"startLine": position.line, "startColumn": position.column}
    return {
        "physicalLocation": {"artifactLocation": {"uri": quote(position.file.replace("\\", "/"))}, "region": region}
    }


COMMANDS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "notice",
    Severity.NOT_CHECKED: "notice",
}


def workflow_command(finding: Diagnostic, elsewhere: str) -> str:
    """A finding as GitHub Actions reads it from the output of a step, which needs no permission.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions

    >>> print(workflow_command(Diagnostic("scoring", "is 100% open", location=Position("a.yaml", 3, 1)), "b.yaml"))
    ::error file=a.yaml,line=3,col=1,title=plan::scoring: is 100%25 open
    """
    position = finding.position or Position(elsewhere, 1, 1)
    place = f"file={_property(position.file)},line={position.line},col={position.column}"
    text = escaped(finding.sentence).replace("%", "%25")
    return f"::{COMMANDS[finding.severity]} {place},title={_property(finding.code or UNNAMED)}::{text}"


def _property(text: str) -> str:
    return escaped(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
