"""Patterns of paths that match in linear time."""

from __future__ import annotations

MAX_LENGTH = 1000
FORBIDDEN = frozenset("\\()[]{}+?")
ALLOWED = 'it may hold "|" between alternatives, "^" and "$" at their ends and "*" for any text, and at most'


class Pattern:
    """Alternatives separated by `|`, found anywhere in a text unless `^` or `$` fixes an end; `*` is any text.

    Raises ValueError for what other pattern languages mean by brackets, `+`, `?`, `.*` and backslashes.

    >>> Pattern("^/crm/*/contacts$|/lists").search("/crm/v3/properties/contacts")
    True
    >>> Pattern("^/crm/*/contacts$|/lists").search("/v1/crm/v3/properties/contacts")
    False
    """

    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH or FORBIDDEN & set(text) or ".*" in text:
            raise ValueError(f"{ALLOWED} {MAX_LENGTH} characters")
        self._alternatives = text.split("|")

    def search(self, text: str) -> bool:
        """Whether an alternative is found in the text."""
        return any(_found(alternative, text) for alternative in self._alternatives)


def _found(alternative: str, text: str) -> bool:
    at_start, at_end = alternative.startswith("^"), alternative.endswith("$")
    pieces = alternative.removeprefix("^").removesuffix("$").split("*")
    if len(pieces) == 1 and at_start and at_end:
        return text == pieces[0]
    position, end = 0, len(text)
    if at_start:
        position = len(pieces[0])
        if not text.startswith(pieces.pop(0)):
            return False
    if at_end and pieces:
        end -= len(pieces[-1])
        if not text.endswith(pieces.pop()):
            return False
    for piece in pieces:
        found = text.find(piece, position, end)
        if found < 0:
            return False
        position = found + len(piece)
    return position <= end
