"""A document as PDF, through Typst (https://typst.app/docs/reference/).

Every text is a Typst string, never markup, so that no name can be read as a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from revops_iac.diagnostics import Position, escaped
from revops_iac.documents.chart import chart_svg
from revops_iac.documents.graph import svg
from revops_iac.documents.stamp import Stamp
from revops_iac.documents.tree import (
    Block,
    Bullets,
    Chart,
    Code,
    Document,
    Facts,
    Heading,
    Inline,
    Paragraph,
    Picture,
    Step,
    Steps,
    Strong,
    Table,
    Text,
    To,
    parts,
    plain,
)

LONG_CODE = 9
"""Characters from which a code may break."""
BREAKS = re.compile(r"(?<=[\s._])|(?<=[a-z])(?=[A-Z])")
"""Where a code may break: after a dot or an underscore, and before the next word of a name."""
SHORT = 14
"""Characters up to which a column is as wide as its longest text."""
SETUP = """
#set text(size: 10pt, lang: "en")
#set par(justify: false)
#show heading: set block(above: 1.4em, below: 0.7em)
#show raw: set text(size: 8.5pt)
#set table(inset: 4pt, stroke: 0.5pt + luma(170))
#show table.cell: set text(size: 8.5pt)
#show table.cell.where(y: 0): set text(weight: "bold")
#let facts(..items) = grid(columns: (26%, 1fr), row-gutter: 5pt, column-gutter: 8pt, ..items)
#let small(body) = text(size: 8pt, fill: luma(90), body)
"""


def typst_source(document: Document, stamp: Stamp) -> str:
    """The Typst text of a document."""
    return "\n".join(_lines(document, stamp)) + "\n"


def pdf(document: Document, stamp: Stamp) -> bytes:
    """The PDF of a document. Raises ModuleNotFoundError without the extra `documents`."""
    import typst

    compiled = typst.compile(typst_source(document, stamp).encode(), format="pdf")
    assert isinstance(compiled, bytes)
    return compiled


def _lines(document: Document, stamp: Stamp) -> Iterator[str]:
    owner = f" · Owner {document.owner}" if document.owner else ""
    foot = f"{stamp.company} · {document.title} · {stamp.environment} · {stamp.line}"
    yield SETUP
    yield f"#set document(title: {_string(document.title)}, author: {_string(stamp.company or 'revops')}, date: none)"
    yield (
        '#set page(paper: "a4", margin: (x: 18mm, y: 20mm), footer: context small(grid(columns: (1fr, auto), '
        f'{_string(foot)}, counter(page).display("1 of 1", both: true))))'
    )
    yield f"#heading(level: 1, {_string(document.title)})"
    yield f"#par(text(size: 11pt, {_string(document.summary)}))"
    yield f"#par(small({_string(f'Environment {stamp.environment}{owner} · {stamp.line}')}))"
    for block in document.blocks:
        yield ""
        yield from _block(block, stamp)


def _block(block: Block, stamp: Stamp) -> Iterator[str]:
    match block:
        case Heading(text, level):
            yield f"#heading(level: {level}, {_string(text)})"
        case Paragraph(text):
            yield f"#par[{_text(text)}]"
        case Bullets(items):
            yield f"#list({', '.join(f'[{_text(item)}]' for item in items)})"
        case Facts(rows):
            yield "#facts("
            yield from (
                f"  [*{_text(row.cells[0])}*], [{_text(row.cells[1])} {_place(row.place, stamp)}]," for row in rows
            )
            yield ")"
        case Table():
            yield from _table(block, stamp)
        case Picture(graph):
            yield _image(svg(graph), graph.alternative)
        case Chart():
            yield _image(chart_svg(block), block.alternative)
        case Steps(items):
            yield "#enum(spacing: 1em,"
            for step in items:
                yield from _step(step, stamp)
            yield ")"


def _step(step: Step, stamp: Stamp) -> Iterator[str]:
    where = f" #linebreak() {_text(step.where)}" if step.where else ""
    actions = ", ".join([*(f"[{_text(action)}]" for action in step.actions), f"[*Check:* {_text(step.check)}]"])
    yield f"  [*{_text(step.title)}* {_place(step.place, stamp)}{where} #enum({actions})],"


def _image(drawn: str, alternative: str) -> str:
    """A picture as wide as it is, and never wider than the page or higher than most of it."""
    width, height = (float(re.search(rf' {side}="(\d+)"', drawn)[1]) for side in ("width", "height"))  # type: ignore[index]
    scale = min(0.72, 493 / width, 640 / height)
    size = f"width: {width * scale:.1f}pt, height: {height * scale:.1f}pt"
    return f'#align(center, image(bytes({_string(drawn)}), format: "svg", {size}, alt: {_string(alternative)}))'


def _table(table: Table, stamp: Stamp) -> Iterator[str]:
    has_places = any(row.place for row in table.rows)
    columns = [*table.columns, *(["Defined in"] if has_places else [])]
    yield f"#table(columns: ({', '.join(_widths(table, has_places))}),"
    yield f"  table.header({', '.join(f'[{_text(column)}]' for column in columns)}),"
    for row in table.rows:
        cells = [_text(cell) for cell in row.cells] + ([_place(row.place, stamp)] if has_places else [])
        yield f"  {', '.join(f'[{cell}]' for cell in cells)},"
    yield ")"


def _widths(table: Table, has_places: bool) -> Iterator[str]:
    """Short columns as wide as their texts; the others share the rest, wider for longer texts and longer words."""
    at_codes = [any(_has_code(row.cells[at]) for row in table.rows) for at in range(len(table.columns))]
    for at, column in enumerate(table.columns):
        texts = [column, *(plain(row.cells[at]) for row in table.rows)]
        longest = max(map(len, texts))
        word = max(
            len(word) for text in texts for word in (BREAKS.split(text) if at_codes[at] else text.split() or [""])
        )
        least = word * (1.4 if at_codes[at] else 1.0)  # codes are set in wider letters
        yield "auto" if longest <= SHORT else f"{max(least, min(longest, 12 + longest**0.5 * 2.2)):.2f}fr"
    if has_places:
        yield "auto"


def _has_code(text: Text) -> bool:
    return any(isinstance(piece, Code) for piece in parts(text))


def _place(place: Position | None, stamp: Stamp) -> str:
    if place is None:
        return ""
    shown = f"{place.file.rpartition('/')[2]}:{place.line}"
    address = stamp.absolute(place)
    return f"#link({_string(address)}, small({_string(shown)}))" if address else f"#small({_string(shown)})"


def _text(text: Text) -> str:
    return "".join(_inline(piece) for piece in parts(text))


def _inline(piece: Inline) -> str:
    match piece:
        case Code(text):
            return _code(text)
        case Strong(text):
            return f"#strong({_string(text)})"
        case To(text):
            return f"#{_string(text)}"
        case _:
            return f"#{_string(piece)}"


def _code(text: str) -> str:
    """A code; a long one may break after a dot or an underscore."""
    if len(text) < LONG_CODE:
        return f"#raw({_string(text)})"
    return "#sym.zws;".join(f"#raw({_string(piece)});" for piece in BREAKS.split(text) if piece)


def _string(text: str) -> str:
    """A Typst string literal."""
    shown = text if text.startswith("<svg ") else escaped(text)
    return '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
