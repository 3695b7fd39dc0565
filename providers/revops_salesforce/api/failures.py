"""What the client libraries raise, as one `Refusal`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceError
from zeep.exceptions import Error as ZeepError
from zeep.exceptions import Fault, TransportError

from revops_iac.provider.api.answers import UnreadableAnswer
from revops_salesforce.api.errors import Refusal, clean
from revops_salesforce.api.transport import Redirected, UnreadableBody

MALFORMED = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What the client libraries raise over an answer that has another form than they expect."""

FAILURES = (SalesforceError, ZeepError, OSError, Refusal, UnreadableAnswer, *MALFORMED)
"""Everything that is raised when the org, or the way to it, says no: RequestException is an OSError."""


def refusal_of(error: Exception) -> Refusal:
    """The common form of whatever a client library raised."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, SalesforceAuthenticationFailed):
        return Refusal(None, str(error.code or "LOGIN_FAILED"), clean(error.auth_message))
    if isinstance(error, SalesforceError):
        return _of_rest(error)
    if isinstance(error, Fault):
        return _of_fault(error)
    if isinstance(error, TransportError):
        if error.status_code is not None and error.status_code < 300:
            return Refusal(None, "UNREADABLE", "the answer is not a SOAP envelope")
        return Refusal(error.status_code, "", clean(error.message))
    if isinstance(error, Redirected):
        return Refusal(error.status, "REDIRECTED", clean(str(error)))
    if isinstance(error, UnreadableBody):
        return Refusal(None, "UNREADABLE", str(error))
    if isinstance(error, UnreadableAnswer):
        return Refusal(None, "UNREADABLE", error.diagnostic.sentence.partition(": ")[2])
    if isinstance(error, requests.Timeout):
        return Refusal(None, "TIMEOUT", "no answer in time")
    if isinstance(error, requests.exceptions.SSLError):
        return Refusal(None, "UNTRUSTED", "the server's certificate is not trusted")
    if isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
        return Refusal(None, "UNREACHABLE", "the connection was refused or closed")
    if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
        return Refusal(None, "UNTRUSTED", clean(str(error)))
    if isinstance(error, requests.exceptions.JSONDecodeError):
        return Refusal(None, "UNREADABLE", "the answer is not JSON")
    return Refusal(None, "UNREADABLE", f"the answer could not be read ({type(error).__name__})")


def _of_rest(error: SalesforceError) -> Refusal:
    content: Any = error.content
    first = content[0] if isinstance(content, list) and content else content
    if isinstance(first, Mapping):
        code = first.get("errorCode") or first.get("error") or ""
        return Refusal(error.status, str(code), clean(first.get("message") or first.get("error_description")))
    return Refusal(error.status, "", clean(content))


def _of_fault(error: Fault) -> Refusal:
    code = str(error.code or "").rpartition(":")[2]
    return Refusal(500, code, clean(str(error.message or "").removeprefix(f"{code}: ")), is_fault=True)
