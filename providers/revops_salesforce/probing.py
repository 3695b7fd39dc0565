"""What Salesforce brings to `revops probe`: its probes, and which orgs they may be run in."""

from __future__ import annotations

from revops_iac.errors import AccountError
from revops_iac.provider.inspection.probe import Probes, discover_probes
from revops_salesforce import probes
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.errors import SalesforceRefusal
from revops_salesforce.doctor.checks import DEVELOPER, ORGANIZATION
from revops_salesforce.probes.lab import SalesforceLab

KEPT = "Salesforce keeps deleted fields in Deleted Fields and deleted leads in the recycle bin, each for 15 days."


def account_type(client: SalesforceClient) -> str:
    """Edition, and whether it is a sandbox."""
    found = client.query(ORGANIZATION)[0]
    return f"{found['OrganizationType']}, {'sandbox' if found['IsSandbox'] else 'no sandbox'}"


def production(client: SalesforceClient) -> str | None:
    """Why an org must not be probed: it is neither a sandbox nor a Developer Edition."""
    found = client.query(ORGANIZATION)[0]
    if found["IsSandbox"] or found["OrganizationType"] == DEVELOPER:
        return None
    return f"the org is {found['OrganizationType']} and no sandbox"


def brief(error: AccountError) -> str:
    """Status and code; the message may name the org."""
    if isinstance(error, SalesforceRefusal):
        return " ".join(text for text in (str(error.status or ""), error.code) if text)
    return type(error).__name__


_FOUND = discover_probes(probes)
PROBING: Probes[SalesforceClient] = Probes(_FOUND[0], _FOUND[1], KEPT, production, brief, account_type, SalesforceLab)
