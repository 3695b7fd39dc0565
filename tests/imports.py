"""What a Python file imports, found without a syntax tree of the whole file: there are 1,200 of them."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

STATEMENT = re.compile(
    r"""
    \#[^\n]*
    | (?P<quotes>\"{3}|\'{3}) (?:\\.|.)*? (?P=quotes)
    | "(?:\\.|[^"\\\n])*"
    | '(?:\\.|[^'\\\n])*'
    | ^[ \t]* (?P<statement> from\s[^\n(;\#]*?\simport\s*(?:\([^)]*\)|[^\n(;\#]*) | import\s[^\n;\#]*)
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
"""A comment or string, which is passed over whatever it says, or an import statement."""


@cache
def imports(path: Path) -> tuple[ast.Import | ast.ImportFrom, ...]:
    """The import statements of a file, in their order."""
    return tuple(imports_in(path.read_text(encoding="utf-8")))


def imports_in(text: str) -> list[ast.Import | ast.ImportFrom]:
    """The import statements of a program, in their order."""
    found = [match["statement"] for match in STATEMENT.finditer(text) if match["statement"]]
    return [node for node in ast.parse("\n".join(found)).body if isinstance(node, ast.Import | ast.ImportFrom)]
