"""Login: SOAP login, OAuth token grants, user info and sessions."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from crm_simulators.salesforce.errors import RestError, SoapFault
from crm_simulators.salesforce.http.calls import HttpRequest
from crm_simulators.salesforce.http.soap import Request, text_of
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.xml.component_xml import leaf

LOGIN_NS = "urn:partner.soap.sforce.com"
FAULT_NS = "urn:fault.partner.soap.sforce.com"
PASSWORD = "Simulated.1"
ADMIN_USERNAME = "admin@simulated.example"
CONSUMER_KEY = "simulated-consumer-key"
CONSUMER_SECRET = "simulated-consumer-secret"
SESSION_SECONDS = 7200
LONGEST_ASSERTION_S = 300  # [D: remoteaccess_oauth_jwt_flow]
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass
class OAuthError(Exception):
    """An OAuth error is an object, not an array [reference 6]."""

    error: str
    description: str

    def body(self) -> dict[str, str]:
        return {"error": self.error, "error_description": self.description}


class LoginFault(SoapFault):
    """The fault of a SOAP login, with the detail that clients read by its literal prefix sf: [S: login.py]."""

    def __init__(self) -> None:
        super().__init__(
            "sf:INVALID_LOGIN",
            "INVALID_LOGIN: Invalid username, password, security token; or user locked out.",
        )

    def detail(self) -> str:
        message = self.message.partition(": ")[2]
        return (
            '<detail><sf:LoginFault xsi:type="sf:LoginFault" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode><sf:exceptionMessage>{escape(message)}"
            "</sf:exceptionMessage></sf:LoginFault></detail>"
        )


def first_token(organization_id: str) -> str:
    """The session that every fresh org has; sf's pattern for tokens accepts it [S: sfdc.ts]."""
    return f"{organization_id[:15]}!AQ.simulated.session"


def open_session(org: Org, user: Record) -> str:
    org.sessions_opened += 1
    token = f"{org.organization_id[:15]}!AQ.session.{org.sessions_opened}"
    org.sessions[token] = user["Id"]
    return token


def session_user(org: Org, token: str | None) -> Record | None:
    """The user of a session id, or None when it is not valid."""
    user_id = org.sessions.get(token or "")
    return None if user_id is None else org.record("User", user_id)


def soap_login(org: Org, request: Request, base_url: str, version: str) -> str:
    """The results of `login`, un-prefixed, with the listener's own scheme and port in the addresses [V]."""
    username, password = text_of(request.node, "username") or "", text_of(request.node, "password") or ""
    user = _authenticated(org, username, password)
    if user is None:
        raise LoginFault()
    organization_id = org.organization_id
    session = open_session(org, user)
    info = {
        "accessibilityMode": False,
        "organizationId": organization_id,
        "organizationName": org.organization["Name"],
        "profileId": user["ProfileId"],
        "sessionSecondsValid": SESSION_SECONDS,
        "userEmail": user["Email"],
        "userFullName": user["Name"],
        "userId": user["Id"],
        "userName": user["Username"],
        "userTimeZone": user["TimeZoneSidKey"],
    }
    server = f"{base_url}/services/Soap/u/{version}/{organization_id[:15]}"
    metadata_server = f"{base_url}/services/Soap/m/{version}/{organization_id[:15]}"
    return (
        "<result>"
        + leaf("metadataServerUrl", metadata_server)
        + leaf("passwordExpired", False)
        + leaf("sandbox", org.organization["IsSandbox"])
        + leaf("serverUrl", server)
        + leaf("sessionId", session)
        + leaf("userId", user["Id"])
        + "<userInfo>"
        + "".join(leaf(name, value) for name, value in info.items())
        + "</userInfo></result>"
    )


def _authenticated(org: Org, username: str, password: str) -> Record | None:
    """Any active user with the simulator's password; a security token may follow it [S: login.py]."""
    user = next(iter(org.select("User", Username=username)), None)
    if user is None or not user["IsActive"] or not password.startswith(PASSWORD):
        return None
    return user


def token_grant(org: Org, request: HttpRequest) -> dict[str, Any]:
    """The response to an OAuth token request; raises OAuthError."""
    user = _granted(org, request.form, request.headers.get("authorization"))
    user_url = f"{request.base_url}/id/{org.organization_id}/{user['Id']}"
    return {
        "access_token": open_session(org, user),
        "instance_url": request.base_url,
        "id": user_url,
        "token_type": "Bearer",
        "issued_at": str(int(org.now().timestamp() * 1000)),
        "signature": "simulated",
        "scope": "full",
    }


def _granted(org: Org, form: Mapping[str, str], authorization: str | None) -> Record:
    grant = form.get("grant_type", "")
    if grant == "password":
        user = _authenticated(org, form.get("username", ""), form.get("password", ""))
        if user is None:
            raise OAuthError("invalid_grant", "authentication failure")
        return user
    if grant == JWT_BEARER:
        return _bearer(org, form.get("assertion", ""))
    if grant == "client_credentials":
        return _client(org, form, authorization)
    raise OAuthError("unsupported_grant_type", "grant type not supported")


def _bearer(org: Org, assertion: str) -> Record:
    """The user named by a JWT; its signature is not checked here, only its claims."""
    try:
        payload = assertion.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        subject, expires = str(claims["sub"]), float(claims["exp"])
    except (IndexError, ValueError, KeyError, TypeError):
        raise OAuthError("invalid_grant", "invalid assertion") from None
    if not 0 < expires - org.now().timestamp() <= LONGEST_ASSERTION_S:
        raise OAuthError("invalid_grant", "expired authorization code")  # [K: text]
    user = next(iter(org.select("User", Username=subject)), None)
    if user is None:
        raise OAuthError("invalid_grant", "user hasn't approved this consumer")
    return user


def _client(org: Org, form: Mapping[str, str], authorization: str | None) -> Record:
    key, secret = form.get("client_id", ""), form.get("client_secret", "")
    if authorization and authorization.lower().startswith("basic "):
        key, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
    if (key, secret) != (CONSUMER_KEY, CONSUMER_SECRET):
        raise OAuthError("invalid_client", "invalid client credentials")
    return org.select("User", Username=ADMIN_USERNAME)[0]


def user_info(org: Org, user: Record, base_url: str) -> dict[str, Any]:
    """The response of `/services/oauth2/userinfo` and `/id/…`; the sf CLI reads three of its keys [V]."""
    return {
        "sub": f"{base_url}/id/{org.organization_id}/{user['Id']}",
        "user_id": user["Id"],
        "organization_id": org.organization_id,
        "preferred_username": user["Username"],
        "username": user["Username"],
        "name": user["Name"],
        "email": user["Email"],
        "active": user["IsActive"],
    }


def invalid_session() -> RestError:
    return RestError(401, "INVALID_SESSION_ID", "Session expired or invalid")


def illegal_session() -> SoapFault:
    """[I: postman-salesforce-apis#56]"""
    return SoapFault(
        "sf:INVALID_SESSION_ID", "INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session"
    )
