"""Declarations of reports, of the report types they stand on and of the fields they sum up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from revops_iac.provider.declaration import Declaration
from revops_salesforce.compiler.metrics.figures import FORMULA, SUMMED, Computed, Figure
from revops_salesforce.compiler.metrics.sources import Source
from revops_salesforce.compiler.terms.compilation import Compilation, derived
from revops_salesforce.inputs import Column, CustomFieldInputs, Grouping, ReportInputs, ReportTypeInputs, SummaryFormula
from revops_salesforce.reports.columns import SUFFIX, column
from revops_salesforce.reports.content import MAX_LABEL, MAX_TEXT

FOLDER = "RevOps"
NAMES = {"Lead": "LastName", "Contact": "LastName", "Opportunity": "Name", "Account": "Name"}
"""The field that tells one record from another."""
Category = Literal["accounts", "leads", "opportunities"]
CATEGORIES: Mapping[str, Category] = {
    "Lead": "leads",
    "Contact": "accounts",
    "Account": "accounts",
    "Opportunity": "opportunities",
}
PLURALS = {"Lead": "Leads", "Contact": "Contacts", "Account": "Companies", "Opportunity": "Deals"}
PART = " (in part)"
MAX_FIELD_LABEL = 40  # [K]


def folder(compilation: Compilation) -> str:
    """The folder of all reports and dashboards of the model."""
    return f"{compilation.prefix}{FOLDER}"


def report_path(compilation: Compilation, name: str) -> str:
    """A report as dashboards name it."""
    return f"{folder(compilation)}/{name}"


def report_types(compilation: Compilation, sources: Sequence[Source]) -> Iterator[Declaration]:
    """One type per object, with every column that a report on it names."""
    by_object: dict[str, list[Source]] = {}
    for one in sources:
        by_object.setdefault(one.figure.vendor_object, []).append(one)
    for vendor_object, mine in by_object.items():
        names = [
            column(vendor_object, NAMES[vendor_object]),
            *(name for one in mine for name in one.figure.all_columns),
        ]
        names += [summed_column(compilation, one) for one in mine if one.figure.summed is not None]
        fields = [name.partition("$")[2] for name in dict.fromkeys(names)]
        inputs: ReportTypeInputs = {
            "name": _type_name(compilation, vendor_object),
            "label": f"Revenue process: {PLURALS[vendor_object]}",
            "object": vendor_object,
            "category": CATEGORIES[vendor_object],
            "description": "What the reports of the revenue model are read from.",
            "sections": [{"label": PLURALS[vendor_object], "columns": [{"field": one} for one in fields]}],
        }
        yield derived("ReportType", f"metrics.{vendor_object}", ("metrics",), inputs)


def _type_name(compilation: Compilation, vendor_object: str) -> str:
    return f"{compilation.prefix}{FOLDER}_{PLURALS[vendor_object]}"


def summed_column(compilation: Compilation, source: Source) -> str:
    """The made field as reports name it."""
    return column(source.figure.vendor_object, source.summed_name(compilation))


def summed_field(compilation: Compilation, source: Source) -> Declaration:
    """The formula field that a report sums up: summary formulas cannot look at dates or texts themselves [K]."""
    figure = source.figure
    assert figure.summed is not None
    assert source.entry is not None
    inputs: CustomFieldInputs = {
        "object": figure.vendor_object,
        "name": source.summed_name(compilation),
        "label": f"Metric {source.label}"[:MAX_FIELD_LABEL].strip(),
        "description": f"For the report {source.label}: {figure.says}.",
        "formula": figure.summed.formula,
        "formula_treat_blanks_as": "BlankAsBlank",
        "type": figure.summed.type,
        "precision": figure.summed.precision,
        "scale": figure.summed.scale,
    }
    was = tuple(f"{figure.vendor_object}.metric_{old}" for old in source.entry.was)
    key = f"{figure.vendor_object}.metric_{source.key}"
    return derived("CustomField", key, source.origin, inputs, was, adopt=source.entry.adopt)


def declared_report(compilation: Compilation, source: Source) -> Declaration:
    """The report."""
    figure = source.figure
    columns: list[Column] = [{"field": column(figure.vendor_object, NAMES[figure.vendor_object])}]
    columns += [{"field": name} for name in figure.columns]
    columns += [{"field": figure.amount, "summaries": ["Sum"]}] if figure.amount else []
    inputs: ReportInputs = {
        "folder": folder(compilation),
        "name": source.name,
        "label": titled(source.label, source),
        "description": f"{'' if source.by_hand else source.about} {shown(source)}"[:MAX_TEXT].strip(),
        "report_type": f"{_type_name(compilation, figure.vendor_object)}{SUFFIX}",
        "format": "Summary" if figure.grouping else "Tabular",
        "columns": columns,
        "groupings": _groupings(figure),
        "filters": [{**one} for one in figure.filters] or None,
        "filter_logic": figure.filter_logic,
        "formulas": [_formula(compilation, source, figure.formula)] if figure.formula else None,
        "details": figure.details,
    }
    adopt = source.entry.adopt if source.entry is not None else False
    return derived("Report", source.pulumi_name, source.origin, inputs, source.was, adopt=adopt)


def _groupings(figure: Figure) -> list[Grouping] | None:
    further: list[Grouping] = [{"field": one} for one in figure.further]
    return [{"field": figure.grouping, "by": figure.by}, *further] if figure.grouping else None


def titled(label: str, source: Source) -> str:
    """The label as a report has room for it; it says so where the report shows a part of the figure.

    A tile that is too long for the name of its dashboard goes without.
    """
    part = PART if source.by_hand else ""
    room = MAX_LABEL - len(part)
    own = label.partition(": ")[2] if len(label) > room else ""
    return f"{(own or label)[:room].strip()}{part}"


def shown(source: Source) -> str:
    """What a report shows, and what is left to people where that is only a part of the figure."""
    by_hand = f" By hand: {source.by_hand}." if source.by_hand else ""
    return f"Shown: {source.figure.says}.{by_hand}"


def _formula(compilation: Compilation, source: Source, computed: Computed) -> SummaryFormula:
    summed = summed_column(compilation, source) if source.figure.summed is not None else SUMMED
    return {
        "name": FORMULA,
        "label": (source.figure.says if source.by_hand else source.label)[:MAX_LABEL],
        "formula": computed.formula.replace(SUMMED, summed),
        "type": computed.type,
        "scale": computed.scale,
    }
