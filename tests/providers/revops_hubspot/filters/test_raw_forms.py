"""Every documented filter, operation and time form is accepted in HubSpot's JSON, kept as it is, and read back."""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_hubspot.filters.branches import compile_filter, readable
from revops_hubspot.filters.canonical import canonical_root
from revops_hubspot.filters.json_form import misformed
from revops_hubspot.kinds.list import List
from vendor_facts import table

from tests.providers.revops_hubspot.conftest import OpenSession
from tests.providers.typed_inputs import parsed

KIND = List()
Json = dict[str, Any]
OFTEN: Json = {"type": "NUM_OCCURRENCES", "minOccurrences": 2, "maxOccurrences": 5}
LATELY: Json = {
    "type": "RELATIVE_COMPARATIVE",
    "comparison": "AFTER",
    "timeOffset": {"amount": 7, "offsetDirection": "PAST", "timeUnit": "DAYS"},
}
BETWEEN: Json = {"type": "ABSOLUTE_RANGED", "rangeType": "BETWEEN", "lowerTimestamp": 1, "upperTimestamp": 2}
KNOWN: Json = {"operationType": "ALL_PROPERTY", "operator": "IS_KNOWN", "includeObjectsWithNoValueSet": False}
EMAIL: Json = {"filterType": "PROPERTY", "property": "email", "operation": KNOWN}
FILTERS: dict[str, Json] = {
    "IN_LIST": {"metadata": {"id": "56", "inListType": "WORKFLOWS_ENROLLMENT"}, "operator": "IN_LIST"},
    "FORM_SUBMISSION": {"formId": "f", "operator": "FILLED_OUT", "coalescingRefineBy": OFTEN},
    "FORM_SUBMISSION_ON_PAGE": {"pageId": "3", "operator": "NOT_FILLED_OUT"},
    "PAGE_VIEW": {"pageUrl": "x.example", "operator": "HAS_PAGEVIEW_MATCHES_REGEX", "pruningRefineBy": LATELY},
    "EMAIL_EVENT": {
        "level": "EMAIL_API_CAMPAIGN",
        "emailId": "79019645",
        "appId": "2285",
        "operator": "LINK_CLICKED",
        "clickUrl": "https://x.example",
        "pruningRefineBy": BETWEEN,
    },
    "EMAIL_SUBSCRIPTION": {
        "subscriptionIds": ["4"],
        "acceptedStatuses": ["OPT_IN"],
        "subscriptionType": "SUBSCRIPTION",
    },
    "COMMUNICATION_SUBSCRIPTION": {
        "subscriptionType": "SUBSCRIPTION",
        "subscriptionIds": ["4"],
        "channel": "EMAIL",
        "acceptedOptStates": ["OPT_IN"],
    },
    "CTA": {"ctaName": "b79", "operator": "HAS_NOT_CLICKED_CTA"},
    "EVENT": {"eventId": "12", "operator": "HAS_EVENT", "coalescingRefineBy": OFTEN},
    "ADS_TIME": {"pruningRefineBy": LATELY},
    "ADS_SEARCH": {"entityType": "AD", "searchTermType": "ID", "adNetwork": "LINKEDIN", "operator": "IS_KNOWN"},
    "WEBINAR": {"operator": "HAS_WEBINAR_REGISTRATION", "webinarId": "95"},
    "PRIVACY": {"privacyName": "PRIVACY_CONSENT_APPROVE", "operator": "PRIVACY_CONSENT_NOT_GRANTED"},
    "SURVEY_MONKEY": {"surveyId": "3", "operator": "HAS_RESPONDED_TO_SURVEY"},
    "SURVEY_MONKEY_VALUE": {
        "surveyId": "3",
        "surveyQuestion": "4",
        "valueComparison": KNOWN,
        "operator": "HAS_ANSWERED_SURVEY_QUESTION_WITH_VALUE",
    },
    "INTEGRATION_EVENT": {"eventTypeId": 4009, "filterLines": [{"property": "x", "operation": KNOWN}]},
    "UNIFIED_EVENTS": {"eventTypeId": "4-1639801", "filterLines": [{"property": "x", "operation": KNOWN}]},
    "NUM_ASSOCIATIONS": {
        "associationTypeId": 279,
        "associationCategory": "HUBSPOT_DEFINED",
        "coalescingRefineBy": {"type": "NUM_OCCURRENCES", "maxOccurrences": 0},
    },
    "ASSOCIATION": {
        "listId": "1",
        "associationTypeId": 279,
        "associationCategory": "HUBSPOT_DEFINED",
        "coalescingRefineBy": {"type": "SET_OCCURRENCES", "setType": "ANY"},
        "operator": "IN_LIST",
        "toObjectTypeId": "0-2",
    },
    "PROPERTY_ASSOCIATION": {
        "listId": "1",
        "propertyWithObjectId": "associatedcompanyid",
        "coalescingRefineBy": {"type": "SET_OCCURRENCES", "setType": "ANY"},
        "operator": "IN_LIST",
    },
    "CAMPAIGN_INFLUENCED": {"campaignId": "c"},
    "CONSTANT": {"shouldAccept": True, "source": "UI"},
}
ZONE = {"timezoneSource": "CUSTOM", "zoneId": "Europe/Berlin"}
MOMENT = {"year": 2026, "month": 12, "day": 1, "hour": 15, "minute": 30, "second": 0, "millisecond": 0}


def indexed(kind: str, **reference: Any) -> Json:
    return {
        "timeType": "INDEXED",
        **ZONE,
        "indexReference": {"referenceType": kind, **reference},
        "offset": {"days": -3},
    }


POINTS: list[Json] = [
    {"timeType": "DATE", **ZONE, **MOMENT},
    {"timeType": "PROPERTY_REFERENCED", **ZONE, "property": "closedate", "referenceType": "VALUE"},
    indexed("NOW"),
    indexed("TODAY", hour=9, minute=30),
    indexed("WEEK", dayOfWeek="MONDAY"),
    indexed("MONTH", day=5),
    indexed("QUARTER", month=2, day=1),
    indexed("YEAR", month=7, day=1),
    indexed("FISCAL_QUARTER", month=1, day=1),
    indexed("FISCAL_YEAR", month=1, day=1),
    {**indexed("TODAY"), "timezoneSource": "PORTAL"},
]
OPERATIONS: list[Json] = [
    *({"operationType": "TIME_POINT", "operator": "IS_AFTER", "timePoint": point} for point in POINTS),
    *(
        {
            "operationType": "TIME_RANGED",
            "operator": "IS_BETWEEN",
            "lowerBoundTimePoint": low,
            "upperBoundTimePoint": high,
        }
        for low, high in pairwise(POINTS)
    ),
    {"operationType": "COMPARATIVE_DATE", "operator": "IS_BEFORE", "comparisonPropertyName": "createdate"}
    | {"defaultComparisonValue": "2026-01-01"},
    {"operationType": "CALENDAR_DATE", "operator": "IN_LAST_TIME_UNIT", "timeUnit": "QUARTER", "useFiscalYear": False}
    | {"fiscalYearStart": "JULY"},
    {"operationType": "DATE", "operator": "IS_EQUAL_TO", "year": 2026, "month": "JUNE", "day": 1},
    {"operationType": "DATETIME", "operator": "IS_AFTER", "timestamp": 1, "requiresTimeZoneConversion": True},
    {"operationType": "RANGED_DATE", "operator": "IS_BETWEEN", "lowerBound": 1, "upperBound": 2}
    | {"requiresTimeZoneConversion": False},
]


def rooted(part: Json) -> Json:
    inside = {"filterBranchType": "AND", "filterBranchOperator": "AND", "filters": [part], "filterBranches": []}
    return {"filterBranchType": "OR", "filterBranchOperator": "OR", "filters": [], "filterBranches": [inside]}


EVERY = [{"filterType": kind, **more} for kind, more in FILTERS.items()] + [
    {"filterType": "PROPERTY", "property": "closedate", "operation": {**one, "includeObjectsWithNoValueSet": False}}
    for one in OPERATIONS
]


def test_every_documented_filter_is_here() -> None:
    assert set(FILTERS) == {row["filter"] for row in table("hubspot/filter_types")}


@pytest.mark.parametrize("part", EVERY, ids=lambda part: str(part.get("operation", part).get("operationType", part)))
def test_what_is_declared_in_hubspots_json_is_kept_as_it_is(
    accounts: RunningSimulators, open_session: OpenSession, part: Json
) -> None:
    session, branch = open_session(), rooted(part)
    KIND.create(session, parsed(KIND, inputs("1", rooted(EMAIL))))
    before = copy.deepcopy(branch)
    live = KIND.create(session, parsed(KIND, inputs("2", branch)))
    stored = next(one for one in accounts.dump("hubspot")["lists"].values() if one["name"] == "2")
    assert stored["filterBranch"] == before
    desired = inputs("2", before)
    assert KIND.differences(desired, KIND.managed_view(desired, live)) == []


@pytest.mark.parametrize("part", EVERY, ids=lambda part: str(part.get("operation", part).get("operationType", part)))
def test_words_are_read_only_where_they_say_the_same(part: Json) -> None:
    assert misformed(rooted(part)) == []
    text = readable(rooted(part), "contacts")
    if text is not None:
        assert canonical_root(compile_filter(text, "contacts")) == canonical_root(rooted(part))


def inputs(name: str, branch: Json) -> Json:
    return {"object": "contacts", "name": name, "processing_type": "DYNAMIC", "filter_branch": branch}
