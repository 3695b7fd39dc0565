r"""Text from a model or an account inside Markdown: it shows as it is and never becomes markup, a link or a mention."""

from __future__ import annotations

import re

from revops_iac.diagnostics import escaped

PUNCTUATION = re.compile(r"([\\`*_\[\]<>|~&$])")
BEGINS_BLOCK = re.compile(r"^(\s*\d*)([-+#.)])(?=[\s#]|$)")
MENTION = re.compile(r"([@#])(?=\w)")
LINK = re.compile(r"(?i)(https?|ftp|mailto)(?=:)|\b(www)(?=\.)")
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


def fenced(text: str, language: str = "") -> str:
    """The text as a block of code, whose fence is longer than any in it."""
    longest = max((len(found) for found in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
