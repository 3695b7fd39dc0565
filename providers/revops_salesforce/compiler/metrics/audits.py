"""The regular audit of the data: the reports that its steps are read from."""

from __future__ import annotations

from collections.abc import Iterator

from revops_iac.model.condition import FieldRef
from revops_iac.provider.declaration import Path
from revops_salesforce.compiler.metrics.figures import Figure, blank, checked
from revops_salesforce.compiler.metrics.sources import Source
from revops_salesforce.compiler.terms.compilation import Compilation, derived_name
from revops_salesforce.compiler.terms.names import VENDOR_OBJECTS, field_name
from revops_salesforce.reports.columns import column

ORIGIN: Path = ("data_hygiene", "audit")
LAST_ACTIVITY = "LastActivityDate"


def audit_reports(compilation: Compilation) -> Iterator[Source]:
    """Inactive people, and how many records are in each stage."""
    hygiene = compilation.model.data_hygiene
    audit = hygiene.audit if hygiene else None
    if audit is None:
        return
    if audit.inactive_months is not None:
        for vendor_object in VENDOR_OBJECTS["contact"]:
            figure = _inactive(vendor_object, audit.inactive_months)
            yield _source(compilation, f"inactive_{vendor_object.lower()}s", f"Inactive {vendor_object}s", figure)
    lifecycle = compilation.model.lifecycle
    if lifecycle is not None and lifecycle.field is not None:
        path = field_name(compilation.model, FieldRef(lifecycle.field), "Lead")
        stages = Figure("Lead", "leads in each stage", column("Lead", path))
        yield _source(compilation, "lifecycle_stages", "Lifecycle stages", stages)
    if compilation.model.pipelines:
        closed = checked(column("Opportunity", "IsClosed"), False)
        deals = Figure("Opportunity", "open deals in each stage", column("Opportunity", "StageName"), filters=[closed])
        yield _source(compilation, "deal_stages", "Deal stages", deals)


def _inactive(vendor_object: str, months: int) -> Figure:
    """A record without any activity counts when it is old enough itself."""
    activity, created = column(vendor_object, LAST_ACTIVITY), column(vendor_object, "CreatedDate")
    ago = f"LAST_N_MONTHS:{months}"  # [K: how the report builder keeps LAST 12 MONTHS]
    return Figure(
        vendor_object=vendor_object,
        says=f"people without an activity in {months} months",
        filters=[
            {"field": activity, "operator": "lessThan", "value": ago},
            blank(activity),
            {"field": created, "operator": "lessThan", "value": ago},
        ],
        filter_logic="(1 OR 2) AND 3",
        columns=[column(vendor_object, "Email"), activity, created],
        details=True,
    )


def _source(compilation: Compilation, key: str, label: str, figure: Figure) -> Source:
    name = f"{compilation.prefix}{derived_name('audit', key)}"
    return Source(key, f"audit.{key}", (), None, ORIGIN, name, f"Audit: {label}", "", figure)
