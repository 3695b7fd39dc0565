"""What HubSpot brings to `revops probe`: its probes, and which portals they may be run on."""

from __future__ import annotations

from revops_hubspot import probes
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.errors import HubSpotRefusal
from revops_hubspot.probes.lab import HubSpotLab
from revops_iac.errors import AccountError
from revops_iac.provider.inspection.probe import Probes, discover_probes

DEVELOPER = ("APP_DEVELOPER", "DEVELOPER_TEST", "SANDBOX")


def account_type(client: HubSpotClient) -> str:
    """As account-info says it: STANDARD is every portal that a company works in."""
    return str(client.get("account", "/details").get("accountType"))


def production(client: HubSpotClient) -> str | None:
    """Why a portal must not be probed."""
    found = account_type(client)
    return (
        None
        if found in DEVELOPER
        else f"the portal's account type is {found}, not one of {', '.join(sorted(DEVELOPER))}"
    )


def brief(error: AccountError) -> str:
    """Status and category; the message may name the portal."""
    if isinstance(error, HubSpotRefusal):
        return " ".join(text for text in (str(error.status), error.category, error.sub_category) if text)
    return type(error).__name__


_FOUND = discover_probes(probes)
KEPT = "HubSpot keeps deleted properties and lists for 90 days, and archived records in its recycle bin."
PROBING: Probes[HubSpotClient] = Probes(_FOUND[0], _FOUND[1], KEPT, production, brief, account_type, HubSpotLab)
