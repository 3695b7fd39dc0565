"""How to reach one Salesforce org, prove which one it is, and find its people and queues."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from revops_iac.config.settings import SettingError
from revops_iac.errors import AccountError, SessionError
from revops_iac.provider.session.account import Identity

if TYPE_CHECKING:
    from revops_iac.diagnostics import Diagnostics
    from revops_iac.provider.inspection.doctor import Visit
    from revops_iac.provider.inspection.validation import Bundle, Change, Tell, Trial
    from revops_iac.provider.kind import Lookup
    from revops_salesforce.api.client import OrgSession, SalesforceClient

ORGANIZATION = "SELECT Id, Name, IsSandbox, OrganizationType, InstanceName FROM Organization"

LOOKUPS = {
    "user": "SELECT Id FROM User WHERE IsActive = true AND Username = {}",
    "queue": "SELECT Id FROM Group WHERE Type = 'Queue' AND DeveloperName = {}",
    "group": "SELECT Id FROM Group WHERE Type = 'Regular' AND DeveloperName = {}",
    "role": "SELECT Id FROM UserRole WHERE DeveloperName = {}",
    "profile": "SELECT Id FROM Profile WHERE Name = {}",
    "email_template": "SELECT Id FROM EmailTemplate WHERE IsActive = true AND DeveloperName = {}",
    "permission_set": "SELECT Id FROM PermissionSet WHERE Name = {}",
}
"""How each kind of name is asked for: users by username, the rest by developer name, profiles by name."""

ID_LENGTH = 15
ORGANIZATION_ID = re.compile(r"00D[0-9A-Za-z]{12}([A-Z0-5]{3})?")
CHECKSUM_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def with_checksum(short: str) -> str:
    """An id of 15 characters with the three that say which letters are capitals [K].

    >>> with_checksum("00DSm0000000001")
    '00DSm0000000001MAA'
    """
    fives = [short[start : start + 5] for start in range(0, len(short), 5)]
    return short + "".join(
        CHECKSUM_LETTERS[sum(1 << place for place, letter in enumerate(five) if "A" <= letter <= "Z")] for five in fives
    )


class SalesforceAccount:
    """One org, known by its organization id of 15 or 18 characters.

    A stack of another CRM opens it too: what speaks to an org is imported when that is asked of it.
    """

    id_key = "salesforce:organizationId"
    id_name = "organization id"
    read_lag_s = 0.0
    at_once = 4  # more would only lock each other's rows [K]

    def connect(self, config: Callable[[str], Any]) -> SalesforceClient:
        """A client from the environment or stack config; makes no call.

        Raises SessionError without a complete login.
        """
        from revops_salesforce.api.client import SalesforceClient
        from revops_salesforce.api.credentials import read_credentials

        return SalesforceClient(read_credentials(config))

    def identify(self, client: SalesforceClient) -> Identity:
        """The organization that the login belongs to. Raises SessionError."""
        from revops_salesforce.doctor.checks import kind_of_org

        try:
            records = client.query(ORGANIZATION)
        except SessionError:
            raise
        except AccountError as error:
            raise SessionError(error.diagnostic) from None
        if not records:
            raise SessionError("Salesforce: the login may not read Organization", "use a user with API access")
        found = records[0]
        kind = kind_of_org(bool(found["IsSandbox"]), str(found["OrganizationType"]))
        return Identity(str(found["Id"]), f"{found['Name']}, {found['OrganizationType']}, {kind}")

    def forget_reads(self, client: SalesforceClient) -> None:
        """Nothing: reads are current, so none is ever repeated for its age."""

    def parse_id(self, text: str) -> str:
        """The id with its checksum, 18 characters. Raises SettingError unless it is an organization id of 15 or 18."""
        canonical = with_checksum(text[:ID_LENGTH])
        if not ORGANIZATION_ID.fullmatch(text) or not canonical.startswith(text):
            form = "an organization id: 00D and 12 letters or digits, perhaps with the right checksum of 3 letters"
            fix = f"pulumi config set {self.id_key} ID, as Setup shows it under Company Information"
            raise SettingError(self.id_key, text, form, fix)
        return canonical

    def resolve(self, client: SalesforceClient, lookup: Lookup) -> str | None:
        """The record id behind a name, None when the org has no such active one."""
        from revops_salesforce.api.client import quoted

        records = client.query(LOOKUPS[lookup.type].format(quoted(lookup.value)))
        return str(records[0]["Id"]) if records else None

    def refuses_rebinding(self, client: SalesforceClient) -> str | None:
        """Only a sandbox becomes another org: production and developer orgs keep their id."""
        from revops_salesforce.doctor import rebinding

        return rebinding.refusal(client)

    def logins_like(self, client: SalesforceClient, login: str, email: str) -> Sequence[str]:
        """Active user names with this e-mail address, or with another sandbox's name at their end."""
        from revops_salesforce.doctor import rebinding

        return rebinding.logins_like(client, login, email)

    def pack(self, session: OrgSession, changes: Sequence[Change]) -> Bundle:
        """One deployment of everything that would be created or changed."""
        from revops_salesforce.deploy import validation

        return validation.packed(session, changes)

    def try_out(self, session: OrgSession, bundle: Bundle, tell: Tell) -> Trial:
        """The org's answer to that deployment, check-only."""
        from revops_salesforce.deploy import validation

        return validation.tried_out(session, bundle, tell)

    def examine(self, visit: Visit[SalesforceClient]) -> Diagnostics:
        """What the org and the user lack for the stack's resources."""
        from revops_salesforce.doctor import checks

        return checks.examine(visit)
