"""All standing documents of a stack: which there are, for whom, written as files and compared with what is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from revops_iac.documents.forms.markdown import markdown
from revops_iac.documents.forms.site import site
from revops_iac.documents.forms.typst import pdf
from revops_iac.documents.process import Process
from revops_iac.documents.stamp import Stamp, stamp_of
from revops_iac.documents.standing import (
    automation,
    data_hygiene,
    deal_desk,
    lifecycle,
    metrics,
    overview,
    pipelines,
    platform,
    routing,
    scoring,
)
from revops_iac.documents.tree import Audience, Document
from revops_iac.stack_context import StackContext

TOPIC_DOCUMENTS = (lifecycle, scoring, routing, pipelines, automation, deal_desk, data_hygiene, metrics)


@dataclass(frozen=True)
class Library:
    """The documents of a stack, the index first, and where they come from."""

    documents: tuple[Document, ...]
    stamp: Stamp

    def files(self, form: str) -> Iterator[tuple[str, bytes]]:
        """The name and content of every file of a form: markdown, html or pdf.

        Raises ModuleNotFoundError for PDF without the extra `documents`.
        """
        if form == "html":
            yield "index.html", site(self.documents, self.stamp).encode()
        for one in self.documents:
            if form == "markdown":
                yield f"{one.slug}.md", markdown(one, self.stamp).encode()
            elif form == "pdf":
                yield f"{one.slug}.pdf", pdf(one, self.stamp)


def library(
    context: StackContext, into: Path, audience: Audience | None = None, process: Process | None = None
) -> Library:
    """The documents of a stack for a folder. Raises AuthorError and DiagnosticsError when the stack does not load."""
    process = process or process_of(context)
    return Library(tuple(documents(process, audience)), stamp_for(context, into))


def process_of(context: StackContext) -> Process:
    """A stack as the documents read it."""
    return Process(context.stack, context.loaded, context.planned, list(context.systems.values()))


def stamp_for(context: StackContext, into: Path) -> Stamp:
    """Where documents of a stack in a folder come from."""
    loaded = context.loaded
    company, environment = loaded.model.context.company or "", loaded.environment or context.stack
    return stamp_of(context.folder.resolve().parent, loaded.files, into, company, environment)


def documents(process: Process, audience: Audience | None = None) -> list[Document]:
    """The index and the documents that a model has, those that an audience reads first in its own order."""
    found = [document for module in TOPIC_DOCUMENTS if (document := module.document(process))]
    found += [platform.document(process, system) for system in process.systems]
    if audience is not None:
        found = [one for one in found if audience in one.audiences]
        found.sort(key=lambda one: one.audiences.index(audience))
    return [overview.document(process, found), *found]


def write(made: Library, into: Path, forms: Sequence[str]) -> list[Path]:
    """Write every file of some forms into a folder, and name them."""
    into.mkdir(parents=True, exist_ok=True)
    written = []
    for form in forms:
        for name, content in made.files(form):
            (into / name).write_bytes(content)
            written.append(into / name)
    return written


def stale(made: Library, into: Path, forms: Sequence[str]) -> list[str]:
    """The names of files that are missing or say something else; the line of the version does not count."""
    found = []
    for form in forms:
        for name, content in made.files(form):
            path = into / name
            if not path.is_file() or _without_version(path.read_bytes()) != _without_version(content):
                found.append(name)
    return found


def _without_version(content: bytes) -> list[bytes]:
    return [line for line in content.splitlines() if b"model last changed" not in line]
