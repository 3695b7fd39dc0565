"""The index: which document says what, what is there and what is missing, open questions, and the words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from revops_iac.documents import tree
from revops_iac.documents.process import Fact, Process
from revops_iac.documents.words import listed, money, number, spoken
from revops_iac.model import TOPICS
from revops_iac.model.condition import OBJECTS

ASKED = [topic for topic in TOPICS if topic not in ("context", "people")]
"""The topics that have a document of their own."""


def document(process: Process, documents: Sequence[tree.Document]) -> tree.Document:
    """The index of the other documents."""
    company = process.model.context.company or "the company"
    return tree.Document(
        "index",
        f"The revenue process of {company}",
        "How leads become customers here: the standing documents, what is defined and what is still open.",
        ("sales", "marketing", "customer_success", "executives", "admin"),
        "",
        tuple(_blocks(process, documents)),
    )


def _blocks(process: Process, documents: Sequence[tree.Document]) -> Iterator[Any]:
    rows = tuple(
        tree.Row((tree.To(one.title, one.slug), one.summary, listed(spoken(name) for name in one.audiences), one.owner))
        for one in documents
    )
    yield tree.Heading("Documents")
    yield tree.Table("The standing documents", ("Document", "What it says", "For", "Owner"), rows)
    yield from _context(process)
    yield from _checklist(process, documents)
    yield from _gaps(process)
    yield from _glossary()


def _context(process: Process) -> Iterator[Any]:
    context = process.model.context
    value, labels = context.annual_contract_value, {system.name: system.label for system in process.systems}
    amounts = [money(end) for end in (value.low, value.high) if end] if value else []
    master = context.systems.source_of_truth
    given: list[Fact] = [
        ("Company", context.company, "company"),
        ("Go-to-market motion", spoken(context.motion).replace(" led", "-led") if context.motion else None, "motion"),
        ("Annual contract value", " to ".join(amounts), "annual_contract_value"),
        ("Sales cycle", f"{context.sales_cycle_days} days" if context.sales_cycle_days else None, "sales_cycle_days"),
        ("Company currency", context.currency, "currency"),
        ("Time zone of scheduled runs", context.time_zone, "time_zone"),
        ("Exchange rates", _rates(process), "exchange_rates"),
        ("Names in the CRMs begin with", context.name_prefix, "name_prefix"),
        ("CRM in use", context.stack.crm, "stack.crm"),
        ("Managed CRMs", listed(system.label for system in process.systems), "systems.managed"),
        ("Source of truth", labels.get(master or "", master), "systems.source_of_truth"),
        ("Marketing automation", context.stack.marketing_automation, "stack.marketing_automation"),
        ("Scheduling", context.stack.scheduling, "stack.scheduling"),
        ("Enrichment", listed(context.stack.enrichment), "stack.enrichment"),
        ("Today", context.current_state, "current_state"),
        ("Goal", context.goal, "goal"),
    ]
    yield tree.Heading("The company")
    yield tree.Facts(process.facts(("context",), given))
    yield from _dimensions(process)


def _dimensions(process: Process) -> Iterator[Any]:
    """What entries filter on, and the field of each object that holds it."""
    rows = tuple(
        process.row(
            ("context", "dimensions", key),
            spoken(key),
            ", ".join(map(spoken, one.values)),
            ", ".join(str(ref) for name in OBJECTS if (ref := one.field_on(name))),
        )
        for key, one in process.model.context.dimensions.items()
    )
    if rows:
        yield tree.Table("What models and rules are chosen by", ("Dimension", "Values", "Kept in"), rows)


def _rates(process: Process) -> str:
    context = process.model.context
    return ", ".join(f"1 {code} is {number(rate)} {context.currency}" for code, rate in context.exchange_rates.items())


def _checklist(process: Process, documents: Sequence[tree.Document]) -> Iterator[Any]:
    yield tree.Heading("Output checklist")
    yield tree.Paragraph("What the process needs, where it is written, and what of it is missing.")
    rows = [
        tree.Row((tree.To(one.title, one.slug), item.label, f"missing: {item.missing}" if item.missing else "there"))
        for one in documents
        for item in one.checklist
    ]
    written = {one.slug for one in documents}
    rows += [
        tree.Row(("", f"{spoken(topic).capitalize()} document", "missing: the model does not define it"))
        for topic in ASKED
        if topic.replace("_", "-") not in written
    ]
    yield tree.Table("Output checklist", ("Document", "Part", "State"), tuple(rows))


def _gaps(process: Process) -> Iterator[Any]:
    from revops_iac.documents.gaps import gaps

    open_questions = gaps(process.model)
    yield tree.Heading("Open questions")
    if not open_questions:
        yield tree.Paragraph("None: the context says everything that the process is read against.")
        return
    yield tree.Paragraph("Nothing waits for these. Each says what its absence costs, and who could answer.")
    rows = tuple(tree.Row((gap.question, gap.cost, gap.answered_by)) for gap in open_questions)
    yield tree.Table("Open questions", ("Question", "What its absence costs", "Who could answer"), rows)


def _glossary() -> Iterator[Any]:
    yield tree.Heading("Glossary")
    rows = tuple(tree.Row((word, meaning)) for word, meaning in sorted(_terms().items()))
    yield tree.Table("Glossary", ("Word", "Meaning"), rows)


@cache
def _terms() -> Mapping[str, str]:
    text = (files("revops_iac.documents") / "glossary.yaml").read_text(encoding="utf-8")
    terms: Mapping[str, str] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return terms
