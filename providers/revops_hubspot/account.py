"""How to reach one HubSpot account, and how to look up people there."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

from revops_hubspot.api import directory
from revops_hubspot.api.client import DEFAULT_URL, HubSpotClient, portal_id_of
from revops_hubspot.api.network import check_address
from revops_hubspot.api.read_lag import READ_LAG_S
from revops_hubspot.api.versions import PATHS, SEMANTIC
from revops_iac.config.settings import SettingError, plain_http_hosts
from revops_iac.diagnostics import Diagnostics
from revops_iac.errors import SessionError
from revops_iac.provider.inspection.doctor import Visit
from revops_iac.provider.kind import Lookup
from revops_iac.provider.session.account import Identity
from revops_iac.redaction import protect

PORTAL_ID = re.compile(r"[1-9][0-9]{0,18}")


class HubSpotAccount:
    """A HubSpot portal (an `Account` of the engine)."""

    id_key = "hubspot:portalId"
    id_name = "portal id"
    read_lag_s = READ_LAG_S
    at_once = 32  # what is created at the same moment leaves in one call

    def connect(self, config: Callable[[str], Any]) -> HubSpotClient:
        """A client from HUBSPOT_ACCESS_TOKEN and HUBSPOT_BASE_URL, else from stack config. Makes no call."""
        token = os.environ.get("HUBSPOT_ACCESS_TOKEN") or config("hubspot:accessToken")
        if not token:
            raise SessionError(
                "HubSpot: no access token is set",
                "export HUBSPOT_ACCESS_TOKEN=…, or pulumi config set --secret hubspot:accessToken",
            )
        base_url = os.environ.get("HUBSPOT_BASE_URL") or config("hubspot:baseUrl") or DEFAULT_URL
        check_address(str(base_url), plain_http_hosts(config))
        client = HubSpotClient(str(token), str(base_url), _version())
        client.reads_sensitive = config("hubspot:sensitiveData") in (True, "true")
        client.secret_of = lambda name: _protected(os.environ.get(name) or config(f"hubspot:{name}"))
        return client

    def identify(self, client: HubSpotClient) -> Identity:
        """The portal that the token belongs to; any valid token may ask."""
        details = client.get("account", "/details")
        return Identity(str(portal_id_of(details)), f"{details.get('accountType')}, {details.get('uiDomain')}")

    def forget_reads(self, client: HubSpotClient) -> None:
        """Drops the lists of people, lists, workflows and objects that were read."""
        client.forget_reads()

    def parse_id(self, text: str) -> str:
        """Portal ids are numbers. Raises SettingError."""
        if not PORTAL_ID.fullmatch(text):
            fix = f"pulumi config set {self.id_key} ID, the number in the address of the portal"
            raise SettingError(self.id_key, text, "a portal id: digits only", fix)
        return text

    def resolve(self, client: HubSpotClient, lookup: Lookup) -> str | None:
        """The id of an `owner` or `user` by e-mail, or of a `team`, `list` or `workflow` by name; None without one.

        An owner id and a user id differ, also for one person: records have owners, flows and approvals name users.
        """
        return directory.ids(client, lookup.type).get(directory.key_of(lookup.type, lookup.value))

    def examine(self, visit: Visit[HubSpotClient]) -> Diagnostics:
        """What the portal and the token lack for what the stack declares."""
        from revops_hubspot.doctor import checks  # of no use to a provider process

        return checks.examine(visit)


def _protected(value: Any) -> str | None:
    """A secret, hidden from all messages from now on."""
    secret = str(value) if value else None
    protect(secret)
    return secret


def _version() -> str:
    version = os.environ.get("HUBSPOT_API_VERSION") or SEMANTIC
    if version not in PATHS:
        raise SessionError(f'HubSpot: HUBSPOT_API_VERSION is "{version}", it must be one of {", ".join(PATHS)}')
    return version
