"""Keeps credentials out of everything that people see: a server may repeat in its answer what it was sent."""

from __future__ import annotations

import html
import json
import re
import threading
from base64 import b64encode
from bisect import bisect_left
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, quote_plus

SHORTEST = 8
"""No vendor issues shorter credentials, and common words would be hidden with them."""
HIDDEN = "[redacted]"
NAMES_OF_SECRETS = re.compile(
    r"(?i)(?:password|passwd|passphrase|secret|token|api_?key|private_?key|credentials?|authorization)"
)
"""What vendors call that which authenticates somebody, at the end of a name."""

_lock = threading.Lock()
_hidden: tuple[str, ...] = ()
"""The longest first: one may begin with another, and a text holds none that is longer."""


def protect(*values: str | None) -> None:
    """Hides these credentials from now on, in each spelling that an answer may have."""
    global _hidden
    spelled = {one for value in values if value and len(value) >= SHORTEST for one in _spellings(value)}
    with _lock:
        if not spelled <= {*_hidden}:
            _hidden = tuple(sorted({*_hidden, *spelled}, key=len, reverse=True))


def _spellings(value: str) -> tuple[str, ...]:
    quoted = (quote(value, safe=""), quote_plus(value), html.escape(value), json.dumps(value)[1:-1])
    return (value, *quoted, b64encode(value.encode()).decode())


def redacted(text: str) -> str:
    """The text without any credential in use.

    >>> protect("pat-na1-example")
    >>> redacted("the token pat-na1-example has expired")
    'the token [redacted] has expired'
    """
    for value in _hidden[bisect_left(_hidden, -len(text), key=lambda value: -len(value)) :]:
        text = text.replace(value, HIDDEN)
    return text


def without_secrets(value: Any) -> Any:
    """The value with texts hidden that stand under the name of a secret.

    >>> without_secrets({"consumerSecret": "x1", "secretNames": ["HOOK"], "url": "https://example.com"})
    {'consumerSecret': '[redacted]', 'secretNames': ['HOOK'], 'url': 'https://example.com'}
    """
    if isinstance(value, Mapping):
        return {key: _hidden_under(str(key), inner) for key, inner in value.items()}
    return [without_secrets(inner) for inner in value] if isinstance(value, list) else value


def _hidden_under(key: str, value: Any) -> Any:
    if isinstance(value, str) and value and (found := NAMES_OF_SECRETS.search(key)) and found.end() == len(key):
        return HIDDEN
    return without_secrets(value)
