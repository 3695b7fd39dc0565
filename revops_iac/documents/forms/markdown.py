"""A document as Markdown that GitHub shows: tables, Mermaid pictures, and links to the lines of the model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from revops_iac.diagnostics import Position, escaped
from revops_iac.documents import tree
from revops_iac.documents.graph import fits_mermaid, mermaid
from revops_iac.documents.stamp import Stamp

NOTE = "<!-- Written by revops docs from the model; edits here are lost. -->"
BAR_WIDTH = 20


def markdown(document: tree.Document, stamp: Stamp) -> str:
    """The text of the file `<slug>.md`."""
    owner = f" · Owner {_words(document.owner)}" if document.owner else ""
    head = [
        NOTE,
        f"# {_words(document.title)}",
        _words(document.summary),
        f"Environment {_words(stamp.environment)}{owner}",
        _words(stamp.line),
    ]
    return "\n\n".join([*head, *("\n".join(_block(block, stamp)) for block in document.blocks)]) + "\n"


def _block(block: tree.Block, stamp: Stamp) -> Iterator[str]:
    match block:
        case tree.Heading(text, level):
            yield f"{'#' * level} {_words(text)}"
        case tree.Paragraph(text):
            yield _text(text)
        case tree.Bullets(items):
            yield from (f"- {_text(item)}" for item in items)
        case tree.Facts(rows):
            yield from (f"- **{_text(row.cells[0])}:** {_text(row.cells[1])}{_where(row.place, stamp)}" for row in rows)
        case tree.Table():
            yield from _table(block, stamp)
        case tree.Picture(graph):
            if fits_mermaid(graph):
                yield from ("```mermaid", mermaid(graph), "```")
            else:
                yield f"The picture is too large for Markdown; the HTML form shows it. {_words(graph.alternative)}"
        case tree.Chart():
            yield from _chart(block)
        case tree.Steps():
            yield from _steps(block, stamp)


def _where(place: Position | None, stamp: Stamp) -> str:
    return f" ([{_words(_named(place))}]({stamp.relative(place)}))" if place else ""


def _named(place: Position) -> str:
    return f"{place.file.rpartition('/')[2]}:{place.line}"


def _table(table: tree.Table, stamp: Stamp) -> Iterator[str]:
    has_places = any(row.place for row in table.rows)
    columns = [_words(column) for column in table.columns] + (["Defined in"] if has_places else [])
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in table.rows:
        yield f"| {' | '.join([*map(_cell, row.cells), *([_link(row, stamp)] if has_places else [])])} |"


def _cell(text: tree.Text) -> str:
    return _text(text, in_table=True)


def _link(row: tree.Row, stamp: Stamp) -> str:
    return f"[{_words(_named(row.place))}]({stamp.relative(row.place)})" if row.place else ""


def _chart(chart: tree.Chart) -> Iterator[str]:
    most = max((abs(bar.value) for bar in chart.bars), default=0) or 1
    yield f"| {_words(chart.title)} | | |"
    yield "|---|---|---|"
    for bar in chart.bars:
        drawn = ("█" if bar.value >= 0 else "░") * max(1, round(BAR_WIDTH * abs(bar.value) / most))
        yield f"| {_words(bar.label)} | {bar.value:g} | {drawn} |"


def _steps(steps: tree.Steps, stamp: Stamp) -> Iterator[str]:
    for number, step in enumerate(steps.items, 1):
        title = f"{number}. **{_words(step.title)}**" if steps.has_titles else ""
        indent = " " * len(f"{number}. ") if title else ""
        if title:
            yield title + (f": {_words(step.where)}" if step.where else "") + _where(step.place, stamp)
        yield from (f"{indent}{at}. {_text(action)}" for at, action in enumerate(step.actions, 1))
        yield f"{indent}{len(step.actions) + 1}. Check: {_text(step.check)}"


def _text(text: tree.Text, in_table: bool = False) -> str:
    return "".join(_inline(piece, in_table) for piece in tree.parts(text))


def _inline(piece: tree.Inline, in_table: bool) -> str:
    match piece:
        case tree.Code(text):
            return _code(text, in_table)
        case tree.Strong(text):
            return f"**{_words(text)}**"
        case tree.To(text, slug):
            return f"[{_words(text)}]({slug}.md)"
        case _:
            return _words(piece)


SPECIAL = re.compile(r"[\\`*{}\[\]|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|^>|^[#+-](?=[\s#])|^\d+(?=[.)]\s)")


def _words(text: str) -> str:
    """Words that stay words in Markdown, on one line."""
    shown = escaped(text).replace("&", "&amp;").replace("<", "&lt;")
    return SPECIAL.sub(
        lambda found: f"\\{found.group()}" if not found.group().isdigit() else f"{found.group()}&#8203;", shown
    )


def _code(text: str, in_table: bool) -> str:
    """A code span, with more backticks around it than it holds."""
    shown = escaped(text) or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    edge = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{edge}{shown.replace('|', chr(92) + '|') if in_table else shown}{edge}{fence}"
