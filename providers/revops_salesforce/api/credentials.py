"""How to log in: a complete set of environment variables first, then stack config.

Values leave this module only to simple-salesforce.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

from revops_iac.errors import SessionError
from revops_iac.redaction import protect
from revops_salesforce.api.versions import WSDL_VERSION

if TYPE_CHECKING:
    import requests

NAMES = {
    "instanceUrl": "SALESFORCE_INSTANCE_URL",
    "sessionId": "SALESFORCE_SESSION_ID",
    "consumerKey": "SALESFORCE_CONSUMER_KEY",
    "consumerSecret": "SALESFORCE_CONSUMER_SECRET",
    "privateKey": "SALESFORCE_PRIVATE_KEY",
    "privateKeyFile": "SALESFORCE_PRIVATE_KEY_FILE",
    "username": "SALESFORCE_USERNAME",
    "password": "SALESFORCE_PASSWORD",
    "securityToken": "SALESFORCE_SECURITY_TOKEN",
    "domain": "SALESFORCE_DOMAIN",
}
"""Stack config key (below `salesforce:`) and environment variable of each credential."""

SECRET = ("sessionId", "consumerSecret", "privateKey", "password", "securityToken")
"""What no message may show."""

ORG_DISPLAY = "SALESFORCE_ORG_DISPLAY"
"""What `sf org display --json` prints, as text; with `_FILE` at its end the path of a file that holds it."""
SESSION_FORM = re.compile(r"00D\w{12,15}!.+")  # [S: sfdc.ts]

WAYS: tuple[tuple[str, ...], ...] = (
    ("instanceUrl", "sessionId"),
    ("consumerKey", "privateKey", "username"),
    ("consumerKey", "privateKeyFile", "username"),
    ("consumerKey", "consumerSecret", "domain"),
    ("username", "password"),
)
"""The logins, best first; each is used only when all its values are there."""

HOST_SUFFIX = ".salesforce.com"


@dataclass(frozen=True)
class Credentials:
    """One complete way to log in. Its text form shows no value."""

    way: tuple[str, ...]
    values: Mapping[str, str] = field(repr=False)

    @property
    def can_log_in_again(self) -> bool:
        """Whether an expired session can be replaced without a person."""
        return "sessionId" not in self.way

    @property
    def is_signed(self) -> bool:
        """Whether the login states the time until which it holds, by our clock."""
        return bool({"privateKey", "privateKeyFile"} & {*self.way})

    def log_in(self, session: requests.Session) -> tuple[str, str]:
        """Session id and instance host; makes a call unless a session id was given.

        Raises SalesforceAuthenticationFailed or requests' errors.
        """
        from simple_salesforce.login import SalesforceLogin

        if not self.can_log_in_again:
            return self.values["sessionId"], host_of(self.values["instanceUrl"])
        arguments = {
            "username": "username",
            "password": "password",
            "securityToken": "security_token",
            "consumerKey": "consumer_key",
            "consumerSecret": "consumer_secret",
            "privateKey": "privatekey",
            "privateKeyFile": "privatekey_file",
        }
        given: dict[str, Any] = {arguments[key]: self.values[key] for key in self.way if key in arguments}
        if "password" in self.way:
            given["security_token"] = self.values.get("securityToken", "")
        session_id, host = SalesforceLogin(session=session, sf_version=WSDL_VERSION, domain=self._domain(), **given)
        return str(session_id), str(host)

    def _domain(self) -> str:
        domain = self.values.get("domain") or "login"
        return domain.removeprefix("https://").rstrip("/").removesuffix(HOST_SUFFIX)


def host_of(instance_url: str) -> str:
    """Host and port of an instance URL. Raises SessionError unless it is https, the only scheme that
    simple-salesforce speaks [V]."""
    try:
        parts = urlparse(instance_url)
    except ValueError:
        parts = urlparse("")
    if "@" in parts.netloc:
        raise SessionError(
            "Salesforce: the instance URL holds a user name or a password",
            "remove what stands before the @; the login goes into its own settings",
        )
    if parts.scheme != "https" or not parts.hostname:
        raise SessionError(
            f'Salesforce: the instance URL "{instance_url}" must begin with https://',
            "set SALESFORCE_INSTANCE_URL to https://YOURDOMAIN.my.salesforce.com",
        )
    return parts.netloc


def read_credentials(config: Callable[[str], Any]) -> Credentials:
    """The best complete login, from the environment if it holds one, else with stack config. Raises SessionError."""
    environment = _org_display() | {key: os.environ[name] for key, name in NAMES.items() if os.environ.get(name)}
    stack = {key: str(value) for key in NAMES if (value := config(f"salesforce:{key}"))}
    address = {"instanceUrl": stack["instanceUrl"]} if "instanceUrl" in stack else {}
    for values in (address | environment, stack | environment):
        for way in WAYS:
            if all(key in values for key in way):
                protect(*(values.get(key) for key in SECRET))
                return Credentials(way, values)
    raise SessionError(
        "Salesforce: there is no complete login in the environment or in stack config",
        "set SALESFORCE_INSTANCE_URL and SALESFORCE_SESSION_ID, or SALESFORCE_CONSUMER_KEY, "
        "SALESFORCE_PRIVATE_KEY_FILE and SALESFORCE_USERNAME, or "
        "SALESFORCE_CONSUMER_KEY, SALESFORCE_CONSUMER_SECRET and SALESFORCE_DOMAIN",
    )


def _org_display() -> dict[str, str]:
    """The session that the sf CLI holds, where its output is in the environment. Raises SessionError."""
    text, source = os.environ.get(ORG_DISPLAY), ORG_DISPLAY
    if not text and (path := os.environ.get(f"{ORG_DISPLAY}_FILE")):
        source = f"{ORG_DISPLAY}_FILE"
        try:
            text = Path(path).read_text(encoding="utf-8")
        except OSError as error:
            raise SessionError(
                f'Salesforce: {source} names "{path}", which cannot be read ({error.strerror})'
            ) from None
    if not text:
        return {}
    # Newer releases hide the token unless this variable is set [V: sf 2.146.3].
    again = (
        "SF_TEMP_SHOW_SECRETS=true sf org display --target-org ALIAS --json, or set SALESFORCE_SESSION_ID to what "
        "sf org auth show-access-token shows"
    )
    try:
        shown = json.loads(text)
        result = shown.get("result", shown)
        session, instance = str(result["accessToken"]), str(result["instanceUrl"])
    except (ValueError, KeyError, TypeError, AttributeError):
        message = (
            f'Salesforce: {source} is not what "sf org display --json" prints: accessToken or instanceUrl is missing'
        )
        raise SessionError(message, again) from None
    if not SESSION_FORM.fullmatch(session):
        raise SessionError(f"Salesforce: the accessToken in {source} is not a session id", again)
    return {"sessionId": session, "instanceUrl": instance}
