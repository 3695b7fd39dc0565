"""What a fresh portal holds."""

from __future__ import annotations

from crm_simulators.hubspot.errors import JsonObject
from crm_simulators.hubspot.portal.default_pipelines import default_pipelines
from crm_simulators.hubspot.portal.default_properties import default_groups, default_properties
from crm_simulators.hubspot.portal.scopes import ALL_SCOPES

PORTAL_ID = 48210773
TOKEN = "pat-na1-5a1e0000-0000-4000-8000-000000000001"
APP_ID = 3100001
ADMIN_USER_ID = 61000001


def fresh_account() -> JsonObject:
    """The state of a portal on its first day."""
    return {
        "account": {
            "portalId": PORTAL_ID,
            "accountType": "STANDARD",
            "timeZone": "US/Eastern",
            "companyCurrency": "USD",
            "additionalCurrencies": [],
            "utcOffset": "-05:00",
            "utcOffsetMilliseconds": -18_000_000,
            "uiDomain": "app.hubspot.com",
            "dataHostingLocation": "na1",
            "tier": "enterprise",
            "sensitiveData": False,
        },
        "tokens": {
            TOKEN: {"name": "revops", "userId": ADMIN_USER_ID, "appId": APP_ID, "scopes": sorted(ALL_SCOPES)},
        },
        "groups": default_groups(),
        "properties": default_properties(),
        "archived_properties": {},
        "schemas": {},
        "pipelines": default_pipelines(),
        "teams": {},
        "users": {str(ADMIN_USER_ID): _admin()},
        "records": {},
        "associations": [],
        "lists": {},
        "flows": {},
        "events": {},
        "counters": {},
    }


def _admin() -> JsonObject:
    return {
        "id": str(ADMIN_USER_ID),
        "email": "admin@portal.example",
        "firstName": "Portal",
        "lastName": "Admin",
        "roleId": None,
        "primaryTeamId": None,
        "secondaryTeamIds": [],
        "superAdmin": True,
        "ownerId": "70200001",
        "createdAt": "2019-08-06T02:41:08.029Z",
        "updatedAt": "2019-08-06T02:41:08.029Z",
        "archived": False,
    }
