"""What one run reported and did on an account, so that nothing is reported twice and everything is accounted for."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from revops_iac.diagnostics import Diagnostic, Severity, escaped, render
from revops_iac.errors import AccountError, SessionError
from revops_iac.progress import tell


class RunReport:
    """Thread-safe. Objects are named by kind and vendor name.

    `removed` counts what was taken away, by kind and whether it was an adopted object that got its original definition
    again; `left` counts by kind what a delete could not remove because of what else the account holds. `reported` says
    that the report of another account spoke for this one. As its preflight saw it, `differs` names what the account
    holds otherwise than the program declares, `lacks` what it does not hold.
    """

    def __init__(self) -> None:
        self.removed: Counter[tuple[str, bool]] = Counter()
        self.left: Counter[str] = Counter()
        self.reported = False
        self.differs: set[tuple[str, str]] = set()
        self.lacks: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._gists: set[str] = set()
        self._answers: dict[str, Diagnostic] = {}
        self._written: set[tuple[str, str]] = set()
        self._kept: set[tuple[str, str]] = set()

    def say(self, sentence: str, details: Iterable[str] = ()) -> None:
        """One line for the person who runs the plan, and one per detail below it."""
        tell("\n    ".join(map(escaped, [sentence, *details])))

    def warn(self, warning: Diagnostic) -> None:
        """What the person who runs the plan should know, although it stops nothing."""
        tell(render(replace(warning, severity=Severity.WARNING)))

    def is_news(self, error: AccountError) -> bool:
        """Whether no resource met this before: thirty that cannot be read, or written, make one error.

        Only the first error that ends the session is news: the calls in flight may all meet it.
        """
        with self._lock:
            gist = "" if isinstance(error, SessionError) else error.gist
            is_new = gist not in self._gists
            self._gists.add(gist)
            return is_new

    def first_of(self, error: AccountError) -> Diagnostic:
        """What an error says; where the account gave the same answer before, as the first one put it."""
        with self._lock:
            return self._answers.setdefault(error.gist, error.diagnostic)

    def is_answer(self, diagnostic: Diagnostic) -> bool:
        """Whether it is what the account answered to a call, rather than what was found in its answers."""
        with self._lock:
            return diagnostic in self._answers.values()

    def note_write(self, kind: str, name: str) -> None:
        """This process created, adopted or updated the object."""
        with self._lock:
            self._written.add((kind, name))

    def wrote(self, kind: str, name: str) -> bool:
        """Whether this process created, adopted or updated the object."""
        with self._lock:
            return (kind, name) in self._written

    def keep(self, objects: Iterable[tuple[str, str]]) -> None:
        """Notes what stays in the account after all, and what that needs: deleting it would be refused."""
        with self._lock:
            self._kept.update(objects)

    def keeps(self, kind: str, name: str) -> bool:
        """Whether the object stays, or something that stays needs it."""
        with self._lock:
            return (kind, name) in self._kept

    def kept(self, kind: str) -> frozenset[str]:
        """The names of a kind that stay."""
        with self._lock:
            return frozenset(name for kept_kind, name in self._kept if kept_kind == kind)
