"""What a document consists of, before it is printed in any form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from revops_iac.diagnostics import Position
from revops_iac.documents.graph import Graph

Audience = Literal["sales", "marketing", "customer_success", "executives", "admin"]
AUDIENCES: tuple[Audience, ...] = ("sales", "marketing", "customer_success", "executives", "admin")


@dataclass(frozen=True)
class Code:
    """A value exactly as the model or a CRM spells it."""

    text: str


@dataclass(frozen=True)
class Strong:
    """Words that stand out."""

    text: str


@dataclass(frozen=True)
class To:
    """Words that lead to another document, by its slug."""

    text: str
    slug: str


Inline = str | Code | Strong | To
Text = Inline | tuple[Inline, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title of the document, which is no block."""

    text: str
    level: Literal[2, 3, 4] = 2


@dataclass(frozen=True)
class Paragraph:
    text: Text


@dataclass(frozen=True)
class Bullets:
    items: tuple[Text, ...]


@dataclass(frozen=True)
class Row:
    """A row of a table and the line of the model that it comes from."""

    cells: tuple[Text, ...]
    place: Position | None = None


@dataclass(frozen=True)
class Table:
    """Rows under named columns. `caption` says what they are, for people who hear the table instead of seeing it."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def without_empty_columns(self) -> Table:
        """The table without the columns that no row fills."""
        filled = [at for at in range(len(self.columns)) if any(row.cells[at] not in ("", ()) for row in self.rows)]
        rows = tuple(Row(tuple(row.cells[at] for at in filled), row.place) for row in self.rows)
        return Table(self.caption, tuple(self.columns[at] for at in filled), rows)


@dataclass(frozen=True)
class Facts:
    """The facts of one entry: a name and a value each, and its line in the model."""

    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Picture:
    graph: Graph


@dataclass(frozen=True)
class Bar:
    label: str
    value: float


@dataclass(frozen=True)
class Chart:
    """Horizontal bars, with lines at the marks."""

    name: str
    title: str
    alternative: str
    bars: tuple[Bar, ...]
    marks: tuple[Bar, ...] = ()


@dataclass(frozen=True)
class Step:
    """Something that a person does: where, what, and how they see that it worked."""

    title: str
    where: str
    actions: tuple[Text, ...]
    check: Text
    place: Position | None = None


@dataclass(frozen=True)
class Steps:
    items: tuple[Step, ...]

    @property
    def has_titles(self) -> bool:
        """Whether each step has a heading: one alone without a place is what the text above it speaks of."""
        return len(self.items) > 1 or any(step.where for step in self.items)


Block = Heading | Paragraph | Bullets | Table | Facts | Picture | Chart | Steps


@dataclass(frozen=True)
class Item:
    """One line of the output checklist: `missing` says what is not there yet, empty where all is."""

    label: str
    missing: str = ""


@dataclass(frozen=True)
class Document:
    """A standing document. `audiences` are those it is for, `owner` who answers for what it says."""

    slug: str
    title: str
    summary: str
    audiences: tuple[Audience, ...]
    owner: str
    blocks: tuple[Block, ...]
    checklist: tuple[Item, ...] = field(default=())


def section(
    title: str,
    caption: str,
    columns: tuple[str, ...],
    rows: Iterable[Row],
    note: str = "",
    level: Literal[2, 3, 4] = 2,
    sparse: bool = False,
) -> Iterator[Block]:
    """A table under a heading and a note; nothing where there are no rows. A sparse one drops its empty columns."""
    table = Table(caption, columns, tuple(rows))
    if table.rows:
        yield Heading(title, level)
        if note:
            yield Paragraph(note)
        yield table.without_empty_columns() if sparse else table


def parts(text: Text) -> tuple[Inline, ...]:
    """The pieces of a text.

    >>> parts("a")
    ('a',)
    """
    return text if isinstance(text, tuple) else (text,)


def joined(texts: Sequence[Text], between: str = ", ") -> Text:
    """Several texts as one.

    >>> joined([Code("a"), "b"])
    (Code(text='a'), ', ', 'b')
    """
    found: list[Inline] = []
    for number, text in enumerate(texts):
        found += [*([between] if number else []), *parts(text)]
    return tuple(found)


def plain(text: Text) -> str:
    """The words of a text alone."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in parts(text))
