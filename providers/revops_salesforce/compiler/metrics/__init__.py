"""Metrics as reports, and dashboards of them: what the org can compute from the fields and dates of the model."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.provider.declaration import Declaration
from revops_salesforce.compiler.metrics.audits import audit_reports
from revops_salesforce.compiler.metrics.dashboards import dashboards
from revops_salesforce.compiler.metrics.reports import declared_report, folder, report_types, summed_field
from revops_salesforce.compiler.metrics.sources import metric_reports, tile_reports
from revops_salesforce.compiler.terms.compilation import Compilation, derived
from revops_salesforce.inputs import DashboardFolderInputs, ReportFolderInputs

LABEL = "Revenue process"


def metrics(compilation: Compilation) -> Iterator[Declaration]:
    """Folders, report types, the fields that reports sum up, reports and dashboards."""
    reports = [*metric_reports(compilation), *tile_reports(compilation), *audit_reports(compilation)]
    if not reports:
        return
    for one in reports:
        if one.figure.summed is not None:
            yield summed_field(compilation, one)
    name = folder(compilation)
    yield derived("ReportFolder", "metrics", ("metrics",), ReportFolderInputs(name=name, label=LABEL))
    yield from report_types(compilation, reports)
    yield from (declared_report(compilation, one) for one in reports)
    shown = list(dashboards(compilation))
    if shown:
        yield derived("DashboardFolder", "metrics", ("metrics",), DashboardFolderInputs(name=name, label=LABEL))
        yield from shown


def summed_fields(compilation: Compilation) -> list[str]:
    """The full names of the fields that reports sum up, which people must be able to read."""
    return [
        f"{one.figure.vendor_object}.{one.summed_name(compilation)}"
        for one in metric_reports(compilation)
        if one.figure.summed is not None
    ]
