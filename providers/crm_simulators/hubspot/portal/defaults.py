"""What a fresh portal holds."""

from __future__ import annotations

from typing import Any

from crm_simulators.hubspot.errors import JsonObject
from crm_simulators.hubspot.portal.default_pipelines import default_pipelines
from crm_simulators.hubspot.portal.default_properties import MADE_AT, default_groups, default_properties
from crm_simulators.hubspot.portal.scopes import ALL_SCOPES

PORTAL_ID = 48210773
TOKEN = "pat-na1-5a1e0000-0000-4000-8000-000000000001"
APP_ID = 3100001
ADMIN_USER_ID = 61000001


def fresh_account() -> JsonObject:
    """The state of a portal on its first day."""
    names = {"firstName": "Portal", "lastName": "Admin", "superAdmin": True}
    admin = new_user(str(ADMIN_USER_ID), "70200001", "admin@portal.example", MADE_AT, **names)
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
        "users": {str(ADMIN_USER_ID): admin},
        "records": {},
        "associations": [],
        "lists": {},
        "flows": {},
        "events": {},
        "counters": {},
    }


def new_user(user_id: str, owner_id: str, email: str, now: str, **more: Any) -> JsonObject:
    """A user, who is an owner too."""
    return {
        "id": user_id,
        "email": email,
        "firstName": "",
        "lastName": "",
        "roleId": None,
        "primaryTeamId": None,
        "secondaryTeamIds": [],
        "superAdmin": False,
        "ownerId": owner_id,
        "createdAt": now,
        "updatedAt": now,
        "archived": False,
        **more,
    }
