"""Account information, API usage, the audit log and token information."""

from __future__ import annotations

from vendor_facts import vocabulary

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import JsonObject
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.calls import Call
from crm_simulators.hubspot.http.limits import Limiter
from crm_simulators.hubspot.http.paging import page
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.portal.portal import Portal

DETAILS = tuple(vocabulary("hubspot", "account details"))


AUDIT_SCOPE = "account-info.security.read"


class Account:
    """Routes for account information and the current token."""

    def __init__(self, portal: Portal, limiter: Limiter) -> None:
        self.portal = portal
        self.limiter = limiter

    @route("GET", "/account-info/v3/details")
    def details(self) -> JsonObject:
        """Account details, for any valid token. No response has a tier field [S]."""
        account = self.portal.state["account"]
        return {name: account[name] for name in DETAILS}

    @route("GET", "/account-info/v3/api-usage/daily/private-apps")
    def daily_usage(self) -> list[JsonObject]:
        """Today's API calls by private apps."""
        used, limit = self.limiter.daily()
        usage = {"name": "private-apps-api-calls-daily", "currentUsage": used, "usageLimit": limit}
        return [{**usage, "collectedAt": self.portal.now(), "fetchStatus": "SUCCESS"}]

    @route("GET", "/account-info/v3/activity/audit-logs", (AUDIT_SCOPE,))
    def audit_log(self, call: Call) -> JsonObject:
        """What users did, newest first; Enterprise only [D]. It holds what was seeded: nobody clicks here."""
        tier = self.portal.state["account"]["tier"]
        if tier != "enterprise":  # [?] the form of the refusal
            raise errors.HubSpotError(403, f"Audit logs need Enterprise; this account is {tier}", "MISSING_SCOPES")
        entries = sorted(self.portal.state.get("audit_log", ()), key=lambda one: str(one["occurredAt"]), reverse=True)
        return page(call, entries, 100, 100)

    @route("POST", "/oauth/v2/private-apps/get/access-token-info", write=False)
    def token_info(self, body: JsonObject) -> JsonObject:
        """The owner and scopes of a private app token [O][T]."""
        check_body("PrivateAppTokenInfoRequest", body, {"tokenKey": "text"}, {})
        token = self.portal.state["tokens"].get(body["tokenKey"])
        if token is None:
            raise errors.not_found("The private app token does not exist")
        hub = {"hubId": self.portal.state["account"]["portalId"]}
        return {"userId": token["userId"], **hub, "appId": token["appId"], "scopes": sorted(token["scopes"])}
