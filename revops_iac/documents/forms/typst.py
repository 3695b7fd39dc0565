"""A document as PDF, through Typst (https://typst.app/docs/reference/).

Every text is a Typst string, never markup, so that no name can be read as a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from revops_iac.diagnostics import Position, escaped
from revops_iac.documents import tree
from revops_iac.documents.chart import chart_svg
from revops_iac.documents.graph import svg
from revops_iac.documents.stamp import Stamp

LONG_CODE = 9
"""Characters from which a code may break."""
BREAKS = re.compile(r"(?<=[\s.])|(?<=[^_]_)(?=[^_])|(?<=[a-z])(?=[A-Z])")
"""Where a code may break: after a dot or a single underscore, and before the next word of a name."""
LONG_WORD, PIECE = 16, 12
"""Characters from which a word may break anywhere, and into how long pieces."""
MOST_FACTS = 24
"""Facts of one entry that stay on a page together."""
HIGHEST_PT = 540
"""How high a picture may be, so that it fits below a heading and some facts."""
WIDTH_PT, INSET_PT, LETTER_PT, SMALL_PT, CODE_PT = 493, 9, 4.5, 4.0, 5.2
"""How wide the page is, the space in a cell, and a letter of text, of small text and of code in a table."""
SETUP = """
#set text(size: 10pt, lang: "en")
#set par(justify: false)
#show heading: set block(above: 1.4em, below: 0.7em)
#show raw: set text(size: 8.5pt)
#set table(inset: 4pt, stroke: 0.5pt + luma(170))
#set table.cell(breakable: false)
#set grid.cell(breakable: false)
#show table.cell: set text(size: 8.5pt)
#show table.cell.where(y: 0): set text(weight: "bold")
#let facts(..items) = grid(columns: (26%, 1fr), row-gutter: 5pt, column-gutter: 8pt, ..items)
#let small(body) = text(size: 8pt, fill: luma(90), body)
"""


def typst_source(document: tree.Document, stamp: Stamp) -> str:
    """The Typst text of a document."""
    return "\n".join(_lines(document, stamp)) + "\n"


def pdf(document: tree.Document, stamp: Stamp) -> bytes:
    """The PDF of a document. Raises ModuleNotFoundError without the extra `documents`."""
    import typst

    compiled = typst.compile(typst_source(document, stamp).encode(), format="pdf")
    assert isinstance(compiled, bytes)
    return compiled


def _lines(document: tree.Document, stamp: Stamp) -> Iterator[str]:
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
    for block, following in pairwise((*document.blocks, None)):
        yield ""
        if isinstance(block, tree.Paragraph) and isinstance(following, tree.Table):
            yield f"#block(sticky: true)[{_text(block.text)}]"
        elif block is not None:
            yield from _block(block, stamp)


def _block(block: tree.Block, stamp: Stamp) -> Iterator[str]:
    match block:
        case tree.Heading(text, level):
            yield f"#heading(level: {level}, {_string(text)})"
        case tree.Paragraph(text):
            yield f"#par[{_text(text)}]"
        case tree.Bullets(items):
            yield f"#list({', '.join(f'[{_text(item)}]' for item in items)})"
        case tree.Facts(rows):
            yield f"#block(breakable: {'false' if len(rows) < MOST_FACTS else 'true'}, facts("
            yield from (
                f"  [*{_text(row.cells[0])}*], [{_text(row.cells[1])} {_place(row.place, stamp)}]," for row in rows
            )
            yield "))"
        case tree.Table():
            yield from _table(block, stamp)
        case tree.Picture(graph):
            yield _image(svg(graph), graph.alternative)
        case tree.Chart():
            yield _image(chart_svg(block), block.alternative)
        case tree.Steps(items) if not block.has_titles:
            yield f"#enum({_actions(items[0])})"
        case tree.Steps(items):
            yield "#enum(spacing: 1em,"
            for step in items:
                yield from _step(step, stamp)
            yield ")"


def _step(step: tree.Step, stamp: Stamp) -> Iterator[str]:
    where = f" #linebreak() {_text(step.where)}" if step.where else ""
    title = f"*{_text(step.title)}* {_place(step.place, stamp)}{where}"
    yield f"  [#block(breakable: false)[{title} #enum({_actions(step)})]],"


def _actions(step: tree.Step) -> str:
    return ", ".join([*(f"[{_text(action)}]" for action in step.actions), f"[*Check:* {_text(step.check)}]"])


def _image(drawn: str, alternative: str) -> str:
    """A picture as wide as it is, and never wider than the page or higher than most of it."""
    width, height = (float(re.search(rf' {side}="(\d+)"', drawn)[1]) for side in ("width", "height"))  # type: ignore[index]
    scale = min(0.72, 493 / width, HIGHEST_PT / height)
    size = f"width: {width * scale:.1f}pt, height: {height * scale:.1f}pt"
    return f'#align(center, image(bytes({_string(drawn)}), format: "svg", {size}, alt: {_string(alternative)}))'


def _table(table: tree.Table, stamp: Stamp) -> Iterator[str]:
    has_places = any(row.place for row in table.rows)
    columns = [*table.columns, *(["Defined in"] if has_places else [])]
    where = max((len(_where(row.place)) for row in table.rows if row.place), default=0)
    widths = _widths(table, max(where, len("Defined in")) * SMALL_PT + INSET_PT if has_places else 0)
    yield f"#table(columns: ({', '.join(widths)}),"
    yield f"  table.header({', '.join(f'[{_text(column)}]' for column in columns)}),"
    for row in table.rows:
        cells = [_text(cell) for cell in row.cells] + ([_place(row.place, stamp)] if has_places else [])
        yield f"  {', '.join(f'[{cell}]' for cell in cells)},"
    yield ")"


def _widths(table: tree.Table, stamp_width: float) -> Iterator[str]:
    """The width of each column: enough for its longest unbroken piece, and of what is left more for more text."""
    columns = [[column, *(row.cells[at] for row in table.rows)] for at, column in enumerate(table.columns)]
    least = [max(map(_unbroken_pt, cells)) + INSET_PT for cells in columns]
    lengths = [[len(tree.plain(cell)) * _letter_pt(cell) for cell in cells] for cells in columns]
    usual = [(max(one) * sum(one) / len(one)) ** 0.5 for one in lengths]
    most = [max(one) + INSET_PT for one in lengths]
    left = WIDTH_PT - stamp_width - sum(least)
    for low, high, weight in zip(least, most, usual, strict=True):
        yield f"{min(high, low + max(left, 0) * weight / sum(usual)) if left > 0 else low:.1f}fr"
    if stamp_width:
        yield f"{stamp_width:.1f}pt"


def _letter_pt(text: tree.Text) -> float:
    return CODE_PT if _is_code(text) else LETTER_PT


def _unbroken_pt(text: tree.Text) -> float:
    """How wide the longest piece of a cell is that no line break divides."""
    widths = [0.0]
    for piece in tree.parts(text):
        words = _code_pieces(piece.text) if isinstance(piece, tree.Code) else _word_pieces(tree.plain(piece))
        widths += [len(word.strip()) * (CODE_PT if isinstance(piece, tree.Code) else LETTER_PT) for word in words]
    return max(widths)


def _is_code(text: tree.Text) -> bool:
    return any(isinstance(piece, tree.Code) for piece in tree.parts(text))


def _where(place: Position) -> str:
    return f"{place.file.rpartition('/')[2]}:{place.line}"


def _place(place: Position | None, stamp: Stamp) -> str:
    if place is None:
        return ""
    shown = _where(place)
    address = stamp.absolute(place)
    return f"#link({_string(address)}, small({_string(shown)}))" if address else f"#small({_string(shown)})"


def _text(text: tree.Text) -> str:
    return "".join(_inline(piece) for piece in tree.parts(text))


def _inline(piece: tree.Inline) -> str:
    match piece:
        case tree.Code(text):
            return _code(text)
        case tree.Strong(text):
            return f"#strong({_string(text)})"
        case tree.To(text):
            return f"#{_string(text)}"
        case _:
            return _words(piece)


def _code(text: str) -> str:
    """A code; a long one may break after a dot or an underscore, and anywhere where it has neither."""
    return "#sym.zws;".join(f"#raw({_string(piece)});" for piece in _code_pieces(text))


def _code_pieces(text: str) -> list[str]:
    if len(text) < LONG_CODE:
        return [text]
    return [piece for part in BREAKS.split(text) for piece in _pieces(part)]


def _words(text: str) -> str:
    """Words; a very long one, such as an address, may break anywhere."""
    if not any(len(word) >= LONG_WORD for word in text.split()):
        return f"#{_string(text)}"
    return "#sym.zws;".join(f"#{_string(piece)};" for piece in _word_pieces(text))


def _word_pieces(text: str) -> list[str]:
    """A text in pieces between which a line may break."""
    found = list[str]()
    for word in re.split(r"(?<=\s)", text):
        is_long = len(word.strip()) >= LONG_WORD
        found += [one for part in re.split(r"(?<=[@.])", word) for one in _pieces(part)] if is_long else [word]
    return [piece for piece in found if piece]


def _pieces(word: str) -> list[str]:
    if len(word) < LONG_WORD:
        return [word] if word else []
    return [word[at : at + PIECE] for at in range(0, len(word), PIECE)]


def _string(text: str) -> str:
    """A Typst string literal."""
    shown = text if text.startswith("<svg ") else escaped(text)
    return '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
