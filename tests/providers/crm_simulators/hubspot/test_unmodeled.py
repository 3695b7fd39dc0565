"""What the portal holds without rules is kept, served and listed."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from crm_simulators.server import RunningSimulators

EMAIL = {"filterType": "EMAIL_EVENT", "operator": "OPENED", "level": "EMAIL_CAMPAIGN", "appId": "1", "emailId": "2"}


def listed(sims: RunningSimulators) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{sims.hubspot.url}/_sim/unmodeled") as answer:
        found = json.loads(answer.read())
    assert found["total"] == len(found["unmodeled"])
    return list(found["unmodeled"])


def test_fresh_portal_holds_nothing_without_rules(crms: RunningSimulators) -> None:
    assert listed(crms) == []


def test_property_type_and_filter_without_rules_are_listed(crms: RunningSimulators) -> None:
    coordinates = {"type": "object_coordinates", "fieldType": "text", "groupName": "contactinformation"}
    known = {"name": "hs_notes_last_activity", "label": "Last Activity", "hubspotDefined": True, "currencies": ["EUR"]}
    branch = {"filterBranchType": "OR", "filterBranches": [{"filterBranchType": "AND", "filters": [EMAIL]}]}
    segment = {"name": "Opened", "objectTypeId": "0-1", "processingType": "DYNAMIC", "filterBranch": branch}
    crms.seed("hubspot", {"properties": {"contacts": [{**known, **coordinates}]}, "lists": [segment]})
    assert listed(crms) == [
        {
            "type": "property",
            "name": "0-1.hs_notes_last_activity",
            "parts": ["object_coordinates (text)", "currencies"],
        },
        {"type": "list", "name": "Opened", "parts": ["EMAIL_EVENT"]},
    ]
    (stored,) = crms.dump("hubspot")["lists"].values()
    assert stored["filterBranch"] == branch
