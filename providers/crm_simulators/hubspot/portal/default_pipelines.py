"""The pipelines that exist in every portal [D][T]: adopt them, they cannot be created."""

from __future__ import annotations

from crm_simulators.hubspot.errors import JsonObject
from crm_simulators.hubspot.portal.default_properties import labels

MADE_AT = "2019-08-06T02:41:08.029Z"
_DEAL_STAGES = {
    "appointmentscheduled": ("Appointment Scheduled", "0.2"),
    "qualifiedtobuy": ("Qualified To Buy", "0.4"),
    "presentationscheduled": ("Presentation Scheduled", "0.6"),
    "decisionmakerboughtin": ("Decision Maker Bought-In", "0.8"),
    "contractsent": ("Contract Sent", "0.9"),
    "closedwon": ("Closed Won", "1.0"),
    "closedlost": ("Closed Lost", "0.0"),
}
_TICKET_STAGES = {"1": "New", "2": "Waiting on contact", "3": "Waiting on us", "4": "Closed"}
_LEAD_STAGES = {
    "new-stage-id": "New",
    "attempting-stage-id": "Attempting",
    "connected-stage-id": "Connected",
    "qualified-stage-id": "Qualified",
    "unqualified-stage-id": "Disqualified",
}  # [?] the ids of the lead pipeline


def default_pipelines() -> JsonObject:
    """Pipelines per object type id and pipeline id."""
    deals = [
        _stage(key, label, at, {"isClosed": str(probability in ("1.0", "0.0")).lower(), "probability": probability})
        for at, (key, (label, probability)) in enumerate(_DEAL_STAGES.items())
    ]
    tickets = [
        _stage(key, label, at, {"isClosed": str(key == "4").lower(), "ticketState": "CLOSED" if key == "4" else "OPEN"})
        for at, (key, label) in enumerate(_TICKET_STAGES.items())
    ]
    leads = [
        _stage(key, label, at, {"isClosed": str(label in ("Qualified", "Disqualified")).lower()})
        for at, (key, label) in enumerate(_LEAD_STAGES.items())
    ]
    lifecycle = [
        _stage(key, label, at, {"isClosed": "false", "state": "OPEN"})
        for at, (key, label) in enumerate(labels("lifecyclestage").items())
    ]
    return {
        "0-1": _only("contacts-lifecycle-pipeline", "Lifecycle Stage Pipeline", lifecycle),
        "0-2": _only("companies-lifecycle-pipeline", "Lifecycle Stage Pipeline", lifecycle),
        "0-3": _only("default", "Sales Pipeline", deals),
        "0-5": _only("0", "Support Pipeline", tickets),
        "0-136": _only("lead-pipeline-id", "Lead Pipeline", leads),
    }


def _stage(key: str, label: str, at: int, metadata: dict[str, str]) -> JsonObject:
    return {
        "id": key,
        "label": label,
        "displayOrder": at,
        "metadata": metadata,
        "createdAt": MADE_AT,
        "updatedAt": MADE_AT,
        "archived": False,
        "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
    }


def _only(key: str, label: str, stages: list[JsonObject]) -> JsonObject:
    pipeline = {
        "id": key,
        "label": label,
        "displayOrder": 0,
        "stages": [dict(stage) for stage in stages],
        "createdAt": MADE_AT,
        "updatedAt": MADE_AT,
        "archived": False,
    }
    return {key: pipeline}
