"""Keeps credentials out of everything that people see: a server may repeat in its answer what it was sent."""

from __future__ import annotations

import html
import json
import threading
from urllib.parse import quote

SHORTEST = 8
"""No vendor issues shorter credentials, and common words would be hidden with them."""
HIDDEN = "[redacted]"

_lock = threading.Lock()
_hidden: set[str] = set()


def protect(*values: str | None) -> None:
    """Hides these credentials from now on, in each spelling that an answer may have."""
    with _lock:
        for value in values:
            if value and len(value) >= SHORTEST:
                spellings = (value, quote(value, safe=""), html.escape(value), json.dumps(value)[1:-1])
                _hidden.update(spellings)


def redacted(text: str) -> str:
    """The text without any credential in use.

    >>> protect("pat-na1-example")
    >>> redacted("the token pat-na1-example has expired")
    'the token [redacted] has expired'
    """
    with _lock:
        longest_first = sorted(_hidden, key=len, reverse=True)
    for value in longest_first:
        text = text.replace(value, HIDDEN)
    return text
