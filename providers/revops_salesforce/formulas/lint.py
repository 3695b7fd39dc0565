"""Formulas of the program, judged: by the program alone in `revops check`, and with the org at preview."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from salesforce_formula.linter import Finding, lint

from revops_iac.diagnostics import Diagnostic, Severity, input_error
from revops_iac.provider.kind import Definition, DesiredResource, Kind, LiveObject
from revops_salesforce.api.client import OrgSession, SalesforceClient
from revops_salesforce.fields.org_fields import OrgFields, org_fields
from revops_salesforce.formulas.fields import ObjectFields, ProgramFields
from revops_salesforce.formulas.texts import FormulaText, formulas_of


def static_errors(kind: str, inputs: Definition, program: Sequence[DesiredResource]) -> Iterator[Diagnostic]:
    """What is wrong, or doubtful, in the formulas of a resource as far as the program can tell."""
    for text in formulas_of(kind, inputs):
        for finding in _by_program(text, ProgramFields.of(program)):
            if finding.is_error:
                yield _error(text, finding)
            elif not finding.is_hint:
                yield replace(_error(text, finding), severity=Severity.WARNING)


def preflight_errors(
    kind: Kind[SalesforceClient, Any], session: OrgSession, desired: DesiredResource, live: LiveObject | None
) -> Iterator[Diagnostic]:
    """The same with the org's fields, for formulas that it does not hold yet; warnings are told, not refused.

    What most orgs have without harm is told only where `revops:showHints` asks for it.
    """
    known = {_canonical(text.text) for text in formulas_of(kind.name, live.definition)} if live is not None else set()
    texts = [text for text in formulas_of(kind.name, desired.inputs) if _canonical(text.text) not in known]
    if not texts:
        return
    fields = ProgramFields.of(session.declared)
    for text in texts:
        for finding in _linted(text, fields, org_fields(session)):
            if finding.is_error:
                yield _error(text, finding)
            elif session.settings.show_hints or not finding.is_hint:
                warning = Diagnostic(f'Salesforce {kind.name} "{desired.name}"', _message(text, finding), finding.fix)
                session.report.warn(warning)


def _error(text: FormulaText, finding: Finding) -> Diagnostic:
    """At its column; where the text stands on several lines, at its beginning."""
    column = 1 if "\n" in text.text else finding.column
    return input_error(text.path, _message(text, finding), finding.fix, column)


def _message(text: FormulaText, finding: Finding) -> str:
    return f"{spelled(text.path)}, {finding}"


def _canonical(text: str) -> str:
    """The text as the org keeps it: trimmed, with plain line ends [D: meta_createMetadata]."""
    return text.replace("\r\n", "\n").strip()


@lru_cache(maxsize=4096)
def _by_program(text: FormulaText, program: ProgramFields) -> tuple[Finding, ...]:
    return tuple(_linted(text, program, None))


def _linted(text: FormulaText, program: ProgramFields, org: OrgFields | None) -> list[Finding]:
    names = ObjectFields(text.object, program, org, in_flow=text.in_flow)
    return lint(text.text, names, expected=text.expected, context=text.context)


def spelled(path: Sequence[str | int]) -> str:
    """A path into inputs as people write it.

    >>> spelled(("entries", 0, "formula"))
    'entries[0].formula'
    """
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
