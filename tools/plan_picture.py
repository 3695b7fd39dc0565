"""Draws what Pulumi printed as a picture: `pulumi preview --diff [--color always] | python -m tools.plan_picture`.

Writes docs/plan.svg. Long values are cut and URNs left out, as a reader would skip them; nothing else is changed.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "plan.svg"
WIDTH = 118
SKIPPED = re.compile(r"\[urn=|^Previewing|^\s*--outputs:--|^@ |Loading policy packs")
STYLES = {"~": "yellow", "+": "green", "-": "red"}
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def draw(printed: str) -> str:
    """The picture as SVG text."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    for line in printed.splitlines():
        if not SKIPPED.search(ESCAPES.sub("", line)):
            text = _colored(line)
            text.truncate(WIDTH, overflow="ellipsis")
            console.print(text)
    return console.export_svg(title="pulumi preview --diff --policy-pack policies")


def _colored(line: str) -> Text:
    """The line in the terminal's colors, or in those of a plan where it has none: by its sign."""
    if ESCAPES.search(line):
        return Text.from_ansi(line)
    return Text(line, style=STYLES.get(line.strip()[:1], ""))


def main() -> int:
    """Reads standard input, writes the picture, and names it."""
    PICTURE.write_text(draw(sys.stdin.read()), encoding="utf-8")
    print(PICTURE.relative_to(PICTURE.parents[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
