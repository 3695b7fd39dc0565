"""What an org does not offer of what a stack declares: metadata types that its edition or a switched-off feature lacks.

https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_describe.htm
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from revops_iac.diagnostics import Diagnostic, Severity
from revops_iac.provider.inspection.doctor import Visit
from revops_salesforce.api.client import SalesforceClient

FOLDERS = "Folder"
"""Folders are described with what they hold: `Report` for `ReportFolder` [D]."""


def metadata_types(visit: Visit[SalesforceClient]) -> Iterator[Diagnostic]:
    """Each declared kind's metadata type against what the org describes."""
    kinds = visit.session.system.kinds
    named = (getattr(kinds[item.kind], "component_type", "") for item in visit.session.declared)
    counts = Counter(str(name) for name in named if name)
    if not counts:
        return
    offered = visit.session.client.describe_types()
    lacking = sorted(name for name in counts if name.removesuffix(FOLDERS) not in offered)
    for name in lacking:
        yield Diagnostic(
            "metadata types",
            f"the org has no {name}, {counts[name]} to create",
            f"enable the feature behind {name} in Setup, or check that the edition includes it",
        )
    if not lacking:
        yield Diagnostic("metadata types", f"{len(counts)} needed, all offered by the org", severity=Severity.NOTE)
