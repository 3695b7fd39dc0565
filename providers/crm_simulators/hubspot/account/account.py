"""Account information, API usage, the audit log and token information."""

from __future__ import annotations

from crm_simulators.hubspot import errors
from crm_simulators.hubspot.errors import JsonObject
from crm_simulators.hubspot.http.bodies import check_body
from crm_simulators.hubspot.http.limits import Limiter
from crm_simulators.hubspot.http.paging import page
from crm_simulators.hubspot.http.routing import Call, Reply, Route
from crm_simulators.hubspot.portal.portal import Portal

DETAILS = (
    "portalId",
    "accountType",
    "timeZone",
    "companyCurrency",
    "additionalCurrencies",
    "utcOffset",
    "utcOffsetMilliseconds",
    "uiDomain",
    "dataHostingLocation",
)


AUDIT_SCOPE = "account-info.security.read"


class Account:
    """Routes for account information and the current token."""

    def __init__(self, portal: Portal, limiter: Limiter) -> None:
        self.portal = portal
        self.limiter = limiter

    def details(self, call: Call) -> Reply:
        """Account details, for any valid token. No response has a tier field [S]."""
        account = self.portal.state["account"]
        return Reply(200, {name: account[name] for name in DETAILS})

    def daily_usage(self, call: Call) -> Reply:
        """Today's API calls by private apps."""
        used, limit = self.limiter.daily()
        usage: JsonObject = {
            "name": "private-apps-api-calls-daily",
            "currentUsage": used,
            "usageLimit": limit,
            "collectedAt": self.portal.now(),
            "fetchStatus": "SUCCESS",
        }
        return Reply(200, {"results": [usage]})

    def audit_log(self, call: Call) -> Reply:
        """What users did, newest first; Enterprise only [D]. It holds what was seeded: nobody clicks here."""
        tier = self.portal.state["account"]["tier"]
        if tier != "enterprise":  # [?] the form of the refusal
            raise errors.HubSpotError(403, f"Audit logs need Enterprise; this account is {tier}", "MISSING_SCOPES")
        entries = sorted(self.portal.state.get("audit_log", ()), key=lambda one: str(one["occurredAt"]), reverse=True)
        return Reply(200, page(call, entries, 100, 100))

    def token_info(self, call: Call) -> Reply:
        """The owner and scopes of a private app token [O][T]."""
        body = call.body()
        check_body("PrivateAppTokenInfoRequest", body, {"tokenKey": "text"}, {})
        token = self.portal.state["tokens"].get(body["tokenKey"])
        if token is None:
            raise errors.not_found("The private app token does not exist")
        return Reply(
            200,
            {
                "userId": token["userId"],
                "hubId": self.portal.state["account"]["portalId"],
                "appId": token["appId"],
                "scopes": sorted(token["scopes"]),
            },
        )

    def routes(self) -> list[Route]:
        """The routes of this area."""
        return [
            Route("GET", "/account-info/v3/details", self.details),
            Route("GET", "/account-info/v3/api-usage/daily/private-apps", self.daily_usage),
            Route("GET", "/account-info/v3/activity/audit-logs", self.audit_log, scopes=(AUDIT_SCOPE,)),
            Route("POST", "/oauth/v2/private-apps/get/access-token-info", self.token_info, write=False),
        ]
