"""All documents as one HTML file that calls nothing: navigation, search, dark, phone and print."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from importlib.resources import files

from revops_iac.diagnostics import Position
from revops_iac.documents import tree
from revops_iac.documents.chart import chart_svg
from revops_iac.documents.graph import svg, xml_text
from revops_iac.documents.stamp import Stamp


def site(documents: Sequence[tree.Document], stamp: Stamp) -> str:
    """The text of `index.html`. A content security policy forbids every request and any other script."""
    return "\n".join(_lines(documents, stamp)) + "\n"


def _asset(name: str) -> str:
    return (files("revops_iac.documents.forms") / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _lines(documents: Sequence[tree.Document], stamp: Stamp) -> Iterator[str]:
    style, script = f"\n{_asset('site.css')}", f"\n{_asset('site.js')}"
    ours = f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    policy = f"default-src 'none'; {ours}; base-uri 'none'; form-action 'none'"
    title = documents[0].title if documents else "The revenue process"
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield '<head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{xml_text(title)}</title>"
    yield f"<style>{style}</style></head>"
    yield '<body><a class="skip" href="#content">Skip to the documents</a>'
    yield '<div class="frame"><div class="side">'
    yield f"<header><p>{xml_text(stamp.company or title)}</p></header>"
    yield '<search><label for="search">Search all documents</label>'
    yield '<input id="search" type="search" autocomplete="off"><div id="found" aria-live="polite"></div></search>'
    yield '<nav aria-label="Documents"><ul>'
    yield from (f'<li><a href="#{one.slug}">{xml_text(one.title)}</a></li>' for one in documents)
    yield "</ul></nav></div>"
    yield '<main id="content">'
    for document in documents:
        yield from _article(document, stamp, {one.slug for one in documents})
    yield f"</main></div><script>{script}</script></body></html>"


def _article(document: tree.Document, stamp: Stamp, known: set[str]) -> Iterator[str]:
    page = _Page(document.slug, stamp, known)
    owner = f" · Owner {xml_text(document.owner)}" if document.owner else ""
    yield f'<article id="{document.slug}">'
    yield f"<h1>{xml_text(document.title)}</h1>"
    yield f'<p class="summary">{xml_text(document.summary)}</p>'
    yield f'<p class="stamp">Environment {xml_text(stamp.environment)}{owner}</p>'
    yield f'<p class="stamp">{xml_text(stamp.line)}</p>'
    for block in document.blocks:
        yield from page.block(block)
    yield "</article>"


class _Page:
    """Prints the blocks of one document; counts its headings, so that each anchor is there once."""

    def __init__(self, slug: str, stamp: Stamp, known: set[str]) -> None:
        self.slug, self.stamp, self.known, self.anchors = slug, stamp, known, set[str]()

    def block(self, block: tree.Block) -> Iterator[str]:
        match block:
            case tree.Heading(text, level):
                yield f'<h{level} id="{self.anchor(text)}">{xml_text(text)}</h{level}>'
            case tree.Paragraph(text):
                yield f"<p>{self.text(text)}</p>"
            case tree.Bullets(items):
                yield "<ul>"
                yield from (f"<li>{self.text(item)}</li>" for item in items)
                yield "</ul>"
            case tree.Facts(rows):
                yield "<dl>"
                for row in rows:
                    yield f"<dt>{self.text(row.cells[0])}</dt>"
                    yield f"<dd>{self.text(row.cells[1])} {self.place(row.place)}</dd>"
                yield "</dl>"
            case tree.Table():
                yield from self.table(block)
            case tree.Picture(graph):
                yield from _figure(svg(graph), graph.title)
            case tree.Chart():
                yield from _figure(chart_svg(block), block.title)
            case tree.Steps(items):
                yield from self.steps(items) if block.has_titles else _actions(self, items[0])

    def anchor(self, text: str) -> str:
        words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "part"
        name = f"{self.slug}--{words}"
        unique, number = name, 1
        while unique in self.anchors:
            number += 1
            unique = f"{name}-{number}"
        self.anchors.add(unique)
        return unique

    def table(self, table: tree.Table) -> Iterator[str]:
        has_places = any(row.place for row in table.rows)
        yield f'<div class="wide" tabindex="0" role="group" aria-label="{xml_text(table.caption)}">'
        yield f"<table><caption>{xml_text(table.caption)}</caption>"
        columns = [*table.columns, *(["Defined in"] if has_places else [])]
        heads = "".join(f'<th scope="col">{xml_text(column)}</th>' for column in columns)
        yield f"<thead><tr>{heads}</tr></thead>"
        yield "<tbody>"
        for row in table.rows:
            cells = "".join(f"<td>{self.text(cell)}</td>" for cell in row.cells)
            where = f"<td>{self.place(row.place)}</td>" if has_places else ""
            yield f"<tr>{cells}{where}</tr>"
        yield "</tbody></table></div>"

    def steps(self, items: Sequence[tree.Step]) -> Iterator[str]:
        yield '<ol class="steps">'
        for step in items:
            where = f"<br>{xml_text(step.where)}" if step.where else ""
            yield f"<li><strong>{xml_text(step.title)}</strong> {self.place(step.place)}{where}"
            yield from _actions(self, step)
            yield "</li>"
        yield "</ol>"

    def place(self, place: Position | None) -> str:
        """A link to the line where a browser can read the repository, and its name elsewhere."""
        if place is None:
            return ""
        shown = xml_text(f"{place.file.rpartition('/')[2]}:{place.line}")
        address = self.stamp.absolute(place)
        if address:
            return f'<a class="place" href="{xml_text(address)}">{shown}</a>'
        return f'<span class="place">{shown}</span>'

    def text(self, text: tree.Text) -> str:
        return "".join(self.inline(piece) for piece in tree.parts(text))

    def inline(self, piece: tree.Inline) -> str:
        match piece:
            case tree.Code(text):
                return f"<code>{xml_text(text)}</code>"
            case tree.Strong(text):
                return f"<strong>{xml_text(text)}</strong>"
            case tree.To(text, slug):
                return f'<a href="#{slug}">{xml_text(text)}</a>' if slug in self.known else xml_text(text)
            case _:
                return xml_text(piece)


def _actions(page: _Page, step: tree.Step) -> Iterator[str]:
    yield "<ol>"
    yield from (f"<li>{page.text(action)}</li>" for action in step.actions)
    yield f'<li><span class="check">Check:</span> {page.text(step.check)}</li></ol>'


def _figure(drawn: str, title: str) -> Iterator[str]:
    yield f"<figure>{drawn}<figcaption>{xml_text(title)}</figcaption></figure>"
