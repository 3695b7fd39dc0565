"""What a refreshed sandbox looks like: another org, whose people have other user names and dead e-mail addresses."""

from __future__ import annotations

from collections.abc import Sequence

from revops_salesforce.api.client import SalesforceClient, quoted
from revops_salesforce.doctor.checks import ORGANIZATION, kind_of_org

DEAD = ".invalid"
"""What a refresh puts behind every e-mail address [K]."""
PEOPLE = "SELECT Username, Email FROM User WHERE IsActive = true AND (Email IN ({}) OR Username LIKE {})"


def refusal(client: SalesforceClient) -> str | None:
    """Why the org behind the client may not take the place of another one."""
    (found,) = client.query(ORGANIZATION)
    kind = kind_of_org(bool(found["IsSandbox"]), str(found["OrganizationType"]))
    return None if kind == "sandbox" else f"is not a sandbox ({kind}); only a sandbox can replace another org"


def logins_like(client: SalesforceClient, login: str, email: str) -> Sequence[str]:
    """Active user names with the person's e-mail address, alive or dead, or that begin as the login does."""
    addresses = ", ".join(quoted(address) for address in dict.fromkeys((email, f"{email}{DEAD}")))
    begins = quoted(f"{login}.%")
    return sorted(str(row["Username"]) for row in client.query(PEOPLE.format(addresses, begins)))
