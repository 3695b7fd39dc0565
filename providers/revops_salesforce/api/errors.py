"""What Salesforce refuses, in one sentence: operation, status, the vendor's own message, and what to do about it.

Three shapes arrive: a REST array, a SOAP fault and the errors of a SaveResult; all become one `Refusal` first. Nothing
here prints a body, a header or a list of types: a token or a text of 130 kB would come with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from revops_iac.errors import AccountError, SessionError
from revops_iac.redaction import redacted

LONGEST_MESSAGE = 400

EXPIRED_CODES = frozenset({"INVALID_SESSION_ID", "INVALID_AUTH_HEADER"})
BUSY_CODES = frozenset(
    {
        "UNABLE_TO_LOCK_ROW",
        "SERVER_UNAVAILABLE",
        "REQUEST_RUNNING_TOO_LONG",
        "ENTITY_IS_LOCKED",
        "TIMEOUT",
        "UNREACHABLE",
    }
)  # [S: salto client.ts errorMessagesToRetry]
LOST_CODES = frozenset({"UNREACHABLE", "TIMEOUT", "UNREADABLE", "UNKNOWN_EXCEPTION"})
BUSY_STATUSES = frozenset({420, 429, 502, 503, 504})
BUSY_WORDS = (
    "retry your request",
    "system may be currently unavailable",
    "down for maintenance",
    "no healthy upstream",
)
SPENT_WORDS = "TotalRequests Limit exceeded"  # [S: salto client.ts; the concurrent limit carries the same code]

FIXES = {
    "DUPLICATE_DEVELOPER_NAME": "set adopt: true on its entry to adopt it, or give the entry another vendor_name",
    "DUPLICATE_VALUE": "set adopt: true on its entry to adopt it, or give the entry another vendor_name",
    "DEPENDENCY_EXISTS": "first remove every reference to it",
    "INSUFFICIENT_ACCESS": 'give the user "Modify Metadata Through Metadata API Functions" or "Modify All Data"',
    "INSUFFICIENT_ACCESS_OR_READONLY": "give the user the right to change this record",
    "API_DISABLED_FOR_ORG": "this edition has no API access; use another edition or ask Salesforce to enable it",
    "API_CURRENTLY_DISABLED": 'give the user the permission "API Enabled"',
    "MAX_RULES_EXCEEDED": "the object has reached its limit of rules; delete an unused one",
    "CUSTOM_ENTITY_OR_FIELD_LIMIT": "the object has reached its limit of fields; delete one, or empty Deleted Fields",
}
SESSION_FIX = (
    "set SALESFORCE_SESSION_ID to a fresh session id, or log in with SALESFORCE_CONSUMER_KEY and a private key; after "
    "a secret in stack config was rotated, refresh and destroy still use the old one unless --run-program"
)


@dataclass
class Refusal(Exception):
    """One refusal in a common form; `status` is the HTTP status where there is one."""

    status: int | None
    code: str
    message: str
    is_fault: bool = False
    """Whether it is a SOAP fault, whose status is always 500."""

    @property
    def is_lost(self) -> bool:
        """Whether a write that ended so may have landed: nothing came, or nothing that tells."""
        return self.code in LOST_CODES or (self.status is not None and self.status >= 500 and not self.is_fault)

    @property
    def is_transient(self) -> bool:
        """Whether the same call may succeed a moment later."""
        return self.is_busy or (self.is_lost and not self.is_expired and not self.is_spent)

    @property
    def is_expired(self) -> bool:
        """Whether the session is over, so that only a new login helps."""
        return self.code in EXPIRED_CODES or (self.status == 401 and not self.code)

    @property
    def is_spent(self) -> bool:
        """Whether the calls of the day are used up."""
        return self.code == "REQUEST_LIMIT_EXCEEDED" and SPENT_WORDS in self.message

    @property
    def is_busy(self) -> bool:
        """Whether the org says that the same call may succeed a moment later."""
        if self.is_spent or self.is_expired:
            return False
        return (
            self.code in BUSY_CODES
            or self.code == "REQUEST_LIMIT_EXCEEDED"
            or self.status in BUSY_STATUSES
            or any(words in self.message for words in BUSY_WORDS)
        )

    @property
    def is_unreachable(self) -> bool:
        """Whether nothing answered at all."""
        return self.code == "UNREACHABLE"


class SalesforceRefusal(AccountError):
    """Salesforce refused one call; `status` and `code` are its own."""

    def __init__(self, sentence: str, fix: str | None, refusal: Refusal) -> None:
        super().__init__(sentence, fix)
        self.status = refusal.status
        self.code = refusal.code


def refusal_of_errors(errors: list[Any]) -> Refusal:
    """The errors of a SaveResult or DeleteResult as one refusal; the first code counts."""
    text = "; ".join(dict.fromkeys(clean(item.message) for item in errors))
    return Refusal(None, str(errors[0].statusCode) if errors else "UNKNOWN_EXCEPTION", text)


def clean(text: Any) -> str:
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    line = redacted(" ".join(str(text or "no message").split()).rstrip("."))
    if line.startswith("<"):
        line = "a page instead of an answer"
    return line if len(line) <= LONGEST_MESSAGE else f"{line[: LONGEST_MESSAGE - 1]}…"


def account_error(refusal: Refusal, operation: str) -> AccountError:
    """The error that people see; a SessionError where nothing else on this account can work either."""
    status = " ".join(str(part) for part in (refusal.status, refusal.code) if part)
    sentence = f"Salesforce {operation}: {status}, {refusal.message}"
    if refusal.is_expired or refusal.code in {"INVALID_LOGIN", "invalid_grant", "invalid_client", "LOGIN_FAILED"}:
        return SessionError(sentence, SESSION_FIX)
    if refusal.is_spent:
        return SessionError(sentence, "wait until the calls of the last 24 hours fall below the limit, or raise it")
    if refusal.is_busy and refusal.status in BUSY_STATUSES:
        return SessionError(sentence, "see status.salesforce.com, then run again")
    if refusal.code == "REDIRECTED":
        return SessionError(sentence, "set SALESFORCE_INSTANCE_URL to the org's own address")
    if refusal.is_unreachable:
        return SessionError(sentence, "check SALESFORCE_INSTANCE_URL and the network, then run again")
    if refusal.code == "UNTRUSTED":
        return SessionError(sentence, "set REQUESTS_CA_BUNDLE to the certificate authority of that server")
    return SalesforceRefusal(sentence, FIXES.get(refusal.code), refusal)
