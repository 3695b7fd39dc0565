"""What the subscription leaves room for: https://developers.hubspot.com/docs/api-reference/crm-limits-tracking-v3/guide"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.errors import HubSpotRefusal
from revops_iac.diagnostics import Diagnostic, input_error
from revops_iac.provider.live_object import DesiredResource


def report(client: HubSpotClient, path: str) -> Any:
    """A report of the limits API, None for a token without access: then HubSpot itself refuses what exceeds a limit."""

    def ask() -> Any:
        try:
            return client.get("limits", path)
        except HubSpotRefusal as refusal:
            if refusal.status != 403:
                raise
            return None

    return client.remembered(f"limits{path}", ask)


def lacks_enterprise(client: HubSpotClient) -> bool:
    """Whether no hub of the portal is Enterprise: custom objects come with any of them [D], and none is allowed.

    No endpoint returns the subscription [S].
    """
    found = report(client, "/custom-object-types")
    return found is not None and int(found["limit"]) == 0


def beyond(desired: DesiredResource, new: Sequence[str], used: int, limit: int, what: str) -> Iterator[Diagnostic]:
    """Only the first new object beyond a limit is reported."""
    room = max(0, limit - used)
    if len(new) > room and desired.name == new[room]:
        yield input_error(
            (),
            f"the subscription allows {limit:,} {what}; {used:,} exist and {len(new):,} are new",
            "archive unused ones, or raise the limit with the subscription",
        )
