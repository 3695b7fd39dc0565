"""HubSpot's refusals as errors: one sentence and a fix. https://developers.hubspot.com/docs/api-reference/error-handling

Every field of an error body may be missing in practice [O], and a 404 may be HTML [T]: decide on the status.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from revops_iac.errors import AccountError, SessionError
from revops_iac.redaction import redacted

Json = Any
"""A document of HubSpot's, or a part of one."""
JsonObject = dict[str, Any]
MESSAGE_LIMIT = 400
CORRELATION = re.compile(r" \(correlation [^)]*\)")


class HubSpotRefusal(AccountError):
    """HubSpot refused a call; `status`, `category`, `sub_category` and `uses` (of a property) come from its answer.

    `names_scopes`: whether it names the missing scopes, so that the subscription is not the reason.
    """

    def __init__(self, sentence: str, fix: str | None, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(sentence, fix)
        self.status = status
        self.category = str(body.get("category") or "")
        self.sub_category = str(body.get("subCategory") or "")
        self.uses = _uses(body)
        self.names_scopes = bool(missing_scopes(body))

    @property
    def gist(self) -> str:
        """Without the correlation id."""
        return CORRELATION.sub("", str(self))


def refusal(call: str, status: int, body_text: str, headers: Mapping[str, str]) -> AccountError:
    """The error for an answer that is not a success. A refused token and a spent daily limit stop the whole account."""
    body = parse_body(body_text)
    if 300 <= status < 400:
        return SessionError(
            f"{call}: {status}, redirects to {headers.get('Location', 'nowhere')} are not followed",
            "set HUBSPOT_BASE_URL or hubspot:baseUrl to HubSpot's own address",
        )
    sentence = _sentence(call, status, body, headers.get("x-hubspot-correlation-id"))
    if status == 401:
        return SessionError(
            sentence,
            "put a valid token into HUBSPOT_ACCESS_TOKEN or the secret hubspot:accessToken; after a rotation in stack "
            "config a refresh still uses the old one unless --run-program",
        )
    if is_daily_limit(status, body):
        return SessionError(sentence, "run again after midnight in the portal's time zone, or raise the API limit")
    return HubSpotRefusal(sentence, _fix(status, body), status, body)


def unreachable(call: str, host: str, reason: str) -> SessionError:
    """Nothing answered, or not in time."""
    return SessionError(
        f"{call}: no answer from {host} ({reason})",
        "check HUBSPOT_BASE_URL or hubspot:baseUrl and the network; status: https://status.hubspot.com",
    )


def parse_body(text: str) -> dict[str, Any]:
    """The JSON object of an error body, {} when it is HTML, empty or something else."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def is_daily_limit(status: int, body: Mapping[str, Any]) -> bool:
    """Whether a 429 means the daily limit is spent, so that waiting within a run does not help [D]."""
    return status == 429 and (body.get("policyName") == "DAILY" or "daily limit" in str(body.get("message", "")))


def _sentence(call: str, status: int, body: Mapping[str, Any], correlation: str | None) -> str:
    message = _message(body)
    sentence = f"{call}: {status}" + (f", {message}" if message else "")
    if scopes := missing_scopes(body):
        sentence += f" (needs one of {', '.join(scopes)})"
    if uses := _uses(body):
        sentence += f" (used by {', '.join(uses)})"
    correlation = str(body.get("correlationId") or correlation or "")
    return sentence + (f" (correlation {correlation})" if correlation else "")


def _message(body: Mapping[str, Any]) -> str:
    parts = [str(body.get("message") or "").strip()]
    for error in _list(body.get("errors")):
        text = error.get("message") if isinstance(error, dict) else error
        if text and str(text) not in parts[0]:
            parts.append(str(text).strip())
    text = redacted("; ".join(" ".join(part.split()).rstrip(".") for part in parts if part))
    return text if len(text) <= MESSAGE_LIMIT else f"{text[: MESSAGE_LIMIT - 1]}…"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _named(body: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The texts under a key of the contexts of an error body, each once."""
    contexts = [
        body.get("context"),
        *(error.get("context") for error in _list(body.get("errors")) if isinstance(error, dict)),
    ]
    found = [name for context in contexts if isinstance(context, dict) for name in _list(context.get(key))]
    return tuple(dict.fromkeys(name for name in found if isinstance(name, str)))


def missing_scopes(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The scopes that a 403 names; nothing when it names none [O]."""
    return _named(body, "requiredGranularScopes")


def _uses(body: Mapping[str, Any]) -> tuple[str, ...]:
    return _named(body, "parentName")


def _fix(status: int, body: Mapping[str, Any]) -> str | None:
    scopes = missing_scopes(body)
    if status == 403 and scopes:
        return f"add the scope {' or '.join(scopes)} to the private app or service key, then use its token"
    if status == 403:
        return "add the scope of this area to the app or service key, and check that the subscription has the feature"
    if status == 409 and body.get("subCategory") == "Properties.PROPERTY_WITH_NAME_EXISTS":
        return "add adopt: true to its entry to adopt it"
    if body.get("subCategory") == "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE":
        return "remove it from what uses it first"
    if status == 429 or status >= 500:
        return "run again; completed changes are in state"
    return None
