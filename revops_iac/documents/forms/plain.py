"""A document as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.diagnostics import escaped
from revops_iac.documents import tree

MOST_WIDTH = 60


def plain_text(document: tree.Document) -> str:
    """The text, without the links to the model."""
    return "\n".join([escaped(document.title), escaped(document.summary), *_lines(document)])


def _lines(document: tree.Document) -> Iterator[str]:
    for block in document.blocks:
        yield from _block(block)


def _block(block: tree.Block) -> Iterator[str]:
    match block:
        case tree.Heading(text):
            yield from ("", escaped(text).upper())
        case tree.Paragraph(text):
            yield f"  {escaped(tree.plain(text))}"
        case tree.Bullets(items):
            yield from (f"  - {escaped(tree.plain(item))}" for item in items)
        case tree.Facts(rows):
            wide = max((len(tree.plain(row.cells[0])) for row in rows), default=0)
            yield from (
                f"  {escaped(tree.plain(row.cells[0])):{wide}}  {escaped(tree.plain(row.cells[1]))}" for row in rows
            )
        case tree.Table():
            yield from _table(block)
        case tree.Picture(graph):
            yield f"  {escaped(graph.alternative)}"
        case tree.Chart():
            yield from (f"  {escaped(bar.label)}: {bar.value:g}" for bar in block.bars)
        case tree.Steps(items):
            for number, step in enumerate(items, 1):
                yield f"  {number}. {escaped(step.title)}: {escaped(step.where)}"
                yield from (f"     - {escaped(tree.plain(action))}" for action in (*step.actions, step.check))


def _table(table: tree.Table) -> Iterator[str]:
    rows = [[escaped(tree.plain(cell)) for cell in row.cells] for row in table.rows]
    columns = [list(table.columns), *rows]
    widths = [min(MOST_WIDTH, max(len(row[at]) for row in columns)) for at in range(len(table.columns))]
    for row in columns:
        yield "  " + "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
