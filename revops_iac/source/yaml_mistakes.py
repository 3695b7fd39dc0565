"""Why a text is not YAML, in the words of its author: where the mistake is, and what to write instead."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from revops_iac.diagnostics import Diagnostic, Position

TAB = ("a tab is used for indentation", "indent with spaces")
UNQUOTED = 'a value that holds ": " must be quoted'
ONE_COLON = "quote the text that begins above, or indent this key as deep as its neighbors"
INDENTED = ("the line is indented like none above it", "indent it as deep as the other lines of its entry")


def unreadable(error: yaml.MarkedYAMLError, text: str, shown_as: str) -> Diagnostic:
    """What the parser stopped at, placed where the mistake is rather than where it shows."""
    lines = text.splitlines()
    mark, begins = error.problem_mark or error.context_mark, error.context_mark or error.problem_mark
    if mark is None or begins is None:
        return _diagnostic(shown_as, 1, 1, str(error.problem), "correct the file")
    at, start = _line(lines, mark), _line(lines, begins)
    problem, context = str(error.problem), str(error.context)
    if "\t" in at[: len(at) - len(at.lstrip())]:
        return _at(mark, shown_as, *TAB)
    if "mapping values are not allowed" in problem:
        return _at(mark, shown_as, UNQUOTED, _quoted(at.strip()))
    if (pair := _pair_in_braces(at, mark.column)) is not None:
        return _at(mark, shown_as, UNQUOTED, _quoted(pair))
    if "could not find expected ':'" in problem and (glued := re.match(r"\s*([\w-]+):(?=\S)", start)):
        return _at(begins, shown_as, f'a space is missing after "{glued[1]}:"', f"write {glued[1]}: and a space")
    if "quoted scalar" in context and "end of stream" in problem:
        return _at(begins, shown_as, "a quote begins here and never ends", "end it, or remove it")
    if "did not find expected key" in problem and (torn := re.match(r"\s*([\w-]+): '(.*)'\s*$", at)):
        return _at(mark, shown_as, "a text in single quotes ends at its next quote", f'write {torn[1]}: "{torn[2]}"')
    if "did not find expected key" in problem and mark.column != begins.column and not at[: mark.column].strip():
        return _at(mark, shown_as, *INDENTED)
    message = ", ".join(part for part in (error.context, error.problem) if part)
    return _at(mark, shown_as, message, "correct the line or the one above it")


def _at(mark: yaml.Mark, shown_as: str, message: str, fix: str) -> Diagnostic:
    return _diagnostic(shown_as, mark.line + 1, mark.column + 1, message, fix)


def _diagnostic(shown_as: str, line: int, column: int, message: str, fix: str) -> Diagnostic:
    return Diagnostic(Path(shown_as).name, f"is not YAML: {message}", fix, location=Position(shown_as, line, column))


def _line(lines: list[str], mark: yaml.Mark) -> str:
    return lines[mark.line] if mark.line < len(lines) else ""


def _quoted(pair: str) -> str:
    """The fix: a key and its value in quotes, where the line has both."""
    key, _, value = pair.partition(": ")
    inside = value.strip().replace('"', "'")
    return f'write {key}: "{inside}"' if re.search(r":(\s|$)", inside) else ONE_COLON


def _pair_in_braces(line: str, at: int) -> str | None:
    """The key and value around a colon that ends the reading of `{key: value}`."""
    begins = re.search(r"[\w-]+:\s+[^,:{}\[\]\"']+$", line[:at])
    goes_on = re.match(r":(\s[^,{}\[\]]*)?", line[at:])
    return begins[0] + goes_on[0].rstrip() if begins and goes_on else None
