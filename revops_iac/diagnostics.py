"""Problems that the author of a model must solve: where, what was said, what is allowed, and the fix."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NEARLY = 0.15
"""How much less alike than the best a suggestion may be, of difflib's ratio between 0 and 1."""


@dataclass(frozen=True, order=True)
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


@dataclass(frozen=True)
class Problem:
    """One problem. `subject` names the entry in words, `allowed` may be left out where `fix` says it."""

    position: Position | None
    subject: str
    message: str
    fix: str
    allowed: str | None = None

    def render(self) -> str:
        """The two lines that people see.

        >>> print(Problem(Position("scoring.yaml", 3, 1), "scoring", "there are no signals", "add one").render())
        scoring.yaml:3:1  scoring: there are no signals
            fix: add one
        """
        place = f"{self.position}  " if self.position else ""
        allowed = f", {self.allowed}" if self.allowed else ""
        return f"{place}{self.subject}: {self.message}{allowed}\n    fix: {self.fix}"

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """By file, line and column; what has no place comes first."""
        at = self.position or Position("", 0, 0)
        return at.file, at.line, at.column, self.subject, self.message


def render(problems: Iterable[Problem]) -> str:
    """All problems in order of place, then how many there are."""
    ordered = sorted(set(problems), key=lambda problem: problem.sort_key)
    return "\n".join([*(problem.render() for problem in ordered), count(ordered)])


def count(problems: Sequence[Problem]) -> str:
    """The closing line.

    >>> count([Problem(None, "context", "there is no currency", "add one")])
    '1 problem; nothing was changed.'
    """
    files = len({problem.position.file for problem in problems if problem.position})
    where = f" in {_plural(files, 'file')}" if files else ""
    return f"{_plural(len(problems), 'problem')}{where}; nothing was changed."


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


class ModelProblems(Exception):
    """The model cannot be used. `problems` are all problems of the run, in order of place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems), key=lambda problem: problem.sort_key)
        super().__init__(render(self.problems))


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
    """The allowed words that look most like what was said, best first.

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
