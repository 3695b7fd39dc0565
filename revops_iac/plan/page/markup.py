r"""Text from a model or an account inside Markdown: it shows as it is and never becomes markup, a link or a mention."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import inf

from revops_iac.diagnostics import escaped

PUNCTUATION = re.compile(r"([\\`*_\[\]<>|~&$])")
BEGINS_BLOCK = re.compile(r"^(\s*\d*)([-+#.)])(?=[\s#]|$)")
MENTION = re.compile(r"([@#])(?=\w)")
LINK = re.compile(r"(?i)(https?|ftp|mailto)(?=:)|\b(www)(?=\.)")
MOST_MARKDOWN = 60_000
"""Characters of a comment or issue: GitHub takes 65,536 [D: docs.github.com, issue comments]."""
BREAK = "<!-- -->"
"""Ends a word for those who look for links and mentions, and shows nothing."""


def in_markdown(text: str) -> str:
    r"""The text for a line, a cell or a list of a Markdown page.

    >>> print(in_markdown("*a* <b> @maya see #12"))
    \*a\* \<b\> @<!-- -->maya see #<!-- -->12
    """
    shown = PUNCTUATION.sub(r"\\\1", escaped(text))
    shown = BEGINS_BLOCK.sub(r"\1\\\2", shown)
    shown = MENTION.sub(rf"\1{BREAK}", shown)
    return LINK.sub(lambda found: f"{found.group()}{BREAK}", shown)


def table(columns: Sequence[str], rows: Iterable[Sequence[str | Sequence[str]]], limit: float = inf) -> list[str]:
    r"""The lines of a table; a cell of several texts shows them one below the other. Rows beyond `limit` are counted.

    >>> print("\n".join(table(["object", "change"], [["*a*", ["b", "c"]]])))
    | object | change |
    |---|---|
    | \*a\* | b<br>c |
    """
    lines = [_row(columns), "|---" * len(columns) + "|"]
    left, more = limit, 0
    for row in rows:
        line = _row(row)
        left -= len(line) + 1
        lines += [line] if left >= 0 else []
        more += left < 0
    return [*lines, "", f"… and {more:,} more, which the command lists."] if more else lines


def _row(cells: Sequence[str | Sequence[str]]) -> str:
    texts = ([cell] if isinstance(cell, str) else cell for cell in cells)
    return f"| {' | '.join('<br>'.join(map(in_markdown, text)) for text in texts)} |"


def fenced(text: str, language: str = "") -> str:
    """The text as a block of code, whose fence is longer than any in it."""
    longest = max((len(found) for found in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
