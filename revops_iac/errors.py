"""What can go wrong, split by who must act; every error carries what it says as diagnostics.

RevopsError
  AuthorError         the author must act, or the step was refused    exit 1
    DiagnosticsError  everything that is wrong with a model, at once
  AccountError        the vendor or the account: token, scope, limit  exit 2
    SessionError      nothing on this account can work: bad token, wrong account, unreachable
  Bug                 ours, with what to report                       exit 3
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from revops_iac.diagnostics import Diagnostic, ordered, render, render_text
from revops_iac.redaction import redacted


class RevopsError(Exception):
    """Base of all errors that people see: one diagnostic, or a message and a fix that become one."""

    exit_code: ClassVar[int] = 3

    def __init__(self, what: Diagnostic | str, fix: str | None = None) -> None:
        one = what if isinstance(what, Diagnostic) else Diagnostic("", what, fix or "")
        one = replace(one, message=redacted(one.message), fix=redacted(one.fix))
        self.diagnostics: tuple[Diagnostic, ...] = (one,)
        super().__init__(one.message)

    @property
    def diagnostic(self) -> Diagnostic:
        """What it says; the first thing, where it says many."""
        return self.diagnostics[0]

    def __str__(self) -> str:
        return render(self.diagnostic)


class AuthorError(RevopsError):
    """The author must change the model, the configuration or the command; or the step was refused."""

    exit_code = 1


class DiagnosticsError(AuthorError):
    """The model cannot be used. `diagnostics` are all of the run, each once, in order of place."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        found = ordered(diagnostics)
        super().__init__(found[0])
        self.diagnostics = tuple(found)

    def __str__(self) -> str:
        return render_text(self.diagnostics)


class AccountError(RevopsError):
    """The vendor or the account answered no: system, method and path, status, the vendor's own message."""

    exit_code = 2

    @property
    def gist(self) -> str:
        """What two answers to one request have in common: without the id that a vendor gives each answer."""
        return str(self)


class SessionError(AccountError):
    """Nothing on this account can work: token refused, wrong account, server unreachable, daily limit spent."""


class UnboundStack(SessionError):
    """Stack config names no account, so nothing may be asked of any: the author must name one."""

    exit_code = 1


@contextmanager
def noting_refusals(not_read: MutableMapping[str, str], what: str, *also: type[RevopsError]) -> Iterator[None]:
    """Goes on where an account refuses to show something, and notes its answer; `also` are other errors that count.

    Raises SessionError.
    """
    refusals: tuple[type[RevopsError], ...] = (AccountError, *also)
    try:
        yield
    except SessionError:
        raise
    except refusals as error:
        not_read[what] = error.diagnostic.sentence


class Bug(RevopsError):
    """Ours. The message says what to report."""

    exit_code = 3


def bug(error: Exception) -> Bug:
    """What to report of an unexpected exception: what it is, and the place in the code."""
    frames = traceback.extract_tb(error.__traceback__, limit=-1)  # explicit: a provider process shows no traceback
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    message = f"{type(error).__name__}: {error}{place}"
    fix = "report it with the command and, where you can, the model that shows it"
    return Bug(Diagnostic("a bug of revops", message, fix))
