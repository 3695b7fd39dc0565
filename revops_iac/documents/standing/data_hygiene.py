"""Data hygiene: duplicates, required fields, enrichment, the audit, and every field of the process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from revops_iac.documents import tree
from revops_iac.documents.process import Fact, Process, coverage_blocks, field_blocks
from revops_iac.documents.words import capital, label, listed, spoken
from revops_iac.model.data_hygiene import DataHygiene


def document(process: Process) -> tree.Document | None:
    """The document, or None where the model says nothing about its data."""
    data = process.model.data_hygiene
    if not process.model.declares("data_hygiene"):
        return None
    return tree.Document(
        "data-hygiene",
        "Data hygiene",
        "What makes two records one, which fields each stage requires, where data comes from, and what the regular "
        "audit looks at.",
        ("marketing", "sales", "admin"),
        process.words.owner(data.audit.owner) if data.audit else "",
        tuple(_blocks(process, data)),
        tuple(_checklist(data)),
    )


def _blocks(process: Process, data: DataHygiene) -> Iterator[Any]:
    words = process.words
    rows = [
        process.row(("data_hygiene", "match_keys", key), capital(spoken(key)), tree.Code(str(ref)))
        for key, ref in data.match_keys.items()
    ]
    yield from tree.section("Duplicates", "What makes two records duplicates", ("Match on", "Field"), rows)
    if data.match_keys and data.merge_winner:
        wins: list[Fact] = [("When merged, this wins", data.winner_of_merges)]
        yield tree.Facts(process.facts(("data_hygiene", "merge_winner"), wins))
    yield from _required(process, data)
    yield from _required_when(process, data)
    rows = [
        process.row(
            ("data_hygiene", "enrichment", key),
            label(key, one),
            one.use,
            one.when or "",
            ", ".join(words.fields(one.fields)),
        )
        for key, one in data.enrichment.items()
    ]
    columns = ("Source", "Used for", "When", "Fills")
    yield from tree.section("Enrichment", "Sources of data and what they may fill", columns, rows)
    yield from _audit(process, data)
    yield from _personal(process, data)
    yield from coverage_blocks(process, "data_hygiene")
    yield from field_blocks(process, [ref for ref, _ in process.model.fields()])


def _required(process: Process, data: DataHygiene) -> Iterator[Any]:
    lifecycle = process.model.lifecycle
    rows = [
        process.row(
            ("data_hygiene", "required_by_stage", key),
            lifecycle.stages[key].label if lifecycle and key in lifecycle.stages else capital(spoken(key)),
            ", ".join(process.words.fields(references)),
            tree.joined([tree.Code(str(ref)) for ref in references]),
        )
        for key, references in data.required_by_stage.items()
    ]
    title, columns = "Required fields by lifecycle stage", ("Stage", "Required fields", "Exact fields")
    yield from tree.section(title, title, columns, rows, "A record cannot enter a stage while one of these is empty.")


def _required_when(process: Process, data: DataHygiene) -> Iterator[Any]:
    rows = [
        process.row(
            ("data_hygiene", "required_when", reference),
            process.words.field(reference),
            process.words.condition(when),
            (tree.Code(str(reference)), " where ", tree.Code(when.render())),
        )
        for reference, when in data.required_when.items()
    ]
    title = "Fields required under a condition"
    yield from tree.section(title, title, ("Field", "Required where", "Exact"), rows)


def _audit(process: Process, data: DataHygiene) -> Iterator[Any]:
    if data.audit is None:
        return
    audit, months = data.audit, data.audit.inactive_months
    given: list[Fact] = [
        ("How often", audit.every, "every"),
        ("Next on", audit.next.isoformat() if audit.next else None, "next"),
        ("Owner", process.words.owner(audit.owner)),
        ("A contact is inactive after", f"{months} months" if months else None, "inactive_months"),
    ]
    yield tree.Heading("Audit")
    yield tree.Facts(process.facts(("data_hygiene", "audit"), given))
    if audit.steps:
        check = "Every step is done, and what was found is written down."
        yield tree.Steps((tree.Step("Audit", "", tuple(map(capital, audit.steps)), check),))


def _personal(process: Process, data: DataHygiene) -> Iterator[Any]:
    rows = [
        process.row(
            ("data_hygiene", "fields", ref.object, ref.key),
            field.label,
            ref.object,
            field.purpose or "",
            str(field.retention or ""),
        )
        for ref, field in data.all_fields()
        if field.personal
    ]
    columns = ("Field", "Object", "Kept in order", "Kept for")
    yield from tree.section("Personal data", "Personal data, why it is kept and for how long", columns, rows)


def _checklist(data: DataHygiene) -> Iterator[tree.Item]:
    yield tree.Item("Match keys for duplicates", "" if data.match_keys else "none")
    yield tree.Item("Which record wins a merge", "" if data.merge_winner else "not decided")
    yield tree.Item("Required fields by lifecycle stage", "" if data.required_by_stage else "none")
    yield tree.Item("Enrichment sources", "" if data.enrichment else "none")
    yield tree.Item("Regular audit", "" if data.audit else "not planned")
    loose = [str(ref) for ref, field in data.all_fields() if field.personal and not (field.purpose and field.retention)]
    yield tree.Item("Purpose and retention of personal data", listed(loose) if loose else "")
