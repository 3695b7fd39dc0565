"""What Salesforce allows at most: https://help.salesforce.com/s/articleView?id=xcloud.overview_limits.htm and more."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from vendor_facts import table

from revops_iac.provider.limits import Limits

EDITION = "SELECT OrganizationType FROM Organization"


def _editions(client: Any) -> Collection[str]:
    """The edition of the org."""
    return [str(row["OrganizationType"]) for row in client.query(EDITION)]


LIMITS = Limits(table("salesforce/limits"), "Salesforce", _editions)
