"""What can go wrong, split by who must act; every error is one sentence and may carry a `fix:` line.

RevopsError
  AuthorError        the author must act, or the step was refused    exit 1
  AccountError       the vendor or the account: token, scope, limit  exit 2
    SessionError     nothing on this account can work: bad token, wrong account, unreachable
  Bug                ours, with what to report                       exit 3
"""

from __future__ import annotations

from typing import ClassVar

from revops_iac.redaction import redacted


class RevopsError(Exception):
    """Base of all errors that people see. `str()` is the sentence and, on a second line, the fix."""

    exit_code: ClassVar[int] = 3

    def __init__(self, sentence: str, fix: str | None = None) -> None:
        self.sentence = redacted(sentence)
        self.fix = None if fix is None else redacted(fix)
        super().__init__(self.sentence if fix is None else f"{self.sentence}\n    fix: {self.fix}")


class AuthorError(RevopsError):
    """The author must change the model, the configuration or the command; or the step was refused."""

    exit_code = 1


class AccountError(RevopsError):
    """The vendor or the account answered no: system, method and path, status, the vendor's own message."""

    exit_code = 2
    may_have_landed = False
    """Whether a write that ended so may have changed the account all the same."""

    @property
    def gist(self) -> str:
        """What two answers to one request have in common: without the id that a vendor gives each answer."""
        return str(self)


class SessionError(AccountError):
    """Nothing on this account can work: token refused, wrong account, server unreachable, daily limit spent."""


class UnboundStack(SessionError):
    """Stack config names no account, so nothing may be asked of any: the author must name one."""

    exit_code = 1


class Bug(RevopsError):
    """Ours. The message says what to report."""

    exit_code = 3
