"""How reports name what they show, `Lead$Status` or `Account.Opportunities$Amount`, and what these stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from revops_iac.provider.kind import Reference

SUFFIX = "__c"
"""A report names a custom report type with it [K]."""
COLUMN = re.compile(r"(?P<table>[A-Za-z_][\w.]*)\$(?P<field>[A-Za-z_][\w.]*)")


def column(table: str, field: str) -> str:
    """The name of a report type's column in reports.

    >>> column("Lead", "Status")
    'Lead$Status'
    """
    return f"{table}${field}"


def fields_in(text: str) -> Iterator[Reference]:
    """The custom fields of base objects that a column or a summary formula names.

    >>> [one.name for one in fields_in("Lead$Reached__c:SUM / RowCount")]
    ['Lead.Reached__c']
    """
    for match in COLUMN.finditer(text):
        if "." not in match["table"] and match["field"].endswith("__c"):
            yield Reference("CustomField", f"{match['table']}.{match['field']}")


def report_type_of(name: str) -> Iterator[Reference]:
    """The custom report type behind the name that a report gives; nothing for a standard one."""
    if name.endswith(SUFFIX):
        yield Reference("ReportType", name.removesuffix(SUFFIX))
