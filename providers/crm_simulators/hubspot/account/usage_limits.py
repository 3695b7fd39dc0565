"""Limits tracking: https://developers.hubspot.com/docs/api-reference/crm-limits-tracking-v3/guide."""

from __future__ import annotations

from collections.abc import Callable

from crm_simulators.hubspot.errors import JsonObject, not_found
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.people import People
from crm_simulators.hubspot.pipelines.pipelines import LIFECYCLE_OBJECTS, MAX_CUSTOM_PIPELINES, Pipelines
from crm_simulators.hubspot.portal.object_types import OBJECT_TYPES
from crm_simulators.hubspot.properties.properties import MAX_CUSTOM
from crm_simulators.hubspot.records.records import Records
from crm_simulators.hubspot.records.schemas import MAX_SCHEMAS, Schemas

SCOPES = tuple(f"crm.objects.{t.scope}.read" for t in OBJECT_TYPES)
LIMITS = "/crm/v3/limits"
NO_CUSTOM_OBJECTS: JsonObject = {"byObjectType": [], "overallLimit": 0, "overallUsage": 0, "overallPercentage": 0}
MAX_CALCULATED = {"free": 0, "starter": 5, "professional": 25, "enterprise": 200}  # per portal [?]
MAX_RECORDS = 15_000_000  # [D] contacts; other objects differ


class UsageLimits:
    """Usage and limits, overall and by object type, and the report on records with many associations:
    https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide."""

    def __init__(self, records: Records, pipelines: Pipelines, schemas: Schemas, people: People) -> None:
        self.people = people
        self.records = records
        self.schemas = schemas
        self.pipelines = pipelines

    @route("GET", f"{LIMITS}/custom-properties", SCOPES)
    def custom_properties(self) -> JsonObject:
        """Custom properties used and allowed, by object."""
        limit = MAX_CUSTOM[self._tier()]
        return self._report(self._custom, limit, limit * len(OBJECT_TYPES))

    @route("GET", f"{LIMITS}/calculated-properties", SCOPES)
    def calculated_properties(self) -> JsonObject:
        """Calculated properties used and allowed in the portal."""
        return self._report(self._calculated, None, MAX_CALCULATED[self._tier()])

    @route("GET", f"{LIMITS}/records", SCOPES)
    def records_stored(self) -> JsonObject:
        """Records stored and allowed, by object."""
        report = self._report(lambda object_type: len(self.records.active(object_type)), MAX_RECORDS, 0)
        return {"hubspotDefinedObjectTypes": report["byObjectType"], "customObjectTypes": NO_CUSTOM_OBJECTS}

    @route("GET", f"{LIMITS}/pipelines", SCOPES)
    def pipelines_made(self) -> JsonObject:
        """Pipelines used and allowed, by object; objects without custom pipelines are left out."""
        limit = 1 + MAX_CUSTOM_PIPELINES[self._tier()]
        report = self._report(lambda object_type: len(self.pipelines.of(object_type)), limit, 0)
        made = [entry for entry in report["byObjectType"] if entry["objectTypeId"] not in LIFECYCLE_OBJECTS]
        return {"hubspotDefinedObjectTypes": made, "customObjectTypes": NO_CUSTOM_OBJECTS}

    @route("GET", f"{LIMITS}/custom-object-types", SCOPES)
    def custom_objects(self) -> JsonObject:
        """Custom object types used and allowed in the portal."""
        limit, usage = MAX_SCHEMAS[self._tier()], len(self.schemas.active())
        return {"limit": limit, "usage": usage, "percentage": _percent(usage, limit)}

    @route("POST", "/crm/v4/associations/usage/high-usage-report/{user}", SCOPES, write=False)
    def request_report(self, user: int) -> JsonObject:
        """200 with the recipient, a user of the portal [C]; the e-mail that HubSpot sends is not simulated."""
        found = self.people.users.get(str(user))
        if found is None:
            raise not_found(f"User {user} does not exist")
        return {"userId": user, "userEmail": found["email"], "enqueueTime": self.people.portal.now()}

    def _tier(self) -> str:
        return str(self.records.portal.state["account"]["tier"])

    def _custom(self, object_type: str) -> int:
        return sum(not p["hubspotDefined"] for p in self.records.properties.active(object_type).values())

    def _calculated(self, object_type: str) -> int:
        return sum(p["calculated"] for p in self.records.properties.active(object_type).values())

    def _report(self, count: Callable[[str], int], limit: int | None, overall: int) -> JsonObject:
        entries: list[JsonObject] = []
        for object_type in OBJECT_TYPES:
            usage = count(object_type.id)
            entry = {
                "objectTypeId": object_type.id,
                "singularLabel": object_type.singular.capitalize(),
                "pluralLabel": object_type.plural.capitalize(),
                "usage": usage,
            }
            entries.append(entry if limit is None else {**entry, "limit": limit, "percentage": _percent(usage, limit)})
        used = sum(entry["usage"] for entry in entries)
        return {
            "byObjectType": entries,
            "overallLimit": overall,
            "overallUsage": used,
            "overallPercentage": _percent(used, overall),
        }


def _percent(usage: int, limit: int) -> float:
    return round(100 * usage / limit, 2) if limit else 0
