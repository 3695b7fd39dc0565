"""What is wrong, or worth knowing, and how to fix it: `Diagnostic`, and the only place that writes it out.

The loader, the compilers, the kinds, the policies and the commands return diagnostics. A location that is a path is
turned into a `Position` by the code that knows the files.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from revops_iac.redaction import redacted

NEARLY = 0.15
"""How much less alike than the best a suggestion may be, of difflib's ratio between 0 and 1."""


class Severity(StrEnum):
    """How bad it is. Only errors stop a run; `NOT_CHECKED` is neither right nor wrong: it could not be checked."""

    ERROR = "error"
    WARNING = "warning"
    NOT_CHECKED = "not checked"
    NOTE = "note"


@dataclass(frozen=True, order=True, slots=True)
class Position:
    """A place in a file: the path relative to the project's root, line and column counted from 1.

    >>> str(Position("stacks/model/scoring.yaml", 3, 1))
    'stacks/model/scoring.yaml:3:1'
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    @classmethod
    def parse(cls, text: str) -> Position:
        """The position that `str` wrote. Raises ValueError.

        >>> Position.parse("stacks/model/scoring.yaml:3:1").line
        3
        """
        file, line, column = text.rsplit(":", 2)
        return cls(file, int(line), int(column))

    def right(self, columns: int) -> Position:
        """The place so many columns further on the line."""
        return replace(self, column=self.column + columns)


@dataclass(frozen=True)
class ModelPath:
    """A place in the model before its file is known; `column` points into a text, counted from 1."""

    keys: tuple[str | int, ...]
    column: int | None = None
    at_key: bool = False


@dataclass(frozen=True)
class InputPath:
    """A place in the inputs of a resource; `resource` is its URN where the context does not say."""

    keys: tuple[str | int, ...] = ()
    column: int | None = None
    resource: str = ""


Location = Position | ModelPath | InputPath


@dataclass(frozen=True)
class Diagnostic:
    """One thing to say. `subject` names the entry in words, and `message` what is wrong and what is allowed.

    `related` are other places that it is about, `code` is the id of the rule behind it, `why` the reason of the rule.
    """

    subject: str
    message: str
    fix: str = ""
    severity: Severity = Severity.ERROR
    location: Location | None = None
    related: tuple[Location, ...] = ()
    code: str | None = None
    why: str | None = None

    @property
    def position(self) -> Position | None:
        """Where in a file, None where that is not known."""
        return self.location if isinstance(self.location, Position) else None

    @property
    def sentence(self) -> str:
        """Subject and message, to stand in the message of another."""
        return f"{self.subject}: {self.message}" if self.subject else self.message

    def at(self, position: Position | None, *related: Position) -> Diagnostic:
        """The same at a place in a file."""
        return replace(self, location=position, related=related or self.related)

    def under(self, key: str) -> Diagnostic:
        """The same about one of the inputs, which the message then names."""
        inside = self.location.keys if isinstance(self.location, InputPath) else ()
        return replace(self, message=f"{key}: {self.message}", location=InputPath((key, *inside)))

    def about(self, subject: str) -> Diagnostic:
        """The same with a subject, where it has none yet."""
        return self if self.subject else replace(self, subject=subject)


Diagnostics = Iterable[Diagnostic]


def first_of(names: Sequence[str], most: int) -> str:
    """The first few of a list, and how many more there are.

    >>> first_of(["a", "b", "c"], 2), first_of(["a"], 2)
    ('a, b and 1 more', 'a')
    """
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def first_lines(lines: Sequence[str], most: int, about: str = "") -> Iterator[str]:
    """The first few lines, each after what they are about, and a line with how many more there are."""
    yield from (f"{about}{line}" for line in lines[:most])
    if len(lines) > most:
        yield f"{about}{len(lines) - most:,} more"


def model_error(
    path: tuple[str | int, ...],
    message: str,
    fix: str,
    related: Iterable[tuple[str | int, ...]] = (),
    *,
    column: int | None = None,
    at_key: bool = False,
) -> Diagnostic:
    """An error at a path of the model; the loader knows its subject and its file."""
    others = tuple(ModelPath(other) for other in related)
    return Diagnostic("", message, fix, location=ModelPath(path, column, at_key), related=others)


def model_warning(path: tuple[str | int, ...], message: str, fix: str) -> Diagnostic:
    """A warning at a path of the model."""
    return Diagnostic("", message, fix, Severity.WARNING, ModelPath(path))


def input_error(path: tuple[str | int, ...], message: str, fix: str, column: int | None = None) -> Diagnostic:
    """An error in the inputs of a resource, `()` for all of them; the engine knows its subject and its file."""
    return Diagnostic("", message, fix, location=InputPath(path, column))


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Each once, by file, line and column; what has no place comes first."""
    return sorted(dict.fromkeys(diagnostics), key=_sort_key)


def _sort_key(diagnostic: Diagnostic) -> tuple[Position, str, str]:
    return diagnostic.position or Position("", 0, 0), diagnostic.subject, diagnostic.message


# --- rendering ----------------------------------------------------------------------------------------------------


def render(diagnostic: Diagnostic) -> str:
    """The lines that people see of one diagnostic.

    >>> print(render(Diagnostic("scoring", "there are no signals", "add one", location=Position("scoring.yaml", 3, 1))))
    scoring.yaml:3:1  scoring: there are no signals
        fix: add one
    """
    place = f"{diagnostic.position}  " if diagnostic.position else ""
    mark = "" if diagnostic.severity is Severity.ERROR else f"{diagnostic.severity}: "
    others = ", ".join(str(other) for other in diagnostic.related if isinstance(other, Position))
    also = f" ({others})" if others else ""
    code = f" [{diagnostic.code}]" if diagnostic.code else ""
    lines = [escaped(f"{place}{mark}{diagnostic.sentence}{also}{code}")]
    lines += [f"    why: {escaped(diagnostic.why)}"] if diagnostic.why else []
    return "\n".join([*lines, *fix_lines(diagnostic)])


def fix_lines(diagnostic: Diagnostic) -> list[str]:
    """The line that says what to do, for a table that shows the rest in columns; none without a fix."""
    return [f"    fix: {escaped(diagnostic.fix)}"] if diagnostic.fix else []


def render_text(diagnostics: Iterable[Diagnostic]) -> str:
    """All diagnostics in order of place, then how many there are."""
    found = ordered(diagnostics)
    return "\n".join([*(render(diagnostic) for diagnostic in found), count_line(found)])


def count_line(diagnostics: Sequence[Diagnostic]) -> str:
    """The closing line.

    >>> count_line([Diagnostic("context", "there is no currency", "add one")])
    '1 problem; nothing was changed.'
    """
    warnings = sum(diagnostic.severity is Severity.WARNING for diagnostic in diagnostics)
    problems = sum(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)
    files = len({diagnostic.position.file for diagnostic in diagnostics if diagnostic.position})
    also = f", {plural(warnings, 'warning')}" if warnings else ""
    where = f" in {plural(files, 'file')}" if files else ""
    return f"{plural(problems, 'problem')}{also}{where}; nothing was changed."


def to_json(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """For scripts, in the order given, each once: `location` and `related` as `{file, line, column}`."""
    return [
        {
            "severity": diagnostic.severity.value,
            "subject": escaped(diagnostic.subject),
            "message": escaped(diagnostic.message),
            "fix": escaped(diagnostic.fix),
            "location": _place_json(diagnostic.position) if diagnostic.position else None,
            "related": [_place_json(other) for other in diagnostic.related if isinstance(other, Position)],
            "code": diagnostic.code,
            "why": diagnostic.why,
        }
        for diagnostic in dict.fromkeys(diagnostics)
    ]


def _place_json(position: Position) -> dict[str, Any]:
    return {"file": escaped(position.file), "line": position.line, "column": position.column}


_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def escaped(text: str) -> str:
    r"""The text on one line, without credentials; control characters and marks that hide letters are spelled out.

    >>> print(escaped("red \x1b[31m and\na line"))
    red \x1b[31m and\na line
    """
    return _UNSAFE.sub(_spelled, redacted(text))


_FORGING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def spelled_out(text: str) -> str:
    r"""The text with what could forge other output spelled out: escape sequences, marks of direction.

    >>> print(spelled_out("red \x1b[31m and\na line"))
    red \x1b[31m and
    a line
    """
    return _FORGING.sub(_spelled, text)


def _spelled(found: re.Match[str]) -> str:
    return found.group().encode("unicode_escape").decode()


def plural(number: int, noun: str) -> str:
    """A number with its noun.

    >>> plural(2, "file"), plural(1, "property"), plural(3, "property"), plural(2, "business process")
    ('2 files', '1 property', '3 properties', '2 business processes')
    """
    return f"{number:,} {noun if number == 1 else _plural_of(noun)}"


def _plural_of(noun: str) -> str:
    if re.search(r"\bperson$", noun):
        return f"{noun.removesuffix('person')}people"
    if re.search("[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


# --- suggestions --------------------------------------------------------------------------------------------------


def suggest_field(reference: str, fields: Iterable[str]) -> str:
    """A fix line for a field that does not exist: the nearest of the same object, compared by their keys.

    >>> suggest_field("deal.prcing", ["deal.pricing", "deal.amount", "contact.pricing"])
    'deal.pricing, or declare it under data_hygiene.fields.deal'
    """
    object_name, _, key = reference.partition(".")
    keys = [known.partition(".")[2] for known in fields if known.startswith(f"{object_name}.")]
    found = nearest(key, keys) or keys[:3]
    declare = f"declare it under data_hygiene.fields.{object_name}"
    return ", ".join([*(f"{object_name}.{name}" for name in found), f"or {declare}"]) if found else declare


def nearest(message: str, allowed: Iterable[str], limit: int = 3) -> list[str]:
    """The allowed words that look most like the given one, best first.

    >>> nearest("prcing", ["pricing", "terms"])
    ['pricing']
    """
    found = difflib.get_close_matches(message, list(allowed), n=limit, cutoff=0.6)
    likeness = {word: difflib.SequenceMatcher(None, message, word).ratio() for word in found}
    return [word for word in found if likeness[word] > likeness[found[0]] - NEARLY]


def suggest(message: str, allowed: Iterable[str], otherwise: str | None = None, shown: int = 12) -> str:
    """A fix line: the nearest words, else the allowed ones (the first few of many), then what else can be done.

    >>> suggest("sdrs", ["sdr", "ae"], "declare it under people.teams")
    'sdr, or declare it under people.teams'
    """
    words = list(allowed)
    found = nearest(message, words) or words[:shown]
    more = ", …" if found and not nearest(message, words) and len(words) > shown else ""
    listed = ", ".join(found) + more
    if otherwise is None:
        return f"use {listed}" if listed else "remove it"
    return f"{listed}, or {otherwise}" if listed else otherwise
